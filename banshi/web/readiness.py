"""Whether the server runs, and what of it works."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.datastructures import State

from banshi.governance.parity.audit import ParityReport
from banshi.governance.parity.kept import last_result

router = APIRouter(tags=["operations"])


class SystemStanding(BaseModel):
    """How an outside system stands, as far as its last calls tell."""

    system: str
    kind: str = Field(description="demo, http: what stands behind the port")
    standing: str = Field(description="unused, working, failing; resting: left alone for a while")
    last_success: datetime | None
    last_failure: datetime | None


class Parity(BaseModel):
    """The last audit of all ends."""

    at: datetime
    asked: int
    equal: int
    by_end: dict[str, int] = Field(description="end → questions that it answered otherwise")


class Readiness(BaseModel):
    """What works."""

    index: str = Field(description="id of the index in use, or missing")
    search: str = Field(description="full, words only, or unavailable")
    systems: list[SystemStanding] = []
    parity: Parity | None = None


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Whether the process runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> Readiness:
    """What works: the index, whether it searches by meaning or by words alone, outside systems, and the last audit of all ends."""
    return await asyncio.to_thread(_readiness, request.app.state)


def _readiness(state: State) -> Readiness:
    current = state.engine()
    systems = [SystemStanding(**{name: getattr(one, name) for name in SystemStanding.model_fields}) for one in state.systems.reach.health()]
    report: ParityReport | None = last_result(Path(state.var_dir))
    parity = Parity(**report.model_dump(include=set(Parity.model_fields))) if report is not None else None
    if current is None:
        return Readiness(index="missing", search="unavailable", systems=systems, parity=parity)
    search = "words only" if current.degraded else "full"
    return Readiness(index=current.snapshot.id, search=search, systems=systems, parity=parity)
