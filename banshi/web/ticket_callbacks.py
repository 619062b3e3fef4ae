"""`/api/v1/callbacks/tickets`: the 12345 system says how far a ticket is."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from banshi.connect.hotline.http import LABELS
from banshi.connect.hotline.port import OutsideStatus
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.desk.tickets.moves import TicketError, TicketNotFoundError
from banshi.desk.tickets.outside import OutsideNews
from banshi.web.callbacks import EARLIEST, LATEST, Callback, Taken, callback_from
from banshi.web.chat import GatewayDep
from banshi.web.errors import refusals

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/callbacks", tags=["callbacks"])
_UNKNOWN_STATE = "工单状态代码不在约定的代码表里，没有受理。请先商定新代码，再用同一个 eventId 重发。"


class TicketChange(BaseModel):
    """工单状态变动通知."""

    model_config = ConfigDict(extra="forbid")

    eventId: str = Field(pattern=r"^[!-~]{1,80}$", description="the same when it is sent again")
    orderNo: str = Field(min_length=1, max_length=60, description="the 12345 system's number")
    sourceNo: str = Field(min_length=1, max_length=80, description="our number")
    status: int = Field(description="工单状态, a code of docs/contracts/hotline.json")
    content: str = Field(default="", max_length=5000, description="the answer, or the reason why it comes back")
    at: AwareDatetime = Field(ge=EARLIEST, lt=LATEST, description="when it changed")


@router.post("/tickets", responses=refusals(404))
async def ticket_change(
    told: TicketChange, request: Request, gateway: GatewayDep, callback: Annotated[Callback, Depends(callback_from("tickets"))]
) -> Taken:
    """Move a ticket on, once; an answer is said into the conversation."""
    news: OutsideNews = request.app.state.ticket_news
    try:
        status = OutsideStatus(told.orderNo, LABELS["state"].read(told.status), told.content)
        heard = await asyncio.to_thread(news.heard, status, source=told.sourceNo, event=told.eventId)
    except UnknownLabelError as error:
        log.error("A callback for tickets was refused: %s", error)
        raise HTTPException(422, _UNKNOWN_STATE) from error
    except TicketNotFoundError as error:
        raise HTTPException(404, error.detail) from error
    except TicketError as error:
        raise HTTPException(422, error.detail) from error
    if heard.told and heard.ticket is not None and heard.ticket.conversation is not None:
        gateway.events.wake(heard.ticket.conversation)
    return Taken(taken=heard.taken)
