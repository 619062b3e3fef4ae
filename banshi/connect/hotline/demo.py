"""A 12345 system in a SQLite file, for demonstrations, development and tests: it takes every complete ticket and keeps it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from banshi.connect.hotline.port import OutsideStatus
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError

_TABLE = """
CREATE TABLE IF NOT EXISTS demo_hotline (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, day TEXT NOT NULL, ticket_title TEXT NOT NULL, department TEXT NOT NULL
)
"""
_NEEDED = ("诉求类型", "标题", "描述")
_WAIT_SECONDS = 10


class DemoHotline:
    """`Hotline` over a file that several processes may use.

    Example:
        >>> hotline = DemoHotline(Path("var/demo_hotline.db"), now=china_now)
        >>> hotline.create({"诉求类型": "求助", "标题": "路灯不亮", "描述": "…"}, "GD20261122-0001")
        'DEMO-20261122-000001'
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        """Nothing is opened yet.

        Args:
            path: the file; its folder is created.
            now: the clock, in China time.
        """
        self._path, self._now = path, now

    def create(self, ticket: Mapping[str, Any], key: str) -> str:
        """See `Hotline.create`."""
        missing = [name for name in _NEEDED if not str(ticket.get(name) or "").strip()]
        if missing:
            raise SystemRefusedError(f"工单缺少{'、'.join(missing)}。")
        row = (key, f"{self._now():%Y%m%d}", str(ticket["标题"]), str(ticket.get("主责部门") or ""))
        try:
            with closing(self._open()) as connection, connection:
                insert = "INSERT OR IGNORE INTO demo_hotline (key, day, ticket_title, department) VALUES (?, ?, ?, ?)"
                connection.execute(insert, row)
                identifier, day = connection.execute("SELECT id, day FROM demo_hotline WHERE key = ?", (key,)).fetchone()
        except (sqlite3.Error, OSError) as error:
            raise SystemUnavailableError(f"the demo hotline cannot write {self._path}: {error}") from error
        return f"DEMO-{day}-{identifier:06}"

    def status(self, number: str) -> OutsideStatus | None:
        """See `Hotline.status`."""
        try:
            with closing(self._open()) as connection:
                rows = connection.execute(
                    "SELECT department FROM demo_hotline WHERE 'DEMO-' || day || '-' || printf('%06d', id) = ?", (number,)
                ).fetchall()
        except (sqlite3.Error, OSError) as error:
            raise SystemUnavailableError(f"the demo hotline cannot read {self._path}: {error}") from error
        if not rows:
            return None
        [(department,)] = rows
        return OutsideStatus(number, "已受理", f"已转{department}办理" if department else "等待派单")

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        connection.execute(_TABLE)
        return connection
