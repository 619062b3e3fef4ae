"""公告与开关: lines above the conversations of a place, and the switch that takes the bot of a place out of service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from banshi.editing.errors import EditingError, NotFoundError
from banshi.knowledge.regions import PROVINCE
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.errors import NotFoundError as NoSuchNoticeError
from banshi.store.notices import Notice, NoticeRepository
from banshi.store.staff import Staff
from banshi.text.normalise import clean, has_words
from banshi.text.numbers import mask
from banshi.web.staff_access import AccessDep, StaffAccess, allowed_to
from banshi.web.studio.services import Studio, StudioRoute, StudioServices
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)
NoticeDep = Annotated[Staff, Depends(allowed_to("notices.manage"))]
_PAST = 50
_NOT_YOURS = "这个地区不在您负责的范围内，请找负责的同事处理。"


class NewNotice(BaseModel):
    """A notice to be."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["banner", "off"]
    text: str = Field(min_length=2, max_length=200)
    region: str | None = Field(default=None, max_length=20, description="region code; null for the whole province")
    starts_at: AwareDatetime | None = Field(default=None, description="null for now")
    ends_at: AwareDatetime | None = Field(default=None, description="null until somebody ends it")


@router.get("/notices")
async def notices(studio: StudioServices, _: NoticeDep, past: Annotated[bool, Query()] = False) -> dict[str, Any]:
    """Notices that run or are to come; with `past` the last ones that are over."""

    def rows() -> list[dict[str, Any]]:
        now = studio.now()
        with read(studio.database) as connection:
            repository = NoticeRepository(connection)
            found = repository.past(now, _PAST) if past else repository.standing(now)
        return [_row(studio, one, now) for one in found]

    return {"rows": await asyncio.to_thread(rows)}


@router.post("/notices", status_code=201)
async def begin(wanted: NewNotice, studio: StudioServices, access: AccessDep, staff: NoticeDep) -> dict[str, Any]:
    """Announce something, or switch the bot of a place off."""
    return await asyncio.to_thread(_begin, studio, _within(access, staff), wanted, staff)


@router.delete("/notices/{identifier}")
async def end(identifier: RowId, studio: StudioServices, access: AccessDep, staff: NoticeDep) -> dict[str, Any]:
    """End a notice at once; a place that was switched off is answered again."""
    return await asyncio.to_thread(_end, studio, _within(access, staff), identifier, staff)


def _begin(studio: Studio, check: Callable[[str | None], None], wanted: NewNotice, staff: Staff) -> dict[str, Any]:
    now, region = studio.now(), wanted.region if wanted.region != PROVINCE else None
    if region is not None and region not in studio.knowledge.regions:  # without an index only the whole province can be named
        raise EditingError("没有这个地区，请从列表里选。")
    check(region)
    text = clean(wanted.text)
    if not has_words(text):
        raise EditingError("请写明要告诉群众什么。")
    if mask(text)[1]:
        raise EditingError("这里不能写个人的手机号、证件号、卡号，群众都会看到；联系方式请写12345或者单位的座机。")
    starts = wanted.starts_at or now
    if wanted.ends_at is not None and wanted.ends_at <= max(starts, now):
        raise EditingError("结束时间要晚于开始时间，也要晚于现在。")
    with write(studio.database) as connection:
        notice = NoticeRepository(connection).add(
            kind=wanted.kind, text=text, region=region, starts_at=starts, ends_at=wanted.ends_at, by=staff.account, now=now
        )
        _ledger(connection, "begin", notice, staff, now)
    return _row(studio, notice, now)


def _end(studio: Studio, check: Callable[[str | None], None], identifier: int, staff: Staff) -> dict[str, Any]:
    now = studio.now()
    with write(studio.database) as connection:
        repository = NoticeRepository(connection)
        standing = repository.get(identifier)
        if standing is not None:
            check(standing.region)
        try:
            notice = repository.end(identifier, by=staff.account, now=now)
        except NoSuchNoticeError as error:
            raise NotFoundError(str(error)) from error
        _ledger(connection, "end", notice, staff, now)
    return _row(studio, notice, now)


def _within(access: StaffAccess, staff: Staff) -> Callable[[str | None], None]:
    """Refuses places outside somebody's own; the whole province is only for who has no scope."""

    def check(region: str | None) -> None:
        if not access.may(staff, "notices.manage", region=region or PROVINCE):
            raise HTTPException(403, _NOT_YOURS)

    return check


def _ledger(connection: sa.Connection, what: str, notice: Notice, staff: Staff, now: datetime) -> None:
    detail = {
        "kind": notice.kind,
        "reason": notice.text,
        "region": notice.region or PROVINCE,
        "starts_at": notice.starts_at.isoformat(),
        "ends_at": notice.ends_at.isoformat() if notice.ends_at is not None else None,
    }
    AuditLedger(connection).append(actor=staff.account, action=f"notice.{what}", target=f"notice/{notice.id}", detail=detail, now=now)


def _row(studio: Studio, notice: Notice, now: datetime) -> dict[str, Any]:
    region = notice.region or PROVINCE
    engine = studio.engine()
    regions = engine.knowledge.regions if engine is not None else None
    return {
        "id": notice.id,
        "kind": notice.kind,
        "text": notice.text,
        "region": notice.region,
        "region_name": regions.name(region) if regions is not None and region in regions else region,
        "state": "over" if notice.over(now) else "running" if notice.in_force(now) else "planned",
        "starts_at": notice.starts_at.isoformat(),
        "ends_at": notice.ends_at.isoformat() if notice.ends_at is not None else None,
        "created_by": notice.created_by,
        "created_at": notice.created_at.isoformat(),
        "ended_at": notice.ended_at.isoformat() if notice.ended_at is not None else None,
        "ended_by": notice.ended_by,
    }
