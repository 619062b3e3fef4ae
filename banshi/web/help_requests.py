"""帮办: somebody asks to be helped with a matter; with their consent it becomes a ticket."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from banshi.desk.tickets.drafts import Fields
from banshi.desk.tickets.tickets import CITIZEN
from banshi.text.normalise import has_words
from banshi.web.chat import GatewayDep, unknown
from banshi.web.citizen import StartDep
from banshi.web.citizen_tickets import CitizensTicket, shown
from banshi.web.desk.tickets import TicketRoute, TicketsDep
from banshi.web.search import EngineDep

router = APIRouter(prefix="/api/v1", tags=["chat"], route_class=TicketRoute)


class HelpRequest(BaseModel):
    """What is to be done with help, where, when, and how to reach whoever asks. `consent`: they agree that staff get this."""

    model_config = ConfigDict(extra="forbid")

    item: str = Field(max_length=60)
    region: str | None = Field(default=None, max_length=20, description="region code; one that is not known is left aside")
    when: str = Field(min_length=1, max_length=100, description="when they can be reached or visited, in their words")
    contact: str = Field(default="", max_length=60, description="phone number; kept masked")
    note: str = Field(default="", max_length=500)
    consent: Literal[True]
    client_id: Annotated[str, Field(pattern=r"^[!-~]{8,64}$", description="sent again with the same one, nothing new is opened")]


@router.post(
    "/chat/{conversation}/help",
    status_code=201,
    responses={404: {"description": "no such conversation or guide"}, 409: {"description": "too many"}},
)
async def ask_for_help(
    conversation: str, wanted: HelpRequest, gateway: GatewayDep, tickets: TicketsDep, engine: EngineDep, page: StartDep
) -> CitizensTicket:
    """Ask for 帮办; it becomes a ticket (求助), whose answer is said into the conversation."""
    if await gateway.standing(conversation) is None:
        raise unknown()
    knowledge = engine.knowledge
    region = wanted.region if wanted.region in knowledge.regions.regions else None
    try:
        guide = knowledge.guide_at(wanted.item, region, page.now().date()).guide
    except KeyError as error:
        raise HTTPException(404, "没有这个事项的办事指南。") from error
    if not has_words(wanted.when):
        raise HTTPException(422, "请写明方便的时间，比如“工作日上午”。")
    lines = [f"申请帮办：{guide.task_name}", f"方便的时间：{wanted.when}", f"补充：{wanted.note}" if has_words(wanted.note) else ""]
    fields = Fields(
        kind="求助",
        title=f"帮办：{guide.task_name}"[:40],
        description="\n".join(filter(None, [*lines, "本人同意把以上内容和联系方式交给帮办人员。"])),
        topics=(guide.domain, "帮办代办"),
        region=region,
        contact=wanted.contact,
        department=guide.dept_name,
    )
    origin = f"{conversation}/help/{wanted.client_id}"
    made = await asyncio.to_thread(tickets.create, fields, conversation=conversation, actor=CITIZEN, origin=origin)
    return shown(made)
