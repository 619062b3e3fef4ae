"""Moving to another database: every row, as it is."""

from __future__ import annotations

import sqlalchemy as sa

from banshi.store.errors import StoreError
from banshi.store.schema import portions
from banshi.store.tables import metadata
from banshi.store.transactions import read, write


def copy_database(source: sa.Engine, target: sa.Engine) -> dict[str, int]:
    """Copy all rows, of one moment of the source, in one transaction of the target. Ids, times and the audit chain stay what they are.

    Args:
        source: of `open_database`; it may be in use, but what is written to it meanwhile is not copied.
        target: of `open_database`; without rows.

    Returns:
        Table → rows copied.

    Raises:
        StoreError: the target has rows.
    """
    copied: dict[str, int] = {}
    with read(source) as reading, write(target) as writing:
        tables = metadata.sorted_tables
        for table in tables:
            if writing.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
                raise StoreError(f"The target has rows in {table.name} already. Copy into a database that was never used.")
        for table in tables:
            copied[table.name] = 0
            # In the order of the key: a release comes after the one it was begun on.
            rows = reading.execution_options(yield_per=1000).execute(sa.select(table).order_by(*table.primary_key.columns))
            for portion in portions(rows.mappings()):
                writing.execute(table.insert(), [dict(row) for row in portion])
                copied[table.name] += len(portion)
        if target.dialect.name == "postgresql":
            for table in tables:
                _continue_numbers(writing, table)
    return copied


def _continue_numbers(connection: sa.Connection, table: sa.Table) -> None:
    # PostgreSQL counts ids in sequences, which rows that bring their ids do not move.
    counted = table.autoincrement_column
    if counted is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, counted.name)
        newest = sa.select(sa.func.coalesce(sa.func.max(counted), 0) + 1).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sequence, newest, False)))
