"""Operators, hand-overs, tickets, what goes to outside systems, what was made of suggestions, work items, notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)
_CONVERSATION = (
    ("language", sa.String(5)),
    ("channel", sa.String(20)),
    ("topic", sa.Text),
    ("department", sa.Text),
    ("mood", sa.String(20)),
    ("operator", sa.Text),
    ("waiting_since", _TIME),
    ("taken_at", _TIME),
)


def upgrade() -> None:
    """Add the columns of the queue and the tables."""
    for name, kind in _CONVERSATION:
        op.add_column("conversations", sa.Column(name, kind))
    op.create_index("ix_conversations_state", "conversations", ["state"])
    # Who talked to a person before there were operators waits for one.
    op.execute("UPDATE conversations SET waiting_since = updated_at, state = 'waiting' WHERE state IN ('waiting', 'human')")
    op.create_table(
        "operators",
        sa.Column("account", sa.Text, sa.ForeignKey("staff.account", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("conversation", sa.String(40)),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("region", sa.String(20)),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("confidential", sa.Boolean, nullable=False),
        sa.Column("urgency", sa.String(10), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("result", sa.String(20)),
        sa.Column("satisfaction", sa.Integer),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("dispatched_at", _TIME),
        sa.Column("due_on", sa.Date),
        sa.Column("handled_at", _TIME),
        sa.Column("visited_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("outside_number", sa.String(60)),
        sa.Column("origin", sa.String(200), unique=True),
        sa.Column("edition", sa.Integer, nullable=False),
    )
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ticket", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("key", sa.String(80), nullable=False, unique=True),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("next_try", _TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", _TIME),
        sa.Column("answer", sa.JSON),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "suggestion_uses",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("conversation", sa.String(40)),
        sa.Column("call", sa.String(80)),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("item", sa.Text),
        sa.Column("element", sa.Text),
        sa.Column("domain", sa.Text),
        sa.Column("version", sa.Integer),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("edit_distance", sa.Integer),
        sa.Column("kept", sa.Float),
        sa.Column("first_ms", sa.Integer),
    )
    op.create_table(
        "work_items",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("conversation", sa.String(40)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("stars", sa.Integer),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("case", sa.JSON, nullable=False),
        sa.Column("region", sa.String(20)),
        sa.Column("department", sa.Text),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME),
        sa.Column("closed_by", sa.Text),
        sa.Column("outcome", sa.String(20)),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("region", sa.String(20)),
        sa.Column("starts_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("ended_by", sa.Text),
    )
    op.create_index("ix_operators_seen_at", "operators", ["seen_at"])
    op.create_index("ix_handovers_conversation", "handovers", ["conversation"])
    op.create_index("ix_handovers_at", "handovers", ["at"])
    op.create_index("ix_tickets_conversation", "tickets", ["conversation"])
    op.create_index("ix_tickets_state", "tickets", ["state"])
    op.create_index("ix_tickets_created_at", "tickets", ["created_at"])
    op.create_index("ix_ticket_events_ticket", "ticket_events", ["ticket"])
    op.create_index("ix_outbox_next_try", "outbox", ["next_try"])
    op.create_index("ix_suggestion_uses_at", "suggestion_uses", ["at"])
    op.create_index("ix_suggestion_uses_conversation", "suggestion_uses", ["conversation"])
    op.create_index("ix_work_items_conversation", "work_items", ["conversation"])
    op.create_index("ix_work_items_state", "work_items", ["state"])
    op.create_index("ix_notices_ended_at", "notices", ["ended_at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("notices", "work_items", "suggestion_uses", "outbox", "ticket_events", "tickets", "handovers", "operators"):
        op.drop_table(table)
    op.drop_index("ix_conversations_state", "conversations")
    for name, _ in _CONVERSATION:
        op.drop_column("conversations", name)
