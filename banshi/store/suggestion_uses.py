"""What operators made of suggestions. Only masked text ever reaches this module."""

from __future__ import annotations

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

suggestion_uses = sa.Table(
    "suggestion_uses",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("account", Words, nullable=False),
    sa.Column("conversation", Name(40), index=True),
    sa.Column("call", Name(80)),
    sa.Column("said", Words, nullable=False),
    sa.Column("key", Words),
    sa.Column("item", Words),
    sa.Column("element", Words),
    sa.Column("domain", Words),
    sa.Column("version", sa.Integer),
    sa.Column("action", Name(20), nullable=False),
    sa.Column("reason", Words),
    sa.Column("edit_distance", sa.Integer),
    sa.Column("kept", sa.Float),
    sa.Column("first_ms", sa.Integer),
)
