"""What every adapter of `Booking` must do. Inherit the class and give its fixture; the clock stands on a Monday morning."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from banshi.connect.booking.port import Booking, Matter, Slot, Wish
from banshi.connect.identity.demo_people import demo_identity
from banshi.connect.resilience.errors import SystemRefusedError
from tests.contract.systems.conftest import Clock

CARD = Matter("sb-card-apply", "社会保障卡申领", "社保")
IDENTITY = Matter("hz-idcard-reissue", "居民身份证丢失补领", "户政")
HALL, REGION = "hall-220104", "220104"
FIRST, SECOND = demo_identity("示例甲"), demo_identity("示例乙")
CHINESE = re.compile(r"[\u4e00-\u9fff]{4,}")


def slots_with(booking: Booking, left: int, days: int = 10) -> tuple[date, Slot]:
    """The first time with so many places left."""
    for day in booking.halls(CARD, REGION)[0].days[1:days]:
        for slot in booking.slots(HALL, CARD, day):
            if slot.left == left:
                return day, slot
    raise AssertionError(f"no time has {left} places")


def wish_for(day: date, slot: Slot, person: str, clock: Clock, matter: Matter = CARD) -> Wish:
    return Wish(HALL, matter, datetime.combine(day, slot.begins, clock().tzinfo), person)


class BookingContract:
    """Inherited by the tests of each adapter."""

    @pytest.fixture
    def booking(self) -> Booking:
        """A system in which nothing is booked yet."""
        raise NotImplementedError

    def test_halls_of_a_place_are_found_with_their_window_and_days(self, booking: Booking, clock: Clock) -> None:
        [hall] = booking.halls(CARD, REGION)
        assert (hall.id, hall.window) == (HALL, "社保医保专区")
        assert hall.days == tuple(sorted(hall.days))
        assert hall.days[0] == clock().date()
        assert all(day.weekday() < 5 for day in hall.days)

    def test_where_no_hall_is_the_nearest_above_is_told(self, booking: Booking) -> None:
        assert [hall.id for hall in booking.halls(CARD, "220103")] == ["hall-220100"]
        assert booking.halls(CARD, "999999") == ()

    def test_times_lie_within_the_opening_hours(self, booking: Booking, clock: Clock) -> None:
        today, tomorrow = clock().date(), clock().date() + timedelta(days=1)
        begins = [f"{slot.begins:%H:%M}" for slot in booking.slots(HALL, CARD, tomorrow)]
        assert begins[0] == "08:30"
        assert begins == sorted(begins)
        assert not [one for one in begins if "11:30" <= one < "13:00"], "nobody works at noon"
        assert f"{booking.slots(HALL, CARD, today)[0].begins:%H:%M}" == "09:30", "what begins sooner is over"

    @pytest.mark.parametrize("ahead", [-1, 5, 6, 40, 400])
    def test_other_days_have_none(self, booking: Booking, clock: Clock, ahead: int) -> None:
        assert booking.slots(HALL, CARD, clock().date() + timedelta(days=ahead)) == ()

    def test_an_unknown_hall_has_none(self, booking: Booking, clock: Clock) -> None:
        assert booking.slots("hall-nowhere", CARD, clock().date() + timedelta(days=1)) == ()

    def test_a_booking_takes_a_place_and_belongs_to_its_person(self, booking: Booking, clock: Clock) -> None:
        day, slot = slots_with(booking, 2)
        booked = booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")
        assert (booked.state, booked.hall, booked.item, booked.begins.date()) == ("已预约", HALL, CARD.item, day)
        assert booked.ends - booked.begins == timedelta(minutes=30)
        assert [one.left for one in booking.slots(HALL, CARD, day) if one.begins == slot.begins] == [1]
        assert booking.mine(FIRST) == (booked,)
        assert booking.mine(SECOND) == ()

    def test_the_same_key_finds_the_same_booking(self, booking: Booking, clock: Clock) -> None:
        day, slot = slots_with(booking, 3)
        wish = wish_for(day, slot, FIRST, clock)
        assert booking.book(wish, "key-00000001") == booking.book(wish, "key-00000001")
        assert len(booking.mine(FIRST)) == 1
        assert [one.left for one in booking.slots(HALL, CARD, day) if one.begins == slot.begins] == [2]

    def test_a_full_time_is_refused_in_a_sentence(self, booking: Booking, clock: Clock) -> None:
        day, slot = slots_with(booking, 0)
        with pytest.raises(SystemRefusedError) as refused:
            booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")
        assert "满" in str(refused.value)
        assert booking.mine(FIRST) == ()

    @pytest.mark.parametrize("hour", [3, 12, 23])
    def test_a_time_that_nobody_offers_is_refused(self, booking: Booking, clock: Clock, hour: int) -> None:
        wish = Wish(HALL, CARD, (clock() + timedelta(days=1)).replace(hour=hour), FIRST)
        with pytest.raises(SystemRefusedError, match="时段"):
            booking.book(wish, "key-00000001")
        with pytest.raises(SystemRefusedError, match="大厅"):
            booking.book(replace(wish, hall="hall-nowhere"), "key-00000001")

    def test_of_many_who_want_the_last_place_one_gets_it(self, booking: Booking, clock: Clock) -> None:
        day, slot = slots_with(booking, 1)

        def book(number: int) -> str:
            try:
                return booking.book(wish_for(day, slot, demo_identity(f"众人 {number}"), clock), f"key-{number:08}").state
            except SystemRefusedError as refused:
                return str(refused)

        with ThreadPoolExecutor(5) as people:
            told = list(people.map(book, range(5)))
        assert sorted(told)[-1] == "这个时段刚刚约满了，请换一个时段。"
        assert told.count("已预约") == 1

    def test_one_matter_is_booked_once(self, booking: Booking, clock: Clock) -> None:
        day, slot = slots_with(booking, 4)
        first = booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")
        with pytest.raises(SystemRefusedError, match="已经约了"):
            booking.book(wish_for(day, slot, FIRST, clock), "key-00000002")
        assert booking.book(wish_for(day, slot, FIRST, clock, IDENTITY), "key-00000003").item == IDENTITY.item
        booking.cancel(first.id, FIRST)
        assert booking.book(wish_for(day, slot, FIRST, clock), "key-00000004").id != first.id

    def test_cancelling_twice_does_no_harm(self, booking: Booking, clock: Clock) -> None:
        day, slot = slots_with(booking, 2)
        booked = booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")
        cancelled = booking.cancel(booked.id, FIRST)
        assert cancelled == replace(booked, state="已取消") == booking.cancel(booked.id, FIRST)
        assert booking.mine(FIRST) == (cancelled,)
        assert [one.left for one in booking.slots(HALL, CARD, day) if one.begins == slot.begins] == [2]

    @pytest.mark.parametrize("number", ["", "YY20261124-00001x", "1", "-1", "YY99999999-00001", "' OR 1=1 --", "预约"])
    def test_what_is_not_theirs_nobody_cancels(self, booking: Booking, clock: Clock, number: str) -> None:
        day, slot = slots_with(booking, 2)
        booked = booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")
        assert booking.cancel(booked.id, SECOND) is None
        assert booking.cancel(number, FIRST) is None
        assert booking.mine(FIRST) == (booked,)

    def test_what_is_over_is_told_so_and_cannot_be_cancelled(self, booking: Booking, clock: Clock) -> None:
        day, slot = slots_with(booking, 2)
        booked = booking.book(wish_for(day, slot, FIRST, clock), "key-00000001")
        clock.forward(days=20)
        assert [one.state for one in booking.mine(FIRST)] == ["已过期"]
        with pytest.raises(SystemRefusedError) as refused:
            booking.cancel(booked.id, FIRST)
        assert CHINESE.search(str(refused.value))
