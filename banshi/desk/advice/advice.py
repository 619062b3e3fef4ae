"""Advice as the desk and the telephone system get it: suggestions, a question to ask, what is said instead."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Level = Literal["高", "中", "低"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SuggestionSource(_Model):
    """Where a suggestion comes from."""

    title: str
    basis: str
    version: int
    valid_from: date | None


class Suggestion(_Model):
    """One suggestion."""

    key: str
    title: str
    item: str | None
    item_name: str | None
    element: str | None
    script: str
    rest: list[str]
    """how the script goes on when it does not fit a minute"""
    avoid: list[str]
    confidence: float
    level: Level
    source: SuggestionSource
    url: str | None
    changed: bool
    utterance: str
    blocks: list[dict[str, Any]]
    digest: str
    """SHA-256 of the answer object that the script says, see `banshi.desk.answer_object`: equal at every end"""


class AskOption(_Model):
    """One answer."""

    id: str
    label: str


class Ask(_Model):
    """需要追问: the situation question that decides what is told."""

    item: str
    choice: str
    question: str
    options: list[AskOption]


class Change(_Model):
    """A suggestion that was shown and is gone or replaced."""

    key: str
    reason: str


class Redirect(_Model):
    """What is said instead of any suggestion."""

    title: str
    script: str


class Advice(_Model):
    """Everything for one utterance, as the desk and the telephone system get it."""

    text: str
    took_ms: float
    confidence: float
    suggestions: list[Suggestion]
    ask: Ask | None = None
    changes: list[Change] = []
    redirect: Redirect | None = None
