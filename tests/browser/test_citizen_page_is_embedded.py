"""The page in another site: one script, a frame of its own, settings from that site and from nobody else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, Route, expect

from tests.api.product import Product
from tests.browser.citizen import READY
from tests.browser.conftest import OpenPage

SITE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>某部门</title><body><h1>某部门</h1>
<script src="{server}/citizen/embed.js" data-region="220100" data-theme="green" data-department="市医疗保障局"></script></body></html>"""


class _Site(BaseHTTPRequestHandler):
    page = ""

    def do_GET(self) -> None:
        body = self.page.encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        # A strict policy of the site's own: the script must need no inline style and no inline script.
        self.send_header("content-security-policy", f"default-src 'self'; script-src {self.server_origin}; frame-src *; img-src data:")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass

    server_origin = ""


@pytest.fixture
def site(server: Product) -> Iterator[str]:
    """Another site, on another origin."""
    handler = type("Site", (_Site,), {"page": SITE.format(server=server.url), "server_origin": server.url})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://localhost:{running.server_port}"
        running.shutdown()


@pytest.fixture
def visited(page: OpenPage, server: Product, site: str) -> Page:
    """The site in a browser, named by the server among those that may embed the page."""
    opened = page("", width=1000, height=800)

    def named(route: Route) -> None:
        response = route.fetch()
        policy = re.sub("frame-ancestors [^;]*", f"frame-ancestors {site}", response.headers["content-security-policy"])
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy})

    opened.route(re.compile(re.escape(server.url) + r"/\?"), named)
    opened.goto(site)
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
    visited.evaluate(
        """() => new Promise(done => {
            const other = document.createElement('iframe')
            other.onload = () => {
                const speak = other.contentWindow.Function("parent.frames[0].postMessage({banshi: 'settings', elder: true}, '*')")
                speak()
                setTimeout(done, 300)
            }
            other.src = location.href
            document.body.append(other)
        })"""
    )
    expect(frame.locator("html")).to_have_attribute("data-size", "0")
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
