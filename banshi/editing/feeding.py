"""Reading an outside feed page by page: one process at a time, each page in one transaction with its cursor."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import sqlalchemy as sa

from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.store.database import read, write
from banshi.store.feeds import FeedRepository

log = logging.getLogger(__name__)
T = TypeVar("T")

EVERY = timedelta(hours=1)
LEASE = timedelta(minutes=5)
"""Longer than any page takes; of a killed process it ends by itself."""
_AGAIN = timedelta(minutes=5)
_MOST_PAGES = 500
_LOOK_SECONDS = 30


class FeedFailedError(Exception):
    """A feed could not be read to its end; what was read is kept. The message says why."""


class _TakenOver(Exception):
    """Another process has the lease now."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows, where they end, and whether there are more."""

    rows: tuple[T, ...]
    cursor: str | None
    more: bool


class Feed(Generic[T]):
    """One feed.

    Args:
        name: as the store knows it.
        database: the store.
        ask: gives the page after a cursor; blocks.
        take: keeps the rows of a page within a transaction, and gives how many were new.
        now: the clock, time zone included.
        every: how often it is read.
    """

    def __init__(
        self,
        name: str,
        database: sa.Engine,
        *,
        ask: Callable[[str | None], Page[T]],
        take: Callable[[sa.Connection, tuple[T, ...], datetime], int],
        now: Callable[[], datetime],
        every: timedelta = EVERY,
    ) -> None:
        self.name, self._database, self._ask, self._take, self._now, self._every = name, database, ask, take, now, every

    def pull(self, *, even_if_early: bool = False) -> int | None:
        """Read it to its end.

        Args:
            even_if_early: although it was read less than `every` ago.

        Returns:
            How many rows were new; None when it was not due, or another process reads it.

        Raises:
            FeedFailedError: the other side did not answer, or answered what cannot be; the next time goes on from the last page.
        """
        holder = secrets.token_hex(16)
        if not even_if_early:
            with read(self._database) as connection:  # mostly it is not due, and looking keeps nobody from writing
                if not FeedRepository(connection).due(self.name, now=self._now()):
                    return None
        with write(self._database) as connection:
            feed = FeedRepository(connection).take(self.name, holder, now=self._now(), lease=LEASE, even_if_early=even_if_early)
        if feed is None:
            return None
        try:
            new = self._read(holder, feed.cursor)
        except _TakenOver:
            log.warning("Reading %s took longer than its lease; another process goes on.", self.name)
            return None
        except (SystemUnavailableError, SystemRefusedError) as error:
            now = self._now()
            with write(self._database) as connection:
                FeedRepository(connection).failed(self.name, holder, str(error), now=now, next_pull=now + _AGAIN)
            raise FeedFailedError(str(error)) from error
        now = self._now()
        with write(self._database) as connection:
            FeedRepository(connection).succeeded(self.name, holder, now=now, next_pull=now + self._every)
        return new

    def _read(self, holder: str, cursor: str | None) -> int:
        new = 0
        for _ in range(_MOST_PAGES):
            page = self._ask(cursor)
            if page.more and page.cursor == cursor:
                raise SystemUnavailableError(f"{self.name} says that there is more, but its cursor {cursor!r} does not move.")
            with write(self._database) as connection:
                # Rows and cursor together, and only while the lease is ours: nothing is lost and nothing taken twice.
                if not FeedRepository(connection).advance(self.name, holder, page.cursor, now=self._now(), lease=LEASE):
                    raise _TakenOver
                new += self._take(connection, page.rows, self._now())
            if not page.more:
                return new
            cursor = page.cursor
        raise SystemUnavailableError(f"{self.name} has more than {_MOST_PAGES} pages; the next reading goes on from there.")


async def pull_for_ever(pull: Callable[[], object], name: str) -> None:
    """Look again and again whether a feed is due, in worker threads; what goes wrong is told in the log and tried again."""
    while True:
        try:
            await asyncio.to_thread(pull)
        except FeedFailedError as error:
            log.warning("%s was not read to its end: %s", name, error)
        except Exception:
            log.exception("%s could not be read; trying again.", name)
        await asyncio.sleep(_LOOK_SECONDS)
