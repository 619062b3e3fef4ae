"""Work on another thread while this one computes outside the interpreter, on another processor if there is one.

Waking a thread does not say where it runs: the kernel of a virtual machine takes a halted processor for a busy one and wakes the thread on
the waker's, where the two then take turns. The thread therefore moves off it first; what processor it is moved to is the kernel's choice.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="beside")
# Linux has both; elsewhere threads run where they are woken.
_processor: Callable[[], int] | None = getattr(ctypes.PyDLL(None), "sched_getcpu", None) if hasattr(os, "sched_setaffinity") else None


def beside(job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Begin a job that runs while the caller is busy on its processor."""
    busy = None if _processor is None else _processor()

    def run() -> T:
        if busy is not None:
            _leave(busy)
        return job(*args, **kwargs)

    return _pool.submit(run)


def _leave(processor: int) -> None:
    """Move this thread off a processor; it may come back to it later."""
    allowed = os.sched_getaffinity(0)
    if elsewhere := allowed - {processor}:
        os.sched_setaffinity(0, elsewhere)
        os.sched_setaffinity(0, allowed)
