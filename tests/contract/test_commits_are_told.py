"""Who wants to know of writing is told once it can be seen, and of nothing else."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from banshi.store.commits import after_commits
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.operators import handovers, note_handover


@pytest.fixture
def told(database: sa.Engine, now: datetime) -> list[int]:
    """Hand-overs that could be seen by others, each time it was told that something was written."""
    ConversationStore(database).create(identifier="c1", region=None, now=now)
    seen: list[int] = []

    def look() -> None:
        with read(database) as connection:
            seen.append(int(connection.execute(sa.select(sa.func.count()).select_from(handovers)).scalar_one()))

    after_commits(database, {"handovers"}, look)
    return seen


def test_it_is_told_after_the_commit_and_once_a_transaction(database: sa.Engine, now: datetime, told: list[int]) -> None:
    with write(database) as connection:
        note_handover(connection, "c1", "asked", now=now)
        note_handover(connection, "c1", "taken", now=now)
        assert told == []
    assert told == [2]
    with write(database) as connection:
        connection.execute(handovers.update().values(note="x"))
    with write(database) as connection:
        connection.execute(handovers.delete().where(handovers.c.kind == "asked"))
    assert told == [2, 2, 1]


def test_what_was_not_committed_is_not_told(database: sa.Engine, now: datetime, told: list[int]) -> None:
    with pytest.raises(RuntimeError), write(database) as connection:
        note_handover(connection, "c1", "asked", now=now)
        raise RuntimeError
    with write(database) as connection:
        connection.execute(sa.select(handovers))
    assert told == []


def test_other_tables_and_reading_are_not_told(database: sa.Engine, now: datetime, told: list[int]) -> None:
    store = ConversationStore(database)
    store.record("c1", [Message("citizen", "问", now)], state="bot", region=None, now=now)
    assert store.messages("c1")
    with read(database) as connection:
        connection.execute(sa.select(handovers)).all()
    assert told == []
