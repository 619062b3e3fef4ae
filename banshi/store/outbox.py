"""What must reach an outside system and has not yet: kept with what caused it, in one transaction."""

from __future__ import annotations

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("system", Name(40), nullable=False),
    sa.Column("key", Name(80), nullable=False, unique=True),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("next_try", Moment, index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("answer", sa.JSON),
    sa.Column("error", Words),
)
