"""Open data: what is published anyway, and how often it is asked for where enough people ask.

Figures are told of a matter in a region only when at least `FEWEST` different conversations asked there (k-anonymity); no totals stand
beside them from which a figure left out could be worked out, and figures of towns count for their county.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from banshi.governance.months import title_of
from banshi.knowledge.library import Knowledge
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.questions import questions

FEWEST = 10
"""Conversations from which on a figure is told."""
_KINDS = ("guide", "qa")
_INTERNAL = frozenset(("review_priority", "open_points", "evidence", "confused_with"))
"""Fields of records that editors write for each other."""


def demand(connection: sa.Connection, knowledge: Knowledge, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """Questions by matter and region, of those that enough people asked.

    Args:
        connection: the store.
        knowledge: in use.
        begin, end: the period; the end is not in it.

    Returns:
        Rows of item, item_name, region, region_name and questions, the most asked first.
    """
    tree = knowledge.regions
    wanted = sa.select(questions.c.item, questions.c.region, questions.c.conversation, sa.func.count()).where(
        questions.c.at >= begin, questions.c.at < end, questions.c.item.is_not(None), questions.c.conversation.is_not(None)
    )
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    asked: dict[tuple[str, str], int] = defaultdict(int)
    for item, place, conversation, count in connection.execute(
        wanted.group_by(questions.c.item, questions.c.region, questions.c.conversation)
    ):
        while place in tree.regions and tree.regions[place].level == "township":
            place = tree.regions[place].parent
        if place in tree.regions and (item in knowledge.guides or item in knowledge.qa):
            people[item, place].add(conversation)
            asked[item, place] += count
    rows = [
        {"item": item, "item_name": title_of(knowledge, item), "region": place, "region_name": tree.name(place), "questions": count}
        for (item, place), count in asked.items()
        if len(people[item, place]) >= FEWEST
    ]
    return sorted(rows, key=lambda row: (-row["questions"], row["item"], row["region"]))


def write_open_data(
    connection: sa.Connection, knowledge: Knowledge, folder: Path, *, begin: datetime, end: datetime, now: datetime
) -> dict[str, Any]:
    """Write guides.json, qa.json, demand.csv and manifest.json.

    Args:
        connection: the store.
        knowledge: in use.
        folder: made when it is not there; files of these names are replaced.
        begin, end: of the figures; the end is not in it.
        now: the moment.

    Returns:
        The manifest: for each file its SHA-256, size in bytes and number of rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, tuple[bytes, int]] = {}
    for kind in _KINDS:
        found = KnowledgeRepository(connection).published(kind=kind)  # type: ignore[arg-type]
        records = [{"region": one.region, **{name: value for name, value in one.content.items() if name not in _INTERNAL}} for one in found]
        text = json.dumps(records, ensure_ascii=False, indent=1, sort_keys=True)
        files["guides.json" if kind == "guide" else "qa.json"] = (text.encode("utf-8"), len(records))
    rows = demand(connection, knowledge, begin, end)
    written = io.StringIO()
    writer = csv.DictWriter(written, ("item", "item_name", "region", "region_name", "questions"), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    files["demand.csv"] = (b"\xef\xbb\xbf" + written.getvalue().encode("utf-8"), len(rows))
    manifest = {
        "made_at": now.isoformat(),
        "knowledge": knowledge.version,
        "period": {"begin": begin.date().isoformat(), "end": end.date().isoformat()},
        "fewest_conversations": FEWEST,
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "rows": count}
            for name, (content, count) in files.items()
        },
    }
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
    return manifest
