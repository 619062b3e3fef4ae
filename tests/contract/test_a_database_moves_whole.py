"""Moving from SQLite to PostgreSQL and back: every row, and the work goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.store.audit import AuditLedger
from banshi.store.conversations import ConversationStore, Message
from banshi.store.copying import copy_database
from banshi.store.database import open_database, read, write
from banshi.store.errors import StoreError
from banshi.store.gaps import GapRepository
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.questions import Asked, QuestionLog
from banshi.store.ratings import Rating
from banshi.store.releases import ReleaseRepository
from banshi.store.schema import Moment
from banshi.store.sessions import SessionRepository
from banshi.store.staff import StaffRepository
from banshi.store.tables import metadata
from tests.postgres import Postgres

BY: dict[str, Any] = {"author": "li", "author_name": "李", "reason": "改"}


@pytest.fixture
def other(backend: str, postgres: Postgres, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of the other kind."""
    name = "moved_to"
    engine = open_database(tmp_path / "other.db" if backend == "postgresql" else postgres.create(name))
    yield engine
    engine.dispose()
    postgres.drop(name)


def work(connection: sa.Connection, now: datetime, key: str, base: int | None) -> int:
    """Something in every table that a transaction of the caller's can fill."""
    knowledge, releases = KnowledgeRepository(connection), ReleaseRepository(connection)
    draft = knowledge.save(kind="guide", key=key, region="220000", content={"名": key, "n": 1.0}, expected=None, now=now, **BY)
    for before, after in (("draft", "submitted"), ("submitted", "approved")):
        knowledge.move(draft.id, to=after, by="w", by_name="王", reason="", now=now, expected_state=before)  # type: ignore[arg-type]
    release = releases.begin(kind="publish", now=now, base=base, impact={"改": [1, None]}, **BY)
    knowledge.publish([draft.id], release.id, now)
    releases.activate(release.id, "s", "v")
    StaffRepository(connection).create(account=key, name="李", roles=["editor"], departments=["公安厅"])
    SessionRepository(connection).create(token_hash=key, account=key, csrf="c", now=now, expires_at=now)
    question = QuestionLog(connection).add(
        Asked(at=now, text="问", decision="reject", vector=b"\x00\xff", candidates=("a",), confidence=0.1)
    )
    GapRepository(connection).open(title="缺", members=[question], now=now)
    AuditLedger(connection).append(actor="li", action="publish", target=key, detail={"比": 0.1}, now=now)
    return release.id


def something_in(connection: sa.Connection, table: sa.Table, now: datetime) -> None:
    """One row, with a value in every column; what it refers to is there."""
    values: dict[str, Any] = {}
    for column in table.columns:
        kind, python = column.type, column.type.python_type if not isinstance(column.type, sa.types.TypeDecorator) else str
        reference = next(iter(column.foreign_keys), None)
        if reference is not None:
            values[column.name] = connection.execute(sa.select(reference.column).limit(1)).scalar_one()
        elif column.primary_key and column.autoincrement is True:
            continue
        elif isinstance(kind, Moment):
            values[column.name] = now
        elif isinstance(kind, sa.JSON):
            values[column.name] = {"名": ["值", 1, None]}
        elif python is date:
            values[column.name] = now.date()
        else:
            values[column.name] = python(1) if python is not str else "一"
    connection.execute(table.insert().values(values))


def test_every_row_arrives_and_work_goes_on(database: sa.Engine, other: sa.Engine, now: datetime, tmp_path: Path) -> None:
    with write(database) as connection:
        newest = work(connection, now, "b", work(connection, now, "a", None))
    store = ConversationStore(database)
    store.create(identifier="c1", region=None, now=now)
    store.record("c1", [Message("citizen", "问", now), Message("bot", "答", now, [{"title": "好"}])], state="bot", region=None, now=now)
    store.rate("c1", Rating(5, [], "", {}, now))
    with write(database) as connection:
        for table in metadata.sorted_tables:
            if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0:
                something_in(connection, table, now)
    with read(database) as connection:
        AuditLedger(connection).anchor(tmp_path / "audit.anchor")
    copied = copy_database(database, other)
    assert set(copied) == set(metadata.tables) and min(copied.values()) >= 1
    with read(database) as before, read(other) as after:
        for table in metadata.sorted_tables:
            ordered = sa.select(table).order_by(*table.primary_key.columns)
            assert after.execute(ordered).all() == before.execute(ordered).all()
        assert AuditLedger(after).verify(tmp_path / "audit.anchor") == []
    with write(other) as connection:
        assert work(connection, now, "c", newest) > newest
        assert AuditLedger(connection).verify(tmp_path / "audit.anchor") == []
    ConversationStore(other).record("c1", [Message("citizen", "谢谢", now)], state="bot", region=None, now=now)
    assert [message.text for message in ConversationStore(other).messages("c1")] == ["问", "答", "谢谢"]


def test_a_database_in_use_is_not_copied_over(database: sa.Engine, other: sa.Engine, now: datetime) -> None:
    ConversationStore(other).create(identifier="c1", region=None, now=now)
    with write(database) as connection:
        work(connection, now, "a", None)
    with pytest.raises(StoreError, match="conversations"):
        copy_database(database, other)
    with read(other) as connection:
        assert KnowledgeRepository(connection).heads() == []


def test_an_empty_database_can_be_copied(database: sa.Engine, other: sa.Engine, now: datetime) -> None:
    assert set(copy_database(database, other).values()) == {0}
    with write(other) as connection:
        work(connection, now, "a", None)
