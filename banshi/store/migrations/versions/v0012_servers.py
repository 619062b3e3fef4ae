"""What servers on one database share for a while: telephone calls under way, and sealed numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. PostgreSQL keeps them out of its log, so that no archive and no replica has what is deleted within hours."""
    here_only = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "live_calls",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("server", sa.String(16), nullable=False),
        sa.Column("region", sa.String(20)),
        sa.Column("operator", sa.Text),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("heard_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("last", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        prefixes=here_only,
    )
    op.create_table(
        "live_call_events",
        sa.Column("call", sa.String(80), sa.ForeignKey("live_calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("passing", sa.Boolean, nullable=False),
        prefixes=here_only,
    )
    op.create_table(
        "sealed_numbers",
        sa.Column("conversation", sa.String(40), primary_key=True),
        sa.Column("token", sa.String(100), primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False, index=True),
        prefixes=here_only,
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("sealed_numbers", "live_call_events", "live_calls"):
        op.drop_table(table)
