"""Whatever stands in a record, lint answers, and the repairs it offers can be carried out."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from banshi.knowledge.fields import FIELD_LABELS
from banshi.knowledge.lint import LintContext, lint, repair
from banshi.knowledge.sources import read_sources
from banshi.settings import Settings

RECORDS = {address: editions[-1] for address, editions in read_sources(Settings().knowledge_dir).records.items()}
GUIDE = RECORDS["guide", "crj-hkmo", "220000"]
ENTRY = next(content for address, content in RECORDS.items() if address.kind == "qa")
CONTEXT = LintContext(
    key="x",
    guides={"hz-newborn": GUIDE, "": {}},
    items_with_qa=frozenset(),
    question_owners={"身份证": frozenset({"qa:other"})},
    superseded={"财税〔2016〕79号": "财税〔2027〕1号", "": "", "(": ")"},
    today=date(2026, 11, 22),
)
NAMES = sorted(
    {part for fields in FIELD_LABELS.values() for name in fields for part in name.split(".")} | {"受理条件", "name", "", "a.b", "0"}
)
WORDS = [
    "其他材料",
    "20个工作日",
    "IV级",
    "0-1",
    "是",
    "行政许可",
    "免费",
    "10元",
    "2025-12-31",
    "8523123",
    "http://a.b",
    "证明",
    "白底2张",
]
WORDS += ["\x00", "\ud800", "²", "9" * 500]
words = st.sampled_from(WORDS)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), words, st.lists(words).map("".join))
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=5))
values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=5)), max_leaves=20
)
LISTS = ["", "dialect", "elements", "departments", "urgent", "function_words", "general", "asking", "korean_asks"]
records = st.dictionaries(names, values, max_size=12)


def try_all(kind: str, content: dict[str, Any], context: LintContext) -> None:
    for finding in lint(kind, content, context):
        assert finding.message and finding.label
        if finding.repair is not None:
            assert isinstance(repair(kind, content, finding.rule, finding.path, context), dict)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(["guide", "qa", "policy", "lexicon", "other"]), content=records, key=st.sampled_from(LISTS))
def test_any_content_is_linted(kind: str, content: dict[str, Any], key: str) -> None:
    try_all(kind, content, LintContext(**{**CONTEXT.__dict__, "key": key}))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


@settings(max_examples=300, deadline=None)
@given(data=st.data(), is_guide=st.booleans(), value=values)
def test_a_real_record_with_anything_in_any_place_is_linted(data: st.DataObject, is_guide: bool, value: Any) -> None:
    content = copy.deepcopy(GUIDE if is_guide else ENTRY)
    place = data.draw(st.sampled_from(places(content)[1:]))
    target: Any = content
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    try_all("guide" if is_guide else "qa", content, CONTEXT)


@settings(max_examples=100, deadline=None)
@given(override=records, upper=records)
def test_any_local_override_is_linted(override: dict[str, Any], upper: dict[str, Any]) -> None:
    try_all("guide", override, LintContext(**{**CONTEXT.__dict__, "upper": upper, "region": "222400"}))


def test_deep_nesting_is_no_reason_to_fail() -> None:
    deep: Any = "其他材料"
    for _ in range(500):
        deep = [deep]
    for kind in ("guide", "qa", "policy"):
        assert lint(kind, {"materials": deep, "answer": deep, "passages": deep}, CONTEXT)
