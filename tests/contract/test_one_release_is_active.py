"""Releases: exactly one is active, each knows its contents, and of two at once one wins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.store.database import read, write
from banshi.store.errors import ReleaseConflictError, StateError
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.releases import Release, ReleaseRepository, releases
from tests.contract.together import together


def begun(database: sa.Engine, now: datetime, *, base: int | None = None, **values: Any) -> Release:
    usual = {"kind": "publish", "author": "li", "author_name": "李", "reason": "更新"}
    with write(database) as connection:
        return ReleaseRepository(connection).begin(**usual | values, now=now, base=base)


def activated(database: sa.Engine, release: Release) -> Release:
    with write(database) as connection:
        return ReleaseRepository(connection).activate(release.id, f"snapshot-{release.id}", f"v{release.id}")


def active(database: sa.Engine) -> Release | None:
    with read(database) as connection:
        return ReleaseRepository(connection).active()


def saved(connection: sa.Connection, key: str, now: datetime, expected: int | None = None) -> int:
    common: dict[str, Any] = {"kind": "qa", "region": "220000", "author": "li", "author_name": "李", "reason": "", "now": now}
    return KnowledgeRepository(connection).save(key=key, content={}, expected=expected, **common).id


def test_a_release_is_built_and_then_active(database: sa.Engine, now: datetime) -> None:
    assert active(database) is None
    first = begun(database, now, kind="seed", impact={"changed": 3, "说明": "首次"})
    assert (first.state, first.snapshot, first.knowledge_version, first.base) == ("building", None, None, None)
    assert first.impact == {"changed": 3, "说明": "首次"}
    assert active(database) is None
    one = activated(database, first)
    assert (one.state, one.snapshot, one.knowledge_version) == ("active", f"snapshot-{one.id}", f"v{one.id}")
    second = activated(database, begun(database, now, base=one.id))
    assert active(database) == second
    with read(database) as connection:
        repository = ReleaseRepository(connection)
        assert [(release.id, release.state) for release in repository.list()] == [(second.id, "active"), (one.id, "superseded")]
        assert repository.get(first.id) == repository.list(limit=1, offset=1)[0]
        assert repository.get(999) is None
        assert repository.count() == 2


def test_a_release_on_an_outdated_base_is_refused(database: sa.Engine, now: datetime) -> None:
    first = activated(database, begun(database, now))
    slow, quick = begun(database, now, base=first.id), begun(database, now, base=first.id)
    quick = activated(database, quick)
    with pytest.raises(ReleaseConflictError, match=f"第{quick.id}号发布已先生效") as refused:
        activated(database, slow)
    assert refused.value.active == quick == active(database)
    with pytest.raises(ReleaseConflictError):
        activated(database, begun(database, now, base=None))
    assert active(database) == quick


@pytest.mark.parametrize("first", [True, False], ids=["the first release", "a later release"])
def test_of_several_that_become_active_at_once_one_wins(database: sa.Engine, now: datetime, first: bool) -> None:
    base = None if first else activated(database, begun(database, now)).id
    rivals = [begun(database, now, base=base) for _ in range(6)]
    results = together(6, lambda which: activated(database, rivals[which]))
    won = [result for result in results if isinstance(result, Release)]
    assert len(won) == 1
    assert sum(isinstance(result, ReleaseConflictError) for result in results) == 5, results
    assert active(database) == won[0]


def test_the_database_itself_allows_one_active_release(database: sa.Engine, now: datetime) -> None:
    activated(database, begun(database, now))
    other = begun(database, now)
    with pytest.raises(sa.exc.IntegrityError), write(database) as connection:
        connection.execute(releases.update().where(releases.c.id == other.id).values(state="active"))


def test_only_what_is_building_becomes_active_or_fails(database: sa.Engine, now: datetime) -> None:
    failed = begun(database, now)
    with write(database) as connection:
        assert ReleaseRepository(connection).fail(failed.id, "磁盘已满").failure == "磁盘已满"
    done = activated(database, begun(database, now))
    for release in (failed, done):
        with pytest.raises(StateError):
            activated(database, release)
        with pytest.raises(StateError), write(database) as connection:
            ReleaseRepository(connection).fail(release.id, "")
    with write(database) as connection:
        for identifier in (999, -1):
            with pytest.raises(StateError):
                ReleaseRepository(connection).activate(identifier, "s", "v")
    assert active(database) == done


def test_a_release_keeps_what_was_in_use_with_it(database: sa.Engine, now: datetime) -> None:
    with write(database) as connection:
        knowledge, repository = KnowledgeRepository(connection), ReleaseRepository(connection)
        a1, b1 = saved(connection, "a", now), saved(connection, "b", now)
        first = repository.begin(kind="seed", author="li", author_name="李", reason="", now=now, base=None)
        knowledge.publish([a1, b1], first.id, now, expected_states=("draft",))
        repository.activate(first.id, "s1", "v1")
    with write(database) as connection:
        knowledge, repository = KnowledgeRepository(connection), ReleaseRepository(connection)
        a2, c1 = saved(connection, "a", now, 1), saved(connection, "c", now)
        second = repository.begin(kind="publish", author="li", author_name="李", reason="", now=now, base=first.id)
        knowledge.publish([a2, c1], second.id, now, expected_states=("draft",))
        knowledge.withdraw(b1, second.id, by="li", by_name="李", reason="", now=now)
        repository.activate(second.id, "s2", "v2")
    with write(database) as connection:
        knowledge, repository = KnowledgeRepository(connection), ReleaseRepository(connection)
        assert repository.contents(first.id) == [a1, b1]
        assert repository.contents(second.id) == [a2, c1]
        assert repository.changes(first.id) == ([a1, b1], [])
        assert repository.changes(second.id) == ([a2, c1], [a1, b1])
        back = repository.begin(kind="rollback", author="li", author_name="李", reason="回退", now=now, base=second.id)
        assert repository.changes(back.id) == ([], [])
        knowledge.publish_exactly(repository.contents(first.id), back.id, now)
        repository.activate(back.id, "s1", "v1")
        assert repository.contents(back.id) == repository.contents(first.id)
        assert repository.changes(999) == ([], [])


def test_a_publication_that_loses_changes_nothing(database: sa.Engine, now: datetime) -> None:
    first = activated(database, begun(database, now))
    slow = begun(database, now, base=first.id)
    quick = activated(database, begun(database, now, base=first.id))
    with pytest.raises(ReleaseConflictError), write(database) as connection:
        identifier = saved(connection, "a", now)
        KnowledgeRepository(connection).publish([identifier], slow.id, now, expected_states=("draft",))
        ReleaseRepository(connection).activate(slow.id, "s", "v")
    with read(database) as connection:
        assert KnowledgeRepository(connection).heads() == []
    assert active(database) == quick
