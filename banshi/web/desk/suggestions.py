"""Suggested answers while a citizen speaks or writes, and what operators made of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from banshi.desk.advice.adoption import Adoption, Use
from banshi.desk.advice.advice import Advice
from banshi.desk.advice.advising import Advising
from banshi.desk.advice.calls import Calls
from banshi.desk.advice.recent_changes import RecentChanges
from banshi.desk.advice.suggestions import Adviser, Wanted
from banshi.search.engine import Engine
from banshi.store.conversations import ConversationStore
from banshi.text.numbers import mask
from banshi.web.desk import calls
from banshi.web.staff_access import AccessDep, OperatorDep

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
router.include_router(calls.router)

_NO_INDEX = "知识索引还没有建好，暂时给不了参考答复；请稍后再试。"
_KEY = r"^(guide|qa|policy):[!-~\u4e00-\u9fff]{1,120}$"
Key = Annotated[str, Field(max_length=140, pattern=_KEY)]


def provide(
    app: FastAPI, database: sa.Engine, engine: Callable[[], Engine | None], now: Callable[[], datetime], *, token: str, portal_url: str
) -> None:
    """Put together what these routes and those of calls need, and keep it in the application's state.

    Args:
        app: the application.
        database: the store.
        engine: gives the engine in use, None while there is no index.
        now: the clock, in China's time.
        token: what the telephone system shows; empty refuses it.
        portal_url: entrance of online handling.
    """
    app.state.advising = Advising(engine, Adviser(RecentChanges(database, now), now, portal_url=portal_url))
    app.state.adoption = Adoption(database, engine, now)
    app.state.calls = Calls(app.state.advising, app.state.adoption, now)
    app.state.telephony_token = token


def _advising(request: Request) -> Advising:
    advising: Advising = request.app.state.advising
    return advising


def _adoption(request: Request) -> Adoption:
    adoption: Adoption = request.app.state.adoption
    return adoption


def _conversations(request: Request) -> ConversationStore:
    return ConversationStore(request.app.state.studio.database)


AdvisingDep = Annotated[Advising, Depends(_advising)]
AdoptionDep = Annotated[Adoption, Depends(_adoption)]
ConversationsDep = Annotated[ConversationStore, Depends(_conversations)]


class SuggestionRequest(BaseModel):
    """What a citizen said or wrote, perhaps not to the end yet."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=2000)
    region: str | None = Field(default=None, max_length=20, description="region code; null takes the conversation's")
    conversation: str | None = Field(default=None, max_length=40)
    item: str | None = Field(default=None, max_length=80, description="guide that the talk is about")
    answers: dict[str, str] = Field(default={}, max_length=20, description="to its situation questions: choice id → option id")
    partial: bool = Field(default=False, description="the words are still coming")
    shown: list[Key] = Field(default=[], max_length=10, description="keys shown now, in order")


class UseRequest(BaseModel):
    """What an operator did with a suggestion."""

    model_config = ConfigDict(extra="forbid")

    key: Key
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    conversation: str | None = Field(default=None, max_length=40)
    call: str | None = Field(default=None, max_length=80)
    said: str = Field(max_length=2000, description="the citizen's words that it answers")
    action: Literal["inserted", "sent", "useful", "reported"]
    reason: Literal["答非所问", "过时", "口径不符"] | None = None
    text_sent: str | None = Field(default=None, max_length=5000)
    original: str | None = Field(default=None, max_length=5000, description="the script as it was suggested")
    first_ms: int | None = Field(default=None, ge=0, le=3_600_000, description="from the end of the words to the first suggestion")

    @model_validator(mode="after")
    def _belongs_together(self) -> UseRequest:
        if (self.conversation is None) == (self.call is None):
            raise ValueError("conversation, call")
        if (self.action == "reported") != (self.reason is not None):
            raise ValueError("reason")
        return self


class Kept(BaseModel):
    """A use was kept."""

    id: int
    edit_distance: int | None
    kept: float | None = Field(description="share of the suggestion that was sent, 0 to 1")


class Figures(BaseModel):
    """How suggestions were taken, counted by utterances."""

    shown: int
    adopted: int
    rate: float | None
    median_first_ms: int | None
    by_domain: list[dict[str, Any]]


class OperatorFigures(Figures):
    """The same of one operator."""

    account: str
    name: str


class Stats(BaseModel):
    """Mine, and everybody's for who supervises."""

    days: int
    me: Figures
    all: list[OperatorFigures] | None


@router.post("/suggestions", responses={503: {"description": "there is no index"}})
async def suggest(
    request: SuggestionRequest,
    operator: OperatorDep,
    advising: AdvisingDep,
    adoption: AdoptionDep,
    conversations: ConversationsDep,
    later: BackgroundTasks,
) -> Advice:
    """Suggestions for these words. While they are partial, what is shown stays in its place or is replaced there with a reason."""
    region = request.region
    if region is None and request.conversation is not None:
        found = await asyncio.to_thread(conversations.get, request.conversation)
        region = found.region if found is not None else None
    text = mask(request.text)[0]
    wanted = Wanted(text, region, request.item, request.answers, request.partial, tuple(request.shown))
    advice = await advising.advise(wanted)
    if advice is None:
        raise HTTPException(503, _NO_INDEX)
    first = next((one for one in advice.suggestions if one.confidence > 0), None)
    if first is not None and not request.partial and request.conversation is not None:
        later.add_task(adoption.shown, operator.account, request.conversation, None, request.text, first, round(advice.took_ms))
    return advice


@router.post("/suggestions/uses", status_code=201)
async def use(request: UseRequest, operator: OperatorDep, adoption: AdoptionDep) -> Kept:
    """Keep what was done with a suggestion; the texts themselves are compared and forgotten."""
    kept = await asyncio.to_thread(adoption.use, Use(account=operator.account, **request.model_dump()))
    return Kept(id=kept.id, edit_distance=kept.edit_distance, kept=kept.kept)


@router.get("/stats")
async def stats(operator: OperatorDep, access: AccessDep, adoption: AdoptionDep, days: Annotated[int, Query(ge=1, le=92)] = 1) -> Stats:
    """How suggestions were taken in the last days: mine; for who supervises, each operator's."""
    supervises = access.may(operator, "desk.supervise")
    counted = await asyncio.to_thread(adoption.last_days, days, None if supervises else operator.account)
    nothing = Figures(shown=0, adopted=0, rate=None, median_first_ms=None, by_domain=[])
    mine = Figures(**counted[operator.account]) if operator.account in counted else nothing
    if not supervises:
        return Stats(days=days, me=mine, all=None)
    names = {staff.account: staff.name for staff in await asyncio.to_thread(access.accounts.list)}
    everybody = [
        OperatorFigures(account=account, name=names.get(account, account or "没有接听人"), **figures)
        for account, figures in sorted(counted.items())
    ]
    return Stats(days=days, me=mine, all=everybody)
