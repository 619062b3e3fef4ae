"""Workdays: statutory holidays, shifted working days, pauses, and years whose holidays are not announced.

The days of 2026 are those of 国务院办公厅关于2026年部分节假日安排的通知.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banshi.connect.applications.port import Pause, Stage
from banshi.connect.workdays import is_workday, last_day, workdays_between


def pause(begin: date, end: date | None, stage: Stage = Stage.CORRECTION) -> Pause:
    return Pause(stage=stage, from_=begin, to=end)


def october(day: int) -> date:
    return date(2026, 10, day)


@pytest.mark.parametrize("day", [october(number) for number in range(1, 8)])
def test_national_day_2026_is_free(day: date) -> None:
    assert not is_workday(day)


@pytest.mark.parametrize("day", [date(2026, 9, 20), october(10)], ids=["Sunday before", "Saturday after"])
def test_shifted_days_around_national_day_2026_are_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert is_workday(day)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 9, 30), october(10), 3),  # 8, 9 and the shifted Saturday
        (date(2026, 9, 30), october(7), 0),
        (date(2026, 9, 18), date(2026, 9, 20), 1),  # Friday to the shifted Sunday
        (date(2026, 9, 24), date(2026, 9, 27), 0),  # 中秋
        (date(2026, 11, 20), date(2026, 11, 22), 0),  # a plain weekend
        (date(2026, 11, 16), date(2026, 11, 20), 4),  # the first day is not counted
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 2), 0),
        (date(2026, 2, 13), date(2026, 2, 23), 1),  # 春节: only the shifted Saturday 14 is worked
    ],
)
def test_workdays_between_two_dates(start: date, end: date, days: int) -> None:
    counted = workdays_between(start, end)
    assert (counted.days, counted.note) == (days, None)


def test_the_days_of_a_pause_are_not_counted() -> None:
    start, end = date(2026, 11, 2), date(2026, 11, 20)
    assert workdays_between(start, end).days == 14
    assert workdays_between(start, end, [pause(date(2026, 11, 9), date(2026, 11, 11))]).days == 11
    assert workdays_between(start, end, [pause(date(2026, 11, 9), date(2026, 11, 9))]).days == 13
    assert workdays_between(start, end, [pause(date(2026, 11, 9), None, Stage.SUSPENDED)]).days == 4


def test_overlapping_pauses_are_taken_off_once() -> None:
    pauses = [pause(date(2026, 11, 9), date(2026, 11, 11)), pause(date(2026, 11, 10), date(2026, 11, 12), Stage.SPECIAL_PROCEDURE)]
    assert workdays_between(date(2026, 11, 2), date(2026, 11, 20), pauses).days == 10


def test_pauses_on_free_days_or_outside_the_period_change_nothing() -> None:
    pauses = [pause(date(2026, 11, 7), date(2026, 11, 8)), pause(october(1), date(2026, 11, 2)), pause(date(2026, 11, 21), None)]
    assert workdays_between(date(2026, 11, 2), date(2026, 11, 20), pauses).days == 14


def test_years_without_announcement_count_monday_to_friday_and_say_so() -> None:
    counted = workdays_between(date(2040, 9, 28), date(2040, 10, 8))
    assert counted.days == 6
    assert counted.note is not None and "2040" in counted.note and "周一到周五" in counted.note


def test_only_the_unknown_year_is_named() -> None:
    counted = workdays_between(date(2003, 12, 26), date(2004, 1, 9))
    assert counted.note is not None
    assert "2003" in counted.note and "2004" not in counted.note


def test_a_paused_stretch_in_an_unknown_year_needs_no_note() -> None:
    assert workdays_between(date(2003, 12, 1), date(2004, 1, 9), [pause(date(2003, 12, 2), date(2003, 12, 31))]).note is None


def test_the_last_day_of_a_limit_passes_over_the_holiday() -> None:
    found = last_day(date(2026, 9, 29), 3)
    assert found is not None
    assert (found.day, found.note) == (october(9), None)


def test_a_pause_moves_the_last_day() -> None:
    found = last_day(date(2026, 11, 2), 5, [pause(date(2026, 11, 4), date(2026, 11, 6))])
    assert found is not None
    assert found.day == date(2026, 11, 12)


def test_a_lasting_pause_leaves_the_last_day_open_unless_it_came_before() -> None:
    assert last_day(date(2026, 11, 2), 5, [pause(date(2026, 11, 4), None)]) is None
    found = last_day(date(2026, 11, 2), 5, [pause(date(2026, 11, 10), None)])
    assert found is not None
    assert found.day == date(2026, 11, 9)


def test_a_limit_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one workday"):
        last_day(date(2026, 11, 2), 0)


@given(
    start=st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    workdays=st.integers(1, 60),
    begin=st.integers(-5, 60),
    length=st.integers(0, 40),
)
def test_on_the_last_day_the_limit_is_used_up_and_not_a_day_earlier(start: date, workdays: int, begin: int, length: int) -> None:
    pauses = [pause(start + timedelta(days=begin), start + timedelta(days=begin + length))]
    found = last_day(start, workdays, pauses)
    assert found is not None
    assert workdays_between(start, found.day, pauses).days == workdays
    assert workdays_between(start, found.day - timedelta(days=1), pauses).days == workdays - 1


def test_only_pausing_stages_can_stop_the_clock() -> None:
    with pytest.raises(ValueError, match="不能中止计时"):
        pause(date(2026, 11, 2), None, Stage.REVIEW)
    with pytest.raises(ValueError, match="早于"):
        pause(date(2026, 11, 2), date(2026, 11, 1))
