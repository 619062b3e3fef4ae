"""`/api/v1/callbacks/applications`: an application has reached a stage."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from banshi.connect.applications.http import LABELS
from banshi.connect.applications.port import canonical_number, number_hash
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.store.application_events import keep_event
from banshi.store.transactions import write
from banshi.web.callbacks import EARLIEST, LATEST, Callback, Taken, callback_from

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/callbacks", tags=["callbacks"])
_UNKNOWN_STAGE = "办件环节代码不在约定的代码表里，没有受理。请先商定新代码，再用同一个 eventId 重发。"
_NO_NUMBER = "办件编号读不出来：只能是字母和数字，最长32位。"


class ApplicationStep(BaseModel):
    """环节变动通知."""

    model_config = ConfigDict(extra="forbid")

    eventId: str = Field(pattern=r"^[!-~]{1,80}$", description="the same when it is sent again")
    projectNo: str = Field(min_length=1, max_length=64, description="办件编号")
    stage: int = Field(description="办件环节, a code of docs/contracts/applications.json")
    at: AwareDatetime = Field(ge=EARLIEST, lt=LATEST, description="when it reached the stage")


@router.post("/applications")
async def application_step(told: ApplicationStep, callback: Annotated[Callback, Depends(callback_from("applications"))]) -> Taken:
    """Keep a step of an application, once."""
    try:
        stage = LABELS["stage"].read(told.stage)
    except UnknownLabelError as error:
        log.error("A callback for applications was refused: %s", error)
        raise HTTPException(422, _UNKNOWN_STAGE) from error
    if not canonical_number(told.projectNo):
        raise HTTPException(422, _NO_NUMBER)

    def keep() -> bool:
        with write(callback.database) as connection:
            return keep_event(
                connection, event=told.eventId, number_hash=number_hash(told.projectNo), stage=stage, at=told.at, now=callback.now
            )

    return Taken(taken=await asyncio.to_thread(keep))
