"""Changes of the item library, and the review tasks that follow; documents received; decisions of the OA; how far feeds were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "feeds",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("cursor", sa.Text),
        sa.Column("next_pull", _TIME, nullable=False),
        sa.Column("holder", sa.String(80)),
        sa.Column("lease_until", _TIME),
        sa.Column("succeeded_at", _TIME),
        sa.Column("failed_at", _TIME),
        sa.Column("error", sa.Text),
    )
    _item_library()
    _documents()
    _approvals()


def _item_library() -> None:
    op.create_table(
        "catalogue_changes",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("layer", sa.String(20), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("parent", sa.String(80)),
        sa.Column("region", sa.String(20)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("at", _TIME),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("codes", sa.JSON, nullable=False),
        sa.Column("raw", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
    )
    op.create_index("ix_catalogue_changes_state", "catalogue_changes", ["state"])
    op.create_index("ix_catalogue_changes_received_at", "catalogue_changes", ["received_at"])
    op.create_table(
        "catalogue_entries",
        sa.Column("layer", sa.String(20), primary_key=True),
        sa.Column("code", sa.String(80), primary_key=True),
        sa.Column("parent", sa.String(80)),
        sa.Column("region", sa.String(20)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("guide", sa.String(80)),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_index("ix_catalogue_entries_parent", "catalogue_entries", ["parent"])
    op.create_table(
        "catalogue_tasks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("change", sa.String(80), sa.ForeignKey("catalogue_changes.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("guide", sa.String(80)),
        sa.Column("region", sa.String(20)),
        sa.Column("department", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("draft", sa.Integer),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("done_by", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("change", "kind", "target", name="uq_catalogue_tasks_change_kind_target"),
    )
    op.create_index("ix_catalogue_tasks_state", "catalogue_tasks", ["state"])


def _documents() -> None:
    op.create_table(
        "received_documents",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text),
        sa.Column("organ", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("region", sa.String(20)),
        sa.Column("day", sa.Date),
        sa.Column("effective", sa.Date),
        sa.Column("expires", sa.Date),
        sa.Column("url", sa.Text),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("record", sa.String(80)),
        sa.Column("number", sa.Integer),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
    )
    op.create_index("ix_received_documents_state", "received_documents", ["state"])


def _approvals() -> None:
    op.create_table(
        "outside_accounts",
        sa.Column("system", sa.String(40), primary_key=True),
        sa.Column("outside", sa.String(120), primary_key=True),
        sa.Column("account", sa.Text, sa.ForeignKey("staff.account"), nullable=False),
        sa.Column("mapped_by", sa.Text, nullable=False),
        sa.Column("mapped_at", _TIME, nullable=False),
    )
    op.create_table(
        "approval_decisions",
        sa.Column("event", sa.String(80), primary_key=True),
        sa.Column("change", sa.String(80), nullable=False),
        sa.Column("outside", sa.String(120), nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
    )
    op.create_index("ix_approval_decisions_change", "approval_decisions", ["change"])


def downgrade() -> None:
    """Drop them."""
    for table in ("approval_decisions", "outside_accounts", "received_documents"):
        op.drop_table(table)
    for table in ("catalogue_tasks", "catalogue_entries", "catalogue_changes", "feeds"):
        op.drop_table(table)
