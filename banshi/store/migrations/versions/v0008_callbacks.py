"""What outside systems told us; the 12345 system is called in the outbox as it is everywhere, and its silent tickets are asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and name the system."""
    op.create_table(
        "callback_nonces",
        sa.Column("nonce", sa.String(140), primary_key=True),
        sa.Column("until", _TIME, nullable=False),
    )
    op.create_index("ix_callback_nonces_until", "callback_nonces", ["until"])
    op.create_table(
        "callback_events",
        sa.Column("system", sa.String(40), primary_key=True),
        sa.Column("event", sa.String(80), primary_key=True),
        sa.Column("received_at", _TIME, nullable=False),
    )
    op.create_index("ix_callback_events_received_at", "callback_events", ["received_at"])
    op.create_table(
        "application_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("event", sa.String(80), nullable=False, unique=True),
        sa.Column("number_hash", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
    )
    op.create_index("ix_application_events_number_hash", "application_events", ["number_hash"])
    op.create_index("ix_application_events_received_at", "application_events", ["received_at"])
    op.add_column("tickets", sa.Column("outside_asked_at", _TIME))
    op.create_index("ix_tickets_outside_number", "tickets", ["outside_number"])
    op.execute("UPDATE outbox SET system = 'hotline' WHERE system = '12345'")


def downgrade() -> None:
    """Undo it."""
    op.execute("UPDATE outbox SET system = '12345' WHERE system = 'hotline'")
    op.drop_index("ix_tickets_outside_number", "tickets")
    op.drop_column("tickets", "outside_asked_at")
    op.drop_table("application_events")
    op.drop_table("callback_events")
    op.drop_table("callback_nonces")
