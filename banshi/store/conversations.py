"""Conversations and their messages. Only masked text ever reaches this module.

A turn has three moments: the citizen's message is stored and the conversation claimed, in one transaction; the answer is made, outside
of any; the answer is stored and the claim given back, in one transaction. Who is killed in between loses nothing: the message stands
unanswered, the claim lapses, and the message sent again is answered then. All who write lock the conversation's row first, so that
within a conversation the ids of messages are in the order in which they become visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.conversation_rows import (
    TRANSITIONS,
    Conversation,
    HandOff,
    Message,
    Sender,
    State,
    append_messages,
    conversation_of,
    conversations,
    following,
    locked,
    message_of,
    messages,
)
from banshi.store.operators import note_handover
from banshi.store.ratings import Rating, keep_rating, rating_of
from banshi.store.schema import insert_new, portions
from banshi.store.transactions import read, write
from banshi.store.validations import Held, hold

__all__ = [
    "TRANSITIONS",
    "Conversation",
    "ConversationStore",
    "HandOff",
    "Message",
    "Sender",
    "Start",
    "State",
    "append_messages",
    "conversations",
    "locked",
    "messages",
]


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
        self,
        identifier: str,
        first: Message,
        *,
        region: str | None,
        begun_by: str | None,
        now: datetime,
        claim: timedelta,
        channel: str | None = None,
        elder: bool | None = None,
    ) -> tuple[str, int]:
        """Begin a conversation with its first message, claimed for the turn.

        Args:
            identifier: the new conversation's.
            first: the citizen's message.
            region: the citizen's.
            begun_by: what the same first message sent again is known by; None takes every message for a new one.
            now: the moment.
            claim: how long the turn may take.
            channel: app, web or hotline.
            elder: whether the citizen's page is in 长辈版.

        Returns:
            The conversation and the message; another conversation, and 0, when one was begun by the same message before.
        """
        row: dict[str, Any] = {"id": identifier, "state": "bot", "region": region, "created_at": now, "updated_at": now}
        row |= {"begun_by": begun_by, "claimed_until": now + claim, "channel": channel, "elder": elder}
        with write(self._database, durable=False) as connection:
            if connection.execute(insert_new(connection, conversations).values(row)).rowcount == 0:
                same = sa.select(conversations.c.id).where(conversations.c.begun_by == begun_by)
                return connection.execute(same).scalar_one(), 0
            return identifier, append_messages(connection, identifier, [first], now)

    def begin_turn(
        self, identifier: str, message: Message, *, seen: int, now: datetime, claim: timedelta, elder: bool | None = None
    ) -> Start:
        """Store a citizen's message and claim the conversation for its turn, unless there is a reason not to.

        Args:
            identifier: the conversation.
            message: the message; one with the client id of a message that has no answer yet takes up that one's turn.
            seen: the newest message that the caller knows of.
            now: the moment.
            claim: how long the turn may take.
            elder: whether the citizen's page is in 长辈版; None leaves what was known.
        """
        with write(self._database, durable=False) as connection:
            row = connection.execute(locked(identifier)).one_or_none()
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
            number = earlier.id if earlier is not None else append_messages(connection, identifier, [message], now)
            values = {"claimed_until": now + claim} | ({} if elder is None else {"elder": elder})
            connection.execute(conversations.update().where(conversations.c.id == identifier).values(values))
            return Start("begun", number)

    def finish_turn(
        self,
        identifier: str,
        message: int,
        replies: Sequence[Message],
        *,
        before: State,
        to: State | None,
        region: str | None,
        now: datetime,
        keep_region: bool = False,
        hand_off: HandOff | None = None,
        held: Sequence[Held] = (),
    ) -> Conversation | None:
        """Store the replies to a message and give the claim back.

        Args:
            identifier: the conversation.
            message: the citizen's message.
            replies: to it; not stored when a person has taken the conversation meanwhile: the bot is silent then.
            before: the state that the replies were made in.
            to: the state after them; None changes nothing. It is not taken when the state is no longer the one before.
            region: the citizen's.
            now: the moment.
            keep_region: leave the region of a conversation that waits, or has a person, as it is: it decides who may take it.
            hand_off: what is noted when the conversation begins to wait.
            held: answers that are kept until somebody decides; the replies say so.

        Returns:
            The conversation after it; None, with nothing stored, when another process answered after the claim had lapsed.
        """
        with write(self._database, durable=False) as connection:
            row = connection.execute(locked(identifier)).one()
            unanswered = sa.and_(messages.c.id == message, messages.c.answered_at.is_(None))
            if connection.execute(messages.update().where(unanswered).values(answered_at=now)).rowcount == 0:
                return None
            told = [] if row.state == "human" else replies
            last = append_messages(connection, identifier, told, now, answers=message) or row.last_message
            hold(connection, identifier, message, held if told else ())
            after: State = to if to is not None and row.state == before and to in TRANSITIONS[before] else row.state
            if keep_region and row.state in ("waiting", "human"):
                region = row.region
            values: dict[str, Any] = {"state": after, "region": region, "updated_at": now, "claimed_until": None}
            if after != row.state:
                values |= following(after, row.waiting_since, now)
                if after == "waiting" and hand_off is not None:
                    values |= asdict(hand_off)
                note_handover(connection, identifier, "asked" if after == "waiting" else "cancelled", now=now)
            connection.execute(conversations.update().where(conversations.c.id == identifier).values(values))
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
                    found[row.id] = conversation_of(row)
        return found

    def record(self, identifier: str, new: Sequence[Message], *, state: State, region: str | None, now: datetime) -> None:
        """Append messages and set the state after them, in one transaction."""
        with write(self._database, durable=False) as connection:
            row = connection.execute(locked(identifier)).one_or_none()
            append_messages(connection, identifier, new, now)
            values = {"state": state, "region": region, "updated_at": now} | following(state, row.waiting_since if row else None, now)
            connection.execute(conversations.update().where(conversations.c.id == identifier).values(values))

    def move(self, identifier: str, to: State, *, now: datetime, say: Message | None = None, handover: str | None = None) -> bool:
        """Change the state, saying something with it or not.

        Args:
            identifier: the conversation.
            to: the state.
            now: the moment.
            say: what is said.
            handover: kind of the hand-over that is noted when this ends a wait or a talk with a person.

        Returns:
            Whether the state may follow (or is the one it has); nothing is changed when not.
        """
        with write(self._database, durable=False) as connection:
            row = connection.execute(locked(identifier)).one_or_none()
            if row is None or (row.state != to and to not in TRANSITIONS[row.state]):
                return False
            if say is not None:
                append_messages(connection, identifier, [say], now)
            values = {"state": to, "updated_at": now} | (following(to, row.waiting_since, now) if row.state != to else {})
            connection.execute(conversations.update().where(conversations.c.id == identifier).values(values))
            if handover is not None and row.state in ("waiting", "human") and row.state != to:
                note_handover(connection, identifier, handover, now=now)
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
            found = [message_of(row) for row in connection.execute(wanted)]
        return found if newest is None else found[::-1]

    def rate(self, identifier: str, rating: Rating) -> bool:
        """Keep a rating; False, with nothing changed, when the conversation has one."""
        with write(self._database, durable=False) as connection:
            return keep_rating(connection, identifier, rating)

    def rating(self, identifier: str) -> Rating | None:
        """The rating of a conversation."""
        with read(self._database) as connection:
            return rating_of(connection, identifier)

    def close_idle(self, before: datetime, *, say: Message | None = None) -> list[str]:
        """Close what has been silent since `before`; those who waited for a person, or had one, are told why. Returns the ids."""
        idle = sa.and_(conversations.c.updated_at < before, conversations.c.state != "closed")
        wanted = sa.select(conversations.c.id, conversations.c.state).where(idle).order_by(conversations.c.id).with_for_update()
        with write(self._database, durable=False) as connection:
            found = connection.execute(wanted).all()
            for row in found:
                if say is not None and row.state in ("waiting", "human"):
                    append_messages(connection, row.id, [say], say.created_at)
                    note_handover(connection, row.id, "idle", now=say.created_at)
            for portion in portions(row.id for row in found):
                connection.execute(conversations.update().where(conversations.c.id.in_(portion)).values(state="closed"))
        return [row.id for row in found]
