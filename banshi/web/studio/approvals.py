"""Approval in the OA: who is who there, and what was decided."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from banshi.store.approvals import ApprovalRepository
from banshi.store.database import read
from banshi.web.staff_access import AdminDep, StudioDep
from banshi.web.studio.services import StudioRoute, StudioServices, actor_of

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)
_MOST = 500


class Mapped(BaseModel):
    """Who somebody is."""

    model_config = ConfigDict(extra="forbid")

    outside: str = Field(min_length=1, max_length=120, description="account in the OA")
    account: str = Field(min_length=1, max_length=80, description="account here")


class Unmapped(BaseModel):
    """Whom to forget."""

    model_config = ConfigDict(extra="forbid")

    outside: str = Field(min_length=1, max_length=120, description="account in the OA")


@router.get("/approvals/accounts")
async def accounts(studio: StudioServices, _: AdminDep) -> dict[str, Any]:
    """Accounts of the OA and whose they are here."""
    found = await asyncio.to_thread(studio.oa_accounts.list)
    return {
        "rows": [{"outside": one.outside, "account": one.account, "by": one.mapped_by, "at": one.mapped_at.isoformat()} for one in found]
    }


@router.post("/approvals/accounts", status_code=201)
async def map_account(mapped: Mapped, studio: StudioServices, staff: AdminDep) -> dict[str, Any]:
    """Say whose an account of the OA is; their decisions there count as theirs here."""
    one = await asyncio.to_thread(studio.oa_accounts.map, mapped.outside, mapped.account, by=actor_of(staff))
    return {"outside": one.outside, "account": one.account}


@router.post("/approvals/accounts/forget", status_code=204)
async def unmap_account(unmapped: Unmapped, studio: StudioServices, staff: AdminDep) -> None:
    """Forget whose an account of the OA is."""
    await asyncio.to_thread(studio.oa_accounts.unmap, unmapped.outside, by=actor_of(staff))


@router.get("/approvals/decisions")
async def decisions(studio: StudioServices, _: StudioDep, limit: Annotated[int, Query(ge=1, le=_MOST)] = 100) -> dict[str, Any]:
    """What the OA decided, the last received first; `outcome` noted says that nothing was changed, and `told` why."""

    def rows() -> list[dict[str, Any]]:
        with read(studio.database) as connection:
            found = ApprovalRepository(connection).decisions(limit)
        return [{**vars(one), "decided_at": one.decided_at.isoformat(), "received_at": one.received_at.isoformat()} for one in found]

    return {"rows": await asyncio.to_thread(rows)}
