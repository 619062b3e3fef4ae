"""Rows of the sheets that hold lists, put into the record they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from banshi.knowledge.exchange.cells import NONE
from banshi.knowledge.exchange.columns import Shape, Sheet
from banshi.knowledge.exchange.drafts import Draft, Place, field_name
from banshi.knowledge.exchange.report import RowProblem

Values = dict[tuple[str, ...], Any]
"""Path of a column → its value; empty cells are left out."""


@dataclass(frozen=True)
class Adding:
    """One row on its way into a record."""

    sheet: Sheet
    draft: Draft
    row: int
    values: Values
    problems: list[RowProblem]
    """what is wrong with the row; grows"""

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return Place(self.sheet, self.row)

    def refuse(self, header: str, message: str) -> None:
        """Note what is wrong."""
        self.problems.append(RowProblem(self.row, field_name(self.sheet, header, self.draft.several_sheets), message))

    def entry(self, *, under: str = "") -> dict[str, Any]:
        """The object that the row's columns make up, or those of them that stand under a name."""
        found: dict[str, Any] = {}
        for path, value in self.values.items():
            if not under:
                put(found, path, value)
            elif path[0] == under:
                put(found, path[1:], value)
        return found


def put(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set a value at a path, making the objects on the way."""
    for name in path[:-1]:
        content = content.setdefault(name, {})
    content[path[-1]] = value


def add_row(adding: Adding, *, none: bool) -> None:
    """Put a row into its record.

    Args:
        adding: the row.
        none: the row says that there is none; then no other row may stand beside it.
    """
    sheet, draft = adding.sheet, adding.draft
    empty: Any = {} if sheet.shape in (Shape.BY_ELEMENT, Shape.PAIRS) else []
    said_none = (sheet.field,) in draft.places
    if said_none or (none and sheet.field in draft.content):
        adding.refuse("", f"同一个编号既有“{NONE}”又有别的行，请删去一种")
        return
    entries = draft.content.setdefault(sheet.field, empty)
    if none:
        draft.places[(sheet.field,)] = adding.place
    else:
        _ADD[sheet.shape](adding, entries)


def _add_entry(adding: Adding, entries: list[Any]) -> None:
    adding.draft.places[(adding.sheet.field, len(entries))] = adding.place
    entries.append(adding.entry())


def _add_nested(adding: Adding, outers: list[Any]) -> None:
    sheet, places = adding.sheet, adding.draft.places
    outer = {path[0]: value for path, value in adding.values.items() if path[0] != sheet.inner}
    if not outers or outer.get("id") not in (outers[-1].get("id"), None):
        places[(sheet.field, len(outers))] = adding.place
        outers.append({**outer, sheet.inner: []})
    for name, value in outer.items():
        if outers[-1].setdefault(name, value) != value:
            header = next((column.header for column in sheet.columns[1:] if column.path == (name,)), name)
            adding.refuse(header, f"与同一个“{outers[-1].get('id')}”的上一行不一样，请写成一样的或留空")
    inner = outers[-1][sheet.inner]
    places[(sheet.field, len(outers) - 1, sheet.inner, len(inner))] = adding.place
    inner.append(adding.entry(under=sheet.inner))


def _add_by_element(adding: Adding, _: dict[str, Any]) -> None:
    element = adding.values.get(("element",))
    if element is None:
        if not adding.problems:
            adding.refuse(adding.sheet.columns[1].header, "缺少要素")
        return
    for column in adding.sheet.columns[2:]:
        if column.path in adding.values:
            by_element = adding.draft.content.setdefault(column.path[0], {})
            if element in by_element:
                adding.refuse(column.header, "这个编号的这个要素已经写过一行，请合成一行")
                return
            by_element[element] = adding.values[column.path]
            adding.draft.places[(column.path[0], element)] = adding.place


def _add_pair(adding: Adding, pairs: dict[str, Any]) -> None:
    name = adding.values.get(("key",))
    if name is None or name in pairs:
        adding.refuse(adding.sheet.columns[1].header, "缺少项目" if name is None else f"项目“{name}”写了两行，请合成一行")
        return
    pairs[name] = adding.values.get(("value",))
    adding.draft.places[(adding.sheet.field, name)] = adding.place


_ADD: dict[Shape, Callable[[Adding, Any], None]] = {
    Shape.ROWS: _add_entry,
    Shape.NESTED: _add_nested,
    Shape.BY_ELEMENT: _add_by_element,
    Shape.PAIRS: _add_pair,
}
