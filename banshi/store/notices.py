"""Lines above every conversation, and places where the bot is switched off; each ends by itself or by hand."""

from __future__ import annotations

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", Name(10), nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment),
    sa.Column("created_by", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment, index=True),
    sa.Column("ended_by", Words),
)
