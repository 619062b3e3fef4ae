"""Revisions for the tests of the store: how they are saved and published, and in which state they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.database import read, write
from banshi.store.knowledge import KnowledgeRepository, Revision
from banshi.store.releases import ReleaseRepository
from banshi.store.revisions import revisions

Save = Callable[..., Revision]


def saver(database: sa.Engine, now: datetime) -> Save:
    """What saves a revision, by default the first of a guide, in a transaction of its own."""

    def saved(key: str = "hz", *, expected: int | None = None, **values: Any) -> Revision:
        usual = {
            "kind": "guide",
            "region": "220000",
            "content": {"n": expected},
            "author": "li",
            "author_name": "李",
            "reason": "改",
            "now": now,
        }
        with write(database) as connection:
            return KnowledgeRepository(connection).save(**usual | values | {"key": key, "expected": expected})  # type: ignore[arg-type]

    return saved


def seeded(database: sa.Engine, ids: list[int], now: datetime) -> int:
    """Publish drafts with a first release, and return its id."""
    with write(database) as connection:
        releases = ReleaseRepository(connection)
        release = releases.begin(kind="seed", author="li", author_name="李", reason="", now=now, base=None)
        KnowledgeRepository(connection).publish(ids, release.id, now, expected_states=("draft",))
        return releases.activate(release.id, "snapshot", "version").id


def states(database: sa.Engine) -> dict[int, str]:
    with read(database) as connection:
        return {row.id: row.state for row in connection.execute(sa.select(revisions.c.id, revisions.c.state))}
