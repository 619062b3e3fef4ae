"""A gate before the search: so many at once, and who waits too long with words that will soon be others is sent on."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass


@dataclass
class _Waiting:
    admitted: asyncio.Future[bool]
    since: float
    urgent: bool


_REMEMBERED = 1000


class Gate:
    """Lets a few in at a time.

    While fifty people talk, their partial sentences can be more than two cores look up. What is said to the end goes first, in the order in
    which it was said. Of the rest those go first who were served the longest ago; who has waited for `patience` is sent on without: the
    next words come within a second, and an answer that late would be read beside other words.

    Args:
        at_once: searches at once.
        patience: seconds that partial words wait at most.
    """

    def __init__(self, at_once: int, patience: float) -> None:
        self._free, self._patience = at_once, patience
        self._waiting: dict[str, _Waiting] = {}
        self._served: OrderedDict[str, float] = OrderedDict()
        self.sent_on = 0
        """Partial sentences sent on so far."""

    async def enter(self, key: str, *, urgent: bool) -> bool:
        """Wait for a place; each True needs a `leave`.

        Args:
            key: whose; may wait only once at a time.
            urgent: waits as long as it takes.

        Returns:
            False when it waited too long.
        """
        loop = asyncio.get_running_loop()
        if self._free > 0:
            self._free -= 1
            self._note(key, loop.time())
            return True
        waiting = _Waiting(loop.create_future(), loop.time(), urgent)
        self._waiting[key] = waiting
        timer = loop.call_later(self._patience, self._give_up, key, waiting)
        try:
            return await waiting.admitted
        except asyncio.CancelledError:
            if waiting.admitted.done() and not waiting.admitted.cancelled() and waiting.admitted.result():
                self.leave()
            raise
        finally:
            timer.cancel()
            if self._waiting.get(key) is waiting:
                del self._waiting[key]

    def hurry(self, key: str) -> None:
        """Whoever waits under this key has something urgent now."""
        if key in self._waiting:
            self._waiting[key].urgent = True

    def leave(self) -> None:
        """Give the place to the next."""
        self._free += 1
        now = asyncio.get_running_loop().time()
        # Who was cancelled still stands here for a moment.
        order = sorted((key for key, one in self._waiting.items() if not one.admitted.done()), key=self._turn)
        for key in order[: self._free]:
            self._free -= 1
            self._note(key, now)
            self._waiting.pop(key).admitted.set_result(True)

    def _turn(self, key: str) -> tuple[bool, float]:
        waiting = self._waiting[key]
        return not waiting.urgent, waiting.since if waiting.urgent else self._served.get(key, 0.0)

    def _note(self, key: str, now: float) -> None:
        self._served[key] = now
        self._served.move_to_end(key)
        while len(self._served) > _REMEMBERED:
            self._served.popitem(last=False)

    def _give_up(self, key: str, waiting: _Waiting) -> None:
        if self._waiting.get(key) is waiting and not waiting.urgent and not waiting.admitted.done():
            del self._waiting[key]
            self.sent_on += 1
            waiting.admitted.set_result(False)
