"""A server with operators at their desks, citizens who ask for a person, and a telephone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Locator, Page, expect
from websockets.sync.client import ClientConnection, connect

from tests.api.product import Product
from tests.browser.studio import PASSWORD, studio

PEOPLE = {
    "wang.fang": ("王芳", ("operator",)),
    "li.hua": ("李华", ("operator",)),
    "zhao.min": ("赵敏", ("operator", "admin")),
}
RING = "only the telephone system knows this"
DESKTOP, PHONE = (1440, 900), (390, 844)


@contextmanager
def desk(folder: Path) -> Iterator[Product]:
    """The server without Rasa, with operators."""
    with studio(folder, PEOPLE, telephony_token=RING) as running:
        yield running


def sit_down(browser: Browser, product: Product, account: str, size: tuple[int, int] = DESKTOP) -> Page:
    """An operator's browser, signed in at the desk."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{product.url}/desk/")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="会话")).to_be_visible(timeout=30_000)
    return page


def say(product: Product, text: str, conversation: str | None = None) -> str:
    """A citizen says something by another way than the page; gives the conversation."""
    answer = httpx.post(f"{product.url}/api/v1/chat", json={"text": text, "conversation": conversation}, timeout=60, trust_env=False)
    return str(answer.json()["conversation"])


def wants_a_person(product: Product, question: str) -> str:
    """A citizen who asked something and then for a person; gives the conversation."""
    conversation = say(product, question)
    return say(product, "转人工", conversation)


def row(page: Page, conversation: str) -> Locator:
    """The queue's row of a conversation."""
    return page.locator(".queue-row").filter(has_text=name_of(conversation))


def name_of(conversation: str) -> str:
    """What the desk calls its citizen."""
    return f"市民 {''.join(char for char in conversation if char.isascii() and char.isalnum())[-4:].upper()}"


def take(page: Page, conversation: str) -> None:
    """Take over somebody who waits."""
    row(page, conversation).get_by_role("button", name="接入").click()
    expect(page.locator("#reply")).to_be_visible()


def adopted(product: Product, account: str) -> int:
    """How many suggestions somebody took."""
    with httpx.Client(base_url=f"{product.url}/api/v1", trust_env=False, timeout=30) as client:
        client.post("/staff/sign-in", json={"account": account, "password": PASSWORD}).raise_for_status()
        return int(client.get("/desk/stats").json()["me"]["adopted"])


def call(product: Product, name: str) -> ClientConnection:
    """The telephone system's end of a call."""
    address = product.url.replace("http://", "ws://")
    return connect(f"{address}/api/v1/desk/calls/{name}", additional_headers={"Authorization": f"Bearer {RING}"}, proxy=None)


def hear(line: ClientConnection, kind: str, text: str) -> None:
    """The telephone system has heard something of the caller's."""
    line.send(json.dumps({"type": kind, "text": text}))
