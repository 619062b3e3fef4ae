"""What real questions teach: gaps, duplicates, conflicts, and the quality board."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from banshi.editing.board import board as quality
from banshi.editing.conflicts import find_conflicts
from banshi.editing.duplicates import find_duplicates, nearest_of
from banshi.editing.errors import NotFoundError
from banshi.editing.gap_drafts import draft_content, gap_rows
from banshi.editing.gaps import refresh as refresh_gaps
from banshi.editing.jobs import Job
from banshi.knowledge.sources import Address
from banshi.store.database import read, write
from banshi.store.errors import NotFoundError as NoSuchGapError
from banshi.store.gaps import Gap, GapRepository
from banshi.store.knowledge import KnowledgeRepository
from banshi.web.staff_access import AccessDep, EditorDep, StudioDep
from banshi.web.studio.services import Studio, StudioRoute, StudioServices, actor_of, require_scope, started
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)
_MOST_GAPS = 200
_MOST_PAIRS = 300


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Assign(_Body):
    """The department that is to answer."""

    department: str = Field(min_length=2, max_length=60)


class Close(_Body):
    """Why no answer is needed."""

    reason: str = Field(min_length=2, max_length=500)


class Near(_Body):
    """A question being written."""

    text: str = Field(min_length=2, max_length=300)
    exclude: list[str] = Field(default=[], max_length=20)


@router.get("/gaps")
async def gaps(studio: StudioServices, _: StudioDep, state: Literal["open", "drafted", "closed"] = "open") -> dict[str, Any]:
    """What people asked in vain, those of the most people first."""

    def rows() -> list[dict[str, Any]]:
        with read(studio.database) as connection:
            return gap_rows(connection, studio.searching, studio.now(), state=state, limit=_MOST_GAPS)

    return {"rows": await asyncio.to_thread(rows)}


@router.post("/gaps/refresh", status_code=202)
async def refresh(studio: StudioServices, staff: EditorDep) -> dict[str, Any]:
    """Group the questions of the last 30 days anew; the job's result counts what changed."""

    def work(job: Job) -> dict[str, Any]:
        job.tell("正在归并群众提问")
        done = refresh_gaps(studio.database, studio.searching, studio.now())
        return {"opened": done.opened, "grown": done.grown, "reopened": done.reopened, "left_out": done.left_out}

    return started(studio.jobs.start("gaps", staff.account, work))


@router.post("/gaps/{identifier}/draft", status_code=201)
async def draft(identifier: RowId, studio: StudioServices, access: AccessDep, staff: EditorDep) -> dict[str, Any]:
    """Begin a Q&A for a gap: people's wordings, and what the nearest knowledge lends. The answer stays empty for the editor."""

    def begin() -> Address:
        with read(studio.database) as connection:
            gap = _gap(connection, identifier)
            if gap.draft is not None:
                return Address(*gap.draft)
            content = draft_content(connection, studio.searching, gap, studio.now().date())
        where = Address("qa", f"qa-gap-{gap.id}")
        content = {**content, "id": where.key}
        require_scope(access, staff, "knowledge.edit", where, str(content.get("department") or ""))
        with read(studio.database) as connection:
            exists = KnowledgeRepository(connection).head("qa", where.key, where.region) is not None
        if not exists:
            studio.workflow.save(where, content, expected=None, reason=f"缺口：{gap.title}", actor=actor_of(staff))
        with write(studio.database) as connection:
            GapRepository(connection).drafted(gap.id, *where)
        return where

    where = await asyncio.to_thread(begin)
    allowed = ["save", "submit", "discard", "restore"]
    return await asyncio.to_thread(studio.catalogue.record, where, account=staff.account, allowed=allowed)


@router.post("/gaps/{identifier}/assign")
async def assign(identifier: RowId, to: Assign, studio: StudioServices, _: EditorDep) -> dict[str, Any]:
    """Hand a gap to a department."""
    return await asyncio.to_thread(_change, studio, identifier, lambda gaps: gaps.assign(identifier, to.department))


@router.post("/gaps/{identifier}/close")
async def close(identifier: RowId, why: Close, studio: StudioServices, _: EditorDep) -> dict[str, Any]:
    """Close a gap; it opens again when enough new people ask."""
    return await asyncio.to_thread(_change, studio, identifier, lambda gaps: gaps.close(identifier, why.reason))


@router.get("/duplicates")
async def duplicates(studio: StudioServices, _: StudioDep) -> dict[str, Any]:
    """Records whose answers compete for the same questions."""

    def rows() -> list[dict[str, Any]]:
        engine = studio.searching
        found = studio.remembered("duplicates", lambda: find_duplicates(engine, studio.entries(), studio.now().date()))
        return [pair.as_row() for pair in found[:_MOST_PAIRS]]

    return {"rows": await asyncio.to_thread(rows)}


@router.post("/duplicates/near")
async def near(question: Near, studio: StudioServices, _: StudioDep) -> dict[str, Any]:
    """Stored questions near one that is being written."""

    def rows() -> list[dict[str, Any]]:
        found = nearest_of(studio.searching, studio.entries(), question.text, studio.now().date(), exclude=question.exclude)
        return [one.as_row() for one in found]

    return {"rows": await asyncio.to_thread(rows)}


@router.get("/conflicts")
async def conflicts(studio: StudioServices, _: StudioDep) -> dict[str, Any]:
    """Q&A whose numbers disagree with the guide they are about."""

    def rows() -> list[dict[str, Any]]:
        return [one.as_row() for one in studio.remembered("conflicts", lambda: find_conflicts(studio.knowledge))]

    return {"rows": await asyncio.to_thread(rows)}


@router.get("/board")
async def board(studio: StudioServices, _: StudioDep, days: Annotated[int, Query(ge=1, le=400)] = 30) -> dict[str, Any]:
    """Coverage, answers, refusals and ratings, by day, domain and region."""

    def figures() -> dict[str, Any]:
        with read(studio.database) as connection:
            published = KnowledgeRepository(connection).published()
            lint: Counter[str] = Counter()
            for revision in published:
                lint += studio.checker.counts(
                    Address(revision.kind, revision.key, revision.region), revision.content, revision.content_hash
                )
            return quality(connection, studio.knowledge, studio.now(), days, lint=lint)

    return await asyncio.to_thread(figures)


def _gap(connection: sa.Connection, identifier: int) -> Gap:
    found = GapRepository(connection).get(identifier)
    if found is None:
        raise NotFoundError("没有这个缺口，请刷新。")
    return found


def _change(studio: Studio, identifier: int, act: Callable[[GapRepository], Gap]) -> dict[str, Any]:
    try:
        with write(studio.database) as connection:
            gap = act(GapRepository(connection))
    except NoSuchGapError as error:
        raise NotFoundError("没有这个缺口，请刷新。") from error
    return {"id": gap.id, "title": gap.title, "department": gap.department, "state": gap.state, "reason": gap.reason}
