"""A server with people who may edit and review, and one of them at the page."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from banshi.assembly import china_now
from banshi.settings import ROOT
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database
from tests.api.product import Product, copy_built_index

PASSWORD = "four words are enough"
PEOPLE = {
    "li.hua": ("李华", ("editor",)),
    "wang.fang": ("王芳", ("reviewer",)),
    "zhao.min": ("赵敏", ("admin", "reviewer", "editor")),
}
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LONG_MS = 420_000
"""An impact asks some thousand questions of two indexes."""


@contextmanager
def studio(folder: Path, people: Mapping[str, tuple[str, tuple[str, ...]]] = PEOPLE, **settings: object) -> Iterator[Product]:
    """The server without Rasa, over a copy of the built index, with these people: account → name and roles."""
    copy_built_index(folder / "var" / "snapshots")
    database = open_database(folder / "var" / "banshi.db")
    accounts = Accounts(database, Passwords(), now=china_now)
    for account, (name, roles) in people.items():
        accounts.add(account=account, name=name, roles=roles, password=PASSWORD, chosen_by_owner=True, by="test")
    database.dispose()
    command = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
    product = Product(folder, command, index=False, **settings)
    try:
        until = time.monotonic() + 180
        while True:
            try:
                if httpx.get(f"{product.url}/readyz", timeout=2, trust_env=False).json().get("search") == "full":
                    break
            except (httpx.HTTPError, ValueError):
                pass
            assert time.monotonic() < until and product.process.poll() is None, product.log_file.read_text(encoding="utf-8")[-2000:]
        yield product
    finally:
        product.stop()


def sign_in(browser: Browser, product: Product, account: str, *, width: int = 1440, height: int = 900) -> Page:
    """A browser of one's own, signed in."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{product.url}/studio/")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="知识库")).to_be_visible(timeout=30_000)
    return page


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, each with the element. A list that is closing is given time to close; one that never does is
    looked at like everything else."""
    with suppress(AssertionError):
        expect(page.locator("[class*='-leave']")).to_have_count(0)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def ask(product: Product, text: str) -> str:
    """What a citizen is told."""
    answer = httpx.post(f"{product.url}/api/v1/chat", json={"text": text}, timeout=30, trust_env=False)
    return "\n".join(reply["text"] for reply in answer.json()["replies"])
