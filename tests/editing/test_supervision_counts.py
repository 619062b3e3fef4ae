"""What supervision reads is counted alike on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from banshi.editing.supervision import STALE_DAYS, feeds_of, figures, old_guides
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.outbox import Outbox
from banshi.store.questions import Asked, QuestionLog
from banshi.store.work_items import WorkItemRepository
from tests.editing.library_rig import Clock, rig
from tests.editing.small import LI, REISSUE, Desk


def counted(desk: Desk, clock: Clock, days: int = 30) -> dict[str, float | None]:
    """All figures."""
    with read(desk.database) as connection:
        found = figures(connection, desk.engine().knowledge, clock(), days, overdue=4, stale=2, expired=1)
    assert all(one.label and one.unit and one.source for one in found)
    return {one.name: one.value for one in found}


def test_an_empty_store_has_counts_and_no_shares(desk: Desk) -> None:
    found = counted(desk, Clock())
    assert (found["questions"], found["answer_rate"], found["bad_rating_rate"]) == (0, None, None)
    assert (found["guides"], found["guides_stale"], found["guides_expired"], found["tasks_overdue"]) == (3, 2, 1, 4)


def test_questions_of_the_period_make_the_rate(desk: Desk) -> None:
    clock = Clock()
    with write(desk.database) as connection:
        log = QuestionLog(connection)
        for decision, ago in (("answer", 1), ("answer", 2), ("reject", 3), ("clarify", 4), ("reject", 40)):
            log.add(Asked(at=clock() - timedelta(days=ago), text="问", decision=decision))  # type: ignore[arg-type]
    found = counted(desk, clock)
    assert (found["questions"], found["answer_rate"], found["refusal_rate"]) == (4, 50.0, 25.0)
    assert counted(desk, clock, days=60)["questions"] == 5


def test_only_status_answers_that_say_so_count_as_overdue(desk: Desk) -> None:
    clock = Clock()
    store = ConversationStore(desk.database)
    late: dict[str, Any] = {"type": "status", "found": True, "overdue": True}
    told: list[dict[str, Any]] = [
        *(late, {**late, "overdue": False}, {"type": "status", "found": True}, {"type": "status", "found": False, "overdue": True}),
        *({"type": "answer", "found": True, "overdue": True}, {}),
    ]
    for number, custom in enumerate(told):
        store.create(identifier=f"c-{number}", region=None, now=clock())
        store.record(f"c-{number}", [Message("bot", "……", clock(), [], custom)], state="bot", region=None, now=clock())
    found = counted(desk, clock)
    assert (found["applications_asked"], found["applications_overdue_asked"]) == (3, 1)


def test_bad_ratings_are_open_or_closed(desk: Desk) -> None:
    clock = Clock()
    with write(desk.database) as connection:
        items = WorkItemRepository(connection)
        for kind in ("rating", "rating", "appeal"):
            items.open(kind=kind, conversation=None, text="", now=clock())  # type: ignore[arg-type]
        closed = items.open(kind="rating", conversation=None, text="", now=clock())
        items.close(closed.id, outcome="explained", reason="核实过了", by="li.hua", now=clock())
        Outbox(connection).add("hotline", "k", {}, now=clock())
    found = counted(desk, clock)
    assert (found["bad_ratings_open"], found["bad_ratings_closed"], found["outbox_waiting"], found["outbox_given_up"]) == (2, 1, 1, 0)


def test_a_feed_is_late_when_it_was_not_read_to_its_end_for_long(desk: Desk) -> None:
    library = rig(desk)
    library.pulling.pull()
    with read(desk.database) as connection:
        [feed] = feeds_of(connection, library.clock())
        [later] = feeds_of(connection, library.clock() + timedelta(hours=4))
    assert (feed["name"], feed["late"], later["late"]) == ("items", False, True)


def test_guides_are_stale_until_somebody_works_on_them(desk: Desk) -> None:
    knowledge = desk.engine().knowledge
    guide = knowledge.guides[REISSUE.key]
    today = guide.valid_from + timedelta(days=STALE_DAYS + 1)
    with read(desk.database) as connection:
        stale, expired = old_guides(connection, knowledge, today)
    assert REISSUE.key in {row["key"] for row in stale} and expired == []
    over = replace(knowledge, guides={REISSUE.key: guide.model_copy(update={"valid_to": guide.valid_from})})
    with read(desk.database) as connection:
        assert old_guides(connection, over, today)[1][0]["key"] == REISSUE.key
    head = rig(desk).head().head
    desk.workflow.save(REISSUE, {**head.content, "transact_place": "派出所"}, expected=head.number, reason="", actor=LI)
    with read(desk.database) as connection:
        assert REISSUE.key in {row["key"] for row in old_guides(connection, knowledge, today)[0]}, "a draft is not in use yet"
