"""`/api/v1/me`: what the platform's token opens to a citizen: their masked name, and 我的办件."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from banshi.connect.applications.port import Application, Stage, masked_number
from banshi.connect.applications.status_text import StatusExplanation, explain, private
from banshi.connect.identity.citizens import masked_name
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.waiting import waited
from banshi.search.engine import Engine
from banshi.web.citizen_identity import CitizenDep

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/me", tags=["citizen"])
_NO_NUMBER = "登录信息里没有核验过的证件，看不了“我的办件”。请在吉事办完成实名认证，或者说“查进度”，凭办件编号查。"
_NO_SYSTEM = "办件系统这会儿连不上，不是您的办件有问题。请过一会儿再看，或拨打12345。"


class Me(BaseModel):
    """The person the platform has named."""

    name: str


class Missing(BaseModel):
    """补正: one thing to hand in."""

    material: str
    reason: str
    due: date


class MyApplication(BaseModel):
    """One application as its applicant sees it."""

    number: str
    item: str
    name: str
    region: str
    region_name: str
    organ: str
    stage: str
    result: str | None
    workdays_used: int
    workdays_left: int
    promise_workdays: int
    overdue: bool
    missing: list[Missing]
    due: date | None
    next_step: str
    text: str
    received_on: date
    updated_on: date
    source: str


class MyApplications(BaseModel):
    """我的办件: what waits for the applicant first, then what is under way, then what is over."""

    applications: list[MyApplication]


@router.get("", responses={401: {"description": "no valid token"}})
async def me(citizen: CitizenDep) -> Me:
    """Who the platform says is here."""
    return Me(name=masked_name(citizen.name))


@router.get(
    "/applications",
    responses={
        401: {"description": "no valid token"},
        403: {"description": "no verified identity"},
        503: {"description": "cannot be asked"},
    },
)
async def my_applications(citizen: CitizenDep, connection: HTTPConnection) -> MyApplications:
    """我的办件: this person's applications, and nobody else's."""
    if not citizen.identity:
        raise HTTPException(403, _NO_NUMBER)

    def ask() -> tuple[Application, ...]:
        found: tuple[Application, ...] = connection.app.state.systems.applications.of_person(citizen.identity)
        return found

    try:
        found = await waited(ask)
    except SystemUnavailableError as error:
        log.error("我的办件 cannot be asked: %s", error)
        raise HTTPException(503, _NO_SYSTEM) from error
    today = connection.app.state.start.now().date()
    explained = [(one, explain(one, today)) for one in found]
    explained.sort(key=lambda pair: _order(*pair))
    engine: Engine | None = connection.app.state.engine()
    return MyApplications(applications=[_shown(one, told, engine) for one, told in explained])


def _order(application: Application, told: StatusExplanation) -> tuple[Any, ...]:
    over = application.result is not None or application.stage in (Stage.CLOSED, Stage.COLLECTION)
    return (not told.missing, over, -application.updated_at.timestamp())


def _shown(application: Application, told: StatusExplanation, engine: Engine | None) -> MyApplication:
    known = engine is not None and application.region in engine.knowledge.regions
    waiting = zip(told.missing, application.corrections, strict=True) if told.missing else ()
    return MyApplication(
        number=masked_number(application.application_no),
        item=application.item,
        name=application.task_name,
        region=application.region,
        region_name=engine.knowledge.regions.name(application.region) if known and engine is not None else "",
        organ=application.dept_name,
        stage=told.stage,
        result=application.result.value if application.result is not None else None,
        workdays_used=told.workdays_used,
        workdays_left=told.workdays_left,
        promise_workdays=application.promise_workdays,
        overdue=told.overdue,
        missing=[Missing(material=name, reason=private(one.reason), due=one.due) for name, one in waiting],
        due=told.due,
        next_step=told.next_step,
        text=told.text,
        received_on=application.received_on,
        updated_on=application.updated_on,
        source=application.source,
    )
