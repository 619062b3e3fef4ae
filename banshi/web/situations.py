"""情形引导 over HTTP: the questions of an item, and the exact list for answers, for the app, the desk and other systems."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from banshi.desk.replies import Reply
from banshi.desk.situations import situation_reply, tree_of
from banshi.knowledge.situations import UnknownAnswerError
from banshi.text.normalise import normalise
from banshi.web.search import EngineDep

router = APIRouter(prefix="/api/v1", tags=["situations"])


class SituationRequest(BaseModel):
    """Answers so far."""

    model_config = ConfigDict(extra="forbid")

    item: str = Field(max_length=80, description="guide id")
    answers: dict[str, str] = Field(default={}, max_length=20, description="choice id → option id, in any order")
    text: str = Field(default="", max_length=2000, description="the citizen's own words; what they answer is not asked again")
    region: str | None = Field(default=None, max_length=20)


class SituationState(BaseModel):
    """What the answers fix."""

    item: str
    answers: dict[str, str]
    next: dict[str, Any] | None = Field(description="the question to ask, null when the list is exact")
    most_left: int = Field(description="how many more questions there can be")
    handle_item: dict[str, Any] | None = Field(description="业务办理项, null while open")
    materials: list[dict[str, Any]] = Field(description="needed for sure; the exact list when `next` is null")
    open_materials: list[dict[str, Any]] = Field(description="depend on a question not yet answered")
    situations: list[dict[str, Any]]
    reply: Reply


@router.post("/situations", responses={404: {"description": "no such item"}, 422: {"description": "no such answer"}})
async def situation(request: SituationRequest, engine: EngineDep) -> SituationState:
    """The next question, or the exact list."""
    guide = engine.knowledge.guides.get(request.item)
    if guide is None:
        raise HTTPException(404, f"没有编号为 {request.item} 的办事指南。")
    tree = tree_of(engine, request.item, request.region)
    try:
        case = tree.case(request.answers)
    except UnknownAnswerError as error:
        raise HTTPException(422, str(error)) from error
    if request.text:
        case = tree.case(tree.recognise(normalise(request.text), case.answers))
    return SituationState(
        item=guide.id,
        answers=case.answers,
        next=case.next.model_dump(mode="json", exclude={"when"}) if case.next else None,
        most_left=case.most_left,
        handle_item=case.handle_item.model_dump(mode="json", include={"id", "name"}) if case.handle_item else None,
        materials=[material.model_dump(mode="json", exclude={"when"}) for material in case.materials],
        open_materials=[material.model_dump(mode="json", exclude={"when"}) for material in case.open_materials],
        situations=[situation.model_dump(mode="json", exclude={"applies"}) for situation in case.situations],
        reply=situation_reply(engine, guide.id, case, region=request.region),
    )
