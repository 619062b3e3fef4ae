"""Monthly reports, open data and the archive, over rows that are counted by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from banshi.governance.archive import ArchiveError, archived_on, fault_of, read_archive, write_archive
from banshi.governance.months import MonthReport, month_of, month_report
from banshi.governance.open_data import FEWEST, demand, write_open_data
from banshi.governance.tables import month_file
from banshi.knowledge.library import Knowledge
from banshi.store.database import read, write
from banshi.store.gaps import GapRepository
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.ratings import Rating
from banshi.store.releases import ReleaseRepository
from banshi.store.work_items import WorkItemRepository
from tests.contract.asked import AT, SECRET, ask, begin


@pytest.fixture
def guides(knowledge: Knowledge) -> tuple[str, str]:
    """A matter of natural persons, and one of enterprises alone."""
    person = next(key for key, guide in knowledge.guides.items() if guide.server_type == ("自然人",))
    firm = next(key for key, guide in knowledge.guides.items() if "自然人" not in guide.server_type)
    return person, firm


def report(database: sa.Engine, knowledge: Knowledge, month: str = "2026-11", region: str | None = None) -> MonthReport:
    with read(database) as connection:
        return month_report(connection, knowledge, month, datetime(2026, 12, 2, tzinfo=UTC), region=region)


def test_a_month_is_one_of_beijing(database: sa.Engine, knowledge: Knowledge, guides: tuple[str, str]) -> None:
    first, end = month_of("2026-12")
    assert (end - first).days == 31 and first.isoformat() == "2026-12-01T00:00:00+08:00"
    with write(database) as connection:
        ask(connection, guides[0], "c-1", at=datetime(2026, 10, 31, 16, 0, tzinfo=UTC))  # midnight in Beijing
        ask(connection, guides[0], "c-1", at=datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC))
        ask(connection, guides[0], "c-1", at=datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    assert [report(database, knowledge, month).total.asked for month in ("2026-10", "2026-11", "2026-12")] == [0, 2, 1]
    for wrong in ("2026-13", "2026", "26-11", "2026-1", "x"):
        with pytest.raises(ValueError, match=r"month|does not match|unconverted"):
            month_of(wrong)


def test_questions_are_counted_by_whose_matter_they_are(database: sa.Engine, knowledge: Knowledge, guides: tuple[str, str]) -> None:
    person, firm = guides
    with write(database) as connection:
        ask(connection, person, "c-1", rating=1)
        ask(connection, person, "c-2", rating=5, region="220102001")
        ask(connection, firm, "c-3", region="222401")
        ask(connection, None, "c-3", region=None, decision="reject", confidence=0.4, candidates=(firm,))
        ask(connection, None, "c-4", region=None, decision="clarify", confidence=0.01, candidates=(firm,))
    made = report(database, knowledge)
    total = made.total
    assert (total.asked, total.answered, total.refused, total.clarified, total.answer_rate) == (5, 3, 1, 1, 0.6)
    assert (total.rated, total.bad, total.mean_stars) == (2, 1, 3.0)
    assert {row.key: row.asked for row in made.by_item} == {person: 2, firm: 2, "": 1}
    assert {row.name: row.asked for row in made.by_applicant} == {"自然人": 2, "法人和其他组织": 2, "未归类": 1}
    departments = {row.name: row.asked for row in made.by_department}
    assert departments[knowledge.guides[person].dept_name] >= 2 and sum(departments.values()) == 5
    places = {row.key: row.asked for row in made.by_region}
    assert places["222401"] == 1 and places[""] == 2 and sum(places.values()) == 5


def test_a_region_gets_its_own_demand_back(database: sa.Engine, knowledge: Knowledge, guides: tuple[str, str]) -> None:
    with write(database) as connection:
        ask(connection, guides[0], "c-1", region="222401")
        ask(connection, guides[0], "c-2", region="220102")
        ask(connection, guides[0], "c-3", region=None)
    assert report(database, knowledge, region="222400").total.asked == 1
    assert report(database, knowledge, region="220000").total.asked == 2
    with pytest.raises(KeyError):
        report(database, knowledge, region="110000")


def test_ratings_and_work_items_close_the_circle(database: sa.Engine, knowledge: Knowledge) -> None:
    for number in range(4):
        store = begin(database, f"c-{number}")
        if number < 3:
            assert store.move(f"c-{number}", "closed", now=AT)
    for number in range(2):
        assert store.rate(f"c-{number}", Rating(1, [], "", {}, AT))
    with write(database) as connection:
        repository = WorkItemRepository(connection)
        opened = [repository.open(kind="rating", conversation=f"c-{number}", text="差", stars=1, now=AT) for number in range(2)]
        repository.open(kind="cannot", conversation="c-2", text="办不成", now=AT + timedelta(days=15))
        repository.close(opened[0].id, outcome="changed", reason="改好了已经发布了请看", by="li", now=AT + timedelta(days=1))
    made = report(database, knowledge)
    assert (made.conversations, made.ended, made.rated_conversations) == (4, 3, 2)
    work = made.work_items
    assert (work.opened, work.closed, work.changed, work.explained) == (3, 1, 1, 0)
    assert (work.bad_ratings, work.bad_ratings_closed, work.overdue) == (2, 1, 1)


def test_every_format_tells_the_same(database: sa.Engine, knowledge: Knowledge, guides: tuple[str, str]) -> None:
    with write(database) as connection:
        ask(connection, guides[0], "c-1")
        GapRepository(connection).open(title="x", members=[], department="=HYPERLINK(1)", now=AT)
    made = report(database, knowledge)
    assert MonthReport.model_validate_json(month_file(made, "json")) == made
    text = month_file(made, "csv").decode("utf-8-sig")
    assert "总览,提问,1\r\n" in text and "'=HYPERLINK(1)" in text
    book = openpyxl.load_workbook(io.BytesIO(month_file(made, "xlsx")))
    assert book.sheetnames == ["总览", "部门", "地区", "事项", "服务对象"]
    cells = {cell.value: cell.data_type for row in book["部门"].iter_rows() for cell in row}
    assert cells["=HYPERLINK(1)"] == "s"
    assert ("提问", 1) in [(row[0].value, row[1].value) for row in book["总览"].iter_rows()]


def test_open_data_tells_of_many_people_only(database: sa.Engine, knowledge: Knowledge, guides: tuple[str, str], tmp_path: Path) -> None:
    person, firm = guides
    with write(database) as connection:
        for number in range(FEWEST):
            ask(connection, person, f"c-{number}", region="220102001" if number % 2 else "220102")
        for _ in range(50):  # one who asks again and again is one
            ask(connection, firm, "c-1")
        for number in range(FEWEST - 1):
            ask(connection, person, f"c-{number}", region="222401")
        for number in range(FEWEST):
            ask(connection, person, f"c-{number}", region=None)
    with read(database) as connection:
        rows = demand(connection, knowledge, *month_of("2026-11"))
        first, end = month_of("2026-11")
        manifest = write_open_data(connection, knowledge, tmp_path / "open", begin=first, end=end, now=AT)
    assert [(row["item"], row["region"], row["questions"]) for row in rows] == [(person, "220102", FEWEST)]
    written = b"".join(path.read_bytes() for path in (tmp_path / "open").iterdir()).decode()
    assert SECRET not in written and "c-1" not in written and manifest["files"]["demand.csv"]["rows"] == 1


@dataclass
class Published:
    """A store in which a record was published twice."""

    database: sa.Engine

    def publish(self, content: dict[str, Any], now: datetime, *, expected: int | None = None) -> None:
        with write(self.database) as connection:
            knowledge, releases = KnowledgeRepository(connection), ReleaseRepository(connection)
            active = releases.active()
            saved = knowledge.save(
                kind="guide", key="g-1", region="220000", content=content, author="li", author_name="李", reason="x",
                expected=expected, now=now,
            )  # fmt: skip
            release = releases.begin(
                kind="publish", author="li", author_name="李", reason="x", now=now, base=active.id if active is not None else None
            )
            knowledge.publish([saved.id], release.id, now, expected_states=("draft",))
            releases.activate(release.id, f"snapshot-{release.id}", "v")


@pytest.fixture
def published(database: sa.Engine) -> Iterator[Published]:
    store = Published(database)
    store.publish({"task_name": "一", "review_priority": "high"}, AT)
    store.publish({"task_name": "二", "review_priority": "high"}, AT + timedelta(days=5), expected=1)
    yield store


def test_the_archive_gives_back_what_was_published_on_a_day(published: Published, tmp_path: Path) -> None:
    with read(published.database) as connection:
        for day in (date(2026, 11, 10), date(2026, 11, 15)):
            write_archive(connection, tmp_path, day, now=AT + timedelta(days=9))
        with pytest.raises(ArchiveError, match="Nothing was in use"):
            write_archive(connection, tmp_path, date(2026, 11, 9), now=AT)
        with pytest.raises(ArchiveError, match="still to come"):
            write_archive(connection, tmp_path, date(2026, 11, 11), now=AT)

    def names(day: date) -> list[str]:
        folder = archived_on(tmp_path, day)
        return [record["content"]["task_name"] for record in read_archive(folder)] if folder is not None else []

    assert [names(date(2026, 11, day)) for day in (9, 10, 14, 15, 30)] == [[], ["一"], ["一"], ["二"], ["二"]]


def test_the_archive_is_written_once_and_shows_tampering(published: Published, tmp_path: Path) -> None:
    with read(published.database) as connection:
        folder = write_archive(connection, tmp_path, date(2026, 11, 10), now=AT)
        with pytest.raises(ArchiveError, match="never written again"):
            write_archive(connection, tmp_path, date(2026, 11, 10), now=AT)
    records = folder / "records.jsonl"
    assert fault_of(folder) is None and records.stat().st_mode & 0o222 == 0
    records.chmod(0o644)
    records.write_text(records.read_text(encoding="utf-8").replace("一", "三"), encoding="utf-8")
    assert "checksum" in (fault_of(folder) or "")
    with pytest.raises(ArchiveError):
        list(read_archive(folder))


def test_open_data_leaves_out_what_editors_write_for_each_other(published: Published, knowledge: Knowledge, tmp_path: Path) -> None:
    with read(published.database) as connection:
        write_open_data(connection, knowledge, tmp_path, begin=AT, end=AT, now=AT)
    assert json.loads((tmp_path / "guides.json").read_text(encoding="utf-8")) == [{"region": "220000", "task_name": "二"}]
