"""What a conversation and a message are, as tables and as values, and how a message is added to a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

State = Literal["bot", "waiting", "human", "closed"]
Sender = Literal["citizen", "bot", "staff"]

TRANSITIONS: Mapping[State, frozenset[State]] = {
    "bot": frozenset({"waiting", "human", "closed"}),
    "waiting": frozenset({"bot", "human", "closed"}),
    "human": frozenset({"bot", "waiting", "closed"}),
    "closed": frozenset(),
}
"""State → those that may follow. From bot to human goes only who supervises; nothing follows the end."""

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", Name(40), primary_key=True),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("region", Name(20)),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False, index=True),
    sa.Column("last_message", sa.Integer, nullable=False, server_default="0"),
    sa.Column("claimed_until", Moment),
    sa.Column("begun_by", Name(64)),
    sa.Column("language", Name(5)),
    sa.Column("channel", Name(20)),
    sa.Column("topic", Words),
    sa.Column("department", Words),
    sa.Column("mood", Name(20)),
    sa.Column("operator", Words),
    sa.Column("waiting_since", Moment),
    sa.Column("taken_at", Moment),
    sa.Column("elder", sa.Boolean),
    sa.Index("uq_conversations_begun_by", "begun_by", unique=True),
)
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", Name(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("sender", Name(10), nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("buttons", sa.JSON, nullable=False),
    sa.Column("custom", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("client_id", Name(64)),
    sa.Column("answers", sa.Integer),
    sa.Column("answered_at", Moment),
    sa.Index("uq_messages_client_id", "conversation", "client_id", unique=True),
)


@dataclass(frozen=True)
class Conversation:
    """One conversation as stored.

    Attributes:
        last_message: id of its newest message, 0 before there is one.
        language: zh or ko, the citizen's, from the first hand-off on.
        channel: app, web or hotline.
        topic, department: what it is about and whose matter that is, when that is known.
        mood: 着急 or 不满, None for neither.
        operator: account of who has it, or had it at its end.
        waiting_since: when a person was first asked for; kept while the conversation goes from one person to another.
        taken_at: when the operator took it.
        elder: whether the citizen's page is in 长辈版; None when it has not said.
    """

    id: str
    state: State
    region: str | None
    updated_at: datetime
    last_message: int = field(default=0, compare=False)
    language: str | None = field(default=None, compare=False)
    channel: str | None = field(default=None, compare=False)
    topic: str | None = field(default=None, compare=False)
    department: str | None = field(default=None, compare=False)
    mood: str | None = field(default=None, compare=False)
    operator: str | None = field(default=None, compare=False)
    waiting_since: datetime | None = field(default=None, compare=False)
    taken_at: datetime | None = field(default=None, compare=False)
    elder: bool | None = field(default=None, compare=False)


@dataclass(frozen=True)
class HandOff:
    """What whoever takes a conversation should know of it; see `Conversation`."""

    language: str
    topic: str | None = None
    department: str | None = None
    mood: str | None = None


@dataclass(frozen=True)
class Message:
    """One message; `text` is masked.

    Attributes:
        id: given by the store.
        client_id: the sender's own id for it.
        answers: id of the citizen's message that a bot's message replies to.
        answered_at: of a citizen's message: when its turn was over, with or without a reply.
    """

    sender: Sender
    text: str
    created_at: datetime
    buttons: list[dict[str, str]] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    id: int = field(default=0, compare=False)
    client_id: str | None = field(default=None, compare=False)
    answers: int | None = field(default=None, compare=False)
    answered_at: datetime | None = field(default=None, compare=False)


def conversation_of(row: Any) -> Conversation:
    """A row of the table."""
    return Conversation(*(getattr(row, one.name) for one in fields(Conversation)))


def message_of(row: Any) -> Message:
    """A row of the table."""
    return Message(*(getattr(row, one.name) for one in fields(Message)))


def following(state: State, waiting_since: datetime | None, now: datetime) -> dict[str, Any]:
    """What else changes with the state: who has the conversation, and since when a person is waited for."""
    if state == "bot":
        return {"operator": None, "waiting_since": None, "taken_at": None}
    if state == "waiting":
        return {"operator": None, "waiting_since": waiting_since or now, "taken_at": None}
    return {}


def locked(identifier: str) -> sa.Select[Any]:
    """A conversation's row, for whoever writes: they take turns from here on."""
    return conversations.select().where(conversations.c.id == identifier).with_for_update()  # SQLite has its only writer already


def append_messages(
    connection: sa.Connection, identifier: str, new: Sequence[Message], now: datetime, *, answers: int | None = None
) -> int:
    """Add messages and note the newest; returns its id, 0 when there are none."""
    last = 0
    for message in new:
        row = {
            "conversation": identifier,
            "sender": message.sender,
            "text": message.text,
            "buttons": message.buttons,
            "custom": message.custom,
            "created_at": message.created_at,
            "client_id": message.client_id,
            "answers": answers,
        }
        last = int(connection.execute(messages.insert().values(row).returning(messages.c.id)).scalar_one())
    if new:
        connection.execute(conversations.update().where(conversations.c.id == identifier).values(last_message=last, updated_at=now))
    return last
