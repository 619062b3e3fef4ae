"""Shape: what keeps a record from loading, one finding for each place, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from banshi.knowledge.fields import FIELD_LABELS, label_of
from banshi.knowledge.guide import Guide, Record
from banshi.knowledge.lint.content import at, drop, holds, put
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule
from banshi.knowledge.lint.names import in_current_names
from banshi.knowledge.policies import Policy
from banshi.knowledge.qa import QuestionAnswer

_MODELS: dict[str, type[Record]] = {"guide": Guide, "qa": QuestionAnswer, "policy": Policy}
_LIST_ERRORS = ("tuple_type", "list_type")


def _said(error: ErrorDetails, label: str) -> str:
    kind, context = error["type"], error.get("ctx", {})
    known: dict[str, str] = {
        "missing": f"缺少“{label}”",
        "extra_forbidden": f"没有“{label}”这个字段，请检查字段名",
        "too_short": f"“{label}”至少要有{context.get('min_length')}条，现在有{context.get('actual_length')}条",
        "too_long": f"“{label}”最多{context.get('max_length')}条，现在有{context.get('actual_length')}条",
        "string_too_short": f"“{label}”不能是空的" if context.get("min_length") == 1 else f"“{label}”至少要{context.get('min_length')}个字",
        "string_too_long": f"“{label}”最多{context.get('max_length')}个字",
        "string_pattern_mismatch": f"“{label}”的写法不对，只能用小写字母、数字和规定的连接符",
        "greater_than_equal": f"“{label}”不能小于{context.get('ge')}",
        "less_than_equal": f"“{label}”不能大于{context.get('le')}",
        "literal_error": f"“{label}”不在规定的说法里，可用：{_listed(context.get('expected'))}",
        "enum": f"“{label}”不在规定的说法里，可用：{_listed(context.get('expected'))}",
        "none_required": f"“{label}”应当是空的",
    }
    if kind in known:
        return known[kind]
    if kind == "value_error":
        return f"“{label}”：{context.get('error', error['msg'])}"
    wanted = {
        "string": "文字", "int": "整数", "float": "数字", "bool": "“是”或“否”（true 或 false）", "date": "日期，如 2025-12-31",
        "tuple": "列表，一行一条", "list": "列表，一行一条", "dict": "名称和内容成对的一组", "model": "有各个字段的一组内容",
    }  # fmt: skip
    words = next((words for start, words in sorted(wanted.items(), key=lambda item: -len(item[0])) if kind.startswith(start)), None)
    return f"“{label}”应当是{words}" if words else f"“{label}”填得不对（{error['msg']}）"


def _listed(expected: Any) -> str:
    return "、".join(re.findall("'([^']+)'", str(expected))) or str(expected)


def _errors(draft: Draft) -> list[ErrorDetails]:
    try:
        _MODELS[draft.kind].model_validate(in_current_names(draft.content) if draft.kind == "guide" else draft.content)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    except (RecursionError, OverflowError, ValueError) as error:  # pydantic-core on content that no record can hold
        return [{"type": "value_error", "loc": (), "msg": str(error), "input": None, "ctx": {"error": "内容没法读取，嵌套太深或数字太大"}}]
    return []


def _path(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"] if part != "[key]")


def _as_list(draft: Draft, path: str) -> list[str] | None:
    """Text where a list of text belongs, taken apart at the signs between."""
    value = at(draft.content, path)
    field = FIELD_LABELS[draft.kind].get(path)
    if isinstance(value, str) and field is not None and field.type in ("texts", "labels"):
        return [part.strip() for part in re.split(r"[、,，;；\n]", value) if part.strip()] or None
    return None


def _shape(draft: Draft) -> Iterator[Found]:
    for error in _errors(draft):
        path = _path(error)
        label = label_of(draft.kind, path)
        value = at(draft.content, path) if path else ""
        repair = None
        # What stands under a former name has no such place yet: the name is repaired first.
        if error["type"] == "extra_forbidden" and holds(draft.content, path):
            repair = "删去这个字段"
        elif error["type"] in _LIST_ERRORS and _as_list(draft, path):
            repair = "改成列表"
        yield Found(path, _said(error, label), "" if isinstance(value, Mapping | list) or value is None else str(value)[:60], repair)


def _mend(draft: Draft, path: str) -> None:
    error = next(error for error in _errors(draft) if _path(error) == path)
    if error["type"] == "extra_forbidden":
        drop(draft.content, path)
    else:
        put(draft.content, path, _as_list(draft, path))


RULES = (Rule("shape", "error", ("guide", "qa", "policy"), _shape, _mend),)
