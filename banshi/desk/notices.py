"""What is announced, and where the bot is switched off: the same in every process, a moment after somebody said so."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.knowledge.regions import PROVINCE
from banshi.store.database import read
from banshi.store.notices import Notice, NoticeKind, NoticeRepository

log = logging.getLogger(__name__)

Parents = Callable[[str], str | None]
"""Region code → code of the region above, None at the top or when unknown."""
_FRESH = timedelta(seconds=0.5)
"""A process looks into the store again after so long; a turn that comes right after it sees what a second ago was said anywhere."""
_MOST_LEVELS = 12
_WAY_ON = "要办的事请点“转人工”，或直接拨打12345。"


def lineage(region: str | None, parents: Parents) -> list[str]:
    """A region and those above it, nearest first, ending with the province."""
    line: list[str] = []
    while region is not None and len(line) < _MOST_LEVELS and region not in line:  # a damaged tree may hold a circle
        line.append(region)
        region = parents(region)
    return [*(one for one in line if one != PROVINCE), PROVINCE]


def newest(notices: Iterable[Notice], kind: NoticeKind, line: Sequence[str], now: datetime) -> Notice | None:
    """The notice in force for a place: of its own and of those above it the one that began last.

    Args:
        notices: any.
        kind: which kind.
        line: of `lineage`.
        now: the moment.
    """
    fitting = [one for one in notices if one.kind == kind and one.in_force(now) and (one.region or PROVINCE) in line]
    return max(fitting, key=lambda one: (one.starts_at, one.id), default=None)


class NoticeBoard:
    """Notices, read from the store and remembered for half a second.

    Args:
        database: the database.
        now: the clock, time zone included.
        parents: the tree of regions.
    """

    def __init__(self, database: sa.Engine, *, now: Callable[[], datetime], parents: Parents) -> None:
        self._database, self._now, self._parents = database, now, parents
        self._lock = threading.Lock()
        self._known: Sequence[Notice] = ()
        self._read_at: datetime | None = None

    def banner(self, region: str | None) -> Notice | None:
        """The line above the conversation; where the bot is switched off and nothing else is announced, that it is."""
        return self._of(region, "banner") or self._of(region, "off")

    def switched_off(self, region: str | None) -> Notice | None:
        """What the bot says instead of answering; None where it answers."""
        return self._of(region, "off")

    def _of(self, region: str | None, kind: NoticeKind) -> Notice | None:
        now = self._now()
        return newest(self._standing(now), kind, lineage(region, self._parents), now)

    def _standing(self, now: datetime) -> Sequence[Notice]:
        with self._lock:  # many turns at once look once
            if self._read_at is None or not timedelta(0) <= now - self._read_at < _FRESH:
                try:
                    with read(self._database) as connection:
                        self._known = NoticeRepository(connection).standing(now)
                except sa.exc.SQLAlchemyError as error:
                    log.error("The notices cannot be read (%s); those known before stay in force.", error)
                self._read_at = now
            return self._known


def off_reply(notice: Notice) -> Reply:
    """What everybody is told where the bot is switched off."""
    said = notice.text.rstrip()
    return reply(
        f"{said}{'' if said[-1:] in '。！？' else '。'}{_WAY_ON}", "redirect", about="switched_off", phone="12345", buttons=[HAND_OFF]
    )
