"""A document as a row of blocks, each with its place; what they mean is read in `reading`."""

from __future__ import annotations

from dataclasses import dataclass, field

from banshi.knowledge.exchange.report import Passage

LONGEST_SHOWN = 300
"""characters of a passage that is only shown"""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or a table."""

    where: str
    text: str = ""
    """A paragraph's or a heading's text, one line."""
    level: int = 0
    """1 to 9 for a heading."""
    parts: tuple[str, ...] = ()
    """A paragraph's pieces where it is laid out in pieces: before and after a tab, or in elements of its own."""
    rows: tuple[tuple[str, ...], ...] = ()
    """A table's cells, lines in a cell separated by newlines."""
    aside: bool = False
    """Part of a page's furniture: menu, header, footer."""


@dataclass
class Blocks:
    """A document."""

    blocks: list[Block] = field(default_factory=list)
    unread: list[Passage] = field(default_factory=list)
    """Hidden text."""
