"""One sender for all systems: one that hangs keeps no other waiting, and what was given up is seen and tried again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.desk.outbox.board import OutboxBoard, forget_outside
from banshi.desk.outbox.handler import OutboxHandler
from banshi.desk.outbox.sender import MOST_TRIES, OutboxSender
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.outbox import Outbox, Posting
from tests.contract.systems.standing_in import chance

PATIENCE = 20


class Fine(OutboxHandler):
    """A system that takes everything."""

    system, name = "fine", "好系统"

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.noted: list[str] = []
        self.all_there = threading.Event()

    def send(self, posting: Posting) -> Mapping[str, Any]:
        self.taken.append(posting.key)
        return {"number": len(self.taken)}

    def arrived(self, connection: sa.Connection, posting: Posting, answer: Mapping[str, Any], now: datetime) -> None:
        self.noted.append(posting.key)
        if len(self.noted) == 3:
            self.all_there.set()


class Hanging(OutboxHandler):
    """A system that never answers."""

    system, name = "hanging", "慢系统"

    def __init__(self) -> None:
        self.over = threading.Event()

    def send(self, posting: Posting) -> Mapping[str, Any]:
        self.over.wait(60)
        raise SystemUnavailableError("late")


class Failing(OutboxHandler):
    """A system that is away, or says no."""

    system, name = "failing", "坏系统"

    def __init__(self, error: Exception) -> None:
        self.error, self.told = error, list[str]()

    def send(self, posting: Posting) -> Mapping[str, Any]:
        raise self.error

    def gave_up(self, connection: sa.Connection, posting: Posting, told: str, now: datetime) -> None:
        self.told.append(told)


class Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


def put(database: sa.Engine, system: str, *keys: str, now: datetime) -> None:
    with write(database) as connection:
        for key in keys:
            assert Outbox(connection).add(system, key, {"words": "给人看的"}, now=now)


def sender(database: sa.Engine, clock: Clock, *handlers: OutboxHandler) -> OutboxSender:
    return OutboxSender(database, handlers, now=clock, chance=chance())


def waiting(system: str) -> float | None:
    return REGISTRY.get_sample_value("banshi_outbox_waiting", {"system": system})


def test_one_that_hangs_keeps_no_other_waiting(database: sa.Engine, clock: Clock) -> None:
    fine, hanging = Fine(), Hanging()
    put(database, "hanging", "h-1", now=clock.moment)
    put(database, "fine", "f-1", "f-2", "f-3", now=clock.moment)

    async def run() -> bool:
        running = asyncio.create_task(sender(database, clock, hanging, fine).run())
        try:
            return await asyncio.to_thread(fine.all_there.wait, PATIENCE)
        finally:
            hanging.over.set()
            running.cancel()

    assert asyncio.run(run())
    assert fine.taken == fine.noted == ["f-1", "f-2", "f-3"]


def test_what_came_of_it_is_noted_with_it_or_not_at_all(database: sa.Engine, clock: Clock) -> None:
    class Stumbling(Fine):
        def arrived(self, connection: sa.Connection, posting: Posting, answer: Mapping[str, Any], now: datetime) -> None:
            raise RuntimeError("the process is killed here")

    put(database, "fine", "f-1", now=clock.moment)
    with pytest.raises(RuntimeError):
        sender(database, clock, Stumbling()).send_one("fine")
    clock.moment += timedelta(minutes=3)
    fine = Fine()
    assert sender(database, clock, fine).send_one("fine") and fine.noted == ["f-1"], "so it is sent again, with the same key"
    with read(database) as connection:
        assert Outbox(connection).of(["f-1"])["f-1"].answer == {"number": 1}


def test_entries_of_a_system_that_nobody_sends_to_stay(database: sa.Engine, clock: Clock) -> None:
    put(database, "later", "l-1", now=clock.moment)
    sending = sender(database, clock, Fine())
    assert not sending.send_one("fine")
    sending.count()
    assert waiting("later") == 1 and waiting("fine") == 0


def test_two_for_one_system_are_refused(database: sa.Engine, clock: Clock) -> None:
    with pytest.raises(ValueError, match="two handlers send to fine"):
        sender(database, clock, Fine(), Fine())


def test_what_was_given_up_is_seen_and_tried_again(database: sa.Engine, clock: Clock) -> None:
    failing = Failing(SystemUnavailableError("away"))
    put(database, "failing", "a", "b", now=clock.moment)
    put(database, "fine", "c", now=clock.moment)
    sending = sender(database, clock, failing, Fine())
    board = OutboxBoard(database, sending.handlers, now=clock)
    for _ in range(MOST_TRIES):
        while sending.send_one("failing"):
            pass
        clock.moment += timedelta(hours=1)
    assert [(one.key, one.state, one.name) for one in board.unsent()] == [
        *(("a", "failed", "坏系统"), ("b", "failed", "坏系统")),
        ("c", "waiting", "好系统"),
    ]
    assert failing.told == ["坏系统一直连不上，不再自动推送，请查明原因后重新推送。"] * 2
    assert "给人看的" not in str(board.unsent()), "what it holds is not shown"
    sending.count()
    assert (waiting("failing"), REGISTRY.get_sample_value("banshi_outbox_given_up", {"system": "failing"})) == (0, 2)
    first = board.unsent(given_up=True)[0]
    assert board.again(first.id, by="zhao.min") is True
    assert board.again(first.id, by="zhao.min") is False, "it is on its way"
    assert board.again(10**6, by="zhao.min") is None
    assert board.again_all("failing", by="zhao.min") == 1
    assert board.unsent(given_up=True) == [] and len(board.unsent(system="failing")) == 2
    with read(database) as connection:
        assert [(entry.action, entry.target) for entry in AuditLedger(connection).entries()] == [
            ("outbox.again", "outbox/failing"),
            ("outbox.again", "outbox/a"),
        ]


def test_a_refusal_is_given_up_at_once_with_its_reason(database: sa.Engine, clock: Clock) -> None:
    failing = Failing(SystemRefusedError("没有这个编号。"))
    put(database, "failing", "a", now=clock.moment)
    assert sender(database, clock, failing).send_one("failing")
    assert failing.told == ["坏系统不收：没有这个编号。"]


def test_what_arrived_long_ago_is_forgotten_and_what_did_not_is_kept(database: sa.Engine, clock: Clock) -> None:
    put(database, "fine", "old", "waits", now=clock.moment)
    assert sender(database, clock, Fine()).send_one("fine")
    with write(database) as connection:
        forget_outside(connection, clock.moment + timedelta(days=1))
        assert list(Outbox(connection).of(["old", "waits"])) == ["waits"]
