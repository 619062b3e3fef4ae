"""Answers that wait for an operator's word, the places and domains where they do, and who uses the page in 长辈版."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and add the column."""
    op.add_column("conversations", sa.Column("elder", sa.Boolean))
    op.create_table(
        "validation_rules",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("domain", sa.Text),
        sa.Column("region", sa.String(20)),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("ended_by", sa.Text),
    )
    op.create_table(
        "validations",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("message", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("item", sa.Text),
        sa.Column("domain", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("region", sa.String(20)),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("decided_at", _TIME),
        sa.Column("decided_by", sa.Text),
        sa.Column("text", sa.Text),
    )
    op.create_index("ix_validation_rules_ended_at", "validation_rules", ["ended_at"])
    op.create_index("ix_validations_conversation", "validations", ["conversation"])
    op.create_index("ix_validations_state", "validations", ["state"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("validations")
    op.drop_table("validation_rules")
    op.drop_column("conversations", "elder")
