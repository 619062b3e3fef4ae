"""The steps of a ticket: which may follow which, what each needs, what it leaves in the ledger and says to the citizen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from banshi.store.audit import AuditLedger
from banshi.store.conversations import Message, append_messages, locked
from banshi.store.tickets import StaleTicketError, Ticket, TicketRepository, TicketState
from banshi.text.normalise import has_words

MoveName = Literal["dispatch", "reply", "return", "supervise", "visit", "close"]
MOVES: Final[Mapping[MoveName, tuple[str, frozenset[TicketState], TicketState | None]]] = {
    "dispatch": ("派遣", frozenset({"待派遣", "办理中", "退单", "待回访"}), "办理中"),
    "reply": ("答复", frozenset({"办理中"}), "已答复"),
    "return": ("退单", frozenset({"待派遣", "办理中"}), "退单"),
    "supervise": ("督办", frozenset({"待派遣", "办理中", "退单"}), None),
    "visit": ("回访", frozenset({"已答复", "待回访"}), "待回访"),
    "close": ("办结", frozenset({"待回访", "退单"}), "已办结"),
}
"""Move → its name, the states it may begin in, the state after it (None: the same)."""
MUST_SAY: Final[Mapping[str, str]] = {"reply": "请写答复内容。", "return": "请写退单的理由。", "supervise": "请写督办意见。"}


class TicketError(Exception):
    """Something cannot be done as it is; `detail` is a sentence. Status 422."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class TicketConflictError(TicketError):
    """The ticket is in another state, or has been changed by somebody else. Status 409."""


class TicketForbiddenError(TicketError):
    """Not for this person. Status 403."""


class TicketNotFoundError(TicketError):
    """There is no such ticket or conversation. Status 404."""


def changes_of(
    ticket: Ticket, to: MoveName, text: str, department: str | None, result: str | None, satisfaction: int | None, now: datetime
) -> dict[str, Any]:
    """The columns that a move changes beside the state."""
    if to == "dispatch":
        where = (department or "").strip() or ticket.department
        if not where:
            raise TicketError("还没有承办部门，请先填写再派遣。")
        return {"department": where, "dispatched_at": ticket.dispatched_at or now}
    if to == "reply":
        return {"reply": text, "result": result or ticket.result, "handled_at": now}
    if to == "return":
        return {"result": "退单"}
    if to == "supervise":
        return {"urgency": "紧急" if ticket.urgency == "一般" else "特急"}
    if to == "visit":
        if satisfaction is None and ticket.state == "待回访" and not has_words(text):
            raise TicketError("请填写满意度，没联系上的请写明经过。")
        return {} if satisfaction is None else {"satisfaction": satisfaction, "visited_at": now}
    if ticket.visited_at is None and not has_words(text):
        raise TicketError("还没有回访，请先回访，或写明不回访就办结的理由。")
    final = "退单" if ticket.state == "退单" else result or ticket.result
    if final is None or (final == "退单" and ticket.state != "退单"):
        raise TicketError("请填写办理结果：解决、部分解决或未解决。")
    return {"result": final, "closed_at": now}


def changed_by(repository: TicketRepository, ticket: Ticket, values: Mapping[str, Any], *, unseen: bool = False) -> Ticket:
    try:
        return repository.change(ticket, values, unseen=unseen)
    except StaleTicketError as error:
        raise TicketConflictError(str(error)) from error


def ledger_row(connection: sa.Connection, actor: str, what: str, ticket: Ticket, detail: dict[str, Any], now: datetime) -> None:
    ledger = AuditLedger(connection)  # the last thing of the transaction: nobody else can append until its end
    ledger.append(actor=actor, action=f"ticket.{what}", target=f"ticket/{ticket.number}", detail=detail, now=now)


def tell_answer(connection: sa.Connection, ticket: Ticket, text: str, now: datetime) -> None:
    """Say an answer into the ticket's conversation, whatever its state; nothing where there is none."""
    if ticket.conversation is None or connection.execute(locked(ticket.conversation)).one_or_none() is None:
        return
    custom = {"type": "ticket", "ticket": ticket.number, "state": ticket.state}
    said = Message("staff", f"您的工单{ticket.number}有答复了：\n{text}", now, custom=custom)
    append_messages(connection, ticket.conversation, [said], now)
