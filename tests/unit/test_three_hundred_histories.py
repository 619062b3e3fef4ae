"""Workdays used and left of 300 invented applications, against a count of another kind.

The count here goes from day to day with a table of the year made from the raw lists of the announcements (holidays, shifted workdays),
and keeps books about the clock. What is tested computes over spans and asks a library for each day.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from chinese_calendar import constants

from banshi.connect.applications.port import CHINA_TIME, ApplicantKind, Application, Pause, Result, Stage
from banshi.connect.applications.status_text import explain

YEAR = 2026
DAY = timedelta(days=1)
PAUSING = (Stage.CORRECTION, Stage.SPECIAL_PROCEDURE, Stage.SUSPENDED)
RUNNING = (Stage.ACCEPTED, Stage.REVIEW, Stage.DECISION)


def working_days() -> frozenset[date]:
    """All days of the year that are worked: Monday to Friday without the holidays, and the shifted days."""
    free = {day for day in constants.holidays if day.year == YEAR}
    shifted = {day for day in constants.workdays if day.year == YEAR}
    assert len(free) >= 25
    assert len(shifted) >= 5
    return frozenset(
        day for day in (date.fromordinal(number) for number in range(date(YEAR, 1, 1).toordinal(), date(YEAR, 12, 31).toordinal() + 1))
        if day in shifted or (day.isoweekday() not in (6, 7) and day not in free)
    )  # fmt: skip


WORKED = working_days()


@dataclass(frozen=True)
class History:
    """What happened to an application, and the day on which its applicant asks."""

    application: Application
    today: date


def history(number: int) -> History:
    """One history: up to four pauses of any kind, which may touch, overlap or lie in each other, around holidays and shifted days."""
    chance = random.Random(f"history {number}")
    accepted = date(YEAR, 1, 2) + DAY * chance.randrange(250)
    asked = accepted + DAY * chance.randrange(1, 100)
    pauses = []
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4))):
        begin = accepted + DAY * chance.randrange(0, 60)
        pauses.append(Pause(stage=chance.choice(PAUSING), from_=begin, to=begin + DAY * chance.choice((0, 0, 1, 3, 9, 20, 40))))
    stage: Stage = chance.choice(RUNNING)
    decided, result = None, None
    kind = chance.choice(("running", "running", "pausing", "decided"))
    if kind == "pausing":  # the clock stands still now
        stage = chance.choice(PAUSING)
        pauses.append(Pause(stage=stage, from_=asked - DAY * chance.randrange(0, 12), to=None))
    elif kind == "decided":
        stage, result = chance.choice((Stage.CLOSED, Stage.COLLECTION)), Result.GRANTED
        decided = accepted + DAY * chance.randrange(0, (asked - accepted).days + 1)
    pauses = [pause for pause in pauses if pause.from_ <= asked]
    chance.shuffle(pauses)
    application = Application(
        application_no=f"JL{YEAR}{number:08d}",
        item="sc-food",
        task_name="食品经营许可",
        region="220102",
        dept_name="市场监督管理部门",
        applicant_kind=ApplicantKind.NATURAL_PERSON,
        stage=stage,
        received_on=accepted - DAY * chance.randrange(3) if accepted > date(YEAR, 1, 5) else accepted,
        accepted_on=accepted,
        promise_workdays=chance.choice((3, 5, 10, 15, 20, 30, 60)),
        pauses=tuple(pauses),
        result=result,
        decided_on=decided,
        updated_at=datetime.combine(asked, time(9), CHINA_TIME),
        source="示例数据",
    )
    return History(application, asked)


def counted(told: History) -> tuple[int, int]:
    """Workdays used and left, by going from day to day with a book of open pauses."""
    application = told.application
    assert application.accepted_on is not None
    begins = Counter(pause.from_ for pause in application.pauses)
    ends = Counter(pause.to for pause in application.pauses if pause.to is not None)
    used = open_pauses = 0
    day, last = min([application.accepted_on, *begins]), application.decided_on or told.today
    while day <= last:
        open_pauses += begins[day]
        if day > application.accepted_on and open_pauses == 0 and day in WORKED:
            used += 1
        open_pauses -= ends[day]  # the last day of a pause still belongs to it
        day += DAY
    return used, max(0, application.promise_workdays - used)


HISTORIES = [history(number) for number in range(300)]


@pytest.mark.parametrize("told", HISTORIES, ids=lambda told: told.application.application_no)
def test_used_and_left_are_as_counted_day_by_day(told: History) -> None:
    explained = explain(told.application, told.today)
    used, left = counted(told)
    assert (explained.workdays_used, explained.workdays_left) == (used, left)
    promise, decided = told.application.promise_workdays, told.application.result is not None
    if used != promise:  # with the promise just used up, it is late from the day after its last day
        assert explained.overdue == (not decided and used > promise)


def test_the_histories_are_of_every_kind() -> None:
    spans = [(one.application.accepted_on or one.today, one.application.decided_on or one.today) for one in HISTORIES]
    shifted = {day for day in WORKED if day.isoweekday() > 5}
    free = {day for day in constants.holidays if day.year == YEAR}
    assert sum(any(a < day <= b for day in shifted) for a, b in spans) >= 50
    assert sum(any(a < day <= b for day in free) for a, b in spans) >= 100

    def overlapping(application: Application) -> bool:
        ordered = sorted(application.pauses, key=lambda pause: pause.from_)
        return any(before.to is None or after.from_ <= before.to for before, after in pairwise(ordered))

    assert sum(overlapping(one.application) for one in HISTORIES) >= 50
    assert {pause.stage for one in HISTORIES for pause in one.application.pauses} == set(PAUSING)
    assert sum(any(pause.to is None for pause in one.application.pauses) for one in HISTORIES) >= 40
    assert sum(explain(one.application, one.today).overdue for one in HISTORIES) >= 20
    assert sum(one.application.result is not None for one in HISTORIES) >= 40
