"""Publishing, withdrawing and rolling back: of each record one revision is in use, or none."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from banshi.store.database import read, write
from banshi.store.errors import StateError
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.releases import ReleaseRepository
from banshi.store.revisions import revisions
from tests.contract.saving import Save, seeded, states


def test_publishing_replaces_what_was_in_use(database: sa.Engine, save: Save, now: datetime) -> None:
    old, untouched = save("a"), save("b")
    first = seeded(database, [old.id, untouched.id], now)
    new, later = save("a", expected=1), now + timedelta(days=1)
    with write(database) as connection:
        repository, releases = KnowledgeRepository(connection), ReleaseRepository(connection)
        release = releases.begin(kind="publish", author="li", author_name="李", reason="", now=later, base=first)
        with pytest.raises(StateError, match="draft"):
            repository.publish([new.id], release.id, later)
        [published] = repository.publish([new.id], release.id, later, expected_states=("draft", "approved"))
        assert (published.state, published.release, published.published_at) == ("published", release.id, later)
        assert [revision.id for revision in repository.published()] == [new.id, untouched.id]
        assert repository.published(kind="qa") == []
    with read(database) as connection:
        assert [revision.id for revision in KnowledgeRepository(connection).ever_in_use()] == [old.id, new.id, untouched.id]
    assert states(database) == {old.id: "superseded", untouched.id: "published", new.id: "published"}
    with read(database) as connection:
        before = KnowledgeRepository(connection).revision_by_id(old.id)
    assert before is not None and before.release == first, "what was superseded still says which release had published it"


def test_publishing_is_whole_or_not_at_all(database: sa.Engine, save: Save, now: datetime) -> None:
    one, two = save("a"), save("a", expected=1)
    release = seeded(database, [one.id], now)
    for ids, error in (([two.id, 999], StateError), ([one.id, two.id], ValueError)):
        with write(database) as connection, pytest.raises(error):
            KnowledgeRepository(connection).publish(ids, release, now, expected_states=("draft", "published"))
    assert states(database) == {one.id: "published", two.id: "draft"}


def test_of_one_record_one_revision_is_in_use(database: sa.Engine, save: Save, now: datetime) -> None:
    one, two = save("a"), save("a", expected=1)
    seeded(database, [one.id], now)
    with pytest.raises(sa.exc.IntegrityError), write(database) as connection:
        connection.execute(revisions.update().where(revisions.c.id == two.id).values(state="published"))


def test_a_withdrawal_leaves_nothing_in_use(database: sa.Engine, save: Save, now: datetime) -> None:
    one, two = save("a"), save("b")
    first = seeded(database, [one.id, two.id], now)
    with write(database) as connection:
        repository, releases = KnowledgeRepository(connection), ReleaseRepository(connection)
        release = releases.begin(kind="publish", author="li", author_name="李", reason="", now=now, base=first)
        gone = repository.withdraw(one.id, release.id, by="wang", by_name="王", reason="废止", now=now)
        assert (gone.state, gone.reviewer, gone.review_reason, gone.release) == ("withdrawn", "wang", "废止", first)
        [move] = repository.moves([one.id])
        assert (move.before, move.after, move.release) == ("published", "withdrawn", release.id)
        assert [revision.id for revision in repository.published()] == [two.id]
        head = repository.head("guide", "a", "220000")
        assert head is not None and head.published is None and head.head == gone
        with pytest.raises(StateError):
            repository.withdraw(one.id, release.id, by="wang", by_name="王", reason="废止", now=now)


def test_a_whole_set_is_put_in_use_again(database: sa.Engine, save: Save, now: datetime) -> None:
    a1, b1, c1 = save("a"), save("b"), save("c")
    release = seeded(database, [a1.id, b1.id], now)
    a2 = save("a", expected=1)
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        repository.publish([a2.id, c1.id], release, now, expected_states=("draft",))
        repository.withdraw(b1.id, release, by="wang", by_name="王", reason="", now=now)
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        with pytest.raises(StateError):
            repository.publish_exactly([a1.id, 999], release, now)
        repository.publish_exactly([a1.id, b1.id], release, now)
        assert [revision.id for revision in repository.published()] == [a1.id, b1.id]
        assert [revision.id for revision in repository.ever_in_use()] == [a1.id, b1.id], "what was rolled back counts as never in use"
    assert states(database) == {a1.id: "published", b1.id: "published", a2.id: "withdrawn", c1.id: "withdrawn"}
    draft = save("d")
    with pytest.raises(StateError), write(database) as connection:
        KnowledgeRepository(connection).publish_exactly([draft.id], release, now)


def test_thousands_are_published_at_once(database: sa.Engine, now: datetime) -> None:
    count = 12_000  # more than one statement can name
    with write(database) as connection:
        row = {"kind": "qa", "region": "220000", "state": "draft", "content": {}, "content_hash": "", "words": "", "author": "li"}
        row |= {"author_name": "", "created_at": now, "reason": ""}
        connection.execute(revisions.insert(), [{**row, "key": f"q{n}", "number": number} for number in (1, 2) for n in range(count)])
        ids = {
            number: connection.execute(sa.select(revisions.c.id).where(revisions.c.number == number)).scalars().all() for number in (1, 2)
        }
    release = seeded(database, list(ids[1]), now)
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        repository.publish(ids[2], release, now, expected_states=("draft",))
        repository.publish_exactly(ids[1], release, now)
        assert {revision.id for revision in repository.published()} == set(ids[1])
        assert len(ReleaseRepository(connection).contents(release)) == count
