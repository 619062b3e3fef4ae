"""A site that knows the citizen says so by a token: it opens 我的办件, is kept nowhere, and goes when the citizen goes."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, Request, expect

from banshi.assembly import china_now
from banshi.connect.identity.demo_people import demo_identity
from tests.api.citizen_platform import AUDIENCE, ISSUER, Platform
from tests.api.product import Product
from tests.browser.citizen import AXE, READY
from tests.browser.conftest import OpenPage

SITE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>吉事办</title><body><h1>吉事办</h1>
<script src="{server}/citizen/embed.js" data-token="{token}"></script></body></html>"""
FIRST, SECOND = {"identity_hash": demo_identity("示例甲")}, {"identity_hash": demo_identity("示例乙"), "name": "李伟"}
PLATFORM = Platform(china_now)


class Site(BaseHTTPRequestHandler):
    server_url, token = "", ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(SITE.format(server=self.server_url, token=self.token).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[ThreadingHTTPServer]:
    """The platform's page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture(scope="module")
def server(site: ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A server that knows the platform's keys and answers from the search."""
    folder = tmp_path_factory.mktemp("named")
    keys = folder / "keys.json"
    keys.write_text(PLATFORM.jwks(), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
    settings = {"citizen_issuer": ISSUER, "citizen_audience": AUDIENCE, "citizen_jwks": str(keys)}
    with Product(folder, command, frame_ancestors=f"http://127.0.0.1:{site.server_port}", **settings) as product:
        Site.server_url = product.url
        yield product


def visit(page: OpenPage, site: ThreadingHTTPServer, token: str) -> tuple[Page, FrameLocator]:
    """The platform's page with the assistant opened."""
    Site.token = token
    opened = page("", width=1000, height=800)
    opened.goto(f"http://127.0.0.1:{site.server_port}")
    opened.get_by_role("button", name="吉事办智能助手").click()
    return opened, opened.frame_locator("iframe")


def violations(opened: Page) -> list[str]:
    """What axe-core finds inside the frame."""
    inside = opened.frames[1]
    inside.evaluate(AXE.read_text(encoding="utf-8"))
    return [one["id"] for one in inside.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]]


def reload_frame(opened: Page) -> None:
    """Not from within the evaluation, whose end the reload would cut off."""
    with opened.expect_event("framenavigated"):
        opened.frames[1].evaluate("void setTimeout(() => location.reload())")


def ask(frame: FrameLocator, text: str, replies: int) -> None:
    frame.locator(READY).fill(text)
    frame.locator(READY).press("Enter")
    expect(frame.locator(".log article.row:not(.mine)")).to_have_count(replies)


def test_my_applications_are_shown_to_their_person(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    _, frame = visit(page, site, PLATFORM.token(**SECOND))
    frame.get_by_role("button", name="我的办件").click()
    sheet = frame.get_by_role("dialog", name="我的办件")
    expect(sheet).to_contain_text("李* 名下的办件")
    expect(sheet.get_by_role("article")).to_have_count(1)
    expect(sheet.locator(".stages [aria-current=step]")).to_have_count(1)
    expect(sheet).to_contain_text("还缺的材料")
    expect(sheet).to_contain_text("最晚")
    expect(sheet).to_contain_text("JL20****0002")


def test_the_sheets_are_for_everyone(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, PLATFORM.token(**FIRST))
    frame.get_by_role("button", name="我的办件").click()
    expect(frame.locator(".mine-one").first).to_be_visible()
    assert violations(opened) == []
    frame.get_by_role("dialog").get_by_role("button", name="关闭").click()
    ask(frame, "孩子刚出生都要办啥", 1)
    frame.get_by_role("button", name="新生儿出生一件事").click()
    expect(frame.locator(".materials")).to_be_visible()
    assert violations(opened) == []


def test_the_token_is_kept_nowhere(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    token = PLATFORM.token(**FIRST)
    Site.token = token
    opened = page("", width=1000, height=800)
    requests: list[Request] = []
    opened.on("request", lambda request: requests.append(request))
    opened.goto(f"http://127.0.0.1:{site.server_port}")
    assert opened.evaluate("document.currentScript === null && !document.querySelector('[data-token]')"), "it has left the site's page"
    opened.get_by_role("button", name="吉事办智能助手").click()
    frame = opened.frame_locator("iframe")
    expect(frame.get_by_role("button", name="我的办件")).to_be_visible()
    ask(frame, "身份证丢了咋整", 1)
    signature = token.split(".")[2]
    sent = [request for request in requests if request.url.startswith(server.url)]
    assert not [request.url for request in sent if signature in request.url]
    assert [request for request in sent if signature in request.headers.get("authorization", "")]
    inside = opened.frames[1]
    kept = inside.evaluate(
        "JSON.stringify({...sessionStorage, ...localStorage}) + document.cookie + location.href + document.body.innerHTML"
    )
    assert signature not in kept
    assert "banshi.conversation" in kept


def test_without_a_token_there_is_nothing_to_open(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    _, frame = visit(page, site, "")
    expect(frame.get_by_role("button", name="转人工")).to_be_visible()
    expect(frame.get_by_role("button", name="我的办件")).to_have_count(0)


def test_a_conversation_outlives_a_reload_with_its_person(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, PLATFORM.token(**FIRST))
    expect(frame.get_by_role("button", name="我的办件")).to_be_visible()
    ask(frame, "身份证丢了咋整", 1)
    reload_frame(opened)
    expect(frame.locator(".log .mine")).to_have_count(1)
    expect(frame.get_by_role("button", name="我的办件")).to_be_visible()
    ask(frame, "多少钱", 2)


LATE_HOST = """token => addEventListener('message', event => {
  if (event.data?.banshi !== 'ready') return
  event.stopImmediatePropagation()
  setTimeout(() => Banshi.set({token}), 2500)
}, true)"""


def test_a_conversation_waits_for_a_host_that_is_late_to_say_who_it_is(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    token = PLATFORM.token(**FIRST)
    opened, frame = visit(page, site, token)
    expect(frame.get_by_role("button", name="我的办件")).to_be_visible()
    ask(frame, "身份证丢了咋整", 1)
    opened.evaluate(LATE_HOST, token)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.headers.get("authorization", "")) if "/chat/" in request.url else None)
    reload_frame(opened)
    expect(frame.locator(".log .mine")).to_have_count(1)
    assert asked and all(asked), "nothing is asked as nobody, which the server would answer by not knowing the conversation"


def test_nothing_of_one_person_is_left_for_the_next(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, PLATFORM.token("person-1", **FIRST))
    expect(frame.get_by_role("button", name="我的办件")).to_be_visible()
    ask(frame, "身份证丢了咋整", 1)
    opened.evaluate("token => Banshi.set({token})", PLATFORM.token("person-2", **SECOND))
    expect(frame.locator(".log .mine")).to_have_count(0)
    frame.get_by_role("button", name="我的办件").click()
    expect(frame.get_by_role("dialog")).to_contain_text("李*")
    frame.get_by_role("dialog").get_by_role("button", name="关闭").click()
    opened.evaluate("Banshi.set({token: ''})")
    expect(frame.get_by_role("button", name="我的办件")).to_have_count(0)


def test_a_token_that_ran_out_is_asked_for_anew(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, PLATFORM.token(exp=int(time.time()) - 120, **SECOND))
    opened.evaluate("fresh => addEventListener('banshi-token', () => Banshi.set({token: fresh}))", PLATFORM.token(**SECOND))
    frame.get_by_role("button", name="我的办件").click()
    expect(frame.get_by_role("dialog")).to_contain_text("李* 名下的办件")


def test_one_thing_is_offered_and_told_whole(page: OpenPage, server: Product) -> None:
    opened = page("/", width=390, height=844, ready=READY)
    opened.fill(READY, "孩子刚出生都要办啥")
    opened.press(READY, "Enter")
    link = opened.get_by_role("button", name="新生儿出生一件事 要办的事和材料一次列全")
    expect(link).to_have_count(1)
    link.click()
    sheet = opened.get_by_role("dialog", name="新生儿出生一件事")
    expect(sheet.get_by_role("heading", name="第 3 步")).to_be_visible()
    certificate = sheet.get_by_role("checkbox", name="出生医学证明").first
    expect(certificate).to_be_visible()
    expect(sheet).to_contain_text("用于：新生儿入户（出生登记）、社会保障卡申领")
    lines = sheet.locator(".materials li")
    before = lines.count()
    sheet.locator(".chip input").nth(4).uncheck(force=True)
    expect(lines).not_to_have_count(before)
    certificate.check()
    expect(certificate).to_be_checked()
    sheet.get_by_role("button", name="社会保障卡申领", exact=True).click()
    expect(opened.locator(".log .mine").last).to_contain_text("社会保障卡申领")


def test_all_themes_are_listed(page: OpenPage, server: Product) -> None:
    opened = page("/", width=390, height=844, ready=READY)
    opened.get_by_role("button", name="更多").click()
    opened.get_by_role("button", name="一件事套餐").click()
    sheet = opened.get_by_role("dialog", name="一件事套餐")
    expect(sheet.get_by_role("button", name="退休一件事")).to_be_visible()
    sheet.get_by_role("button", name="退休一件事").click()
    expect(opened.get_by_role("dialog", name="退休一件事")).to_contain_text("企业职工基本养老金申领")
