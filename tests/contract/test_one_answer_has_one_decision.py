"""However many operators decide on an answer at once, and while its time ends, one decision is made and the citizen is told once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from banshi.desk.hours import ServiceHours
from banshi.desk.people.deciding import Decision, Validating
from banshi.desk.people.holding import ruled
from banshi.desk.people.operators import ConflictError
from banshi.desk.people.queue import Queue
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.staff import Staff, StaffRepository
from banshi.store.validation_rules import ValidationRules
from banshi.store.validations import Held, Validation, ValidationRepository
from tests.contract.together import together

PEOPLE, ROUNDS = 6, 5
ANSWER = {"text": "40元。\n——依据：收费规定", "buttons": [], "custom": {"type": "answer", "item": "a-guide", "sources": []}}


class Office:
    """A store with people at the desk, and a clock."""

    def __init__(self, database: sa.Engine, now: datetime) -> None:
        self.database, self.moment = database, now
        self.store = ConversationStore(database)
        self.validating = Validating(
            database, queue=Queue(database, ServiceHours("09:00-17:00"), lambda: self.moment), now=lambda: self.moment
        )
        with write(database) as connection:
            for number in range(PEOPLE):
                StaffRepository(connection).create(account=f"op{number}", name=f"坐席{number}", roles=["operator"])
            self.people = {one.account: one for one in StaffRepository(connection).list()}

    def person(self, number: int) -> Staff:
        return self.people[f"op{number}"]

    def held(self, conversation: str, *, seconds: int = 19) -> int:
        """An answer that waits in a new conversation."""
        now = self.moment
        first = Message("citizen", "多少钱", now)
        _, number = self.store.begin(conversation, first, region=None, begun_by=None, now=now, claim=timedelta(seconds=10))
        due = now + timedelta(seconds=seconds)
        one = Held("多少钱", ANSWER, "a-guide", "户政", None, None, "zh", now, due)
        told = [Message("bot", "正在核对", now)]
        self.store.finish_turn(conversation, number, told, before="bot", to=None, region=None, now=now, held=[one])
        with read(self.database) as connection:
            return ValidationRepository(connection).waiting()[-1].id

    def said(self, conversation: str) -> list[str]:
        return [one.text for one in self.store.messages(conversation) if one.sender == "bot"][1:]

    def kept(self, identifier: int) -> Validation:
        with read(self.database) as connection:
            found = ValidationRepository(connection).get(identifier)
        assert found is not None
        return found


@pytest.fixture
def office(database: sa.Engine, now: datetime) -> Office:
    return Office(database, now)


def test_of_operators_and_the_clock_one_decides(office: Office) -> None:
    choices: tuple[Decision, ...] = ("approve", "edit", "refuse")
    lapses = 0
    for turn in range(ROUNDS):
        identifier = office.held(f"c-{turn:032x}", seconds=0)

        def act(which: int, identifier: int = identifier) -> object:
            if which >= PEOPLE:
                return office.validating.lapse()
            decision = choices[which % 3]
            return office.validating.decide(office.person(which), identifier, decision, "别的话" if decision == "edit" else None)

        results = together(PEOPLE + 2, act)
        won = [one for one in results if isinstance(one, Validation)]
        lapsed = [one for one in results if isinstance(one, list) and one]
        assert len(won) + len(lapsed) == 1, results
        assert {type(one) for one in results if isinstance(one, Exception)} <= {ConflictError}
        lapses += len(lapsed)
        said = office.said(f"c-{turn:032x}")
        assert len(said) == (2 if lapsed else 0 if not won else 1)
        state = office.kept(identifier).state
        assert state == ("lapsed" if lapsed else won[0].state)
        assert (state == "refused") == (not any("40元" in text or "别的话" in text for text in said))
    assert lapses <= ROUNDS


def test_the_same_click_again_changes_nothing(office: Office) -> None:
    identifier = office.held("c-1")
    results = together(4, lambda _: office.validating.decide(office.person(0), identifier, "edit", "改过的话"))
    assert {one.state for one in results if isinstance(one, Validation)} == {"edited"} and len(results) == 4
    assert not [one for one in results if isinstance(one, Exception)]
    [said] = office.said("c-1")
    assert "改过的话\n——依据：收费规定" in said


def test_what_is_over_is_sent_once_by_however_many_servers(office: Office) -> None:
    conversations = [f"c-{number}" for number in range(5)]
    for one in conversations:
        office.held(one)
    office.moment += timedelta(seconds=18)
    assert together(4, lambda _: office.validating.lapse()) == [[]] * 4
    office.moment += timedelta(seconds=1)
    results = together(4, lambda _: office.validating.lapse())
    told = [conversation for result in results for conversation in result]  # type: ignore[union-attr]
    assert sorted(told) == conversations
    for one in conversations:
        notice, answer = office.said(one)
        assert "未经人工核对" in notice and answer.startswith("〔未经人工核对〕40元")


def test_an_answer_keeps_the_question_that_it_answers(office: Office) -> None:
    identifier = office.held("c-1")
    office.validating.decide(office.person(0), identifier, "approve")
    first, _, answer = office.store.messages("c-1")
    assert answer.answers == first.id == office.kept(identifier).message


def test_what_a_conversation_that_a_person_has_would_be_told_is_not_kept(office: Office) -> None:
    now = office.moment
    first = Message("citizen", "多少钱", now)
    _, number = office.store.begin("c-1", first, region=None, begun_by=None, now=now, claim=timedelta(seconds=10))
    office.store.move("c-1", "human", now=now)
    one = Held("多少钱", ANSWER, None, None, None, None, "zh", now, now)
    office.store.finish_turn("c-1", number, [Message("bot", "正在核对", now)], before="bot", to=None, region=None, now=now, held=[one])
    with read(office.database) as connection:
        assert ValidationRepository(connection).waiting() == []


def test_a_rule_holds_for_its_domain_and_what_lies_under_its_place(database: sa.Engine, now: datetime) -> None:
    with write(database) as connection:
        rules = ValidationRules(connection)
        rules.add(domain="户政", region="220200", by="a", now=now)
        everywhere = rules.add(domain="社保", region=None, by="a", now=now)
        standing = rules.standing()
        line = ["220281", "220200", "220000"]
        assert ruled(standing, "户政", line) and not ruled(standing, "户政", ["222400", "220000"])
        assert ruled(standing, "社保", ["220000"]) and not ruled(standing, None, line)
        ended = rules.end(everywhere.id, by="b", now=now)
        assert (ended.ended_by, ended.ended_at) == ("b", now) and not ruled(rules.standing(), "社保", ["220000"])
        rules.add(domain=None, region=None, by="a", now=now)
        assert ruled(rules.standing(), None, ["220000"])
