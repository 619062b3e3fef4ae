"""An editor changes an answer, a reviewer publishes it, citizens are told; rolled back, they are told the old one again."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.product import Product
from tests.browser.studio import LONG_MS, ask, sign_in, studio, violations

RECORD = "qa-portal-health-code"
QUESTION = "吉祥码还能用吗，办事还要健康码吗"
NEW = "吉祥码已经停用，办事大厅不再查验任何健康码，带好身份证和要交的材料就可以直接进门办理。"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with studio(tmp_path_factory.mktemp("studio")) as running:
        yield running


def confirm(page: Page, button: str, words: str | None = None) -> None:
    """Fill the dialog that asks why, and go on."""
    dialog = page.get_by_role("dialog")
    if words is not None:
        dialog.get_by_role("textbox").first.fill(words)
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_be_hidden()


def told_within(product: Product, words: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while words not in (answer := ask(product, QUESTION)):
        assert time.monotonic() < until, f"after {seconds} s citizens are still told: {answer}"


@pytest.mark.timeout(900)
def test_from_an_edit_to_the_citizen_and_back(browser: Browser, product: Product) -> None:
    old = ask(product, QUESTION)
    assert NEW not in old

    editor = sign_in(browser, product, "li.hua")
    editor.goto(f"{product.url}/studio/#/records/qa/{RECORD}")
    answer = editor.get_by_role("textbox", name="答案")
    answer.fill("")
    expect(editor.get_by_text("个错误，处理后才能发布")).to_be_visible()
    editor.get_by_role("button", name="保存", exact=True).click()
    confirm(editor, "保存", "先清空")
    editor.get_by_role("button", name="提交审核").click()
    dialog = editor.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("请审核")
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_text("不能送审")).to_be_visible()
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    answer.fill(NEW)
    expect(editor.get_by_text("个错误，处理后才能发布")).to_be_hidden()
    editor.get_by_role("button", name="保存", exact=True).click()
    confirm(editor, "保存", "停用以后的说法")
    editor.get_by_role("button", name="提交审核").click()
    confirm(editor, "提交", "请审核")
    expect(editor.get_by_text("待审核").first).to_be_visible()
    assert NEW not in ask(product, QUESTION)

    reviewer = sign_in(browser, product, "wang.fang")
    reviewer.goto(f"{product.url}/studio/#/review/qa/{RECORD}")
    expect(reviewer.locator("ins").first).to_be_visible()
    assert violations(reviewer) == []
    reviewer.get_by_role("button", name="通过", exact=True).click()
    confirm(reviewer, "通过")
    reviewer.get_by_label(f"选择发布：{QUESTION}").check()
    reviewer.get_by_role("link", name="评估并发布 1 条").click()
    publish = reviewer.get_by_role("button", name="发布", exact=True)
    expect(publish).to_be_disabled()
    if reviewer.get_by_role("button", name="运行影响评估").count():
        reviewer.get_by_role("button", name="运行影响评估").click()
    expect(reviewer.get_by_role("button", name="重新评估").first).to_be_visible(timeout=LONG_MS)
    assert violations(reviewer) == []
    reviewer.get_by_label("发布说明").fill("吉祥码停用")
    publish.click()
    expect(reviewer.get_by_text("新的答案已经生效")).to_be_visible(timeout=60_000)
    told_within(product, NEW, 2)

    reviewer.goto(f"{product.url}/studio/#/releases")
    reviewer.get_by_role("button", name="回滚到发布").last.click()
    dialog = reviewer.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("先退回去")
    dialog.get_by_role("button", name="回滚").last.click()
    expect(dialog).to_be_hidden(timeout=60_000)
    told_within(product, old.split("\n")[0], 10)
    assert NEW not in ask(product, QUESTION)
