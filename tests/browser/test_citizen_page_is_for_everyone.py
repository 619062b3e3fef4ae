"""Older people, screen readers, keyboards, small screens, large text, Korean."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.api.product import Product
from tests.browser.citizen import PHONE, READY, Citizen, pixels
from tests.browser.conftest import OpenPage

FACES = {
    "phone": ("/", 390, 844),
    "older people": ("/?elder=1", 390, 844),
    "desk": ("/", 1440, 900),
    "green": ("/?theme=green", 390, 844),
    "red": ("/?theme=red", 390, 844),
}
TOO_SMALL = """least => [...document.querySelectorAll(
    'button, a, summary, textarea, input, label:has(input[type=checkbox], input[type=radio])')]
  .filter(one => !one.matches('.skip, input[type=checkbox], input[type=radio]') && getComputedStyle(one).display !== 'inline')
  .map(one => [one.textContent.trim().slice(0, 20), one.className, one.getBoundingClientRect()])
  .filter(([, , box]) => box.width && (box.width < least - .5 || box.height < least - .5))
  .map(([text, name, box]) => `${text} .${name} ${box.width}x${box.height}`)"""
WIDER = """() => [document.documentElement, ...document.querySelectorAll('.log, .panel, .foot, .top, .sheet')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => `${one.className} ${one.scrollWidth} > ${one.clientWidth}`)"""
SMALLER = """(controls, least) => controls.map(one => [one.textContent.trim().slice(0, 20), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < least || box.height < least))
  .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
MAIN = ".send, .quick button, .options button, .hot button, .modes button, .pill, .button.main, .levels label, .icon-button"


def _walk(citizen: Citizen) -> dict[str, list[str]]:
    """Go through the states of the page and look at each: findings of axe, and controls under 44 pixels."""
    page, found = citizen.page, {}

    def look(state: str) -> None:
        found[state] = citizen.violations() + page.evaluate(TOO_SMALL, 44)

    look("first screen")
    citizen.ask("补办证")
    look("choices")
    citizen.press("查办件进度")
    citizen.ask("JL202611000001")
    citizen.ask("1234")
    look("status")
    citizen.press("附近办事大厅")
    citizen.press("长春市")
    look("halls")
    reply = citizen.ask("二手房过户要什么材料")
    expect(reply.locator(".guide .materials")).to_be_visible()
    look("guide")
    reply.get_by_role("button", name="按我的情形列清单").click()
    expect(reply.locator(".wizard .asked")).to_be_visible()
    look("wizard")
    reply.locator(".sources button").first.click()
    look("source")
    page.keyboard.press("Escape")
    citizen.press("转人工")
    look("hand-off")
    page.get_by_role("button", name="评价服务").click()
    page.locator(".levels label").last.click()
    look("rating")
    page.get_by_role("button", name="更多").click()
    look("more")
    page.keyboard.press("Escape")
    page.locator(".top-second .pill").click()
    look("regions")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="导航").click()
    expect(page.locator(".panel .hall")).to_be_visible()
    look("navigation")
    page.get_by_role("button", name="搜索").click()
    page.fill("#composer", "身份证")
    page.press("#composer", "Enter")
    expect(page.locator(".result").first).to_be_visible()
    look("search")
    page.context.set_offline(True)
    expect(page.locator(".bar")).to_be_visible()
    look("offline")
    return {state: problems for state, problems in found.items() if problems}


@pytest.mark.parametrize("face", FACES)
def test_no_state_has_barriers(page: OpenPage, server: Product, face: str) -> None:
    path, width, height = FACES[face]
    opened = page(path, ready=READY, width=width, height=height, reduced_motion="reduce")
    assert _walk(Citizen(opened, server)) == {}


def test_older_people_get_four_sizes_and_large_controls(page: OpenPage, server: Product) -> None:
    opened = page("/", ready=READY, **PHONE)
    citizen = Citizen(opened, server)
    citizen.ask("补办证")
    bubble = citizen.last.locator(".bubble")
    expect(bubble).to_have_css("font-size", "16px")
    opened.get_by_role("button", name="长辈版").click()
    expect(bubble).to_have_css("font-size", "21px")
    for name, size in (("更大", 26), ("最大", 30)):
        opened.get_by_role("button", name="更多").click()
        opened.get_by_role("radio", name=name, exact=True).check(force=True)
        opened.keyboard.press("Escape")
        expect(bubble).to_have_css("font-size", f"{size}px")
        expect(opened.get_by_role("dialog")).to_have_count(0)
        expect(opened.locator(MAIN)).not_to_have_count(0)
        assert opened.locator(MAIN).evaluate_all(SMALLER, 60) == []
    assert pixels(bubble, "lineHeight") >= 1.3 * 30
    opened.reload()
    expect(bubble).to_have_css("font-size", "30px")  # the size is remembered
    opened.get_by_role("button", name="标准版").click()
    expect(bubble).to_have_css("font-size", "16px")


@pytest.mark.parametrize("path", ["/", "/?elder=1", "/?lang=ko"])
def test_a_narrow_screen_scrolls_one_way_only(page: OpenPage, server: Product, path: str) -> None:
    opened = page(path, ready=READY, width=320, height=640)
    citizen = Citizen(opened, server)
    _never_wider(citizen)


def test_text_twice_as_large_fits(page: OpenPage, server: Product) -> None:
    opened = page("/", ready=READY, width=320, height=640)
    opened.evaluate("document.documentElement.style.fontSize = '200%'")
    citizen = Citizen(opened, server)
    _never_wider(citizen)
    assert pixels(citizen.last.locator(".bubble"), "fontSize") == 32


def _never_wider(citizen: Citizen) -> None:
    page = citizen.page
    wider = page.evaluate(WIDER)
    reply = citizen.ask("二手房过户要什么材料")
    expect(reply.locator(".guide .materials")).to_be_visible()
    wider += page.evaluate(WIDER)
    citizen.ask("查进度")
    citizen.ask("JL202611000001")
    citizen.ask("1234")
    wider += page.evaluate(WIDER)
    page.locator(".top .icon-button").click()
    wider += page.evaluate(WIDER)
    assert wider == []
    page.keyboard.press("Escape")


def test_the_keyboard_goes_from_the_head_through_the_log_to_the_input(page: OpenPage, server: Product) -> None:
    opened = page("/", ready=READY, **PHONE)
    citizen = Citizen(opened, server)
    citizen.ask("补办证")
    opened.reload()
    expect(citizen.replies).to_have_count(1)
    opened.keyboard.press("Tab")
    expect(opened.get_by_role("link", name="跳到输入框")).to_be_focused()
    ring = opened.locator(":focus").evaluate("one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).outlineWidth]")
    assert ring == ["solid", "3px"]
    passed: list[str] = []
    while "composer" not in passed:
        assert len(passed) < 60, passed
        opened.keyboard.press("Tab")
        part = opened.locator(":focus").evaluate("one => one.id || one.closest('.top, .log, .quick')?.classList[0]")
        passed += [] if passed and passed[-1] == part else [part]
    assert passed == ["top", "log", "quick", "composer"]


def test_the_skip_link_leads_to_the_input(page: OpenPage) -> None:
    opened = page("/", ready=READY, **PHONE)
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    expect(opened.locator("#composer")).to_be_focused()


def test_whole_answers_are_said_once_and_the_log_itself_is_silent(page: OpenPage, server: Product) -> None:
    citizen = Citizen(page("/", ready=READY, **PHONE), server)
    log = citizen.page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "off")
    citizen.ask("身份证丢了多少钱")
    expect(citizen.announced()).to_contain_text("丢失补领工本费：40元/证")
    expect(citizen.page.locator("[aria-live=polite]")).to_have_count(1)


def test_enter_while_an_input_method_composes_sends_nothing(page: OpenPage, server: Product) -> None:
    opened = page("/", ready=READY, **PHONE)
    citizen = Citizen(opened, server)
    opened.fill("#composer", "shenfenzheng")
    for event in ({"isComposing": True}, {"keyCode": 229}):
        opened.locator("#composer").dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **event})
    opened.press("#composer", "Shift+Enter")
    expect(opened.locator("#composer")).to_have_value("shenfenzheng\n")
    expect(citizen.said).to_have_count(0)


def test_the_input_tells_how_much_room_is_left(page: OpenPage) -> None:
    opened = page("/", ready=READY, **PHONE)
    opened.fill("#composer", "办" * 480)
    expect(opened.locator("#composer-left")).to_have_text("还能输入 20 字")
    expect(opened.locator("#composer")).to_have_attribute("maxlength", "500")


def test_the_page_speaks_korean(page: OpenPage, server: Product) -> None:
    opened = page("/?lang=ko", ready=READY, **PHONE)
    citizen = Citizen(opened, server)
    expect(opened.locator("html")).to_have_attribute("lang", "ko")
    expect(opened.get_by_role("button", name="상담원 련결")).to_be_visible()
    assert not re.findall(r"[一-鿿]", opened.locator(".foot").inner_text())
    reply = citizen.ask("신분증을 잃어버렸는데 어떻게 합니까?")
    expect(reply).to_contain_text(re.compile("[가-힣]"))
    expect(reply).to_contain_text("居民身份证丢失补领")
    assert citizen.violations() == []
    _switch(opened, "더보기", "中文")
    expect(opened.get_by_role("button", name="转人工").first).to_be_visible()
    _switch(opened, "更多", "한국어 · 조선말")
    opened.goto("/")
    expect(opened.get_by_role("button", name="상담원 련결")).to_be_visible()


def _switch(page: Page, more: str, language: str) -> None:
    page.get_by_role("button", name=more).click()
    page.get_by_role("button", name=language).click()
    page.keyboard.press("Escape")


def test_who_wants_no_motion_gets_none(page: OpenPage, server: Product) -> None:
    opened = page("/", ready=READY, reduced_motion="reduce", **PHONE)
    opened.route("**/api/v1/chat", lambda route: None)
    Citizen(opened, server).type("身份证丢了咋整")
    working = opened.locator(".working")
    expect(working).to_be_visible()
    assert working.evaluate("one => getComputedStyle(one, '::after').animationName") == "none"


def test_forced_colours_leave_edges(page: OpenPage, server: Product) -> None:
    citizen = Citizen(page("/", ready=READY, forced_colors="active", **PHONE), server)
    reply = citizen.ask("补办证")
    assert pixels(reply.locator(".bubble"), "borderTopWidth") >= 1
    assert pixels(citizen.said.last, "borderTopWidth") >= 1
