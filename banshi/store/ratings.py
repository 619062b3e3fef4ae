"""好差评: at most one rating a conversation, on its way to the province's system from the moment it is kept. Only masked text ever
reaches this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.outbox import Outbox
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
SYSTEM = "ratings"
"""Of the outbox: where ratings go."""
_CHANNEL = sa.table("conversations", sa.column("id"), sa.column("channel"))


@dataclass(frozen=True)
class Rating:
    """好差评 of a conversation. `versions`: what its last answer was made with."""

    stars: int
    reasons: list[str]
    text: str
    versions: dict[str, Any]
    created_at: datetime


def keep_rating(connection: sa.Connection, conversation: str, rating: Rating) -> bool:
    """Keep a rating and send it on its way, in the caller's transaction; False, with nothing changed, when the conversation has one."""
    if connection.execute(insert_new(connection, ratings).values(conversation=conversation, **vars(rating))).rowcount == 0:
        return False
    channel = connection.execute(sa.select(_CHANNEL.c.channel).where(_CHANNEL.c.id == conversation)).scalar_one_or_none()
    told = {"conversation": conversation, "channel": channel or "web", "stars": rating.stars, "reasons": rating.reasons}
    told |= {"text": rating.text, "versions": rating.versions, "at": rating.created_at.isoformat()}
    Outbox(connection).add(SYSTEM, rating_key(conversation), told, now=rating.created_at)
    return True


def rating_key(conversation: str) -> str:
    """By which the 好差评 system knows the rating of a conversation again: one conversation, one rating."""
    return f"rating/{conversation}"


def rating_of(connection: sa.Connection, conversation: str) -> Rating | None:
    """The rating of a conversation."""
    row = connection.execute(ratings.select().where(ratings.c.conversation == conversation)).one_or_none()
    return None if row is None else Rating(row.stars, row.reasons, row.text, row.versions, row.created_at)
