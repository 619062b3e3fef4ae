"""A guide set for printing: everything an answer tells, once (一次告知), with its source, version and date.

What is said stands in `render`; here it is only put in order. The blocks are written as Word, PDF or HTML by the three `print_` modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from banshi.knowledge.elements import Element
from banshi.knowledge.exchange.cells import Type, cell_of
from banshi.knowledge.exchange.checking import content_of
from banshi.knowledge.exchange.columns import Column, layout
from banshi.knowledge.exchange.headings import heading
from banshi.knowledge.exchange.report import Content
from banshi.knowledge.exchange.rows import rows_of
from banshi.knowledge.fields import label_of
from banshi.knowledge.guide import Guide
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.render import (
    CONFIRM,
    _mark,
    condition_text,
    material_line,
    render_elements,
    render_guide,
    render_retired,
)

LEGEND = "标记说明：带*的各地可能不同；注明“未核实”的以当地公布为准；没有标记的全国统一。"
"""Tells readers, and the import, what the marks mean."""
UNDER_TITLE = "办事指南（一次告知）"
SITUATIONS = "看您属于哪种情形："
NEXT_STEP = "下一步："
ONLY_IF = "才问："
_LONGEST_NAME = 20


@dataclass(frozen=True)
class Title:
    """The title with the line under it."""

    text: str
    under: str


@dataclass(frozen=True)
class Heading:
    """A section begins."""

    text: str


@dataclass(frozen=True)
class Lines:
    """Lines as told, with their numbers or bullets."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Pairs:
    """Names with values beside them."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Grid:
    """A table under a heading row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Title | Heading | Lines | Pairs | Grid

# What the sections tell; the other fields stand in tables under their names.
_TOLD = {
    *("anticipate", "promise", "handle_area", "online_handle_depth", "limit_scene_num", "project_type", "transact_place"),
    *("implementing_agency", "handle_type", "process", "by_law"),
}
_BASIC = ("task_name", "aliases", "domain", "task_type", "dept_name", "server_type")
_SOURCE = ("id", "version", "region", "valid_from", "valid_to")
_NOT_TOLD = {"korean", "review_priority"}
"""For the search and for editors' planning; no part of what is told."""


def blocks_of(guide: Guide, place: str | None = None) -> list[Block]:
    """The print of a guide.

    Args:
        guide: the guide.
        place: the reader's place when it is below the guide's own region, as of `render_guide`.
    """
    content = content_of(guide)
    parts: list[tuple[str, Sequence[Block]]] = [
        ("基本信息", [Pairs(tuple(_pairs(content, _BASIC)))]),
        ("白话要点", _lines(_bullets(f"{note.element.label}：{_mark(note.text, note.certainty)}" for note in guide.plain))),
        ("情形引导", _lines(_choices(guide))),
        ("受理条件", _lines(_body(guide, Element.CONDITIONS, place))),
        ("申请材料", [*_lines(_materials(guide)), *_more_on_materials(guide, content)]),
        ("办理时限", _lines(_body(guide, Element.TIME_LIMIT, place))),
        ("收费", _lines(_body(guide, Element.FEE, place))),
        ("办理流程", _lines(line for line in _body(guide, Element.PROCESS, place) if re.match(r"\d+\. ", line))),
        ("办理地点", _lines(line for line in _body(guide, Element.LOCATION, place) if not line.startswith("· 通办范围："))),
        ("网上办理", _lines(_online(guide, place))),
        ("通办范围", _lines(line for line in _body(guide, Element.SCOPE, place) if line.startswith("· 通办范围："))),
        ("不同情形", _lines(_situations(guide, place))),
        ("设定和实施依据", _lines(_body(guide, Element.BASIS, place))),
        *_rows_of_other_sheets(content),
        ("其他信息", [Pairs((*_pairs(content, _others()), *_bases(content)))]),
        ("白话版", _lines(_bullets(_plain_versions(content)))),
        ("待核实事项", _lines(_open_points(guide))),
        ("下一步", _lines(_remarks(guide, place))),
        ("来源", [Pairs(tuple(_pairs(content, _SOURCE))), Lines((LEGEND,))]),
    ]
    told: list[Block] = [Title(guide.task_name, f"{UNDER_TITLE}{f'　{place}' if place else ''}")]
    if guide.retired is not None:
        told.append(Lines(tuple(render_retired(guide.task_name, guide.retired).text.splitlines())))
    for name, blocks in parts:
        filled = [block for block in blocks if not isinstance(block, Pairs) or block.rows]
        told += [Heading(name), *filled] if filled else []
    return told


def _lines(lines: Iterable[str]) -> list[Block]:
    found = tuple(lines)
    return [Lines(found)] if found else []


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    return (f"· {line}" for line in lines)


def _body(guide: Guide, element: Element, place: str | None) -> list[str]:
    """What an answer on one element says before what all answers share: situations, next step, remarks."""
    lines = render_guide(guide, element, place=place).text.splitlines()[1:]
    return list(takewhile(lambda line: line != SITUATIONS and not line.startswith(NEXT_STEP) and not _is_remark(line), lines))


def _is_remark(line: str) -> bool:
    # The last two are said in a conversation and mean nothing on paper.
    return line == CONFIRM or line.startswith(("带*的内容", "材料看情形而定", "想知道离您最近的大厅"))


def _materials(guide: Guide) -> list[str]:
    lines = [f"{number}. {material_line(material, guide)}" for number, material in enumerate(guide.materials, 1)]
    return lines or _body(guide, Element.MATERIALS, None)


def _online(guide: Guide, place: str | None) -> list[str]:
    notes = {_mark(note.text, note.certainty) for note in guide.plain}
    return [line for line in _body(guide, Element.ONLINE, place) if line not in notes]


def _situations(guide: Guide, place: str | None) -> list[str]:
    lines = render_guide(guide, Element.CONDITIONS, place=place).text.splitlines()
    if SITUATIONS not in lines:
        return []
    rest = takewhile(lambda line: line.startswith("· "), lines[lines.index(SITUATIONS) + 1 :])
    return [f"{line}{_applies(condition_text(guide, situation.applies))}" for line, situation in zip(rest, guide.situations, strict=True)]


def _applies(condition: str) -> str:
    return f" {condition}" if condition else ""


def _choices(guide: Guide) -> Iterator[str]:
    for number, choice in enumerate(guide.choices, 1):
        needed = condition_text(guide, choice.when)
        yield f"{number}. {needed and needed + ONLY_IF}{choice.ask}"
        yield from _bullets(option.label for option in choice.options)
    if guide.handle_items:
        yield f"{heading('guide', 'handle_items')}："
        yield from _bullets(f"{item.name}{_applies(condition_text(guide, item.when))}" for item in guide.handle_items)


def _remarks(guide: Guide, place: str | None) -> list[str]:
    everything = render_elements(guide, tuple(Element), place=place).text.splitlines()
    steps = [line for line in everything if line.startswith(NEXT_STEP)]
    return [*dict.fromkeys(steps), *(line for line in everything if line == CONFIRM or line.startswith("带*的内容"))]


def _open_points(guide: Guide) -> Iterator[str]:
    for point in guide.open_points:
        elements = "、".join(element.label for element in point.elements)
        yield f"· {point.text}{f'（{elements}）' if elements else ''}"


def _pairs(content: Content, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    columns = layout("guide")[0].columns
    for name in names:
        for column in columns:
            if column.path[0] == name and (text := _shown(column, content)):
                yield column.header, text


def _shown(column: Column, content: Content) -> str:
    value: object = content
    for name in column.path:
        value = value.get(name) if isinstance(value, dict) else None
    if column.path == ("region",) and value in (None, PROVINCE):
        return f"{PROVINCE} 全省"
    if value is None or value == []:
        return ""
    if column.form.type in (Type.LINES, Type.WORDS) and isinstance(value, list):
        # Short names read well in one line; sentences and names with 、 inside want lines of their own.
        return ("\n" if any("、" in entry or len(entry) > _LONGEST_NAME for entry in value) else "、").join(map(str, value))
    return str(cell_of(column.form, value))


def _others() -> list[str]:
    """Fields of the record's own that no section tells."""
    names = dict.fromkeys(column.path[0] for column in layout("guide")[0].columns)
    return [name for name in names if name not in {*_TOLD, *_BASIC, *_SOURCE, *_NOT_TOLD}]


def _more_on_materials(guide: Guide, content: Content) -> list[Block]:
    """What a line on a material has no words for: necessity, source, blank form and the like."""
    sheet = next(sheet for sheet in layout("guide") if sheet.field == "materials")
    in_lines = {"material_name", "form", "copies", "e_license_exempt", "certainty", "note", "when"}
    rows = rows_of(sheet, [content])
    kept = [i for i, column in enumerate(sheet.columns) if i and column.path[0] not in in_lines and any(row[i] is not None for row in rows)]
    if not kept:
        return []
    header = ("材料名称", *(sheet.columns[i].header for i in kept))
    cells = [
        (material.material_name, *(str(row[i]) if row[i] is not None else "" for i in kept))
        for material, row in zip(guide.materials, rows, strict=True)
    ]
    return [Grid(header, tuple(cells))]


def _rows_of_other_sheets(content: Content) -> Iterator[tuple[str, Sequence[Block]]]:
    """Lists that `render` has no words for, as tables: 特别程序, 办件环节."""
    told = {"accept_condition", "materials", "fees", "situations", "choices", "handle_items", "plain", "open_points"}
    for sheet in layout("guide")[1:]:
        if sheet.field in told or sheet.field in ("questions", "evidence"):
            continue
        rows = rows_of(sheet, [content])
        header = tuple(column.header for column in sheet.columns[1:])
        cells = tuple(tuple("" if cell is None else str(cell) for cell in row[1:]) for row in rows)
        if cells:
            yield sheet.name, [Grid(header, cells)]


def _bases(content: Content) -> Iterator[tuple[str, str]]:
    """Legal bases of statements whose lines do not name them."""
    for column in layout("guide")[0].columns:
        if column.path[1:] == ("basis",) and column.path[0] not in ("anticipate", "handle_area") and (text := _shown(column, content)):
            yield column.header, text
    for index, fact in enumerate(content["accept_condition"]):
        if fact.get("basis"):
            yield label_of("guide", f"accept_condition.{index}.basis"), fact["basis"]


def _plain_versions(content: Content) -> Iterator[str]:
    def walk(value: object, path: str) -> Iterator[str]:
        if isinstance(value, dict):
            if text := value.get("plain_version"):
                yield f"{label_of('guide', path)}：{text}"
            for name, part in value.items():
                yield from walk(part, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for index, part in enumerate(value):
                yield from walk(part, f"{path}.{index}")

    return walk(content, "")
