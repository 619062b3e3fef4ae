"""Tickets on their way to the 12345 system: what leaves the house, when it is sent again, and what is noted when it has arrived."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from banshi.connect.hotline.port import Hotline
from banshi.connect.resilience.errors import SystemRefusedError
from banshi.desk.tickets.moves import changed_by, ledger_row
from banshi.knowledge.library import Knowledge
from banshi.store.outbox import Outbox, Posting
from banshi.store.tickets import Ticket, TicketRepository
from banshi.store.transactions import read, write
from banshi.text.numbers import without_tokens

log = logging.getLogger(__name__)

SYSTEM = "12345"
"""Of the outbox: where tickets go."""
MOST_TRIES = 12
"""About an hour and a half; then somebody has to look."""
LEASE = timedelta(minutes=2)
"""A try that takes longer counts as that of a killed process. No call of the port takes as long."""
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 1800.0
_LOOK_EVERY = 1.0


def pause_after(tries: int, chance: random.Random) -> timedelta:
    """How long to wait after so many failed tries: twice as long each time, a quarter more or less, so that not all come at once."""
    return timedelta(seconds=min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1)) * chance.uniform(0.75, 1.25))


class OutboxSender:
    """Sends what is due. Any number of processes may run one: an entry is with one of them at a time, and its key lets the other side
    know what it has already, should one be killed between sending and noting that.

    Args:
        database: the store.
        hotline: where tickets go.
        now: the clock, time zone included.
        chance: for the pauses.
    """

    def __init__(self, database: sa.Engine, hotline: Hotline, *, now: Callable[[], datetime], chance: random.Random) -> None:
        self._database, self._hotline, self._now, self._chance = database, hotline, now, chance

    def send_one(self) -> bool:
        """Send the oldest ticket that is due; False when none is."""
        now = self._now()
        with read(self._database) as connection:  # mostly there is nothing, and looking keeps nobody from writing
            if not Outbox(connection).any_due(SYSTEM, now=now):
                return False
        with write(self._database) as connection:
            posting = Outbox(connection).claim(SYSTEM, now=now, lease=LEASE)
        if posting is None:
            return False
        try:
            outside = self._hotline.create(posting.payload, posting.key)
        except SystemRefusedError as error:
            self._failed(posting, f"12345系统不收：{error}", give_up=True)
        except Exception as error:  # whatever it is, the ticket is not lost
            log.warning("Ticket %s did not reach the hotline's system (try %d): %s", posting.key, posting.tries, error)
            give_up = posting.tries >= MOST_TRIES
            told = "12345系统一直连不上，不再自动推送，请查明原因后重新推送。" if give_up else "12345系统暂时连不上，会自动再推送。"
            self._failed(posting, told, give_up=give_up)
        else:
            self._arrived(posting, outside)
        return True

    async def run(self) -> None:
        """Send what is due, for ever, in worker threads."""
        while True:
            try:
                while await asyncio.to_thread(self.send_one):
                    pass
            except Exception:
                log.exception("The outbox could not be looked through; trying again.")
            await asyncio.sleep(_LOOK_EVERY)

    def _arrived(self, posting: Posting, outside: str) -> None:
        now = self._now()
        with write(self._database) as connection:
            repository = TicketRepository(connection)
            ticket = repository.locked(posting.key)
            if not Outbox(connection).sent(posting, {"number": outside}, now=now):
                return
            state = "办理中" if ticket.state == "待派遣" else ticket.state
            changes = {"outside_number": outside, "state": state, "dispatched_at": ticket.dispatched_at or now}
            after = changed_by(repository, ticket, changes, unseen=True)
            repository.note(after, actor="system", kind="accepted", text=f"12345系统已接收，编号{outside}", now=now)
            ledger_row(connection, "system", "accepted", after, {"outside": outside, "state": state}, now)

    def _failed(self, posting: Posting, told: str, *, give_up: bool) -> None:
        now = self._now()
        next_try = None if give_up else now + pause_after(posting.tries, self._chance)
        with write(self._database) as connection:
            if not Outbox(connection).failed(posting, told, next_try=next_try) or not give_up:
                return
            repository = TicketRepository(connection)
            ticket = repository.known(posting.key)
            repository.note(ticket, actor="system", kind="push-failed", text=told, now=now)
            ledger_row(connection, "system", "push-failed", ticket, {"reason": told}, now)
            log.error("Ticket %s is not sent to the hotline's system any more: %s", posting.key, told)


def outgoing(ticket: Ticket, knowledge: Knowledge | None, now: datetime) -> dict[str, Any]:
    """The fields as they leave the house; of a confidential ticket without the person.

    Args:
        ticket: the ticket.
        knowledge: in use; names the region.
        now: gives the time zone in which times are told.
    """
    place, secret = ticket.region or "", ticket.confidential
    if knowledge is not None and place in knowledge.regions:
        place = knowledge.regions.name(place)
    return {
        "工单编号": ticket.number,
        "渠道": ticket.channel,
        "诉求类型": ticket.kind,
        "分类": list(ticket.topics),
        "地区": place,
        "地址": "" if secret else without_tokens(ticket.address),
        "标题": without_tokens(ticket.title),
        "描述": without_tokens(ticket.description),
        "反映人": "保密" if secret else without_tokens(ticket.person),
        "来电号码": "保密" if secret else without_tokens(ticket.contact),
        "保密": secret,
        "紧急程度": ticket.urgency,
        "主责部门": ticket.department or "",
        "受理时间": ticket.created_at.astimezone(now.tzinfo).isoformat(timespec="seconds"),
        "期限": ticket.due_on.isoformat() if ticket.due_on is not None else "",
    }
