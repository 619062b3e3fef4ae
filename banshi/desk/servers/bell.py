"""The bell between servers: whoever has written something rings, and those who show it look at the database at once.

A ring says where to look and nothing else, so one that is lost costs a moment and never a message: everybody also looks now and then.
Without Redis there is no bell, and everybody looks once a second.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

QUEUE = "queue"
"""Rung when something changed that the desk's pages show."""
CALLS = "calls"
"""Rung when something was said in a telephone call."""
SLOW = 5.0
"""Seconds between two looks while the bell works."""

Heard = Callable[[str | None], None]


class Bell:
    """The bell where there is none: nobody hears it. See `RedisBell` for one that rings.

    Attributes:
        up: whether what is rung now is heard, as far as one can know.
    """

    def __init__(self) -> None:
        self.up = False
        self._listeners: list[Heard] = []

    def listen(self, heard: Heard) -> None:
        """Be told what other servers ring, in the event loop; None when rings may have been lost, so that everything must be looked at."""
        self._listeners.append(heard)

    def ring(self, what: str) -> None:
        """Let the other servers look; from any thread, and never waiting.

        Args:
            what: id of a conversation, `QUEUE` or `CALLS`. Nothing else may go out: no text, nothing of a person.
        """

    async def run(self) -> None:
        """Work until cancelled."""

    def pace(self, alone: float) -> float:
        """Seconds until the next look of somebody who looks so often without a bell."""
        return max(alone, SLOW) if self.up else alone

    def _tell(self, what: str | None) -> None:
        for heard in self._listeners:
            heard(what)


async def rung(again: asyncio.Event, seconds: float) -> bool:
    """Wait until an event is set, at most so long, and make it ready for the next time. Gives whether it was set."""
    # Not `wait_for`: before Python 3.12 it can swallow a cancellation that comes with the event.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await again.wait()
    found = again.is_set()
    again.clear()
    return found
