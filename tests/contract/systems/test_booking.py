"""在线预约: the demo and the HTTP adapter do what the port says, and a system that fails loses and doubles nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from banshi.connect.booking.demo import DemoBooking
from banshi.connect.booking.http import LABELS, HttpBooking
from banshi.connect.booking.port import Booking, Matter
from banshi.connect.booking.timetable import days_of
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.knowledge.halls import load_halls
from banshi.knowledge.regions import RegionTree
from banshi.settings import ROOT
from tests.contract.systems.booking_contract import CARD, FIRST, HALL, REGION, BookingContract, slots_with, wish_for
from tests.contract.systems.conftest import DEADLINE, PATIENT, Clock, Standin

BAD = ("slow", "error", "broken", "half_open", "wrong_labels")


@pytest.fixture
def there(standin: Callable[[str], Standin]) -> Standin:
    return standin("booking")


class TestDemo(BookingContract):
    @pytest.fixture
    def booking(self, tmp_path: Path, clock: Clock) -> Booking:
        return DemoBooking(tmp_path / "new" / "booking.db", ROOT / "knowledge", now=clock)

    def test_two_processes_share_what_is_booked(self, tmp_path: Path, clock: Clock) -> None:
        one, other = (DemoBooking(tmp_path / "booking.db", ROOT / "knowledge", now=clock) for _ in range(2))
        day, slot = slots_with(one, 2)
        booked = one.book(wish_for(day, slot, FIRST, clock), "key-00000001")
        assert other.mine(FIRST) == (booked,)

    def test_a_file_that_cannot_be_used_is_a_system_away(self, tmp_path: Path, clock: Clock) -> None:
        (tmp_path / "booking.db").write_text("no database at all, but long enough to be taken for one" * 40)
        with pytest.raises(SystemUnavailableError):
            DemoBooking(tmp_path / "booking.db", ROOT / "knowledge", now=clock).mine(FIRST)


class TestHttp(BookingContract):
    @pytest.fixture
    def booking(self, there: Standin) -> Booking:
        return HttpBooking(there.http)


def test_holidays_have_no_times_and_weekends_that_are_worked_do() -> None:
    hall = next(one for one in load_halls(ROOT / "knowledge/halls.yml", RegionTree.load(ROOT / "knowledge/regions.csv")) if one.id == HALL)
    days = days_of(hall, datetime(2026, 9, 28, 9).astimezone())
    assert not [day for day in days if date(2026, 10, 1) <= day <= date(2026, 10, 7)]
    assert date(2026, 10, 10) in days, "a Saturday that is worked instead"


def test_in_a_year_whose_holidays_are_not_known_no_times_are_given_out() -> None:
    hall = next(one for one in load_halls(ROOT / "knowledge/halls.yml", RegionTree.load(ROOT / "knowledge/regions.csv")) if one.id == HALL)
    assert days_of(hall, datetime(2095, 3, 1, 9).astimezone()) == ()


@pytest.fixture
def booking(there: Standin) -> Booking:
    return there.guarded(HttpBooking(there.http), PATIENT)


@pytest.mark.parametrize("mode", BAD)
def test_a_bad_system_is_told_within_the_deadline(there: Standin, booking: Booking, clock: Clock, mode: str) -> None:
    day, slot = slots_with(booking, 2)
    booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")
    there.behaves(mode)
    began = time.monotonic()
    with pytest.raises(SystemUnavailableError):
        there.guarded(HttpBooking(there.http)).mine(FIRST)
    assert time.monotonic() - began < 5 * DEADLINE


def test_an_error_that_passes_is_not_noticed(there: Standin, booking: Booking) -> None:
    there.behaves("error", times=1)
    assert booking.halls(CARD, REGION)


def test_a_refusal_is_a_sentence(there: Standin, booking: Booking, clock: Clock) -> None:
    day, slot = slots_with(booking, 2)
    there.behaves("refuse")
    with pytest.raises(SystemRefusedError, match="不受理"):
        booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")


@pytest.mark.parametrize("mode", ["broken", "half_open", "slow", "error"])
def test_an_answer_that_was_lost_is_found_by_the_same_key(there: Standin, booking: Booking, clock: Clock, mode: str) -> None:
    day, slot = slots_with(booking, 2)
    wish = wish_for(day, slot, FIRST, clock)
    there.behaves(mode)
    with pytest.raises(SystemUnavailableError):
        there.guarded(HttpBooking(there.http)).book(wish, "key-00000001")
    there.behaves("none")
    booked = booking.book(wish, "key-00000001")
    assert booking.mine(FIRST) == (booked,), "neither lost nor twice"
    assert [one.left for one in booking.slots(HALL, CARD, day) if one.begins == slot.begins] == [1]


def test_a_domain_without_a_code_is_not_guessed(there: Standin) -> None:
    with pytest.raises(UnknownLabelError, match="businessType"):
        HttpBooking(there.http).halls(Matter("x-y", "新事项", "没有的领域"), REGION)


def test_every_domain_of_the_guides_has_a_code() -> None:
    written = (path.read_text(encoding="utf-8") for path in (ROOT / "knowledge" / "guides").glob("*.yml"))
    domains = {found[1] for text in written for found in re.finditer(r"^domain: (.+)$", text, re.MULTILINE)}
    assert len(domains) > 10
    assert domains <= set(LABELS["businessType"].ours.values())
