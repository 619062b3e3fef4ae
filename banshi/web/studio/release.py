"""Review queue, impact, publishing, releases, roll back, and the jobs that do it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from banshi.editing.catalogue import waiting_days
from banshi.editing.differences import differences
from banshi.editing.errors import NotFoundError
from banshi.editing.jobs import Job
from banshi.store.database import read
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.releases import ReleaseRepository
from banshi.web.staff_access import AccessDep, StudioDep
from banshi.web.studio.services import Studio, StudioRoute, StudioServices, actor_of, started
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecordNumber(_Body):
    """One revision of a record."""

    kind: str = Field(max_length=20)
    key: str = Field(max_length=80)
    region: str = Field(max_length=20)
    number: RowId


class ImpactRequest(_Body):
    """Revisions to try together."""

    records: list[RecordNumber] = Field(min_length=1, max_length=500)


class PublishRequest(_Body):
    """The trial to publish."""

    impact: str = Field(max_length=40)
    reason: str = Field(default="", max_length=500)
    override_reason: str | None = Field(default=None, max_length=1000, description="why, although golden questions break")


class Reason(_Body):
    """Why."""

    reason: str = Field(min_length=2, max_length=500)


@router.get("/review")
async def review(studio: StudioServices, _: StudioDep) -> dict[str, Any]:
    """What waits for a reviewer or for publishing, the oldest first."""

    def rows() -> list[dict[str, Any]]:
        with read(studio.database) as connection:
            repository = KnowledgeRepository(connection)
            heads = repository.heads(states=("submitted", "approved"))
            moves = {move.revision: move for move in repository.moves([head.head.id for head in heads]) if move.after == "submitted"}
        found = []
        for head in heads:
            moved = moves.get(head.head.id)
            at = moved.at if moved is not None else head.head.created_at
            changed = differences(head.kind, head.published.content if head.published is not None else {}, head.head.content)
            found.append(
                {
                    **studio.catalogue.row(head),
                    "author": head.head.author,
                    "reason": moved.reason if moved is not None and moved.reason else head.head.reason,
                    "submitted_at": at.isoformat(),
                    "submitted_by": moved.by_name if moved is not None else head.head.author_name,
                    "waiting_days": waiting_days(at, studio.now()),
                    "changed": list(dict.fromkeys(one.label for one in changed))[:20],
                }
            )
        return sorted(found, key=lambda row: row["submitted_at"])

    return {"rows": await asyncio.to_thread(rows)}


@router.post("/impact", status_code=202)
async def impact(wanted: ImpactRequest, studio: StudioServices, staff: StudioDep) -> dict[str, Any]:
    """Try revisions on real questions, aside; the job's result is the impact."""

    def ids() -> list[int]:
        with read(studio.database) as connection:
            repository = KnowledgeRepository(connection)
            found = [
                repository.revision(record.kind, record.key, record.region, record.number)  # type: ignore[arg-type]
                for record in wanted.records
            ]
        if any(revision is None for revision in found):
            raise NotFoundError("要评估的内容有的已经不在了，请刷新后重选。")
        return [revision.id for revision in found if revision is not None]

    chosen = await asyncio.to_thread(ids)
    return started(studio.jobs.start("impact", staff.account, lambda job: studio.publisher.try_out(chosen, job).result))


@router.get("/jobs/{identifier}")
async def job(identifier: str, studio: StudioServices, _: StudioDep) -> dict[str, Any]:
    """How far a job is, and its result."""
    found = studio.jobs.get(identifier)
    if found is None:
        raise NotFoundError("没有这项任务，或它已经是很久以前的了；请重新开始。")
    return {
        "id": found.id,
        "kind": found.kind,
        "state": found.state,
        "done": found.done,
        "total": found.total,
        "sentence": found.sentence,
        "result": found.result,
        **found.more,
    }


@router.post("/publish", status_code=202)
async def publish(wanted: PublishRequest, studio: StudioServices, access: AccessDep, staff: StudioDep) -> dict[str, Any]:
    """Publish what was tried; the job's result is the release."""
    if not access.may(staff, "knowledge.publish"):
        raise HTTPException(403, "您的角色不能发布，请审核人来发布。")
    actor = actor_of(staff)

    def work(job: Job) -> dict[str, Any]:
        job.tell("正在发布")
        release = studio.publisher.publish(
            wanted.impact, actor=actor, reason=wanted.reason or "发布", override_reason=wanted.override_reason
        )
        studio.engine.refresh()
        return {"release": release.id, "snapshot": release.snapshot}

    return started(studio.jobs.start("publish", staff.account, work))


@router.get("/releases")
async def releases(
    studio: StudioServices,
    _: StudioDep,
    offset: RowId = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 30,
) -> dict[str, Any]:
    """What was published when, by whom and why."""
    return await asyncio.to_thread(_releases, studio, offset, limit)


@router.post("/releases/{identifier}/roll-back", status_code=202)
async def roll_back(identifier: RowId, why: Reason, studio: StudioServices, access: AccessDep, staff: StudioDep) -> dict[str, Any]:
    """Go back to the knowledge of an earlier release."""
    if not access.may(staff, "knowledge.roll-back"):
        raise HTTPException(403, "您的角色不能回退，请审核人来回退。")
    actor = actor_of(staff)

    def work(job: Job) -> dict[str, Any]:
        job.tell("正在回退")
        release = studio.publisher.roll_back(identifier, actor=actor, reason=why.reason, job=job)
        studio.engine.refresh()
        return {"release": release.id, "snapshot": release.snapshot}

    return started(studio.jobs.start("publish", staff.account, work))


_SHOWN = 50


def _releases(studio: Studio, offset: int, limit: int) -> dict[str, Any]:
    with read(studio.database) as connection:
        repository = ReleaseRepository(connection)
        total, rows = repository.count(), []
        for release in repository.list(limit, offset):
            came, _ = repository.changes(release.id)
            changes = studio.catalogue.titles(KnowledgeRepository(connection).by_ids(list(came)[:_SHOWN]))
            rows.append(
                {
                    "id": release.id,
                    "kind": release.kind,
                    "state": release.state,
                    "author_name": release.author_name,
                    "created_at": release.created_at.isoformat(),
                    "reason": release.reason,
                    "snapshot": release.snapshot,
                    "changes": changes,
                    "changes_total": len(came),
                    "impact": release.impact,
                }
            )
    return {"total": total, "rows": rows}
