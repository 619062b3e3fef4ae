"""Emergencies and crises: recognised by plain words, answered before anything else, by the same rule with or without Rasa."""

from __future__ import annotations

from pydantic import Field

from banshi.knowledge.guide import Record


class Urgent(Record):
    """One kind of emergency."""

    kind: str
    words: tuple[str, ...] = Field(min_length=1)
    text: str
    """What is said; names the number to call."""


def find_urgent(text: str, kinds: tuple[Urgent, ...]) -> Urgent | None:
    """The first kind, in the order of the file, one of whose words is in the text."""
    return next((kind for kind in kinds if any(word in text for word in kind.words)), None)
