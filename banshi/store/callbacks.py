"""What outside systems told us by themselves: nonces that were used, and events that were taken."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, insert_new, metadata

callback_nonces = sa.Table(
    "callback_nonces",
    metadata,
    sa.Column("nonce", Name(140), primary_key=True),
    sa.Column("until", Moment, nullable=False, index=True),
)
callback_events = sa.Table(
    "callback_events",
    metadata,
    sa.Column("system", Name(40), primary_key=True),
    sa.Column("event", Name(80), primary_key=True),
    sa.Column("received_at", Moment, nullable=False, index=True),
)


def first_seen(connection: sa.Connection, nonce: str, until: datetime, *, now: datetime) -> bool:
    """Keep a nonce; False when it is known, whichever process it came to.

    Args:
        connection: of a transaction of its own: what follows may fail, the nonce is used all the same.
        nonce: with the key that signed.
        until: until when it must be known.
        now: the moment; what need not be known any more is dropped.
    """
    connection.execute(callback_nonces.delete().where(callback_nonces.c.until <= now))
    return bool(connection.execute(insert_new(connection, callback_nonces).values(nonce=nonce, until=until)).rowcount)


def first_told(connection: sa.Connection, system: str, event: str, *, now: datetime) -> bool:
    """Take an event of a system; False when it was taken before. Call it in the transaction in which the event has its effect.

    Args:
        connection: of that transaction. A rival with the same event waits for its end.
        system: short name.
        event: the system's own id of it, at most 80 characters.
        now: the moment.
    """
    row = {"system": system, "event": event, "received_at": now}
    return bool(connection.execute(insert_new(connection, callback_events).values(row)).rowcount)


def forget_events(connection: sa.Connection, before: datetime) -> int:
    """Drop what was taken before a moment: nobody tells it again after so long. Gives how many."""
    return int(connection.execute(callback_events.delete().where(callback_events.c.received_at < before)).rowcount)
