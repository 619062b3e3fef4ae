"""Guessing at somebody's application ends soon, whatever the guesser changes: the conversation, the number, or neither."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from banshi.connect.applications.demo import DemoApplications
from banshi.connect.applications.port import CHINA_TIME
from banshi.desk.attempts import CALLER, SlidingWindow
from banshi.desk.status import StatusDesk
from banshi.desk.vault import Vault
from banshi.knowledge.library import Knowledge

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA_TIME)
A_NUMBER, AN_ADDRESS = 5, 12


class Desk:
    """The status desk and a clock."""

    def __init__(self, source: DemoApplications) -> None:
        self.now = NOW
        windows = SlidingWindow(A_NUMBER, 900), SlidingWindow(AN_ADDRESS, 900)
        self.vault = Vault()
        self._desk = StatusDesk(source, self.vault, *windows, now=lambda: self.now)

    def ask(self, conversation: str, number: str, factor: str, address: str | None) -> str:
        """What is answered to a message from an address."""
        token = CALLER.set(address)
        try:
            self.vault.keep(conversation, [])
        finally:
            CALLER.reset(token)
        return self._desk.tell(conversation, number, factor).text


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> DemoApplications:
    return DemoApplications(tmp_path_factory.mktemp("demo") / "demo.db", guides=knowledge.guides, today=NOW.date())


@pytest.fixture
def desk(source: DemoApplications) -> Desk:
    return Desk(source)


def too_many(text: str) -> bool:
    return "查的次数有点多了" in text


def test_one_who_changes_conversation_and_number_is_known_by_the_address(desk: Desk) -> None:
    told = [desk.ask(f"c-{n}", f"JL20261199{n:04d}", "0000", "10.0.0.1") for n in range(AN_ADDRESS + 3)]
    assert [too_many(text) for text in told] == [False] * AN_ADDRESS + [True] * 3
    assert too_many(desk.ask("c-new", "JL202611000001", "1234", "10.0.0.1")), "the right numbers tell nothing either"
    assert "审核" in desk.ask("c-new", "JL202611000001", "1234", "10.0.0.2"), "another address goes on"
    desk.now += timedelta(minutes=15)
    assert "审核" in desk.ask("c-new", "JL202611000001", "1234", "10.0.0.1")


def test_one_number_is_closed_whatever_the_address(desk: Desk) -> None:
    told = [desk.ask(f"c-{n}", "JL202611000001", f"{n:04d}", f"10.0.0.{n}") for n in range(A_NUMBER + 1)]
    assert [too_many(text) for text in told] == [False] * A_NUMBER + [True]


def test_one_conversation_is_closed_whatever_the_number(desk: Desk) -> None:
    told = [desk.ask("c-1", f"JL20261199{n:04d}", "0000", f"10.0.0.{n}") for n in range(A_NUMBER + 1)]
    assert [too_many(text) for text in told] == [False] * A_NUMBER + [True]


def test_right_numbers_are_not_counted(desk: Desk) -> None:
    assert all("审核" in desk.ask(f"c-{n}", "JL202611000001", "1234", "10.0.0.1") for n in range(AN_ADDRESS * 2))


def test_the_address_goes_with_the_conversation() -> None:
    vault = Vault()
    token = CALLER.set("10.0.0.1")
    vault.keep("c-1", [])
    CALLER.reset(token)
    assert vault.address("c-1") == "10.0.0.1"
    vault.keep("c-2", [])
    assert vault.address("c-2") is None
    vault.forget("c-1")
    assert vault.address("c-1") is None
