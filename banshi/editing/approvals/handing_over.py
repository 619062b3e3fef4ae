"""A change that is handed in is handed over to the OA: one entry of the outbox, in the transaction that hands it in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

import sqlalchemy as sa

from banshi.connect.approvals.port import HandOver
from banshi.editing.actor import Actor
from banshi.store.knowledge import KnowledgeRepository, Revision
from banshi.store.outbox import Outbox, Posting

SYSTEM = "approvals"
"""Of the outbox, the mapping of accounts and the callback."""


class HandingOver:
    """Puts changes into the outbox; given to the workflow.

    Args:
        public_url: address of this server, for the link; may be empty.
        now: the clock, time zone included.
    """

    def __init__(self, public_url: str, *, now: Callable[[], datetime]) -> None:
        self._public_url, self._now = public_url.rstrip("/"), now

    def __call__(self, connection: sa.Connection, revision: Revision, actor: Actor, reason: str) -> None:
        """Hand one over, within the caller's transaction."""
        change, now = change_id(connection, revision), self._now()
        payload = {
            "change": change,
            "title": _title(revision),
            "by": actor.account,
            "by_name": actor.name,
            "reason": reason,
            "link": f"{self._public_url}/studio/#/records/{revision.kind}/{quote(revision.key)}",
            "at": now.isoformat(),
        }
        Outbox(connection).add(SYSTEM, key_of(change), payload, now=now)


def change_id(connection: sa.Connection, revision: Revision) -> str:
    """What the OA calls a change: the revision, and how often it was handed in. A decision on an earlier time decides nothing now."""
    times = sum(move.after == "submitted" for move in KnowledgeRepository(connection).moves([revision.id]))
    return f"{revision.id}.{times}"


def key_of(change: str) -> str:
    """Of the outbox."""
    return f"{SYSTEM}:{change}"


def read_posting(posting: Posting) -> HandOver:
    """What is handed over."""
    kept = posting.payload
    return HandOver(
        change=str(kept["change"]),
        title=str(kept["title"]),
        by=str(kept["by"]),
        by_name=str(kept["by_name"]),
        reason=str(kept["reason"]),
        link=str(kept["link"]),
        at=datetime.fromisoformat(str(kept["at"])),
    )


def _title(revision: Revision) -> str:
    content = revision.content
    named = content.get("task_name") or content.get("question") or content.get("title") or revision.key
    return f"{named}（第 {revision.number} 版）"
