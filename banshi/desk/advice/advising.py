"""Advice on request: a bounded number of searches at once, each in a thread, so that the server goes on serving."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from itertools import count

from banshi.desk.advice.advice import Advice
from banshi.desk.advice.gate import Gate
from banshi.desk.advice.suggestions import Adviser, Wanted
from banshi.search.engine import Engine

PATIENCE = 0.09
"""Seconds that partial words wait for a search: with the search itself they are advised on within 150 ms, or not at all."""


class Advising:
    """The adviser behind a gate.

    Args:
        engine: gives the engine in use, None while there is no index.
        adviser: gives advice.
        at_once: searches at once; as many as there are cores when not told.
    """

    def __init__(self, engine: Callable[[], Engine | None], adviser: Adviser, *, at_once: int | None = None) -> None:
        self.engine = engine
        self.gate = Gate(at_once or max(2, os.cpu_count() or 2), PATIENCE)
        self._adviser = adviser
        self._requests = count(1)

    async def advise(self, wanted: Wanted) -> Advice | None:
        """Advice on one request, which waits for its turn; None while there is no index."""
        started = time.perf_counter()
        await self.gate.enter(f"request {next(self._requests)}", urgent=True)
        try:
            return await self.look(wanted, started)
        finally:
            self.gate.leave()

    async def look(self, wanted: Wanted, started: float) -> Advice | None:
        """Advice for who has a place at the gate; `started` is when the words were heard, of `time.perf_counter`."""
        engine = self.engine()
        if engine is None:
            return None
        advice = await asyncio.to_thread(self._adviser.advise, engine, wanted)
        return advice.model_copy(update={"took_ms": round((time.perf_counter() - started) * 1000, 1)})
