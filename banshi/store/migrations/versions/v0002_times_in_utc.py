"""Times in UTC.

SQLite drops time zones. Before this, it held what the clock of the server showed, which is China's, eight hours ahead of UTC all year.
PostgreSQL keeps moments, so there is nothing to change.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = [("conversations", "created_at"), ("conversations", "updated_at"), ("messages", "created_at")]


def upgrade() -> None:
    """From China's time to UTC."""
    _shift("-8 hours")


def downgrade() -> None:
    """From UTC to China's time."""
    _shift("+8 hours")


def _shift(by: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, column in _COLUMNS:
        # The fraction of the second, from the 20th character on, is kept as it is: SQLite's functions would round it.
        op.execute(f"UPDATE {table} SET {column} = datetime({column}, '{by}') || substr({column}, 20)")  # noqa: S608
