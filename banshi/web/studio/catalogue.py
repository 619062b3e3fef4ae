"""事项变更: what the item library changed, the tasks that follow, and what was received from the document library."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from banshi.editing.errors import EditingError
from banshi.editing.feeding import FeedFailedError
from banshi.editing.item_library.inspecting import inspect
from banshi.store.database import read
from banshi.store.documents import Received, ReceivedRepository
from banshi.store.staff import Staff
from banshi.web.staff_access import AccessDep, EditorDep, StaffAccess, StudioDep
from banshi.web.studio.services import StudioRoute, StudioServices, actor_of
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)
_NOT_YOURS = "这条任务不在您负责的部门或地区范围内，请找负责的同事处理。"
_MOST = 500


class Done(BaseModel):
    """What became of a task."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=500, description="how it was dealt with, at least four characters")


@router.get("/catalogue/tasks")
async def tasks(
    studio: StudioServices,
    access: AccessDep,
    staff: StudioDep,
    state: Annotated[Literal["open", "done"], Query()] = "open",
    overdue: Annotated[bool, Query(description="only those whose last day is past")] = False,
) -> dict[str, Any]:
    """Open ones, the first due first; or the last done ones. A guide is due one calendar month after its 实施清单 changed."""
    found = await asyncio.to_thread(studio.item_review.tasks, state, overdue=overdue)
    rows = [row for row in found if _concerns(access, staff, row["department"], row["region"])]
    return {"rows": rows, "overdue": sum(row["overdue"] for row in rows)}


@router.post("/catalogue/tasks/{identifier}/done")
async def done(identifier: RowId, how: Done, studio: StudioServices, access: AccessDep, staff: EditorDep) -> dict[str, Any]:
    """Close a task with a reason."""
    task = await asyncio.to_thread(studio.item_review.task, identifier)
    if not _concerns(access, staff, task.department, task.region):
        raise HTTPException(403, _NOT_YOURS)
    return await asyncio.to_thread(studio.item_review.done, identifier, reason=how.reason, actor=actor_of(staff))


@router.get("/catalogue/changes")
async def changes(
    studio: StudioServices,
    _: StudioDep,
    state: Annotated[Literal["kept", "refused"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
) -> dict[str, Any]:
    """Changes as they came, the last first; refused ones with row, field and the labels that are known."""
    return {"rows": await asyncio.to_thread(studio.item_review.changes, state, limit)}


@router.post("/catalogue/pull")
async def pull(studio: StudioServices, _: EditorDep) -> dict[str, Any]:
    """Read the item library and the document library now; `items` and `documents` are null where another process is reading."""

    def work() -> dict[str, Any]:
        try:
            items = studio.items.pull(even_if_early=True)
            documents = studio.documents.pull(even_if_early=True)
        except FeedFailedError as error:
            raise EditingError("事项库或文件资料库这会儿连不上，已经读到的都留着，过一会儿会自动接着读。") from error
        return {"items": vars(items) if items is not None else None, "documents": vars(documents) if documents is not None else None}

    return await asyncio.to_thread(work)


@router.get("/catalogue/inspection")
async def inspection(studio: StudioServices, _: StudioDep, region: Annotated[str | None, Query(max_length=20)] = None) -> dict[str, Any]:
    """规范化检查: how complete each guide is, what it lacks, where it differs; by department; and items without a guide."""

    def work() -> dict[str, Any]:
        with read(studio.database) as connection:
            return inspect(connection, studio.knowledge, studio.checker, studio.now(), region=region)

    return await asyncio.to_thread(work)


@router.get("/received-documents")
async def received(
    studio: StudioServices,
    _: StudioDep,
    kind: Annotated[Literal["policy", "qa"] | None, Query()] = None,
    state: Annotated[Literal["received", "drafted", "unchanged", "refused"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
) -> dict[str, Any]:
    """Documents and public answers that came, the last first, and what became of them."""

    def rows() -> list[dict[str, Any]]:
        with read(studio.database) as connection:
            return [_row(one) for one in ReceivedRepository(connection).list(kind, state, limit)]

    return {"rows": await asyncio.to_thread(rows)}


def _concerns(access: StaffAccess, staff: Staff, department: str | None, region: str | None) -> bool:
    """Whether it lies in somebody's scope; what has no department yet concerns everybody of the place."""
    return access.may(staff, "studio.read", department=department, region=region)


def _row(one: Received) -> dict[str, Any]:
    days = {
        name: day.isoformat() if day is not None else None for name, day in vars(one).items() if name in ("day", "effective", "expires")
    }
    kept = ("id", "kind", "title", "document_number", "organ", "department", "region", "url", "state", "record", "number", "problem")
    return {**{name: getattr(one, name) for name in kept}, **days, "received_at": one.received_at.isoformat()}
