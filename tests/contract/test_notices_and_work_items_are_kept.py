"""Notices, and what unhappy citizens leave to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.desk.notices import NoticeBoard, newest
from banshi.desk.replies import Reply
from banshi.desk.unhappy.work_items import WorkItems
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.errors import NotFoundError
from banshi.store.notices import Notice, NoticeRepository
from banshi.store.work_items import WorkItem, WorkItemRepository
from tests.contract.together import together

HOUR = timedelta(hours=1)
PARENTS = {"222401": "222400", "222400": "220000", "220100": "220000", "circle": "circle"}
CONVERSATION = "c-" + "0" * 32


@pytest.fixture
def at(now: datetime) -> list[datetime]:
    """The moment, in a list that a test may change."""
    return [now]


@pytest.fixture
def board(database: sa.Engine, at: list[datetime]) -> NoticeBoard:
    return NoticeBoard(database, now=lambda: at[0], parents=PARENTS.get)


def add(database: sa.Engine, now: datetime, **values: Any) -> Notice:
    usual: dict[str, Any] = {"kind": "banner", "text": "今晚维护", "region": None, "starts_at": now, "ends_at": None}
    with write(database) as connection:
        return NoticeRepository(connection).add(**usual | values, by="wang.fang", now=now)


def test_a_notice_comes_back_as_it_was_given(database: sa.Engine, now: datetime) -> None:
    added = add(database, now, kind="off", region="222400", ends_at=now + HOUR)
    assert added == Notice(added.id, "off", "今晚维护", "222400", now, now + HOUR, "wang.fang", now, None, None)
    with read(database) as connection:
        repository = NoticeRepository(connection)
        assert repository.get(added.id) == added and repository.get(added.id + 1) is None
        assert repository.standing(now) == [added] and repository.past(now, 9) == []


def test_a_notice_ends_by_itself(database: sa.Engine, now: datetime, board: NoticeBoard, at: list[datetime]) -> None:
    added = add(database, now, starts_at=now + HOUR, ends_at=now + 2 * HOUR)
    for moment, shown in ((now, False), (now + HOUR, True), (now + 2 * HOUR - timedelta(microseconds=1), True), (now + 2 * HOUR, False)):
        at[0] = moment
        assert (board.banner(None) is not None) is shown is added.in_force(moment)
    with read(database) as connection:
        assert NoticeRepository(connection).past(now + 2 * HOUR, 9) == [added] and added.over(now + 2 * HOUR)


def test_a_notice_is_ended_once_and_by_name(database: sa.Engine, now: datetime) -> None:
    added = add(database, now)
    with write(database) as connection:
        ended = NoticeRepository(connection).end(added.id, by="zhao.min", now=now + HOUR)
    assert ended == replace(added, ended_at=now + HOUR, ended_by="zhao.min") and not ended.in_force(now + HOUR)
    for identifier in (added.id, added.id + 1):
        with write(database) as connection, pytest.raises(NotFoundError):
            NoticeRepository(connection).end(identifier, by="zhao.min", now=now + HOUR)


def test_one_over_by_itself_cannot_be_ended(database: sa.Engine, now: datetime) -> None:
    added = add(database, now, ends_at=now + HOUR)
    with write(database) as connection, pytest.raises(NotFoundError):
        NoticeRepository(connection).end(added.id, by="zhao.min", now=now + HOUR)


def test_a_notice_goes_down_the_tree_and_not_up_or_beside(database: sa.Engine, now: datetime, board: NoticeBoard) -> None:
    add(database, now, kind="off", text="延边停用", region="222400")
    assert {region for region in (*PARENTS, None, "999999") if board.switched_off(region)} == {"222400", "222401"}


def test_the_newest_that_has_begun_wins(database: sa.Engine, now: datetime, board: NoticeBoard, at: list[datetime]) -> None:
    add(database, now, text="延边", region="222400")
    add(database, now + HOUR, text="全省", starts_at=now + HOUR)
    add(database, now, text="延吉以后", region="222401", starts_at=now + 2 * HOUR, ends_at=now + 3 * HOUR)
    told = {}
    for hours in range(4):
        at[0] = now + hours * HOUR
        told[hours] = [found.text if (found := board.banner(region)) else None for region in ("222401", "222400", "220100")]
    assert told == {
        0: ["延边", "延边", None],
        1: ["全省", "全省", "全省"],
        2: ["延吉以后", "全省", "全省"],
        3: ["全省", "全省", "全省"],
    }


def test_of_two_that_begin_together_the_later_one_wins(database: sa.Engine, now: datetime) -> None:
    first, second = add(database, now, text="先"), add(database, now, text="后")
    assert newest([second, first], "banner", ["220000"], now) == newest([first, second], "banner", ["220000"], now) == second


def test_where_nothing_is_announced_the_switch_is_the_notice(database: sa.Engine, now: datetime, board: NoticeBoard) -> None:
    add(database, now, kind="off", text="停用")
    banner = board.banner("220100")
    assert banner is not None and banner.text == "停用"


def test_what_is_said_anywhere_is_known_everywhere_within_a_second(database: sa.Engine, now: datetime, at: list[datetime]) -> None:
    boards = [NoticeBoard(database, now=lambda: at[0], parents=PARENTS.get) for _ in range(3)]
    assert not any(board.switched_off(None) for board in boards)
    added = add(database, now, kind="off")
    at[0] = now + timedelta(seconds=1)
    assert all(board.switched_off(None) == added for board in boards)
    with write(database) as connection:
        NoticeRepository(connection).end(added.id, by="zhao.min", now=at[0])
    at[0] = now + timedelta(seconds=2)
    assert not any(board.switched_off(None) for board in boards)


def test_turns_right_after_each_other_do_not_ask_the_store_again(database: sa.Engine, board: NoticeBoard) -> None:
    asked: list[str] = []
    sa.event.listen(database, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    assert [board.switched_off(region) for region in ("220100", "222401", None)] == [None] * 3
    assert len([statement for statement in asked if "FROM notices" in statement]) == 1


def test_a_store_that_cannot_be_read_leaves_in_force_what_was(
    database: sa.Engine, now: datetime, board: NoticeBoard, at: list[datetime]
) -> None:
    added = add(database, now, kind="off")
    assert board.switched_off(None) == added
    with write(database) as connection:
        connection.execute(sa.text("ALTER TABLE notices RENAME TO notices_gone"))
    at[0] = now + HOUR
    assert board.switched_off(None) == added


# Work items


def open_one(database: sa.Engine, now: datetime, **values: Any) -> WorkItem:
    usual: dict[str, Any] = {"kind": "rating", "conversation": CONVERSATION, "text": "答案不对", "now": now}
    with write(database) as connection:
        return WorkItemRepository(connection).open(**usual | values)


def test_a_work_item_comes_back_as_it_was_opened(database: sa.Engine, now: datetime) -> None:
    versions, case = {"knowledge": "k1", "records": [{"id": "a", "version": 2}]}, {"asked": ["身份证"], "item": None}
    item = open_one(database, now, stars=2, versions=versions, case=case, region="222401", department="公安")
    assert (item.state, item.opened_at, item.reason, item.outcome, item.closed_by) == ("open", now, "", None, None)
    assert (item.versions, item.case, item.stars, item.region, item.department) == (versions, case, 2, "222401", "公安")
    with read(database) as connection:
        repository = WorkItemRepository(connection)
        assert repository.get(item.id) == item and repository.get(item.id + 1) is None
        assert repository.of_conversation(CONVERSATION) == [item] and repository.of_conversation("c-1") == []


def test_who_waits_longest_comes_first_and_who_was_closed_last(database: sa.Engine, now: datetime) -> None:
    items = [open_one(database, now + HOUR * (3 - number)) for number in range(3)]
    for later, item in enumerate((items[2], items[0])):
        with write(database) as connection:
            WorkItemRepository(connection).close(item.id, outcome="explained", reason="已说明", by="li", now=now + HOUR * (9 + later))
    with read(database) as connection:
        repository = WorkItemRepository(connection)
        assert [item.id for item in repository.list("open", 9)] == [items[1].id]
        assert [item.id for item in repository.list("closed", 9)] == [items[0].id, items[2].id]
        assert len(repository.list("closed", 1)) == 1


def test_a_work_item_is_closed_once(database: sa.Engine, now: datetime) -> None:
    item = open_one(database, now, case={"asked": []})
    changed = {"kind": "guide", "key": "hz-idcard-reissue", "region": "220000", "number": 2}
    with write(database) as connection:
        closed = WorkItemRepository(connection).close(
            item.id, outcome="changed", reason="改了费用", by="li.hua", now=now + HOUR, changed=changed
        )
    assert (closed.state, closed.outcome, closed.reason, closed.closed_by, closed.closed_at) == (
        "closed",
        "changed",
        "改了费用",
        "li.hua",
        now + HOUR,
    )
    assert closed.case == {"asked": [], "changed": changed}
    for identifier in (item.id, item.id + 1):
        with write(database) as connection, pytest.raises(NotFoundError):
            WorkItemRepository(connection).close(identifier, outcome="explained", reason="再来", by="wang", now=now)


def test_many_who_press_at_once_open_one_case_and_appeal_once(database: sa.Engine, now: datetime) -> None:
    store = ConversationStore(database)
    store.create(identifier=CONVERSATION, region="222401", now=now)
    store.record(CONVERSATION, [Message("citizen", "窗口不给办", now)], state="bot", region="222401", now=now)
    standing = store.get(CONVERSATION)
    assert standing is not None
    work = WorkItems(database, lambda: None, now=lambda: now)
    told = together(8, lambda _: work.cannot(standing))
    numbers = {one.custom["number"] for one in told if isinstance(one, Reply)}
    with read(database) as connection:
        [case] = WorkItemRepository(connection).of_conversation(CONVERSATION)
    assert len(told) == 8 and numbers == {case.id} and (case.kind, case.text, case.region) == ("cannot", "窗口不给办", "222401")
    assert work.appeal(standing, "不服") == "too early"
    work.close(case.id, outcome="explained", reason="材料确实不齐，已经电话说明", record=None, by="li.hua")
    outcomes = together(6, lambda _: work.appeal(standing, "还是不服"))
    assert sorted(map(str, outcomes)) == ["before"] * 5 + ["opened"]
