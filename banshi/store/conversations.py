"""Conversations and their messages. Only masked text ever reaches this module.

A turn has three moments: the citizen's message is stored and the conversation claimed, in one transaction; the answer is made, outside
of any; the answer is stored and the claim given back, in one transaction. Who is killed in between loses nothing: the message stands
unanswered, the claim lapses, and the message sent again is answered then. All who write lock the conversation's row first, so that
within a conversation the ids of messages are in the order in which they become visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.ratings import Rating, keep_rating, rating_of
from banshi.store.schema import Moment, Name, Words, insert_new, metadata, portions
from banshi.store.transactions import read, write

State = Literal["bot", "waiting", "human", "closed"]
Sender = Literal["citizen", "bot", "staff"]

TRANSITIONS: Mapping[State, frozenset[State]] = {
    "bot": frozenset({"waiting", "closed"}),
    "waiting": frozenset({"bot", "human", "closed"}),
    "human": frozenset({"waiting", "closed"}),
    "closed": frozenset(),
}
"""State → those that may follow. A person is waited for before one answers; nothing follows the end."""

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
    """One conversation as stored; `last_message` is the id of its newest message, 0 before there is one."""

    id: str
    state: State
    region: str | None
    updated_at: datetime
    last_message: int = field(default=0, compare=False)


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


@dataclass(frozen=True)
class Start:
    """What became of the wish to begin a turn.

    Attributes:
        outcome: begun: go on and answer. answered: the same message had its turn before. busy: another turn is under way.
            moved: there are messages that the caller has not seen. closed: the conversation is over, or there is none.
        message: id of the citizen's message, 0 unless begun or answered.
    """

    outcome: Literal["begun", "answered", "busy", "moved", "closed"]
    message: int = 0


class ConversationStore:
    """Reads and writes conversations, each call in a transaction of its own. A power cut can take the last moments of them."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database

    def create(self, *, identifier: str, region: str | None, now: datetime) -> Conversation:
        """Begin a conversation."""
        with write(self._database, durable=False) as connection:
            connection.execute(conversations.insert().values(id=identifier, state="bot", region=region, created_at=now, updated_at=now))
        return Conversation(identifier, "bot", region, now)

    def begin(
        self, identifier: str, first: Message, *, region: str | None, begun_by: str | None, now: datetime, claim: timedelta
    ) -> tuple[str, int]:
        """Begin a conversation with its first message, claimed for the turn.

        Args:
            identifier: the new conversation's.
            first: the citizen's message.
            region: the citizen's.
            begun_by: what the same first message sent again is known by; None takes every message for a new one.
            now: the moment.
            claim: how long the turn may take.

        Returns:
            The conversation and the message; another conversation, and 0, when one was begun by the same message before.
        """
        row: dict[str, Any] = {"id": identifier, "state": "bot", "region": region, "created_at": now, "updated_at": now}
        row |= {"begun_by": begun_by, "claimed_until": now + claim}
        with write(self._database, durable=False) as connection:
            if connection.execute(insert_new(connection, conversations).values(row)).rowcount == 0:
                same = sa.select(conversations.c.id).where(conversations.c.begun_by == begun_by)
                return connection.execute(same).scalar_one(), 0
            return identifier, _append(connection, identifier, [first], now)

    def begin_turn(self, identifier: str, message: Message, *, seen: int, now: datetime, claim: timedelta) -> Start:
        """Store a citizen's message and claim the conversation for its turn, unless there is a reason not to.

        Args:
            identifier: the conversation.
            message: the message; one with the client id of a message that has no answer yet takes up that one's turn.
            seen: the newest message that the caller knows of.
            now: the moment.
            claim: how long the turn may take.
        """
        with write(self._database, durable=False) as connection:
            row = connection.execute(_locked(identifier)).one_or_none()
            if row is None:
                return Start("closed")
            earlier = None
            if message.client_id is not None:
                same = sa.and_(messages.c.conversation == identifier, messages.c.client_id == message.client_id)
                earlier = connection.execute(sa.select(messages.c.id, messages.c.answered_at).where(same)).one_or_none()
            if earlier is not None and earlier.answered_at is not None:
                return Start("answered", earlier.id)
            if row.state == "closed":
                return Start("closed")
            if row.claimed_until is not None and row.claimed_until > now:
                return Start("busy")
            if row.last_message != seen:
                return Start("moved")
            number = earlier.id if earlier is not None else _append(connection, identifier, [message], now)
            connection.execute(conversations.update().where(conversations.c.id == identifier).values(claimed_until=now + claim))
            return Start("begun", number)

    def finish_turn(
        self, identifier: str, message: int, replies: Sequence[Message], *, state: State, region: str | None, now: datetime
    ) -> Conversation | None:
        """Store the replies to a message and give the claim back.

        Returns:
            The conversation after it; None, with nothing stored, when another process answered after the claim had lapsed. A state that
            may not follow the one found, as after the citizen has left meanwhile, is not taken.
        """
        with write(self._database, durable=False) as connection:
            row = connection.execute(_locked(identifier)).one()
            unanswered = sa.and_(messages.c.id == message, messages.c.answered_at.is_(None))
            if connection.execute(messages.update().where(unanswered).values(answered_at=now)).rowcount == 0:
                return None
            last = _append(connection, identifier, replies, now, answers=message) or row.last_message
            after = state if state in TRANSITIONS[row.state] else row.state
            change = conversations.update().where(conversations.c.id == identifier)
            connection.execute(change.values(state=after, region=region, updated_at=now, claimed_until=None))
        return Conversation(identifier, after, region, now, last)

    def release(self, identifier: str) -> None:
        """Give a claim back without an answer, so that the message can be sent again at once."""
        with write(self._database, durable=False) as connection:
            connection.execute(conversations.update().where(conversations.c.id == identifier).values(claimed_until=None))

    def get(self, identifier: str) -> Conversation | None:
        """One conversation, None when there is none of this id."""
        return self.several([identifier]).get(identifier)

    def several(self, identifiers: Iterable[str]) -> dict[str, Conversation]:
        """Conversations by id; one that does not exist is left out."""
        found = {}
        with read(self._database) as connection:
            for portion in portions(identifiers):
                for row in connection.execute(conversations.select().where(conversations.c.id.in_(portion))):
                    found[row.id] = Conversation(row.id, row.state, row.region, row.updated_at, row.last_message)
        return found

    def record(self, identifier: str, new: Sequence[Message], *, state: State, region: str | None, now: datetime) -> None:
        """Append messages and set the state after them, in one transaction."""
        with write(self._database, durable=False) as connection:
            connection.execute(_locked(identifier)).one_or_none()
            _append(connection, identifier, new, now)
            connection.execute(
                conversations.update().where(conversations.c.id == identifier).values(state=state, region=region, updated_at=now)
            )

    def move(self, identifier: str, to: State, *, now: datetime, say: Message | None = None) -> bool:
        """Change the state, saying something with it or not.

        Returns:
            Whether the state may follow (or is the one it has); nothing is changed when not.
        """
        with write(self._database, durable=False) as connection:
            row = connection.execute(_locked(identifier)).one_or_none()
            if row is None or (row.state != to and to not in TRANSITIONS[row.state]):
                return False
            if say is not None:
                _append(connection, identifier, [say], now)
            connection.execute(conversations.update().where(conversations.c.id == identifier).values(state=to, updated_at=now))
        return True

    def messages(self, identifier: str, *, after: int = 0, first: int | None = None, newest: int | None = None) -> list[Message]:
        """Messages of a conversation, oldest first.

        Args:
            identifier: the conversation.
            after: only those with a larger id.
            first: at most so many, from the oldest on.
            newest: at most so many, the newest.
        """
        wanted = messages.select().where(messages.c.conversation == identifier, messages.c.id > after)
        wanted = wanted.order_by(messages.c.id.desc()).limit(newest) if newest is not None else wanted.order_by(messages.c.id).limit(first)
        with read(self._database) as connection:
            found = [
                Message(r.sender, r.text, r.created_at, r.buttons, r.custom, r.id, r.client_id, r.answers, r.answered_at)
                for r in connection.execute(wanted)
            ]
        return found if newest is None else found[::-1]

    def rate(self, identifier: str, rating: Rating) -> bool:
        """Keep a rating; False, with nothing changed, when the conversation has one."""
        with write(self._database, durable=False) as connection:
            return keep_rating(connection, identifier, rating)

    def rating(self, identifier: str) -> Rating | None:
        """The rating of a conversation."""
        with read(self._database) as connection:
            return rating_of(connection, identifier)

    def close_idle(self, before: datetime) -> list[str]:
        """Close what has been silent since `before`; returns the ids."""
        idle = sa.and_(conversations.c.updated_at < before, conversations.c.state != "closed")
        with write(self._database, durable=False) as connection:
            identifiers = [row.id for row in connection.execute(sa.select(conversations.c.id).where(idle))]
            connection.execute(conversations.update().where(idle).values(state="closed"))
        return identifiers


def _locked(identifier: str) -> sa.Select[Any]:
    return conversations.select().where(conversations.c.id == identifier).with_for_update()  # SQLite has its only writer already


def _append(connection: sa.Connection, identifier: str, new: Sequence[Message], now: datetime, *, answers: int | None = None) -> int:
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
