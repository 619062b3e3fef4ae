"""What lies outside: official matters that have no guide here, and talk that no service office answers.

Both are searched like knowledge, so that a question near one of them is refused although it also resembles a guide.
"""

from __future__ import annotations

from pydantic import Field

from banshi.knowledge.guide import Record


class OutsideItem(Record):
    """A real official matter without a guide."""

    name: str
    department: str
    """Who is usually responsible; said when the question is refused."""
    phrasings: tuple[str, ...]


class Outside(Record):
    """The whole file."""

    items: tuple[OutsideItem, ...] = Field(default=())
    chat: tuple[str, ...] = Field(default=())
