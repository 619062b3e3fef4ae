"""Knowledge and its releases, the audit ledger, staff, the question log, and gaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)
_FIXED = "kind, key, region, number, content, content_hash, words, author, author_name, created_at, reason, base"


def upgrade() -> None:
    """Make the tables, and the triggers that keep history as it was."""
    _knowledge()
    _audit()
    _staff()
    _questions()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def downgrade() -> None:
    """Drop them."""
    tables = ["gap_members", "gaps", "questions", "staff_sessions", "staff", "audit_entries", "release_contents", "revision_moves"]
    for table in (*tables, "revisions", "releases"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION banshi_refuse()")


def _knowledge() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("base", sa.Integer, sa.ForeignKey("releases.id")),
        sa.Column("impact", sa.JSON),
        sa.Column("snapshot", sa.Text),
        sa.Column("knowledge_version", sa.Text),
        sa.Column("failure", sa.Text),
    )
    active = sa.text("state = 'active'")
    op.create_index("uq_releases_active", "releases", ["state"], unique=True, sqlite_where=active, postgresql_where=active)
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("base", sa.Integer),
        sa.Column("reviewer", sa.Text),
        sa.Column("reviewer_name", sa.Text),
        sa.Column("reviewed_at", _TIME),
        sa.Column("review_reason", sa.Text),
        sa.Column("release", sa.Integer, sa.ForeignKey("releases.id")),
        sa.Column("published_at", _TIME),
        sa.UniqueConstraint("kind", "key", "region", "number", name="uq_revisions_number"),
    )
    published = sa.text("state = 'published'")
    address = ["kind", "key", "region"]
    op.create_index("uq_revisions_published", "revisions", address, unique=True, sqlite_where=published, postgresql_where=published)
    op.create_index("ix_revisions_release", "revisions", ["release"])
    op.create_table(
        "revision_moves",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("revision", sa.Integer, sa.ForeignKey("revisions.id"), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("release", sa.Integer, sa.ForeignKey("releases.id")),
    )
    op.create_index("ix_revision_moves_revision", "revision_moves", ["revision"])
    op.create_table(
        "release_contents",
        sa.Column("release", sa.Integer, sa.ForeignKey("releases.id"), primary_key=True),
        sa.Column("revision", sa.Integer, sa.ForeignKey("revisions.id"), primary_key=True),
    )


def _audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.UniqueConstraint("previous", name="uq_audit_entries_previous"),
    )
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor"])
    op.create_index("ix_audit_entries_target", "audit_entries", ["target"])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("departments", sa.JSON, nullable=False),
        sa.Column("regions", sa.JSON, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("failed_attempts", sa.Integer, nullable=False),
        sa.Column("locked_until", _TIME),
        sa.Column("oidc_subject", sa.Text),
        sa.Column("last_seen", _TIME),
        sa.UniqueConstraint("oidc_subject", name="uq_staff_oidc_subject"),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, sa.ForeignKey("staff.account", ondelete="CASCADE"), nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_index("ix_staff_sessions_account", "staff_sessions", ["account"])
    op.create_index("ix_staff_sessions_expires_at", "staff_sessions", ["expires_at"])


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("item", sa.Text),
        sa.Column("element", sa.Text),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("conversation", sa.Text),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("model", sa.Text),
        sa.Column("corrected_by", sa.Integer),
        sa.Column("rating", sa.Integer),
    )
    op.create_index("ix_questions_at", "questions", ["at"])
    op.create_index("ix_questions_conversation", "questions", ["conversation"])
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("draft_kind", sa.Text),
        sa.Column("draft_key", sa.Text),
        sa.Column("draft_region", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_index("ix_gaps_state", "gaps", ["state"])
    op.create_table(
        "gap_members",
        sa.Column("question", sa.Integer, sa.ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("gap", sa.Integer, sa.ForeignKey("gaps.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_gap_members_gap", "gap_members", ["gap"])


def _sqlite_triggers() -> None:
    for name, event in (
        ("audit_entries_keep_update", "UPDATE ON audit_entries"),
        ("audit_entries_keep_delete", "DELETE ON audit_entries"),
        ("revisions_keep_update", f"UPDATE OF {_FIXED} ON revisions"),
        ("revisions_keep_delete", "DELETE ON revisions"),
    ):
        table = name.partition("_keep_")[0]
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{table} only grows'); END")
    # INSERT OR REPLACE deletes without waking the trigger above.
    op.execute(
        "CREATE TRIGGER audit_entries_keep_insert BEFORE INSERT ON audit_entries "
        "WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq OR previous = NEW.previous) "
        "BEGIN SELECT RAISE(ABORT, 'audit_entries only grows'); END"
    )


def _postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION banshi_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
    )
    for name, event, each in (
        ("audit_entries_keep", "UPDATE OR DELETE ON audit_entries", "ROW"),
        ("audit_entries_keep_all", "TRUNCATE ON audit_entries", "STATEMENT"),
        ("revisions_keep", f"UPDATE OF {_FIXED} OR DELETE ON revisions", "ROW"),
        ("revisions_keep_all", "TRUNCATE ON revisions", "STATEMENT"),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH {each} EXECUTE FUNCTION banshi_refuse()")
