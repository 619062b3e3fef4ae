"""Threads for those who wait for an outside system, so that they take none from the search and the database.

asyncio's own pool has a few threads on a small machine; a handful of people who wait three seconds each for a system that hangs would
hold them all, and everybody else's turn with them.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_THREADS = ThreadPoolExecutor(64, thread_name_prefix="waiting")
"""More than all guards together let through at once (`CallLimits.at_once`); who is refused by a guard is gone in no time."""


async def waited(ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call something that may wait for an outside system; what `asyncio.to_thread` does, in threads of its own.

    Args:
        ask: blocks; calls a guarded port.
        *args: of it.
        **kwargs: of it.

    Raises:
        whatever `ask` raises.
    """
    context = contextvars.copy_context()
    call = functools.partial(context.run, ask, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_THREADS, call)
