"""Records laid out as rows of the sheets of their kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from banshi.knowledge.exchange.cells import NONE, Written, cell_of
from banshi.knowledge.exchange.columns import Column, Shape, Sheet
from banshi.knowledge.exchange.report import Content

Row = list[Written]


def rows_of(sheet: Sheet, contents: Iterable[Content]) -> list[Row]:
    """The rows that a sheet has for these records, in their order. What a record leaves out is an empty cell."""
    return [row for content in contents for row in _ROWS[sheet.shape](sheet, content)]


def _record(sheet: Sheet, content: Content) -> list[Row]:
    return [[_cell(column, content) for column in sheet.columns]]


def _entries(sheet: Sheet, content: Content) -> list[Row]:
    if content.get(sheet.field) == [] and sheet.required:
        return [_none(sheet, content)]
    return [[content.get("id"), *(_cell(column, entry) for column in sheet.columns[1:])] for entry in content.get(sheet.field) or ()]


def _nested(sheet: Sheet, content: Content) -> list[Row]:
    if content.get(sheet.field) == [] and sheet.required:
        return [_none(sheet, content)]
    return [
        [content.get("id"), *(_cell(column, {**outer, sheet.inner: inner}) for column in sheet.columns[1:])]
        for outer in content.get(sheet.field) or ()
        for inner in outer.get(sheet.inner) or ()
    ]


def _by_element(sheet: Sheet, content: Content) -> list[Row]:
    if content.get(sheet.field) == {} and sheet.required:
        return [_none(sheet, content)]
    fields = sheet.columns[2:]
    elements = dict.fromkeys(element for column in fields for element in content.get(column.path[0]) or ())
    return [
        [
            content.get("id"),
            cell_of(sheet.columns[1].form, element),
            *(cell_of(column.form, (content.get(column.path[0]) or {}).get(element)) for column in fields),
        ]
        for element in elements
    ]


def _pairs(sheet: Sheet, content: Content) -> list[Row]:
    return [[content.get("id"), name, text] for name, text in (content.get(sheet.field) or {}).items()]


def _none(sheet: Sheet, content: Content) -> Row:
    return [content.get("id"), NONE, *[None] * (len(sheet.columns) - 2)]


def _cell(column: Column, entry: Mapping[str, Any]) -> Written:
    value: Any = entry
    for name in column.path:
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return cell_of(column.form, value)


_ROWS = {
    Shape.RECORD: _record,
    Shape.ROWS: _entries,
    Shape.NESTED: _nested,
    Shape.BY_ELEMENT: _by_element,
    Shape.PAIRS: _pairs,
}
