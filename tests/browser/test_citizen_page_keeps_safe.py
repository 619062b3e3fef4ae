"""Text stays text, links lead to government only, personal numbers are asked about, strangers are not heard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.api.product import Product
from tests.browser.citizen import PHONE, READY, Citizen, rewrite
from tests.browser.conftest import OpenPage

ATTACKS = (
    '<img src=x onerror="window.hit=1">身份证丢了咋整',
    "<script>window.hit=1</script>怎么办护照",
    "javascript:window.hit=1 身份证",
    '"><svg/onload=window.hit=1> 退休',
)
IDENTITY = "220102199001011234"


@pytest.fixture
def citizen(page: OpenPage, server: Product) -> Citizen:
    return Citizen(page("/", ready=READY, **PHONE), server)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_typed_stays_text(citizen: Citizen, attack: str) -> None:
    page = citizen.page
    citizen.ask(attack)
    expect(citizen.said.last).to_be_visible()
    assert page.evaluate("window.hit") is None
    assert page.locator(".log img, .log script, .log svg[onload], .log [onerror]").count() == 0
    page.reload()
    expect(citizen.said.last).to_be_visible()
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_answered_stays_text(citizen: Citizen, attack: str) -> None:
    page = citizen.page
    source = {"kind": "guide", "id": attack, "title": attack, "basis": attack, "version": 1, "valid_from": None}
    custom = {"sources": [source], "links": [{"title": attack, "url": "javascript:window.hit=1"}], "element": "online", "blocks": []}
    rewrite(page, text=f"【{attack}】\n1. {attack}\n· {attack}", buttons=[{"title": attack, "payload": attack}], custom=custom)
    reply = citizen.ask("身份证丢了多少钱")
    expect(reply.locator(".answer")).to_contain_text(attack)
    assert page.evaluate("window.hit") is None
    assert page.locator(".log img, .log script, .log svg[onload], .log [onerror], .log [href^=javascript]").count() == 0


def test_links_lead_to_government_addresses_only(citizen: Citizen) -> None:
    page = citizen.page
    good = ["https://zwfw.jl.gov.cn/a", "http://www.gov.cn/b", "https://gov.cn/c"]
    bad = [
        "https://gov.cn.evil.example/d",
        "https://evil.example/e",
        "https://evilgov.cn/f",
        "https://x@evil.example/g",
        "ftp://www.gov.cn/h",
    ]
    rewrite(page, text="\n".join([*good, *bad]), custom={"links": [{"title": url, "url": url} for url in bad], "element": "online"})
    reply = citizen.ask("身份证丢了多少钱")
    for url in bad:
        expect(reply).to_contain_text(url)
    hrefs = reply.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    assert sorted(hrefs) == sorted(good)


def test_an_identity_number_is_asked_about_before_it_leaves(citizen: Citizen) -> None:
    page = citizen.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.url.endswith("/chat") else None)
    citizen.type(f"我的号码 {IDENTITY} 帮我查查")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("身份证号")
    assert not sent
    dialog.get_by_role("button", name="返回修改").click()
    expect(page.locator("#composer")).to_have_value(f"我的号码 {IDENTITY} 帮我查查")
    page.press("#composer", "Enter")
    before = citizen.replies.count()
    dialog.get_by_role("button", name="仍然发送").click()
    citizen.answered(before)
    assert len(sent) == 1
    assert all(IDENTITY not in message["text"] for message in citizen.stored())


def test_where_four_characters_are_asked_for_only_they_are_offered(citizen: Citizen) -> None:
    page = citizen.page
    citizen.ask("查进度")
    citizen.ask("JL202611000001")
    before = citizen.replies.count()
    citizen.type(IDENTITY)
    page.get_by_role("dialog").get_by_role("button", name="只发后四位 1234").click()
    citizen.answered(before)
    expect(citizen.last.locator(".stages")).to_be_visible()


def test_nothing_comes_from_elsewhere_and_no_style_or_script_is_inline(page: OpenPage, server: Product) -> None:
    opened = page("", **PHONE)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    response = opened.goto("/")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    Citizen(opened, server).ask("身份证丢了咋整")
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
    source = response.text()
    assert "<style" not in source
    assert "style=" not in source
    assert "<script>" not in source


def test_settings_from_another_origin_are_not_heard(citizen: Citizen) -> None:
    page = citizen.page
    page.evaluate("window.postMessage({banshi: 'settings', elder: true, theme: 'red'}, '*')")
    page.evaluate("new Promise(done => { addEventListener('message', () => done(), {once: true}); postMessage('x', '*') })")
    assert page.evaluate("document.documentElement.dataset.theme") == "blue"
    assert page.evaluate("document.documentElement.dataset.size") == "0"


def test_the_host_may_name_region_theme_and_department_by_address(page: OpenPage) -> None:
    opened = page("/?region=222401&theme=green&department=%3Cb%3E市医保局&elder=1", ready=READY, **PHONE)
    expect(opened.locator("h1")).to_contain_text("<b>市医保局")
    expect(opened.locator(".top-second .pill")).to_contain_text("延吉市")
    assert opened.evaluate("({...document.documentElement.dataset})") == {"size": "1", "theme": "green"}
