"""Departments to choose from, where a ticket or a conversation goes to one."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query

from banshi.knowledge.library import Knowledge
from banshi.web.desk.conversations import DeskDep, done
from banshi.web.staff_access import OperatorDep

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])


@router.get("/departments")
async def departments(
    staff: OperatorDep, services: DeskDep, conversation: Annotated[str | None, Query(max_length=40)] = None
) -> dict[str, Any]:
    """Those that guides and Q&A name, the ones with most of them first; and the one whose matter a conversation is, if that is known."""
    engine = services.overview.engine()
    if engine is None:
        return {"suggested": None, "departments": []}
    suggested = None
    if conversation is not None:
        told = await done(lambda: services.overview.detail(staff, conversation))
        guide = engine.knowledge.guides.get(told["slots"]["item"] or "")
        suggested = told["conversation"]["department"] or (guide.dept_name if guide is not None else None)
    return {"suggested": suggested, "departments": departments_of(engine.knowledge)}


def departments_of(knowledge: Knowledge) -> list[str]:
    """Departments, the most frequent first."""
    named = Counter(guide.dept_name for guide in knowledge.guides.values())
    named.update(record.department for record in knowledge.qa.values())
    return [name for name, _ in sorted(named.items(), key=lambda one: (-one[1], one[0])) if name]
