"""Who wants to be reminded of what, and what they are reminded of; within the caller's transaction.

An owner is the platform's keyed hash of a person's identity number (64 hex digits): by it the systems are asked and the message system
finds the person. Nothing else of a person stands here, and no number of an application, which stands as a hash.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.application_events import application_events, newest_event
from banshi.store.outbox import outbox
from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata, portions

SYSTEM = "messages"
"""Of the outbox."""
ReminderState = Literal["waiting", "posted", "sent", "withdrawn", "over", "failed"]

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("owner", Name(64), nullable=False, index=True),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("wording", Name(20), nullable=False),
    sa.Column("given_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
)
# Given twice at once, it stands once.
sa.Index(
    "one_standing_consent",
    consents.c.owner,
    consents.c.kind,
    unique=True,
    sqlite_where=consents.c.withdrawn_at.is_(None),
    postgresql_where=consents.c.withdrawn_at.is_(None),
)
reminders = sa.Table(
    "reminders",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", Name(80), nullable=False, unique=True),
    sa.Column("owner", Name(64), nullable=False, index=True),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("due", Moment, nullable=False),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)
reminder_looks = sa.Table(
    "reminder_looks",
    metadata,
    sa.Column("owner", Name(64), primary_key=True),
    sa.Column("next_look", Moment, nullable=False, index=True),
    sa.Column("event", sa.Integer, nullable=False),
)
watched_applications = sa.Table(
    "watched_applications",
    metadata,
    sa.Column("number_hash", Name(64), primary_key=True),
    sa.Column("owner", Name(64), primary_key=True, index=True),
)


@dataclass(frozen=True)
class Consent:
    """Somebody wants to be reminded of a kind of thing.

    Attributes:
        kind: as `banshi.connect.messages.port.Kind` has it.
        wording: version of the words that were agreed to.
        withdrawn_at: None while it stands.
    """

    owner: str
    kind: str
    wording: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Draft:
    """A reminder to be.

    Attributes:
        key: the same for the same thing, so that nobody is told of it twice.
        due: when it is sent.
    """

    key: str
    kind: str
    text: str
    due: datetime


@dataclass(frozen=True)
class Reminder:
    """A reminder.

    Attributes:
        due: when it is sent.
        state: waiting for its time; posted, on its way to the message system; sent, which has it; withdrawn with the consent; over, since
            what it was about is done; failed, since the message system refused it.
        changed_at: since when it is in that state.
    """

    key: str
    owner: str
    kind: str
    text: str
    due: datetime
    state: ReminderState
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Look:
    """Somebody's matters are to be looked at."""

    owner: str
    next_look: datetime
    event: int


_CONSENT, _REMINDER, _LOOK = columns(consents, Consent), columns(reminders, Reminder), columns(reminder_looks, Look)


class Reminders:
    """Consents and reminders."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def standing(self, owner: str) -> dict[str, Consent]:
        """Consents of an owner that stand, by kind."""
        wanted = sa.select(*_CONSENT).where(consents.c.owner == owner, consents.c.withdrawn_at.is_(None))
        return {found.kind: found for found in (Consent(*row) for row in self._connection.execute(wanted))}

    def set_consents(self, owner: str, kinds: Collection[str], *, wording: str, now: datetime) -> bool:
        """Let these kinds stand and no others: what is missing is given, what is left out is withdrawn with all that waits for it.

        Returns:
            Whether anything changed.
        """
        before = self.standing(owner)
        for kind in sorted(set(kinds) - set(before)):
            row = {"owner": owner, "kind": kind, "wording": wording, "given_at": now}
            self._connection.execute(insert_new(self._connection, consents).values(row))
        gone = sorted(set(before) - set(kinds))
        if gone:
            ended = consents.update().where(consents.c.owner == owner, consents.c.kind.in_(gone), consents.c.withdrawn_at.is_(None))
            self._connection.execute(ended.values(withdrawn_at=now))
            self._stop(owner, gone, now)
        if kinds:
            first = {"owner": owner, "next_look": now, "event": newest_event(self._connection)}
            if not self._connection.execute(insert_new(self._connection, reminder_looks).values(first)).rowcount and set(kinds) - set(
                before
            ):
                self._connection.execute(reminder_looks.update().where(reminder_looks.c.owner == owner).values(next_look=now))
        else:
            for table in (reminder_looks, watched_applications):
                self._connection.execute(table.delete().where(table.c.owner == owner))
        return set(before) != set(kinds)

    def _stop(self, owner: str, kinds: Sequence[str], now: datetime) -> None:
        mine = (reminders.c.owner == owner, reminders.c.kind.in_(kinds), reminders.c.state.in_(("waiting", "posted")))
        stopped = reminders.update().where(*mine).values(state="withdrawn", changed_at=now).returning(reminders.c.key)
        for portion in portions(self._connection.execute(stopped).scalars().all()):
            unsent = (outbox.c.system == SYSTEM, outbox.c.key.in_(portion), outbox.c.sent_at.is_(None))
            self._connection.execute(outbox.delete().where(*unsent))

    def of(self, owner: str, *, limit: int = 20) -> list[Reminder]:
        """Reminders of an owner, the newest first."""
        wanted = (
            sa.select(*_REMINDER).where(reminders.c.owner == owner).order_by(reminders.c.due.desc(), reminders.c.id.desc()).limit(limit)
        )
        return [Reminder(*row) for row in self._connection.execute(wanted)]

    def by_key(self, key: str) -> Reminder | None:
        """One reminder."""
        row = self._connection.execute(sa.select(*_REMINDER).where(reminders.c.key == key)).one_or_none()
        return None if row is None else Reminder(*row)

    def keep(self, owner: str, kind: str, drafts: Iterable[Draft], *, now: datetime) -> int:
        """Keep what an owner is to be reminded of in a kind, as it is found now. What is kept already stays as it is; what waits and is not
        found any more is over. Nothing is kept where no consent stands.

        Returns:
            How many are new.
        """
        if kind not in self.standing(owner):
            return 0
        new, keys = 0, []
        for draft in drafts:
            keys.append(draft.key)
            row = {"key": draft.key, "owner": owner, "kind": kind, "text": draft.text, "due": draft.due}
            values = row | {"state": "waiting", "created_at": now, "changed_at": now}
            new += self._connection.execute(insert_new(self._connection, reminders).values(values)).rowcount
        gone = (reminders.c.owner == owner, reminders.c.kind == kind, reminders.c.state == "waiting", reminders.c.key.not_in(keys))
        self._connection.execute(reminders.update().where(*gone).values(state="over", changed_at=now))
        return new

    def due(self, *, now: datetime, limit: int = 100) -> list[Reminder]:
        """Reminders whose time has come, oldest first."""
        wanted = sa.select(*_REMINDER).where(reminders.c.state == "waiting", reminders.c.due <= now).order_by(reminders.c.id).limit(limit)
        return [Reminder(*row) for row in self._connection.execute(wanted)]

    def move(self, key: str, before: ReminderState, after: ReminderState, *, now: datetime) -> bool:
        """Put a reminder from one state into another; False when it is in none such: of several processes one moves it."""
        mine = reminders.update().where(reminders.c.key == key, reminders.c.state == before)
        return self._connection.execute(mine.values(state=after, changed_at=now)).rowcount == 1

    def watch(self, owner: str, numbers: Iterable[str]) -> None:
        """Look at an owner's matters as soon as one of these applications (hashes of their numbers) moves."""
        for number in numbers:
            row = {"owner": owner, "number_hash": number}
            self._connection.execute(insert_new(self._connection, watched_applications).values(row))

    def any_look_due(self, *, now: datetime) -> bool:
        """Whether there is anybody to look at."""
        return self._connection.execute(_looks_due(now).limit(1)).first() is not None

    def claim_look(self, *, now: datetime, lease: timedelta) -> Look | None:
        """Take the owner whose matters are to be looked at: their time has come, or an application of theirs has moved.

        Args:
            now: the moment.
            lease: how long nobody else takes them; a process that is killed has them no longer.

        Returns:
            The look as it was; None when none is due, or others were faster each time.
        """
        newest = newest_event(self._connection)
        for row in self._connection.execute(_looks_due(now).limit(20)).all():
            seen = Look(*row)
            mine = (
                reminder_looks.c.owner == seen.owner,
                *(reminder_looks.c[name] == getattr(seen, name) for name in ("next_look", "event")),
            )
            taken = reminder_looks.update().where(*mine).values(next_look=now + lease, event=newest)
            if self._connection.execute(taken).rowcount:
                return seen
        return None

    def look_again(self, owner: str, at: datetime) -> None:
        """Look at an owner's matters next at a moment."""
        self._connection.execute(reminder_looks.update().where(reminder_looks.c.owner == owner).values(next_look=at))

    def forget_before(self, moment: datetime) -> int:
        """Drop reminders that came to their end before a moment, and consents that were withdrawn before; gives how many."""
        over = reminders.delete().where(reminders.c.state.not_in(("waiting", "posted")), reminders.c.changed_at < moment)
        ended = consents.delete().where(consents.c.withdrawn_at < moment)
        return self._connection.execute(over).rowcount + self._connection.execute(ended).rowcount


def _looks_due(now: datetime) -> sa.Select[Any]:
    moved = sa.exists().where(
        watched_applications.c.owner == reminder_looks.c.owner,
        watched_applications.c.number_hash == application_events.c.number_hash,
        application_events.c.id > reminder_looks.c.event,
    )
    return sa.select(*_LOOK).where(sa.or_(reminder_looks.c.next_look <= now, moved)).order_by(reminder_looks.c.next_look)
