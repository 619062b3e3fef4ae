"""Partners: their keys are not stored, and their quotas hold over all servers on a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from banshi.partners.admission import PartnerError, Partners
from banshi.partners.keys import is_key, key_hash
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.errors import NotFoundError
from banshi.store.partners import PartnerRepository, partner_usage, partners
from tests.contract.together import together

EVENING = datetime(2026, 11, 22, 15, 59, 30, tzinfo=UTC)
"""23:59:30 in Beijing."""


class Clock:
    """Time as the test tells it."""

    def __init__(self) -> None:
        self.moment = EVENING

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(database: sa.Engine, clock: Clock) -> Partners:
    return Partners(database, clock)


def test_a_key_is_told_once_and_never_stored(database: sa.Engine, desk: Partners) -> None:
    partner, key = desk.add("长春自助终端", contact="张工 0431-1", ends=["kiosk", "app"], per_minute=5, per_day=10, by="console:root")
    assert is_key(key) and partner.ends == ["app", "kiosk"] and partner.per_minute == 5
    with read(database) as connection:
        stored = [str(value) for table in (partners, partner_usage) for row in connection.execute(table.select()) for value in row]
        entries = AuditLedger(connection).entries()
    assert key_hash(key) in stored and not any(key in value for value in stored)
    assert [(one.action, one.target) for one in entries] == [("partner.add", "partner/长春自助终端")] and key not in str(entries)


def test_names_are_given_once(desk: Partners) -> None:
    desk.add("app", contact="x", by="root")
    desk.revoke("app", by="root")
    with pytest.raises(PartnerError, match="already"):
        desk.add("app", contact="y", by="root")


@pytest.mark.parametrize("wrong", [{"ends": ["fax"]}, {"ends": []}, {"per_minute": 0}, {"per_day": 0}])
def test_what_cannot_be_is_refused(desk: Partners, wrong: dict[str, object]) -> None:
    with pytest.raises(PartnerError):
        desk.add("app", contact="x", by="root", **wrong)  # type: ignore[arg-type]
    assert desk.list() == []


def test_a_revoked_key_is_no_key(desk: Partners) -> None:
    _, key = desk.add("app", contact="x", by="root")
    assert desk.admit(key, None).partner is not None
    desk.revoke("app", by="root")
    assert desk.admit(key, None).partner is None
    with pytest.raises(NotFoundError, match="停用"):
        desk.revoke("app", by="root")


@pytest.mark.parametrize("key", ["", "bk_", "bk_" + "a" * 43, "bk_" + "é" * 43, "x" * 10_000])
def test_what_was_never_given_is_no_key(desk: Partners, key: str) -> None:
    assert desk.admit(key, None).partner is None


def test_an_end_that_was_not_allowed_is_refused_and_not_counted(desk: Partners) -> None:
    _, key = desk.add("kiosk", contact="x", ends=["kiosk"], by="root")
    assert not desk.admit(key, "app").allowed
    assert desk.admit(key, None).end == "kiosk" and desk.admit(key, "kiosk").allowed
    [(_, [today])] = desk.list()
    assert (today.asked, today.by_end) == (2, {"kiosk": 2})


def test_the_minute_is_over_when_it_is_over(desk: Partners, clock: Clock) -> None:
    clock.moment = EVENING - timedelta(minutes=5)
    _, key = desk.add("app", contact="x", per_minute=2, by="root")
    assert [desk.admit(key, None).over for _ in range(4)] == [None, None, "minute", "minute"]
    assert 29 <= (desk.admit(key, None).wait or 0) <= 31
    clock.moment += timedelta(seconds=31)
    assert [desk.admit(key, None).over for _ in range(3)] == [None, None, "minute"]
    [(_, [today])] = desk.list()
    assert (today.day, today.asked, today.refused) == ("2026-11-22", 4, 4)


def test_the_day_is_that_of_beijing(desk: Partners, clock: Clock) -> None:
    _, key = desk.add("app", contact="x", per_day=1, by="root")
    assert desk.admit(key, None).over is None
    refused = desk.admit(key, None)
    assert refused.over == "day" and 29 <= (refused.wait or 0) <= 32
    clock.moment += timedelta(seconds=31)
    assert desk.admit(key, None).over is None
    [(_, days)] = desk.list()
    assert [(one.day, one.asked, one.refused) for one in days] == [("2026-11-22", 1, 1), ("2026-11-23", 1, 0)]


def test_a_server_whose_clock_is_behind_begins_no_minute_anew(database: sa.Engine, desk: Partners) -> None:
    _, key = desk.add("app", contact="x", per_minute=1, by="root")
    behind = Partners(database, lambda: EVENING - timedelta(minutes=1))
    assert desk.admit(key, None).over is None
    assert behind.admit(key, None).over == "minute" and desk.admit(key, None).over == "minute"


def test_the_quota_holds_over_many_servers_at_once(database: sa.Engine, clock: Clock) -> None:
    servers = [Partners(database, clock) for _ in range(8)]
    _, key = servers[0].add("app", contact="x", per_minute=20, by="root")
    found = together(8, lambda number: [servers[number].admit(key, None).over for _ in range(6)])
    outcomes = [over for of_server in found if isinstance(of_server, list) for over in of_server]
    assert outcomes.count(None) == 20 and outcomes.count("minute") == 28
    [(_, [today])] = servers[0].list()
    assert (today.asked, today.refused) == (20, 28)


def test_old_counts_are_forgotten(database: sa.Engine, desk: Partners, clock: Clock) -> None:
    _, key = desk.add("app", contact="x", by="root")
    desk.admit(key, None)
    clock.moment += timedelta(days=3)
    desk.admit(key, None)
    with write(database) as connection:
        assert PartnerRepository(connection).delete_usage_before("2026-11-24") == 1
    [(_, days)] = desk.list()
    assert [one.day for one in days] == ["2026-11-25"]
