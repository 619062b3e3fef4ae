"""`/api/v1/cross-province`: the items of the “跨省通办” zone, and how one is handled between two places."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel

from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.waiting import waited
from banshi.desk.crossing.resolver import Resolved, Resolver
from banshi.desk.crossing.telling import AWAY, card, tell
from banshi.knowledge.places import Atlas, Place
from banshi.web.search import EngineDep
from banshi.web.staff_access import OperatorDep

log = logging.getLogger(__name__)
router = APIRouter(tags=["citizens' page"])
desk_router = APIRouter(tags=["desk"])
_READING: dict[int | str, dict[str, Any]] = {
    404: {"description": "no such item"},
    409: {"description": "the zone says no"},
    503: {"description": "cannot be asked"},
}
_NO_ITEM = "没有这个事项：请给办事指南的编号，或者“跨省通办”专区的事项名称、编码。"
ItemText = Annotated[str, Query(min_length=1, max_length=100, description="id of a guide, or name or code of an item of the zone")]
PlaceText = Annotated[str, Query(min_length=1, max_length=40, description="name or code of a place, such as 北京, 长春市 or 220100")]


class ZoneItemRow(BaseModel):
    """One item of the zone. `item`: id of our guide; `sample`: invented for demonstration."""

    code: str
    name: str
    batch: str
    year: int
    mode: str
    item: str | None
    sample: bool


class ZoneItems(BaseModel):
    """The items of the zone, and how many there are in all."""

    total: int
    items: list[ZoneItemRow]


class ZoneWindowRow(BaseModel):
    """“跨省通办”专窗."""

    name: str
    address: str
    phone: str
    hours: str


class SideCard(BaseModel):
    """收件地 or 办理地: who it is and what it does. `contact` is for operators."""

    name: str
    organ: str
    contact: str | None = None
    duties: list[str]
    windows: list[ZoneWindowRow]


class PlaceRow(BaseModel):
    """A place."""

    code: str
    name: str


class AgreementRow(BaseModel):
    """区域通办, 特色跨省通办. `items` is null where it is not known what is opened."""

    name: str
    kind: str
    items: list[str] | None


class CrossingCard(BaseModel):
    """What is known of an item between two places. `verdict`: yes, no or unknown; nothing is guessed. `text` is told to citizens."""

    name: str
    scope: str
    verdict: str
    mode: str | None
    why: str
    here: PlaceRow
    belongs: PlaceRow
    receiving: SideCard | None = None
    deciding: SideCard | None = None
    mailing: str
    workdays: int | None
    mailing_days: int | None
    time: str
    recognised: list[str]
    agreements: list[AgreementRow]
    sample: bool
    text: str
    zone_url: str


class Zone:
    """What the routes need; kept in `app.state.zone`.

    Args:
        resolver: of pairs.
        portal_url: where the zone is entered.
    """

    def __init__(self, resolver: Resolver, portal_url: str) -> None:
        self.resolver, self.portal_url = resolver, portal_url


def _zone(request: Request) -> Zone:
    zone: Zone = request.app.state.zone
    return zone


ZoneDep = Annotated[Zone, Depends(_zone)]


@router.get("/api/v1/cross-province/items", responses={503: _READING[503]})
async def items(zone: ZoneDep, text: Annotated[str, Query(max_length=100)] = "") -> ZoneItems:
    """Items of the zone; those whose names hold a text, or all."""
    try:
        found = await waited(zone.resolver.items)
    except (SystemUnavailableError, SystemRefusedError) as error:
        log.error("跨省通办 cannot be asked: %s", error)
        raise HTTPException(503, AWAY) from error
    rows = [
        ZoneItemRow(**{**vars(one), "mode": one.mode.value}, item=zone.resolver.guide_of(one.name)) for one in found if text in one.name
    ]
    return ZoneItems(total=len(found), items=rows)


@router.get("/api/v1/cross-province", responses=_READING)
async def between(zone: ZoneDep, engine: EngineDep, item: ItemText, here: PlaceText, belongs: PlaceText) -> CrossingCard:
    """Whether and how an item is handled when the citizen is here and the matter belongs there."""
    return await _card(zone, engine, item, here, belongs, contacts=False)


@desk_router.get("/api/v1/desk/cross-province", responses=_READING)
async def between_for_operators(
    zone: ZoneDep, engine: EngineDep, _: OperatorDep, item: ItemText, here: PlaceText, belongs: PlaceText
) -> CrossingCard:
    """The same for an operator: who does what (收件地, 办理地), and how the other side is reached."""
    return await _card(zone, engine, item, here, belongs, contacts=True)


async def _card(zone: Zone, engine: EngineDep, item: str, here: str, belongs: str, *, contacts: bool) -> CrossingCard:
    atlas = Atlas(engine.knowledge.regions, engine.knowledge.elsewhere)
    at, of = (_place(atlas, words) for words in (here, belongs))

    def ask() -> Resolved | None:
        return zone.resolver.resolve(item.strip(), at, of)

    try:
        found = await waited(ask)
    except SystemUnavailableError as error:
        log.error("跨省通办 cannot be asked: %s", error)
        raise HTTPException(503, AWAY) from error
    except SystemRefusedError as refused:
        raise HTTPException(409, f"“跨省通办”专区不给查：{refused}") from refused
    if found is None:
        raise HTTPException(404, _NO_ITEM)
    text = tell(found, zone.portal_url).text
    return CrossingCard.model_validate({**card(found, contacts=contacts), "text": text, "zone_url": zone.portal_url})


def _place(atlas: Atlas, words: str) -> Place:
    place = atlas.of(words)
    if place is None:
        raise HTTPException(422, f"不认识“{words}”这个地方：请给一个省、市、县的名字或者六位行政区划代码。")
    return place
