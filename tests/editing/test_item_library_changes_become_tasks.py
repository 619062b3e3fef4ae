"""What the item library changes goes down its layers and becomes tasks, each with its last day; nothing is lost and nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from banshi.connect.items.demo import DemoItems
from banshi.connect.items.http import HttpItems
from banshi.connect.items.port import ItemPage
from banshi.connect.items.reading import LABELS
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.http import HttpSystem, SystemSettings
from banshi.connect.resilience.labels import Labels
from banshi.editing.actor import Actor
from banshi.editing.errors import EditingError, NotFoundError
from banshi.editing.feeding import LEASE, FeedFailedError
from banshi.editing.item_library.clock import month_after
from banshi.editing.jobs import Job
from banshi.knowledge.sources import Address
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.feeds import FeedRepository
from banshi.store.item_library import ItemLibraryRepository
from banshi.store.knowledge import KnowledgeRepository
from tests.editing.library_rig import Clock, change, rig, told
from tests.editing.small import LI, REISSUE, WANG, Desk

ZHAO = Actor("zhao.min", "赵敏")


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 11, 22), date(2026, 12, 22)),
        (date(2026, 12, 5), date(2027, 1, 5)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 10, 31), date(2026, 11, 30)),
    ],
)
def test_a_month_is_a_calendar_month(day: date, after: date) -> None:
    assert month_after(day) == after


def test_the_demo_shows_each_kind_of_task(desk: Desk) -> None:
    library = rig(desk)
    pulled = library.pulling.pull()
    assert pulled is not None and (pulled.new, pulled.drafted) == (11, 1)
    assert {row["kind"] for row in library.open()} == {"review-list", "review-guide", "review-draft", "missing-guide"}
    assert library.review.tasks("open", overdue=True), "one of the invented 清单 changed more than a month ago"


def test_a_change_of_the_catalogue_reaches_lists_and_guides(desk: Desk) -> None:
    clock = Clock()
    first = [change(1, "基本目录", "新增", clock()), change(2, "实施清单", "新增", clock()), change(3, "办事指南", "新增", clock())]
    library = told(desk, first, clock)
    library.pulling.pull()
    before = {row["id"] for row in library.open()}
    assert not [row for row in library.open() if row["change"]["layer"] == "基本目录"], "nothing stood below it yet"
    clock.forward(days=1)
    library = told(desk, [*first, change(4, "基本目录", "修改", clock())], clock)
    library.pulling.pull(even_if_early=True)
    new = [(row["kind"], row["guide"], row["due_on"]) for row in library.open() if row["id"] not in before]
    assert sorted(new, key=str) == [("review-guide", "hz-idcard-reissue", None), ("review-list", None, None)]


def test_a_guide_follows_its_list_within_a_month(desk: Desk) -> None:
    clock = Clock()
    library = told(desk, [change(1, "实施清单", "修改", clock())], clock)
    library.pulling.pull()
    [task] = library.open()
    due = month_after(clock().date())
    assert (task["kind"], task["guide"], task["due_on"]) == ("review-guide", "hz-idcard-reissue", due.isoformat())
    clock.moment += timedelta(days=(due - clock().date()).days)
    assert library.review.tasks("open", overdue=True) == [], "the last day is still in time"
    clock.forward(days=1)
    assert [row["id"] for row in library.review.tasks("open", overdue=True)] == [task["id"]]


def test_what_people_publish_since_stops_the_clock(desk: Desk) -> None:
    clock = Clock()
    clock.forward(days=-40)
    library = told(desk, [change(1, "实施清单", "修改", clock())], clock)
    clock.forward(days=40)
    library.pulling.pull()
    [late] = library.review.tasks("open", overdue=True)
    assert late["republished_at"] is None, "what came with the files is nobody's revision"
    head = library.head().head
    content = {**head.content, "transact_place": "户籍地或居住地派出所"}
    saved = desk.workflow.save(REISSUE, content, expected=head.number, reason="", actor=LI).head
    desk.workflow.submit(REISSUE, expected=saved.number, reason="", actor=LI)
    desk.workflow.approve(REISSUE, expected=saved.number, reason="", actor=WANG)
    tried = desk.publisher.try_out([saved.id], Job("test", "test", "test"))
    desk.publisher.publish(tried.id, actor=WANG, reason="跟着清单改")
    [task] = library.open()
    assert task["republished_at"] is not None and not task["overdue"]
    assert library.review.tasks("open", overdue=True) == []


def test_an_item_without_a_guide_is_told(desk: Desk) -> None:
    clock = Clock()
    library = told(desk, [change(1, "实施清单", "新增", clock(), name="没有指南的事项", code="SS-9")], clock)
    library.pulling.pull()
    [task] = library.open()
    assert (task["kind"], task["guide"], task["due_on"]) == ("missing-guide", None, month_after(clock().date()).isoformat())


def test_pulling_again_changes_nothing(desk: Desk) -> None:
    library = rig(desk)
    library.pulling.pull()
    tasks, feed = library.review.tasks("open"), library.feed()
    assert library.pulling.pull() is None, "an hour has not passed"
    library.clock.forward(minutes=61)
    again = library.pulling.pull()
    assert again is not None and (again.new, again.drafted) == (0, 0)
    # And when the library's cursor were lost:
    with write(desk.database) as connection:
        repository = FeedRepository(connection)
        taken = repository.take("items", "somebody", now=library.clock(), lease=LEASE, even_if_early=True)
        assert taken is not None and repository.advance("items", "somebody", None, now=library.clock(), lease=LEASE)
        repository.succeeded("items", "somebody", now=library.clock(), next_pull=library.clock())
    whole = library.pulling.pull()
    assert whole is not None and (whole.new, whole.drafted) == (0, 0)
    assert [row["id"] for row in library.review.tasks("open")] == [row["id"] for row in tasks]
    assert library.feed().cursor == feed.cursor


class Breaking(DemoItems):
    """A library that goes away after its first page."""

    def changes(self, since: str | None) -> ItemPage:
        if since is not None:
            raise SystemUnavailableError("items cannot be reached")
        return super().changes(since)


def test_what_was_read_before_a_failure_is_kept_and_the_rest_follows(desk: Desk) -> None:
    clock = Clock()
    library = rig(desk, Breaking(now=clock), clock=clock)
    with pytest.raises(FeedFailedError, match="cannot be reached"):
        library.pulling.pull()
    feed = library.feed()
    assert (feed.cursor, feed.succeeded_at) == ("5", None)
    assert feed.error == "items cannot be reached" and feed.failed_at is not None
    assert library.pulling.pull() is None, "it is left alone for some minutes"
    clock.forward(minutes=6)
    back = rig(desk, DemoItems(now=clock), clock=clock)
    pulled = back.pulling.pull()
    assert pulled is not None and pulled.new == 6
    assert back.feed().error is None and back.feed().succeeded_at is not None


def test_of_several_processes_one_reads(desk: Desk) -> None:
    clock = Clock()
    library = DemoItems(now=clock)
    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda _: rig(desk, library, clock=clock).pulling.pull(), range(6)))
    assert sorted(result.new for result in results if result is not None) == [11]
    with read(desk.database) as connection:
        assert len(ItemLibraryRepository(connection).changes(None, 100)) == 11


def test_a_killed_process_holds_the_lease_no_longer_than_it_lasts(desk: Desk) -> None:
    library = rig(desk)
    with write(desk.database) as connection:
        assert FeedRepository(connection).take("items", "killed", now=library.clock(), lease=LEASE) is not None
    assert library.pulling.pull(even_if_early=True) is None
    library.clock.forward(minutes=6)
    assert library.pulling.pull() is not None
    with write(desk.database) as connection:
        late = FeedRepository(connection).advance("items", "killed", "0", now=library.clock(), lease=LEASE)
    assert not late, "what it would still write is refused"
    assert library.feed().cursor == "11"


def test_a_change_that_is_not_understood_is_kept_and_taken_up_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with RunningStandins(now=clock, names=("items",)) as standins:
        system = HttpSystem("items", SystemSettings.model_validate({"url": f"{standins.url}/items", "timeout": 20}), now=clock)
        library = rig(desk, HttpItems(system), clock=clock)
        standins.shops["items"].fault = Fault(mode="wrong_labels")
        pulled = library.pulling.pull()
        assert pulled is not None and pulled.new == 11, "the cursor goes on"
        refused = library.open("refused")
        assert len(refused) == 3, "one of each page"
        problem = refused[0]["change"]["problems"][0]
        assert problem["row"] == 4 and problem["field"] == "projectType" and "1（承诺件）" in problem["known"]
        assert "77" in refused[0]["note"]
        standins.shops["items"].fault = Fault()
        table = LABELS["projectType"]
        monkeypatch.setitem(LABELS, "projectType", Labels(table.system, table.field, {**table.ours, "77": "即办件"}))
        clock.forward(minutes=61)
        pulled = library.pulling.pull()
        system.close()
    assert pulled is not None and (pulled.new, pulled.understood) == (0, 2), "the third has a label beside it that still disagrees"
    assert len(library.review.changes("refused", 10)) == 1


def test_a_task_ends_with_a_reason_and_in_the_ledger(desk: Desk) -> None:
    library = rig(desk)
    library.pulling.pull()
    task = library.open()[0]
    with pytest.raises(EditingError, match="至少4个字"):
        library.review.done(task["id"], reason=" 好 ", actor=ZHAO)
    done = library.review.done(task["id"], reason="核对过了，没有变化", actor=ZHAO)
    assert (done["state"], done["done_by"], done["reason"]) == ("done", "zhao.min", "核对过了，没有变化")
    with pytest.raises(NotFoundError, match="已经有人办结"):
        library.review.done(task["id"], reason="再办一次", actor=ZHAO)
    assert task["id"] not in {row["id"] for row in library.open()}
    with read(desk.database) as connection:
        [entry] = AuditLedger(connection).entries(10, target=f"catalogue-task/{task['id']}")
    assert (entry.actor, entry.action, entry.detail["reason"]) == ("zhao.min", "items.done", "核对过了，没有变化")


def test_codes_go_before_names(desk: Desk) -> None:
    clock, address = Clock(), Address("guide", "sb-card-reissue")
    with read(desk.database) as connection:
        head = KnowledgeRepository(connection).head("guide", "sb-card-reissue", "220000")
    assert head is not None
    desk.workflow.save(address, {**head.head.content, "task_code": "SS-1"}, expected=head.head.number, reason="", actor=LI)
    library = told(desk, [change(1, "实施清单", "修改", clock())], clock)
    library.pulling.pull()
    assert [row["guide"] for row in library.open()] == ["sb-card-reissue"], "its code says so, whatever the name"
