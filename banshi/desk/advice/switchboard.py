"""Telephone calls of all servers on one database: each server hears some, and shows all.

Who hears a call writes down, a few times a second, what is new of it, masked as pages see it; who shows one that another server hears reads
that. A bell tells when; without one the readers look once a second. Where there is one server, nothing is written down.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from datetime import datetime

import sqlalchemy as sa

from banshi.desk.advice.call import Call, Event
from banshi.desk.advice.calls import KEPT_AFTER_END, SILENT, Calls
from banshi.desk.servers.bell import CALLS, Bell, rung
from banshi.store.live_calls import LiveCall, LiveCalls, LiveEvent
from banshi.store.transactions import read, write

log = logging.getLogger(__name__)

_APART = 0.2
"""Seconds between two turns of telling and looking, so that fifty people who speak at once are one transaction."""


class Switchboard:
    """All calls. Everything here runs in the server's event loop.

    Args:
        calls: those that this server hears.
        now: the clock.
        database: by which servers share calls; None where there is one server.
        bell: between the servers.
        look_every: seconds between two looks without a bell.
    """

    def __init__(
        self,
        calls: Calls,
        now: Callable[[], datetime],
        *,
        database: sa.Engine | None = None,
        bell: Bell | None = None,
        look_every: float = 1.0,
    ) -> None:
        self._calls, self._now, self._database = calls, now, database
        self._bell, self._look_every = bell or Bell(), look_every
        self._server = secrets.token_hex(8)
        self._untold: dict[str, Call] = {}
        self._elsewhere: dict[str, Call] = {}
        self._taking = self._taken = 0
        self._again = asyncio.Event()
        self._working: asyncio.Task[None] | None = None
        if database is not None:
            calls.changed = self._note
            self._bell.listen(self._heard)

    async def begin(self, identifier: str) -> Call:
        """The call of this id, heard here from now on; one that another server heard goes on with all that was said.

        Raises:
            TooManyCallsError: there is no room.
        """
        if self._database is None:
            return self._calls.begin(identifier)
        if self._calls.get(identifier) is not None:
            await self.find(identifier)  # lets go of what went on elsewhere, and may be over there
        call = self._calls.begin(identifier)
        self._taking += 1
        try:
            before = await asyncio.to_thread(self._take, call)
        except Exception:  # it is heard all the same
            log.exception("A call could not be shared with other servers.")
            return call
        finally:
            self._taking, self._taken = self._taking - 1, self._taken + 1
        if before is not None:
            row, events = before
            call.events.clear()
            call.started_at, call.region, call.operator, call.last = row.started_at, row.region, row.operator, row.last
            call.take_in(_events(events))
            call.number = max(call.number, row.number)
            self._bell.ring(CALLS)
        if (mirror := self._elsewhere.pop(identifier, None)) is not None:
            self._calls.leave(mirror)
        return call

    def hears(self, call: Call) -> bool:
        """Whether the call is still heard here, and not by another server meanwhile."""
        return self._calls.get(call.id) is call

    async def find(self, identifier: str) -> Call | None:
        """A call under way or just over, whoever hears it."""
        here = self._calls.get(identifier)
        if self._database is None:
            return here
        if (followed := self._elsewhere.get(identifier)) is not None and here is None:
            return followed
        taken = self._taken
        try:
            rows, events = await asyncio.to_thread(self._news, [identifier], {identifier: 0})
        except Exception:
            log.exception("Calls of other servers could not be looked up.")
            return here
        self._let_go(rows.values(), taken)
        here, row = self._calls.get(identifier), rows.get(identifier)
        if row is None or row.server == self._server or (here is not None and (here.ended_at is None or row.ended_at is not None)):
            return here
        mirror = _mirror(row)
        mirror.take_in(_events(events))
        return mirror

    async def under_way(self) -> list[Call]:
        """Calls that nobody has ended, whoever hears them, the newest first."""
        if self._database is None:
            return self._calls.under_way()
        taken = self._taken
        try:
            rows = await asyncio.to_thread(self._going_on, [call.id for call in self._calls.under_way()])
        except Exception:
            log.exception("Calls of other servers could not be looked up.")
            return self._calls.under_way()
        self._let_go(rows, taken)
        found = {row.id: _mirror(row) for row in rows if row.server != self._server and row.ended_at is None}
        found |= {call.id: call for call in self._calls.under_way()}
        return sorted(found.values(), key=lambda call: call.started_at, reverse=True)

    async def follow(self, call: Call, after: int, every: float) -> AsyncGenerator[Event | None, None]:
        """As `Calls.follow`, whoever hears the call. Ends, too, when another server hears it from now on: there it goes on."""
        if self._database is not None and not self.hears(call):
            call = self._elsewhere.setdefault(call.id, call)
        try:
            async with aclosing(self._calls.follow(call, after, every)) as events:
                self._work_on()
                async for event in events:
                    yield event
        finally:
            if not call.listeners and self._elsewhere.get(call.id) is call:
                del self._elsewhere[call.id]

    async def tidy(self, every: float = 60.0) -> None:
        """Forget what is over, for ever."""
        while True:
            await asyncio.sleep(every)
            self._calls.sweep()
            if self._database is not None:
                try:
                    await asyncio.to_thread(self._sweep)
                except Exception:
                    log.exception("Calls that are over could not be forgotten; trying again in a minute.")

    def _note(self, call: Call) -> None:
        self._untold[call.id] = call
        self._work_on()

    def _heard(self, what: str | None) -> None:
        if what in (None, CALLS):
            self._again.set()

    def _work_on(self) -> None:
        if self._database is None:
            return
        self._again.set()
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        """Tell and look, as long as there is anything to tell or anybody to show it to."""
        while self._untold or self._elsewhere or any(call.listeners for call in self._calls.under_way()):
            self._again.clear()
            untold, self._untold = self._untold, {}
            try:
                if untold:
                    await self._tell(untold)
                await self._look()
                apart = _APART
            except Exception:
                log.exception("Calls could not be shared with other servers; trying again.")
                self._untold, apart = untold | self._untold, self._look_every
            await asyncio.sleep(apart)
            if not self._again.is_set() and not self._untold:
                await rung(self._again, self._bell.pace(self._look_every) - apart)

    async def _tell(self, untold: dict[str, Call]) -> None:
        told = [(_row(call, self._server), _live_events(call)) for call in untold.values() if call.changed is not None]
        lost = await asyncio.to_thread(self._write, told)
        for identifier in lost:
            self._calls.leave(untold[identifier])
        if len(lost) < len(told):
            self._bell.ring(CALLS)

    async def _look(self) -> None:
        """What other servers heard, and whether one of them has taken a call of this one."""
        mirrors = dict(self._elsewhere)
        followed = [call.id for call in self._calls.under_way() if call.listeners]
        if not mirrors and not followed:
            return
        taken = self._taken
        rows, events = await asyncio.to_thread(self._news, [*mirrors, *followed], {one.id: one.number for one in mirrors.values()})
        self._let_go(rows.values(), taken)
        for identifier, mirror in mirrors.items():
            row = rows.get(identifier)
            if row is None or row.started_at != mirror.started_at:  # forgotten, or another call of this id
                mirror.ended_at = mirror.ended_at or self._now()
            else:
                mirror.region, mirror.operator, mirror.last, mirror.ended_at = row.region, row.operator, row.last, row.ended_at
            mirror.take_in(_events(one for one in events if one.call == identifier))

    def _let_go(self, rows: Iterable[LiveCall], taken: int) -> None:
        """Leave calls that another server hears by now.

        Args:
            rows: as they were read.
            taken: calls that had been taken before that.
        """
        if self._taking or taken != self._taken:
            return  # what was read may be older than what this server has taken; the next look tells
        for row in rows:
            call = self._calls.get(row.id)
            if call is not None and call.ended_at is None and row.server != self._server:
                self._calls.leave(call)

    def _take(self, call: Call) -> tuple[LiveCall, list[LiveEvent]] | None:
        assert self._database is not None
        with write(self._database, durable=False) as connection:
            live = LiveCalls(connection)
            before = live.take(_row(call, self._server), silent_since=self._now() - SILENT)
            return None if before is None else (before, live.events({call.id: 0}))

    def _news(self, identifiers: Iterable[str], after: dict[str, int]) -> tuple[dict[str, LiveCall], list[LiveEvent]]:
        assert self._database is not None
        with read(self._database) as connection:
            live = LiveCalls(connection)
            return live.of(identifiers), live.events(after)

    def _going_on(self, here: list[str]) -> list[LiveCall]:
        """Calls that are not over, and these."""
        assert self._database is not None
        with read(self._database) as connection:
            live = LiveCalls(connection)
            return list({one.id: one for one in [*live.going_on(silent_since=self._now() - SILENT), *live.of(here).values()]}.values())

    def _write(self, told: list[tuple[LiveCall, list[LiveEvent]]]) -> set[str]:
        assert self._database is not None
        with write(self._database, durable=False) as connection:
            return LiveCalls(connection).tell(self._server, told)

    def _sweep(self) -> None:
        assert self._database is not None
        now = self._now()
        with write(self._database, durable=False) as connection:
            LiveCalls(connection).sweep(ended_before=now - KEPT_AFTER_END, silent_since=now - SILENT)


def _row(call: Call, server: str) -> LiveCall:
    ended = call.ended_at if call.over else None  # what was said last may still be looked up
    return LiveCall(call.id, server, call.region, call.operator, call.started_at, call.heard_at, ended, call.last, call.number)


def _live_events(call: Call) -> list[LiveEvent]:
    return [LiveEvent(call.id, one.number, one.name, one.data, one.passing) for one in call.events]


def _events(events: Iterable[LiveEvent]) -> list[Event]:
    return [Event(one.number, one.name, one.data, one.passing) for one in events]


def _mirror(row: LiveCall) -> Call:
    """A call that another server hears, without its events yet."""
    return Call(row.id, row.started_at, row.heard_at, row.region, row.operator, row.ended_at, last=row.last)
