"""One telephone call as a process holds it: what was heard, and what pages are told of it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

_MOST_EVENTS = 300
_MOST_WAITING = 6
"""Whole sentences of one call that may wait; the oldest is dropped beyond it."""

Speaker = Literal["citizen", "operator"]


@dataclass(frozen=True)
class Heard:
    """What the telephone system heard; `text` is the whole sentence so far.

    Attributes:
        type: partial: still being said. final: said to the end. end: they hung up.
    """

    type: Literal["partial", "final", "end"]
    text: str = ""
    speaker: Speaker = "citizen"
    region: str | None = None
    operator: str | None = None


@dataclass(frozen=True)
class Event:
    """What pages are told: "utterance" or "suggestions"; numbers rise within a call."""

    number: int
    name: str
    data: dict[str, Any]
    passing: bool = False
    """a newer one makes it worthless"""


@dataclass
class Call:
    """One call.

    Attributes:
        started_at: it is known by this and its id; a call that goes on at another server keeps it.
        item: that it is about, as far as one is sure.
        last: what was said last.
        events: of which pages are told; the newest only.
        number: of the newest event.
        finals, partial: heard and not looked up yet, with the moment.
        before, said: words that belong to what comes next; all that was said of late.
        shown, fleeting, answered: suggestions shown now, those of them that partial words brought, and the words each answers.
        worker: looks up what was heard.
        listeners: of those who follow.
        changed: called when anything of it has changed.
    """

    id: str
    started_at: datetime
    heard_at: datetime
    region: str | None = None
    operator: str | None = None
    ended_at: datetime | None = None
    item: str | None = None
    last: str = ""
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=_MOST_EVENTS))
    number: int = 0
    finals: deque[tuple[str, float]] = field(default_factory=lambda: deque(maxlen=_MOST_WAITING))
    partial: tuple[str, float] | None = None
    before: str = ""
    said: str = ""
    shown: tuple[str, ...] = ()
    fleeting: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)
    worker: asyncio.Task[None] | None = None
    listeners: set[asyncio.Event] = field(default_factory=set)
    changed: Callable[[Call], None] | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will be told."""
        return self.ended_at is not None and (self.worker is None or self.worker.done())

    def tell(self, name: str, data: dict[str, Any], *, passing: bool) -> None:
        """Add an event; what it replaces goes."""
        self.take_in([Event(self.number + 1, name, data, passing)])

    def take_in(self, events: Iterable[Event]) -> None:
        """Add events with the numbers they have; what they replace goes."""
        for event in events:
            kind = (event.name, event.data.get("speaker"))
            kept = [one for one in self.events if not (one.passing and (one.name, one.data.get("speaker")) == kind)]
            self.number = event.number
            self.events.clear()
            self.events.extend([*kept, event])
        self.wake()

    def wake(self) -> None:
        """Let those who follow look again."""
        for listener in self.listeners:
            listener.set()
        if self.changed is not None:
            self.changed(self)
