"""A citizen prepares a visit at the page: sees what may stay at home, books a time, looks at it again, cancels it, asks for help."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from banshi.assembly import china_now
from banshi.connect.identity.demo_people import demo_identity
from tests.api.citizen_platform import AUDIENCE, ISSUER, Platform
from tests.api.product import Product
from tests.browser.citizen import AXE, READY
from tests.browser.conftest import OpenPage
from tests.browser.test_citizen_is_named_by_the_host import Site
from tests.browser.test_citizen_page_is_for_everyone import TOO_SMALL, WIDER

PLATFORM = Platform(china_now)
PLACE = "220104"
"""朝阳区 of 长春市: it has a hall."""
FRAMED = 352
"""A screen on which the frame of the assistant is 320 pixels wide."""


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
    folder = tmp_path_factory.mktemp("booking")
    keys = folder / "keys.json"
    keys.write_text(PLATFORM.jwks(), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
    settings = {"citizen_issuer": ISSUER, "citizen_audience": AUDIENCE, "citizen_jwks": str(keys)}
    with Product(folder, command, frame_ancestors=f"http://127.0.0.1:{site.server_port}", **settings) as product:
        Site.server_url = product.url
        yield product


def visit(
    page: OpenPage, site: ThreadingHTTPServer, *, person: str, width: int = 1000, height: int = 800, **face: Any
) -> tuple[Page, FrameLocator]:
    """The platform's page with the assistant opened; every test is another person, so that nobody has booked before."""
    Site.token = PLATFORM.token(person, identity_hash=demo_identity(person)) if person else ""
    opened = page("", width=width, height=height, reduced_motion="reduce")
    opened.goto(f"http://127.0.0.1:{site.server_port}")
    opened.get_by_role("button", name="吉事办智能助手").click()
    frame = opened.frame_locator("iframe")
    expect(frame.locator(READY)).to_be_visible()
    opened.evaluate("settings => Banshi.set(settings)", {"region": PLACE, **face})
    return opened, frame


def ask(frame: FrameLocator, text: str, replies: int) -> None:
    frame.locator(READY).fill(text)
    frame.locator(READY).press("Enter")
    expect(frame.locator(".log article.row:not(.mine)")).to_have_count(replies)


def barriers(opened: Page) -> list[str]:
    """What axe-core finds, what is too small to press, what is wider than the screen."""
    inside = opened.frames[1]
    inside.evaluate(AXE.read_text(encoding="utf-8"))
    found = inside.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [one["id"] for one in found] + inside.evaluate(TOO_SMALL, 44) + inside.evaluate(WIDER)


def first_free_time(frame: FrameLocator) -> str:
    """Take the first time that has places, and tell it."""
    free = frame.locator("input[name=time]:not(:disabled)").first
    expect(free).to_be_attached()
    free.check(force=True)
    return free.locator("xpath=..").inner_text()[:5]


def test_a_time_is_booked_looked_at_and_cancelled(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, person="约一次的人")
    ask(frame, "社保卡怎么申领", 1)
    frame.locator(".guide").get_by_role("button", name="预约到大厅办理").click()
    sheet = frame.get_by_role("dialog", name="预约到大厅办理")
    expect(sheet).to_contain_text("社会保障卡申领")
    expect(sheet.get_by_role("radio", name="朝阳区政务服务中心")).to_be_checked()
    expect(sheet).to_contain_text("示例大厅")
    sheet.locator("input[name=day]").nth(1).check(force=True)
    expect(sheet.get_by_role("button", name="确认预约")).to_be_disabled()
    begins = first_free_time(frame)
    expect(sheet.get_by_role("status").filter(has_text=begins)).to_contain_text("朝阳区政务服务中心")
    assert barriers(opened) == []
    sheet.get_by_role("button", name="确认预约").click()
    expect(sheet.get_by_role("heading", name="已经约好")).to_be_focused()
    expect(sheet.get_by_role("article")).to_contain_text(begins)
    assert barriers(opened) == []
    sheet.get_by_role("button", name="关闭").click()

    ask(frame, "我的预约", 2)
    frame.locator(".log").get_by_role("button", name="我的预约").last.click()
    mine = frame.get_by_role("dialog", name="我的预约")
    expect(mine.get_by_role("article")).to_have_count(1)
    mine.get_by_role("button", name="取消预约").click()
    expect(mine.get_by_role("button", name="确定取消")).to_be_focused()
    mine.get_by_role("button", name="不取消").click()
    expect(mine.get_by_role("article")).to_contain_text("已预约")
    mine.get_by_role("button", name="取消预约").click()
    mine.get_by_role("button", name="确定取消").click()
    expect(mine.get_by_role("article")).to_contain_text("已取消")
    expect(mine.get_by_role("button", name="取消预约")).to_have_count(0)


def test_words_lead_to_the_sheet_and_the_keyboard_is_enough(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, person="只用键盘的人")
    ask(frame, "社保卡怎么申领", 1)
    ask(frame, "我想预约", 2)
    link = frame.locator(".log").get_by_role("button", name="预约到大厅办理 社会保障卡申领")
    link.focus()
    opened.keyboard.press("Enter")
    sheet = frame.get_by_role("dialog")
    expect(sheet.locator("input[name=time]").first).to_be_attached()
    sheet.locator("input[name=day]:checked").focus()
    opened.keyboard.press("ArrowRight")
    expect(sheet.locator("input[name=day]").nth(1)).to_be_checked()
    free = sheet.locator("input[name=time]:not(:disabled)")
    expect(free.first).to_be_attached()
    free.first.focus()
    opened.keyboard.press("Space")
    opened.keyboard.press("Tab")
    expect(sheet.get_by_role("button", name="确认预约")).to_be_focused()
    opened.keyboard.press("Enter")
    expect(sheet.get_by_role("heading", name="已经约好")).to_be_focused()
    opened.keyboard.press("Escape")
    expect(frame.get_by_role("dialog")).to_have_count(0)


def test_a_time_that_was_taken_meanwhile_is_told_and_another_one_can_be_chosen(
    page: OpenPage, site: ThreadingHTTPServer, server: Product
) -> None:
    opened, frame = visit(page, site, person="来晚了的人")
    ask(frame, "社保卡怎么申领", 1)
    full = '{"detail": "这个时段刚刚约满了，请换一个时段。"}'
    frame.locator(".guide").get_by_role("button", name="预约到大厅办理").click()
    sheet = frame.get_by_role("dialog")
    opened.route(
        "**/api/v1/booking",
        lambda route: (
            route.fulfill(status=409, content_type="application/json", body=full) if route.request.method == "POST" else route.fallback()
        ),
    )
    first_free_time(frame)
    sheet.get_by_role("button", name="确认预约").click()
    expect(sheet.get_by_role("alert")).to_contain_text("刚刚约满了")
    opened.unroute_all()
    first_free_time(frame)
    sheet.get_by_role("button", name="确认预约").click()
    expect(sheet.get_by_role("heading", name="已经约好")).to_be_visible()


def test_who_is_not_named_is_shown_the_way_to_the_platform(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, person="")
    ask(frame, "社保卡怎么申领", 1)
    frame.locator(".guide").get_by_role("button", name="预约到大厅办理").click()
    sheet = frame.get_by_role("dialog")
    expect(sheet.get_by_role("link", name="去吉事办预约")).to_have_attribute("href", "https://zwfw.jl.gov.cn/")
    expect(sheet.get_by_role("button", name="确认预约")).to_have_count(0)
    assert barriers(opened) == []
    sheet.get_by_role("button", name="自己办不方便？申请帮办").click()
    expect(frame.get_by_role("dialog", name="申请帮办").get_by_label("方便的时间")).to_be_visible()


@pytest.mark.parametrize(("face", "name"), [({"elder": True}, "预约到大厅办理"), ({"lang": "ko"}, "봉사청 방문 예약")])
def test_the_sheet_is_for_everyone_on_a_narrow_screen(
    page: OpenPage, site: ThreadingHTTPServer, server: Product, face: dict[str, Any], name: str
) -> None:
    opened, frame = visit(page, site, person=f"窄屏的人 {name}", width=FRAMED, height=640, **face)
    ask(frame, "社保卡怎么申领", 1)
    frame.locator(".guide").get_by_role("button", name=name).click()
    sheet = frame.get_by_role("dialog", name=name)
    first_free_time(frame)
    assert barriers(opened) == []
    if "lang" in face:
        own = sheet.locator("legend, .button, h3").all_inner_texts()
        assert own and not [text for text in own if any("一" <= char <= "鿿" for char in text)], own


def test_what_may_stay_at_home_is_marked_for_its_person_only(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, person="示例甲")
    ask(frame, "驾驶证到期怎么换", 1)
    materials = frame.locator(".materials").first
    expect(materials.get_by_text("电子证照可免交（您名下有）")).to_have_count(1)
    expect(materials.get_by_text("您名下的已过期")).to_have_count(1)
    assert barriers(opened) == []
    opened.evaluate("Banshi.set({token: ''})")
    ask(frame, "驾驶证到期怎么换", 1)
    expect(frame.locator(".materials").first.get_by_text("可由部门共享取得，不用带（公安局）")).to_have_count(1)
    expect(frame.get_by_text("您名下")).to_have_count(0)


def test_certificates_are_shown_without_their_numbers(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, person="示例甲")
    frame.get_by_role("button", name="我的办件").click()
    frame.get_by_role("dialog").get_by_role("button", name="我的证照").click()
    sheet = frame.get_by_role("dialog", name="我的证照")
    expect(sheet.get_by_role("listitem").filter(has_text="机动车驾驶证")).to_contain_text("已过期")
    expect(sheet.get_by_role("listitem").filter(has_text="居民户口簿")).to_contain_text("长期有效")
    assert barriers(opened) == []


def test_help_is_asked_for_with_consent(page: OpenPage, site: ThreadingHTTPServer, server: Product) -> None:
    opened, frame = visit(page, site, person="要人帮的人")
    ask(frame, "社保卡怎么申领", 1)
    ask(frame, "我想申请帮办", 2)
    frame.locator(".log").get_by_role("button", name="申请帮办 社会保障卡申领").click()
    sheet = frame.get_by_role("dialog", name="申请帮办")
    sheet.get_by_label("方便的时间").fill("工作日上午")
    sheet.get_by_label("联系电话").fill("13900001111")
    sheet.get_by_role("button", name="提交申请").click()
    expect(sheet.get_by_role("checkbox")).to_be_focused()  # the browser asks for the consent
    sheet.get_by_role("checkbox").check()
    assert barriers(opened) == []
    sheet.get_by_role("button", name="提交申请").click()
    expect(sheet.get_by_role("status")).to_contain_text("工单编号 GD")
