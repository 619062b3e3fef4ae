"""工单 as citizens meet them: handed in from a conversation, and answered there."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from banshi.desk.tickets.drafts import TicketKind
from banshi.store.tickets import Ticket
from banshi.text.normalise import has_words
from banshi.web.chat import GatewayDep, unknown
from banshi.web.desk.tickets import TicketRoute, TicketsDep

router = APIRouter(prefix="/api/v1", tags=["chat"], route_class=TicketRoute)


class LeftMessage(BaseModel):
    """What a citizen hands in."""

    model_config = ConfigDict(extra="forbid")

    kind: TicketKind | None = Field(default=None, description="null decides it by the words")
    text: str = Field(min_length=1, max_length=5000)
    confidential: bool = False
    client_id: str | None = Field(default=None, pattern=r"^[!-~]{1,64}$", description="sent again with the same one, nothing new is opened")


class CitizensTicket(BaseModel):
    """A ticket as its citizen sees it."""

    number: str
    kind: str
    title: str
    state: str
    reply: str
    due_on: date | None
    confidential: bool


@router.post("/chat/{conversation}/tickets", status_code=201, responses={404: {"description": "no such conversation"}})
async def hand_in(conversation: str, left: LeftMessage, gateway: GatewayDep, tickets: TicketsDep) -> CitizensTicket:
    """Leave a message with the staff; it becomes a ticket."""
    if await gateway.standing(conversation) is None:
        raise unknown()
    if not has_words(left.text):
        raise HTTPException(422, "没看到要反映的事，请用一段话说清楚。")
    origin = f"{conversation}/sent/{left.client_id}" if left.client_id else None
    made = await asyncio.to_thread(
        tickets.leave_message, conversation, left.text, kind=left.kind, confidential=left.confidential, origin=origin
    )
    return shown(made)


@router.get("/chat/{conversation}/tickets", responses={404: {"description": "no such conversation"}})
async def own(
    conversation: str,
    gateway: GatewayDep,
    tickets: TicketsDep,
    number: Annotated[str, Query(max_length=40, description="of a ticket: asked for with it, it is shown however old the talk is")] = "",
) -> list[CitizensTicket]:
    """Tickets of a conversation with their answers, oldest first."""
    found = [one for one in await asyncio.to_thread(tickets.of_conversation, conversation) if not number or one.number == number]
    # A conversation that is over is forgotten for whoever does not know what they look for.
    if not (number and found) and await gateway.standing(conversation) is None:
        raise unknown()
    return [shown(one) for one in found]


def shown(ticket: Ticket) -> CitizensTicket:
    """A ticket as its citizen sees it."""
    return CitizensTicket(
        number=ticket.number,
        kind=ticket.kind,
        title=ticket.title,
        state=ticket.state,
        reply=ticket.reply,
        due_on=ticket.due_on,
        confidential=ticket.confidential,
    )
