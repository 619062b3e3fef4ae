"""What the index knows around a question that nobody answered: talk, a matter without a guide, or knowledge that lies near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from banshi.search.calibration import rank
from banshi.search.engine import Engine
from banshi.search.entries import CHAT
from banshi.search.fusion import Floats, gather
from banshi.search.result import SearchRequest
from banshi.text.normalise import has_words, is_foreign

Kind = Literal["talk", "matter", "answered", "unknown"]


@dataclass(frozen=True)
class Surroundings:
    """What one question is.

    Attributes:
        kind: talk; a matter known to have no guide; answered by now; or unknown, which is a gap.
        matter: its name, for a matter.
        department: who is responsible for the matter, or for the nearest knowledge; None for talk.
    """

    kind: Kind
    matter: str | None = None
    department: str | None = None


_seen: WeakKeyDictionary[Engine, dict[str, Surroundings]] = WeakKeyDictionary()


def is_seen(engine: Engine, text: str) -> bool:
    """Whether looking costs nothing."""
    return text in _seen.get(engine, {})


def look_around(engine: Engine, text: str, vector: Floats | None) -> Surroundings:
    """Judge one question; an engine's judgement is remembered as long as the engine serves.

    Args:
        engine: the engine in use.
        text: the question.
        vector: of the engine's encoder; None judges by words alone.
    """
    seen = _seen.setdefault(engine, {})
    if text not in seen:
        seen[text] = _look(engine, text, vector)
    return seen[text]


def _look(engine: Engine, text: str, vector: Floats | None) -> Surroundings:
    question = engine.reader.read(text)
    if not has_words(question.text) or is_foreign(question.text) or engine.province_asked(text) is not None:
        return Surroundings("talk")  # another province's rules are no gap of this one
    built = engine.snapshot.built
    groups = [owner.item or owner.id for owner in built.owners]
    found = rank(question, gather(question, vector, built.channels), built.channels, groups)
    if found.outside is not None:
        owner = built.owners[found.outside]
        return Surroundings("talk") if owner.id == CHAT else Surroundings("matter", owner.title, owner.body)
    result = engine.search(SearchRequest(text=text, top_k=1))
    near = result.candidates[0] if result.candidates else None
    department = None if near is None else department_of(engine, near.kind, near.id)
    return Surroundings("answered" if result.decision == "answer" else "unknown", None, department)


def department_of(engine: Engine, kind: str, identifier: str) -> str | None:
    """Who is responsible for a guide, a Q&A or a policy passage; None when it is no longer part of the knowledge."""
    knowledge = engine.knowledge
    if kind == "guide":
        return guide.dept_name if (guide := knowledge.guides.get(identifier)) is not None else None
    if kind == "qa":
        return record.department if (record := knowledge.qa.get(identifier)) is not None else None
    policy = knowledge.policies.get(identifier.split("#", 1)[0])
    return policy.organ if policy is not None else None
