"""Sheets as read from a file, before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from banshi.knowledge.exchange.cells import Value


@dataclass(frozen=True)
class TableRow:
    """One row with something in it."""

    number: int
    """as the editor's program counts it, from 1"""
    cells: Mapping[int, Value]
    """column, from 1 → value; empty cells are left out"""
    hidden: bool = False


@dataclass(frozen=True)
class Span:
    """A range of merged cells, both ends included, from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def label(self) -> str:
        """As spreadsheet programs name it: A3:B4."""
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


@dataclass(frozen=True)
class Table:
    """One sheet."""

    name: str
    rows: tuple[TableRow, ...]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Span, ...] = ()


def letters(column: int) -> str:
    """A, B, …, Z, AA for 1, 2, …, 26, 27."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
