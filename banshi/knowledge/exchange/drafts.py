"""A record as read, before it is checked: its content, and where each part of it stands in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from banshi.knowledge.exchange.columns import Shape, Sheet
from banshi.knowledge.exchange.report import Content, Kind, RowProblem
from banshi.knowledge.fields import label_of

Location = tuple[str | int, ...]
"""Path into a content, as pydantic names it."""


class Place(NamedTuple):
    """A row of a sheet."""

    sheet: Sheet
    row: int


@dataclass
class Draft:
    """One record as read."""

    row: int
    content: Content = field(default_factory=dict)
    places: dict[Location, Place] = field(default_factory=dict)
    """Part of the content → the row it stands in; empty where the file has no rows."""
    codes: dict[str, str] = field(default_factory=dict)
    wrong: list[RowProblem] = field(default_factory=list)
    several_sheets: bool = False

    def problem(self, kind: Kind, location: Location, message: str) -> RowProblem:
        """What is wrong at a path, told as the editor sees the file."""
        for length in range(len(location), -1, -1):
            place = self.places.get(location[:length])
            if place is not None:
                header = _header(place.sheet, location[length:])
                return RowProblem(place.row, field_name(place.sheet, header, self.several_sheets), message)
        return RowProblem(self.row, label_of(kind, ".".join(map(str, location))), message)


def field_name(sheet: Sheet, header: str, several_sheets: bool) -> str:
    """A column, with its sheet before it where there are several."""
    return f"{sheet.name}·{header}".rstrip("·") if several_sheets else header


def _header(sheet: Sheet, rest: Location) -> str:
    names = tuple(part for part in rest if isinstance(part, str))
    columns = sheet.columns if sheet.shape is Shape.RECORD else sheet.columns[1:]
    fitting = [column for column in columns if column.path == names[: len(column.path)]]
    if not fitting and names:
        # A whole object is missing: its first column stands for it.
        fitting = [column for column in columns if column.path[: len(names)] == names]
    return fitting[0].header if fitting else ""
