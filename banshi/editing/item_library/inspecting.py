"""规范化检查: how complete the guides are, where they differ from what they should be, and which items have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.connect.items.port import CATALOGUE, LIST
from banshi.editing.checking import Checker
from banshi.editing.item_library.linking import Guides
from banshi.knowledge.fields import FIELD_LABELS
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.lint.content import is_filled
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address
from banshi.store.item_library import ItemLibraryRepository, LibraryEntry

UNIFIED = (
    *("task_name", "catalog_code", "task_type", "dept_name", "implementing_agency", "by_law"),
    *("accept_condition", "server_type", "process", "materials", "service_type", "anticipate", "fees", "result_name", "limit_explain"),
)
"""Fields of the unified elements (基本要素 and 一般要素) that a guide holds; 年检年报 is none of them."""
SERVICE = (
    *("task_code", "project_type", "handle_type", "promise", "transact_place", "transact_addr", "transact_time", "handle_area"),
    *("online_handle_depth", "limit_scene_num", "link_way", "supervise_way"),
)
"""Fields of the 实施清单 that a citizen needs."""
_STALE_DAYS = 365


def inspect(
    connection: sa.Connection, knowledge: Knowledge, checker: Checker, now: datetime, *, region: str | None = None
) -> dict[str, Any]:
    """Inspect everything in use.

    Args:
        connection: the store.
        knowledge: in use.
        checker: lint.
        now: the moment, in the time zone in which days are counted.
        region: as the guides read there; None or an unknown one: the province.

    Returns:
        `guides`, the least complete first, each with its score in per cent; `departments` with their means; `missing_guides`: entries of
        the 实施清单 without a guide; `granularity`: items whose number of 业务办理项 differs between regions;
        `materials_without_data`: materials of the 实施清单 for which no department gives the data; `qa_without_item`.
    """
    place = region if region is not None and region in knowledge.regions else PROVINCE
    rows = [_guide(knowledge, checker, key, place, now) for key in knowledge.guides]
    rows.sort(key=lambda row: (row["score"], -row["errors"], row["key"]))
    repository, guides = ItemLibraryRepository(connection), Guides(connection)
    lists = repository.entries(LIST)
    return {
        "region": place,
        "region_name": knowledge.regions.name(place),
        "at": now.isoformat(),
        "guides": rows,
        "departments": _departments(rows),
        "missing_guides": [_named(one) for one in lists if one.guide is None and not guides.of(LIST, [one.code], one.name)],
        "granularity": _granularity(repository, lists),
        "materials_without_data": [
            {**_named(one), "material": material["material_name"]}
            for one in lists
            for material in one.fields.get("materials") or ()
            if not material.get("sharing_department")
        ],
        "qa_without_item": sum(record.item is None for record in knowledge.qa.values()),
    }


def _guide(knowledge: Knowledge, checker: Checker, key: str, place: str, now: datetime) -> dict[str, Any]:
    guide = knowledge.guide_at(key, place).guide
    content = guide.model_dump(mode="json", exclude_unset=True)
    lacking = [name for name in (*UNIFIED, *SERVICE) if not _told(guide, content, name)]
    counts = checker.counts(Address("guide", key, guide.region), content)
    old = (now.date() - guide.valid_from).days > _STALE_DAYS
    expired = guide.valid_to is not None and guide.valid_to < now.date()
    total = len(UNIFIED) + len(SERVICE)
    return {
        "key": key,
        "title": guide.task_name,
        "department": guide.dept_name,
        "region": guide.region,
        "score": round(100 * (total - len(lacking)) / total),
        "missing": [FIELD_LABELS["guide"][name].label for name in lacking],
        "errors": counts["error"],
        "warnings": counts["warning"],
        "stale": old,
        "expired": expired,
    }


def _told(guide: Guide, content: dict[str, Any], name: str) -> bool:
    # That nothing is charged is told by a flag as well.
    return is_filled(content.get(name)) or (name == "fees" and guide.is_fee is False)


def _departments(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_department: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_department[row["department"]].append(row)
    found = [
        {
            "department": department,
            "guides": len(its),
            "score": round(sum(row["score"] for row in its) / len(its)),
            "errors": sum(row["errors"] for row in its),
            "stale": sum(row["stale"] or row["expired"] for row in its),
        }
        for department, its in by_department.items()
    ]
    return sorted(found, key=lambda row: (row["score"], row["department"]))


def _granularity(repository: ItemLibraryRepository, lists: Sequence[LibraryEntry]) -> list[dict[str, Any]]:
    by_parent: dict[str, list[LibraryEntry]] = defaultdict(list)
    for one in lists:
        if one.parent is not None and one.fields.get("handle_items"):
            by_parent[one.parent].append(one)
    found = []
    for code, its in sorted(by_parent.items()):
        if len({len(one.fields["handle_items"]) for one in its}) > 1:
            above = repository.entry(CATALOGUE, code)
            places = [{"code": one.code, "region": one.region, "handle_items": list(one.fields["handle_items"])} for one in its]
            found.append({"code": code, "name": above.name if above is not None else its[0].name, "lists": places})
    return found


def _named(entry: LibraryEntry) -> dict[str, Any]:
    return {"code": entry.code, "parent": entry.parent, "name": entry.name, "region": entry.region}
