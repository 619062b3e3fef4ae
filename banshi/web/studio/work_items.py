"""待办: what unhappy citizens leave to do, and how it is brought to an end."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from banshi.desk.gateway import Gateway
from banshi.desk.unhappy.work_items import WorkItems, read_item
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address
from banshi.store.database import read
from banshi.store.staff import Staff
from banshi.store.work_items import WorkItem, WorkItemRepository
from banshi.web.chat import shown
from banshi.web.staff_access import AccessDep, StaffAccess, StudioDep, allowed_to
from banshi.web.studio.services import Studio, StudioRoute, StudioServices
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)
CloserDep = Annotated[Staff, Depends(allowed_to("work-items.close"))]
_MOST = 200
_NOT_YOURS = "这件事不在您负责的部门或地区范围内，请找负责的同事处理。"


class Record(BaseModel):
    """The record that was changed."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["guide", "qa", "policy", "lexicon"]
    key: str = Field(min_length=1, max_length=80)
    region: str = Field(default=PROVINCE, max_length=20)


class Close(BaseModel):
    """How a work item ends."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["changed", "explained"]
    reason: str = Field(max_length=500, description="what the citizen is told, at least ten characters")
    record: Record | None = Field(default=None, description="what was changed; it must have been published since the citizen spoke up")


@router.get("/work-items")
async def work_items(
    studio: StudioServices, access: AccessDep, staff: StudioDep, state: Annotated[Literal["open", "closed"], Query()] = "open"
) -> dict[str, Any]:
    """Open ones, who has waited longest first; or the last closed ones."""

    def rows() -> list[dict[str, Any]]:
        with read(studio.database) as connection:
            found = WorkItemRepository(connection).list(state, _MOST)
        return [_row(studio, item) for item in found if _concerns(access, staff, item)]

    return {"rows": await asyncio.to_thread(rows)}


@router.get("/work-items/{identifier}")
async def work_item(identifier: RowId, studio: StudioServices, access: AccessDep, staff: StudioDep) -> dict[str, Any]:
    """One of them with its case and its conversation, replayed; personal numbers are masked in it."""
    item, messages = await asyncio.to_thread(read_item, studio.database, identifier)
    if not _concerns(access, staff, item):
        raise HTTPException(403, _NOT_YOURS)
    told = [shown(message).model_dump(mode="json") for message in messages]
    return {**_row(studio, item), "case": item.case, "versions": item.versions, "messages": told}


@router.post("/work-items/{identifier}/close")
async def close(
    identifier: RowId, how: Close, request: Request, studio: StudioServices, access: AccessDep, staff: CloserDep
) -> dict[str, Any]:
    """Close one with a change or a reason; the citizen is told."""
    item, _ = await asyncio.to_thread(read_item, studio.database, identifier)
    if not _concerns(access, staff, item):
        raise HTTPException(403, _NOT_YOURS)
    work: WorkItems = request.app.state.work_items
    record = Address(how.record.kind, how.record.key, how.record.region) if how.record is not None else None
    item = await asyncio.to_thread(work.close, identifier, outcome=how.outcome, reason=how.reason, record=record, by=staff.account)
    gateway: Gateway = request.app.state.gateway
    if item.conversation is not None:
        gateway.events.wake(item.conversation)
    return _row(studio, item)


def _concerns(access: StaffAccess, staff: Staff, item: WorkItem) -> bool:
    """Whether it lies in somebody's scope; what has no department or region yet concerns everybody, or nobody would see it."""
    return access.may(staff, "studio.read", department=item.department, region=item.region)


def _row(studio: Studio, item: WorkItem) -> dict[str, Any]:
    regions = studio.knowledge.regions
    region = item.region if item.region is not None and item.region in regions else None
    return {
        "id": item.id,
        "kind": item.kind,
        "text": item.text,
        "stars": item.stars,
        "item": item.case.get("item"),
        "title": item.case.get("title"),
        "region": item.region,
        "region_name": regions.name(region) if region is not None else None,
        "department": item.department,
        "conversation": item.conversation,
        "state": item.state,
        "opened_at": item.opened_at.isoformat(),
        "waiting_days": (studio.now() - item.opened_at).days if item.closed_at is None else None,
        "closed_at": item.closed_at.isoformat() if item.closed_at is not None else None,
        "closed_by": item.closed_by,
        "outcome": item.outcome,
        "reason": item.reason,
        "changed": item.case.get("changed"),
    }
