"""The page in another site: one script, a frame of its own, settings from that site and from nobody else."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.product import Product
from tests.browser.citizen import READY
from tests.browser.conftest import OpenPage

SITE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>某部门</title><body><h1>某部门</h1>
<script src="{server}/citizen/embed.js" data-region="220100" data-theme="green" data-department="市医疗保障局"></script></body></html>"""


class _Site(BaseHTTPRequestHandler):
    page = ""
    policy = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-security-policy", self.policy)
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[ThreadingHTTPServer]:
    """Another site, on another origin; what it shows is told when the server is there."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture(scope="module")
def server(site: ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A server that names the site among those that may embed its page. It answers from the search, which is enough here."""
    command = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
    origin = f"http://localhost:{site.server_port}"
    with Product(tmp_path_factory.mktemp("embedded"), command, frame_ancestors=origin) as product:
        _Site.page = SITE.format(server=product.url)
        # A strict policy of the site's own: the script needs no inline style and no inline script.
        _Site.policy = f"default-src 'self'; script-src {product.url}; frame-src 'self' {product.url}; img-src data:"
        yield product


@pytest.fixture
def visited(page: OpenPage, site: ThreadingHTTPServer) -> Page:
    """The site in a browser."""
    opened = page("", width=1000, height=800)
    opened.goto(f"http://localhost:{site.server_port}")
    return opened


def test_a_button_opens_the_page_with_what_the_site_says(visited: Page) -> None:
    assert len(visited.frames) == 1, "nothing is loaded before it is wanted"
    visited.get_by_role("button", name="吉事办智能助手").click()
    frame = visited.frame_locator("iframe")
    expect(frame.locator("h1")).to_contain_text("市医疗保障局")
    expect(frame.locator(".top-second .pill")).to_contain_text("长春市")
    expect(frame.locator("html")).to_have_attribute("data-theme", "green")
    visited.evaluate("Banshi.set({elder: true, region: '222401'})")
    expect(frame.locator("html")).to_have_attribute("data-size", "1")
    expect(frame.locator(".top-second .pill")).to_contain_text("延吉市")
    visited.evaluate("Banshi.close()")
    expect(visited.locator("iframe")).to_be_hidden()


def test_frames_of_strangers_are_not_heard(visited: Page, server: Product) -> None:
    visited.get_by_role("button", name="吉事办智能助手").click()
    frame = visited.frame_locator("iframe").first
    expect(frame.locator(READY)).to_be_visible()
    # Another frame of the same site may speak to the page, but is not the page that embeds it.
    visited.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '/other', name: 'other'}))")
    expect(visited.frame_locator("[name=other]").locator("h1")).to_be_visible()
    other = visited.frame("other")
    assert other is not None
    other.evaluate("parent.frames[0].postMessage({banshi: 'settings', elder: true}, '*')")
    # Messages arrive in their order: when the second has come, the first has been there.
    visited.evaluate("Banshi.set({theme: 'red'})")
    expect(frame.locator("html")).to_have_attribute("data-theme", "red")
    expect(frame.locator("html")).to_have_attribute("data-size", "0")


def test_a_frame_never_scrolls_the_site_around_it(visited: Page) -> None:
    visited.get_by_role("button", name="吉事办智能助手").click()
    visited.evaluate("document.body.append(Object.assign(document.createElement('p'), {textContent: '很长'}))")
    visited.evaluate("document.body.lastChild.style.height = '4000px'")
    frame = visited.frame_locator("iframe")
    frame.locator(READY).fill("身份证丢了咋整")
    frame.locator(READY).press("Enter")
    expect(frame.locator(".guide")).to_be_visible()
    assert visited.evaluate("scrollY") == 0
