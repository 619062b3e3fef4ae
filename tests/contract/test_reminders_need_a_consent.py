"""Reminders: nothing is pushed without a standing consent, what is withdrawn stops, and nothing comes twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa

from banshi.connect.applications.port import ApplicantKind, Application, Correction, Result, Stage, number_hash
from banshi.connect.booking.port import Booked, Booking
from banshi.connect.certificates.port import Certificate
from banshi.connect.messages.demo import DemoMessages, Sent
from banshi.connect.messages.port import Kind
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.desk.outbox.sender import OutboxSender
from banshi.desk.reminders.outgoing import ReminderHandler
from banshi.desk.reminders.reminding import AGAIN_AFTER, KEPT_FOR, LOOK_EVERY, Matters, Reminding
from banshi.store.application_events import keep_event
from banshi.store.database import read, write
from banshi.store.outbox import Outbox
from banshi.store.reminders import SYSTEM, Reminders, consents, reminders
from tests.contract.together import together

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
PERSON, OTHER = "a" * 64, "b" * 64
NUMBER = "JL202611000002"


class Town:
    """The systems that a person's matters lie in, as far as reminders ask them."""

    def __init__(self) -> None:
        self.held: dict[str, list[Application]] = {}
        self.certificates: dict[str, list[Certificate]] = {}
        self.booked: dict[str, list[Booked]] = {}
        self.away = False
        self.asked: list[str] = []

    def of_person(self, identity: str) -> tuple[Application, ...]:
        """办件."""
        self.asked.append(identity)
        if self.away:
            raise SystemUnavailableError("away")
        return tuple(self.held.get(identity, ()))

    def find(self, application_no: str, second_factor: str) -> Application | None:
        """Nobody asks this way."""
        raise AssertionError

    def mine(self, person: str) -> tuple[Booked, ...]:
        """预约."""
        return tuple(self.booked.get(person, ()))


class Library:
    """电子证照."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def of_person(self, identity: str) -> tuple[Certificate, ...]:
        """See the port."""
        return tuple(self._town.certificates.get(identity, ()))


class Office:
    """A store, the town around it, the message system, and the moment."""

    def __init__(self, database: sa.Engine, folder: Path) -> None:
        self.database, self.moment, self.town = database, NOON, Town()
        self.messages = DemoMessages(folder / "messages.db", now=self.now)
        matters = Matters(self.town, Library(self.town), cast(Booking, self.town))
        self.reminding = Reminding(database, matters, now=self.now)
        self.sender = OutboxSender(database, [ReminderHandler(database, self.messages)], now=self.now, chance=random.Random(1))

    def now(self) -> datetime:
        return self.moment

    def look(self) -> None:
        """Look at whoever is due, and post what is due."""
        while self.reminding.look_one():
            pass
        self.reminding.post_due()

    def send(self) -> list[Sent]:
        """Send what the outbox has; everything that was ever sent."""
        while self.sender.send_one(SYSTEM):
            pass
        return self.messages.sent()

    def states(self, person: str = PERSON) -> list[str]:
        return [one.state for one in self.reminding.of(person)[1]]


@pytest.fixture
def office(database: sa.Engine, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def application(**changes: object) -> Application:
    """One that lacks a document until the 24th, which makes a reminder due at once."""
    usual: dict[str, object] = {
        "application_no": NUMBER,
        "item": "sb-card-apply",
        "task_name": "社会保障卡申领",
        "region": "220100",
        "dept_name": "示例局",
        "applicant_kind": ApplicantKind.NATURAL_PERSON,
        "stage": Stage.CORRECTION,
        "received_on": date(2026, 11, 10),
        "accepted_on": None,
        "promise_workdays": 10,
        "corrections": (Correction(material="白底免冠电子照片", reason="不清楚", due=date(2026, 11, 24)),),
        "updated_at": NOON,
        "source": "示例",
    }
    return Application.model_validate(usual | changes)


def closed(at: datetime) -> Application:
    return application(stage=Stage.CLOSED, corrections=(), result=Result.REFUSED, updated_at=at)


@contextmanager
def nothing_new(office: Office) -> Iterator[None]:
    before = office.send()
    yield
    office.look()
    assert office.send() == before


def test_without_a_consent_nobody_is_looked_at_and_nothing_is_sent(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    office.look()
    assert office.send() == [] and office.town.asked == [] and office.states() == []
    with write(office.database) as connection:  # however it came there
        kept = Reminders(connection)
        assert kept.keep(PERSON, Kind.CORRECTION, [], now=NOON) == 0
        row = {"key": "r", "owner": PERSON, "kind": "补正期限", "text": "甲", "due": NOON, "state": "waiting"}
        connection.execute(reminders.insert().values(row | {"created_at": NOON, "changed_at": NOON}))
    office.look()
    assert office.send() == [] and office.states() == ["withdrawn"]


def test_who_agreed_is_told_once(office: Office) -> None:
    office.town.held = {PERSON: [application()], OTHER: [application(application_no="JL202611000009")]}
    office.reminding.choose(PERSON, [Kind.CORRECTION])
    office.look()
    [told] = office.send()
    assert (told.recipient, told.kind) == (PERSON, "补正期限")
    assert "白底免冠电子照片" in told.text and "11月24日" in told.text and "JL20****0002" in told.text and NUMBER not in told.text
    assert office.town.asked == [PERSON]
    for _ in range(3):
        with nothing_new(office):
            office.moment += LOOK_EVERY
    assert office.states() == ["sent"]


def test_a_kind_that_nobody_asked_for_is_not_sent(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    office.town.certificates[PERSON] = [Certificate("居民身份证", "示例公安局", date(2026, 12, 1), "有效")]
    office.reminding.choose(PERSON, [Kind.CERTIFICATE])
    office.look()
    assert [one.kind for one in office.send()] == ["证照到期"]


def test_withdrawn_before_it_is_due_it_never_leaves(office: Office) -> None:
    office.town.held[PERSON] = [application(corrections=(Correction(material="照片", reason="", due=date(2026, 12, 10)),))]
    office.reminding.choose(PERSON, [Kind.CORRECTION])
    office.look()
    assert office.send() == [] and office.states() == ["waiting"]
    office.reminding.choose(PERSON, [])
    office.moment += timedelta(days=15)
    office.look()
    assert office.send() == [] and office.states() == ["withdrawn"]
    assert office.town.asked == [PERSON], "nobody looks at their matters any more"


def test_withdrawn_after_it_was_posted_it_never_leaves(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    office.reminding.choose(PERSON, [Kind.CORRECTION])
    office.look()
    assert office.states() == ["posted"]
    office.reminding.choose(PERSON, [])
    assert office.send() == [] and office.states() == ["withdrawn"]
    with read(office.database) as connection:
        assert Outbox(connection).unsent(system=SYSTEM) == []


def test_withdrawn_while_the_sender_has_it_in_hand_it_is_refused(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    office.reminding.choose(PERSON, [Kind.CORRECTION])
    office.look()
    with write(office.database) as connection:
        posting = Outbox(connection).claim(SYSTEM, now=NOON, lease=timedelta(minutes=2))
        # What a rival's commit does between the two.
        connection.execute(consents.update().values(withdrawn_at=NOON))
    assert posting is not None
    office.moment += timedelta(minutes=3)
    assert office.send() == [] and office.states() == ["failed"]


def test_one_consent_withdrawn_leaves_the_others(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    office.town.certificates[PERSON] = [Certificate("居民身份证", "示例公安局", date(2026, 12, 1), "有效")]
    office.reminding.choose(PERSON, [Kind.CORRECTION, Kind.CERTIFICATE])
    office.look()
    office.reminding.choose(PERSON, [Kind.CERTIFICATE])
    assert [one.kind for one in office.send()] == ["证照到期"]


def test_given_again_it_is_a_consent_of_its_own_and_nothing_comes_twice(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    for _ in range(2):
        office.reminding.choose(PERSON, [Kind.CORRECTION])
        office.look()
        assert len(office.send()) == 1
        office.moment += timedelta(minutes=1)
        office.reminding.choose(PERSON, [])
    with read(office.database) as connection:
        rows = connection.execute(sa.select(consents.c.kind, consents.c.withdrawn_at, consents.c.wording)).all()
    assert len(rows) == 2 and all(kind == "补正期限" and at is not None and wording for kind, at, wording in rows)


def test_twenty_agree_at_once_for_one_person(office: Office) -> None:
    together(20, lambda number: office.reminding.choose(PERSON, [Kind.CLOSED, Kind.CORRECTION]))
    with read(office.database) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(consents)).scalar_one() == 2


def test_processes_side_by_side_send_each_once(office: Office) -> None:
    people = [f"{number:064x}" for number in range(12)]
    office.town.held = {one: [application(application_no=f"JL2026110010{number:02}")] for number, one in enumerate(people)}
    for one in people:
        office.reminding.choose(one, [Kind.CORRECTION])
    together(6, lambda number: office.look())
    together(6, lambda number: office.send())
    assert sorted(one.recipient for one in office.messages.sent()) == people


def test_a_closing_before_the_consent_is_old_news_and_one_after_it_is_told_without_its_outcome(office: Office) -> None:
    office.town.held[PERSON] = [closed(NOON - timedelta(seconds=1))]
    office.reminding.choose(PERSON, [Kind.CLOSED])
    office.look()
    assert office.send() == []
    office.moment += timedelta(hours=1)
    office.town.held[PERSON] = [closed(office.moment)]
    office.look()
    assert office.send() == [], "nothing moved as far as anybody told us, and it is not time to look"
    with write(office.database) as connection:
        keep_event(connection, event="e-1", number_hash=number_hash(NUMBER), stage="办结", at=office.moment, now=office.moment)
    office.look()
    [told] = office.send()
    assert told.kind == "办结" and "不予" not in told.text
    with nothing_new(office), write(office.database) as connection:
        keep_event(connection, event="e-2", number_hash=number_hash(NUMBER), stage="领取", at=office.moment, now=office.moment)


def test_events_of_strangers_make_nobody_look(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    office.reminding.choose(PERSON, [Kind.CORRECTION])
    office.look()
    with write(office.database) as connection:
        keep_event(connection, event="e-1", number_hash=number_hash("JL202611000777"), stage="办结", at=NOON, now=NOON)
    office.look()
    assert office.town.asked == [PERSON]


def test_what_is_handed_in_meanwhile_is_not_reminded_of(office: Office) -> None:
    due = Correction(material="照片", reason="", due=date(2026, 12, 10))
    office.town.held[PERSON] = [application(corrections=(due,))]
    office.reminding.choose(PERSON, [Kind.CORRECTION])
    office.look()
    office.town.held[PERSON] = [application(stage=Stage.REVIEW, corrections=(), accepted_on=date(2026, 11, 23))]
    office.moment += timedelta(days=16)
    office.look()
    assert office.send() == [] and office.states() == ["over"]


def test_a_system_that_is_away_loses_nothing_and_is_asked_again_soon(office: Office) -> None:
    office.town.held[PERSON] = [application(corrections=(Correction(material="照片", reason="", due=date(2026, 11, 27)),))]
    office.town.booked[PERSON] = [booked(NOON + timedelta(hours=5))]
    office.reminding.choose(PERSON, [Kind.CORRECTION, Kind.BOOKING])
    office.look()
    assert sorted(office.states()) == ["posted", "waiting"]
    office.town.away = True
    office.moment += LOOK_EVERY
    office.look()
    assert sorted(office.states()) == ["posted", "waiting"], "what was known before still stands"
    asked = len(office.town.asked)
    office.town.away = False
    office.moment += AGAIN_AFTER
    office.look()
    assert len(office.town.asked) == asked + 1
    office.moment += timedelta(days=1)
    office.look()
    assert sorted(one.kind for one in office.send()) == ["补正期限", "预约"]


def booked(begins: datetime) -> Booked:
    return Booked("b-1", "hall-220100", "长春市政务服务中心", "示例", "综合窗口", "i", "社会保障卡申领", begins, begins, "已预约")


def test_a_cancelled_booking_is_not_reminded_of(office: Office) -> None:
    office.town.booked[PERSON] = [booked(NOON + timedelta(days=5))]
    office.reminding.choose(PERSON, [Kind.BOOKING])
    office.look()
    office.town.booked[PERSON] = [replace(booked(NOON + timedelta(days=5)), state="已取消")]
    office.moment += timedelta(days=4, hours=6)
    office.look()
    assert office.send() == [] and office.states() == ["over"]


def test_what_is_long_over_is_forgotten(office: Office) -> None:
    office.town.held[PERSON] = [application()]
    office.reminding.choose(PERSON, [Kind.CORRECTION])
    office.look()
    office.send()
    office.reminding.choose(PERSON, [])
    office.moment += KEPT_FOR
    office.reminding.tidy()
    assert office.states() == ["sent"]
    office.moment += timedelta(seconds=1)
    office.reminding.tidy()
    assert office.states() == []
    with read(office.database) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(consents)).scalar_one() == 0
