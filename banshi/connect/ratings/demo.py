"""A 好差评 system in a SQLite file, for demonstrations, development and tests: it keeps one rating of each conversation."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from banshi.connect.ratings.port import LEVELS, OutsideRating
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError

_TABLE = """
CREATE TABLE IF NOT EXISTS demo_ratings (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, service TEXT NOT NULL UNIQUE, level TEXT NOT NULL, day TEXT NOT NULL
)
"""
_WAIT_SECONDS = 10


class DemoRatings:
    """`RatingSystem` over a file that several processes may use.

    Args:
        path: the file; its folder is created. Nothing is opened yet.
        now: the clock, in China time.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        self._path, self._now = path, now

    def push(self, rating: OutsideRating, key: str) -> str:
        """See `RatingSystem.push`."""
        if rating.level not in LEVELS.values():
            raise SystemRefusedError(f"没有“{rating.level}”这一档，只有：{'、'.join(LEVELS.values())}。")
        try:
            with closing(self._open()) as connection, connection:
                insert = "INSERT OR IGNORE INTO demo_ratings (key, service, level, day) VALUES (?, ?, ?, ?)"
                connection.execute(insert, (key, rating.conversation, rating.level, f"{self._now():%Y%m%d}"))
                kept = connection.execute("SELECT id, day FROM demo_ratings WHERE key = ?", (key,)).fetchone()
        except (sqlite3.Error, OSError) as error:
            raise SystemUnavailableError(f"the demo ratings cannot be written to {self._path}: {error}") from error
        if kept is None:
            raise SystemRefusedError("这次服务已经评价过了，一次服务只能评价一次。")
        return f"DEMO-PJ-{kept[1]}-{kept[0]:06}"

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        connection.execute(_TABLE)
        return connection
