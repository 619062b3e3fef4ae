"""What editors may choose from: elements, states, value lists, fields with their Chinese names, departments, regions."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter

from banshi.editing.catalogue import KIND_LABELS
from banshi.editing.workflow import STATES
from banshi.knowledge.elements import LABELS as ELEMENTS
from banshi.knowledge.fields import FIELD_LABELS, LAYERS
from banshi.knowledge.labels import LABELS
from banshi.web.staff_access import StudioDep
from banshi.web.studio.services import Studio, StudioRoute, StudioServices

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)
_CERTAINTIES = {"national": "全国统一", "local": "各地不同", "unsure": "未核实"}
_COUNTY_AND_ABOVE = ("province", "prefecture", "county", "functional")


@router.get("/vocabulary")
async def vocabulary(studio: StudioServices, _: StudioDep) -> dict[str, Any]:
    """All lists at once; they change with the knowledge only."""
    return await asyncio.to_thread(_vocabulary, studio)


def _vocabulary(studio: Studio) -> dict[str, Any]:
    knowledge = studio.knowledge
    departments = {guide.dept_name for guide in knowledge.guides.values()} | {entry.department for entry in knowledge.qa.values()}
    return {
        "elements": [{"id": element.value, "label": label} for element, label in ELEMENTS.items()],
        "kinds": [{"id": kind, "label": label} for kind, label in KIND_LABELS.items()],
        "states": [{"id": state, "label": label} for state, label in STATES.items()],
        "certainties": [{"id": certainty, "label": label} for certainty, label in _CERTAINTIES.items()],
        "labels": {name: list(values) for name, values in LABELS.items()},
        "fields": {
            kind: [{"name": name, "label": field.label, "layer": field.layer, "type": field.type} for name, field in fields.items()]
            for kind, fields in FIELD_LABELS.items()
        },
        "layers": [{"id": layer, "label": label} for layer, label in LAYERS.items()],
        "domains": sorted({guide.domain for guide in knowledge.guides.values()}),
        "topics": sorted({entry.topic for entry in knowledge.qa.values()}),
        "departments": sorted(departments | set(knowledge.lexicon.departments)),
        "guides": [{"id": guide.id, "title": guide.task_name} for guide in knowledge.guides.values()],
        "regions": [
            {"id": region.id, "name": region.name, "level": region.level, "parent": region.parent}
            for region in knowledge.regions.regions.values()
            if region.level in _COUNTY_AND_ABOVE
        ],
    }
