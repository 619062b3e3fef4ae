"""Revisions of knowledge: their tables, and what is read from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.schema import Moment, Words, metadata

Kind = Literal["guide", "qa", "policy", "lexicon"]
State = Literal["draft", "submitted", "approved", "published", "superseded", "withdrawn", "discarded"]

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("key", Words, nullable=False),
    sa.Column("region", Words, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("content_hash", Words, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("author_name", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("base", sa.Integer),
    sa.Column("reviewer", Words),
    sa.Column("reviewer_name", Words),
    sa.Column("reviewed_at", Moment),
    sa.Column("review_reason", Words),
    sa.Column("release", sa.Integer, sa.ForeignKey("releases.id")),
    sa.Column("published_at", Moment),
    sa.UniqueConstraint("kind", "key", "region", "number", name="uq_revisions_number"),
)
_PUBLISHED = sa.text("state = 'published'")
sa.Index(
    "uq_revisions_published",
    revisions.c.kind,
    revisions.c.key,
    revisions.c.region,
    unique=True,
    sqlite_where=_PUBLISHED,
    postgresql_where=_PUBLISHED,
)
sa.Index("ix_revisions_release", revisions.c.release)

revision_moves = sa.Table(
    "revision_moves",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("revision", sa.Integer, sa.ForeignKey("revisions.id"), nullable=False, index=True),
    sa.Column("before", Words, nullable=False),
    sa.Column("after", Words, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("by_name", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("release", sa.Integer, sa.ForeignKey("releases.id")),
)


@dataclass(frozen=True)
class Revision:
    """One revision of a record.

    Attributes:
        region: GB/T code; 220000 for everything of the whole province.
        number: 1, 2, … within the record.
        content_hash: SHA-256 of the canonical JSON of `content`.
        author: account; `author_name` as it was at that time.
        base: the number it was edited from, None for a first one.
        reviewer: who last judged it (approved, sent back or withdrew it), with name, time and reason.
        release: the release that last published it.
        published_at: when it was last published, None when never.
    """

    id: int
    kind: Kind
    key: str
    region: str
    number: int
    state: State
    content: dict[str, Any]
    content_hash: str
    author: str
    author_name: str
    created_at: datetime
    reason: str
    base: int | None = None
    reviewer: str | None = None
    reviewer_name: str | None = None
    reviewed_at: datetime | None = None
    review_reason: str | None = None
    release: int | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Head:
    """A record: its newest revision, whatever the state of that, and the one in use."""

    kind: Kind
    key: str
    region: str
    head: Revision
    published: Revision | None


@dataclass(frozen=True)
class Move:
    """One change of a revision's state by a person: who submitted, approved, sent back, discarded or withdrew it, when and why.

    Attributes:
        release: the release that took it out of use, for a withdrawal.
    """

    revision: int
    before: State
    after: State
    by: str
    by_name: str
    reason: str
    at: datetime
    release: int | None = None


def searchable(key: str, content: dict[str, Any]) -> str:
    """What a record is searched by: its key and all texts of its content, names of fields left out, in small letters."""
    return "\n".join((key, *_texts(content))).casefold()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
