"""Who waits for a person, who has whom, and how a conversation gets from one to another; within the caller's transaction.

Every change is one UPDATE that names the state and the operator it expects: of several who want the same, whichever process they are in,
one changes a row, and `True` says who. It also locks the row, so that what is said with the change follows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.conversation_rows import (
    Conversation,
    Message,
    append_messages,
    conversation_of,
    conversations,
    locked,
    message_of,
    messages,
)
from banshi.store.operators import handovers, operators
from banshi.store.validations import validations

_NEWEST_SPANS = 50
_ENDS = ("closed", "left")


@dataclass(frozen=True)
class Standing:
    """A conversation with what a list shows of it.

    Attributes:
        unread: the citizen's messages after the last one of the staff.
    """

    conversation: Conversation
    last: Message | None
    unread: int


class QueueRepository:
    """Reads and changes who has which conversation."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim(self, identifier: str, account: str, *, now: datetime, from_bot: bool = False) -> bool:
        """Take a conversation that waits and has nobody; with `from_bot` one that the bot still leads."""
        # Two who press the button at once both saw it waiting. The condition is evaluated again under the row's lock, so the second
        # finds the first one's state and changes nothing.
        states = ("waiting", "bot") if from_bot else ("waiting",)
        free = sa.and_(conversations.c.state.in_(states), conversations.c.operator.is_(None))
        return self._change(identifier, free, state="human", operator=account, taken_at=now, updated_at=now)

    def pass_on(
        self, identifier: str, account: str, *, now: datetime, to: str | None, department: str | None = None, region: str | None = None
    ) -> bool:
        """Give a conversation that somebody has to a colleague, or back to those who wait, for another department or region or not."""
        values: dict[str, Any] = {"updated_at": now}
        if to is None:
            since = sa.func.coalesce(conversations.c.waiting_since, sa.bindparam("since", now, type_=conversations.c.waiting_since.type))
            values |= {"state": "waiting", "operator": None, "taken_at": None, "waiting_since": since}
        else:
            values |= {"operator": to, "taken_at": now}
        values |= {} if department is None else {"department": department}
        values |= {} if region is None else {"region": region}
        return self._change(identifier, _has(account), **values)

    def give_back(self, identifier: str, account: str, *, now: datetime) -> bool:
        """Let the bot go on with a conversation that somebody has."""
        nobody: dict[str, Any] = dict.fromkeys(("operator", "waiting_since", "taken_at"))
        return self._change(identifier, _has(account), state="bot", updated_at=now, **nobody)

    def close(self, identifier: str, account: str, *, now: datetime) -> bool:
        """End a conversation that somebody has; it keeps who that was."""
        return self._change(identifier, _has(account), state="closed", updated_at=now)

    def lose(self, identifier: str, account: str, *, unseen_since: datetime, now: datetime) -> bool:
        """Take a conversation from somebody who is gone; not from one who was seen again meanwhile."""
        there = sa.exists().where(operators.c.account == account, operators.c.seen_at >= unseen_since)
        since = sa.func.coalesce(conversations.c.waiting_since, sa.bindparam("since", now, type_=conversations.c.waiting_since.type))
        return self._change(
            identifier, sa.and_(_has(account), ~there), state="waiting", operator=None, taken_at=None, waiting_since=since, updated_at=now
        )

    def forsaken(self, unseen_since: datetime) -> list[tuple[str, str]]:
        """Conversations whose operator is gone, with that operator."""
        there = sa.exists().where(operators.c.account == conversations.c.operator, operators.c.seen_at >= unseen_since)
        wanted = sa.select(conversations.c.id, conversations.c.operator).where(
            conversations.c.state == "human", conversations.c.operator.is_not(None), ~there
        )
        return [(row.id, row.operator) for row in self._connection.execute(wanted)]

    def say(self, identifier: str, message: Message) -> None:
        """Say something with a change that this transaction has made."""
        append_messages(self._connection, identifier, [message], message.created_at)

    def answer(self, identifier: str, account: str, message: Message) -> Message | None:
        """Say something in a conversation that somebody has.

        Returns:
            The message as stored; the one of before, when it has the same `client_id`. None when somebody else has the conversation.
        """
        row = self._connection.execute(locked(identifier)).one_or_none()
        if row is None or row.state != "human" or row.operator != account:
            return None
        of_this = messages.select().where(messages.c.conversation == identifier)
        if message.client_id is not None:
            same = self._connection.execute(of_this.where(messages.c.client_id == message.client_id)).one_or_none()
            if same is not None and same.sender == "staff":
                return message_of(same)
            if same is not None:  # the citizen's page made the same id
                message = replace(message, client_id=None)
        number = append_messages(self._connection, identifier, [message], message.created_at)
        return replace(message, id=number)

    def standing(self, identifier: str) -> Standing | None:
        """One conversation."""
        found = self._standings(conversations.c.id == identifier)
        return found[0] if found else None

    def messages(self, identifier: str) -> list[Message]:
        """All messages of a conversation, oldest first."""
        wanted = messages.select().where(messages.c.conversation == identifier).order_by(messages.c.id)
        return [message_of(row) for row in self._connection.execute(wanted)]

    def open(self) -> list[Standing]:
        """All that wait or have a person, who waited first in front."""
        return self._standings(conversations.c.state.in_(("waiting", "human")))

    def waiting(self) -> list[Conversation]:
        """All that wait, who waited first in front."""
        first = (conversations.c.waiting_since, conversations.c.id)
        found = self._connection.execute(conversations.select().where(conversations.c.state == "waiting").order_by(*first))
        return [conversation_of(row) for row in found]

    def pulse(self) -> tuple[Any, ...]:
        """Differs when anything of `open` does, or an answer begins or ends to wait: every change of hands says something, and ids only
        grow."""
        here = sa.select(
            conversations.c.state,
            sa.func.count(),
            sa.func.sum(conversations.c.last_message),
            sa.func.max(conversations.c.updated_at),
        ).where(conversations.c.state.in_(("waiting", "human")))
        held = sa.select(sa.func.count(), sa.func.max(validations.c.id)).where(validations.c.state == "waiting")
        found = [
            *self._connection.execute(here.group_by(conversations.c.state).order_by(conversations.c.state)),
            *self._connection.execute(held),
        ]
        return tuple(tuple(row) for row in found)

    def spans(self) -> list[float]:
        """How long the last fifty conversations that ended with a person took from being taken, in seconds."""
        wanted = (
            sa.select(handovers.c.at, conversations.c.taken_at)
            .join(conversations, conversations.c.id == handovers.c.conversation)
            .where(handovers.c.kind.in_(_ENDS), conversations.c.taken_at.is_not(None))
            .order_by(handovers.c.at.desc())
            .limit(_NEWEST_SPANS)
        )
        return [(row.at - row.taken_at).total_seconds() for row in self._connection.execute(wanted)]

    def _change(self, identifier: str, condition: sa.ColumnElement[bool], **values: Any) -> bool:
        changed = conversations.update().where(conversations.c.id == identifier, condition).values(values)
        return self._connection.execute(changed).rowcount == 1

    def _standings(self, condition: sa.ColumnElement[bool]) -> list[Standing]:
        said, staffs = messages.alias("said"), messages.alias("staffs")
        of_staff = sa.select(sa.func.max(staffs.c.id)).where(staffs.c.conversation == conversations.c.id, staffs.c.sender == "staff")
        after = said.c.id > sa.func.coalesce(of_staff.scalar_subquery(), 0)
        unread = sa.select(sa.func.count()).where(said.c.conversation == conversations.c.id, said.c.sender == "citizen", after)
        last = messages.alias("last")
        told = [last.c[name].label(f"said_{name}") for name in ("id", "sender", "text", "created_at")]
        wanted = (
            sa.select(conversations, *told, unread.scalar_subquery().label("unread"))
            .outerjoin(last, last.c.id == conversations.c.last_message)
            .where(condition)
            .order_by(conversations.c.waiting_since, conversations.c.id)
        )
        return [
            Standing(conversation_of(row), None if row.said_id is None else _last(row), row.unread)
            for row in self._connection.execute(wanted)
        ]


def _has(account: str) -> sa.ColumnElement[bool]:
    return sa.and_(conversations.c.state == "human", conversations.c.operator == account)


def _last(row: Any) -> Message:
    return Message(row.said_sender, row.said_text, row.said_created_at, id=row.said_id)
