"""Policy texts: citable passage by passage, with number and date."""

from __future__ import annotations

from collections.abc import Iterator

from banshi.knowledge.lint.content import is_filled
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule


def _passages(draft: Draft) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for path, row in draft.rows("passages"):
        number = row.get("number")
        if isinstance(number, str) and number in seen:
            yield Found(f"{path}.number", f"条款编号“{number}”重复，引用时分不清是哪一条", number)
        elif isinstance(number, str):
            seen[number] = path
        if not is_filled(row.get("text")):
            yield Found(f"{path}.text", "这一条没有正文", str(number or "")[:20])


def _no_number(draft: Draft) -> Iterator[Found]:
    for name, label in (("document_number", "文号"), ("issued", "发文日期")):
        if not is_filled(draft.content.get(name)):
            yield Found(name, f"没有{label}，群众和窗口不好核对，请尽量查到补上")


RULES = (
    Rule("passages", "error", ("policy",), _passages),
    Rule("policy-unnumbered", "advice", ("policy",), _no_number),
)
