"""What a rule may need besides the record itself, and the draft that rules read."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from banshi.knowledge.fields import CATALOG_FIELDS
from banshi.knowledge.labels import is_known, nearest_label
from banshi.knowledge.lint.content import lines, rows, text_of
from banshi.knowledge.regions import PROVINCE, RegionTree
from banshi.text.normalise import normalise

DEFAULT_DOMAINS = ("gov.cn", "chsi.com.cn", "jszg.edu.cn", "95598.cn", "12306.cn")
"""Government sites, and the national services that guides lead to."""
ADDRESS_FIELDS = frozenset(("id", "region", "version", "valid_from", "valid_to", "retired"))
"""Fields by which a local override says which record it is and when it counts; a region always has its own."""


@dataclass(frozen=True)
class LintContext:
    """Everything outside the record. A rule that needs what is None or empty says nothing.

    Attributes:
        key: the record's key: id of a guide, Q&A or policy, file stem of a word list.
        region: code of the record's region; None takes it from the content.
        guides: content of the other guides of the province by id, for comparing records.
        upper: for a local override the content of the level above, complete; the override holds only what it changes.
        locked: fields that an override may not hold.
        regions: the region tree.
        departments: names of departments that are known besides the built-in systems of government.
        items_with_qa: ids of guides that some Q&A belongs to.
        question_owners: each stored phrasing, `plain_question` form → addresses `kind:key` of the records that hold it.
        superseded: 文号 that is no longer in force, in `plain_number` form → the one in its place, or "".
        domains: hosts that links may lead to, subdomains included.
        today: for what has expired.
    """

    key: str = ""
    region: str | None = None
    guides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    upper: Mapping[str, Any] | None = None
    locked: frozenset[str] = CATALOG_FIELDS
    regions: RegionTree | None = None
    departments: frozenset[str] = frozenset()
    items_with_qa: frozenset[str] | None = None
    question_owners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    superseded: Mapping[str, str] = field(default_factory=dict)
    domains: tuple[str, ...] = DEFAULT_DOMAINS
    today: date | None = None


@dataclass(frozen=True)
class Draft:
    """A record under lint: its content laid over the level above where it is a local override."""

    kind: str
    content: dict[str, Any]
    context: LintContext

    def text(self, name: str) -> str:
        """The words of a field or statement; empty where there are none."""
        return text_of(self.content.get(name))

    def label(self, name: str) -> str:
        """The label of a field with a fixed choice, a near miss read as what it means."""
        value = self.text(name)
        return value if not value or is_known(name, value) else nearest_label(name, value) or value

    def rows(self, name: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The objects of a list field with their paths."""
        return rows(self.content, name)

    def lines(self, name: str) -> list[tuple[str, str]]:
        """The texts of a list field with their paths."""
        return lines(self.content, name)

    @property
    def key(self) -> str:
        """The record's key."""
        return self.context.key or text_of(self.content.get("id"))

    @property
    def region(self) -> str:
        """Code of the record's region."""
        return self.context.region or text_of(self.content.get("region")) or PROVINCE

    @cached_property
    def formal(self) -> list[tuple[str, str]]:
        """The texts that people are told, with their paths: all but stored phrasings, ids and notes for editors."""
        return list(_formal_texts(self.content))


_STATEMENTS = ("anticipate", "promise", "handle_area", "online_handle_depth", "limit_scene_num")
_PLAIN_FIELDS = (
    *("task_name", "dept_name", "implementing_agency", "transact_place", "confused_with", "limit_explain", "service_type", "deliver_term"),
    *("limit_scene_explain", "center_name", "transact_addr", "transact_time", "result_name", "link_way", "supervise_way"),
    *("question", "answer", "department", "title", "organ"),
)
_LISTS = ("process", "by_law", "basis")
_TABLES: dict[str, tuple[str, ...]] = {
    "accept_condition": ("text", "plain_version"),
    "materials": ("material_name", "note", "accept_stand", "lacking_deadline", "issuing_unit", "by_law", "plain_version"),
    "fees": ("fee_name", "fee_stand", "fee_basis"),
    "situations": ("when", "effect"),
    "passages": ("heading", "text"),
    "choices": ("ask",),
    "handle_items": ("name",),
    "plain": ("text",),
    "special_procedure": ("name", "basis", "time_limit"),
    "steps": ("name",),
}


def _formal_texts(content: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name in _PLAIN_FIELDS:
        if isinstance(value := content.get(name), str):
            yield name, value
    for name in _STATEMENTS:
        value = content.get(name)
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, Mapping):
            yield from ((f"{name}.{part}", value[part]) for part in ("text", "basis", "plain_version") if isinstance(value.get(part), str))
    for name in _LISTS:
        yield from lines(content, name)
    for name, parts in _TABLES.items():
        for path, row in rows(content, name):
            yield from ((f"{path}.{part}", row[part]) for part in parts if isinstance(row.get(part), str))
            for inner, option in rows(row, "options"):
                if isinstance(option.get("label"), str):
                    yield f"{path}.{inner}.label", option["label"]
    for name in ("reconsideration", "litigation", "retired"):
        value = content.get(name)
        if isinstance(value, Mapping):
            yield from ((f"{name}.{part}", text) for part, text in value.items() if isinstance(text, str) and isinstance(part, str))


_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def plain_question(text: str) -> str:
    """A stored phrasing as it is compared with others."""
    try:
        # Simplified characters alone need no conversion between scripts, which takes most of the time.
        text.encode("gb2312")
        plain = unicodedata.normalize("NFKC", text).lower()
    except UnicodeEncodeError:
        plain = normalise(text)
    return _SIGNS.sub("", plain)


def plain_number(text: str) -> str:
    """A 文号 as it is compared: 发改价格〔2003〕2322号 however its brackets are written."""
    return re.sub(r"\s|第(?=\d)", "", re.sub(r"[\[【（(﹝〔]", "〔", re.sub(r"[\]】）)﹞〕]", "〕", text)))


def questions_of(kind: str, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The stored phrasings of a record with their paths; those of a Q&A with its own question first."""
    if kind == "qa":
        own = [("question", content["question"])] if isinstance(content.get("question"), str) else []
        return [*own, *lines(content, "similar")]
    questions = content.get("questions")
    if not isinstance(questions, Mapping):
        return []
    return [(f"questions.{path}", text) for element in questions if isinstance(element, str) for path, text in lines(questions, element)]


def gather(
    *,
    guides: Iterable[Mapping[str, Any]] = (),
    qa: Iterable[Mapping[str, Any]] = (),
    regions: RegionTree | None = None,
    departments: Iterable[str] = (),
    superseded: Mapping[str, str] | None = None,
    domains: Iterable[str] = DEFAULT_DOMAINS,
    today: date | None = None,
) -> LintContext:
    """The context that all records of one knowledge share.

    Add what belongs to one record with `dataclasses.replace`: key, region, upper.

    Args:
        guides: content of every guide of the province; of local overrides nothing.
        qa: content of every Q&A.
        regions, domains, today: as in `LintContext`.
        departments: formal and everyday names of departments, as the word list `departments` has them.
        superseded: 文号 → the one in its place, or "" where there is none.
    """
    by_id: dict[str, Mapping[str, Any]] = {}
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for content in guides:
        key = text_of(content.get("id"))
        by_id[key] = content
        for _, text in questions_of("guide", content):
            owners[plain_question(text)].add(f"guide:{key}")
    items: set[str] = set()
    for content in qa:
        key = text_of(content.get("id"))
        items.add(text_of(content.get("item")))
        for _, text in questions_of("qa", content):
            owners[plain_question(text)].add(f"qa:{key}")
    return LintContext(
        guides=by_id,
        regions=regions,
        departments=frozenset(departments),
        items_with_qa=frozenset(items - {""}),
        question_owners={text: frozenset(keys) for text, keys in owners.items()},
        superseded={plain_number(number): plain_number(new) for number, new in (superseded or {}).items()},
        domains=tuple(domains),
        today=today,
    )
