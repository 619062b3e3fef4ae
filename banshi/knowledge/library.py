"""All knowledge of one folder, loaded and checked: the value everything else works on."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from banshi.knowledge.completeness import catch_all
from banshi.knowledge.elements import Element
from banshi.knowledge.elsewhere import Elsewhere
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide, Record
from banshi.knowledge.halls import Hall, load_halls
from banshi.knowledge.outside import Outside
from banshi.knowledge.policies import Policy
from banshi.knowledge.policy_import import load_policies
from banshi.knowledge.qa import QuestionAnswer
from banshi.knowledge.regions import RegionTree
from banshi.knowledge.urgent import Urgent
from banshi.text.normalise import normalise

_R = TypeVar("_R", bound=Record)
MOST_WORDINGS = 16
"""So many wordings of one way of asking are learned from."""
_STRIDE = 997
"""A prime beyond the usual numbers of options: steps of it go through all options of every group."""

try:
    _Loader: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML without libyaml
    _Loader = yaml.SafeLoader


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

    def province_asked(self, text: str) -> str | None:
        """Another province whose own rules a text asks about; see `elsewhere`."""
        plain = normalise(text)
        here = "吉林" in plain or bool(self.regions.find(plain))
        return self.elsewhere.rules_asked(plain, here=here)

    def asks_elsewhere(self, text: str) -> bool:
        """Whether a text asks for another province's own rules."""
        return self.province_asked(text) is not None

    def valid_guides(self, as_of: date) -> dict[str, Guide]:
        """Guides in force on a day."""
        return {key: guide for key, guide in self.guides.items() if _in_force(guide.valid_from, guide.valid_to, as_of)}

    def valid_qa(self, as_of: date) -> dict[str, QuestionAnswer]:
        """Q&A in force on a day."""
        return {key: entry for key, entry in self.qa.items() if _in_force(entry.valid_from, entry.valid_to, as_of)}


def _in_force(start: date, end: date | None, as_of: date) -> bool:
    return start <= as_of and (end is None or as_of <= end)


def read_yaml(path: Path) -> Any:
    """Parse a YAML file.

    Raises:
        KnowledgeError: the file is not YAML; the message has file and line.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (the safe loader, in C where it is built)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: 不是有效的 YAML 文件（{str(error).replace(chr(10), ' ')}）") from error


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
    """Read a knowledge folder.

    Args:
        root: holds guides/*.yml, qa/*.yml, policies/*.yml, regions.csv, halls.yml and lexicon/*.yml.

    Raises:
        KnowledgeError: anything is missing, malformed, repeated or refers to something that does not exist.
    """
    if not (root / "guides").is_dir() or not (root / "regions.csv").is_file():
        raise KnowledgeError(f"{root} 不是知识目录：缺少 guides/ 或 regions.csv")
    regions = RegionTree.load(root / "regions.csv")
    guides: dict[str, Guide] = {}
    for path in sorted((root / "guides").glob("*.yml")):
        guide = checked(Guide, read_yaml(path), path.name)
        if guide.id != path.stem:
            raise KnowledgeError(f"{path.name}：id {guide.id} 与文件名不一致")
        if guide.region not in regions:
            raise KnowledgeError(f"{path.name}：region {guide.region} 不在 regions.csv 中")
        if vague := catch_all(guide):
            raise KnowledgeError(f"{path.name}：材料或条件用了兜底的说法，要写明是什么，否则不得要求提供：“{vague[0]}”")
        guides[guide.id] = guide
    qa: dict[str, QuestionAnswer] = {}
    for path in sorted((root / "qa").glob("*.yml")):
        for raw in read_yaml(path) or []:
            entry = checked(QuestionAnswer, raw, f"{path.name} {raw.get('id', '（缺 id）') if isinstance(raw, dict) else raw}")
            if entry.id in qa:
                raise KnowledgeError(f"{path.name}：{entry.id} 重复")
            if entry.item is not None and entry.item not in guides:
                raise KnowledgeError(f"{path.name} {entry.id}：item {entry.item} 没有对应的办事指南")
            qa[entry.id] = entry
    policies = {policy.id: policy for policy in load_policies(root / "policies")}
    outside = checked(Outside, read_yaml(root / "outside.yml"), "outside.yml") if (root / "outside.yml").is_file() else Outside()
    return Knowledge(
        guides=guides,
        qa=qa,
        policies=policies,
        regions=regions,
        halls=load_halls(root / "halls.yml", regions),
        lexicon=load_lexicon(root / "lexicon"),
        outside=outside,
        elsewhere=Elsewhere(read_yaml(root / "elsewhere.yml") if (root / "elsewhere.yml").is_file() else {}),
        version=knowledge_version(root),
    )


def load_lexicon(folder: Path) -> Lexicon:
    """The word lists that editors maintain; a missing file is an empty list."""

    def read(name: str) -> Any:
        path = folder / name
        return (read_yaml(path) or {}) if path.is_file() else {}

    elements = {Element(key): tuple(words) for key, words in read("elements.yml").items()}
    departments = {key: tuple(words) for key, words in read("departments.yml").items()}
    urgent = tuple(checked(Urgent, raw, "urgent.yml") for raw in read("urgent.yml") or [])
    function_words = tuple(word for line in read("function_words.yml") or [] for word in line.split())
    asking = {Element(key): tuple(spelled_out(way) for way in ways) for key, ways in read("asking.yml").items()}
    return Lexicon(
        dialect=read("dialect.yml"),
        korean=read("ko.yml"),
        elements=elements,
        departments=departments,
        function_words=function_words,
        english=read("english.yml"),
        korean_display=read("ko_display.yml"),
        urgent=urgent,
        asking=asking,
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


def knowledge_version(root: Path) -> str:
    """Hash over every file that answers come from. The golden questions are not among them."""
    hasher = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file() and "golden" not in path.relative_to(root).parts):
        hasher.update(str(path.relative_to(root)).encode())
        hasher.update(path.read_bytes())
    return hasher.hexdigest()[:16]
