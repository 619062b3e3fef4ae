"""Nothing is lost and nothing is doubled: reloads in the middle, dead networks, slow answers, no stream."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.api.product import Product, wait_until
from tests.browser.citizen import PHONE, READY, Citizen, hold
from tests.browser.conftest import OpenPage

COST = "身份证丢了多少钱"
CHAT = "**/api/v1/chat"


@pytest.fixture
def citizen(page: OpenPage, server: Product) -> Citizen:
    return Citizen(page("/", ready=READY, **PHONE), server)


def test_a_reload_in_the_middle_loses_nothing(citizen: Citizen) -> None:
    page = citizen.page
    citizen.ask("身份证丢了咋整")
    page.locator(".guide").get_by_role("checkbox").first.check()
    hold(page, CHAT)
    citizen.type("多少钱")
    page.fill("#composer", "还没写完的话")
    expect(page.locator(".working")).to_be_visible()
    page.unroute(CHAT)
    page.reload()
    expect(citizen.said).to_have_text(["身份证丢了咋整", "多少钱"])
    expect(citizen.last).to_contain_text("40元/证")
    expect(page.locator("#composer")).to_have_value("还没写完的话")
    expect(page.locator(".guide").get_by_role("checkbox").first).to_be_checked()


def test_a_message_whose_answer_was_lost_is_sent_again_and_stored_once(citizen: Citizen) -> None:
    page = citizen.page
    citizen.ask("身份证丢了咋整")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(CHAT, lose, times=1)
    with page.expect_event("requestfailed"):  # the stream may bring the answer before the loss is through
        citizen.type("多少钱")
    expect(citizen.last).to_contain_text("40元/证")
    expect(citizen.said).to_have_text(["身份证丢了咋整", "多少钱"])
    assert [message["text"] for message in citizen.stored() if message["sender"] == "citizen"] == ["身份证丢了咋整", "多少钱"]


def test_a_first_message_whose_answer_was_lost_begins_one_conversation(citizen: Citizen) -> None:
    page = citizen.page
    begun: list[str] = []

    def lose(route: Route) -> None:
        begun.append(route.fetch().json()["conversation"])
        route.abort()

    page.route(CHAT, lose, times=1)
    with page.expect_event("requestfailed"):
        citizen.type(COST)
    expect(citizen.last).to_contain_text("40元/证")
    assert citizen.conversation == begun[0]


def test_without_network_messages_wait_and_are_sent_by_themselves(citizen: Citizen) -> None:
    page = citizen.page
    citizen.ask("身份证丢了咋整")
    page.context.set_offline(True)
    bar = page.get_by_role("region", name=re.compile("网络断开了"))
    expect(bar).to_be_visible()
    expect(citizen.announced()).to_contain_text("恢复后自动发送")
    citizen.type("多少钱")
    expect(page.locator(".row.mine").last).to_contain_text("网络恢复后自动发送")
    page.context.set_offline(False)
    expect(citizen.last).to_contain_text("40元/证")
    expect(bar).to_have_count(0)
    expect(citizen.said).to_have_text(["身份证丢了咋整", "多少钱"])
    assert sum(message["text"] == "多少钱" for message in citizen.stored()) == 1


def test_a_refused_message_stays_and_can_be_sent_again(citizen: Citizen) -> None:
    page = citizen.page
    refusal = {"status": 500, "content_type": "application/json", "body": '{"detail": "系统这会儿有点忙，请稍后再试。"}'}
    page.route(CHAT, lambda route: route.fulfill(**refusal), times=1)
    citizen.type(COST)
    row = page.locator(".row.mine").last
    expect(row).to_contain_text("系统这会儿有点忙")
    row.get_by_role("button", name="重发").click()
    expect(citizen.last).to_contain_text("40元/证")
    expect(citizen.said).to_have_count(1)


def test_after_eight_seconds_it_apologises_and_offers_a_person(page: OpenPage, server: Product) -> None:
    opened = page("", **PHONE)
    opened.clock.install()
    opened.goto("/")
    citizen = Citizen(opened, server)
    held = hold(opened, CHAT)
    citizen.type(COST)
    expect(opened.locator(".working")).to_have_text("正在核对办事指南…")
    opened.clock.fast_forward(8_100)
    expect(opened.locator(".working")).to_contain_text("久等")
    expect(opened.locator(".log").get_by_role("button", name="转人工")).to_be_visible()
    held[0].continue_()
    expect(citizen.last).to_contain_text("40元/证")


def test_messages_from_elsewhere_come_by_themselves(citizen: Citizen) -> None:
    citizen.ask("身份证丢了咋整")
    citizen.elsewhere("多少钱")
    expect(citizen.last).to_contain_text("40元/证")
    expect(citizen.said).to_have_text(["身份证丢了咋整", "多少钱"])


def test_they_come_without_a_stream_too(page: OpenPage, server: Product) -> None:
    opened = page("", **PHONE)
    opened.clock.install()
    opened.route("**/events", lambda route: route.fulfill(status=503, body=""))
    opened.goto("/")
    citizen = Citizen(opened, server)
    with opened.expect_request("**/events"):
        citizen.ask("身份证丢了咋整")
    citizen.elsewhere("多少钱")
    with opened.expect_response(re.compile(r"/messages\?after=")):
        opened.clock.run_for(15_000)
    expect(citizen.last).to_contain_text("40元/证")


def test_a_conversation_that_is_over_is_followed_by_a_new_one(citizen: Citizen, server: Product) -> None:
    page = citizen.page
    citizen.ask(COST)
    first = citizen.conversation
    forged = "c-" + "0" * 32
    page.evaluate("id => sessionStorage.setItem('banshi.conversation', JSON.stringify({value: id, until: Date.now() + 1e6}))", forged)
    page.reload()
    expect(page.locator(".log")).to_contain_text("上次的对话已经结束")
    citizen.ask(COST)
    assert citizen.conversation not in (first, forged)


def test_leaving_clears_the_screen_and_the_device(citizen: Citizen) -> None:
    page = citizen.page
    citizen.ask("身份证丢了咋整")
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="结束对话").click()
    expect(page.locator(".log")).to_contain_text("本次服务已结束")
    expect(citizen.said).to_have_count(0)
    expect(page.locator(".rating")).to_be_visible()
    assert page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)].join()").find("conversation") < 0
    page.reload()
    expect(page.locator(".hot")).to_be_visible()
    expect(citizen.said).to_have_count(0)


def test_who_reads_further_up_is_not_moved_but_told(citizen: Citizen) -> None:
    page = citizen.page
    citizen.ask("身份证丢了咋整")
    citizen.ask("二手房过户要什么材料")
    page.locator(".log").hover()
    page.mouse.wheel(0, -20_000)
    wait_until(lambda: page.locator(".log").evaluate("list => list.scrollTop") == 0, "the top of the conversation")
    citizen.elsewhere("多少钱")
    pill = page.get_by_role("button", name="1 条新消息 ↓")
    expect(pill).to_be_visible()
    assert page.locator(".log").evaluate("list => list.scrollTop") == 0
    pill.click()
    expect(citizen.said.last).to_be_in_viewport()
    expect(pill).to_have_count(0)


def test_who_is_near_the_end_sees_what_comes(citizen: Citizen) -> None:
    citizen.ask("身份证丢了咋整")
    citizen.page.locator(".log").evaluate("list => { list.scrollTop = list.scrollHeight }")
    citizen.elsewhere("多少钱")
    expect(citizen.last).to_contain_text("40元/证")
    expect(citizen.last).to_be_in_viewport()
    expect(citizen.page.locator(".new-messages")).to_have_count(0)
