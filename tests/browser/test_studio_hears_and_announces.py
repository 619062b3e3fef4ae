"""差评 becomes work in the studio and its end reaches the citizen; a notice and the switch are made at the page and hold at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.product import Chat, Product, wait_until
from tests.browser.studio import ask, sign_in, studio, violations

QUESTION = "身份证丢失补领要带什么"
REASON = "材料清单没有少：未满十六岁的要监护人陪同，指南里已经写明。"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with studio(tmp_path_factory.mktemp("studio")) as running:
        yield running


def unhappy(product: Product) -> Chat:
    """A citizen who was answered and gives one star."""
    chat = Chat(product, region="222401")
    chat.say(QUESTION)
    url = f"{product.url}/api/v1/chat/{chat.conversation}/rating"
    assert httpx.post(url, json={"stars": 1, "reasons": ["说得太复杂"]}, timeout=30, trust_env=False).status_code == 200
    return chat


def open_page(page: Page, product: Product, fragment: str, heading: str) -> None:
    page.goto(f"{product.url}/studio/{fragment}")
    expect(page.get_by_role("heading", name=heading, exact=False).first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("正在载入")).to_be_hidden(timeout=30_000)


def test_a_bad_rating_is_worked_on_and_the_citizen_is_told(browser: Browser, product: Product) -> None:
    chat = unhappy(product)
    page = sign_in(browser, product, "li.hua")
    open_page(page, product, "#/work", "待办")
    page.get_by_role("link", name="说得太复杂").click()
    expect(page.get_by_role("heading", name=re.compile("差评 第"))).to_be_visible()
    expect(page.locator(".replay").get_by_text(QUESTION)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="办结…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("太短了")
    dialog.get_by_role("button", name="办结并告诉群众").click()
    expect(dialog.get_by_role("alert")).to_contain_text("10个字")
    dialog.get_by_label("已改内容").check()
    dialog.get_by_role("textbox").fill(REASON)
    dialog.get_by_role("button", name="办结并告诉群众").click()
    expect(dialog.get_by_role("alert")).to_contain_text("还没有发布")
    assert violations(page) == []
    dialog.get_by_label("已说明理由").check()
    dialog.get_by_role("button", name="办结并告诉群众").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text(REASON).first).to_be_visible()
    stored = httpx.get(f"{product.url}/api/v1/chat/{chat.conversation}/messages", timeout=30, trust_env=False).json()["messages"]
    assert stored[-1]["sender"] == "staff" and REASON in stored[-1]["text"]


def test_the_switch_and_a_notice_are_made_at_the_page(browser: Browser, product: Product) -> None:
    page = sign_in(browser, product, "zhao.min", width=1024, height=768)
    open_page(page, product, "#/notices", "公告与开关")
    page.get_by_role("button", name="关停智能问答…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=re.compile("关 ?停")).click()
    expect(dialog.get_by_role("alert")).to_contain_text("请写明")
    dialog.get_by_role("textbox", name="群众问什么").fill("智能问答正在检修")
    assert violations(page) == []
    dialog.get_by_role("button", name=re.compile("关 ?停")).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("智能问答在这些地方停着")).to_be_visible()
    assert violations(page) == []
    wait_until(lambda: "正在检修" in ask(product, QUESTION), "the switch")
    page.get_by_role("button", name="恢复：智能问答正在检修").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("恢 ?复")).click()
    expect(page.get_by_text("智能问答在这些地方停着")).to_be_hidden()
    wait_until(lambda: "正在检修" not in ask(product, QUESTION), "the bot's return")

    page.get_by_role("button", name="发公告").click()
    dialog.get_by_role("textbox", name="群众看到的话").fill("今晚22点系统维护")
    dialog.get_by_role("textbox", name="结束").or_(dialog.get_by_label("结束（空着要手动结束）")).first.fill("2099-01-01T08:00")
    dialog.get_by_role("button", name=re.compile("发 ?布")).click()
    expect(page.get_by_text("到 2099-01-01 08:00")).to_be_visible()

    citizen = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    citizen.goto(product.url)
    expect(citizen.get_by_text("今晚22点系统维护")).to_be_visible(timeout=20_000)


def test_a_citizen_appeals_at_the_page(browser: Browser, product: Product) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    page.goto(product.url)
    page.get_by_role("textbox").first.fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("[data-turn] .bubble, .row .bubble").nth(1)).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="评价服务").click()
    page.locator(".levels label").nth(1).click()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_role("button", name="对结果不满意？申诉").click()
    page.get_by_label("哪里不满意（一两句话）").fill("说得不清楚")
    assert violations(page) == []
    page.get_by_role("button", name="提交申诉").click()
    expect(page.get_by_text("申诉收到了").first).to_be_visible()
