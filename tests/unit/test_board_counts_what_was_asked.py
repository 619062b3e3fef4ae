"""The quality board counts the question log by day, domain and place, and what the knowledge holds."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.editing.actor import SEED
from banshi.editing.board import UNKNOWN_PLACE, UNSORTED, board
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Retirement
from banshi.knowledge.library import Knowledge
from banshi.store.database import open_database, read, write
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.questions import Asked, QuestionLog
from banshi.store.releases import ReleaseRepository
from tests.postgres import shared_postgres

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
"""Noon in Beijing."""
LINT = {"error": 2, "warning": 5}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    opened = open_database(tmp_path / "banshi.db")
    yield opened
    opened.dispose()


def log(database: sa.Engine, *asked: Asked) -> None:
    with write(database, durable=False) as connection:
        QuestionLog(connection).add_all(asked)


def shown(database: sa.Engine, knowledge: Knowledge, days: int = 7) -> dict[str, Any]:
    with read(database) as connection:
        return board(connection, knowledge, NOW, days, lint=LINT)


def row(rows: list[dict[str, Any]], name: str, value: Any) -> dict[str, Any]:
    [found] = [one for one in rows if one[name] == value]
    return found


def some_questions() -> list[Asked]:
    answered = Asked(at=NOW, text="补身份证", decision="answer", item="hz-idcard-reissue", confidence=0.9, region="220100")
    return [
        answered,
        replace(answered, at=datetime(2026, 11, 21, 15, 59, tzinfo=UTC), rating=1),  # 23:59 in Beijing
        replace(answered, at=datetime(2026, 11, 21, 16, 0, tzinfo=UTC), rating=5, region=None),  # the next day there
        replace(answered, item="qa-life-death-certificate", region="220100"),
        replace(answered, decision="clarify", item=None, confidence=0.5, candidates=("sb-card-apply", "sb-card-reissue"), region="220200"),
        replace(answered, decision="reject", item=None, confidence=0.01, candidates=("mz-marriage",)),
        replace(answered, decision="reject", item=None, confidence=0.2, candidates=("mz-marriage",), rating=2),
        replace(answered, at=NOW - timedelta(days=9)),
        replace(answered, at=NOW + timedelta(hours=1)),
    ]


def test_the_period_is_counted_by_decision_and_rating(database: sa.Engine, knowledge: Knowledge) -> None:
    log(database, *some_questions())
    found = shown(database, knowledge)
    assert {name: found[name] for name in ("days", "asked", "answered", "clarified", "refused")} == {
        "days": 7,
        "asked": 7,
        "answered": 4,
        "clarified": 1,
        "refused": 2,
    }
    assert found["rating"] == {"count": 3, "mean": 2.67, "bad": 2}
    assert found["lint"] == {"error": 2, "warning": 5, "advice": 0}


def test_days_are_those_of_beijing_and_none_is_left_out(database: sa.Engine, knowledge: Knowledge) -> None:
    log(database, *some_questions())
    days = shown(database, knowledge)["by_day"]
    assert [day["day"] for day in days] == [f"2026-11-{number}" for number in range(16, 23)]
    assert row(days, "day", "2026-11-21") == {"day": "2026-11-21", "asked": 1, "answered": 1, "refused": 0}
    assert row(days, "day", "2026-11-22")["asked"] == 6 and row(days, "day", "2026-11-16")["asked"] == 0


def test_domains_have_their_records_and_their_questions(database: sa.Engine, knowledge: Knowledge) -> None:
    log(database, *some_questions())
    domains = shown(database, knowledge)["by_domain"]
    identity = row(domains, "domain", "户政")
    assert identity["guides"] == sum(guide.domain == "户政" for guide in knowledge.guides.values())
    assert (identity["asked"], identity["answered"], identity["refused"], identity["bad"]) == (3, 3, 0, 1)
    assert row(domains, "domain", "社保")["asked"] == 1  # asked back: the first of what was offered
    assert (row(domains, "domain", "民政")["refused"], row(domains, "domain", "民政")["bad"]) == (1, 1)
    assert row(domains, "domain", UNSORTED)["refused"] == 1  # near to nothing
    topic = knowledge.qa["qa-life-death-certificate"].topic
    assert row(domains, "domain", topic)["answered"] == 1
    assert sum(domain["qa"] for domain in domains) == len(knowledge.qa)
    assert domains[0]["asked"] == max(domain["asked"] for domain in domains)


def test_towns_count_for_their_county_and_unknown_places_are_one(database: sa.Engine, knowledge: Knowledge) -> None:
    tree = knowledge.regions.regions
    town = next(region for region in tree.values() if region.level == "township" and tree[region.parent or ""].level == "county")
    asked = some_questions()[0]
    log(database, *(replace(asked, region=region) for region in (town.id, town.parent, None, "999999")))
    regions = shown(database, knowledge)["by_region"]
    assert row(regions, "region", town.parent)["asked"] == 2
    assert row(regions, "region", None) == {"region": None, "name": UNKNOWN_PLACE, "asked": 2, "answered": 2, "refused": 0}


def test_postgresql_counts_the_same(database: sa.Engine, knowledge: Knowledge, request: pytest.FixtureRequest) -> None:
    server = shared_postgres(request.config)
    other = open_database(server.create("board"))
    try:
        for one in (database, other):
            log(one, *some_questions())
        assert shown(other, knowledge) == shown(database, knowledge)
    finally:
        other.dispose()
        server.drop("board")


def test_an_empty_log_gives_a_whole_board(database: sa.Engine, knowledge: Knowledge) -> None:
    found = shown(database, knowledge, 30)
    assert found["asked"] == 0 and found["rating"] == {"count": 0, "mean": None, "bad": 0}
    assert len(found["by_day"]) == 30 and found["by_region"] == []


def test_coverage_says_what_answers_are_made_of(database: sa.Engine, knowledge: Knowledge) -> None:
    coverage = shown(database, knowledge)["coverage"]
    assert coverage["guides"] == len(knowledge.guides) and coverage["qa"] == len(knowledge.qa)
    assert coverage["with_choices"] == sum(bool(guide.choices) for guide in knowledge.guides.values())
    assert [one["element"] for one in coverage["elements"]] == [element.value for element in Element]
    guide = knowledge.guides["hz-idcard-reissue"]
    poorer = replace(knowledge, guides={guide.id: guide.model_copy(update={"plain": (), "fees": (), "situations": ()})})
    elements = {one["element"]: one["filled"] for one in shown(database, poorer)["coverage"]["elements"]}
    assert [elements[name] for name in ("materials", "fee", "other", "eligibility")] == [1, 0, 0, 0]


def test_freshness_counts_from_the_last_work_of_a_person(database: sa.Engine, knowledge: Knowledge) -> None:
    base = knowledge.guides["hz-idcard-reissue"]
    names = ("a-new", "a-half", "a-old", "a-edited", "a-seeded", "a-over", "a-retired")
    days = dict(zip(names, (30, 150, 500, 500, 500, 500, 500), strict=True))
    guides = {name: base.model_copy(update={"id": name, "valid_from": NOW.date() - timedelta(days=age)}) for name, age in days.items()}
    guides["a-over"] = guides["a-over"].model_copy(update={"valid_to": date(2026, 11, 1)})
    guides["a-retired"] = guides["a-retired"].model_copy(update={"retired": Retirement(since=date(2026, 1, 1), told="不再办理")})
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        common = {"kind": "guide", "region": "220000", "content": {}, "reason": "测试", "expected": None, "now": NOW - timedelta(days=2)}
        edited = [
            repository.save(key="a-edited", author="zhang", author_name="张三", **common),  # type: ignore[arg-type]
            repository.save(key="a-seeded", author=SEED.account, author_name=SEED.name, **common),  # type: ignore[arg-type]
        ]
        release = ReleaseRepository(connection).begin(
            kind="seed", author=SEED.account, author_name=SEED.name, reason="测试", base=None, now=NOW
        )
        repository.publish([revision.id for revision in edited], release.id, NOW, expected_states=("draft",))
    found = shown(database, replace(knowledge, guides=guides, qa={}))["freshness"]
    assert {one["bucket"]: one["count"] for one in found} == {
        "三个月以内": 2,
        "三到六个月": 1,
        "半年到一年": 0,
        "一年以上": 2,
        "已过期或停用": 2,
    }


def test_many_questions_are_counted_at_once(database: sa.Engine, knowledge: Knowledge) -> None:
    draw = random.Random(4)
    owners, regions = [*knowledge.guides, *knowledge.qa], [None, *knowledge.regions.regions]
    one = some_questions()[0]
    log(
        database,
        *(
            replace(
                one,
                at=NOW - timedelta(seconds=60 * number),
                item=draw.choice(owners),
                region=draw.choice(regions),
                rating=draw.choice((None, None, None, 1, 5)),
                vector=b"\0" * 768,
                candidates=tuple(draw.sample(owners, 5)),
            )
            for number in range(30_000)
        ),
    )
    started = time.process_time()
    assert shown(database, knowledge, 30)["asked"] == 30_000
    assert time.process_time() - started < 1
