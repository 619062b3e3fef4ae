"""Telling that something was written, whoever wrote it, once others can see it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

_WROTE = "banshi_wrote"


def after_commits(engine: sa.Engine, tables: Collection[str], tell: Callable[[], None]) -> None:
    """Call after each transaction of this engine that changed rows of these tables.

    Args:
        engine: of `open_database`.
        tables: names.
        tell: called in the thread of the transaction, after it is committed and its connection given back; must not wait.
    """
    watched = frozenset(tables)
    key = (_WROTE, tell)

    @sa.event.listens_for(engine, "after_execute")
    def _executed(connection: sa.Connection, statement: Any, *_: Any) -> None:
        table = getattr(statement, "table", None) if getattr(statement, "is_dml", False) else None
        if table is not None and table.name in watched:
            connection.info[key] = True

    @sa.event.listens_for(engine, "rollback")
    def _rolled_back(connection: sa.Connection) -> None:
        connection.info.pop(key, None)

    # The event "commit" comes before the commit itself; when the connection is given back, all others see what was written.
    @sa.event.listens_for(engine, "checkin")
    def _given_back(_: Any, record: Any) -> None:
        if record.info.pop(key, None):
            tell()
