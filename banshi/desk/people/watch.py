"""Tells pages of the desk that something changed, whichever process wrote: one look at the store serves all of them.

Without a bell between the servers there is a look a second. With one, a look follows each change, wherever it was made.
"""

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
from banshi.desk.servers.bell import QUEUE, Bell, rung
from banshi.store.commits import after_commits
from banshi.store.operators import OperatorRepository
from banshi.store.queue import QueueRepository
from banshi.store.transactions import read

log = logging.getLogger(__name__)

_APART = 0.2
"""Seconds between two looks at least; while the bot talks much, something is written all the time."""
_TABLES = ("conversations", "handovers", "operators", "validations")


class Watcher:
    """One page that watches."""

    def __init__(self, watch: QueueWatch) -> None:
        self._watch, self._news = watch, asyncio.Event()

    async def sight(self, seconds: float) -> Sight | None:
        """Wait for what may be new; None when nothing was for so long."""
        return self._watch.latest if await rung(self._news, seconds) else None

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
        look_every: seconds between two looks without a bell.
        bell: between the servers; rung after each transaction of this one that may concern the queue.
    """

    def __init__(self, database: sa.Engine, now: Callable[[], datetime], *, look_every: float = 1.0, bell: Bell | None = None) -> None:
        self._database, self._now, self._look_every = database, now, look_every
        self._bell = bell or Bell()
        self._bell.listen(self._heard)
        if bell is not None:
            after_commits(database, _TABLES, self._written)
        self._again = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: set[Watcher] = set()
        self._looking: asyncio.Task[None] | None = None
        self._pulse: tuple[Any, ...] | None = None
        self.latest: Sight | None = None

    def watch(self) -> Watcher:
        """Begin to watch; what is there now counts as new."""
        watcher = Watcher(self)
        self._watchers.add(watcher)
        self._loop = asyncio.get_running_loop()
        if self._looking is None or self._looking.done():
            self._pulse = None
            self._looking = asyncio.create_task(self._look())
        elif self.latest is not None:
            watcher.wake()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Stop watching."""
        self._watchers.discard(watcher)

    def _heard(self, what: str | None) -> None:
        if what in (None, QUEUE):
            self._again.set()

    def _written(self) -> None:
        """Called in whichever thread wrote."""
        self._bell.ring(QUEUE)
        if self._bell.up and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the server ends
                self._loop.call_soon_threadsafe(self._again.set)

    async def _look(self) -> None:
        while self._watchers:
            try:
                if await asyncio.to_thread(self._changed):
                    for watcher in self._watchers:
                        watcher.wake()
            except Exception:
                log.exception("The queue could not be looked at; trying again.")
            await asyncio.sleep(min(_APART, self._look_every))
            await rung(self._again, self._bell.pace(self._look_every) - _APART)

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
