"""Sends what is due, to each system beside the others, and again with growing pauses."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.connect.resilience.errors import SystemRefusedError
from banshi.connect.resilience.waiting import waited
from banshi.desk.outbox import metrics
from banshi.desk.outbox.handler import OutboxHandler
from banshi.store.outbox import Outbox, Posting
from banshi.store.transactions import read, write

log = logging.getLogger(__name__)

MOST_TRIES = 12
"""About an hour and a half; then somebody has to look."""
LEASE = timedelta(seconds=30)
"""A try that takes longer counts as that of a killed process: what that one was sending waits so long. A guarded call takes a tenth."""
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 1800.0
_LOOK_EVERY = 1.0
_COUNT_EVERY = 15.0


def pause_after(tries: int, chance: random.Random) -> timedelta:
    """How long to wait after so many failed tries: twice as long each time, a quarter more or less, so that not all come at once."""
    return timedelta(seconds=min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1)) * chance.uniform(0.75, 1.25))


class OutboxSender:
    """Any number of processes may run one: an entry is with one of them at a time, and its key lets the other side know what it has
    already, should one be killed between sending and noting that.

    Args:
        database: the store.
        handlers: one for each system.
        now: the clock, time zone included.
        chance: for the pauses.

    Raises:
        ValueError: two handlers are for one system.
    """

    def __init__(
        self, database: sa.Engine, handlers: Iterable[OutboxHandler], *, now: Callable[[], datetime], chance: random.Random
    ) -> None:
        self._database, self._now, self._chance = database, now, chance
        self.handlers: dict[str, OutboxHandler] = {}
        for handler in handlers:
            if handler.system in self.handlers:
                raise ValueError(f"two handlers send to {handler.system}; give one")
            self.handlers[handler.system] = handler

    def send_one(self, system: str) -> bool:
        """Send the oldest entry that is due; False when none is."""
        handler, now = self.handlers[system], self._now()
        with read(self._database) as connection:  # mostly there is nothing, and looking keeps nobody from writing
            if not Outbox(connection).any_due(system, now=now):
                return False
        with write(self._database) as connection:
            posting = Outbox(connection).claim(system, now=now, lease=LEASE)
        if posting is None:
            return False
        try:
            answer = handler.send(posting)
        except SystemRefusedError as error:
            self._failed(handler, posting, f"{handler.name}不收：{error}", give_up=True)
        except Exception as error:  # whatever it is, the entry is not lost
            log.warning("%s did not reach %s (try %d): %s", posting.key, system, posting.tries, error)
            give_up = posting.tries >= MOST_TRIES
            told = f"{handler.name}一直连不上，不再自动推送，请查明原因后重新推送。"
            self._failed(handler, posting, told if give_up else f"{handler.name}暂时连不上，会自动再推送。", give_up=give_up)
        else:
            now = self._now()
            with write(self._database) as connection:
                handler.lock(connection, posting)
                if Outbox(connection).sent(posting, answer, now=now):
                    handler.arrived(connection, posting, answer, now)
        return True

    async def run(self) -> None:
        """Send what is due, for ever, in worker threads; a system that hangs keeps no other waiting."""
        async with asyncio.TaskGroup() as group:
            for system in self.handlers:
                group.create_task(self._run(system))
            group.create_task(self._count())

    async def _run(self, system: str) -> None:
        while True:
            try:
                while await waited(self.send_one, system):
                    pass
            except Exception:
                log.exception("The outbox could not be looked through for %s; trying again.", system)
            await asyncio.sleep(_LOOK_EVERY)

    async def _count(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.count)
            except Exception:
                log.exception("The outbox could not be counted; trying again.")
            await asyncio.sleep(_COUNT_EVERY)

    def count(self) -> None:
        """Tell the metrics how many entries wait, and how many were given up."""
        with read(self._database) as connection:
            counts = Outbox(connection).counts()
        for system in {*self.handlers, *(system for system, _ in counts)}:
            metrics.WAITING.labels(system).set(counts.get((system, False), 0))
            metrics.GIVEN_UP.labels(system).set(counts.get((system, True), 0))

    def _failed(self, handler: OutboxHandler, posting: Posting, told: str, *, give_up: bool) -> None:
        now = self._now()
        next_try = None if give_up else now + pause_after(posting.tries, self._chance)
        with write(self._database) as connection:
            if give_up:
                handler.lock(connection, posting)
            if not Outbox(connection).failed(posting, told, next_try=next_try) or not give_up:
                return
            handler.gave_up(connection, posting, told, now)
        log.error("%s is not sent to %s any more: %s", posting.key, handler.system, told)
