"""好差评: at most one rating a conversation. Only masked text ever reaches this module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, insert_new, metadata

ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("conversation", Name(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("stars", sa.Integer, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Rating:
    """好差评 of a conversation. `versions`: what its last answer was made with."""

    stars: int
    reasons: list[str]
    text: str
    versions: dict[str, Any]
    created_at: datetime


def keep_rating(connection: sa.Connection, conversation: str, rating: Rating) -> bool:
    """Keep a rating; False, with nothing changed, when the conversation has one."""
    return bool(connection.execute(insert_new(connection, ratings).values(conversation=conversation, **vars(rating))).rowcount)


def rating_of(connection: sa.Connection, conversation: str) -> Rating | None:
    """The rating of a conversation."""
    row = connection.execute(ratings.select().where(ratings.c.conversation == conversation)).one_or_none()
    return None if row is None else Rating(row.stars, row.reasons, row.text, row.versions, row.created_at)
