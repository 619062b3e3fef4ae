"""What the citizens' page shows beside the conversation: its start, search results, guide cards, halls."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel

from banshi.desk.halls import takes_bookings
from banshi.desk.hours import PHONE
from banshi.desk.start import PRIVACY, SERVICE, StartPage, greeting, hot_items, places
from banshi.knowledge.guide import Certainty, Guide
from banshi.knowledge.halls import is_open, opening_text
from banshi.knowledge.render import condition_text
from banshi.search.answering import source_of
from banshi.search.engine import Engine
from banshi.search.result import Candidate, SearchRequest, Source
from banshi.web.search import EngineDep

router = APIRouter(prefix="/api/v1", tags=["citizens' page"])
Region = Annotated[str | None, Query(max_length=20, description="region code; one that is not known is left aside")]
_ROWS = 10
_LONGEST = 90
_HARDLY = 0.01
"""Below this confidence a candidate is no result, unless it is one of the nearest to something that can be answered."""
_NEAREST = 5
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


def _start_page(request: Request) -> StartPage:
    page: StartPage = request.app.state.start
    return page


StartDep = Annotated[StartPage, Depends(_start_page)]


class Start(BaseModel):
    """What stands there before the first word."""

    greeting: str
    hot: list[dict[str, str]]
    privacy: str
    hours: dict[str, Any]
    notice: dict[str, Any] | None
    regions: list[dict[str, str | None]]
    service: str
    phone: str


class Row(BaseModel):
    """One search result."""

    kind: str
    id: str
    item: str | None
    title: str
    summary: str
    element: str | None
    confidence: float


class Results(BaseModel):
    """Search results, best first."""

    rows: list[Row]


class Card(BaseModel):
    """A guide as it reads in a region."""

    id: str
    name: str
    organ: str
    tags: list[str]
    time_limit: dict[str, Any]
    fee: list[dict[str, Any]]
    materials: list[dict[str, Any]]
    process: list[str]
    place: str
    online: dict[str, Any]
    sources: list[Source]
    choices: bool
    bookable: bool
    version: int
    valid_from: str
    local: dict[str, Any] | None
    retired: dict[str, Any] | None


class Halls(BaseModel):
    """Halls of a place, or of the nearest place above it that has any."""

    region: str | None
    halls: list[dict[str, Any]]


@router.get("/start")
async def start(request: Request, page: StartDep, region: Region = None) -> Start:
    """Greeting, hot items, service hours, notice, regions. Without an index there is nothing to choose, and everything else."""
    engine: Engine | None = request.app.state.engine()
    knowledge = engine.knowledge if engine is not None else None
    now = page.now()
    notice = await asyncio.to_thread(page.notice, region)
    known = knowledge is not None and region is not None and region in knowledge.regions
    place = knowledge.regions.name(region) if known and knowledge is not None and region is not None else None
    return Start(
        greeting=greeting(now, place),
        hot=hot_items(knowledge) if knowledge is not None else [],
        privacy=PRIVACY,
        hours={"open": page.hours.open_at(now), "text": page.hours.text_at(now)},
        notice={"text": notice.text, "until": notice.ends_at} if notice is not None else None,
        regions=places(knowledge) if knowledge is not None else [],
        service=SERVICE,
        phone=PHONE,
    )


@router.get("/results")
async def results(engine: EngineDep, text: Annotated[str, Query(max_length=500)] = "", region: Region = None) -> Results:
    """What fits a few words, as a list; a message in the conversation is answered instead."""
    found = await asyncio.to_thread(engine.search, SearchRequest(text=text, region=region, top_k=_ROWS))
    # Of several questions in one text, the candidates of each.
    candidates: dict[str, Candidate] = {}
    for part in (found, *found.also):
        always = _NEAREST if part.decision != "reject" else 0
        candidates |= {one.id: one for place, one in enumerate(part.candidates) if place < always or one.confidence >= _HARDLY}
    return Results(rows=[_row(engine, one, region) for one in list(candidates.values())[:_ROWS]])


def _row(engine: Engine, candidate: Candidate, region: str | None) -> Row:
    knowledge = engine.knowledge
    if candidate.kind == "guide":
        summary = _in_brief(knowledge.guide_at(candidate.id, region).guide, candidate)
    elif candidate.kind == "qa":
        summary = knowledge.qa[candidate.id].answer
    else:
        policy, number = candidate.id.split("#", 1)
        summary = next(passage.text for passage in knowledge.policies[policy].passages if passage.number == number)
    first = _SENTENCE.search(summary)
    told = (first[0] if first else summary).strip()
    return Row(**candidate.model_dump(mode="json"), summary=told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…")


def _in_brief(guide: Guide, candidate: Candidate) -> str:
    fitting = [answer for answer in guide.plain if answer.element == candidate.element] or list(guide.plain)
    if not fitting:
        return f"{guide.dept_name}，{guide.promise.text}"
    first = _SENTENCE.search(fitting[0].text)
    told = (first[0] if first else fitting[0].text).rstrip("。")
    return told if fitting[0].certainty is Certainty.NATIONAL else f"{told}（以当地公布为准）"


@router.get("/items/{item}", responses={404: {"description": "no such guide"}})
async def card(item: str, engine: EngineDep, page: StartDep, region: Region = None) -> Card:
    """The guide card, with what the region changes."""
    knowledge, today = engine.knowledge, page.now().date()
    try:
        found = knowledge.guide_at(item, region, today)
    except KeyError as error:
        raise HTTPException(404, "没有这个事项的办事指南。") from error
    guide = found.guide
    retired = guide.retired if guide.retired is not None and guide.retired_on(today) else None
    return Card(
        id=guide.id,
        name=guide.task_name,
        organ=guide.implementing_agency,
        tags=_tags(guide),
        time_limit={"promise": guide.promise.model_dump(mode="json"), "anticipate": guide.anticipate.model_dump(mode="json")},
        fee=[fee.model_dump(mode="json") for fee in guide.fees],
        materials=[
            {
                "name": material.material_name,
                "form": material.form,
                "copies": material.copies,
                "exempt": material.e_license_exempt,
                "note": material.note,
                "when_text": condition_text(guide, material.when).strip("〔〕"),
                "needed": material.is_need != "非必要",
                "certainty": material.certainty,
            }
            for material in guide.materials
        ],
        process=list(guide.process),
        place=guide.transact_place,
        online={
            "depth": guide.online_handle_depth.model_dump(mode="json"),
            "url": guide.mobile_terminal_url or guide.online_handle_url or page.portal_url,
        },
        sources=[source_of(guide, today)],
        choices=bool(guide.choices),
        bookable=retired is None and takes_bookings(knowledge, guide, region),
        version=guide.version,
        valid_from=guide.valid_from.isoformat(),
        local={"place": knowledge.regions.name(guide.region), "fields": list(found.differs)} if found.differs else None,
        retired=retired.model_dump(mode="json") if retired is not None else None,
    )


def _tags(guide: Guide) -> list[str]:
    depth = guide.online_handle_depth.text
    tags = ["全程网办"] if depth.startswith("IV") else ["可网上申请"] if depth.startswith("III") else []
    return [*tags, *([] if guide.fees else ["不收费"]), guide.project_type]


@router.get("/halls")
async def halls(engine: EngineDep, page: StartDep, region: Region = None) -> Halls:
    """Halls with address, hours and whether they are open now; none without a place that is known."""
    knowledge, now = engine.knowledge, page.now()
    for place in knowledge.regions.lineage(region) if region is not None and region in knowledge.regions else []:
        found = [hall for hall in knowledge.halls if hall.region == place]
        if found:
            told = [{**hall.model_dump(mode="json"), "open": is_open(hall, now), "opening": opening_text(hall, now)} for hall in found]
            return Halls(region=place, halls=told)
    return Halls(region=None, halls=[])
