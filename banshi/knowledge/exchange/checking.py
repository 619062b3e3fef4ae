"""Drafts checked: against the model, against what is known, and for damaged text. What passes is a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from banshi.knowledge.exchange.cells import NONE, allowed
from banshi.knowledge.exchange.columns import MODELS
from banshi.knowledge.exchange.drafts import Draft, Location
from banshi.knowledge.exchange.headings import VALUE_LABELS
from banshi.knowledge.exchange.report import Content, ImportedRecord, Kind, Known, RowProblem
from banshi.knowledge.exchange.safety import Limits, control_character
from banshi.knowledge.garble import DamagedPassage, damaged_passages
from banshi.knowledge.guide import Record
from banshi.knowledge.labels import LABELS, is_known, nearest_label

TITLES: dict[Kind, str] = {"guide": "task_name", "qa": "question"}
_QUOTED_PASSAGES = 3
_MOST_PROBLEMS = 20
"""so many of one record are told"""
_LONGEST_QUOTE = 40
_SHORT = 500
"""characters; longer texts are not remembered"""
_LABELLED = ("server_type", "handle_type", "audience")
_LABELLED_IN_MATERIALS = ("form",)


def content_of(record: Record) -> Content:
    """A record in the form in which contents are compared: JSON values, without what is as by default."""
    content: Content = record.model_dump(mode="json", exclude_defaults=True)
    return content


def same(kind: Kind, one: Content, other: Content) -> bool:
    """Whether two contents say the same, however they write it. A content that the model refuses is only the same as itself."""
    if one == other:
        return True
    try:
        return MODELS[kind].model_validate(one) == MODELS[kind].model_validate(other)
    except ValidationError:
        return False


def checked(kind: Kind, drafts: Sequence[Draft], known: Known, limits: Limits) -> tuple[list[ImportedRecord], list[RowProblem]]:
    """The drafts that can be kept, and everything that is wrong with the others.

    Args:
        kind: of all drafts.
        drafts: as read.
        known: what they may refer to.
        limits: for the length of one field.
    """
    records: list[ImportedRecord] = []
    wrong: list[RowProblem] = []
    guides = known.guides
    if kind == "guide" and guides:
        # A guide may name another one of the same file.
        guides = {**guides, **{str(draft.content.get("id")): "" for draft in drafts}}
    for draft in drafts:
        problems = list(draft.wrong)
        record: Record | None = None
        if not problems:
            try:
                record = MODELS[kind].model_validate(draft.content)
            except ValidationError as error:
                problems += [draft.problem(kind, tuple(e["loc"]), sentence_of(e)) for e in error.errors()[:_MOST_PROBLEMS]]
        if record is not None:
            content = content_of(record)
            problems += [draft.problem(kind, at, told) for at, told in _references(kind, content, known, guides)]
            problems += [draft.problem(kind, at, told) for at, told in unfit_text(content, limits)]
            if not problems:
                title = str(content[TITLES[kind]])
                records.append(ImportedRecord(kind, str(content["id"]), title, content, draft.row, (), draft.codes))
        wrong += problems
    return records, wrong


def texts_of(value: Any, at: Location = ()) -> Iterator[tuple[Location, str]]:
    """Every text in a content with its path."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from texts_of(part, (*at, str(name)))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from texts_of(part, (*at, index))


def unfit_text(content: Content, limits: Limits) -> Iterator[tuple[Location, str]]:
    """Texts that are too long, hold characters that stand for nothing, or are damaged."""
    for at, text in texts_of(content):
        if len(text) > limits.text:
            yield at, f"有 {len(text)} 字，超过一栏的上限 {limits.text} 字"
        elif found := control_character(text):
            yield at, f"有看不见的控制字符（{found}），请删掉后重新输入"
        elif passages := _damage(text):
            quoted = "；".join(f"“{passage.quote}”（{passage.reason}）" for passage in passages[:_QUOTED_PASSAGES])
            rest = f"；等 {len(passages)} 处" if len(passages) > _QUOTED_PASSAGES else ""
            yield at, f"文字有损坏，已拒绝：{quoted}{rest}。请换用原始文件"


def _damage(text: str) -> Sequence[DamagedPassage]:
    # Looking costs a millisecond or two, and most texts of an import were looked at before: of the last one, or in another record.
    return _damage_of_short(text) if len(text) <= _SHORT else damaged_passages(text)


@lru_cache(maxsize=65_536)
def _damage_of_short(text: str) -> tuple[DamagedPassage, ...]:
    return tuple(damaged_passages(text))


def _references(kind: Kind, content: Content, known: Known, guides: Mapping[str, str]) -> Iterator[tuple[Location, str]]:
    """Names that nothing has, and days in the wrong order."""
    if kind == "qa":
        yield from _unknown(("item",), content.get("item"), guides, "办事指南")
        yield from _unknown(("topic",), content.get("topic"), known.topics, "主题")
        yield from _unknown(("department",), content.get("department"), known.departments, "责任部门")
    else:
        yield from _unknown(("parent",), content.get("parent"), guides, "上级事项")
        yield from _unknown(("domain",), content.get("domain"), known.domains, "领域")
        yield from _unknown(("dept_name",), content.get("dept_name"), known.departments, "主管部门")
        yield from _unknown(("region",), content.get("region"), known.regions, "地区代码")
    for index, region in enumerate(content.get("regions", ())):
        yield from _unknown(("regions", index), region, known.regions, "地区代码")
    for name in _LABELLED:
        for index, value in enumerate(content.get(name, ())):
            yield from _unlabelled(name, (name, index), value, known)
    for index, material in enumerate(content.get("materials", ())):
        for name in _LABELLED_IN_MATERIALS:
            yield from _unlabelled(name, ("materials", index, name), material.get(name), known)
    start, end = content.get("valid_from"), content.get("valid_to")
    if start and end and date.fromisoformat(end) < date.fromisoformat(start):
        yield ("valid_to",), f"失效日期 {end} 早于生效日期 {start}"


def _unknown(at: Location, value: str | None, names: Mapping[str, str] | frozenset[str], what: str) -> Iterator[tuple[Location, str]]:
    if value is None or not names or value in names:
        return
    told = [f"{name} {title}".strip() for name, title in names.items()] if isinstance(names, Mapping) else sorted(names)
    yield at, f"没有{what}“{value[:_LONGEST_QUOTE]}”，现有：{allowed(told, value)}"


def _unlabelled(name: str, at: Location, value: str | None, known: Known) -> Iterator[tuple[Location, str]]:
    if value is None:
        return
    table = known.labels.get(name)
    fits = value in table if table is not None else name not in LABELS or is_known(name, value)
    if not fits:
        near = nearest_label(name, value) if table is None else None
        meant = f"，是不是“{near}”" if near else ""
        yield at, f"“{value}”不在可用的选项里{meant}，可以填：{allowed(table if table is not None else LABELS[name], value)}"


def sentence_of(error: ErrorDetails) -> str:
    """What pydantic found, in a sentence an editor can act on."""
    kind, context, value = error["type"], error.get("ctx", {}), str(error.get("input"))[:_LONGEST_QUOTE]
    name = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")
    if kind == "missing":
        return f"必填，没有填（确实没有的写“{NONE}”）"
    if kind == "extra_forbidden":
        return "没有这一栏，请删去或改成正确的栏目名"
    if kind in ("literal_error", "enum"):
        values = re.findall(r"'([^']+)'", str(context.get("expected", "")))
        labels = [VALUE_LABELS.get(name, {}).get(one, one) for one in values]
        return f"“{value}”不在可用的选项里，可以填：{'、'.join(labels)}"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    simple = _SENTENCES.get(kind)
    if simple is not None:
        return simple.format(value=value, **{key: part for key, part in context.items() if isinstance(part, str | int | float)})
    return f"内容不对：{error['msg']}"


_SENTENCES = {
    "string_type": "应当是文字（数字和是否要加引号）",
    "string_too_short": "不能空着，至少 {min_length} 字",
    "string_too_long": "太长，最多 {max_length} 字",
    "string_pattern_mismatch": "“{value}”的写法不对：只能用英文小写字母、数字和连字符，答问以 qa- 开头",
    "too_short": "至少要 {min_length} 条，现有 {actual_length} 条",
    "too_long": "最多 {max_length} 条，现有 {actual_length} 条",
    "int_type": "应当是整数",
    "int_parsing": "“{value}”不是整数",
    "int_from_float": "“{value}”不是整数",
    "float_type": "应当是数字",
    "float_parsing": "“{value}”不是数字",
    "bool_type": "应当是 true 或 false",
    "bool_parsing": "“{value}”应当是 是 或 否",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "tuple_type": "应当是一列，一条一行",
    "dict_type": "应当是名称和内容的对照",
    "model_type": "应当是几个栏目组成的一项",
    "date_type": "应当是日期，例如 2026-11-01",
    "date_parsing": "“{value}”不是日期，请写成 2026-11-01",
    "date_from_datetime_parsing": "“{value}”不是日期，请写成 2026-11-01",
    "date_from_datetime_inexact": "“{value}”不是日期，请写成 2026-11-01",
}
