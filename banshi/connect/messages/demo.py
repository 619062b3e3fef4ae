"""A message system in a SQLite file, for demonstrations, development and tests: it keeps what it would send, and sends nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from banshi.connect.messages.port import Kind
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError

_TABLE = """
CREATE TABLE IF NOT EXISTS demo_messages (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, day TEXT NOT NULL, recipient TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL
)
"""
_WAIT_SECONDS = 10
_RECIPIENT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Sent:
    """One message that was taken."""

    recipient: str
    kind: str
    text: str


class DemoMessages:
    """`Messages` over a file that several processes may use.

    Example:
        >>> DemoMessages(Path("var/demo_messages.db"), now=china_now).send("0" * 64, Kind.CLOSED, "您的办件已办结。", "r-1")
        'XX-20261122-000001'
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        """Nothing is opened yet.

        Args:
            path: the file; its folder is created.
            now: the clock, in China time.
        """
        self._path, self._now = path, now

    def send(self, recipient: str, kind: Kind, text: str, key: str) -> str:
        """See `Messages.send`."""
        if not _RECIPIENT.fullmatch(recipient):
            raise SystemRefusedError("没有这个收件人。")
        row = (key, f"{self._now():%Y%m%d}", recipient, kind.value, text)
        try:
            with closing(self._open()) as connection, connection:
                insert = "INSERT OR IGNORE INTO demo_messages (key, day, recipient, kind, message) VALUES (?, ?, ?, ?, ?)"
                connection.execute(insert, row)
                identifier, day = connection.execute("SELECT id, day FROM demo_messages WHERE key = ?", (key,)).fetchone()
        except (sqlite3.Error, OSError) as error:
            raise SystemUnavailableError(f"the demo message system cannot write {self._path}: {error}") from error
        return f"XX-{day}-{identifier:06}"

    def sent(self) -> list[Sent]:
        """Everything that was taken, oldest first."""
        with closing(self._open()) as connection:
            return [Sent(*row) for row in connection.execute("SELECT recipient, kind, message FROM demo_messages ORDER BY id")]

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        connection.execute(_TABLE)
        return connection
