"""All tables. Whoever needs the whole metadata imports this module, so that no table is forgotten."""

from __future__ import annotations

from banshi.store.audit import audit
from banshi.store.conversations import conversations, messages
from banshi.store.gaps import gap_members, gaps
from banshi.store.questions import questions
from banshi.store.releases import release_contents, releases
from banshi.store.revisions import revision_moves, revisions
from banshi.store.schema import metadata
from banshi.store.sessions import sessions
from banshi.store.staff import staff

__all__ = [
    "audit",
    "conversations",
    "gap_members",
    "gaps",
    "messages",
    "metadata",
    "questions",
    "release_contents",
    "releases",
    "revision_moves",
    "revisions",
    "sessions",
    "staff",
]
