"""人工核对: switched on in the studio, an answer waits for the operator at the desk, who sends it, mends it, refuses it or is too late."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.product import Product
from tests.browser.citizen import READY, Citizen
from tests.browser.desk import PHONE, desk, row, sit_down
from tests.browser.studio import sign_in, violations

CHECKING = "答案正在请工作人员核对，最多等20秒"
OVER_MS = 45_000
"""The twenty seconds, on a busy machine."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="module")
def wang(browser: Browser, product: Product) -> Page:
    """An operator on duty, once the domain of identity cards is checked."""
    admin = sign_in(browser, product, "zhao.min")
    admin.goto(f"{product.url}/studio/#/notices")
    rules = admin.get_by_role("region", name="人工核对").first
    expect(rules.get_by_text("现在都不用核对")).to_be_visible()
    rules.get_by_role("combobox", name="核对的领域").fill("户政")
    admin.keyboard.press("Enter")
    rules.get_by_role("button", name="开启核对").click()
    expect(rules.get_by_role("button", name="停止核对：户政 吉林省")).to_be_visible()
    assert violations(admin) == []
    admin.context.close()
    return sit_down(browser, product, "wang.fang")


def citizen_at(browser: Browser, product: Product, *, elder: bool = False) -> Citizen:
    page = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN").new_page()
    page.goto(f"{product.url}/{'?elder=1' if elder else ''}")
    page.wait_for_selector(READY)
    return Citizen(page, product)


def test_an_answer_is_sent_by_a_key_and_the_citizen_is_told_at_once_that_it_is_checked(
    browser: Browser, product: Product, wang: Page
) -> None:
    citizen = citizen_at(browser, product)
    expect(citizen.ask("身份证丢了要多少钱")).to_contain_text(CHECKING)
    assert violations(citizen.page) == []
    held = wang.get_by_role("region", name="待核对的答案")
    expect(held).to_contain_text("身份证丢了要多少钱")
    expect(held.get_by_role("region", name="智能助手的答案")).to_contain_text("40元")
    expect(held.get_by_text(re.compile("^来源："))).to_be_visible()
    expect(held.locator(".clock")).to_have_text(re.compile(r"还有 1?\d 秒"))
    assert violations(wang) == []
    wang.keyboard.press("Alt+c")
    expect(citizen.last).to_contain_text("已核对〕")
    expect(citizen.last).to_contain_text("40元")
    expect(held).to_be_hidden()
    citizen.page.context.close()


def test_an_answer_is_mended_before_it_is_sent(browser: Browser, product: Product, wang: Page) -> None:
    citizen = citizen_at(browser, product)
    expect(citizen.ask("身份证丢了怎么补办")).to_contain_text(CHECKING)
    held = wang.get_by_role("region", name="待核对的答案")
    expect(held).to_be_visible()
    wang.keyboard.press("Alt+g")
    field = held.get_by_label("改成")
    expect(field).to_be_focused()
    assert violations(wang) == []
    field.fill("带户口本到派出所，当场就能办。")
    wang.keyboard.press("Control+Enter")
    expect(citizen.last).to_contain_text("核对并修改〕带户口本到派出所，当场就能办。")
    expect(citizen.last.locator(".card:not(.link)")).to_have_count(0)
    expect(held).to_be_hidden()
    citizen.page.context.close()


def test_of_two_answers_one_is_chosen_and_refused_and_its_citizen_gets_a_person(browser: Browser, product: Product, wang: Page) -> None:
    first, second = citizen_at(browser, product), citizen_at(browser, product, elder=True)
    expect(first.ask("身份证丢了要多少钱")).to_contain_text(CHECKING)
    expect(second.ask("身份证丢失补领几天办好")).to_contain_text(CHECKING)
    held = wang.get_by_role("region", name="待核对的答案")
    expect(held.get_by_role("heading")).to_have_text("待核对 2")
    held.get_by_role("button", name="身份证丢失补领几天办好").click()
    wang.keyboard.press("Alt+b")
    expect(second.last).to_contain_text("没有发给您")
    expect(held.locator(".held-one")).to_contain_text("身份证丢了要多少钱")
    wang.keyboard.press("Alt+c")
    expect(first.last).to_contain_text("已核对〕")
    second.press("转人工", inside=second.last)
    expect(row(wang, second.conversation)).to_contain_text("长辈版")
    for citizen in (first, second):
        citizen.page.context.close()


@pytest.mark.timeout(180)
def test_who_is_too_late_is_told_and_so_is_the_citizen(browser: Browser, product: Product, wang: Page) -> None:
    citizen = citizen_at(browser, product)
    expect(citizen.ask("身份证丢了要多少钱")).to_contain_text(CHECKING)
    held = wang.get_by_role("region", name="待核对的答案")
    expect(held).to_be_visible()
    wang.keyboard.press("Alt+g")
    held.get_by_label("改成").fill("等一下")
    expect(citizen.last).to_contain_text("〔未经人工核对〕", timeout=OVER_MS)
    expect(citizen.last).to_contain_text("40元")
    expect(citizen.replies.filter(has_text="20秒内没有等到工作人员核对")).to_be_visible()
    expect(citizen.last.get_by_role("button", name="转人工", exact=True)).to_be_visible()
    assert violations(citizen.page) == []
    expect(held).to_be_hidden()
    expect(wang.get_by_text("您正在改的话没有发出")).to_be_visible()
    citizen.page.context.close()


@pytest.mark.timeout(120)
def test_on_a_phone_the_answer_stands_above_every_pane(browser: Browser, product: Product, wang: Page) -> None:
    page = sit_down(browser, product, "li.hua", PHONE)
    asked = httpx.post(f"{product.url}/api/v1/chat", json={"text": "身份证丢了要多少钱"}, timeout=30, trust_env=False).json()
    assert CHECKING in asked["replies"][0]["text"]
    held = page.get_by_role("region", name="待核对的答案")
    for pane in ("对话", "建议", "会话"):
        page.get_by_role("navigation", name="三个窗格").get_by_role("button", name=pane).click()
        expect(held).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    held.get_by_role("button", name="采纳").first.click()
    expect(held).to_be_hidden()
    expect(wang.get_by_role("region", name="待核对的答案")).to_be_hidden()
    page.context.close()
