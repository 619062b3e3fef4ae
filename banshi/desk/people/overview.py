"""What the desk's page shows: the queue as one may serve it, one's own conversations, colleagues; and whether any of it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from banshi.desk.advice.adoption import figures
from banshi.desk.people.deciding import parted
from banshi.desk.people.operators import Desk, NotYoursError, UnknownError
from banshi.desk.people.queue import PRESENT, OnDuty, on_duty, within
from banshi.desk.people.summary import spoken_of, summary_of
from banshi.search.engine import Engine
from banshi.staff.permissions import Parents, may
from banshi.store.conversations import Conversation, Message
from banshi.store.operators import Operator, OperatorRepository, handovers_of, taken_from, taken_since
from banshi.store.queue import QueueRepository, Standing
from banshi.store.staff import Staff, StaffRepository
from banshi.store.suggestion_uses import SuggestionUses
from banshi.store.transactions import read
from banshi.store.validations import Validation, ValidationRepository

SHOWN = 50
"""Conversations of a list that a page gets at first: who looks further asks for more."""
_MESSAGES = 500
_TOLD_FOR = timedelta(minutes=10)
"""So long an operator is told of a conversation that a supervisor took."""
_BUTTON = "〔点了一个选项〕"


@dataclass(frozen=True)
class Sight:
    """The desk at one moment, as everybody sees their part of it.

    Attributes:
        standings: conversations that wait or have a person, who waited first in front.
        operators: by account, gone ones too.
        staff: by account.
        held: answers that wait for a word, the one whose time ends first in front.
    """

    standings: list[Standing]
    operators: dict[str, Operator]
    staff: dict[str, Staff]
    now: datetime
    held: Sequence[Validation] = ()

    @classmethod
    def of(cls, connection: sa.Connection, now: datetime, *, standings: list[Standing] | None = None) -> Sight:
        """The desk in the caller's transaction; with these conversations, or all that are open."""
        operators = {one.account: one for one in OperatorRepository(connection).list()}
        staff = {one.account: one for one in StaffRepository(connection).list()}
        held = ValidationRepository(connection).waiting() if standings is None else ()
        return cls(QueueRepository(connection).open() if standings is None else standings, operators, staff, now, held)

    def waiting_for(self, staff: Staff, parents: Parents) -> list[Standing]:
        """Those who wait and whom somebody may serve. Who supervises sees every language."""
        me = self.operators.get(staff.account)
        every = may(staff, "desk.supervise") or me is None
        known: dict[tuple[str | None, ...], bool] = {}
        found = []
        for standing in self.standings:
            one = standing.conversation
            kind = (one.region, one.department, one.language)
            if kind not in known:
                ours = within(staff, one.region, one.department, parents)
                known[kind] = ours and (every or (me is not None and OnDuty(staff, me).serves(*kind, parents)))
            if one.state == "waiting" and known[kind]:
                found.append(standing)
        return found

    def of_others(self, staff: Staff, parents: Parents) -> list[Standing]:
        """What colleagues have, for who supervises."""
        if not may(staff, "desk.supervise"):
            return []
        ours = (one for one in self.standings if one.conversation.state == "human" and one.conversation.operator != staff.account)
        return [one for one in ours if within(staff, one.conversation.region, one.conversation.department, parents)]

    def held_for(self, staff: Staff, parents: Parents) -> list[Validation]:
        """Answers that wait for a word of whoever serves such matters. Who supervises sees every language."""
        me = self.operators.get(staff.account)
        every = may(staff, "desk.supervise") or me is None
        ours = (one for one in self.held if within(staff, one.region, one.department, parents))
        return [one for one in ours if every or (me is not None and one.language in me.languages)]

    def held_by(self, account: str) -> list[Standing]:
        """What somebody has."""
        return [one for one in self.standings if one.conversation.state == "human" and one.conversation.operator == account]

    def here(self) -> list[tuple[Operator, Staff, bool, int]]:
        """Whose page is open: operator, account, whether they take conversations, how many they have."""
        duty = {one.staff.account for one in on_duty(self.staff.values(), self.operators.values(), self.now)}
        there = [one for one in self.operators.values() if one.seen_at >= self.now - PRESENT and one.account in self.staff]
        return [(one, self.staff[one.account], one.account in duty, len(self.held_by(one.account))) for one in there]

    def version(self, staff: Staff, parents: Parents) -> str:
        """Differs when anything that somebody sees does."""
        lists = (self.waiting_for(staff, parents), self.held_by(staff.account), self.of_others(staff, parents))
        seen = [[(one.conversation.id, one.conversation.last_message, one.conversation.operator) for one in some] for some in lists]
        me = self.operators.get(staff.account)
        held = [one.id for one in self.held_for(staff, parents)]
        about = (seen, held, [(one.account, free, load) for one, _, free, load in self.here()], me and (me.available, me.languages))
        return hashlib.sha256(repr(about).encode()).hexdigest()[:16]


class Overview:
    """Reads what the page shows.

    Args:
        desk: the desk.
        engine: names items and regions.
    """

    def __init__(self, desk: Desk, engine: Callable[[], Engine | None]) -> None:
        self._desk, self.engine = desk, engine

    def whole(self, staff: Staff, *, most: int = SHOWN) -> dict[str, Any]:
        """The queue, one's own, the others', the day.

        Args:
            staff: who asks.
            most: of those who wait, and of the others', the first so many; the counts tell of all.
        """
        now, parents, hours = self._desk.now(), self._desk.queue.parents, self._desk.queue.hours
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with read(self._desk.database) as connection:
            new = OperatorRepository(connection).get(staff.account) is None
        if new:
            self._desk.present(staff, at_first=False)  # not `available`: their page may have said so meanwhile
        with read(self._desk.database) as connection:
            sight = Sight.of(connection, now)
            taken = taken_since(connection, staff.account, midnight)
            lost = taken_from(connection, staff.account, now - _TOLD_FOR)
            suggested = figures(SuggestionUses(connection).since(midnight, account=staff.account))
        waiting, others = sight.waiting_for(staff, parents), sight.of_others(staff, parents)
        newest = max((one.conversation.waiting_since for one in waiting if one.conversation.waiting_since is not None), default=None)
        return {
            "me": self.me(staff, sight.operators[staff.account]),
            "waiting": [self._told(one, sight) for one in waiting[:most]],
            "waiting_count": len(waiting),
            "newest": None if newest is None else newest.astimezone(now.tzinfo).isoformat(),
            "held": [self._held(one, now) for one in sight.held_for(staff, parents)],
            "mine": [self._told(one, sight) for one in sight.held_by(staff.account)],
            "others": [self._told(one, sight) for one in others[:most]],
            "others_count": len(others),
            "taken_from_me": [
                {
                    "conversation": one.conversation,
                    "at": one.at.astimezone(now.tzinfo).isoformat(),
                    "by": self._name(by, sight),
                    "reason": one.note,
                }
                for one, by in lost
            ],
            "today": {"taken": taken, "adoption": suggested["rate"], "p50_ms": suggested["median_first_ms"]},
            "hours": {"open": hours.open_at(now), "text": hours.text_at(now)},
            "operators": [
                {"account": one.account, "name": who.name, "number": one.told, "available": free, "load": load}
                for one, who, free, load in sight.here()
            ],
        }

    def me(self, staff: Staff, operator: Operator) -> dict[str, Any]:
        """Who is asking."""
        return {
            "account": staff.account,
            "name": staff.name,
            "number": operator.told,
            "available": operator.available,
            "languages": list(operator.languages),
            "supervisor": may(staff, "desk.supervise"),
        }

    def readable(self, staff: Staff, identifier: str) -> None:
        """Nothing, when somebody may read a conversation.

        Raises:
            UnknownError, NotYoursError: they may not.
        """
        with read(self._desk.database) as connection:
            self._readable(connection, staff, identifier)

    def _readable(self, connection: sa.Connection, staff: Staff, identifier: str) -> Standing:
        standing = QueueRepository(connection).standing(identifier)
        if standing is None:
            raise UnknownError("没有这个会话。")
        if not self._desk.may_read(staff, standing.conversation):
            raise NotYoursError("这个会话不由您接待，不能查看。")
        return standing

    def detail(self, staff: Staff, identifier: str) -> dict[str, Any]:
        """One conversation, with its messages as they are stored.

        Raises:
            UnknownError, NotYoursError: it may not be read.
        """
        with read(self._desk.database) as connection:
            standing = self._readable(connection, staff, identifier)
            history = QueueRepository(connection).messages(identifier)
            handovers = handovers_of(connection, identifier)
            sight = Sight.of(connection, self._desk.now(), standings=[])
        live, region = spoken_of(history), standing.conversation.region
        return {
            "conversation": self._told(standing, sight),
            "messages": history[-_MESSAGES:],
            "summary": asdict(summary_of(history, self._item)),
            "slots": {
                "item": live.item,
                "item_name": None if live.item is None else self._item(live.item),
                "element": live.element,
                "region": region,
                "region_name": self._region(region),
            },
            "handovers": [
                {
                    "at": one.at.astimezone(sight.now.tzinfo).isoformat(),
                    "kind": one.kind,
                    "name": self._name(one.account, sight),
                    "note": one.note,
                }
                for one in handovers
            ],
            "draft": "",
        }

    def _told(self, standing: Standing, sight: Sight) -> dict[str, Any]:
        one, last, zone = standing.conversation, standing.last, sight.now.tzinfo

        def at(moment: datetime | None) -> str | None:
            return None if moment is None else moment.astimezone(zone).isoformat()

        return {
            "id": one.id,
            "state": one.state,
            "region": one.region,
            "region_name": self._region(one.region),
            "language": one.language or "zh",
            "channel": one.channel or "web",
            "topic": one.topic,
            "department": one.department,
            "mood": one.mood,
            "operator": self._who(one, sight),
            "waiting_since": at(one.waiting_since),
            "taken_at": at(one.taken_at),
            "last": None if last is None else {"id": last.id, "sender": last.sender, "text": _shown(last), "at": at(last.created_at)},
            "unread": standing.unread,
            "elder": bool(one.elder),
        }

    def _held(self, one: Validation, now: datetime) -> dict[str, Any]:
        source: dict[str, Any] = next(iter(one.reply["custom"].get("sources") or []), {})
        return {
            "id": one.id,
            "conversation": one.conversation,
            "question": one.question,
            "answer": parted(one.reply)[0],
            "source": {"title": source.get("title"), "basis": source.get("basis")},
            "item_name": None if one.item is None else self._item(one.item),
            "region_name": self._region(one.region),
            "language": one.language,
            # A length, not a moment: the clocks of offices differ.
            "left_ms": max(0, round((one.due_at - now).total_seconds() * 1000)),
        }

    def _who(self, one: Conversation, sight: Sight) -> dict[str, Any] | None:
        if one.operator is None:
            return None
        operator = sight.operators.get(one.operator)
        number = operator.told if operator is not None else ""
        return {"account": one.operator, "name": self._name(one.operator, sight), "number": number}

    def _name(self, account: str | None, sight: Sight) -> str | None:
        return None if account is None else sight.staff[account].name if account in sight.staff else account

    def _item(self, item: str) -> str | None:
        engine = self.engine()
        guide = engine.knowledge.guides.get(item) if engine is not None else None
        return None if guide is None else guide.task_name

    def _region(self, region: str | None) -> str | None:
        engine = self.engine()
        node = engine.knowledge.regions.regions.get(region) if engine is not None and region is not None else None
        return None if node is None else node.name


def _shown(message: Message) -> str:
    return _BUTTON if message.sender == "citizen" and message.text.startswith("/") else message.text
