"""Tickets on their way to the 12345 system: what leaves the house, and what is noted when it has arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.connect.hotline.port import Hotline
from banshi.desk.outbox.handler import OutboxHandler
from banshi.desk.tickets.moves import changed_by, ledger_row
from banshi.knowledge.library import Knowledge
from banshi.store.outbox import Posting
from banshi.store.tickets import Ticket, TicketRepository
from banshi.text.numbers import without_tokens

SYSTEM = "hotline"
"""Of the outbox: where tickets go."""


class TicketHandler(OutboxHandler):
    """Tickets of the outbox, by their numbers.

    Args:
        hotline: where they go.
    """

    system = SYSTEM
    name = "12345系统"

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline

    def send(self, posting: Posting) -> Mapping[str, Any]:
        """See `OutboxHandler.send`."""
        return {"number": self._hotline.create(posting.payload, posting.key)}

    def lock(self, connection: sa.Connection, posting: Posting) -> None:
        """See `OutboxHandler.lock`."""
        TicketRepository(connection).locked(posting.key)

    def arrived(self, connection: sa.Connection, posting: Posting, answer: Mapping[str, Any], now: datetime) -> None:
        """See `OutboxHandler.arrived`."""
        outside, repository = str(answer["number"]), TicketRepository(connection)
        ticket = repository.known(posting.key)
        state = "办理中" if ticket.state == "待派遣" else ticket.state
        changes = {"outside_number": outside, "state": state, "dispatched_at": ticket.dispatched_at or now}
        after = changed_by(repository, ticket, changes, unseen=True)
        repository.note(after, actor="system", kind="accepted", text=f"12345系统已接收，编号{outside}", now=now)
        ledger_row(connection, "system", "accepted", after, {"outside": outside, "state": state}, now)

    def gave_up(self, connection: sa.Connection, posting: Posting, told: str, now: datetime) -> None:
        """See `OutboxHandler.gave_up`."""
        repository = TicketRepository(connection)
        ticket = repository.known(posting.key)
        repository.note(ticket, actor="system", kind="push-failed", text=told, now=now)
        ledger_row(connection, "system", "push-failed", ticket, {"reason": told}, now)


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
