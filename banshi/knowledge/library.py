"""All knowledge of one folder, loaded and checked: the value everything else works on."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from banshi.knowledge.completeness import catch_all
from banshi.knowledge.elements import Element
from banshi.knowledge.elsewhere import Elsewhere
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.fields import CATALOG_FIELDS
from banshi.knowledge.guide import Guide, Record
from banshi.knowledge.halls import Hall, halls_from
from banshi.knowledge.outside import Outside
from banshi.knowledge.policies import Policy
from banshi.knowledge.policy_import import policy_from
from banshi.knowledge.qa import QuestionAnswer
from banshi.knowledge.regions import PROVINCE, RegionTree
from banshi.knowledge.sources import Address, Content, Sources, read_sources, read_yaml
from banshi.knowledge.urgent import Urgent

_R = TypeVar("_R", bound=Record)
MOST_WORDINGS = 16
"""So many wordings of one way of asking are learned from."""
_STRIDE = 997
"""A prime beyond the usual numbers of options: steps of it go through all options of every group."""


@dataclass(frozen=True)
class Lexicon:
    """Words that editors maintain for the search."""

    dialect: dict[str, str] = field(default_factory=dict)
    """Spoken North-eastern word → standard word."""
    korean: dict[str, str] = field(default_factory=dict)
    """Korean term → official Chinese term."""
    elements: dict[Element, tuple[str, ...]] = field(default_factory=dict)
    """Words by which an element is recognised."""
    departments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Department → what people call it."""
    function_words: tuple[str, ...] = ()
    """Words without a subject of their own."""
    english: dict[str, str] = field(default_factory=dict)
    """English word that stands between Chinese ones → Chinese."""
    korean_display: dict[str, str] = field(default_factory=dict)
    """Official Chinese term → Korean, shown beside it."""
    urgent: tuple[Urgent, ...] = ()
    """Emergencies and crises, in the order in which they are looked for."""
    asking: dict[Element, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Ways of asking for an element that name no item; each inner tuple holds the wordings of one way. Learned from, never indexed."""
    general: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Guides any of which may be meant → general questions that leave open which. Learned from, never indexed."""
    korean_asks: dict[str, Element] = field(default_factory=dict)
    """Stored Korean wording of a guide → the element it asks for; guides keep theirs in one list."""


@dataclass(frozen=True)
class LocalGuide:
    """A guide as it reads in one region."""

    guide: Guide
    differs: Mapping[str, str]
    """field that a region below the province changed → that region; everything else is the province's"""


@dataclass(frozen=True)
class Editions:
    """All editions, the earliest first, and what regions change."""

    guides: Mapping[str, tuple[Guide, ...]] = field(default_factory=dict)
    qa: Mapping[str, tuple[QuestionAnswer, ...]] = field(default_factory=dict)
    local: Mapping[tuple[str, str], tuple[LocalGuide, ...]] = field(default_factory=dict)

    @cached_property
    def differ(self) -> bool:
        """Whether any record has more than one."""
        return any(len(editions) > 1 for editions in (*self.guides.values(), *self.qa.values()))


_E = TypeVar("_E", Guide, QuestionAnswer)


def edition_on(editions: tuple[_E, ...], day: date) -> _E:
    """The edition in force on a day: the last that has begun, the first when none has."""
    return next((edition for edition in reversed(editions) if edition.valid_from <= day), editions[0])


@dataclass(frozen=True)
class Knowledge:
    """Guides, Q&A, policies, regions, halls, the lexicon and what lies outside, with a version that changes with any byte of them."""

    guides: dict[str, Guide]
    qa: dict[str, QuestionAnswer]
    policies: dict[str, Policy]
    regions: RegionTree
    halls: list[Hall]
    lexicon: Lexicon
    outside: Outside
    elsewhere: Elsewhere
    version: str
    editions: Editions = field(default_factory=Editions, repr=False)
    sources: Sources | None = field(default=None, repr=False)
    """what all this was assembled from"""

    def on(self, day: date) -> Knowledge:
        """The same with the editions of guides and Q&A that are in force on a day. Where none is, the nearest stands."""
        if not self.editions.differ:
            return self
        guides = {key: edition_on(editions, day) for key, editions in self.editions.guides.items()}
        return replace(self, guides=guides, qa={key: edition_on(editions, day) for key, editions in self.editions.qa.items()})

    def guide_at(self, item: str, region: str | None, day: date | None = None) -> LocalGuide:
        """A guide as it reads in a region: the changes of the nearest level that made any, over the province's.

        Args:
            item: id of the guide.
            region: code of the place asked about; None, or one that is not known, is the province.
            day: the day whose changes count; None takes the newest.

        Raises:
            KeyError: there is no such guide.
        """
        for place in self.regions.lineage(region) if region in self.regions.regions else ():
            changes = [
                change
                for change in self.editions.local.get((item, place), ())
                if day is None or _in_force(change.guide.valid_from, change.guide.valid_to, day)
            ]
            if changes:
                return changes[-1]
        return LocalGuide(self.guides[item], {})

    def valid_guides(self, as_of: date) -> dict[str, Guide]:
        """Guides in force on a day."""
        return {key: guide for key, guide in self.guides.items() if _in_force(guide.valid_from, guide.valid_to, as_of)}

    def valid_qa(self, as_of: date) -> dict[str, QuestionAnswer]:
        """Q&A in force on a day."""
        return {key: entry for key, entry in self.qa.items() if _in_force(entry.valid_from, entry.valid_to, as_of)}


def _in_force(start: date, end: date | None, as_of: date) -> bool:
    return start <= as_of and (end is None or as_of <= end)


def checked(model: type[_R], raw: Any, where: str) -> _R:
    """Build a record.

    Raises:
        KnowledgeError: names the place, each field that is wrong and what it should be.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = "；".join(f"{'.'.join(map(str, e['loc'])) or '整条'}：{e['msg']}" for e in error.errors()[:5])
        raise KnowledgeError(f"{where}：{problems}") from error


def load_knowledge(root: Path) -> Knowledge:
    """Read a knowledge folder; see `sources.read_sources`.

    Raises:
        KnowledgeError: anything is missing, malformed, repeated or refers to something that does not exist.
    """
    return assemble(read_sources(root))


def assemble(sources: Sources) -> Knowledge:
    """Check every record and put the whole together.

    Raises:
        KnowledgeError: a record is malformed or refers to something that does not exist; the message names the record and the field.
    """
    regions = RegionTree.parse(sources.frame["regions.csv"])
    guides: dict[str, tuple[Guide, ...]] = {}
    qa: dict[str, tuple[QuestionAnswer, ...]] = {}
    policies: dict[str, Policy] = {}
    local: list[tuple[Address, Content]] = []
    for address, editions in sources.records.items():
        where = sources.where(address)
        if address.kind == "guide" and address.region == PROVINCE:
            guides[address.key] = tuple(_guide(content, address, where) for content in editions)
        elif address.kind == "guide":
            if address.region not in regions:
                raise KnowledgeError(f"{where}：region {address.region} 不在 regions.csv 中")
            local += [(address, content) for content in editions]
        elif address.kind == "qa":
            qa[address.key] = tuple(checked(QuestionAnswer, content, where) for content in editions)
        elif address.kind == "policy":
            policies[address.key] = policy_from(editions[-1], address.key, where)
    for key, records in qa.items():
        if missing := next((record.item for record in records if record.item is not None and record.item not in guides), None):
            raise KnowledgeError(f"{sources.where(Address('qa', key))}：item {missing} 没有对应的办事指南")
    knowledge = Knowledge(
        guides={key: editions[-1] for key, editions in guides.items()},
        qa={key: editions[-1] for key, editions in qa.items()},
        policies=dict(sorted(policies.items())),
        regions=regions,
        halls=halls_from(sources.frame["halls.yml"], regions) if "halls.yml" in sources.frame else [],
        lexicon=_lexicon({key: editions[-1]["entries"] for (kind, key, _), editions in sources.records.items() if kind == "lexicon"}),
        outside=checked(Outside, sources.frame.get("outside.yml") or {}, "outside.yml"),
        elsewhere=Elsewhere(sources.frame.get("elsewhere.yml") or {}),
        version=sources.version,
        editions=Editions(guides, qa, _local_guides(local, guides, regions, sources)),
        sources=sources,
    )
    return knowledge


def _guide(content: Content, address: Address, where: str) -> Guide:
    guide = checked(Guide, content, where)
    if (guide.id, guide.region) != (address.key, PROVINCE):
        raise KnowledgeError(f"{where}：id {guide.id}、region {guide.region} 与所在位置 {address.key}、{address.region} 不一致")
    if vague := catch_all(guide):
        raise KnowledgeError(f"{where}：材料或条件用了兜底的说法，要写明是什么，否则不得要求提供：“{vague[0]}”")
    return guide


def _local_guides(
    local: list[tuple[Address, Content]], guides: Mapping[str, tuple[Guide, ...]], regions: RegionTree, sources: Sources
) -> dict[tuple[str, str], tuple[LocalGuide, ...]]:
    """What regions change, each laid over the level above it."""
    found: dict[tuple[str, str], tuple[LocalGuide, ...]] = {}
    # Higher levels first: a county's changes are laid over its prefecture's.
    for address, content in sorted(local, key=lambda row: len(regions.lineage(row[0].region))):
        where = sources.where(address)
        if address.key not in guides:
            raise KnowledgeError(f"{where}：没有全省的办事指南 {address.key}，地区只能在它上面修改")
        above = next(
            (found[address.key, place][-1] for place in regions.lineage(address.region)[1:] if (address.key, place) in found), None
        )
        base = above.guide if above is not None else guides[address.key][-1]
        changed = {name: value for name, value in content.items() if name not in ("id", "region", "valid_from", "valid_to")}
        if locked := sorted(set(changed) & CATALOG_FIELDS):
            raise KnowledgeError(f"{where}：{'、'.join(locked)} 由上级统一规定，地区不能修改")
        merged = {**base.model_dump(mode="json", exclude_unset=True), **content, "id": address.key, "region": address.region}
        guide = checked(Guide, merged, where)
        if vague := catch_all(guide):
            raise KnowledgeError(f"{where}：材料或条件用了兜底的说法，要写明是什么，否则不得要求提供：“{vague[0]}”")
        differs = {**(above.differs if above is not None else {}), **dict.fromkeys(changed, address.region)}
        found[address.key, address.region] = (*found.get((address.key, address.region), ()), LocalGuide(guide, differs))
    return found


def load_lexicon(folder: Path) -> Lexicon:
    """The word lists that editors maintain; a missing file is an empty list."""
    return _lexicon({path.stem: read_yaml(path) for path in sorted(folder.glob("*.yml"))})


def _lexicon(lists: Mapping[str, Any]) -> Lexicon:
    def read(name: str) -> Any:
        return lists.get(name) or {}

    elements = {Element(key): tuple(words) for key, words in read("elements").items()}
    departments = {key: tuple(words) for key, words in read("departments").items()}
    urgent = tuple(checked(Urgent, raw, "urgent.yml") for raw in read("urgent") or [])
    function_words = tuple(word for line in read("function_words") or [] for word in line.split())
    asking = {Element(key): tuple(spelled_out(way) for way in ways) for key, ways in read("asking").items()}
    return Lexicon(
        dialect=read("dialect"),
        korean=read("ko"),
        elements=elements,
        departments=departments,
        function_words=function_words,
        english=read("english"),
        korean_display=read("ko_display"),
        urgent=urgent,
        asking=asking,
        korean_asks={wording: Element(key) for key, wordings in read("korean_asks").items() for wording in wordings},
        general={tuple(items.split()): tuple(questions) for items, questions in read("general").items()},
    )


def spelled_out(way: str) -> tuple[str, ...]:
    """The wordings of one way of asking: "(得|要)带什么" is "得带什么" and "要带什么". Of many, a few spread over all of them."""
    options = [part[1:-1].split("|") if part.startswith("(") else [part] for part in re.split(r"(\([^()]*\))", way)]
    count = math.prod(len(option) for option in options)
    wordings = []
    for number in range(min(count, MOST_WORDINGS)):
        rest, words = (number * _STRIDE) % count if count > MOST_WORDINGS else number, []
        for option in options:
            words.append(option[rest % len(option)])
            rest //= len(option)
        wordings.append("".join(words))
    return tuple(dict.fromkeys(wordings))
