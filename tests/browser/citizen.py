"""A citizen at the page: says things, presses things, and reads what is there."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, Route, expect

from banshi.settings import ROOT
from tests.api.product import Product
from tests.browser.conftest import PATIENCE_MS

PHONE = {"width": 390, "height": 844}
READY = "#composer"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

expect.set_options(timeout=PATIENCE_MS)


class Citizen:
    """One citizen in front of one page."""

    def __init__(self, page: Page, server: Product) -> None:
        self.page, self._server = page, server

    @property
    def said(self) -> Locator:
        """The citizen's own messages."""
        return self.page.locator(".log .mine .bubble")

    @property
    def replies(self) -> Locator:
        """The replies, without the line that says what is being done."""
        return self.page.locator(".log article.row:not(.mine)")

    @property
    def last(self) -> Locator:
        """The newest reply."""
        return self.replies.last

    def type(self, text: str) -> None:
        """Write and press Enter."""
        self.page.fill("#composer", text)
        self.page.press("#composer", "Enter")

    def ask(self, text: str) -> Locator:
        """Ask and wait for the reply."""
        before = self.replies.count()
        self.type(text)
        return self.answered(before)

    def press(self, name: str, *, inside: Locator | None = None) -> Locator:
        """Press a button of the conversation and wait for the reply."""
        before = self.replies.count()
        (inside or self.page).get_by_role("button", name=name, exact=True).last.click()
        return self.answered(before)

    def answered(self, before: int = 0) -> Locator:
        """Wait until there are more replies than before and nothing is on its way."""
        expect(self.replies.nth(before)).to_be_visible()
        expect(self.page.locator(".working")).to_have_count(0)
        return self.last

    def announced(self) -> Locator:
        """What the page says to those who listen to it."""
        return self.page.locator("[role=status][aria-live=polite]")

    @property
    def conversation(self) -> str:
        """The server's id of the conversation."""
        found: str = self.page.evaluate("JSON.parse(sessionStorage.getItem('banshi.conversation')).value")
        return found

    def stored(self) -> list[dict[str, Any]]:
        """The messages that the server has."""
        url = f"{self._server.url}/api/v1/chat/{self.conversation}/messages?after=0"
        messages: list[dict[str, Any]] = httpx.get(url, trust_env=False, timeout=30).json()["messages"]
        return messages

    def elsewhere(self, text: str) -> None:
        """Say something in the same conversation from another device."""
        self._server.post({"conversation": self.conversation, "text": text})

    def violations(self) -> list[str]:
        """What axe-core finds, a line each."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes']]}" for one in found]


def hold(page: Page, address: str) -> list[Route]:
    """Let requests to an address hang until the test lets one go on; the list fills as they come."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held


def rewrite(page: Page, **changes: Any) -> None:
    """What the server says from now on holds this instead, as a broken source of knowledge might: fields of a message, or of `custom`."""

    def changed(route: Route) -> None:
        response = route.fetch()
        turn = response.json()
        for message in turn.get("messages", []):
            if message["sender"] == "bot":
                message.update({name: value for name, value in changes.items() if name != "custom"})
                message["custom"].update(changes.get("custom", {}))
        route.fulfill(response=response, body=json.dumps(turn))

    page.route("**/events", lambda route: route.fulfill(status=503, body=""))  # the page then asks now and then instead
    page.route(re.compile(r"/api/v1/chat(/[^/]+/messages\?.*)?$"), changed)


def pixels(locator: Locator, name: str) -> float:
    """A computed length."""
    value = locator.evaluate(f"element => getComputedStyle(element).{name}")
    found = re.match(r"[\d.]+", value)
    assert found is not None, f"{name} is {value}"
    return float(found[0])
