"""The circuit breaker, with a clock that the test moves."""

from __future__ import annotations

import pytest

from banshi.connect.resilience.breaker import Breaker


class Clock:
    """Moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, rest=20, clock=clock)


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    for _ in range(3):
        assert breaker.let_through()
        breaker.failed()
    assert breaker.state == "open"
    assert not breaker.let_through()


def test_one_success_between_them_keeps_it_closed(breaker: Breaker) -> None:
    for succeeds in (False, False, True, False, False):
        assert breaker.let_through()
        breaker.succeeded() if succeeds else breaker.failed()
    assert breaker.state == "closed"


def test_after_a_rest_one_call_tries(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        breaker.failed()
    clock.seconds = 20
    assert breaker.state == "half-open"
    assert [breaker.let_through() for _ in range(5)] == [True, False, False, False, False]


def test_a_trial_that_succeeds_closes_it_and_one_that_fails_begins_another_rest(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        breaker.failed()
    clock.seconds = 20
    assert breaker.let_through()
    breaker.failed()
    assert not breaker.let_through()
    clock.seconds = 40
    assert breaker.let_through()
    breaker.succeeded()
    assert breaker.state == "closed"
    assert all(breaker.let_through() for _ in range(10))


def test_a_trial_of_which_nothing_is_heard_is_followed_by_another(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        breaker.failed()
    clock.seconds = 20
    assert breaker.let_through()
    clock.seconds = 39
    assert not breaker.let_through()
    clock.seconds = 40
    assert breaker.let_through()
