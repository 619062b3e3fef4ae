"""The one way through which calls to an outside system go: with a deadline, with threads of its own, and past a breaker.

A system that hangs holds its own few threads and nobody else's; who asks has an error after the deadline at the latest, and at once
when all of the system's places are taken or its breaker is open.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, ParamSpec, TypeVar, cast

from banshi.connect.resilience import metrics
from banshi.connect.resilience.breaker import Breaker, BreakerState
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
Port = TypeVar("Port")
Standing = Literal["unused", "working", "failing", "resting"]


@dataclass(frozen=True)
class CallLimits:
    """What a system is given.

    Attributes:
        deadline: seconds after which whoever asks is told that it does not answer; a citizen hears a sentence within six.
        at_once: calls under way.
        failures: in a row, after which it is left alone.
        rest: seconds it is left alone.
    """

    deadline: float = 3.0
    at_once: int = 6
    failures: int = 5
    rest: float = 20.0


@dataclass(frozen=True)
class Health:
    """How a system stands, for the people who run the server.

    Attributes:
        kind: demo, http, and so on: what stands behind the port.
        standing: unused; working or failing, by the last call; resting while the breaker is open.
        error: of the last failure, without anything of what was asked.
        under_way: calls that have not come back, given up or not.
    """

    system: str
    kind: str
    standing: Standing
    breaker: BreakerState
    last_success: datetime | None
    last_failure: datetime | None
    error: str | None
    under_way: int


class Guard:
    """Guards one system.

    Args:
        system: its short name, as in settings, metrics and the log.
        kind: what stands behind the port.
        limits: what it is given.
        now: the clock, time zone included.
        clock: seconds that never go back, for the breaker.
    """

    def __init__(
        self,
        system: str,
        *,
        now: Callable[[], datetime],
        kind: str = "demo",
        limits: CallLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.system, self.kind, self._now = system, kind, now
        self.limits = limits or CallLimits()
        self._breaker = Breaker(failures=self.limits.failures, rest=self.limits.rest, clock=clock)
        self._places = threading.BoundedSemaphore(self.limits.at_once)
        self._threads = ThreadPoolExecutor(self.limits.at_once, thread_name_prefix=f"system-{system}")
        self._lock = threading.Lock()
        self._under_way = 0
        self._succeeded: datetime | None = None
        self._failed: datetime | None = None
        self._error: str | None = None

    def call(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask, and wait no longer than the deadline. Blocks; call it in a worker thread.

        Raises:
            SystemUnavailableError: there is no answer, whatever went wrong.
            SystemRefusedError: the system said no.
        """
        if not self._breaker.let_through():
            self._outcome("resting")
            raise SystemUnavailableError(f"{self.system} has failed too often and is left alone for {self.limits.rest:.0f} seconds.")
        if not self._places.acquire(blocking=False):
            self._outcome("full")
            raise SystemUnavailableError(f"{self.limits.at_once} calls to {self.system} are under way; no more are begun.")
        began = time.monotonic()
        with self._lock:
            self._under_way += 1
        future = self._threads.submit(ask, *args, **kwargs)
        future.add_done_callback(self._returned)
        try:
            found = future.result(self.limits.deadline)
        except SystemRefusedError:
            self._succeed(began, "refused")
            raise
        except TimeoutError:
            error = SystemUnavailableError(f"{self.system} has not answered for {self.limits.deadline:g} seconds.")
            self._fail(began, "timeout", error)
            raise error from None
        except SystemUnavailableError as error:
            self._fail(began, "unavailable", error)
            raise
        except Exception as error:  # a mistake in an adapter is no reason to leave a citizen without a sentence
            log.exception("The adapter of %s failed.", self.system)
            wrapped = SystemUnavailableError(f"The adapter of {self.system} failed ({type(error).__name__}).")
            self._fail(began, "error", wrapped)
            raise wrapped from error
        self._succeed(began, "ok")
        return found

    def health(self) -> Health:
        """How the system stands now."""
        state = self._breaker.state
        with self._lock:
            failing = self._failed is not None and (self._succeeded is None or self._succeeded < self._failed)
            used = self._failed is not None or self._succeeded is not None
            standing: Standing = "resting" if state == "open" else "failing" if failing else "working" if used else "unused"
            return Health(
                self.system, self.kind, standing, state, self._succeeded, self._failed, self._error if failing else None, self._under_way
            )

    def close(self) -> None:
        """Begin no more calls; those under way are not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _returned(self, _: Future[Any]) -> None:
        with self._lock:
            self._under_way -= 1
        self._places.release()

    def _succeed(self, began: float, outcome: str) -> None:
        self._breaker.succeeded()
        with self._lock:
            self._succeeded = self._now()
        self._outcome(outcome, time.monotonic() - began)

    def _fail(self, began: float, outcome: str, error: Exception) -> None:
        self._breaker.failed()
        with self._lock:
            self._failed, self._error = self._now(), str(error)
        self._outcome(outcome, time.monotonic() - began)
        log.warning("%s", error)

    def _outcome(self, outcome: str, seconds: float | None = None) -> None:
        metrics.CALLS.labels(self.system, outcome).inc()
        if seconds is not None:
            metrics.SECONDS.labels(self.system).observe(seconds)
        metrics.BREAKER_OPEN.labels(self.system).set(self._breaker.state == "open")


class _Guarded:
    """Stands for a port."""

    def __init__(self, port: object, guard: Guard) -> None:
        self._port, self._guard = port, guard

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        return functools.partial(self._guard.call, method) if callable(method) else method


def guarded(port: Port, guard: Guard) -> Port:
    """The same port, each of its calls through the guard.

    Args:
        port: an adapter, demo or real. Its calls block.
        guard: of its system.
    """
    return cast(Port, _Guarded(port, guard))
