"""What runs beside the encoder moves off its processor, and may run anywhere afterwards."""

from __future__ import annotations

import os
import threading

import pytest

from banshi.search import beside as module
from banshi.search.beside import beside

linux = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux says on which processor a thread runs")


def test_the_job_runs_on_another_thread_and_gives_its_result_or_its_error() -> None:
    assert beside(threading.get_ident).result() != threading.get_ident()
    assert beside(divmod, 7, 2).result() == (3, 1)
    with pytest.raises(ZeroDivisionError):
        beside(divmod, 7, 0).result()


@linux
def test_it_leaves_the_callers_processor_and_is_free_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed, moves = os.sched_getaffinity(0), []
    monkeypatch.setattr(module, "_processor", lambda: min(allowed))
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, processors: moves.append(set(processors)))
    assert beside(os.sched_getaffinity, 0).result() == allowed
    assert moves == ([allowed - {min(allowed)}, allowed] if len(allowed) > 1 else [])


@linux
def test_the_processors_of_a_thread_are_the_same_after_the_job() -> None:
    for _ in range(20):
        assert beside(os.sched_getaffinity, 0).result() == os.sched_getaffinity(0)


@linux
def test_with_one_processor_it_runs_where_it_is() -> None:
    def alone() -> set[int]:
        allowed = os.sched_getaffinity(0)
        one = min(allowed)
        os.sched_setaffinity(0, {one})
        try:
            module._leave(one)
            return os.sched_getaffinity(0)
        finally:
            os.sched_setaffinity(0, allowed)

    assert len(beside(alone).result()) == 1


def test_where_no_processor_is_told_it_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_processor", None)
    assert beside(divmod, 7, 2).result() == (3, 1)
