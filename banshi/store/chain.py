"""The hash chain of the audit ledger: how an entry is sealed, and how one sees that somebody broke the seal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from banshi.store.canonical import content_hash, storable, stored_json

GENESIS = "0" * 64
"""What the first entry has for the hash of the entry before."""


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger.

    Attributes:
        seq: 1, 2, … without holes.
        actor: account, or the name of the part of the server that acted.
        action: a verb such as "publish".
        target: what was acted on, such as "guide/hz-idcard-reissue/220000".
        detail: JSON.
        previous: hash of the entry before, `GENESIS` for the first.
        hash: SHA-256 over the canonical JSON of all other fields.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    target: str
    detail: dict[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class Unreadable:
    """A row that is no entry any more, as when somebody wrote words where the time stood."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Anchor:
    """Number and hash of an entry, kept outside the database."""

    seq: int
    hash: str


def sealed(entry: Entry) -> Entry:
    """The entry as it will be read back, with its hash.

    Raises:
        ValueError: the detail is no JSON (a number is not finite), or the time has no zone.
    """
    if entry.at.tzinfo is None:
        raise ValueError("An audit entry needs a time with its time zone.")
    stored = replace(
        entry,
        at=entry.at.astimezone(UTC),
        actor=storable(entry.actor),
        action=storable(entry.action),
        target=storable(entry.target),
        detail=json.loads(stored_json(entry.detail)),
    )
    return replace(stored, hash=_seal(stored))


def faults(rows: Iterable[Entry | Unreadable], anchor: Anchor | None = None) -> Iterator[str]:
    """What is wrong with a ledger.

    Args:
        rows: all of it, by `seq` ascending.
        anchor: what was noted outside the database when the ledger was last written.

    Yields:
        Sentences that name the entry. What follows a fault is judged by what is stored there, so that one fault is told once.
    """
    last = Anchor(0, GENESIS)
    anchored: str | None = None
    for row in rows:
        if row.seq <= last.seq:
            yield f"第{row.seq}条审计记录不应存在：编号从1开始，这一条是伪造的。"
            continue
        if row.seq > last.seq + 1:
            yield f"{_span(last.seq + 1, row.seq - 1)}审计记录缺失：第{row.seq}条之前的记录被删除。"
        elif isinstance(row, Entry) and row.previous != last.hash:
            yield f"第{row.seq}条审计记录没有接在前一条之后：它或第{row.seq - 1}条被替换、改写或调换。"
        if isinstance(row, Unreadable):
            yield f"第{row.seq}条审计记录无法读取：内容被改成了别的格式。"
        elif not _intact(row):
            yield f"第{row.seq}条审计记录与其校验值不符：内容、时间或编号在写入后被改动。"
        if anchor is not None and row.seq == anchor.seq:
            anchored = row.hash
        last = Anchor(row.seq, row.hash)
    if anchor is None:
        return
    if anchor.seq > last.seq:
        yield f"{_span(last.seq + 1, anchor.seq)}审计记录缺失：锚点文件记到第{anchor.seq}条，账本末尾被截断。"
    elif anchored is not None and anchored != anchor.hash:
        yield f"第{anchor.seq}条审计记录与锚点文件中的校验值不符：这一条或它之前的记录被整体改写。"


def _intact(entry: Entry) -> bool:
    try:
        return _seal(entry) == entry.hash
    except (TypeError, ValueError):  # what was put there is not even JSON
        return False


def _seal(entry: Entry) -> str:
    return content_hash(
        {
            "seq": entry.seq,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": entry.actor,
            "action": entry.action,
            "target": entry.target,
            "detail": entry.detail,
            "previous": entry.previous,
        }
    )


def _span(first: int, last: int) -> str:
    return f"第{first}条" if first == last else f"第{first}至{last}条"
