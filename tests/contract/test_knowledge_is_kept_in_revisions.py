"""Records and their revisions: nothing is overwritten, and of several who save at once one wins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.store.database import read, write
from banshi.store.errors import StaleRevisionError, StateError
from banshi.store.knowledge import KnowledgeRepository, Revision
from banshi.store.revisions import revisions
from tests.contract.saving import Save, seeded, states
from tests.contract.together import together


def test_a_saved_revision_says_who_when_why_and_from_what(save: Save, now: datetime) -> None:
    first = save(content={"名称": "补领"}, reason="新建")
    second = save(expected=1, author="wang", author_name="王", now=now + timedelta(hours=1))
    assert (first.number, first.state, first.base, first.author, first.author_name, first.reason) == (1, "draft", None, "li", "李", "新建")
    assert (second.number, second.base, second.created_at) == (2, 1, now + timedelta(hours=1))
    assert save(expected=2, base=1).base == 1, "an older revision restored"


def test_revisions_are_read_newest_first_and_by_number(database: sa.Engine, save: Save) -> None:
    made = [save(expected=expected) for expected in (None, 1, 2)]
    save("other")
    save(region="220100", kind="guide")
    with read(database) as connection:
        repository = KnowledgeRepository(connection)
        assert repository.revisions("guide", "hz", "220000") == made[::-1]
        assert repository.revision("guide", "hz", "220000", 2) == made[1] == repository.revision_by_id(made[1].id)
        assert repository.by_ids([made[2].id, 999, made[0].id]) == [made[2], made[0]]
        assert repository.revision("guide", "hz", "220000", 4) is None
        assert repository.revision_by_id(999) is None
        assert repository.head("guide", "nothing", "220000") is None
        assert repository.revisions("qa", "hz", "220000") == []


@pytest.mark.parametrize("expected", [None, 1, 3, 99, 0, -1])
def test_saving_over_what_one_has_not_seen_is_refused(database: sa.Engine, save: Save, expected: int | None) -> None:
    save()
    newest = save(expected=1, author="wang", author_name="王")
    with pytest.raises(StaleRevisionError, match="王已先保存了第2版") as refused:
        save(expected=expected)
    assert refused.value.head == newest
    with read(database) as connection:
        assert len(KnowledgeRepository(connection).revisions("guide", "hz", "220000")) == 2


def test_a_record_that_is_not_there_cannot_be_changed(save: Save) -> None:
    with pytest.raises(StaleRevisionError) as refused:
        save("nothing", expected=1)
    assert refused.value.head is None


def test_of_eight_who_save_at_once_exactly_one_wins(database: sa.Engine, save: Save) -> None:
    for expected in (None, 1, 2, 3, 4, 5):
        results = together(8, lambda which: save(expected=expected, author=f"a{which}", author_name=f"人{which}"))  # noqa: B023
        won = [result for result in results if isinstance(result, Revision)]
        lost = [result for result in results if isinstance(result, StaleRevisionError)]
        assert len(won) == 1 and len(lost) == 7, results
        assert all(error.head == won[0] for error in lost), "each loser is told who was first, and when"
    with read(database) as connection:
        assert [one.number for one in KnowledgeRepository(connection).revisions("guide", "hz", "220000")] == [6, 5, 4, 3, 2, 1]


def test_different_records_are_saved_at_once(save: Save) -> None:
    results = together(8, lambda which: save(f"g{which}"))
    assert sorted(result.key for result in results if isinstance(result, Revision)) == [f"g{which}" for which in range(8)]


def test_a_refused_save_leaves_the_transaction_usable(database: sa.Engine, save: Save, now: datetime) -> None:
    save()
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        common: dict[str, Any] = {"kind": "guide", "region": "220000", "author": "li", "author_name": "李", "reason": "", "now": now}
        with pytest.raises(StaleRevisionError):
            repository.save(key="hz", content={}, expected=None, **common)
        repository.save(key="another", content={}, expected=None, **common)
    assert len(states(database)) == 2


def test_a_number_is_given_once(database: sa.Engine, save: Save) -> None:
    first = save()
    copied = {column.name: revisions.c[column.name] for column in revisions.c if column.name != "id"}
    with pytest.raises(sa.exc.IntegrityError), write(database) as connection:
        source = sa.select(*copied.values()).where(revisions.c.id == first.id)
        connection.execute(revisions.insert().from_select(list(copied), source))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revisions SET content = '{}'",
        "UPDATE revisions SET number = 7",
        "UPDATE revisions SET author = 'x', state = 'approved'",
        "DELETE FROM revisions",
    ],
)
def test_what_was_saved_cannot_be_changed(database: sa.Engine, save: Save, statement: str) -> None:
    first = save()
    with pytest.raises(sa.exc.DBAPIError, match="revisions only grows"), write(database) as connection:
        connection.execute(sa.text(statement))
    with read(database) as connection:
        assert KnowledgeRepository(connection).revision_by_id(first.id) == first


def test_heads_show_the_newest_and_the_one_in_use(database: sa.Engine, save: Save, now: datetime) -> None:
    first = save("a")
    save("b", kind="qa")
    local = save("a", region="220100")
    seeded(database, [first.id, local.id], now)
    draft = save("a", expected=1)
    with read(database) as connection:
        repository = KnowledgeRepository(connection)
        heads = repository.heads()
        assert [(head.kind, head.key, head.region, head.head.number) for head in heads] == [
            ("guide", "a", "220000", 2),
            ("guide", "a", "220100", 1),
            ("qa", "b", "220000", 1),
        ]
        assert heads[0].head == draft
        assert heads[0].published is not None and heads[0].published.id == first.id
        assert heads[1].published == heads[1].head and heads[1].head.id == local.id
        assert heads[2].published is None
        assert repository.head("guide", "a", "220000") == heads[0]
        assert [head.key for head in repository.heads(kind="qa")] == ["b"]
        assert repository.heads(states=["draft"]) == [heads[0], heads[2]]
        assert repository.heads(states=[]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("补领", ["a"]), ("100%", ["b"]), ("10_%", []), ("hz-b", ["b"]), ('说"不"', ["a"]), ("EMS", ["b"]), ("name", []), ("", ["a", "b"])],
)
def test_heads_are_found_by_any_text_of_the_content(database: sa.Engine, save: Save, text: str, found: list[str]) -> None:
    save("hz-a", content={"name": "身份证补领", "parts": [{"text": '他说"不"'}]})
    save("hz-b", content={"name": "退款100%", "parts": ["ems 邮寄"]})
    save("hz-c", content={"name": "补领"})
    save("hz-c", content={"name": "换领"}, expected=1)
    with read(database) as connection:
        heads = KnowledgeRepository(connection).heads(text=text)
    assert [head.key.removeprefix("hz-") for head in heads if head.key != "hz-c"] == found
    assert ("hz-c" in [head.key for head in heads]) == (text == ""), "only the newest revision counts"


def test_a_move_changes_the_state_and_notes_who_did_it(database: sa.Engine, save: Save, now: datetime) -> None:
    draft = save()
    moves = [("draft", "submitted", "li"), ("submitted", "draft", "wang"), ("draft", "submitted", "li"), ("submitted", "approved", "zhao")]
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        seen = []
        for step, (before, after, by) in enumerate(moves):
            moved = repository.move(
                draft.id,
                to=after,  # type: ignore[arg-type]
                by=by,
                by_name=by.title(),
                reason=f"因{step}",
                now=now + timedelta(hours=step),
                expected_state=before,  # type: ignore[arg-type]
            )
            seen.append((moved.state, moved.reviewer, moved.review_reason))
        noted = repository.moves([draft.id])
    assert seen == [("submitted", None, None), ("draft", "wang", "因1"), ("submitted", "wang", "因1"), ("approved", "zhao", "因3")]
    assert [(move.before, move.after, move.by) for move in noted] == moves
    assert (noted[3].by_name, noted[3].reason, noted[3].at) == ("Zhao", "因3", now + timedelta(hours=3))
    assert (moved.reviewer_name, moved.reviewed_at, moved.content_hash) == ("Zhao", now + timedelta(hours=3), draft.content_hash)


def test_a_move_from_another_state_is_refused(database: sa.Engine, save: Save, now: datetime) -> None:
    draft = save()
    common: dict[str, Any] = {"by": "wang", "by_name": "王", "reason": "", "now": now}
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        with pytest.raises(StateError, match="draft") as refused:
            repository.move(draft.id, to="approved", expected_state="submitted", **common)
        assert refused.value.found == draft and refused.value.state == "draft"
        with pytest.raises(StateError):
            repository.move(999, to="approved", expected_state="submitted", **common)
        for to, expected in (("published", "approved"), ("superseded", "published"), ("withdrawn", "published")):
            with pytest.raises(ValueError, match="publish"):
                repository.move(draft.id, to=to, expected_state=expected, **common)  # type: ignore[arg-type]
        assert repository.moves([draft.id]) == []
    assert states(database) == {draft.id: "draft"}


def test_of_eight_reviewers_at_once_one_decides(database: sa.Engine, save: Save, now: datetime) -> None:
    draft = save()

    def move(which: int) -> Revision:
        to = "submitted" if which % 2 else "discarded"
        with write(database) as connection:
            return KnowledgeRepository(connection).move(
                draft.id,
                to=to,  # type: ignore[arg-type]
                by=f"{which}",
                by_name="",
                reason="",
                now=now,
                expected_state="draft",
            )

    results = together(8, move)
    assert sum(isinstance(result, Revision) for result in results) == 1
    assert sum(isinstance(result, StateError) for result in results) == 7
    with read(database) as connection:
        assert len(KnowledgeRepository(connection).moves([draft.id])) == 1
