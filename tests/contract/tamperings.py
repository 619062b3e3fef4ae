"""What somebody with all rights on the database can do to a ledger of ten entries, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.audit import audit
from banshi.store.chain import Entry, sealed

Tamper = Callable[[sa.Connection, list[Entry]], None]


def without_triggers(connection: sa.Connection) -> None:
    """What somebody with all rights on the database does first."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        return
    names = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'"))
    for name in names.scalars().all():
        connection.execute(sa.text(f"DROP TRIGGER {name}"))


def change(seq: int, **values: Any) -> Tamper:
    def tamper(connection: sa.Connection, _: list[Entry]) -> None:
        connection.execute(audit.update().where(audit.c.seq == seq).values(values))

    return tamper


def delete(*numbers: int) -> Tamper:
    def tamper(connection: sa.Connection, _: list[Entry]) -> None:
        connection.execute(audit.delete().where(audit.c.seq.in_(numbers)))

    return tamper


def insert(connection: sa.Connection, entry: Entry) -> None:
    connection.execute(audit.insert().values(asdict(entry)))


def forge_at_the_end(connection: sa.Connection, ledger: list[Entry]) -> None:
    insert(connection, replace(ledger[-1], seq=11, previous=ledger[-1].hash, hash="f" * 64))


def forge_between(connection: sa.Connection, ledger: list[Entry]) -> None:
    for seq in range(10, 4, -1):
        connection.execute(audit.update().where(audit.c.seq == seq).values(seq=seq + 1))
    connection.execute(audit.update().where(audit.c.seq == 6).values(previous="1" * 64))
    insert(connection, sealed(replace(ledger[4], detail={"伪造": True}, previous=ledger[3].hash)))


def forge_before_the_first(connection: sa.Connection, ledger: list[Entry]) -> None:
    insert(connection, sealed(replace(ledger[0], seq=0, previous="2" * 64)))


def swap(connection: sa.Connection, _: list[Entry]) -> None:
    for old, new in ((3, -3), (7, 3), (-3, 7)):
        connection.execute(audit.update().where(audit.c.seq == old).values(seq=new))


def swap_contents(connection: sa.Connection, ledger: list[Entry]) -> None:
    for seq, other in ((3, ledger[6]), (7, ledger[2])):
        values = {name: value for name, value in asdict(other).items() if name not in ("seq", "previous", "hash")}
        connection.execute(audit.update().where(audit.c.seq == seq).values(values))


def replace_one_and_seal_it(connection: sa.Connection, ledger: list[Entry]) -> None:
    forged = sealed(replace(ledger[4], actor="别人"))
    connection.execute(audit.update().where(audit.c.seq == 5).values(asdict(forged)))


def rewrite_from_the_fifth(connection: sa.Connection, ledger: list[Entry]) -> None:
    connection.execute(audit.delete().where(audit.c.seq >= 5))
    last = ledger[3]
    for entry in ledger[4:]:
        last = sealed(replace(entry, actor="别人", previous=last.hash))
        insert(connection, last)


TAMPERINGS: dict[str, tuple[Tamper, list[str]]] = {
    "detail": (change(5, detail={"第": 4, "比": 0.5}), ["第5条审计记录与其校验值不符"]),
    "time": (change(6, at=datetime.fromisoformat("2026-11-21T09:35:16+00:00")), ["第6条审计记录与其校验值不符"]),
    "actor": (change(1, actor="人9"), ["第1条审计记录与其校验值不符"]),
    "action and target": (change(10, action="discard", target="guide/7"), ["第10条审计记录与其校验值不符"]),
    "hash": (change(4, hash="a" * 64), ["第4条审计记录与其校验值不符", "第5条审计记录没有接在前一条之后"]),
    "previous": (change(4, previous="b" * 64), ["第4条审计记录没有接在前一条之后", "第4条审计记录与其校验值不符"]),
    "a row in the middle deleted": (delete(5), ["第5条审计记录缺失"]),
    "rows in the middle deleted": (delete(4, 5, 6), ["第4至6条审计记录缺失"]),
    "the first deleted": (delete(1), ["第1条审计记录缺失"]),
    "forged at the end": (forge_at_the_end, ["第11条审计记录与其校验值不符"]),
    "forged between": (
        forge_between,
        ["第6条审计记录没有接在前一条之后", *(f"第{seq}条审计记录与其校验值不符" for seq in range(6, 12))],
    ),
    "forged before the first": (forge_before_the_first, ["第0条审计记录不应存在"]),
    "two swapped": (
        swap,
        [
            "第3条审计记录没有接在前一条之后",
            "第3条审计记录与其校验值不符",
            "第4条审计记录没有接在前一条之后",
            "第7条审计记录没有接在前一条之后",
            "第7条审计记录与其校验值不符",
            "第8条审计记录没有接在前一条之后",
        ],
    ),
    "contents swapped": (swap_contents, ["第3条审计记录与其校验值不符", "第7条审计记录与其校验值不符"]),
    "replaced and sealed": (replace_one_and_seal_it, ["第6条审计记录没有接在前一条之后"]),
}
ONLY_WITH_THE_ANCHOR: dict[str, tuple[Tamper, str]] = {
    "the last deleted": (delete(10), "第10条审计记录缺失：锚点文件记到第10条，账本末尾被截断。"),
    "the tail deleted": (delete(8, 9, 10), "第8至10条审计记录缺失：锚点文件记到第10条，账本末尾被截断。"),
    "all deleted": (delete(*range(1, 11)), "第1至10条审计记录缺失：锚点文件记到第10条，账本末尾被截断。"),
    "written anew": (rewrite_from_the_fifth, "第10条审计记录与锚点文件中的校验值不符：这一条或它之前的记录被整体改写。"),
}
