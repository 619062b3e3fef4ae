"""Workdays by Chinese law: weekends, statutory holidays and shifted working days (调休).

A period counted in days begins on the day after (民法典 第二百零一条); limits in workdays leave statutory holidays out
(行政许可法 第八十二条). Which days these are is announced for each year by 国务院办公厅; the `chinesecalendar` package carries the
announcements. For years that it does not know, Monday to Friday count, and the result says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from banshi.connect.applications.port import Pause

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkdayCount:
    """A number of workdays. `note` is a sentence for people when part of it is an estimate, None when all is certain."""

    days: int
    note: str | None = None


@dataclass(frozen=True)
class LastDay:
    """The last day of a limit in workdays. `note` as in `WorkdayCount`."""

    day: date
    note: str | None = None


def is_workday(day: date) -> bool:
    """Whether people work on `day`; Monday to Friday in years whose holidays are not known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def workdays_between(start: date, end: date, pauses: Sequence[Pause] = ()) -> WorkdayCount:
    """Workdays after `start` up to and including `end`, without the days of the pauses.

    Args:
        start: the day that begins the period and is not counted itself (day of acceptance).
        end: last day counted; before `start` nothing is counted.
        pauses: times in which the clock stands still; they may overlap and lie outside the period.
    """
    counted = [day for day in _days_after(start, end) if not _paused(day, pauses)]
    return WorkdayCount(sum(map(is_workday, counted)), _note(counted))


def last_day(start: date, workdays: int, pauses: Sequence[Pause] = ()) -> LastDay | None:
    """The day on which `workdays` (at least 1) counted from the day after `start` are used up.

    None when a pause that has no end yet begins before that: the day cannot be known.
    """
    if workdays < 1:
        raise ValueError(f"a limit has at least one workday, not {workdays}")
    counted: list[date] = []
    left, day = workdays, start
    while left:
        day += _DAY
        if any(pause.to is None and pause.from_ <= day for pause in pauses):
            return None
        if not _paused(day, pauses):
            counted.append(day)
            left -= is_workday(day)
    return LastDay(day, _note(counted))


def _days_after(start: date, end: date) -> Iterator[date]:
    return (start + _DAY * number for number in range(1, (end - start).days + 1))


def _paused(day: date, pauses: Sequence[Pause]) -> bool:
    return any(pause.from_ <= day and (pause.to is None or day <= pause.to) for pause in pauses)


def _is_known(day: date) -> bool:
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def _note(days: Iterable[date]) -> str | None:
    years = sorted({day.year for day in days if not _is_known(day)})
    return f"{'、'.join(map(str, years))} 年的放假安排系统里还没有，先按周一到周五估算，可能差几天。" if years else None
