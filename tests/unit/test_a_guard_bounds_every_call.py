"""A guard: nobody waits longer than the deadline, a hanging system holds its own threads alone, and its standing is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic

import pytest
from prometheus_client import REGISTRY

from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.guard import CallLimits, Guard, guarded

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Hanging:
    """A port whose calls last until the test lets them go."""

    name = "hanging"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = 0

    def ask(self, what: str) -> str:
        self.begun += 1
        self.go.wait(20)
        return what

    def refuse(self) -> None:
        raise SystemRefusedError("不受理")

    def fail(self) -> None:
        raise KeyError("a mistake in the adapter")


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    port = Hanging()
    yield port
    port.go.set()


def guard_of(system: str, **limits: float) -> Guard:
    return Guard(system, now=lambda: NOW, limits=CallLimits(**({"deadline": 0.05, "at_once": 2, "failures": 4} | limits)))


def outcomes(system: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("banshi_system_calls_total", {"system": system, "outcome": outcome}) or 0.0


def test_an_answer_comes_through_as_it_is() -> None:
    guard = guard_of("plain", deadline=5)
    assert guard.call(lambda a, b: a + b, 1, b=2) == 3
    assert guard.health().standing == "working"
    assert guard.health().last_success == NOW


def test_who_asks_a_hanging_system_hears_so_after_the_deadline(hanging: Hanging) -> None:
    port = guarded(hanging, guard_of("slow"))
    began = monotonic()
    with pytest.raises(SystemUnavailableError, match="has not answered"):
        port.ask("x")
    assert monotonic() - began < 5
    assert outcomes("slow", "timeout") == 1


def test_more_calls_than_there_are_places_are_not_begun(hanging: Hanging) -> None:
    guard = guard_of("full", failures=100)
    port = guarded(hanging, guard)
    for _ in range(2):
        with pytest.raises(SystemUnavailableError, match="has not answered"):
            port.ask("x")
    with pytest.raises(SystemUnavailableError, match="are under way"):
        port.ask("x")
    assert hanging.begun == 2
    assert guard.health().under_way == 2
    assert outcomes("full", "full") == 1


def test_places_come_back_with_the_calls(hanging: Hanging) -> None:
    guard = guard_of("freed", failures=100, deadline=5)
    hanging.go.set()
    port = guarded(hanging, guard)
    assert [port.ask(str(number)) for number in range(10)] == [str(number) for number in range(10)]
    assert guard.health().under_way == 0


def test_a_hanging_system_takes_no_place_of_another(hanging: Hanging) -> None:
    slow, quick = guard_of("one"), guard_of("other", deadline=5)
    for _ in range(4):
        with pytest.raises(SystemUnavailableError):
            slow.call(hanging.ask, "x")
    assert quick.call(str.upper, "fine") == "FINE"


def test_who_fails_often_is_left_alone(hanging: Hanging) -> None:
    guard = guard_of("tired", failures=2)
    for _ in range(2):
        with pytest.raises(SystemUnavailableError):
            guard.call(hanging.ask, "x")
    with pytest.raises(SystemUnavailableError, match="left alone"):
        guard.call(str.upper, "fine")
    assert guard.health().standing == "resting"
    assert REGISTRY.get_sample_value("banshi_system_breaker_open", {"system": "tired"}) == 1


def test_a_no_is_an_answer(hanging: Hanging) -> None:
    guard = guard_of("strict", deadline=5, failures=1)
    for _ in range(3):
        with pytest.raises(SystemRefusedError, match="不受理"):
            guard.call(hanging.refuse)
    assert guard.health().standing == "working"


def test_a_mistake_in_an_adapter_is_told_as_a_system_that_is_away(hanging: Hanging) -> None:
    guard = guard_of("mistaken", deadline=5)
    with pytest.raises(SystemUnavailableError, match="KeyError") as told:
        guard.call(hanging.fail)
    assert "a mistake in the adapter" not in str(told.value)
    assert guard.health().standing == "failing"
    assert guard.health().error


def test_what_is_no_call_of_a_port_is_the_ports_own(hanging: Hanging) -> None:
    assert guarded(hanging, guard_of("named")).name == "hanging"
