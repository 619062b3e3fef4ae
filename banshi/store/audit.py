"""The audit ledger: who did what when. Entries are only ever added, and each carries the hash of the one before."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from banshi.store.chain import GENESIS, Anchor, Entry, Unreadable, faults, sealed
from banshi.store.folder_lock import locked
from banshi.store.schema import Moment, Words, columns, metadata

audit = sa.Table(
    "audit_entries",
    metadata,
    # Given by append, never by the database: a transaction that was rolled back leaves no hole.
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False, index=True),
    sa.Column("action", Words, nullable=False),
    sa.Column("target", Words, nullable=False, index=True),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("previous", Words, nullable=False),
    sa.Column("hash", Words, nullable=False),
    sa.UniqueConstraint("previous", name="uq_audit_entries_previous"),
)
_ENTRY = columns(audit, Entry)
_LOCK = 0x62616E73_61756474
"""Key of PostgreSQL's advisory lock, which lets one writer append at a time."""
_PAGE = 1000
_MOST_FAULTS = 100
"""Sentences after which verify only counts on: a ledger of another system has a fault in every row."""


class AuditLedger:
    """Appends to the ledger, reads and verifies it, within the caller's transaction.

    Example:
        >>> with write(database) as connection:
        ...     AuditLedger(connection).append(actor="li", action="sign-in", target="staff/li", detail={}, now=now)
        >>> with read(database) as connection:
        ...     AuditLedger(connection).anchor(folder / "audit.anchor")
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, *, actor: str, action: str, target: str, detail: dict[str, Any], now: datetime) -> Entry:
        """Add an entry; it stands or falls with the caller's transaction.

        From here to the end of the transaction nobody else can append, so let it be the last thing that a transaction does.

        Raises:
            ValueError: the detail is no JSON (a number is not finite), or `now` has no time zone.
        """
        if self._connection.dialect.name == "postgresql":  # SQLite has one writer anyway
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.literal(_LOCK, sa.BigInteger))))
        newest = self._newest()
        last = Anchor(0, GENESIS) if newest is None else newest
        entry = sealed(Entry(last.seq + 1, now, actor, action, target, detail, last.hash, ""))
        self._connection.execute(audit.insert().values(asdict(entry)))
        return entry

    def entries(self, limit: int = 100, before: int | None = None, target: str | None = None, actor: str | None = None) -> list[Entry]:
        """Entries, newest first.

        Args:
            limit: how many at most.
            before: only those with a smaller `seq`, for the next page.
            target: only of this target.
            actor: only of this actor.
        """
        wanted = sa.select(*_ENTRY).order_by(audit.c.seq.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(audit.c.seq < before)
        if target is not None:
            wanted = wanted.where(audit.c.target == target)
        if actor is not None:
            wanted = wanted.where(audit.c.actor == actor)
        return [Entry(*row) for row in self._connection.execute(wanted)]

    def verify(self, anchor: Path | None = None) -> list[str]:
        """Check the whole chain.

        Args:
            anchor: the file that `anchor` writes; with it a ledger whose end was cut off, or that was written anew, is found too.

        Returns:
            What is wrong, each a sentence that names the entry; empty when the ledger is whole.
        """
        noted, told = None, []
        if anchor is not None:
            try:
                noted = _read(anchor)
            except FileNotFoundError:
                if self._newest() is not None:
                    told.append(f"找不到锚点文件{anchor.name}，无法判断账本末尾是否被截断。")
            except ValueError:
                told.append(f"锚点文件{anchor.name}已损坏，无法判断账本末尾是否被截断。")
        found = faults(self._rows(), noted)
        told.extend(islice(found, _MOST_FAULTS))
        if more := sum(1 for _ in found):
            told.append(f"另有{more}处异常。")
        return told

    def anchor(self, path: Path) -> None:
        """Note the newest entry in a file outside the database. Call it after the commit, in a transaction of its own.

        A file that is damaged, or names what is not in the ledger, stays as it is: it is the proof, and `verify` says what is wrong.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent):
            newest = self._newest()
            try:
                noted = _read(path)
            except FileNotFoundError:
                noted = None
            except ValueError:
                return
            if noted is not None:
                kept = self._connection.execute(sa.select(audit.c.hash).where(audit.c.seq == noted.seq)).scalar_one_or_none()
                if kept != noted.hash:
                    return
            if newest is not None and newest != noted:
                _replace(path, newest)

    def _newest(self) -> Anchor | None:
        row = self._connection.execute(sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else Anchor(row.seq, row.hash)

    def _rows(self) -> Iterator[Entry | Unreadable]:
        last: int | None = None
        while True:
            page = sa.select(audit.c.seq).order_by(audit.c.seq).limit(_PAGE)
            if last is not None:
                page = page.where(audit.c.seq > last)
            numbers = self._connection.execute(page).scalars().all()
            if not numbers:
                return
            yield from self._page(numbers[0], numbers[-1])
            last = numbers[-1]

    def _page(self, first: int, last: int) -> Iterator[Entry | Unreadable]:
        wanted = sa.select(*_ENTRY).where(audit.c.seq.between(first, last)).order_by(audit.c.seq)
        try:
            yield from [Entry(*row) for row in self._connection.execute(wanted)]
        except (TypeError, ValueError):
            # SQLite keeps whatever is put into a column. One row at a time tells which one cannot be read.
            if first == last:
                stored = self._connection.execute(sa.select(audit.c.hash).where(audit.c.seq == first)).scalar_one()
                yield Unreadable(first, str(stored))
                return
            middle = (first + last) // 2
            yield from self._page(first, middle)
            yield from self._page(middle + 1, last)


def _read(path: Path) -> Anchor:
    noted = json.loads(path.read_text("utf-8"))
    if not isinstance(noted, dict) or not isinstance(noted.get("seq"), int) or not isinstance(noted.get("hash"), str):
        raise ValueError(f"{path} is no anchor")
    return Anchor(noted["seq"], noted["hash"])


def _replace(path: Path, anchor: Anchor) -> None:
    # Renamed in place when it is on the disk: a power cut leaves the old anchor or the new one.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as new:
        try:
            json.dump(asdict(anchor), new)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(path)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
