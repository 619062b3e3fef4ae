"""Conversations and their messages. Only masked text ever reaches this module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata
from banshi.store.transactions import read, write

State = Literal["bot", "waiting", "human", "closed"]
Sender = Literal["citizen", "bot", "staff"]

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", Name(40), primary_key=True),
    sa.Column("state", Name(10), nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False, index=True),
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
)


@dataclass(frozen=True)
class Conversation:
    """One conversation as stored."""

    id: str
    state: State
    region: str | None
    updated_at: datetime


@dataclass(frozen=True)
class Message:
    """One message; `text` is masked."""

    sender: Sender
    text: str
    created_at: datetime
    buttons: list[dict[str, str]] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)


class ConversationStore:
    """Reads and writes conversations, each call in a transaction of its own. A power cut can take the last moments of them."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database

    def create(self, *, identifier: str, region: str | None, now: datetime) -> Conversation:
        """Begin a conversation."""
        with write(self._database, durable=False) as connection:
            connection.execute(conversations.insert().values(id=identifier, state="bot", region=region, created_at=now, updated_at=now))
        return Conversation(identifier, "bot", region, now)

    def get(self, identifier: str) -> Conversation | None:
        """One conversation, None when there is none of this id."""
        with read(self._database) as connection:
            row = connection.execute(conversations.select().where(conversations.c.id == identifier)).one_or_none()
        return None if row is None else Conversation(row.id, row.state, row.region, row.updated_at)

    def record(self, identifier: str, new: Sequence[Message], *, state: State, region: str | None, now: datetime) -> None:
        """Append a turn's messages and the state after it, in one transaction: a turn is stored whole or not at all."""
        with write(self._database, durable=False) as connection:
            if new:
                connection.execute(
                    messages.insert(),
                    [
                        {
                            "conversation": identifier,
                            "sender": message.sender,
                            "text": message.text,
                            "buttons": message.buttons,
                            "custom": message.custom,
                            "created_at": message.created_at,
                        }
                        for message in new
                    ],
                )
            connection.execute(
                conversations.update().where(conversations.c.id == identifier).values(state=state, region=region, updated_at=now)
            )

    def messages(self, identifier: str) -> list[Message]:
        """All messages of a conversation, oldest first."""
        with read(self._database) as connection:
            rows = connection.execute(messages.select().where(messages.c.conversation == identifier).order_by(messages.c.id)).all()
        return [Message(row.sender, row.text, row.created_at, row.buttons, row.custom) for row in rows]

    def close_idle(self, before: datetime) -> list[str]:
        """Close what has been silent since `before`; returns the ids."""
        idle = sa.and_(conversations.c.updated_at < before, conversations.c.state != "closed")
        with write(self._database, durable=False) as connection:
            identifiers = [row.id for row in connection.execute(sa.select(conversations.c.id).where(idle))]
            connection.execute(conversations.update().where(idle).values(state="closed"))
        return identifiers
