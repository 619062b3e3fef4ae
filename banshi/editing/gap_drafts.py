"""What an editor sees of a gap, and the Q&A draft to begin with. Nothing is answered here: the answer is for the editor to write."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from banshi.editing.gaps import Wording, centred_vectors, people, title_of, wordings
from banshi.editing.grouping import medoid
from banshi.editing.surroundings import department_of
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Certainty
from banshi.search.engine import Engine
from banshi.search.result import SearchRequest
from banshi.store.gaps import Gap, GapRepository, GapState
from banshi.store.questions import QuestionLog
from banshi.text.numbers import TOKEN

_EXAMPLES = 5
_MOST_SIMILAR = 60
"""Similar questions of a draft; more do not help to find it."""
_RELATED = 0.05
"""From this confidence on a draft belongs to the item of the nearest knowledge."""


@dataclass(frozen=True)
class Nearest:
    """The knowledge that lies nearest to a gap, and the probability that it answers it."""

    kind: Literal["guide", "qa", "policy"]
    id: str
    title: str
    confidence: float
    item: str | None
    element: Element


_found: WeakKeyDictionary[Engine, dict[str, Nearest | None]] = WeakKeyDictionary()


def nearest(engine: Engine, gap: Gap) -> Nearest | None:
    """The knowledge nearest to a gap's title; None when there is none at all. Remembered as long as the engine serves."""
    found = _found.setdefault(engine, {})
    if gap.title not in found:
        result = engine.search(SearchRequest(text=gap.title, top_k=1))
        first = result.candidates[0] if result.candidates else None
        found[gap.title] = (
            None if first is None else Nearest(first.kind, first.id, first.title, first.confidence, first.item, result.element)
        )
    return found[gap.title]


def gap_rows(
    connection: sa.Connection, engine: Engine, now: datetime, *, state: GapState | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Gaps for the page, those of the most people first.

    Args:
        connection: the store.
        engine: the engine in use; finds the nearest knowledge, some milliseconds a gap the first time.
        now: for the waiting time, in whole days.
        state: only these.
        limit: at most so many.
    """
    log = QuestionLog(connection)
    asked = {gap: log.by_ids(gap.members, vectors=False) for gap in GapRepository(connection).list(state)}
    counted = sorted(((people(wordings(its)), gap, its) for gap, its in asked.items()), key=lambda one: (-one[0], one[1].id))
    rows = []
    for persons, gap, its in counted[:limit]:
        near = nearest(engine, gap)
        newest = {question.text: question for question in sorted(its, key=lambda question: question.at)}
        examples = sorted(newest.values(), key=lambda question: question.at, reverse=True)[:_EXAMPLES]
        rows.append(
            {
                "id": gap.id,
                "title": gap.title,
                "asked": len(its),
                "people": persons,
                "examples": [{"text": one.text, "at": one.at.isoformat(), "decision": one.decision} for one in examples],
                "department": gap.department,
                "opened_at": gap.opened_at.isoformat(),
                "waiting_days": max(0, (now - gap.opened_at).days),
                "state": gap.state,
                "reason": gap.reason,
                "nearest": None if near is None else {name: asdict(near)[name] for name in ("kind", "id", "title", "confidence")},
                "draft": None if gap.draft is None else dict(zip(("kind", "key", "region"), gap.draft, strict=True)),
            }
        )
    return rows


def draft_content(connection: sa.Connection, engine: Engine, gap: Gap, today: date) -> dict[str, Any]:
    """Content of a Q&A to begin with: the wordings are people's, the answer is empty, what else is known comes from the nearest knowledge.

    Args:
        connection: the store, for the wordings.
        engine: the engine in use.
        gap: the gap.
        today: from when on it will hold.
    """
    its = [wording for wording in wordings(QuestionLog(connection).by_ids(gap.members)) if not TOKEN.search(wording.questions[0].text)]
    title = gap.title
    if gap.title in {matter.name for matter in engine.knowledge.outside.items} and its and engine.encoder is not None:
        title = title_of(its[medoid(centred_vectors(engine, its), [len(wording.questions) for wording in its])])
    near = nearest(engine, gap)
    related = near is not None and near.confidence >= _RELATED
    content: dict[str, Any] = {
        "id": f"qa-gap-{gap.id}",
        "version": 1,
        "valid_from": today.isoformat(),
        "question": title,
        "similar": _similar(its, title),
        "answer": "",
        "topic": "",
        "audience": [],
        "element": (near.element if near is not None else Element.OTHER).value,
        "department": gap.department or "",
        "certainty": Certainty.UNSURE.value,
    }
    if near is not None and related:
        content |= _from_nearest(engine, near)
    if not content["department"] and near is not None:
        content["department"] = department_of(engine, near.kind, near.id) or ""
    return content


def _similar(its: list[Wording], title: str) -> list[str]:
    frequent = sorted(its, key=lambda wording: -len(wording.questions))
    return [text for text in dict.fromkeys(map(title_of, frequent)) if text != title][:_MOST_SIMILAR]


def _from_nearest(engine: Engine, near: Nearest) -> dict[str, Any]:
    knowledge = engine.knowledge
    known: dict[str, Any] = {}
    if near.kind == "qa" and (record := knowledge.qa.get(near.id)) is not None:
        known = {
            "topic": record.topic,
            "audience": list(record.audience),
            "element": record.element.value,
            "basis": list(record.basis),
        }
    elif near.kind == "guide" and (guide := knowledge.guides.get(near.id)) is not None:
        known = {"topic": guide.domain, "audience": list(guide.server_type), "basis": list(guide.by_law)}
    elif near.kind == "policy" and (policy := knowledge.policies.get(near.id.split("#", 1)[0])) is not None:
        known = {"basis": [policy.document_number or policy.title]}
    return {**known, **({"item": near.item} if near.item is not None else {})}
