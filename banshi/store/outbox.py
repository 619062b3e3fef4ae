"""What must reach an outside system and has not yet: kept with what caused it, in one transaction.

Several processes may send. Whoever counts up an entry's tries has it, until the time set with that; nobody else touches it before.
A key is one entry's, whichever system it goes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata, portions

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("system", Name(40), nullable=False),
    sa.Column("key", Name(80), nullable=False, unique=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("next_try", Moment, index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("answer", sa.JSON),
    sa.Column("error", Words),
)


@dataclass(frozen=True)
class Posting:
    """One entry.

    Attributes:
        system: where it goes.
        key: what the other side knows a second sending by.
        next_try: when it is sent; None when it was sent, or given up.
        tries: begun so far.
        answer: of the other side.
        error: of the last try; a sentence.
    """

    id: int
    system: str
    key: str
    payload: dict[str, Any]
    created_at: datetime
    next_try: datetime | None
    tries: int
    sent_at: datetime | None
    answer: dict[str, Any] | None
    error: str | None


_POSTING = columns(outbox, Posting)


class Outbox:
    """Reads and writes the outbox within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, system: str, key: str, payload: Mapping[str, Any], *, now: datetime) -> bool:
        """Put something in, to be sent at once; False, with nothing changed, when there is an entry of this key."""
        row = {"system": system, "key": key, "payload": dict(payload), "created_at": now, "next_try": now, "tries": 0}
        insert = insert_new(self._connection, outbox).values(row).returning(outbox.c.id)
        return self._connection.execute(insert).one_or_none() is not None

    def any_due(self, system: str, *, now: datetime) -> bool:
        """Whether there is anything to take."""
        waiting = (outbox.c.system == system, outbox.c.sent_at.is_(None), outbox.c.next_try <= now)
        return bool(self._connection.execute(sa.select(sa.exists().where(*waiting))).scalar_one())

    def claim(self, system: str, *, now: datetime, lease: timedelta) -> Posting | None:
        """Take the oldest entry that is due.

        Args:
            system: where it goes.
            now: the moment.
            lease: how long nobody else takes it; a process that is killed has it no longer.

        Returns:
            The entry with this try counted; None when none is due, or others were faster each time.
        """
        waiting = (outbox.c.system == system, outbox.c.sent_at.is_(None), outbox.c.next_try <= now)
        for row in self._connection.execute(sa.select(*_POSTING).where(*waiting).order_by(outbox.c.id).limit(20)).all():
            seen = Posting(*row)
            # Of several that read the same entry one finds the tries as it read them.
            mine = outbox.update().where(outbox.c.id == seen.id, outbox.c.tries == seen.tries, *waiting)
            claimed = mine.values(tries=seen.tries + 1, next_try=now + lease).returning(*_POSTING)
            if (found := self._connection.execute(claimed).one_or_none()) is not None:
                return Posting(*found)
        return None

    def sent(self, posting: Posting, answer: Mapping[str, Any], *, now: datetime) -> bool:
        """Note that it arrived; False when that was known."""
        mine = outbox.update().where(outbox.c.id == posting.id, outbox.c.sent_at.is_(None))
        return self._connection.execute(mine.values(sent_at=now, answer=dict(answer), next_try=None, error=None)).rowcount == 1

    def failed(self, posting: Posting, error: str, *, next_try: datetime | None) -> bool:
        """Note that a try failed; None gives up. False when another process has taken it over meanwhile."""
        mine = outbox.update().where(outbox.c.id == posting.id, outbox.c.tries == posting.tries, outbox.c.sent_at.is_(None))
        return self._connection.execute(mine.values(error=error, next_try=next_try)).rowcount == 1

    def again(self, key: str, *, now: datetime) -> bool:
        """Begin anew with an entry that was given up; False when there is none such."""
        given_up = (outbox.c.key == key, outbox.c.sent_at.is_(None), outbox.c.next_try.is_(None))
        return self._connection.execute(outbox.update().where(*given_up).values(tries=0, next_try=now, error=None)).rowcount == 1

    def again_all(self, system: str, *, now: datetime) -> int:
        """Begin anew with all entries of a system that were given up; gives how many."""
        given_up = (outbox.c.system == system, outbox.c.sent_at.is_(None), outbox.c.next_try.is_(None))
        return int(self._connection.execute(outbox.update().where(*given_up).values(tries=0, next_try=now, error=None)).rowcount)

    def replace(self, key: str, payload: Mapping[str, Any]) -> bool:
        """Send this instead; False when it was sent."""
        waiting = outbox.update().where(outbox.c.key == key, outbox.c.sent_at.is_(None))
        return self._connection.execute(waiting.values(payload=dict(payload))).rowcount == 1

    def of(self, keys: Iterable[str]) -> dict[str, Posting]:
        """Entries by key."""
        found = {}
        for portion in portions(keys):
            for row in self._connection.execute(sa.select(*_POSTING).where(outbox.c.key.in_(portion))):
                posting = Posting(*row)
                found[posting.key] = posting
        return found

    def unsent(self, *, system: str | None = None, given_up: bool = False, limit: int = 500) -> list[Posting]:
        """Entries that have not arrived, those that were given up first, then the oldest first.

        Args:
            system: only those that go there.
            given_up: only those that are not tried any more.
            limit: how many at most.
        """
        wanted = sa.select(*_POSTING).where(outbox.c.sent_at.is_(None))
        if system is not None:
            wanted = wanted.where(outbox.c.system == system)
        if given_up:
            wanted = wanted.where(outbox.c.next_try.is_(None))
        ordered = wanted.order_by(outbox.c.next_try.is_not(None), outbox.c.id).limit(limit)
        return [Posting(*row) for row in self._connection.execute(ordered)]

    def get(self, identifier: int) -> Posting | None:
        """One entry by id."""
        row = self._connection.execute(sa.select(*_POSTING).where(outbox.c.id == identifier)).one_or_none()
        return None if row is None else Posting(*row)

    def counts(self) -> dict[tuple[str, bool], int]:
        """How many have not arrived: (system, whether they were given up) → entries."""
        given_up = outbox.c.next_try.is_(None)
        grouped = (
            sa.select(outbox.c.system, given_up, sa.func.count()).where(outbox.c.sent_at.is_(None)).group_by(outbox.c.system, given_up)
        )
        return {(system, bool(gone)): number for system, gone, number in self._connection.execute(grouped)}

    def forget_sent(self, before: datetime) -> int:
        """Drop what arrived before a moment; gives how many."""
        return int(self._connection.execute(outbox.delete().where(outbox.c.sent_at < before)).rowcount)
