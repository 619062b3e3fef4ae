"""Account names that do not exist lock like those that do; otherwise the lock would tell which exist."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta


class Strangers:
    """Counts attempts for unknown names, in memory: they are no accounts, and a flood of them must not fill the database.

    Args:
        lock_after: attempts that lock a name.
        lock_for: for how long.
        names: how many are remembered; the oldest is dropped beyond it.
    """

    def __init__(self, lock_after: int, lock_for: timedelta, *, names: int = 10_000) -> None:
        self._lock_after, self._lock_for, self._names = lock_after, lock_for, names
        self._attempts: dict[str, tuple[int, datetime | None]] = {}
        self._guard = threading.Lock()

    def attempt(self, name: str, now: datetime) -> tuple[datetime | None, bool]:
        """Count one attempt.

        Args:
            name: as typed, made canonical.
            now: the moment.

        Returns:
            Until when the name is locked, None while it is not; and whether this attempt was the one that locked it.
        """
        with self._guard:
            count, until = self._attempts.get(name, (0, None))
            if until is not None and now < until:
                return until, False
            if until is not None:
                count = 0
            count += 1
            until = now + self._lock_for if count >= self._lock_after else None
            if name not in self._attempts and len(self._attempts) >= self._names:
                del self._attempts[next(iter(self._attempts))]
            self._attempts[name] = count, until
            return until, until is not None
