"""What the 12345 system says of its tickets, by itself or when asked: the ticket moves on, and the citizen reads the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from banshi.connect.hotline.port import Hotline, OutsideStatus
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.desk.tickets.moves import TicketError, TicketNotFoundError, changed_by, ledger_row, tell_answer
from banshi.store.callbacks import first_told
from banshi.store.tickets import Ticket, TicketRepository
from banshi.store.transactions import read, write
from banshi.text.normalise import clean, has_words
from banshi.text.numbers import mask

log = logging.getLogger(__name__)
ASK_AFTER: Final = timedelta(minutes=30)
"""A ticket of which nothing was heard for so long is asked for: its callback may be lost."""
_AT_ONCE = 50
_LOOK_EVERY = 60.0
_SYSTEM, _ACTOR = "hotline", "system"
_ANSWERED = frozenset({"已答复", "已办结"})
_AT_WORK = frozenset({"已受理", "办理中"})


@dataclass(frozen=True)
class Heard:
    """What came of it.

    Attributes:
        taken: False when the same event was taken before.
        ticket: as it is now.
        told: the citizen's conversation has something new.
    """

    taken: bool
    ticket: Ticket | None
    told: bool


class OutsideNews:
    """Takes what the 12345 system says. Its methods block; call them in a worker thread.

    Args:
        database: the store.
        hotline: the system, guarded; asked for tickets that it is silent of.
        now: the clock, time zone included.
    """

    def __init__(self, database: sa.Engine, hotline: Hotline, *, now: Callable[[], datetime]) -> None:
        self._database, self._hotline, self._now = database, hotline, now

    def heard(self, status: OutsideStatus, *, source: str | None = None, event: str | None = None) -> Heard:
        """Take how far a ticket is.

        Args:
            status: as the system says.
            source: our number of the ticket, where the system says it: it may be faster than the note of its own.
            event: the system's id of what happened; None for what was asked.

        Raises:
            TicketNotFoundError: neither number is that of a ticket, or they are of two.
            TicketError: an answer or a reason without words.
        """
        text, now = mask(clean(status.text))[0], self._now()
        with write(self._database) as connection:
            ticket = _ticket(TicketRepository(connection), status.number, source)
            if status.state in ("已答复", "已退回") and not has_words(text):
                raise TicketError(f"“{status.state}”要有内容：content 不能为空。")
            if event is not None and not first_told(connection, _SYSTEM, event, now=now):
                return Heard(False, ticket, False)
            after = _moved(connection, ticket, status, text, now, by_itself=event is not None)
            return Heard(True, after, after.reply != ticket.reply and after.conversation is not None)

    def ask(self) -> list[str]:
        """Ask for tickets of which nothing was heard for long; gives the conversations that have something new."""
        now = self._now()
        with read(self._database) as connection:  # mostly there is nothing, and looking keeps nobody from writing
            if not TicketRepository(connection).any_silent(now - ASK_AFTER):
                return []
        with write(self._database) as connection:
            silent = TicketRepository(connection).silent(now - ASK_AFTER, now=now, limit=_AT_ONCE)
        told = []
        for ticket in silent:
            assert ticket.outside_number is not None
            try:
                status = self._hotline.status(ticket.outside_number)
                if status is None:
                    log.error("The 12345 system does not know %s, its number of ticket %s.", ticket.outside_number, ticket.number)
                elif self.heard(status, source=ticket.number).told and ticket.conversation is not None:
                    told.append(ticket.conversation)
            except SystemUnavailableError as error:
                log.warning("The 12345 system cannot be asked for its tickets: %s", error)
                break  # asked again after as long
            except (SystemRefusedError, TicketError) as error:
                log.error("Ticket %s: what the 12345 system says cannot be taken: %s", ticket.number, error)
        return told

    async def run(self, wake: Callable[[str], None]) -> None:
        """Ask now and then, for ever, in a worker thread.

        Args:
            wake: tells who reads a conversation that it has something new.
        """
        while True:
            try:
                for conversation in await asyncio.to_thread(self.ask):
                    wake(conversation)
            except Exception:
                log.exception("Silent tickets could not be asked for; trying again.")
            await asyncio.sleep(_LOOK_EVERY)


def _ticket(repository: TicketRepository, outside: str, source: str | None) -> Ticket:
    found = repository.get(source) if source is not None else repository.of_outside(outside)
    if found is None or found.outside_number not in (None, outside):
        raise TicketNotFoundError("没有这个编号的工单。")
    return repository.locked(found.number)


def _moved(connection: sa.Connection, ticket: Ticket, status: OutsideStatus, text: str, now: datetime, *, by_itself: bool) -> Ticket:
    """One step at most; what is known already is no step, since asking gives the same again and again."""
    repository = TicketRepository(connection)
    changes: dict[str, object] = {}
    if ticket.outside_number is None:
        changes |= {"outside_number": status.number, "dispatched_at": ticket.dispatched_at or now}
    what, said = "", text
    if status.state in _ANSWERED and has_words(text) and text != ticket.reply:
        open_still = ticket.state in ("待派遣", "办理中", "退单")
        changes |= {"reply": text, "handled_at": now, "state": "已答复" if open_still else ticket.state}
        what = "reply"
    elif status.state == "已退回" and ticket.state in ("待派遣", "办理中"):
        changes |= {"state": "退单", "result": "退单"}
        what = "return"
    elif status.state in _AT_WORK | _ANSWERED:
        if ticket.state == "待派遣":
            changes["state"] = "办理中"
        if by_itself:
            what, said = "progress", f"{status.state}。{text}"
    if not changes and not what:
        return ticket
    # Somebody who fills in the form overwrites neither an answer nor the number.
    after = changed_by(repository, ticket, changes, unseen=what in ("", "progress")) if changes else ticket
    if what:
        repository.note(after, actor=_ACTOR, kind=what, text=f"12345系统：{said}", now=now)
    if what == "reply":
        tell_answer(connection, after, text, now)
    if changes:
        ledger_row(connection, _ACTOR, what or "accepted", after, {"state": after.state, "outside": status.number}, now)
    return after
