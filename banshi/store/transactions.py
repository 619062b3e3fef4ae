"""The two kinds of transactions on a database that `open_database` opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def write(engine: sa.Engine, *, durable: bool = True) -> Iterator[sa.Connection]:
    """One transaction that may write: committed at the end, rolled back on any error.

    On SQLite it holds the only place of a writer from its beginning (others wait up to five seconds), so what it reads does not change
    before it writes. On PostgreSQL it is an ordinary transaction (READ COMMITTED).

    Args:
        engine: of `open_database`.
        durable: False lets a power cut take the last moments (never the file) and spares SQLite the wait for the disk.
    """
    with engine.connect().execution_options(banshi_write=True, banshi_durable=durable) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that only reads and sees one moment of the database throughout; writing in it is refused."""
    with engine.connect() as plain:
        if engine.dialect.name == "postgresql":
            connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            connection = plain.execution_options(banshi_read=True)
        with connection.begin():
            yield connection
