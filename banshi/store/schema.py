"""What all tables share: the metadata they belong to, and column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from banshi.store.canonical import storable

metadata = sa.MetaData()
T = TypeVar("T")

_AT_ONCE = 5000
"""Values in one statement; SQLite allows 32,766, PostgreSQL 65,535."""


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment with its time zone, kept and given back in UTC. SQLite keeps no zone of its own."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse what names no moment; SQLite gets UTC without saying so."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone, so it names no moment: give the store aware datetimes only")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(sa.types.TypeDecorator[str]):
    """Text of any length; what a database cannot hold is replaced, see `storable`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Make the text storable."""
        return None if value is None else storable(value)


class Name(sa.types.TypeDecorator[str]):
    """As `Words`, with a length that PostgreSQL enforces."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Make the text storable."""
        return None if value is None else storable(value)


def columns(table: sa.Table, record: type[Any]) -> list[sa.Column[Any]]:
    """The columns that a dataclass is made of, in the order of its fields, so that `record(*row)` builds it."""
    return [table.c[field.name] for field in fields(record)]


def portions(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """The values in portions that fit one statement."""
    rest = iter(values)
    while portion := list(islice(rest, _AT_ONCE)):
        yield portion


def insert_new(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that does nothing where a unique constraint is in the way.

    It leaves the transaction usable, which a constraint error on PostgreSQL does not, and it waits for a rival's transaction to end.
    """
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        # Without being asked to, SQLAlchemy does not keep the count of an INSERT there, and `rowcount` says -1 whatever happened.
        return postgresql.insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()
