"""What has not reached the systems around us, and how it is sent again."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, Field

from banshi.desk.outbox.board import OutboxBoard, Unsent
from banshi.store.staff import Staff
from banshi.web.staff_access import allowed_to
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])


def _outbox(request: Request) -> OutboxBoard:
    board: OutboxBoard = request.app.state.outbox
    return board


SupervisorDep = Annotated[Staff, Depends(allowed_to("desk.supervise"))]
OutboxDep = Annotated[OutboxBoard, Depends(_outbox)]
System = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]


class UnsentEntries(BaseModel):
    """Entries that have not arrived; of very many the first 500, those that were given up before the others."""

    entries: list[Unsent]


class AgainRequest(BaseModel):
    """The system whose entries are to be sent again."""

    system: System


class Revived(BaseModel):
    """How many are tried again."""

    entries: int


@router.get("/outbox")
async def unsent(
    _: SupervisorDep,
    outbox: OutboxDep,
    system: Annotated[str | None, Query(max_length=40)] = None,
    failed: Annotated[bool, Query(description="only those that are not tried any more")] = False,
) -> UnsentEntries:
    """What waits, and what was given up."""
    return UnsentEntries(entries=await asyncio.to_thread(outbox.unsent, system=system, given_up=failed))


@router.post("/outbox/again")
async def all_again(wanted: AgainRequest, supervisor: SupervisorDep, outbox: OutboxDep) -> Revived:
    """Try everything again that was given up of one system, as after it was away for hours."""
    return Revived(entries=await asyncio.to_thread(outbox.again_all, wanted.system, by=supervisor.account))


@router.post("/outbox/{identifier}/again")
async def again(identifier: RowId, supervisor: SupervisorDep, outbox: OutboxDep) -> Revived:
    """Try an entry again that was given up."""
    done = await asyncio.to_thread(outbox.again, identifier, by=supervisor.account)
    if done is None:
        raise HTTPException(404, "没有这一条，请刷新。")
    if not done:
        raise HTTPException(409, "这一条已经送到，或者还在自动推送，不用再推。")
    return Revived(entries=1)
