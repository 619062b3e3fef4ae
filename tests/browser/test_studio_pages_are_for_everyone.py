"""Every page of the studio: nothing that axe finds, nothing that the content policy stops, and quick to load."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from banshi.web.headers import STATIC
from tests.api.product import Product
from tests.browser.studio import sign_in, studio, violations

LARGEST = 310_000
"""Bytes, gzip, of everything that the first page needs."""
PAGES = {
    "records": ("#/records", "居民身份证丢失补领"),
    "guide": ("#/records/guide/hz-idcard-reissue", "规则校验"),
    "qa": ("#/records/qa/qa-portal-health-code", "规则校验"),
    "lexicon": ("#/records/lexicon/dialect", "规则校验"),
    "history": ("#/records/guide/hz-idcard-reissue/history", "第1版"),
    "review": ("#/review", "待审核"),
    "releases": ("#/releases", "现行"),
    "work": ("#/work", "没有待处理的"),
    "gaps": ("#/gaps", "待处理"),
    "duplicates": ("#/duplicates", "数字冲突"),
    "board": ("#/board", "覆盖"),
    "changes": ("#/changes", "没有待核对的"),
    "import": ("#/import", "导入什么"),
    "notices": ("#/notices", "现在没有公告"),
    "staff": ("#/staff", "王芳"),
    "audit": ("#/audit", "序号"),
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with studio(tmp_path_factory.mktemp("studio")) as running:
        yield running


@pytest.fixture(scope="module")
def admin(browser: Browser, product: Product) -> Page:
    """Somebody who may open every page."""
    return sign_in(browser, product, "zhao.min")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(admin: Page, product: Product, name: str) -> None:
    fragment, there = PAGES[name]
    stopped: list[str] = []

    def hear(message: object) -> None:
        text = str(getattr(message, "text", ""))
        if "Content Security Policy" in text:
            stopped.append(text)

    admin.on("console", hear)
    for width, height in ((1440, 900), (1024, 768)):
        admin.set_viewport_size({"width": width, "height": height})
        admin.goto(f"{product.url}/studio/{fragment}")
        expect(admin.get_by_text(there).first).to_be_visible(timeout=60_000)
        expect(admin.get_by_text(re.compile("正在载入")).first).to_be_hidden(timeout=90_000)
        assert violations(admin) == []
    admin.remove_listener("console", hear)
    assert stopped == []


def test_signing_in_is_for_everyone(browser: Browser, product: Product) -> None:
    page = browser.new_context(viewport={"width": 1024, "height": 768}).new_page()
    page.goto(f"{product.url}/studio/")
    expect(page.get_by_label("账号")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("账号").fill("li.hua")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert").get_by_text("不对")).to_be_visible()
    assert violations(page) == []


def test_the_first_page_is_small() -> None:
    index = STATIC / "studio" / "index.html"
    text = index.read_text(encoding="utf-8")
    files = [STATIC / name.lstrip("/") for name in re.findall(r'(?:src|href)="(/assets/[^"]+)"', text)]
    assert files
    size = sum(len(gzip.compress(path.read_bytes())) for path in (index, *files))
    assert size <= LARGEST, size
