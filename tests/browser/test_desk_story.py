"""Two operators and a citizen: one takes over, answers with a suggestion, passes on; a ticket is answered; a dead browser loses nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.product import Product, wait_until
from tests.browser.citizen import READY, Citizen, hold
from tests.browser.desk import PHONE, adopted, call, desk, hear, name_of, row, sit_down, take, wants_a_person

CLAIM = "**/claim"
GONE_MS = 120_000
"""An operator unseen for 45 s is gone; a busy machine looks later."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


def citizen_at(browser: Browser, product: Product) -> Citizen:
    page = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN").new_page()
    page.goto(f"{product.url}/")
    page.wait_for_selector(READY)
    return Citizen(page, product)


def dialog_button(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


@pytest.mark.timeout(600)
def test_from_a_question_to_an_answered_ticket(browser: Browser, product: Product) -> None:
    citizen = citizen_at(browser, product)
    pages = {account: sit_down(browser, product, account) for account in ("wang.fang", "li.hua")}
    citizen.ask("身份证丢了要多少钱")
    citizen.type("转人工")
    for page in pages.values():
        expect(row(page, citizen.conversation)).to_be_visible()

    # Both press before either is heard; one has the conversation, the other is told who.
    held = [hold(page, CLAIM) for page in pages.values()]
    for page in pages.values():
        row(page, citizen.conversation).get_by_role("button", name="接入").click()
    for page, routes in zip(pages.values(), held, strict=True):
        wait_until(lambda page=page, routes=routes: bool(page.wait_for_timeout(20) or routes), "the claim")
    for page, routes in zip(pages.values(), held, strict=True):
        routes[0].continue_()
        page.unroute(CLAIM)
    expect(pages["wang.fang"].locator("#reply").or_(pages["wang.fang"].get_by_text("已经接入这个会话"))).to_be_visible()
    winner = "wang.fang" if pages["wang.fang"].locator("#reply").is_visible() else "li.hua"
    loser = "li.hua" if winner == "wang.fang" else "wang.fang"
    first, second = pages[winner], pages[loser]
    expect(first.locator("#reply")).to_be_visible()
    expect(second.get_by_text("已经接入这个会话")).to_be_visible()
    expect(row(second, citizen.conversation)).to_have_count(0)
    expect(citizen.last).to_contain_text("为您服务")
    expect(first.get_by_role("region", name="前情摘要")).to_contain_text("身份证丢了要多少钱")

    # A suggestion goes into the reply, is taken back, goes in again, is changed and sent.
    citizen.type("补办身份证到底多少钱")
    card = first.get_by_role("article", name="建议 1").filter(has_text="答“补办身份证到底多少钱”")
    expect(card).to_contain_text("40元")
    first.keyboard.press("Alt+1")
    expect(first.locator("#reply")).to_have_value(card.locator(".script").inner_text())
    first.get_by_role("button", name="撤销").click()
    expect(first.locator("#reply")).to_have_value("")
    assert adopted(product, winner) == 0
    first.keyboard.press("Alt+1")
    expect(first.locator("#reply")).not_to_have_value("")
    first.locator("#reply").press_sequentially("现在就可以来。")
    first.keyboard.press("Control+Enter")
    expect(citizen.last).to_contain_text("40元")
    expect(citizen.last).to_contain_text("现在就可以来。")
    expect(first.locator("#reply")).to_have_value("")
    wait_until(lambda: adopted(product, winner) == 1, "the use of the suggestion")

    # Passed on with a note: the colleague sees it, the citizen is told.
    first.get_by_role("button", name="转派").click()
    first.get_by_role("dialog").get_by_label("转给坐席").select_option(loser)
    dialog_button(first, "转派")
    expect(first.get_by_text("请写明办到哪一步")).to_be_visible()
    first.get_by_role("dialog").get_by_label("给接手的人一句说明").fill("费用说过了，还要看材料")
    dialog_button(first, "转派")
    expect(row(first, citizen.conversation)).to_have_count(0)
    row(second, citizen.conversation).locator(".queue-open").click()
    expect(second.get_by_role("region", name="前情摘要")).to_contain_text("费用说过了，还要看材料")
    expect(citizen.last).to_contain_text("现在由工号")

    # A ticket drafted from the citizen's words, sent, answered; the citizen reads the answer.
    second.get_by_role("button", name="生成工单").click()
    dialog = second.get_by_role("dialog")
    expect(dialog.get_by_label("经过和诉求")).to_have_value(re.compile("补办身份证到底多少钱"))
    dialog.get_by_label("标题", exact=True).fill("身份证补领费用没有公示")
    dialog.get_by_label("办理单位", exact=True).fill("长春市公安局")
    dialog_button(second, "提交工单")
    expect(dialog).to_be_hidden()
    second.goto(f"{product.url}/desk/#/tickets")
    second.get_by_role("button", name="身份证补领费用没有公示").click()
    expect(second.get_by_role("region", name="工单内容").get_by_text("办理中")).to_be_visible(timeout=30_000)
    second.get_by_role("button", name="答复", exact=True).click()
    second.get_by_role("dialog").get_by_label("答复内容").fill("窗口已经贴出收费标准。")
    second.get_by_role("dialog").get_by_label("办理结果").select_option("解决")
    dialog_button(second, "答复")
    expect(second.get_by_role("region", name="工单内容").get_by_text("已答复")).to_be_visible()
    expect(citizen.last).to_contain_text("窗口已经贴出收费标准。")

    # The colleague's browser dies: the conversation waits again, and is ended with a summary that somebody stands for.
    second.context.close()
    expect(row(first, citizen.conversation)).to_be_visible(timeout=GONE_MS)
    take(first, citizen.conversation)
    expect(first.get_by_role("region", name="前情摘要")).to_contain_text("坐席掉线")
    first.get_by_role("button", name="结束", exact=True).click()
    dialog = first.get_by_role("dialog")
    expect(dialog.get_by_label("小结（")).to_have_value(re.compile("市民咨询"))
    expect(dialog.get_by_role("region", name="工单草稿")).to_contain_text("身份证")
    dialog_button(first, "结束会话")
    expect(dialog.get_by_text("小结是自动起草的")).to_be_visible()
    dialog.get_by_label("小结我核对过").check()
    dialog_button(first, "结束会话")
    expect(first.get_by_text("会话已经结束")).to_be_visible()
    expect(row(first, citizen.conversation)).to_have_count(0)


def test_a_reply_without_network_is_sent_once_when_it_is_back(browser: Browser, product: Product) -> None:
    conversation = wants_a_person(product, "居住证怎么办")
    page = sit_down(browser, product, "wang.fang")
    take(page, conversation)
    page.fill("#reply", "带身份证就行。")
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    page.reload()
    expect(page.locator("#reply")).to_have_value("带身份证就行。")
    page.context.set_offline(True)
    expect(page.get_by_text("和服务器的连接断了")).to_be_visible()
    page.keyboard.press("Alt+R")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("没有发出")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("没有发出")).to_be_hidden()
    expect(page.locator(".bubble.staff").filter(has_text="带身份证就行。")).to_have_count(1)
    stored = httpx.get(f"{product.url}/api/v1/chat/{conversation}/messages", trust_env=False, timeout=30).json()["messages"]
    assert [one["text"] for one in stored].count("带身份证就行。") == 1
    page.context.close()


def test_numbers_stay_covered_until_somebody_looks(browser: Browser, product: Product) -> None:
    conversation = wants_a_person(product, "社保卡丢了，我电话13812345678")
    page = sit_down(browser, product, "wang.fang")
    row(page, conversation).locator(".queue-open").click()
    expect(page.get_by_text(f"{name_of(conversation)}").first).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("手机号 ＊＊＊＊")
    expect(page.get_by_role("button", name=re.compile("^显示"))).to_have_count(0)
    take(page, conversation)
    page.get_by_role("log").get_by_role("button", name=re.compile("^显示")).click()
    expect(page.get_by_role("log")).to_contain_text("13812345678")
    page.context.close()


def test_a_call_is_read_while_it_is_spoken(browser: Browser, product: Product) -> None:
    page = sit_down(browser, product, "li.hua")
    with call(product, "call-7001") as line:
        hear(line, "partial", "身份证丢了")
        page.get_by_role("button", name="来电 7001").click()
        expect(page.locator(".bubble.partial")).to_contain_text("身份证丢了")
        hear(line, "final", "身份证丢了要多少钱")
        expect(page.locator(".bubble.partial")).to_have_count(0)
        expect(page.get_by_role("article", name="建议 1")).to_contain_text("40元")
        hear(line, "end", "")
    expect(page.get_by_text("已挂断")).to_be_visible()
    page.context.close()


def test_suggestions_do_not_move_under_the_pointer(browser: Browser, product: Product) -> None:
    page = sit_down(browser, product, "li.hua")
    words = page.get_by_label("手动输入来电人的话")
    words.fill("身份证丢了要多少钱")
    words.press("Enter")
    first = page.get_by_role("article", name="建议 1")
    expect(first).to_contain_text("40元")
    title = first.locator("b").first.inner_text()
    first.hover()
    words.fill("养老保险怎么转到外地")
    words.press("Enter")
    expect(page.get_by_role("button", name="有更新")).to_be_visible()
    expect(first).to_contain_text(title)
    expect(first).to_contain_text("答的是前一句")
    page.get_by_role("button", name="有更新").click()
    expect(first).to_contain_text("养老保险")
    page.context.close()


def test_a_question_that_decides_the_answer_is_asked(browser: Browser, product: Product) -> None:
    page = sit_down(browser, product, "li.hua")
    page.keyboard.press("Control+k")
    page.keyboard.type("护照首次申领要带什么材料")
    page.keyboard.press("Enter")
    ask = page.get_by_role("article", name="需要追问")
    expect(ask).to_be_visible()
    question = ask.locator(".script").inner_text()
    ask.get_by_role("group").get_by_role("button").first.click()
    expect(page.get_by_role("article", name=f"需要追问：{question}")).to_have_count(0)
    expect(page.get_by_role("article", name="建议 1")).to_be_visible()
    page.context.close()
