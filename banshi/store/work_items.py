"""What an unhappy citizen leaves to do: it ends with a change or a reason, never by itself. Only masked text ever reaches this module."""

from __future__ import annotations

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

work_items = sa.Table(
    "work_items",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("conversation", Name(40), index=True),
    sa.Column("text", Words, nullable=False),
    sa.Column("stars", sa.Integer),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("case", sa.JSON, nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("department", Words),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("closed_by", Words),
    sa.Column("outcome", Name(20)),
    sa.Column("reason", Words, nullable=False),
)
