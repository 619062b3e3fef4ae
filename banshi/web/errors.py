"""Malformed requests in Chinese sentences, never with the input in them."""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError

_KINDS = {
    "json_invalid": "不完整，读不出来",
    "missing": "缺少这一项",
    "string_type": "应当是文字",
    "string_too_long": "太长了",
    "int_parsing": "应当是整数",
    "int_type": "应当是整数",
    "greater_than_equal": "太小了",
    "less_than_equal": "太大了",
    "date_parsing": "应当是日期，例如 2026-11-21",
    "date_from_datetime_parsing": "应当是日期，例如 2026-11-21",
    "extra_forbidden": "没有这一项",
    "model_attributes_type": "应当是一个对象",
    "dict_type": "应当是一个对象",
    "enum": "不在可用的取值里",
    "bool_type": "应当是 true 或 false",
}


def sentence_for(error: RequestValidationError) -> str:
    """What is wrong with a request, field by field."""
    problems = []
    for one in error.errors():
        # A position inside broken JSON is no field name.
        field = ".".join(str(part) for part in one["loc"][1:] if not isinstance(part, int)) or "请求正文"
        problems.append(f"{field}{_KINDS.get(one['type'], '的取值不对')}")
    return f"请求的格式不对：{'；'.join(dict.fromkeys(problems))}。"
