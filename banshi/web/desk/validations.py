"""核对: answers that wait for an operator's word, and where they do."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException
from pydantic import Field

from banshi.knowledge.regions import PROVINCE
from banshi.search.engine import Engine
from banshi.store.audit import AuditLedger
from banshi.store.errors import NotFoundError
from banshi.store.staff import Staff
from banshi.store.transactions import read, write
from banshi.store.validation_rules import ValidationRule, ValidationRules
from banshi.web.chat import GatewayDep
from banshi.web.desk.conversations import Body, DeskDep, DeskServices, done
from banshi.web.staff_access import AccessDep, OperatorDep, StaffAccess, allowed_to
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
ReaderDep = Annotated[Staff, Depends(allowed_to("notices.manage", "desk.supervise"))]
SupervisorDep = Annotated[Staff, Depends(allowed_to("desk.supervise"))]
_NOT_YOURS = "这个地区不在您负责的范围内，请找负责的同事处理。"


class Deciding(Body):
    """An operator's word on an answer that waits."""

    decision: Literal["approve", "edit", "refuse"]
    text: str | None = Field(default=None, max_length=4000, description="with edit: what the citizen reads instead")


class NewRule(Body):
    """Where answers are to wait."""

    domain: str | None = Field(default=None, min_length=1, max_length=40, description="of guides; null for all")
    region: str | None = Field(default=None, max_length=20, description="region code, with what lies under it; null for the province")


@router.post("/validations/{identifier}")
async def decide(identifier: RowId, wanted: Deciding, staff: OperatorDep, services: DeskDep, gateway: GatewayDep) -> dict[str, Any]:
    """Send an answer that waits as it is, as it is written here, or not at all. Of several who decide one does."""
    one = await done(lambda: services.validating.decide(staff, identifier, wanted.decision, wanted.text))
    gateway.events.wake(one.conversation)
    return {"id": one.id, "conversation": one.conversation, "state": one.state}


@router.get("/validation-rules")
async def rules(services: DeskDep, access: AccessDep, staff: ReaderDep) -> dict[str, Any]:
    """Where answers wait for an operator's word."""

    def rows() -> list[dict[str, Any]]:
        with read(services.desk.database) as connection:
            found = ValidationRules(connection).standing()
        return [_row(services.overview.engine(), one) for one in found]

    may_change = access.may(staff, "desk.supervise")
    return {"rows": await asyncio.to_thread(rows), "may_change": may_change}


@router.post("/validation-rules", status_code=201)
async def begin(wanted: NewRule, services: DeskDep, access: AccessDep, staff: SupervisorDep) -> dict[str, Any]:
    """Let answers of a domain, in a place, wait for an operator's word, wherever one is on duty."""
    return await asyncio.to_thread(_begin, services, access, wanted, staff)


@router.delete("/validation-rules/{identifier}")
async def end(identifier: RowId, services: DeskDep, access: AccessDep, staff: SupervisorDep) -> dict[str, Any]:
    """Let them go out at once again; those that wait are still decided."""
    return await asyncio.to_thread(_end, services, access, identifier, staff)


def _begin(services: DeskServices, access: StaffAccess, wanted: NewRule, staff: Staff) -> dict[str, Any]:
    engine, now = services.overview.engine(), services.desk.now()
    region = wanted.region if wanted.region != PROVINCE else None
    if region is not None and (engine is None or region not in engine.knowledge.regions):
        raise HTTPException(422, "没有这个地区，请从列表里选。")
    if wanted.domain is not None and (engine is None or wanted.domain not in {guide.domain for guide in engine.knowledge.guides.values()}):
        raise HTTPException(422, "没有这个领域，请从列表里选。")
    _check(access, staff, region)
    with write(services.desk.database) as connection:
        repository = ValidationRules(connection)
        if any((one.domain, one.region) == (wanted.domain, region) for one in repository.standing()):
            raise HTTPException(409, "这样的核对规则已经有了。")
        rule = repository.add(domain=wanted.domain, region=region, by=staff.account, now=now)
        _ledger(connection, services, "begin", rule, staff)
    return _row(engine, rule)


def _end(services: DeskServices, access: StaffAccess, identifier: int, staff: Staff) -> dict[str, Any]:
    with write(services.desk.database) as connection:
        repository = ValidationRules(connection)
        standing = repository.get(identifier)
        if standing is not None:
            _check(access, staff, standing.region)
        try:
            rule = repository.end(identifier, by=staff.account, now=services.desk.now())
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        _ledger(connection, services, "end", rule, staff)
    return _row(services.overview.engine(), rule)


def _check(access: StaffAccess, staff: Staff, region: str | None) -> None:
    """The whole province is only for who has no scope."""
    if not access.may(staff, "desk.supervise", region=region or PROVINCE):
        raise HTTPException(403, _NOT_YOURS)


def _ledger(connection: sa.Connection, services: DeskServices, what: str, rule: ValidationRule, staff: Staff) -> None:
    detail = {"domain": rule.domain, "region": rule.region or PROVINCE}
    target, now = f"validation-rule/{rule.id}", services.desk.now()
    AuditLedger(connection).append(actor=staff.account, action=f"validation.{what}", target=target, detail=detail, now=now)


def _row(engine: Engine | None, rule: ValidationRule) -> dict[str, Any]:
    region = rule.region or PROVINCE
    regions = engine.knowledge.regions if engine is not None else None
    return {
        "id": rule.id,
        "domain": rule.domain,
        "region": rule.region,
        "region_name": regions.name(region) if regions is not None and region in regions else region,
        "created_by": rule.created_by,
        "created_at": rule.created_at.isoformat(),
    }
