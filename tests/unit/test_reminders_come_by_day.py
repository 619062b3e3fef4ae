"""When a reminder is due, and what makes none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from banshi.connect.applications.port import CHINA_TIME
from banshi.connect.booking.port import Booked
from banshi.connect.certificates.port import Certificate, State
from banshi.desk.reminders.drafting import bookings, by_day, certificates

PERSON = "a" * 64
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "day", "at"), [(0, 23, 8), (7, 23, 8), (8, 23, 8), (20, 23, 20), (21, 24, 8), (23, 24, 8)], ids=lambda value: str(value)
)
def test_nobodys_phone_rings_at_night(hour: int, day: int, at: int) -> None:
    assert by_day(datetime(2026, 11, 23, hour, tzinfo=CHINA_TIME)) == datetime(2026, 11, day, at, tzinfo=CHINA_TIME)


@pytest.mark.parametrize(
    ("until", "state", "told"),
    [
        (date(2026, 12, 23), "有效", True),
        (date(2026, 12, 24), "有效", False),
        (date(2026, 11, 23), "有效", True),
        (date(2026, 11, 22), "有效", False),
        (None, "有效", False),
        (date(2026, 12, 1), "挂失", False),
        (date(2026, 12, 1), "注销", False),
    ],
)
def test_a_certificate_is_told_of_in_its_last_month(until: date | None, state: State, told: bool) -> None:
    assert bool(certificates([Certificate("居住证", "示例局", until, state)], PERSON, now=NOON)) is told


@pytest.mark.parametrize(("ahead", "due"), [(48, NOON + timedelta(days=1)), (24, NOON), (2, NOON), (0, None), (-1, None)])
def test_a_booking_is_told_of_a_day_before(ahead: int, due: datetime | None) -> None:
    begins = NOON + timedelta(hours=ahead)
    drafts = bookings([Booked("b", "h", "厅", "址", "窗", "i", "事", begins, begins, "已预约")], PERSON, now=NOON)
    assert [one.due for one in drafts] == ([due] if due is not None else [])


def test_each_persons_keys_are_their_own() -> None:
    held = [Certificate("居住证", "示例局", date(2026, 12, 1), "有效")]
    [first], [second] = (certificates(held, person, now=NOON) for person in (PERSON, "b" * 64))
    assert first.key != second.key and first.text == second.text and len(first.key) <= 80
