"""Which times a hall gives out: half hours within its opening hours, some of them taken. A pure function of the hall and the moment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from banshi.connect.booking.port import Matter, Slot
from banshi.knowledge.halls import Hall, Window, holidays_known, hours_on

DAYS_AHEAD = 14
PLACES = 4
"""People in a half hour, in each hall."""
_STEP = timedelta(minutes=30)
_NOTICE = timedelta(minutes=30)
"""A time that begins sooner is not given out any more."""


def window_for(hall: Hall, matter: Matter) -> Window | None:
    """Where a matter is handled in a hall: the window that names it, else that of its domain, else one that takes anything."""
    named = (window for window in hall.windows if matter.item in window.items)
    of_domain = (window for window in hall.windows if matter.domain in window.domains)
    general = (window for window in hall.windows if not window.items and not window.domains)
    return next((window for windows in (named, of_domain, general) for window in windows), None)


def slots_of(hall: Hall, day: date, now: datetime, booked: Mapping[time, int]) -> tuple[Slot, ...]:
    """The times of a day.

    Args:
        hall: the hall.
        day: the day; none are given out for one that is over, further ahead than two weeks, or in a year whose holidays are not known.
        now: the moment, in China time.
        booked: how many times each beginning has been booked here.
    """
    if not now.date() <= day <= now.date() + timedelta(days=DAYS_AHEAD) or not holidays_known(day):
        return ()
    slots = []
    for opens, closes in hours_on(hall, day):
        begins, end = datetime.combine(day, opens, now.tzinfo), datetime.combine(day, closes, now.tzinfo)
        while begins + _STEP <= end:
            if begins >= now + _NOTICE:
                left = PLACES - _taken_by_others(hall, begins) - booked.get(begins.time(), 0)
                slots.append(Slot(begins.time(), (begins + _STEP).time(), max(0, left)))
            begins += _STEP
    return tuple(slots)


def days_of(hall: Hall, now: datetime) -> tuple[date, ...]:
    """The days on which a hall gives out times."""
    ahead = (now.date() + timedelta(days=number) for number in range(DAYS_AHEAD + 1))
    return tuple(day for day in ahead if slots_of(hall, day, now, {}))


def _taken_by_others(hall: Hall, begins: datetime) -> int:
    """How many invented people come then, always the same for the same time: full now and then, mostly not."""
    return int(hashlib.sha256(f"{hall.id}|{begins:%Y-%m-%dT%H:%M}".encode()).hexdigest(), 16) % (PLACES + 1)
