"""`/api/v1/themes`: 一件事: what belongs together, and one list of documents for all of it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel

from banshi.knowledge.bundle import Bundle, MergedMaterial, Stage, UnknownItemError, bundle
from banshi.knowledge.themes import Theme, Themes
from banshi.search.answering import source_of
from banshi.search.result import Source
from banshi.web.search import EngineDep

router = APIRouter(prefix="/api/v1", tags=["citizens' page"])
_NONE = "没有这个“一件事”。"


def _themes(request: Request) -> Themes:
    themes: Themes = request.app.state.themes
    return themes


ThemesDep = Annotated[Themes, Depends(_themes)]


class ThemeRow(BaseModel):
    """One theme and its items."""

    id: str
    name: str
    summary: str
    items: list[dict[str, str]]


class ThemeRows(BaseModel):
    """All themes."""

    themes: list[ThemeRow]


class ThemeDetail(ThemeRow):
    """One theme as it reads in a region.

    `materials`: each once, with `uses`: the items that need it. `stages`: what can be done at the same time, one after the other.
    `fees`: every fee; `free`: items without any. `unavailable`: items that cannot be told just now.
    """

    region: str | None
    chosen: list[str]
    materials: list[dict[str, Any]]
    stages: list[dict[str, Any]]
    fees: list[dict[str, Any]]
    fees_text: str
    free: list[str]
    unavailable: list[str]
    sources: list[Source]


@router.get("/themes")
async def themes(known: ThemesDep, engine: EngineDep) -> ThemeRows:
    """All 一件事 and what they are made of."""
    return ThemeRows(themes=[ThemeRow(**_row(theme, engine.knowledge.guides)) for theme in known.by_id.values()])


@router.get(
    "/themes/{theme}", responses={404: {"description": "no such theme"}, 422: {"description": "an item that the theme does not have"}}
)
async def theme(
    theme: str,
    known: ThemesDep,
    engine: EngineDep,
    request: Request,
    region: Annotated[str | None, Query(max_length=20, description="region code; one that is not known is left aside")] = None,
    items: Annotated[str | None, Query(max_length=400, description="ids of the items that are wanted, by commas; all without it")] = None,
) -> ThemeDetail:
    """One list of documents, the order, the fees and the times of the items of a theme, or of some of them."""
    found = known.by_id.get(theme)
    if found is None:
        raise HTTPException(404, _NONE)
    wanted = [item.strip() for item in items.split(",") if item.strip()] if items is not None else None
    day = request.app.state.start.now().date()
    try:
        merged = await asyncio.to_thread(bundle, found, engine.knowledge, region=region, day=day, items=wanted)
    except UnknownItemError as error:
        raise HTTPException(422, f"{error}。") from error
    guides = [one.guide for stage in merged.stages for one in stage.items]
    return ThemeDetail(
        **_row(found, engine.knowledge.guides),
        region=region if region is not None and region in engine.knowledge.regions else None,
        chosen=[guide.id for guide in guides],
        materials=[_material(material) for material in merged.materials],
        stages=[_stage(stage) for stage in merged.stages],
        fees=[{"item": guide.id, "name": guide.task_name, **fee.model_dump(mode="json")} for guide, fee in merged.fees],
        fees_text=_fees_text(merged),
        free=list(merged.free),
        unavailable=list(merged.unavailable),
        sources=[source_of(guide, day) for guide in guides],
    )


def _row(theme: Theme, guides: Any) -> dict[str, Any]:
    named = [{"id": item, "name": guides[item].task_name} for item in theme.items if item in guides]
    return {"id": theme.id, "name": theme.name, "summary": theme.summary, "items": named}


def _material(material: MergedMaterial) -> dict[str, Any]:
    return {
        "name": material.name,
        "form": material.form,
        "copies": material.copies,
        "exempt": material.exempt,
        "certainty": material.certainty,
        "needed": material.needed,
        "uses": [vars(use) for use in material.uses],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "items": [
            {
                "id": one.guide.id,
                "name": one.guide.task_name,
                "organ": one.guide.dept_name,
                "place": one.guide.transact_place,
                "limit": one.guide.promise.model_dump(mode="json", include={"text", "certainty"}),
                "after": [before.model_dump() for before in one.after],
            }
            for one in stage.items
        ],
        "longest": {"id": stage.longest.id, "name": stage.longest.task_name, "text": stage.longest.promise.text} if stage.longest else None,
        "unknown": list(stage.unknown),
    }


def _fees_text(merged: Bundle) -> str:
    """The fees in a sentence. Sums are not made: which fee is due depends on the case, and some are set by others."""
    count, free = sum(len(stage.items) for stage in merged.stages), len(merged.free)
    if free == count:
        return f"这 {count} 件都不收费。"
    some = f"{count} 件里有 {free} 件不收费" if free else f"{count} 件里都有要看情形收的费用"
    return f"{some}，其他按情形收，逐项见下。"
