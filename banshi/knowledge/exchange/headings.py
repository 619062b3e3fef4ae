"""Names of sheets, columns and values in exchanged files: those of `fields`, and where a sheet needs another, the one here."""

from __future__ import annotations

from banshi.knowledge.elements import LABELS as ELEMENT_LABELS
from banshi.knowledge.exchange.report import Kind
from banshi.knowledge.fields import FIELD_LABELS

RECORD_SHEETS: dict[Kind, str] = {"guide": "事项", "qa": "答问"}
"""The sheet with one row a record."""

_HEADINGS: dict[Kind, dict[str, str]] = {
    "qa": {"item": "关联事项"},
    "guide": {
        # Beside the column 编号 of the record.
        "choices.id": "问题代号",
        "choices.options.id": "选项代号",
        "choices.options.label": "选项",
        "choices.options.words": "口头说法",
        "choices.when": "什么时候问",
        "handle_items.id": "办理项代号",
        "questions": "问法",
        "also_asks": "也算这个要素的问法",
    },
}

NOTES: dict[str, str] = {
    "id": "英文小写字母、数字和连字符，例如 hz-newborn；已有的编号表示修改，新编号表示新增",
    "item": "办事指南的编号，可空",
    "similar": "群众会怎么问，至少 8 条",
    "regions": "地区代码，一行一个；全省写 220000",
    "region": "地区代码；全省写 220000",
    "version": "整数，新记录写 1",
    "valid_to": "长期有效的留空",
    "retired.since": "没有停用的，停用的几列都留空",
    "materials.copies": "1 到 20",
    "materials.when": "所有情形都要的留空",
    "situations.applies": "不由引导问题决定的留空",
    "choices.ask": "同一个问题的几行写一样的，或只写在第一行",
    "choices.when": "每次都问的留空",
    "choices.options.words": "群众说出哪些话就算选了它",
    "handle_items.when": "只有一个办理项的留空",
    "open_points.elements": "涉及整个事项的留空",
    "also_asks": "排在别的要素下、但也可以理解成问这个要素的问法，须与“问法”里的一字不差",
    "basis_checked": "看过原文的填 是，凭记忆的填 否",
}
"""Field, or the last name of its path → what an editor should know besides its type."""

VALUE_LABELS: dict[str, dict[str, str]] = {
    "certainty": {"national": "全国统一", "local": "各地不同", "unsure": "待核实"},
    "element": {element.value: label for element, label in ELEMENT_LABELS.items()},
    "elements": {element.value: label for element, label in ELEMENT_LABELS.items()},
    "e_license_exempt": {"yes": "可以", "no": "不可以", "local": "部分地方可以"},
    "review_priority": {"high": "高", "medium": "中", "low": "低"},
}
"""Field → value → label, for values that are not Chinese themselves."""


def sheet_name(kind: Kind, name: str) -> str:
    """The sheet of a field that has one of its own."""
    found = FIELD_LABELS[kind].get(name)
    return found.label if found is not None else name


def heading(kind: Kind, path: str, inside: str = "") -> str:
    """The column of a field.

    Args:
        kind: of the record.
        path: names with dots: materials.copies.
        inside: the field whose sheet the column stands in; its own name is left out there.
    """
    if path in _HEADINGS[kind]:
        return _HEADINGS[kind][path]
    found = FIELD_LABELS[kind].get(path)
    if found is None:
        return path
    label = found.label
    if inside and inside in FIELD_LABELS[kind]:
        label = label.removeprefix(FIELD_LABELS[kind][inside].label).strip()
    return label.replace(" ", "·")


def note(path: str) -> str:
    """What an editor should know of a field besides its type."""
    return NOTES.get(path) or NOTES.get(path.rpartition(".")[2] if path.endswith(".basis_checked") else path, "")
