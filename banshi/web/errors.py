"""Refusals: one shape for all of them, documented for every route; malformed requests in Chinese sentences, without the input."""

from __future__ import annotations

from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

_REFUSALS = {
    400: "the body cannot be read",
    401: "nobody is signed in",
    403: "whoever is signed in may not do this, or the request came from another site's page",
    404: "there is no such thing, or not for whoever asks",
    409: "it was changed by somebody else meanwhile, or its state does not allow this",
    413: "the body is too large",
    422: "a value does not fit",
    429: "too many requests",
    503: "what this needs is away at the moment",
}


class Refusal(BaseModel):
    """Every answer that is no success: one sentence that people can act on."""

    detail: str


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Documentation of refusals, for `responses=` of routes and routers."""
    return {status: {"model": Refusal, "description": _REFUSALS[status]} for status in statuses}


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
