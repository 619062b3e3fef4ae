"""The sample applications of today, where no system of applications is set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from banshi.connect.applications.demo import DemoApplications
from banshi.connect.applications.port import Application
from banshi.knowledge.guide import Guide


class DailyApplications:
    """The demo, made anew when the day changes: its samples are dated relative to the day.

    Args:
        path: its file.
        guides: gives the guides that the samples are of; called when they are made.
        today: gives the day, in China.
    """

    def __init__(self, path: Path, *, guides: Callable[[], Mapping[str, Guide]], today: Callable[[], date]) -> None:
        self._path, self._guides, self._today = path, guides, today
        self._lock = threading.Lock()
        self._made: tuple[date, DemoApplications] | None = None

    def find(self, application_no: str, second_factor: str) -> Application | None:
        """See `ApplicationSource.find`."""
        return self._source().find(application_no, second_factor)

    def of_person(self, identity: str) -> tuple[Application, ...]:
        """See `ApplicationSource.of_person`."""
        return self._source().of_person(identity)

    def _source(self) -> DemoApplications:
        with self._lock:
            today = self._today()
            if self._made is None or self._made[0] != today:
                self._made = today, DemoApplications(self._path, guides=self._guides(), today=today)
            return self._made[1]
