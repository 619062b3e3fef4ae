"""Looks at the matters of those who want to be reminded, and posts what is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.connect.applications.port import ApplicationSource, number_hash
from banshi.connect.booking.port import Booking
from banshi.connect.certificates.port import Certificates
from banshi.connect.messages.port import Kind
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.desk.reminders.drafting import bookings, certificates, closings, corrections
from banshi.desk.reminders.wording import VERSION
from banshi.store.outbox import Outbox
from banshi.store.reminders import SYSTEM, Consent, Draft, Reminder, Reminders
from banshi.store.transactions import read, write

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(hours=6)
"""Somebody's matters are looked at this often, and as soon as one of their applications moves."""
AGAIN_AFTER = timedelta(minutes=5)
"""The same after a system could not be asked."""
KEPT_FOR = timedelta(days=400)
"""What is over is kept for so long."""
_LEASE = timedelta(minutes=2)
_TURN_SECONDS = 2.0
_TIDY_EVERY = 1800
"""Turns."""


@dataclass(frozen=True)
class Matters:
    """Where a person's matters are asked.

    Attributes:
        applications, certificates, booking: 办件, 电子证照, 预约.
    """

    applications: ApplicationSource
    certificates: Certificates
    booking: Booking


class Reminding:
    """Any number of processes may run it: a person is looked at by one, and a reminder is posted by one.

    Args:
        database: the store.
        matters: where a person's matters are asked; each through its guard. Blocks.
        now: the clock, in China's time.
    """

    def __init__(self, database: sa.Engine, matters: Matters, *, now: Callable[[], datetime]) -> None:
        self._database, self._matters, self._now = database, matters, now

    def choose(self, owner: str, kinds: Collection[Kind]) -> None:
        """Let somebody's consents be these and no others, from now on."""
        with write(self._database) as connection:
            Reminders(connection).set_consents(owner, kinds, wording=VERSION, now=self._now())

    def of(self, owner: str) -> tuple[dict[str, Consent], list[Reminder]]:
        """Somebody's standing consents by kind, and the newest reminders."""
        with read(self._database) as connection:
            kept = Reminders(connection)
            return kept.standing(owner), kept.of(owner)

    def look_one(self) -> bool:
        """Look at the matters of one person; False when it is nobody's time."""
        now = self._now()
        with read(self._database) as connection:  # mostly there is nobody, and looking keeps nobody from writing
            if not Reminders(connection).any_look_due(now=now):
                return False
        with write(self._database) as connection:
            look = Reminders(connection).claim_look(now=now, lease=_LEASE)
            standing = Reminders(connection).standing(look.owner) if look is not None else {}
        if look is None:
            return False
        whole = True
        for kinds, ask in (
            ((Kind.CORRECTION, Kind.CLOSED), self._applications),
            ((Kind.CERTIFICATE,), self._certificates),
            ((Kind.BOOKING,), self._bookings),
        ):
            if not set(kinds) & set(standing):
                continue
            try:
                found = ask(look.owner, standing, now)
            except SystemRefusedError as error:
                log.warning("A system refuses to be asked for reminders: %s", error)
                continue
            except SystemUnavailableError as error:  # what was kept before stays as it is
                log.warning("Reminders cannot be looked for now: %s", error)
                whole = False
                continue
            with write(self._database) as connection:
                for kind, drafts in found.items():
                    Reminders(connection).keep(look.owner, kind, drafts, now=now)
        with write(self._database) as connection:
            Reminders(connection).look_again(look.owner, now + (LOOK_EVERY if whole else AGAIN_AFTER))
        return True

    def post_due(self) -> int:
        """Hand what is due to the outbox, in one transaction with noting it; gives how many."""
        now = self._now()
        with read(self._database) as connection:
            due = Reminders(connection).due(now=now)
        posted = 0
        for one in due:
            with write(self._database) as connection:
                kept = Reminders(connection)
                if one.kind not in kept.standing(one.owner):
                    kept.move(one.key, "waiting", "withdrawn", now=now)
                elif kept.move(one.key, "waiting", "posted", now=now):
                    payload = {"recipient": one.owner, "kind": one.kind, "text": one.text}
                    posted += Outbox(connection).add(SYSTEM, one.key, payload, now=now)
        return posted

    def tidy(self) -> None:
        """Forget what is long over."""
        with write(self._database) as connection:
            Reminders(connection).forget_before(self._now() - KEPT_FOR)

    async def run(self) -> None:
        """Look and post, for ever, in worker threads."""
        turn = 0
        while True:
            try:
                while await asyncio.to_thread(self.look_one):
                    pass
                await asyncio.to_thread(self.post_due)
                if turn % _TIDY_EVERY == 0:
                    await asyncio.to_thread(self.tidy)
            except Exception:
                log.exception("Reminders could not be looked through; trying again.")
            turn += 1
            await asyncio.sleep(_TURN_SECONDS)

    def _applications(self, owner: str, standing: dict[str, Consent], now: datetime) -> dict[Kind, list[Draft]]:
        found = self._matters.applications.of_person(owner)
        with write(self._database) as connection:
            Reminders(connection).watch(owner, [number_hash(one.application_no) for one in found])
        drafts = {Kind.CORRECTION: corrections(found, owner, now=now)}
        if Kind.CLOSED in standing:
            drafts[Kind.CLOSED] = closings(found, owner, since=standing[Kind.CLOSED].given_at, now=now)
        return drafts

    def _certificates(self, owner: str, standing: dict[str, Consent], now: datetime) -> dict[Kind, list[Draft]]:
        return {Kind.CERTIFICATE: certificates(self._matters.certificates.of_person(owner), owner, now=now)}

    def _bookings(self, owner: str, standing: dict[str, Consent], now: datetime) -> dict[Kind, list[Draft]]:
        return {Kind.BOOKING: bookings(self._matters.booking.mine(owner), owner, now=now)}
