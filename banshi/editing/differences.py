"""What differs between two revisions, field by field, in words that editors know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from banshi.knowledge.elements import LABELS
from banshi.knowledge.fields import FIELD_LABELS

_ELEMENTS: dict[str, str] = {element.value: label for element, label in LABELS.items()}
_NAMES = ("material_name", "fee_name", "when", "text", "name", "ask", "label", "id")


@dataclass(frozen=True)
class Difference:
    """One field that differs.

    Attributes:
        path: where, as in lint findings.
        label: the same for people.
        before, after: the value in words; None where there is none.
    """

    path: str
    label: str
    before: str | None
    after: str | None


def differences(kind: str, before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Compare two contents, in the order of the later one's fields; fields that went come last."""
    labels = FIELD_LABELS.get(kind, {})
    found: list[Difference] = []
    for name in [*after, *(name for name in before if name not in after)]:
        label = labels[name].label if name in labels else name
        found += _compare(name, label, before.get(name), after.get(name))
    return found


def _compare(path: str, label: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*after, *before]):
            named = _ELEMENTS.get(key, key)
            yield from _compare(f"{path}.{key}", f"{label} · {named}", before.get(key), after.get(key))
    elif _is_table(before) and _is_table(after):
        yield from _rows(path, label, before, after)
    else:
        yield Difference(path, label, in_words(before), in_words(after))


def _rows(path: str, label: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Difference]:
    """Rows are paired by their name, so that one inserted above does not make all below look changed."""
    old = {_name(row, number): (number, row) for number, row in enumerate(before)}
    new = {_name(row, number): (number, row) for number, row in enumerate(after)}
    for name, (number, row) in new.items():
        was = old.get(name, (0, None))[1]
        if was != row:
            yield Difference(f"{path}.{number}", f"{label} 第{number + 1}项", in_words(was), in_words(row))
    for name, (number, row) in old.items():
        if name not in new:
            yield Difference(f"{path}.{number}", f"{label} 原第{number + 1}项", in_words(row), None)


def _name(row: dict[str, Any], number: int) -> str:
    return next((str(row[name]) for name in _NAMES if row.get(name)), f"#{number}")


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def in_words(value: Any) -> str | None:
    """A value as an editor reads it: lists a line each, objects as name：value."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "\n".join(filter(None, map(in_words, value)))
    if isinstance(value, dict):
        return "；".join(f"{_word(key)}：{in_words(item)}" for key, item in value.items() if item not in (None, [], {}, ""))
    return str(value)


_WORDS = {
    "material_name": "名称", "form": "形式", "copies": "份数", "e_license_exempt": "电子证照免交", "certainty": "确定程度", "note": "说明",
    "when": "情形", "fee_name": "项目", "fee_stand": "标准", "fee_basis": "依据", "basis": "依据", "basis_checked": "依据已核对",
    "text": "内容", "effect": "说明", "applies": "适用选项", "ask": "问题", "options": "选项", "label": "名称", "words": "口语说法",
    "name": "名称", "id": "编号", "element": "要素", "since": "起", "told": "告诉群众的话", "instead": "现在怎样办",
    "elements": "要素",
}  # fmt: skip


def _word(key: str) -> str:
    return _WORDS.get(key, key)
