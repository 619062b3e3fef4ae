"""How far each outside feed was read, and which process reads it now.

Whoever holds the lease of a feed reads it; a process that is killed loses it when its time is over, and what it writes after that is
refused, since every step names the holder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata

feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("name", Name(40), primary_key=True),
    sa.Column("cursor", Words),
    sa.Column("next_pull", Moment, nullable=False),
    sa.Column("holder", Name(80)),
    sa.Column("lease_until", Moment),
    sa.Column("succeeded_at", Moment),
    sa.Column("failed_at", Moment),
    sa.Column("error", Words),
)


@dataclass(frozen=True)
class Feed:
    """One feed.

    Attributes:
        cursor: from where the other side goes on; its own words. None: nothing was read yet.
        next_pull: when it is read again.
        holder: the process that reads it, until `lease_until`.
        succeeded_at: when it was last read to its end.
        failed_at: when reading last failed, and `error` why; None since the last success.
    """

    name: str
    cursor: str | None
    next_pull: datetime
    holder: str | None
    lease_until: datetime | None
    succeeded_at: datetime | None
    failed_at: datetime | None
    error: str | None


_FEED = columns(feeds, Feed)


class FeedRepository:
    """Reads and writes feeds within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, *, now: datetime, lease: timedelta, even_if_early: bool = False) -> Feed | None:
        """Take the lease of a feed that is due; None when it is not due, or another process holds it.

        Args:
            name: of the feed.
            holder: unique to who asks.
            now: the moment.
            lease: how long nobody else reads it.
            even_if_early: take it although it is not due.
        """
        self._connection.execute(insert_new(self._connection, feeds).values(name=name, next_pull=now))
        free = [feeds.c.name == name, sa.or_(feeds.c.lease_until.is_(None), feeds.c.lease_until <= now)]
        if not even_if_early:
            free.append(feeds.c.next_pull <= now)
        # One statement: of several processes one finds the lease free.
        taken = feeds.update().where(*free).values(holder=holder, lease_until=now + lease).returning(*_FEED)
        row = self._connection.execute(taken).one_or_none()
        return None if row is None else Feed(*row)

    def advance(self, name: str, holder: str, cursor: str | None, *, now: datetime, lease: timedelta) -> bool:
        """Note how far it was read and hold it longer; False when another process has taken it over."""
        return self._mine(name, holder, cursor=cursor, lease_until=now + lease)

    def succeeded(self, name: str, holder: str, *, now: datetime, next_pull: datetime) -> bool:
        """Note that it was read to its end, and let it go."""
        values = {"succeeded_at": now, "failed_at": None, "error": None, "next_pull": next_pull}
        return self._mine(name, holder, holder=None, lease_until=None, **values)

    def failed(self, name: str, holder: str, error: str, *, now: datetime, next_pull: datetime) -> bool:
        """Note that reading failed, and let it go; the cursor stays where it was."""
        return self._mine(name, holder, holder=None, lease_until=None, failed_at=now, error=error, next_pull=next_pull)

    def due(self, name: str, *, now: datetime) -> bool:
        """Whether there is any use in taking it."""
        row = self._connection.execute(sa.select(feeds.c.next_pull, feeds.c.lease_until).where(feeds.c.name == name)).one_or_none()
        return row is None or (row.next_pull <= now and (row.lease_until is None or row.lease_until <= now))

    def all(self) -> list[Feed]:
        """All feeds, by name."""
        return [Feed(*row) for row in self._connection.execute(sa.select(*_FEED).order_by(feeds.c.name))]

    def _mine(self, name: str, by: str, **values: object) -> bool:
        held = feeds.update().where(feeds.c.name == name, feeds.c.holder == by)
        return self._connection.execute(held.values(values)).rowcount == 1
