"""Telephone calls in the store: one server hears a call, all can show it, and it goes soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.store.database import open_database, read, write
from banshi.store.live_calls import LiveCall, LiveCalls, LiveEvent
from tests.postgres import Postgres

SILENT = timedelta(minutes=30)


@pytest.fixture
def call(now: datetime) -> LiveCall:
    return LiveCall("call-1", "one", None, None, now, now, None, "", 0)


def event(number: int, text: str, *, passing: bool = False, name: str = "utterance") -> LiveEvent:
    return LiveEvent("call-1", number, name, {"text": text}, passing)


def take(database: sa.Engine, call: LiveCall) -> LiveCall | None:
    with write(database) as connection:
        return LiveCalls(connection).take(call, silent_since=call.heard_at - SILENT)


def tell(database: sa.Engine, call: LiveCall, *events: LiveEvent) -> set[str]:
    with write(database) as connection:
        return LiveCalls(connection).tell(call.server, [(call, events)])


def shown(database: sa.Engine, after: int = 0) -> list[tuple[int, Any]]:
    with read(database) as connection:
        return [(one.number, one.data["text"]) for one in LiveCalls(connection).events({"call-1": after})]


def test_what_is_replaced_or_pushed_out_goes_and_what_was_told_stays(database: sa.Engine, call: LiveCall) -> None:
    assert take(database, call) is None
    assert tell(database, replace(call, number=1, last="身"), event(1, "身", passing=True)) == set()
    tell(database, replace(call, number=3), event(2, "身份证丢了"), event(3, "建议", passing=True, name="suggestions"))
    assert shown(database) == [(2, "身份证丢了"), (3, "建议")] and shown(database, 2) == [(3, "建议")]
    tell(database, replace(call, number=4), event(3, "建议", passing=True, name="suggestions"), event(4, "多少钱"))
    assert shown(database) == [(3, "建议"), (4, "多少钱")], "the oldest was pushed out"
    with read(database) as connection:
        assert LiveCalls(connection).of(["call-1", "call-9"]) == {"call-1": replace(call, number=4)}
        assert LiveCalls(connection).events({}) == []


def test_a_call_that_comes_back_elsewhere_goes_on_there_and_is_lost_to_the_first(database: sa.Engine, call: LiveCall) -> None:
    take(database, call)
    tell(database, replace(call, number=1, last="喂"), event(1, "喂"))
    later = replace(call, server="two", started_at=call.started_at + timedelta(minutes=1), heard_at=call.heard_at + timedelta(minutes=1))
    assert take(database, later) == replace(call, number=1, last="喂")
    assert tell(database, replace(call, number=2), event(1, "喂"), event(2, "晚了")) == {"call-1"}
    assert shown(database) == [(1, "喂")]
    assert tell(database, replace(call, server="two", number=2), event(1, "喂"), event(2, "在吗")) == set()
    assert shown(database) == [(1, "喂"), (2, "在吗")]


@pytest.mark.parametrize("why", ["ended", "silent", "begun anew by the same server"])
def test_a_call_that_is_over_does_not_go_on(database: sa.Engine, call: LiveCall, why: str) -> None:
    take(database, call)
    tell(database, replace(call, number=1, ended_at=call.heard_at if why == "ended" else None), event(1, "喂"))
    much_later = call.heard_at + timedelta(hours=1)
    anew = replace(call, started_at=much_later, heard_at=much_later, server="one" if why.startswith("begun") else "two")
    assert take(database, anew) is None
    assert shown(database) == []
    with read(database) as connection:
        assert LiveCalls(connection).of(["call-1"]) == {"call-1": anew}


def test_a_database_that_lost_the_tables_content_gets_it_again(database: sa.Engine, call: LiveCall) -> None:
    take(database, call)
    with write(database) as connection:
        connection.execute(sa.text("DELETE FROM live_calls"))
    assert tell(database, replace(call, number=2), event(1, "喂"), event(2, "在吗")) == set()
    assert shown(database) == [(1, "喂"), (2, "在吗")]


def test_calls_that_are_over_are_not_listed_and_then_forgotten(database: sa.Engine, call: LiveCall, now: datetime) -> None:
    with write(database) as connection:
        live = LiveCalls(connection)
        for name, ended_at, heard_at in (
            ("going on", None, now),
            ("newer", None, now),
            ("over", now, now),
            ("silent", None, now - 2 * SILENT),
        ):
            started_at = now + timedelta(minutes=1) if name == "newer" else now
            live.take(replace(call, id=name, ended_at=ended_at, heard_at=heard_at, started_at=started_at), silent_since=now)
        assert [one.id for one in live.going_on(silent_since=now - SILENT)] == ["newer", "going on"]
        assert live.sweep(ended_before=now - timedelta(minutes=10), silent_since=now - SILENT) == 1
        assert live.sweep(ended_before=now + timedelta(minutes=1), silent_since=now - SILENT) == 1
        assert set(live.of(["going on", "newer", "over", "silent"])) == {"going on", "newer"}


def test_tables_of_the_moment_reach_no_archive_and_no_replica(postgres: Postgres, migrated_template: str) -> None:
    database = open_database(postgres.create("unlogged", template=migrated_template))
    with read(database) as connection:
        wanted = sa.text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u' ORDER BY relname")
        assert list(connection.execute(wanted).scalars()) == ["live_call_events", "live_calls", "sealed_numbers"]
    database.dispose()
    postgres.drop("unlogged")
