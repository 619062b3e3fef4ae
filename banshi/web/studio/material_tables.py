"""What the documents of guides are elsewhere, for editors: what the list of shared data lacks, and 证照类型 with their items."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from banshi.desk.bringing import Bringing
from banshi.web.staff_access import StudioDep
from banshi.web.studio.services import StudioRoute, StudioServices

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)


def _bringing(request: Request) -> Bringing:
    bringing: Bringing = request.app.state.bringing
    return bringing


BringingDep = Annotated[Bringing, Depends(_bringing)]


class UnmappedRow(BaseModel):
    """A document that guides let stay at home, and that the list of shared data does not name."""

    material: str
    items: list[dict[str, str]]
    certificates: list[str]


class Unmapped(BaseModel):
    """The most used first. `unknown`: what the tables name and no guide asks for."""

    rows: list[UnmappedRow]
    mapped: int
    total: int
    unknown: list[str]


class KindRow(BaseModel):
    """One 证照类型."""

    name: str
    shown: bool
    materials: list[str]
    items: list[dict[str, str]]


class Kinds(BaseModel):
    """All kinds; `percent` of them are shown to their holders."""

    rows: list[KindRow]
    shown: int
    total: int
    percent: int


@router.get("/sharing/unmapped")
async def unmapped(studio: StudioServices, _: StudioDep, bringing: BringingDep) -> Unmapped:
    """材料与共享数据的对应: which documents still have none."""
    return Unmapped(**await asyncio.to_thread(bringing.unmapped, studio.knowledge))


@router.get("/certificates")
async def certificates(studio: StudioServices, _: StudioDep, bringing: BringingDep) -> Kinds:
    """证照类型, their documents, and 用证事项清单: the items that use each."""
    return Kinds(**await asyncio.to_thread(bringing.overview, studio.knowledge))
