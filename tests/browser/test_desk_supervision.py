"""A supervisor takes over, a ticket goes through every move, departments are offered, figures are seen, a long queue stays short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from banshi.assembly import china_now
from banshi.store.conversations import conversations
from banshi.store.database import open_database, write
from tests.api.product import Product, wait_until
from tests.browser.desk import adopted, desk, name_of, row, sit_down, take, wants_a_person
from tests.browser.studio import violations

POLICE = "公安部门（治安户政）"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


def dialog_button(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


@pytest.mark.timeout(180)
def test_a_supervisor_takes_over_and_both_pages_say_so(browser: Browser, product: Product) -> None:
    conversation = wants_a_person(product, "身份证丢了要多少钱")
    operator, supervisor = sit_down(browser, product, "wang.fang"), sit_down(browser, product, "zhao.min")
    take(operator, conversation)
    supervisor.get_by_role("button", name="其他坐席").click()
    row(supervisor, conversation).locator(".queue-open").click()
    expect(supervisor.get_by_text("王芳（工号")).to_be_visible()
    supervisor.get_by_role("button", name="接管…").click()
    dialog_button(supervisor, "接管")
    expect(supervisor.get_by_role("dialog").get_by_text("请写明理由")).to_be_visible()
    assert violations(supervisor) == []
    supervisor.get_by_role("dialog").get_by_label("为什么接管").fill("市民对前面的答复不满意")
    dialog_button(supervisor, "接管")
    expect(supervisor.locator("#reply")).to_be_visible()
    expect(supervisor.get_by_role("region", name="前情摘要")).to_contain_text("主管接管（赵敏）：市民对前面的答复不满意")

    told = operator.locator(".taken")
    expect(told).to_contain_text(f"赵敏 接管了您接待的 {name_of(conversation)}：市民对前面的答复不满意")
    expect(operator.locator("#reply")).to_have_count(0)
    expect(row(operator, conversation)).to_have_count(0)
    assert violations(operator) == []
    told.get_by_role("button", name="知道了").click()
    expect(told).to_have_count(0)
    operator.reload()
    expect(operator.get_by_role("heading", name="会话")).to_be_visible()
    expect(told).to_have_count(0)
    for page in (operator, supervisor):
        page.context.close()


def moved(page: Page, name: str, **fields: str) -> None:
    """One move of the ticket that is looked at; a field that is a list is chosen from."""
    page.get_by_role("region", name="工单内容").get_by_role("button", name=name, exact=True).click()
    dialog = page.get_by_role("dialog")
    for label, value in fields.items():
        control = dialog.get_by_label(label)
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)
    dialog_button(page, name)
    expect(dialog).to_be_hidden()


@pytest.mark.timeout(240)
def test_a_ticket_is_returned_pressed_answered_visited_and_closed(browser: Browser, product: Product) -> None:
    conversation = wants_a_person(product, "身份证丢了要多少钱")
    page = sit_down(browser, product, "zhao.min")  # 督办 is for who supervises
    take(page, conversation)

    # Where a conversation or a ticket can go is offered, the one whose matter it is first.
    page.get_by_role("button", name="转派").click()
    first = page.locator("#transfer-departments option").first
    expect(first).to_have_attribute("value", POLICE)
    assert page.locator("#transfer-departments option").count() > 5
    page.keyboard.press("Escape")
    page.get_by_role("button", name="生成工单").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#ticket-departments option").first).to_have_attribute("value", POLICE)
    expect(dialog.get_by_label("办理单位", exact=True)).to_have_value(POLICE)
    dialog.get_by_label("标题", exact=True).fill("窗口没有公示补领费用")
    dialog_button(page, "提交工单")
    expect(dialog).to_be_hidden()

    page.goto(f"{product.url}/desk/#/tickets")
    page.get_by_role("button", name="窗口没有公示补领费用").click()
    ticket = page.get_by_role("region", name="工单内容")
    state = ticket.locator(".pane-head .tag.info")
    expect(state).to_have_text("办理中", timeout=30_000)
    moved(page, "督办", 督办意见="市民又打来一次，请今天答复。")
    expect(ticket.locator(".events")).to_contain_text("督办")
    expect(ticket.locator(".events")).to_contain_text("请今天答复")
    expect(ticket.locator(".facts")).to_contain_text("紧急")
    moved(page, "退单", 退单理由="不归我们管，是分局的事。")
    expect(state).to_have_text("退单")
    moved(page, "派遣", 派给哪个单位="长春市公安局朝阳分局")
    expect(state).to_have_text("办理中")
    expect(ticket.locator(".facts")).to_contain_text("长春市公安局朝阳分局")
    moved(page, "答复", 答复内容="窗口已经贴出收费标准。", 办理结果="解决")
    expect(state).to_have_text("已答复")
    moved(page, "回访", 市民满意吗="基本满意", 市民怎么说="说看到了。")
    expect(ticket.locator(".facts")).to_contain_text("基本满意")
    expect(state).to_have_text("待回访")
    moved(page, "结案", 结案说明="回访过了。")
    expect(state).to_have_text("已办结")
    events = ticket.locator(".events li b").all_inner_texts()
    wanted = ["建立", "督办", "退单", "派遣", "答复", "回访", "结案"]
    assert [one for one in events if one in wanted] in (wanted, wanted[::-1])
    expect(ticket.get_by_role("button", name="退单")).to_have_count(0)
    assert violations(page) == []
    page.context.close()


def test_an_operator_sees_how_suggestions_were_taken(browser: Browser, product: Product) -> None:
    conversation = wants_a_person(product, "社保卡丢了怎么补")
    page = sit_down(browser, product, "li.hua")
    take(page, conversation)
    card = page.get_by_role("article", name="建议 1")
    expect(card).to_be_visible()
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".bubble.staff").last).to_be_visible()
    wait_until(lambda: adopted(product, "li.hua") == 1, "the use of the suggestion")
    page.get_by_role("link", name="统计").click()
    figures = page.locator("#figures")
    expect(figures.locator(".figure-row")).to_contain_text("采纳率100%")
    expect(figures.locator(".figure-row")).to_contain_text(re.compile(r"到首条可用建议\d+\.\d\d 秒"))
    expect(figures.get_by_role("table")).to_contain_text("社保")
    expect(figures.get_by_role("heading", name="所有坐席")).to_have_count(0)
    assert violations(page) == []
    page.context.close()
    supervisor = sit_down(browser, product, "zhao.min")
    supervisor.get_by_role("link", name="统计").click()
    supervisor.get_by_role("button", name="七天内").click()
    expect(supervisor.get_by_role("table", name="所有坐席")).to_contain_text("李华")
    assert violations(supervisor) == []
    supervisor.context.close()


def test_a_long_queue_is_shown_in_portions(browser: Browser, product: Product) -> None:
    now = china_now()
    rows = [
        {
            "id": f"c-{number:032x}",
            "state": "waiting",
            "created_at": now,
            "updated_at": now,
            "waiting_since": now - timedelta(hours=1) + timedelta(seconds=number),
        }
        for number in range(120)
    ]
    database = open_database(product.var / "banshi.db")
    with write(database) as connection:
        connection.execute(conversations.insert(), rows)
    database.dispose()
    page = sit_down(browser, product, "wang.fang")
    waiting = page.get_by_role("region", name=re.compile(r"^待接入 1[2-9]\d$"))
    expect(waiting.locator(".queue-row")).to_have_count(50)
    waiting.get_by_role("button", name=re.compile(r"后面还有 \d+ 位")).click()
    expect(waiting.locator(".queue-row")).to_have_count(100)
    assert violations(page) == []
    page.context.close()
