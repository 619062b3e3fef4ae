"""`kill -9` at random moments of publishing: the next start serves a whole, verified index, and the store agrees with it."""

from __future__ import annotations

import itertools
import os
import random
import select
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from banshi.editing.holdings import published_sources
from banshi.editing.jobs import Job
from banshi.knowledge.elements import Element
from banshi.knowledge.sources import Address
from banshi.search.snapshot import current_id, load_snapshot
from banshi.store.audit import AuditLedger
from banshi.store.database import open_database, read
from banshi.store.releases import ReleaseRepository
from tests.editing.small import WANG, Desk, begin, open_desk
from tests.editing.test_changes_reach_citizens_whole import approve, content_of

KILLS = 20
LONGEST = 0.25
"""Seconds after the beginning of a publishing within which it is killed; one takes about a tenth of that."""


QA = Address("qa", "qa-dept-food-expired")
"""A record with few stored questions: trying a change of it takes little time."""


def told_by(desk: Desk) -> str:
    """What citizens are told."""
    found = desk.engine().answer_item(QA.key, Element.OTHER).answer
    assert found is not None
    return found.text


def change_answer(desk: Desk, price: int, began: Callable[[], object] = lambda: None) -> None:
    """Publish another price; `began` is called when publishing itself begins."""
    content, number = content_of(desk, QA)
    words = f"{content['answer'].partition('（')[0]}（{price}元）"
    impact = desk.publisher.try_out([approve(desk, QA, {**content, "answer": words}, number)], Job("test", "test", "test"))
    began()
    desk.publisher.publish(impact.id, actor=WANG, reason="发布")


def state_of(desk: Desk) -> tuple[str, str]:
    """The index in use and the price that citizens are told, after checking that store, index and pointer agree."""
    with read(desk.database) as connection:
        active = ReleaseRepository(connection).active()
        assert active is not None and active.snapshot is not None
        snapshot = load_snapshot(desk.snapshots / active.snapshot)  # raises unless every file is as it was written
        assert snapshot.knowledge.sources is not None
        held = published_sources(connection, dict(snapshot.knowledge.sources.frame))
        assert held.version == snapshot.knowledge_version == active.knowledge_version
        assert AuditLedger(connection).verify() == []
    assert current_id(desk.snapshots) == active.snapshot == desk.engine().snapshot.id
    return active.snapshot, told_by(desk)


def publish_until_killed(url: str, var: Path, warm: Desk, told: int) -> None:
    """In a process of its own: publish prices 1, 2, 3 …; a byte goes to `told` when each begins."""
    desk = reopened(url, var, warm)
    for price in itertools.count(1):
        change_answer(desk, price, lambda: os.write(told, b"."))


def reopened(url: str, var: Path, warm: Desk) -> Desk:
    """The store and the index as a new process finds them; what was read of texts is kept, to save time."""
    desk = open_desk(open_database(url), var)
    desk.publisher._reading = warm.publisher._reading
    return desk


def test_every_start_after_a_kill_serves_what_the_store_says(url: str, tmp_path: Path, small_root: Path) -> None:
    var = tmp_path / "var"
    warm = begin(open_database(url), var, small_root)
    change_answer(warm, 9001)
    warm.database.dispose()
    draw, seen, mended = random.Random(20261121), set(), 0
    for _ in range(KILLS):
        hears, told = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                publish_until_killed(url, var, warm, told)
            finally:
                os._exit(1)
        os.close(told)
        assert os.read(hears, 1) == b".", "the publisher failed before it began"
        select.select([], [], [], draw.uniform(0, LONGEST))  # the random moment
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "the publisher failed by itself"
        os.close(hears)
        desk = reopened(url, var, warm)
        mended += desk.publisher.reconcile() is not None
        seen.add(state_of(desk))
        desk.database.dispose()
    # It was killed before and after the store had changed, and one can go on publishing.
    assert len(seen) > 1
    desk = reopened(url, var, warm)
    change_answer(desk, 9002)
    assert "9002元" in state_of(desk)[1]
    desk.database.dispose()


def test_a_kill_between_store_and_pointer_is_mended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The narrowest moment, hit for certain: the store has the new release, the pointer still names the old index."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("banshi.editing.publishing.activate", killed)
    with pytest.raises(KeyboardInterrupt):
        change_answer(desk, 78)
    monkeypatch.undo()
    assert "78元" not in told_by(desk)
    assert desk.publisher.reconcile() is not None
    assert "78元" in state_of(desk)[1]
