"""What was published within a day: operators are told, since callers may have heard otherwise yesterday."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.store.releases import releases
from banshi.store.revisions import revisions
from banshi.store.transactions import read

_DAY = timedelta(days=1)
_LOOK_EVERY = timedelta(seconds=20)


class RecentChanges:
    """Knows the records whose revision in use was published within a day. One look at the store serves all for some seconds.

    Args:
        database: the store.
        now: the clock.
    """

    def __init__(self, database: sa.Engine, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._lock = threading.Lock()
        self._looked: datetime | None = None
        self._known: frozenset[tuple[str, str, str]] = frozenset()

    def has(self, kind: str, key: str, region: str) -> bool:
        """Whether a record changed: guide or qa, its id, and the region whose words are told."""
        return (kind, key, region) in self._recent()

    def _recent(self) -> frozenset[tuple[str, str, str]]:
        now = self._now()
        with self._lock:
            if self._looked is None or not _LOOK_EVERY > now - self._looked >= timedelta(0):
                self._known, self._looked = self._look(now), now
            return self._known

    def _look(self, now: datetime) -> frozenset[tuple[str, str, str]]:
        # What came with the very first release was not changed: there was nothing before it.
        wanted = (
            sa.select(revisions.c.kind, revisions.c.key, revisions.c.region)
            .join(releases, revisions.c.release == releases.c.id)
            .where(revisions.c.state == "published", revisions.c.published_at >= now - _DAY, releases.c.base.is_not(None))
        )
        with read(self._database) as connection:
            return frozenset((row.kind, row.key, row.region) for row in connection.execute(wanted))
