"""`/api/v1/callbacks/approvals`: the OA has decided on a change of the knowledge."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request

from banshi.connect.approvals.decisions import DecisionCallback
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.editing.approvals.deciding import OaDecisions, Told
from banshi.web.callbacks import Callback, Taken, callback_from

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/callbacks", tags=["callbacks"])
_UNKNOWN = "审批结果代码不在约定的代码表里，没有受理。请先商定新代码，再用同一个 event 重发。"


@router.post("/approvals")
async def decided(told: DecisionCallback, request: Request, _: Annotated[Callback, Depends(callback_from("approvals"))]) -> Taken:
    """Take a decision, once. The account here that belongs to the OA's approves or sends back; what nobody may do here is noted only."""
    try:
        label = told.label()
    except UnknownLabelError as error:
        log.error("A callback for approvals was refused: %s", error)
        raise HTTPException(422, _UNKNOWN) from error
    decisions: OaDecisions = request.app.state.oa_decisions
    said = Told(told.event, told.changeId, told.userId, label, told.opinion, told.decidedAt)
    return Taken(taken=(await asyncio.to_thread(decisions.take, said))[1])
