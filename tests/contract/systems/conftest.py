"""A stand-in and the signed way to it, for the tests of a system; all of it by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from banshi.connect.resilience.guard import CallLimits, Guard, guarded
from banshi.connect.resilience.http import HttpSystem, SystemSettings
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault, Shop

SECRET = "sixteen letters and more"
DEADLINE = 1.0
"""Of the guard while a system fails, in seconds; tests allow for five times as much on a busy machine."""
PATIENT = 20.0
"""Of the guard where an answer is to come."""
_P = TypeVar("_P")


class Clock:
    """Time as the test tells it: a Monday morning in China."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **length: float) -> None:
        self.moment += timedelta(**length)


@dataclass
class Standin:
    """One stand-in that runs.

    Attributes:
        url: its address.
        http: the signed way there.
        shop: whose fault may be set.
    """

    url: str
    http: HttpSystem
    shop: Shop
    clock: Clock

    def behaves(self, mode: str, **more: object) -> None:
        """Set its fault."""
        self.shop.fault = Fault.model_validate({"mode": mode, "seconds": 5, **more})

    def guarded(self, port: _P, deadline: float = DEADLINE) -> _P:
        """A port behind a guard with a deadline of its own."""
        limits = CallLimits(deadline=deadline, failures=100)
        return guarded(port, Guard(self.shop.system, now=self.clock, kind="http", limits=limits))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def standin(clock: Clock) -> Iterator[Callable[[str], Standin]]:
    """Starts the stand-in of a system."""
    with ExitStack() as running:

        def start(system: str) -> Standin:
            served = running.enter_context(RunningStandins(now=clock, keys={"banshi": SECRET.encode()}, names=(system,)))
            url = f"{served.url}/{system}"
            settings = SystemSettings.model_validate({"url": url, "key": "banshi", "secret": SECRET, "timeout": 10})
            http = HttpSystem(system, settings, now=clock)
            running.callback(http.close)
            return Standin(url, http, served.shops[system], clock)

        yield start
