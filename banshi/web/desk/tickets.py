"""工单: drafts, sending, answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from banshi.connect.resilience.waiting import waited
from banshi.connect.workdays import workdays_between
from banshi.desk.people.queue import within
from banshi.desk.tickets.drafts import Draft, Fields, TicketKind
from banshi.desk.tickets.moves import MoveName, TicketConflictError, TicketError, TicketForbiddenError, TicketNotFoundError
from banshi.desk.tickets.tickets import Tickets, Whole, may_see_person
from banshi.store.conversations import Conversation
from banshi.store.staff import Staff
from banshi.store.tickets import Ticket, TicketState
from banshi.web.chat import GatewayDep
from banshi.web.staff_access import AccessDep, OperatorDep, StaffAccess
from banshi.web.values import RowId

_STATUS: tuple[tuple[type[TicketError], int], ...] = (
    (TicketNotFoundError, 404),
    (TicketForbiddenError, 403),
    (TicketConflictError, 409),
    (TicketError, 422),
)
_SHOWN = 100
_AT_ONCE = 200
_HIDDEN = "保密"
_OPEN: frozenset[TicketState] = frozenset({"待派遣", "办理中", "退单"})
"""States in which the clock of the limit runs."""


class TicketRoute(APIRoute):
    """Answers refusals of tickets with their status and sentence."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler FastAPI calls."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except TicketError as error:
                return JSONResponse({"detail": error.detail}, next(status for kind, status in _STATUS if isinstance(error, kind)))

        return handle


router = APIRouter(prefix="/api/v1/desk", tags=["desk"], route_class=TicketRoute)


def _tickets(request: Request) -> Tickets:
    tickets: Tickets = request.app.state.tickets
    return tickets


TicketsDep = Annotated[Tickets, Depends(_tickets)]
Topic = Annotated[str, Field(max_length=60)]


class DraftRequest(BaseModel):
    """The conversation that a ticket is to be drafted from."""

    conversation: str = Field(max_length=40)


class TicketFields(BaseModel):
    """What people fill in. Whatever else a page sends along of a ticket is left aside."""

    kind: TicketKind
    title: str = Field(min_length=1, max_length=200)
    description: str = Field(min_length=1, max_length=10_000)
    topics: list[Topic] = Field(default=[], max_length=4)
    region: str | None = Field(default=None, max_length=20)
    address: str = Field(default="", max_length=300)
    person: str = Field(default="", max_length=100)
    contact: str = Field(default="", max_length=100)
    confidential: bool = False
    urgency: Literal["一般", "紧急", "特急"] = "一般"
    department: str | None = Field(default=None, max_length=100)

    def fields(self) -> Fields:
        """For the tickets."""
        given = {name: getattr(self, name) for name in TicketFields.model_fields}
        return Fields(**{**given, "topics": tuple(self.topics), "region": self.region or None, "department": self.department or None})


class NewTicket(TicketFields):
    """A ticket to be opened."""

    conversation: str | None = Field(default=None, max_length=40)
    client_id: str | None = Field(default=None, pattern=r"^[!-~]{1,64}$", description="sent again with the same one, nothing new is opened")


class ChangedTicket(TicketFields):
    """A ticket as it is to be; `edition` is the one that was seen."""

    edition: int = Field(ge=1)


class Step(BaseModel):
    """One step of a ticket."""

    to: MoveName
    text: str = Field(default="", max_length=5000)
    department: str | None = Field(default=None, max_length=100, description="to whom a dispatch goes")
    result: Literal["解决", "部分解决", "未解决"] | None = None
    satisfaction: int | None = Field(default=None, ge=1, le=5)


class _Viewer:
    """Somebody who looks at tickets: what of them they may see."""

    def __init__(self, staff: Staff, access: StaffAccess) -> None:
        self.account, self.supervisor = staff.account, access.may(staff, "desk.supervise")
        self._staff, self._access = staff, access

    def may_see(self, ticket: Ticket) -> bool:
        """Tickets of one's regions and departments, those of none, and those one has opened."""
        return ticket.created_by == self.account or within(
            self._staff, ticket.region or None, ticket.department or None, self._access.parents
        )

    def require(self, ticket: Ticket) -> None:
        """Refuse what is not theirs.

        Raises:
            HTTPException: 403.
        """
        if not self.may_see(ticket):
            raise HTTPException(403, "这件工单不在您负责的部门或地区范围内。")

    def require_conversation(self, conversation: Conversation) -> None:
        """Refuse a conversation that is not theirs.

        Raises:
            HTTPException: 403.
        """
        own = conversation.operator == self.account
        if not own and not within(self._staff, conversation.region, conversation.department, self._access.parents):
            raise HTTPException(403, "这个会话不在您负责的部门或地区范围内。")

    def shown(self, whole: Whole, tickets: Tickets) -> dict[str, Any]:
        """A ticket as this person sees it."""
        ticket, posting, today = whole.ticket, whole.posting, tickets.now().date()
        told = asdict(ticket)
        del told["origin"]
        hidden = not may_see_person(ticket, self.account, self.supervisor)
        if hidden:
            told |= {"person": _HIDDEN, "contact": _HIDDEN}
        left, note = None, None
        if ticket.due_on is not None and ticket.state in _OPEN:
            late = ticket.due_on < today
            counted = workdays_between(ticket.due_on, today) if late else workdays_between(today, ticket.due_on)
            left, note = (-counted.days if late else counted.days), counted.note
        push = None
        if posting is not None:
            state = "sent" if posting.sent_at is not None else "waiting" if posting.next_try is not None else "failed"
            push = {"state": state, "tries": posting.tries, "error": posting.error, "next_try": posting.next_try}
        events = [asdict(event) for event in whole.events]
        return {**told, "person_hidden": hidden, "days_left": left, "days_note": note, "push": push, "events": events}


def _viewer(staff: OperatorDep, access: AccessDep) -> _Viewer:
    return _Viewer(staff, access)


ViewerDep = Annotated[_Viewer, Depends(_viewer)]


@router.post("/tickets/draft")
async def draft(wanted: DraftRequest, tickets: TicketsDep, viewer: ViewerDep) -> dict[str, Any]:
    """What a conversation's ticket begins with: the citizen's own words, and what the guide says of department and topics."""
    found, conversation = await asyncio.to_thread(tickets.draft, wanted.conversation)
    viewer.require_conversation(conversation)
    return _as_ticket(found, conversation)


@router.post("/tickets", status_code=201)
async def create(wanted: NewTicket, tickets: TicketsDep, viewer: ViewerDep) -> dict[str, Any]:
    """Open a ticket; it goes on to the 12345 system by itself."""
    origin = f"staff/{viewer.account}/{wanted.client_id}" if wanted.client_id else None
    if wanted.conversation is not None:
        viewer.require_conversation(await asyncio.to_thread(tickets.conversation, wanted.conversation))
    made = await asyncio.to_thread(
        tickets.create, wanted.fields(), conversation=wanted.conversation, actor=viewer.account, origin=origin, channel="desk"
    )
    return viewer.shown(await asyncio.to_thread(tickets.whole, made.number), tickets)


@router.get("/tickets")
async def search(
    tickets: TicketsDep,
    viewer: ViewerDep,
    state: TicketState | None = None,
    mine: bool = False,
    q: Annotated[str, Query(max_length=100)] = "",
    before: RowId | None = None,
) -> dict[str, Any]:
    """The newest tickets that one may see, at most a hundred; those before an id for the next page."""
    by = viewer.account if mine else None

    def visible() -> Iterator[Whole]:
        last = before
        while page := tickets.wholes(state=state, by=by, words=q.strip(), before=last, limit=_AT_ONCE):
            yield from (whole for whole in page if viewer.may_see(whole.ticket))
            last = page[-1].ticket.id

    def first() -> list[Whole]:
        found = []
        for whole in visible():
            found.append(whole)
            if len(found) == _SHOWN:
                break
        return found

    return {"tickets": [viewer.shown(whole, tickets) for whole in await asyncio.to_thread(first)]}


@router.get("/tickets/{number}")
async def one(number: str, tickets: TicketsDep, viewer: ViewerDep) -> dict[str, Any]:
    """One ticket."""
    return viewer.shown(await _own(number, tickets, viewer), tickets)


@router.get("/tickets/{number}/outside")
async def outside(number: str, tickets: TicketsDep, viewer: ViewerDep) -> dict[str, Any]:
    """How far the 12345 system is with it."""
    await _own(number, tickets, viewer)
    status = await waited(tickets.outside, number)
    return {"status": None if status is None else asdict(status)}


@router.put("/tickets/{number}")
async def edit(number: str, wanted: ChangedTicket, tickets: TicketsDep, viewer: ViewerDep) -> dict[str, Any]:
    """Change what was filled in."""
    await _own(number, tickets, viewer)
    await asyncio.to_thread(
        tickets.edit, number, wanted.fields(), edition=wanted.edition, actor=viewer.account, supervisor=viewer.supervisor
    )
    return viewer.shown(await asyncio.to_thread(tickets.whole, number), tickets)


@router.post("/tickets/{number}/move")
async def move(number: str, wanted: Step, tickets: TicketsDep, viewer: ViewerDep, gateway: GatewayDep) -> dict[str, Any]:
    """Take one step; an answer is said into the conversation."""
    await _own(number, tickets, viewer)
    moved = await asyncio.to_thread(
        tickets.move, number, actor=viewer.account, supervisor=viewer.supervisor, **wanted.model_dump(mode="python")
    )
    if wanted.to == "reply" and moved.conversation is not None:
        gateway.events.wake(moved.conversation)
    return viewer.shown(await asyncio.to_thread(tickets.whole, number), tickets)


@router.post("/tickets/{number}/push")
async def push(number: str, tickets: TicketsDep, viewer: ViewerDep) -> dict[str, Any]:
    """Send a ticket again that could not be sent."""
    await _own(number, tickets, viewer)
    await asyncio.to_thread(tickets.push_again, number, actor=viewer.account)
    return viewer.shown(await asyncio.to_thread(tickets.whole, number), tickets)


async def _own(number: str, tickets: Tickets, viewer: _Viewer) -> Whole:
    whole = await asyncio.to_thread(tickets.whole, number)
    viewer.require(whole.ticket)
    return whole


def _as_ticket(found: Draft, conversation: Conversation) -> dict[str, Any]:
    """A draft in the form of a ticket that has no number yet."""
    told = dict.fromkeys(name for name in Ticket.__dataclass_fields__ if name not in ("id", "origin"))
    told |= {"address": "", "person": "", "reply": "", "urgency": "一般", "state": "draft", "edition": 0, "days_left": None}
    told |= {**asdict(found), "topics": list(found.topics), "conversation": conversation.id, "channel": conversation.channel or "web"}
    return {**told, "person_hidden": False, "push": None, "events": []}
