"""Nonces, events and steps of applications: whatever is told again, in whatever process, has its effect once; nothing is skipped."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.connect.applications.port import number_hash
from banshi.store.application_events import forget_events, keep_event, new_events, newest_event
from banshi.store.callbacks import callback_nonces, first_seen, first_told
from banshi.store.database import read, write
from tests.contract.together import together


def step(database: sa.Engine, event: str, now: datetime, stage: str = "审核") -> bool:
    with write(database) as connection:
        return keep_event(connection, event=event, number_hash=number_hash("JL202611000001"), stage=stage, at=now, now=now)


def test_a_nonce_is_good_once_among_twenty_at_once(database: sa.Engine, now: datetime) -> None:
    def use(_: int) -> bool:
        with write(database) as connection:
            return first_seen(connection, "standin:abc", now + timedelta(minutes=10), now=now)

    assert sorted(together(20, use)) == [False] * 19 + [True]  # type: ignore[type-var]


def test_nonces_are_forgotten_when_they_are_too_old_to_be_believed(database: sa.Engine, now: datetime) -> None:
    with write(database) as connection:
        assert first_seen(connection, "a:1", now + timedelta(minutes=10), now=now)
        later = now + timedelta(minutes=11)
        assert first_seen(connection, "a:2", later + timedelta(minutes=10), now=later)
        assert list(connection.execute(sa.select(callback_nonces.c.nonce)).scalars()) == ["a:2"]


def test_an_event_has_its_effect_once_or_not_at_all(database: sa.Engine, now: datetime) -> None:
    class KilledError(Exception):
        pass

    try:
        with write(database) as connection:
            assert first_told(connection, "tickets", "e-1", now=now)
            raise KilledError
    except KilledError:
        pass
    with write(database) as connection:
        assert first_told(connection, "tickets", "e-1", now=now), "whoever was killed took nothing"
        assert first_told(connection, "messages", "e-1", now=now), "another system counts for itself"
        assert not first_told(connection, "tickets", "e-1", now=now)


def test_steps_are_kept_once_and_read_in_order(database: sa.Engine, now: datetime) -> None:
    assert [step(database, event, now) for event in ("e-1", "e-2", "e-1", "e-3")] == [True, True, False, True]
    with read(database) as connection:
        found = new_events(connection, 0)
        assert [one.event for one in found] == ["e-1", "e-2", "e-3"]
        assert [one.event for one in new_events(connection, found[0].id)] == ["e-2", "e-3"]
        assert new_events(connection, newest_event(connection)) == []
        assert [one.event for one in new_events(connection, 0, limit=1)] == ["e-1"]
        assert (found[0].at, found[0].stage) == (now, "审核")
        assert "JL2026" not in str(found), "the number stands nowhere"


def test_whoever_reads_on_from_the_last_one_misses_none_that_is_added_meanwhile(database: sa.Engine, now: datetime) -> None:
    over, seen = threading.Event(), list[str]()

    def read_on() -> None:
        last = 0
        while True:
            done = over.is_set()
            with read(database) as connection:
                for one in new_events(connection, last):
                    last = one.id
                    seen.append(one.event)
            if done:
                return

    reader = threading.Thread(target=read_on)
    reader.start()
    found = together(8, lambda who: [step(database, f"e-{who}-{number}", now) for number in range(5)])
    over.set()
    reader.join(60)
    assert all(one == [True] * 5 for one in found)
    assert sorted(seen) == sorted(f"e-{who}-{number}" for who in range(8) for number in range(5))


def test_old_steps_are_forgotten_and_ids_go_on(database: sa.Engine, now: datetime) -> None:
    for event in ("e-0", "e-1"):
        step(database, event, now)
    with write(database) as connection:
        last = newest_event(connection)
        assert forget_events(connection, now + timedelta(days=1)) == 1
    step(database, "e-2", now)
    with read(database) as connection:
        assert [one.event for one in new_events(connection, last)] == ["e-2"], "whoever knew the last one hears of the next"


def test_a_number_is_known_however_it_is_written() -> None:
    assert number_hash("jl2026-1100 0001") == number_hash("JL202611000001") != number_hash("JL202611000002")
