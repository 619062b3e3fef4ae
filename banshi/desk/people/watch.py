"""Tells pages of the desk that something changed: one look at the store a second serves all of them, whichever process wrote."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.desk.people.overview import Sight
from banshi.desk.people.queue import PRESENT
from banshi.store.operators import OperatorRepository
from banshi.store.queue import QueueRepository
from banshi.store.transactions import read

log = logging.getLogger(__name__)


class Watcher:
    """One page that watches."""

    def __init__(self, watch: QueueWatch) -> None:
        self._watch, self._news = watch, asyncio.Event()

    async def sight(self, seconds: float) -> Sight | None:
        """Wait for what may be new; None when nothing was for so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        found = self._news.is_set()
        self._news.clear()
        return self._watch.latest if found else None

    def wake(self) -> None:
        """Something may be new."""
        self._news.set()

    def close(self) -> None:
        """Stop; more than once does no harm."""
        self._watch.leave(self)


class QueueWatch:
    """All pages of this process.

    Args:
        database: the store.
        now: the clock.
        look_every: seconds between two looks.
    """

    def __init__(self, database: sa.Engine, now: Callable[[], datetime], *, look_every: float = 1.0) -> None:
        self._database, self._now, self._look_every = database, now, look_every
        self._watchers: set[Watcher] = set()
        self._looking: asyncio.Task[None] | None = None
        self._pulse: tuple[Any, ...] | None = None
        self.latest: Sight | None = None

    def watch(self) -> Watcher:
        """Begin to watch; what is there now counts as new."""
        watcher = Watcher(self)
        self._watchers.add(watcher)
        if self._looking is None or self._looking.done():
            self._pulse = None
            self._looking = asyncio.create_task(self._look())
        elif self.latest is not None:
            watcher.wake()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Stop watching."""
        self._watchers.discard(watcher)

    async def _look(self) -> None:
        while self._watchers:
            try:
                if await asyncio.to_thread(self._changed):
                    for watcher in self._watchers:
                        watcher.wake()
            except Exception:
                log.exception("The queue could not be looked at; trying again.")
            await asyncio.sleep(self._look_every)

    def _changed(self) -> bool:
        now = self._now()
        with read(self._database) as connection:
            operators = OperatorRepository(connection).list()
            here = tuple((one.account, one.available, one.languages) for one in operators if one.seen_at >= now - PRESENT)
            pulse = (QueueRepository(connection).pulse(), here)
            if pulse == self._pulse:
                return False
            self.latest, self._pulse = Sight.of(connection, now), pulse
        return True
