"""People who answer citizens: their number, whether they take conversations now, and every hand-over between bot and people."""

from __future__ import annotations

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

operators = sa.Table(
    "operators",
    metadata,
    sa.Column("account", Words, sa.ForeignKey("staff.account", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("available", sa.Boolean, nullable=False),
    sa.Column("seen_at", Moment, nullable=False, index=True),
)
handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", Name(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("account", Words),
    sa.Column("note", Words, nullable=False),
)
