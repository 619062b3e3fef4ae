"""A circuit breaker: who failed many times in a row is left alone for a while, and then tried by one call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

BreakerState = Literal["closed", "open", "half-open"]


class Breaker:
    """Counts failures in a row. Threads may share one; no call is made under its lock, as in the libraries that offer one, where a
    hanging call makes all others wait.

    Args:
        failures: in a row that open it.
        rest: seconds it stays open before one call is let through.
        clock: seconds that never go back.
    """

    def __init__(self, *, failures: int, rest: float, clock: Callable[[], float]) -> None:
        self._failures, self._rest, self._clock = failures, rest, clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._opened: float | None = None
        self._tried: float | None = None

    @property
    def state(self) -> BreakerState:
        """closed lets calls through, open none, half-open one."""
        with self._lock:
            if self._opened is None:
                return "closed"
            return "half-open" if self._clock() - self._opened >= self._rest else "open"

    def let_through(self) -> bool:
        """Whether a call may be made now. After a rest that is one; should nothing be heard of it, one more after another rest."""
        with self._lock:
            if self._opened is None:
                return True
            now = self._clock()
            if now - self._opened < self._rest or (self._tried is not None and now - self._tried < self._rest):
                return False
            self._tried = now
            return True

    def succeeded(self) -> None:
        """A call came back: closed."""
        with self._lock:
            self._in_a_row, self._opened, self._tried = 0, None, None

    def failed(self) -> None:
        """A call failed: one more in a row, or the trial failed and another rest begins."""
        with self._lock:
            self._in_a_row += 1
            if self._opened is not None or self._in_a_row >= self._failures:
                self._opened, self._tried = self._clock(), None
