"""Turns that can be sent again, and ratings.

Columns are added and dropped one by one: copying the table of conversations, as SQLite changes one otherwise, would delete the
messages that refer to it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns and the table; messages from before count as answered."""
    op.add_column("conversations", sa.Column("last_message", sa.Integer, nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("claimed_until", _TIME))
    op.add_column("conversations", sa.Column("begun_by", sa.String(64)))
    op.create_index("uq_conversations_begun_by", "conversations", ["begun_by"], unique=True)
    op.add_column("messages", sa.Column("client_id", sa.String(64)))
    op.add_column("messages", sa.Column("answers", sa.Integer))
    op.add_column("messages", sa.Column("answered_at", _TIME))
    op.create_index("uq_messages_client_id", "messages", ["conversation", "client_id"], unique=True)
    newest = "SELECT max(m.id) FROM messages m WHERE m.conversation = conversations.id"
    op.execute(f"UPDATE conversations SET last_message = coalesce(({newest}), 0)")  # noqa: S608
    op.execute("UPDATE messages SET answered_at = created_at WHERE sender = 'citizen'")
    asked = "SELECT max(m.id) FROM messages m WHERE m.conversation = messages.conversation AND m.sender = 'citizen' AND m.id < messages.id"
    op.execute(f"UPDATE messages SET answers = ({asked}) WHERE sender = 'bot'")  # noqa: S608
    op.create_table(
        "ratings",
        sa.Column("conversation", sa.String(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("ratings")
    op.drop_index("uq_messages_client_id", "messages")
    for column in ("client_id", "answers", "answered_at"):
        op.drop_column("messages", column)
    op.drop_index("uq_conversations_begun_by", "conversations")
    for column in ("last_message", "claimed_until", "begun_by"):
        op.drop_column("conversations", column)
