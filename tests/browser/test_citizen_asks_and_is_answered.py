"""From the first screen to the next step: answers with their sources, questions back, lists, status, halls, a person, a rating."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.api.product import Product
from tests.browser.citizen import PHONE, READY, Citizen, hold
from tests.browser.conftest import OpenPage

OWN_LIST = "按我的情形列清单"


@pytest.fixture
def citizen(page: OpenPage, server: Product) -> Citizen:
    return Citizen(page("/", ready=READY, **PHONE), server)


def test_the_first_screen_works_without_typing(citizen: Citizen) -> None:
    page = citizen.page
    hot = page.locator(".hot button")
    expect(hot).to_have_count(6)
    expect(page.locator(".privacy")).to_contain_text("密码")
    expect(page.locator(".hand-on")).to_be_visible()
    asked = hot.first.inner_text()
    hot.first.click()
    citizen.answered()
    expect(citizen.said).to_have_count(1)
    expect(citizen.last).to_contain_text(asked[:3])


def test_an_answer_names_its_source_and_the_sheet_tells_more(citizen: Citizen) -> None:
    reply = citizen.ask("身份证丢了多少钱")
    expect(reply).to_contain_text("40元/证")
    reply.locator(".sources button").first.click()
    sheet = citizen.page.get_by_role("dialog")
    expect(sheet).to_contain_text("居民身份证丢失补领办事指南")
    expect(sheet).to_contain_text("2003〕2322号")
    expect(sheet).to_contain_text("公安")
    expect(sheet).to_contain_text(re.compile(r"\d{4}-\d{2}-\d{2}"))
    expect(sheet).to_contain_text("第 1 版")
    citizen.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(reply.locator(".sources button").first).to_be_focused()


def test_what_is_done_is_said_at_once(citizen: Citizen) -> None:
    held = hold(citizen.page, "**/api/v1/chat")
    citizen.type("身份证丢了咋整")
    expect(citizen.page.locator(".working")).to_have_text("正在核对办事指南…")
    expect(citizen.said).to_have_text(["身份证丢了咋整"])
    held[0].continue_()
    expect(citizen.page.locator(".working")).to_have_count(0)
    expect(citizen.last).to_contain_text("居民身份证丢失补领")


def test_questions_lead_to_the_exact_list_and_on_to_the_link(citizen: Citizen) -> None:
    citizen.ask("租房提取公积金要什么材料")
    card = citizen.page.get_by_role("region", name=re.compile("办事指南：租房提取住房公积金"))
    order = ["租房提取住房公积金", "办理时限", "费用", "要带的材料", "办理流程", "到哪里办", "去网上办理"]
    text = card.inner_text()
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order), text
    possible = card.locator(".materials li").count()
    card.get_by_role("checkbox").first.check()
    expect(card).to_contain_text(re.compile(r"已备 1 / 必要 \d"))
    card.get_by_role("button", name=OWN_LIST).click()
    asked, options = card.locator(".wizard .asked"), card.locator(".wizard .options button")
    first = asked.inner_text()
    expect(asked).to_be_focused()
    expect(card.locator("progress")).to_be_visible()
    options.first.click()
    expect(asked).not_to_have_text(first)
    card.get_by_role("button", name="上一题").click()
    expect(asked).to_have_text(first)
    options.first.click()
    expect(asked).not_to_have_text(first)
    options.first.click()
    expect(card.locator(".exact-head")).to_contain_text("按您的情形")
    assert 0 < card.locator(".materials li").count() <= possible
    assert not card.locator(".materials .sometimes").count(), "an exact list has no conditions left"
    link = card.get_by_role("link", name=re.compile("去网上办理"))
    expect(link).to_have_attribute("href", re.compile(r"^https://[a-z.]+\.gov\.cn/"))
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(card).to_contain_text(re.compile(r"打开 .*gov\.cn"))


def test_on_return_from_a_link_it_is_asked_whether_it_worked(citizen: Citizen) -> None:
    page = citizen.page
    page.context.route("https://zwfw.jl.gov.cn/**", lambda route: route.fulfill(body="ok", content_type="text/plain"))
    card = citizen.ask("二手房过户要什么材料")
    with page.context.expect_page() as opened:
        card.get_by_role("link", name=re.compile("去网上办理")).click()
    opened.value.close()
    # A browser without a window hides no page: the return is told to the page as browsers tell it.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    question = page.get_by_role("region", name="办成了吗？")
    question.get_by_role("button", name="没办成").click()
    expect(question.get_by_role("button", name="转人工")).to_be_visible()


def test_a_choice_becomes_a_message_that_can_be_read(citizen: Citizen) -> None:
    reply = citizen.ask("补办证")
    buttons = reply.locator(".options button")
    titles = [button.inner_text() for button in buttons.all()]
    assert titles[-1] == "都不是，转人工"
    chosen = buttons.nth(1).locator("span").inner_text()
    before = citizen.replies.count()
    buttons.nth(1).click()
    citizen.answered(before)
    expect(citizen.said).to_have_text(["补办证", chosen])
    citizen.page.reload()
    expect(citizen.said).to_have_text(["补办证", chosen])


def test_typing_stays_possible_beside_the_choices(citizen: Citizen) -> None:
    citizen.ask("补办证")
    expect(citizen.ask("身份证丢了多少钱")).to_contain_text("40元/证")


def test_the_status_of_an_application_is_shown_on_its_line(citizen: Citizen) -> None:
    citizen.press("查办件进度")
    citizen.ask("JL202611000001")
    reply = citizen.ask("1234")
    stages = reply.locator(".stages li")
    expect(stages).to_have_text(["收件", "受理", "审核", "决定", "办结"])
    expect(reply.locator(".stages [aria-current=step]")).to_have_count(1)
    expect(reply).to_contain_text("居民身份证丢失补领")


def test_halls_say_whether_they_are_open_now(citizen: Citizen) -> None:
    citizen.press("附近办事大厅")
    reply = citizen.press("长春市")
    hall = reply.get_by_role("region", name="长春市政务服务中心")
    expect(hall).to_contain_text(re.compile("现在(开门|休息|午休)"))
    expect(hall).to_contain_text("周一至周五")
    expect(citizen.page.locator(".top .pill").filter(has_text="长春市")).to_be_visible()


def test_a_person_can_be_asked_for_from_anywhere_and_taken_back(citizen: Citizen) -> None:
    page = citizen.page
    page.get_by_role("button", name="搜索").click()
    reply = citizen.press("转人工")
    card = reply.get_by_role("region", name="转人工")
    expect(card.get_by_role("link", name="打 12345")).to_have_attribute("href", "tel:12345")
    card.get_by_role("button", name="留言").click()
    expect(page.locator("#composer")).to_be_focused()
    expect(page.locator("#composer")).to_have_attribute("placeholder", re.compile("一次说全"))
    before = citizen.replies.count()
    card.get_by_role("button", name="不转了").click()
    citizen.answered(before)
    expect(card.get_by_role("button", name="不转了")).to_have_count(0)


def test_a_bad_rating_asks_why_and_is_given_once(citizen: Citizen) -> None:
    page = citizen.page
    citizen.ask("身份证丢了多少钱")
    page.get_by_role("button", name="评价服务").click()
    card = page.locator(".rating")
    expect(card.get_by_role("radio")).to_have_count(5)
    card.get_by_role("radio", name="满意", exact=True).check(force=True)
    expect(card.get_by_role("button", name="提交评价")).to_be_enabled()
    card.get_by_role("radio", name="不满意", exact=True).check(force=True)
    expect(card.get_by_role("button", name="提交评价")).to_be_disabled()
    card.get_by_role("checkbox", name="说得太复杂").check(force=True)
    card.get_by_role("button", name="提交评价").click()
    expect(page.locator(".log")).to_contain_text("感谢您的评价")
    page.reload()
    page.get_by_role("button", name="评价服务").click()
    expect(page.locator(".log")).to_contain_text("感谢您的评价")
    expect(card).to_have_count(0)


def test_search_lists_guides_and_opens_them(citizen: Citizen) -> None:
    page = citizen.page
    page.get_by_role("button", name="搜索").click()
    page.fill("#composer", "身份证丢失")
    page.press("#composer", "Enter")
    row = page.locator(".result").filter(has_text="居民身份证丢失补领").first
    expect(row).to_contain_text("办事指南")
    row.get_by_role("button", name="查看").click()
    expect(page.get_by_role("region", name="办事指南：居民身份证丢失补领")).to_contain_text("40元/证")
    expect(citizen.said).to_have_count(0)


def test_navigation_shows_the_halls_of_the_place_chosen(citizen: Citizen) -> None:
    page = citizen.page
    page.get_by_role("button", name="导航").click()
    page.get_by_role("button", name="您在哪里办事？").click()
    page.get_by_role("searchbox").fill("延吉")
    page.get_by_role("dialog").get_by_role("button", name="延吉市", exact=True).click()
    hall = page.get_by_role("region", name="延吉市政务服务中心")
    expect(hall).to_contain_text(re.compile("现在(开门|休息|午休)"))
    expect(hall).to_contain_text("可用朝鲜语")
