"""Consents to reminders, and reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("wording", sa.String(20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index("one_standing_consent", "consents", ["owner", "kind"], unique=True, sqlite_where=standing, postgresql_where=standing)
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(80), nullable=False, unique=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "reminder_looks",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("next_look", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("event", sa.Integer, nullable=False),
    )
    op.create_table(
        "watched_applications",
        sa.Column("number_hash", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), primary_key=True, index=True),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("watched_applications", "reminder_looks", "reminders", "consents"):
        op.drop_table(table)
