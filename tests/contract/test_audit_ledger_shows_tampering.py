"""The audit ledger: an unbroken chain however many append at once, and a sentence for everything that somebody did to it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.store.audit import AuditLedger, audit
from banshi.store.chain import GENESIS, Entry
from banshi.store.database import read, write
from tests.contract.tamperings import ONLY_WITH_THE_ANCHOR, TAMPERINGS, without_triggers
from tests.contract.together import together


def append(database: sa.Engine, now: datetime, **values: Any) -> Entry:
    usual: dict[str, Any] = {"actor": "li", "action": "save", "target": "guide/hz/220000", "detail": {"number": 1}}
    with write(database) as connection:
        return AuditLedger(connection).append(**usual | values, now=now)


def problems(database: sa.Engine, anchor: Path | None = None) -> list[str]:
    with read(database) as connection:
        return AuditLedger(connection).verify(anchor)


def anchored(database: sa.Engine, path: Path) -> Path:
    with read(database) as connection:
        AuditLedger(connection).anchor(path)
    return path


@pytest.fixture
def ledger(database: sa.Engine, now: datetime) -> list[Entry]:
    """Ten entries."""
    return [
        append(
            database,
            now + timedelta(minutes=step),
            actor=f"人{step % 3}",
            target=f"guide/{step % 2}",
            detail={"第": step, "比": 0.1 * step},
        )
        for step in range(10)
    ]


def test_entries_are_chained(database: sa.Engine, ledger: list[Entry], tmp_path: Path) -> None:
    assert [entry.seq for entry in ledger] == list(range(1, 11))
    assert [entry.previous for entry in ledger] == [GENESIS, *(entry.hash for entry in ledger[:-1])]
    assert problems(database) == []
    assert problems(database, anchored(database, tmp_path / "audit.anchor")) == []


def test_an_empty_ledger_is_whole(database: sa.Engine, tmp_path: Path) -> None:
    path = anchored(database, tmp_path / "audit.anchor")
    assert problems(database) == problems(database, path) == []


def test_entries_are_read_newest_first_by_page_target_and_actor(database: sa.Engine, ledger: list[Entry]) -> None:
    with read(database) as connection:
        entries = AuditLedger(connection)
        assert entries.entries() == ledger[::-1]
        assert entries.entries(3) == ledger[:6:-1]
        assert entries.entries(2, before=4) == [ledger[2], ledger[1]]
        assert [entry.seq for entry in entries.entries(target="guide/1", actor="人0")] == [10, 4]
        assert [entry.seq for entry in entries.entries(target="guide/1", before=4)] == [2]
        assert entries.entries(target="guide/9") == []


def test_an_entry_comes_back_as_it_was_sealed(database: sa.Engine, now: datetime) -> None:
    odd = {1: "数字键", "tuple": (1, [2.0, None]), "text": "a\x00b\ud800", "empty": {}}
    entry = append(database, now, detail=odd, actor="a\x00b", target="\ud800")
    assert entry.detail == {"1": "数字键", "tuple": [1, [2.0, None]], "text": "a\x00b�", "empty": {}}
    with read(database) as connection:
        assert AuditLedger(connection).entries() == [entry]
    assert problems(database) == []


def test_what_is_rolled_back_leaves_no_hole(database: sa.Engine, now: datetime) -> None:
    append(database, now)
    with pytest.raises(KeyError), write(database) as connection:
        assert AuditLedger(connection).append(actor="li", action="a", target="t", detail={}, now=now).seq == 2
        raise KeyError
    assert append(database, now).seq == 2
    assert problems(database) == []


def test_many_who_append_at_once_make_one_chain(database: sa.Engine, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "audit.anchor"

    def work(which: int) -> list[int]:
        numbers = []
        for step in range(20):
            numbers.append(append(database, now, actor=f"{which}", detail={"step": step}).seq)
            if step % 5 == 4:
                anchored(database, path)
        return numbers

    results = together(8, work)
    assert all(isinstance(result, list) and result == sorted(result) for result in results), results
    assert sorted(seq for result in results if isinstance(result, list) for seq in result) == list(range(1, 161))
    assert problems(database, path) == []
    with read(database) as connection:
        [newest] = AuditLedger(connection).entries(1)
    assert json.loads(path.read_text()) == {"seq": 160, "hash": newest.hash}
    assert list(tmp_path.glob(".*")) == [], "no half-written anchor is left"


@pytest.mark.parametrize("name", TAMPERINGS)
@pytest.mark.parametrize("with_anchor", [True, False], ids=["anchor", "no anchor"])
def test_tampering_is_found(database: sa.Engine, ledger: list[Entry], tmp_path: Path, name: str, with_anchor: bool) -> None:
    tamper, expected = TAMPERINGS[name]
    path = anchored(database, tmp_path / "audit.anchor") if with_anchor else None
    with write(database) as connection:
        without_triggers(connection)
        tamper(connection, ledger)
    told = problems(database, path)
    anchor_moved = name == "forged between" and with_anchor  # the tenth is now another one
    assert len(told) == len(expected) + anchor_moved, told
    for sentence, start in zip(told, expected, strict=False):
        assert sentence.startswith(start) and sentence.endswith("。")


@pytest.mark.parametrize("name", ONLY_WITH_THE_ANCHOR)
def test_what_a_chain_cannot_show_the_anchor_shows(
    database: sa.Engine, ledger: list[Entry], now: datetime, tmp_path: Path, name: str
) -> None:
    tamper, sentence = ONLY_WITH_THE_ANCHOR[name]
    path = anchored(database, tmp_path / "audit.anchor")
    with write(database) as connection:
        without_triggers(connection)
        tamper(connection, ledger)
    assert problems(database) == []
    assert problems(database, path) == [sentence]
    # Work goes on, and the proof is not overwritten by it.
    for _ in range(11):
        append(database, now)
        anchored(database, path)
    assert problems(database, path) != []
    assert "第10条" in "".join(problems(database, path))


def test_an_anchor_that_is_behind_is_no_fault(database: sa.Engine, ledger: list[Entry], now: datetime, tmp_path: Path) -> None:
    path = anchored(database, tmp_path / "audit.anchor")
    append(database, now)
    assert problems(database, path) == []


def test_a_missing_or_damaged_anchor_is_told_and_kept(database: sa.Engine, ledger: list[Entry], tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "audit.anchor"
    assert problems(database, path) == ["找不到锚点文件audit.anchor，无法判断账本末尾是否被截断。"]
    anchored(database, path)
    for damaged in ('{"seq": 10', "[]", '{"seq": "10", "hash": "x"}', ""):
        path.write_text(damaged)
        assert problems(database, path) == ["锚点文件audit.anchor已损坏，无法判断账本末尾是否被截断。"]
        anchored(database, path)
        assert path.read_text() == damaged


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries WHERE seq = 10"])
def test_the_database_refuses_to_change_the_ledger(database: sa.Engine, ledger: list[Entry], statement: str) -> None:
    for refused in (statement, *other_ways(database)):
        with pytest.raises(sa.exc.DBAPIError, match="audit_entries only grows"), write(database) as connection:
            connection.execute(sa.text(refused))
    with read(database) as connection:
        assert AuditLedger(connection).entries() == ledger[::-1]


def other_ways(database: sa.Engine) -> list[str]:
    if database.dialect.name == "postgresql":
        columns = ", ".join(column.name for column in audit.c)
        again = f"INSERT INTO audit_entries ({columns}) SELECT {columns} FROM audit_entries WHERE seq = 10"
        return ["TRUNCATE audit_entries", f"{again} ON CONFLICT (seq) DO UPDATE SET actor = 'x'"]
    return [f"{verb} INTO audit_entries SELECT * FROM audit_entries WHERE seq = 3" for verb in ("REPLACE", "INSERT OR REPLACE", "INSERT")]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "assignment", ["at = '昨天'", "detail = '{'", "at = x'00ff'", "detail = 'NaN'", "actor = x'00ff'", "detail = '[1]'"]
)
def test_a_row_that_is_no_entry_any_more_is_told(database: sa.Engine, ledger: list[Entry], assignment: str) -> None:
    with write(database) as connection:
        without_triggers(connection)
        connection.execute(sa.text(f"UPDATE audit_entries SET {assignment} WHERE seq IN (4, 5)"))
    told = problems(database)
    assert [sentence[:7] for sentence in told] == ["第4条审计记录", "第5条审计记录"], told


def test_a_ledger_of_another_system_is_told_briefly(database: sa.Engine, now: datetime) -> None:
    with write(database) as connection:
        row = {"at": now, "actor": "x", "action": "x", "target": "x", "detail": {}}
        connection.execute(audit.insert(), [{**row, "seq": seq, "previous": f"{seq}", "hash": "x"} for seq in range(1, 301)])
    told = problems(database)
    assert len(told) == 101
    assert told[-1] == "另有500处异常。"
