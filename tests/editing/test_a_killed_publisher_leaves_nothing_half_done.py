"""`kill -9` at random moments of publishing: the next start serves a whole, verified index, and the store agrees with it."""

from __future__ import annotations

import multiprocessing
import random
from pathlib import Path

import pytest

from banshi.editing.holdings import published_sources
from banshi.search.snapshot import current_id, load_snapshot
from banshi.store.audit import AuditLedger
from banshi.store.database import open_database, read
from banshi.store.releases import ReleaseRepository
from tests.editing.publishing_child import publish_on
from tests.editing.small import Desk, begin, open_desk
from tests.editing.test_changes_reach_citizens_whole import answer, change_fee

KILLS = 20
LONGEST = 0.25
"""Seconds after the beginning of a publishing within which it is killed; one takes about a tenth of that."""


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
    return active.snapshot, answer(desk)


@pytest.mark.timeout(300)
def test_every_start_after_a_kill_serves_what_the_store_says(url: str, tmp_path: Path, small_root: Path) -> None:
    var = tmp_path / "var"
    desk = begin(open_database(url), var, small_root)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.editing.publishing_child"])
    draw, seen, mended = random.Random(20261121), set(), 0
    for _ in range(KILLS):
        mine, theirs = context.Pipe()
        child = context.Process(target=publish_on, args=(url, str(var), theirs), daemon=True)
        child.start()
        theirs.close()
        assert mine.poll(60), "the publisher did not begin"
        mine.recv()
        child.join(draw.uniform(0, LONGEST))
        child.kill()
        child.join()
        desk.database.dispose()
        desk = open_desk(open_database(url), var)
        mended += desk.publisher.reconcile() is not None
        seen.add(state_of(desk))
    # It was killed before and after the store had changed, and one can go on publishing.
    assert len(seen) > 1
    change_fee(desk, "77元/证")
    assert "77元/证" in state_of(desk)[1]
    desk.database.dispose()


def test_a_kill_between_store_and_pointer_is_mended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The narrowest moment, hit for certain: the store has the new release, the pointer still names the old index."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("banshi.editing.publishing.activate", killed)
    with pytest.raises(KeyboardInterrupt):
        change_fee(desk, "78元/证")
    monkeypatch.undo()
    assert "78元/证" not in answer(desk)
    assert desk.publisher.reconcile() is not None
    assert "78元/证" in state_of(desk)[1]
