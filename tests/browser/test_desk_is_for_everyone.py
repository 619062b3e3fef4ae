"""The operators' desk in every state: nothing that axe finds, on a desktop and on a phone; every key works; quick to load."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from banshi.web.headers import STATIC
from tests.api.product import Product
from tests.browser.desk import DESKTOP, PHONE, desk, name_of, row, say, sit_down, take, wants_a_person
from tests.browser.studio import violations

LARGEST = 225_000
"""Bytes, gzip, of everything that the first page needs."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


def show(page: Page, pane: str) -> None:
    """On a phone one of the three panes is seen."""
    tab = page.get_by_role("navigation", name="三个窗格").get_by_role("button", name=pane)
    if tab.is_visible():
        tab.click()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.timeout(300)
def test_no_state_has_barriers(browser: Browser, product: Product, size: tuple[int, int]) -> None:
    wrong: list[str] = []
    found: dict[str, list[str]] = {}
    page = sit_down(browser, product, "zhao.min", size)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)

    def look(state: str) -> None:
        found[state] = violations(page)

    look("nobody waits")
    others = [wants_a_person(product, "供热不热我要投诉，气死了"), wants_a_person(product, "居住证怎么办")]
    conversation = wants_a_person(product, "社保卡丢了怎么补，电话13812345678")
    expect(row(page, conversation)).to_be_visible()
    look("queue")
    row(page, others[0]).locator(".queue-open").click()
    expect(page.get_by_text("这位市民在等人工")).to_be_visible()
    look("waiting")
    show(page, "会话")
    take(page, conversation)
    expect(page.locator(".advice-card").first).to_be_attached()
    look("talk")
    show(page, "建议")
    look("suggestions")
    page.get_by_role("article", name="建议 1").get_by_role("button", name="报错").click()
    look("report")
    page.get_by_role("button", name="答非所问").click()
    expect(page.get_by_text("已报错：答非所问")).to_be_visible()
    page.get_by_role("article", name="建议 1").get_by_role("button", name="插入").click()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()
    look("inserted")
    for name, ready in (("转派", "转给坐席"), ("交回智能助手", "备注"), ("生成工单", "经过和诉求"), ("结束", "小结（")):
        page.locator(".talk .pane-head").get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog").get_by_label(ready)).to_be_visible()
        look(name)
        if name == "生成工单":
            page.get_by_role("button", name="提交工单").click()
        else:
            page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#reply").focus()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("把第几条建议插入回复框")).to_be_visible()
    look("keys")
    page.keyboard.press("Escape")
    page.get_by_label("大字").check()
    look("big")
    page.get_by_label("大字").uncheck()
    page.get_by_role("link", name="工单", exact=True).click()
    page.locator(".ticket-list .queue-open").first.click()
    expect(page.get_by_text("经过", exact=True)).to_be_visible()
    look("ticket")
    page.get_by_role("button", name="督办").click()
    look("move")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="接待").click()
    page.context.set_offline(True)
    expect(page.get_by_role("button", name="立即重连")).to_be_visible()
    look("offline")
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="立即重连")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
    assert {state: problems for state, problems in found.items() if problems} == {}
    assert wrong == []


@pytest.mark.timeout(180)
def test_everything_goes_by_keys(browser: Browser, product: Product) -> None:
    page = sit_down(browser, product, "wang.fang")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=product.url)
    conversations = [wants_a_person(product, question) for question in ("身份证丢了要多少钱", "社保卡丢了怎么补")]
    expect(row(page, conversations[1])).to_be_visible()
    longest = page.get_by_role("region", name=re.compile("待接入")).locator(".queue-row b").first.inner_text()
    page.keyboard.press("Alt+a")
    expect(page.locator(".talk .pane-head")).to_contain_text(longest)
    expect(page.locator("#reply")).to_be_visible()
    for conversation in conversations:
        if name_of(conversation) != longest:
            take(page, conversation)
            expect(page.locator(".talk .pane-head")).to_contain_text(name_of(conversation))
    for conversation in conversations:
        expect(page.get_by_role("region", name=re.compile("进行中")).filter(has_text=name_of(conversation))).to_be_visible()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".talk .pane-head")).to_contain_text(name_of(conversations[0]))
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".talk .pane-head")).to_contain_text(name_of(conversations[1]))
    page.keyboard.press("Alt+ArrowUp")
    card = page.get_by_role("article", name="建议 1").filter(has_text="40元")
    expect(card).to_be_visible()
    page.keyboard.press("Alt+Shift+Digit1")
    expect(page.get_by_text("已复制")).to_be_visible()
    script = page.evaluate("navigator.clipboard.readText()")
    assert "40元" in script
    page.keyboard.press("Alt+1")
    expect(page.locator("#reply")).to_have_value(script)
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".bubble.staff").last).to_contain_text("40元")
    page.keyboard.press("Control+k")
    expect(page.get_by_label("搜索知识库、办事指南")).to_be_focused()
    page.keyboard.press("Alt+p")
    expect(page.get_by_label("手动输入来电人的话")).to_be_focused()
    page.keyboard.press("Alt+r")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("为什么?")  # in a reply it is a question mark
    expect(page.locator("#reply")).to_have_value("为什么?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    # What has no key of its own is reached by Tab.
    reached: set[str] = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText || document.activeElement.id"))
    for name in ("转派", "交回智能助手", "结束", "生成工单", "复制", "有用", "报错", "phone-words", "工单", "退出登录"):
        assert any(name in one for one in reached), f"{name} is not reached by Tab"
    page.context.close()


@pytest.mark.timeout(120)
def test_a_new_hand_off_is_heard_and_seen(browser: Browser, product: Product) -> None:
    page = sit_down(browser, product, "li.hua")
    page.evaluate(
        """() => {
            window.tones = 0
            const start = OscillatorNode.prototype.start
            OscillatorNode.prototype.start = function (...args) { window.tones += 1; return start.apply(this, args) }
            Object.defineProperty(document, 'hasFocus', {value: () => false})
        }"""
    )
    conversation = wants_a_person(product, "护照怎么办")
    expect(row(page, conversation)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="等待接入")).to_be_attached()
    page.wait_for_function("() => document.title.includes('有新的转人工')")
    page.wait_for_function("() => window.tones === 2")
    page.get_by_role("button", name="提示音：开").click()
    another = wants_a_person(product, "港澳通行证怎么办")
    expect(row(page, another)).to_be_visible()
    assert page.evaluate("window.tones") == 2
    say(product, "算了不等了", another)
    page.context.close()


def test_a_long_wait_is_told_in_red_and_in_words(browser: Browser, product: Product) -> None:
    conversation = wants_a_person(product, "结婚登记要带什么")
    page = sit_down(browser, product, "li.hua")
    clock = row(page, conversation).locator(".clock")
    expect(clock).to_contain_text("等待")
    page.clock.install()
    page.clock.fast_forward("04:00")
    expect(clock).to_contain_text("久等")
    expect(clock).to_have_css("color", "rgb(161, 33, 26)")
    page.context.close()


def test_the_first_page_is_small() -> None:
    index = STATIC / "desk" / "index.html"
    text = index.read_text(encoding="utf-8")
    files = [STATIC / name.lstrip("/") for name in re.findall(r'(?:src|href)="(/assets/[^"]+)"', text)]
    assert files
    size = sum(len(gzip.compress(path.read_bytes())) for path in (index, *files))
    assert size <= LARGEST, size
