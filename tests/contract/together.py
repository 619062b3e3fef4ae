"""Threads that begin at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def together(number: int, act: Callable[[int], T]) -> list[T | Exception]:
    """What `act(0)` … `act(number - 1)` gave or raised, each in a thread of its own, all let go at once."""
    start = Barrier(number)

    def one(which: int) -> T | Exception:
        start.wait(timeout=30)
        try:
            return act(which)
        except Exception as error:
            return error

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))
