"""Steps of applications as their systems told them, one after the other. Numbers stand here as hashes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, columns, insert_new, metadata

application_events = sa.Table(
    "application_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("event", Name(80), nullable=False, unique=True),
    sa.Column("number_hash", Name(64), nullable=False, index=True),
    sa.Column("stage", Name(20), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("received_at", Moment, nullable=False, index=True),
)
_LOCK = 0x62616E73_6576656E
"""Key of PostgreSQL's advisory lock, which lets one writer add at a time."""
_AT_ONCE = 500


@dataclass(frozen=True)
class ApplicationEvent:
    """An application has reached a stage.

    Attributes:
        id: grows with each event.
        event: the system's own id of it.
        number_hash: of the application's number, see `banshi.connect.applications.port.number_hash`.
        stage: 办件环节 in our words.
        at: when, as the system says.
        received_at: when we were told.
    """

    id: int
    event: str
    number_hash: str
    stage: str
    at: datetime
    received_at: datetime


_EVENT = columns(application_events, ApplicationEvent)


def keep_event(connection: sa.Connection, *, event: str, number_hash: str, stage: str, at: datetime, now: datetime) -> bool:
    """Keep an event; False, with nothing changed, when one of this id is kept."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        # Otherwise a smaller id could be committed after a larger one was read, and `new_events` would never give it.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.literal(_LOCK, sa.BigInteger))))
    row = {"event": event, "number_hash": number_hash, "stage": stage, "at": at, "received_at": now}
    return bool(connection.execute(insert_new(connection, application_events).values(row)).rowcount)


def new_events(connection: sa.Connection, after: int, *, limit: int = _AT_ONCE) -> list[ApplicationEvent]:
    """Events in the order in which they were kept. None is ever added before one that was read.

    Args:
        connection: of the caller's transaction.
        after: id of the last event that the caller knows; 0 begins at the first.
        limit: how many at most.
    """
    wanted = sa.select(*_EVENT).where(application_events.c.id > after).order_by(application_events.c.id).limit(limit)
    return [ApplicationEvent(*row) for row in connection.execute(wanted)]


def newest_event(connection: sa.Connection) -> int:
    """Id of the newest event, 0 when there is none: where somebody begins who wants to hear of later ones only."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(application_events.c.id), 0))).scalar_one())


def forget_events(connection: sa.Connection, before: datetime) -> int:
    """Drop what was received before a moment, but for the newest, from which SQLite counts on; gives how many."""
    newest = sa.select(sa.func.max(application_events.c.id)).scalar_subquery()
    old = sa.and_(application_events.c.received_at < before, application_events.c.id < newest)
    return int(connection.execute(application_events.delete().where(old)).rowcount)
