"""The log of questions, and the gaps that are made of them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.store.database import read, write
from banshi.store.errors import NotFoundError
from banshi.store.gaps import Gap, GapRepository
from banshi.store.questions import Asked, QuestionLog


def asked(now: datetime, number: int = 0, **values: Any) -> Asked:
    usual: dict[str, Any] = {"at": now + timedelta(minutes=number), "text": f"问题{number}", "decision": "reject"}
    return Asked(**usual | values)


def logged(database: sa.Engine, now: datetime, count: int) -> list[int]:
    with write(database) as connection:
        return [QuestionLog(connection).add(asked(now, number, conversation=f"c{number % 2}")) for number in range(count)]


def test_a_question_comes_back_as_it_was_asked(database: sa.Engine, now: datetime) -> None:
    whole = asked(
        now,
        item="hz-idcard-reissue",
        element="fee",
        confidence=0.8125,
        candidates=("hz-idcard-reissue", "hz-idcard-renew"),
        region="220100",
        conversation="c1",
        vector=bytes(range(256)),
        model="encoder-1",
        decision="answer",
    )
    bare = asked(now, 1)
    with write(database) as connection:
        ids = [QuestionLog(connection).add(one) for one in (whole, bare)]
    with read(database) as connection:
        log = QuestionLog(connection)
        assert [log.get(identifier) for identifier in ids] == [replace(whole, id=ids[0]), replace(bare, id=ids[1])]
        assert log.by_ids([ids[1], 999, ids[0]], vectors=False) == [replace(bare, id=ids[1]), replace(whole, id=ids[0], vector=None)]
        assert log.get(999) is None


def test_questions_are_read_by_time(database: sa.Engine, now: datetime) -> None:
    ids = logged(database, now, 5)
    with read(database) as connection:
        log = QuestionLog(connection)
        assert [one.id for one in log.since(now)] == ids
        assert [one.id for one in log.since(now + timedelta(minutes=1), until=now + timedelta(minutes=3))] == ids[1:3]
        assert log.since(now + timedelta(minutes=5)) == []
        newest = log.last_of("c1")
        assert newest is not None and newest.id == ids[3]
        assert log.last_of("c9") is None


def test_what_came_of_an_answer_is_marked(database: sa.Engine, now: datetime) -> None:
    first, second = logged(database, now, 2)
    with write(database) as connection:
        log = QuestionLog(connection)
        log.mark(first, rating=2)
        log.mark(first, corrected=second)
        log.mark(second)
        for values in ({"rating": 1}, {"corrected": 1}):
            with pytest.raises(NotFoundError):
                log.mark(999, **values)
        marked, other = log.by_ids([first, second])
    assert (marked.rating, marked.corrected_by) == (2, second)
    assert (other.rating, other.corrected_by) == (None, None)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_fifty_thousand_questions_are_logged_within_five_seconds(database: sa.Engine, now: datetime) -> None:
    vector = bytes(1024)
    questions = [asked(now, number, vector=vector, candidates=("a", "b", "c"), conversation=f"c{number}") for number in range(50_000)]
    began = time.process_time()  # what others do on this machine meanwhile does not count
    with write(database) as connection:
        assert QuestionLog(connection).add_all(questions) == 50_000
    assert time.process_time() - began < 5
    with read(database) as connection:
        assert len(QuestionLog(connection).since(now, vectors=False)) == 50_000


def test_a_gap_has_its_questions(database: sa.Engine, now: datetime) -> None:
    ids = logged(database, now, 6)
    with write(database) as connection:
        gaps = GapRepository(connection)
        first = gaps.open(title="养犬登记", members=ids[2::-1], department="公安厅", now=now)
        second = gaps.open(title="无人机", members=[ids[3], ids[2]], now=now + timedelta(days=1))
    assert first == Gap(first.id, "养犬登记", "公安厅", now, "open", None, None, tuple(ids[:3]))
    with read(database) as connection:
        gaps = GapRepository(connection)
        assert gaps.list() == [replace(first, members=tuple(ids[:2])), second], "a question belongs to the gap that had it last"
        assert gaps.get(second.id) == second and second.members == (ids[2], ids[3])
        assert gaps.of_questions(ids) == {ids[0]: first.id, ids[1]: first.id, ids[2]: second.id, ids[3]: second.id}
        assert gaps.of_questions([]) == {}
        assert gaps.get(999) is None


def test_a_gap_goes_from_open_to_drafted_to_closed(database: sa.Engine, now: datetime) -> None:
    ids = logged(database, now, 3)
    with write(database) as connection:
        gaps = GapRepository(connection)
        gap = gaps.open(title="养犬登记", members=ids[:1], now=now)
        assert gaps.set_members(gap.id, ids[1:]).members == tuple(ids[1:])
        assert gaps.set_members(gap.id, ids, title="犬只登记").title == "犬只登记"
        assert gaps.assign(gap.id, "公安厅").department == "公安厅"
        drafted = gaps.drafted(gap.id, "qa", "qa-dog", "220000")
        assert (drafted.state, drafted.draft, drafted.members) == ("drafted", ("qa", "qa-dog", "220000"), tuple(ids))
        closed = gaps.close(gap.id, "已有办事指南")
        assert (closed.state, closed.reason, closed.draft) == ("closed", "已有办事指南", ("qa", "qa-dog", "220000"))
        assert [gaps.list(state) for state in ("open", "drafted", "closed")] == [[], [], [closed]]
        again = gaps.reopen(gap.id)
        assert (again.state, again.reason, again.draft) == ("open", None, None)


def test_a_gap_that_is_not_there_is_told(database: sa.Engine, now: datetime) -> None:
    with write(database) as connection:
        gaps = GapRepository(connection)
        acts = [
            lambda: gaps.assign(7, "x"),
            lambda: gaps.close(7, "x"),
            lambda: gaps.drafted(7, "qa", "a", "b"),
            lambda: gaps.reopen(7),
            lambda: gaps.set_members(7, []),
        ]
        for act in acts:
            with pytest.raises(NotFoundError, match="第7号"):
                act()
    with pytest.raises(sa.exc.IntegrityError), write(database) as connection:
        GapRepository(connection).open(title="x", members=[12345], now=now)


def test_old_questions_are_forgotten_by_gaps_too(database: sa.Engine, now: datetime) -> None:
    ids = logged(database, now, 4)
    with write(database) as connection:
        gap = GapRepository(connection).open(title="x", members=ids, now=now)
    with write(database) as connection:
        assert QuestionLog(connection).delete_before(now + timedelta(minutes=2)) == 2
        assert QuestionLog(connection).delete_before(now + timedelta(minutes=2)) == 0
    with read(database) as connection:
        kept = GapRepository(connection).get(gap.id)
        assert kept is not None and kept.members == tuple(ids[2:])
        assert [one.id for one in QuestionLog(connection).since(now)] == ids[2:]
