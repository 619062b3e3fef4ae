"""Adapters over HTTP to stand-ins that behave, or do not."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any, TypeVar

from banshi.connect.resilience.guard import CallLimits, Guard, guarded
from banshi.connect.resilience.http import HttpSystem, SystemSettings
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""A Monday, nine in the morning in China."""
KEY, SECRET = "banshi", b"sixteen letters!"
CALLBACK_SECRET = b"letters to call back"
Port = TypeVar("Port")

AWAY = (
    Fault(mode="slow", seconds=30),
    Fault(mode="half_open", seconds=30),
    Fault(mode="error", status=500),
    Fault(mode="error", status=503),
    Fault(mode="error", status=403),
    Fault(mode="broken"),
)
"""Ways in which any system can be away."""


def named(fault: Fault) -> str:
    """For the ids of tests."""
    return f"{fault.mode}{fault.status if fault.mode == 'error' else ''}"


def running(*names: str, **options: Any) -> RunningStandins:
    """Stand-ins that take our signed requests only."""
    return RunningStandins(**{"now": lambda: NOW, "keys": {KEY: SECRET}, "names": names, **options})


def reached(standins: RunningStandins, name: str, **changes: Any) -> HttpSystem:
    """The way to one of them."""
    settings = {"url": f"{standins.url}/{name}", "key": KEY, "secret": SECRET.decode(), "timeout": 5, **changes}
    return HttpSystem(name, SystemSettings.model_validate(settings), now=lambda: NOW)


def through_a_guard(port: Port, deadline: float) -> Port:
    """The port as the server has it, with another deadline."""
    return guarded(port, Guard("tested", now=lambda: NOW, limits=CallLimits(deadline=deadline, failures=100)))


def chance() -> random.Random:
    """The same each time."""
    return random.Random(7)
