"""`/api/v1/supervision`: what the supervising platforms read."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, Field

from banshi.connecting import Systems
from banshi.editing.supervision import feeds_of, figures, old_guides, systems_of
from banshi.store.database import read
from banshi.store.partners import PartnerRepository
from banshi.web.partners import PARTNER
from banshi.web.staff_access import COOKIE, AccessDep
from banshi.web.studio.services import Studio, StudioRoute, StudioServices

router = APIRouter(prefix="/api/v1", tags=["supervision"], route_class=StudioRoute)
_SUPERVISES = "supervision"
"""End of a partner that may read this."""


class Figure(BaseModel):
    """One figure, with where and when it was counted."""

    name: str
    label: str
    value: float | None = Field(description="null where there is nothing to make it from")
    unit: str
    source: str
    at: datetime


class Feed(BaseModel):
    """An outside feed and when it was last read to its end."""

    name: str
    last_sync: datetime | None
    last_failure: datetime | None
    late: bool
    source: str
    at: datetime


class System(BaseModel):
    """An outside system as the answering process knows it."""

    system: str
    kind: str
    standing: str
    last_success: datetime | None
    last_failure: datetime | None
    source: str
    at: datetime


class OldGuide(BaseModel):
    """A guide that is to be worked on."""

    key: str
    title: str
    department: str
    since: date


class Overdue(BaseModel):
    """A guide that should have followed its 实施清单 by now."""

    title: str
    guide: str | None
    region: str | None
    department: str | None
    due_on: date


class Supervision(BaseModel):
    """Everything, as of one moment of the database."""

    at: datetime
    days: int
    figures: list[Figure]
    feeds: list[Feed]
    systems: list[System]
    stale_guides: list[OldGuide]
    expired_guides: list[OldGuide]
    overdue_tasks: list[Overdue]


def _reader(request: Request, access: AccessDep, studio: StudioServices) -> None:
    """A partner who supervises, or an administrator."""
    partner: int | None = request.scope.get(PARTNER)
    if partner is not None:
        with read(studio.database) as connection:
            known = next((one for one in PartnerRepository(connection).list() if one.id == partner), None)
        if known is None or _SUPERVISES not in known.ends:
            raise HTTPException(403, "这把接口密钥没有开通监管数据，请联系吉事办平台管理员。")
        return
    signed_in = access.sessions.find(request.cookies.get(COOKIE))
    if signed_in is None:
        raise HTTPException(401, "请先登录，或使用开通了监管数据的接口密钥。")
    if signed_in.must_change:
        raise HTTPException(403, "请先修改密码：现在用的是一次性密码。")
    if not access.may(signed_in.staff, "staff.manage"):
        raise HTTPException(403, "您的角色不能看监管数据。")


@router.get("/supervision", dependencies=[Depends(_reader)])
async def supervision(
    request: Request, studio: StudioServices, days: Annotated[int, Query(ge=1, le=400, description="of questions and ratings")] = 30
) -> Supervision:
    """How fresh everything is and how well questions are answered: counts with their sources, nothing of any citizen."""
    systems: Systems = request.app.state.systems
    return await asyncio.to_thread(_read, studio, systems, days)


def _read(studio: Studio, systems: Systems, days: int) -> Supervision:
    now, knowledge = studio.now(), studio.knowledge
    late = studio.item_review.tasks("open", overdue=True)
    with read(studio.database) as connection:
        stale, expired = old_guides(connection, knowledge, now.date())
        counted = figures(connection, knowledge, now, days, overdue=len(late), stale=len(stale), expired=len(expired))
        feeds = feeds_of(connection, now)
    found: dict[str, Any] = {
        "at": now,
        "days": days,
        "figures": [asdict(one) | {"at": now} for one in counted],
        "feeds": [one | {"at": now} for one in feeds],
        "systems": systems_of(systems.reach.health(), now),
        "stale_guides": stale,
        "expired_guides": expired,
        "overdue_tasks": [{name: row[name] for name in Overdue.model_fields} for row in late],
    }
    return Supervision.model_validate(found)
