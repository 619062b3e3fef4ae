"""Numbers that disagree: what a Q&A, or a guide's own plain answer, says against the fields of the guide it is about.

Mentions of equal value explain each other; what is left on both sides, of one kind and in like words, is a conflict. The words decide,
because a text may well name numbers that the guide does not. The weights were set on the plain answers of the guides: nine tenths of
their numbers stand in the fields too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any

from banshi.editing.quantities import Mention, Statement, fields_of, mentions
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.qa import QuestionAnswer

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NAME = 3
"""Shorter names (落户, 选号) stand in questions about other matters."""
_SIMILAR = 3
"""In so many similar questions a guide's name must stand, when it does not stand in the question itself."""
_WEIGHTS = {"element": 1.0, "segment": 1.0, "sentence": 1.0, "role": 0.3, "edge": 0.5, "order": -0.1}
_ENOUGH = 0.5
"""Likeness from which on two numbers that nothing explains are about the same."""
_CLOSE = 1.2
"""The same where one of the two has an explanation, the unit differs, or the guide is only named: then the words must leave no doubt."""
_CLOSER = 0.2
"""By so much the words must be liker than those of the equal number."""
_ROLES = {
    name: re.compile(words)
    for name, words in {
        "legal": "法定|规定|法规|最长",
        "usual": "一般|实际|多[为数在]?|通常|压缩|承诺|不少",
        "extended": "延长|延期|再延",
        "applying": "申请|申报|申领|之日起|届满|期满|到期",
        "valid": "有效",
        "done": "办结|核发|签发|办完|审批|审核|决定|结论|答复|受理后",
        "elsewhere": "异地|跨省",
    }.items()
}
_EXCLUDING = {"legal", "usual", "extended", "valid"}
"""Roles of which one number has one."""
_OF_PLACE = {"法定办结时限": {"legal", "done"}, "承诺办结时限": {"usual", "done"}}
_ALIKE = {Element.ELIGIBILITY: Element.CONDITIONS, Element.RESULT: Element.OTHER, Element.SCOPE: Element.LOCATION}


@lru_cache(maxsize=65536)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(run[i : i + 2] for run in _HAN.findall(text) for i in range(len(run) - 1))


@lru_cache(maxsize=65536)
def _roles(text: str, place: str) -> frozenset[str]:
    return frozenset({name for name, words in _ROLES.items() if words.search(text)} | _OF_PLACE.get(place, set()))


def _shared(first: str, second: str) -> float:
    one, other = _pairs(first), _pairs(second)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _likeness(said: Mention, field: Mention) -> float:
    """How much speaks for two numbers being about the same; the order apart."""
    mine, theirs = _roles(said.head + said.segment, said.place), _roles(field.head + field.segment, field.place)
    edges = [
        0.5 * (a[side] == b[side]) + 0.5 * (a == b) for a, b, side in ((said.left, field.left, -1), (said.right, field.right, 0)) if a and b
    ]
    signals = {
        "element": said.element is not None and _alike(said.element) == _alike(field.element),
        "segment": _shared(said.segment, f"{field.segment}，{field.about}"),
        "sentence": _shared(said.head + said.segment, f"{field.head}{field.segment}，{field.about}"),
        "role": len(mine & theirs) - 0.5 * len(_EXCLUDING & (mine ^ theirs)),
        "edge": sum(edges),
    }
    return sum(_WEIGHTS[name] * value for name, value in signals.items())


def _alike(element: Element | None) -> Element | None:
    return _ALIKE.get(element, element) if element is not None else None


def _orders(mentions: Sequence[Mention]) -> list[float]:
    """Where each stands among those of its kind, from 0 to 1."""
    total, seen = Counter(mention.kind for mention in mentions), Counter[str]()
    orders = []
    for mention in mentions:
        orders.append(seen[mention.kind] / max(1, total[mention.kind] - 1))
        seen[mention.kind] += 1
    return orders


def _equal(one: Mention, other: Mention) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == "年月" and isinstance(one.value, tuple) and isinstance(other.value, tuple):
        return all(a == b for a, b in zip(one.value, other.value, strict=False))  # 2025年 holds 2025年5月8日
    return one.value == other.value


def _other_unit(said: Mention, field: Mention) -> bool:
    """20日 for 20个工作日."""
    return {said.kind, field.kind} == {"日", "工作日"} and said.value == field.value


def _misprint(said: Mention, field: Mention) -> bool:
    """Documents of one organ with either the year or the number in common."""
    one, other = said.value, field.value
    return isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0] and (one[1] == other[1] or one[2] == other[2])


def disagreements(said: Sequence[Mention], fields: Sequence[Mention], *, sure: bool = True) -> list[tuple[Mention, Mention]]:
    """Numbers of a text and of fields that are about the same and differ; each number once, the likest pairs first.

    Args:
        said: of one text.
        fields: of everything that the text may speak of.
        sure: whether the text certainly speaks of this guide; otherwise the words must leave no doubt.
    """
    said_order, field_order = _orders(said), _orders(fields)
    enough = _ENOUGH if sure else _CLOSE

    @cache
    def like(i: int, j: int) -> float:
        return _likeness(said[i], fields[j]) + _WEIGHTS["order"] * abs(said_order[i] - field_order[j])

    couples = [(i, j) for i in range(len(said)) for j in range(len(fields))]
    equal = sorted(((i, j) for i, j in couples if _equal(said[i], fields[j])), key=lambda couple: -like(*couple))
    partner: dict[int, int] = {}
    explained: set[int] = set()
    known: dict[int, int] = {}
    for i, j in equal:
        known.setdefault(i, j)
        if i not in partner and j not in explained:
            partner[i] = j
            explained.add(j)
    found: list[tuple[float, int, int]] = []
    for i, j in couples:
        one, other = said[i], fields[j]
        unit = _other_unit(one, other)
        if j in explained or (one.kind != other.kind and not unit) or _equal(one, other):
            continue
        if one.kind == "文号":
            if i not in known and _misprint(one, other):
                found.append((_CLOSE, i, j))
            continue
        needed = _CLOSE if unit or any(_equal(mention, other) for mention in said) else enough
        if (explaining := partner.get(i, known.get(i))) is not None:
            if unit or fields[explaining].sentence == other.sentence:
                continue  # beside an equal number stands another one
            needed = max(_CLOSE, like(i, explaining) + _CLOSER)
        if like(i, j) >= needed:
            found.append((like(i, j), i, j))
    taken: set[tuple[str, int]] = set()
    pairs = []
    for _, i, j in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
        if ("said", i) not in taken and ("field", j) not in taken:
            taken |= {("said", i), ("field", j)}
            pairs.append((said[i], fields[j]))
    return pairs


@dataclass(frozen=True)
class Disagreement:
    """Two numbers; `what` names the field and what it counts."""

    qa_says: str
    guide_says: str
    what: str


@dataclass(frozen=True)
class Conflict:
    """A text that disagrees with a guide.

    Attributes:
        qa: id of the Q&A; None where it is the guide's own plain answer.
        qa_title: its question, or the name of the plain answer.
        guide: id of the guide.
        guide_title: its name, with the region where it is one's own.
        numbers: what disagrees.
        sentence: says so, naming both places.
    """

    qa: str | None
    qa_title: str
    guide: str
    guide_title: str
    numbers: tuple[Disagreement, ...]
    sentence: str

    def as_row(self) -> dict[str, Any]:
        """JSON for the page."""
        return {**asdict(self), "numbers": [asdict(number) for number in self.numbers]}


def find_conflicts(knowledge: Knowledge) -> list[Conflict]:
    """All conflicts of the knowledge, guide by guide; within one its own plain answers first. What is retired counts no longer."""
    local = [(change.guide, change.guide.region) for changes in knowledge.editions.local.values() for change in changes[-1:]]
    guides = [(guide, "") for guide in knowledge.guides.values()] + [(guide, knowledge.regions.name(region)) for guide, region in local]
    found = [conflict for guide, place in guides if guide.retired is None for conflict in conflicts_within(guide, place)]
    for record in knowledge.qa.values():
        for item in guides_of(record, knowledge) if record.retired is None else ():
            guide = knowledge.guide_at(item, record.regions[0] if record.regions else None).guide
            if guide.retired is None and (conflict := conflict_between(record, guide)) is not None:
                found.append(conflict)
    return sorted(found, key=lambda conflict: (conflict.guide, conflict.qa or "", conflict.guide_title))


def guides_of(record: QuestionAnswer, knowledge: Knowledge) -> list[str]:
    """The guide that a Q&A belongs to, and those it asks about by name; ids."""
    items = [record.item] if record.item is not None else []
    for guide in knowledge.guides.values():
        names = [name for name in (guide.task_name, *guide.aliases) if len(name) >= _NAME]
        asked = sum(any(name in question for name in names) for question in record.similar)
        if asked >= _SIMILAR or any(name in record.question for name in names):
            items.append(guide.id)
    return list(dict.fromkeys(items))


def conflict_between(record: QuestionAnswer, guide: Guide) -> Conflict | None:
    """Where a Q&A disagrees with a guide; None when nowhere."""
    said = mentions(Statement(record.answer, "答案", "", record.element))
    said += [mention for basis in record.basis for mention in mentions(Statement(basis, "依据", "", Element.BASIS))]
    fields = [mention for statement in (*fields_of(guide), *_plain(guide)) for mention in mentions(statement)]
    pairs = disagreements(said, fields, sure=record.item == guide.id)
    return _conflict(record.id, record.question, f"答问“{record.question}”", guide, guide.task_name, pairs) if pairs else None


def conflicts_within(guide: Guide, place: str = "") -> Iterator[Conflict]:
    """Where a guide's plain answers, or the basis of a fee or a time limit, disagree with its fields.

    Args:
        guide: the guide.
        place: name of the region whose guide it is, empty for the province's.
    """
    fields = [mention for statement in fields_of(guide) for mention in mentions(statement)]
    title = f"{guide.task_name}（{place}）" if place else guide.task_name
    for statement in (*_plain(guide), *_bases(guide)):
        if pairs := disagreements(mentions(statement), fields):
            yield _conflict(None, statement.place, f"“{title}”的{statement.place}", guide, title, pairs)


def _plain(guide: Guide) -> Iterator[Statement]:
    for answer in guide.plain:
        yield Statement(answer.text, f"白话要点（{answer.element.label}）", "", answer.element)


def _bases(guide: Guide) -> Iterator[Statement]:
    for place, basis in (("法定办结时限依据", guide.anticipate.basis), ("承诺办结时限依据", guide.promise.basis)):
        yield Statement(basis or "", place, "", Element.BASIS)
    for charge in guide.fees:
        yield Statement(charge.fee_basis or "", f"收费依据（{charge.fee_name}）", "", Element.BASIS)


def _conflict(
    identifier: str | None, title: str, where: str, guide: Guide, guide_title: str, pairs: Sequence[tuple[Mention, Mention]]
) -> Conflict:
    clauses = [
        f"{where}说“{said.sentence}”，办事指南“{guide_title}”的{_field(field)}写的是“{field.sentence}”：{said.written}与{field.written}不一致"
        for said, field in pairs
    ]
    numbers = tuple(Disagreement(said.written, field.written, f"{_field(field)} {said.kind}") for said, field in pairs)
    return Conflict(identifier, title, guide.id, guide_title, numbers, "；".join(clauses) + "。请核对哪个对，把两处改成一致。")


def _field(field: Mention) -> str:
    return f"{field.place}（{field.about}）" if field.about and field.about not in field.place else field.place
