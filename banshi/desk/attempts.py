"""Counting attempts and messages in a sliding window."""

from __future__ import annotations

import threading
from collections import deque
from contextvars import ContextVar

CALLER: ContextVar[str | None] = ContextVar("CALLER", default=None)
"""The network address that the message under way came from; set where it comes in. None: not by the network."""


class SlidingWindow:
    """At most `limit` events a key in `seconds`.

    Args:
        limit: 0 turns it off.
        seconds: length of the window.
        keys: how many keys are remembered; the oldest is dropped beyond it, so that a flood of keys cannot fill the memory.
    """

    def __init__(self, limit: int, seconds: float, *, keys: int = 100_000) -> None:
        self._limit, self._seconds, self._keys = limit, seconds, keys
        self._events: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def full(self, key: str, now: float) -> bool:
        """Whether the key has used up its window. Does not count."""
        if self._limit == 0:
            return False
        with self._lock:
            events = self._events.get(key)
            if events is None:
                return False
            while events and events[0] <= now - self._seconds:
                events.popleft()
            if not events:
                del self._events[key]
            return len(events) >= self._limit

    def count(self, key: str, now: float) -> None:
        """Count one event."""
        if self._limit == 0:
            return
        with self._lock:
            if key not in self._events and len(self._events) >= self._keys:
                self._events.pop(next(iter(self._events)))
            self._events.setdefault(key, deque(maxlen=self._limit)).append(now)
