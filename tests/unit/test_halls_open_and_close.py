"""Halls: whether they are open, what people are told, and what an editor is told about a wrong record.

The days of 2026 are those of 国务院办公厅关于2026年部分节假日安排的通知: National Day 1–7 October, 10 October is worked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.halls import Hall, is_open, load_halls, opening_text
from banshi.knowledge.regions import RegionTree

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
REGIONS = RegionTree.load(KNOWLEDGE / "regions.csv")


def record(**changes: Any) -> dict[str, Any]:
    return {
        "id": "hall-test",
        "sample": True,
        "region": "220100",
        "name": "长春市政务服务中心",
        "address": "示例：长春市示例大街1号",
        "hours": {"weekdays": "08:30-11:30,13:00-16:30"},
        "holidays": "closed",
        "areas": ["综合受理区"],
        "windows": [{"name": "综合窗口"}],
        "accessible": True,
        **changes,
    }


def at(month: int, day: int, clock: str, year: int = 2026) -> datetime:
    hour, minute = clock.split(":")
    return datetime(year, month, day, int(hour), int(minute))


BREAK = Hall.model_validate(record())
THROUGH = Hall.model_validate(record(hours={"weekdays": "09:00-17:00", "saturday": "09:00-11:30"}))


@pytest.mark.parametrize(
    ("hall", "moment", "text"),
    [
        (BREAK, at(11, 23, "14:00"), "现在开门，今天 16:30 关门"),
        (BREAK, at(11, 23, "09:00"), "现在开门，今天 16:30 关门（11:30-13:00 午休）"),
        (BREAK, at(11, 23, "12:00"), "现在午休，今天 13:00 开门"),
        (BREAK, at(11, 23, "07:15"), "现在休息，今天 08:30 开门"),
        (BREAK, at(11, 23, "18:00"), "现在休息，周二 08:30 开门"),
        (BREAK, at(11, 21, "10:00"), "现在休息，周一 08:30 开门"),
        (THROUGH, at(11, 23, "12:00"), "现在开门，今天 17:00 关门"),
        (THROUGH, at(11, 21, "10:00"), "现在开门，今天 11:30 关门"),
        (THROUGH, at(11, 21, "11:30"), "现在休息，周一 09:00 开门"),
    ],
)
def test_people_are_told_when_it_opens_or_closes(hall: Hall, moment: datetime, text: str) -> None:
    assert opening_text(hall, moment) == text
    assert is_open(hall, moment) == text.startswith("现在开门")


def test_it_opens_at_the_first_minute_and_is_closed_at_the_last() -> None:
    assert is_open(BREAK, at(11, 23, "08:30"))
    assert not is_open(BREAK, at(11, 23, "16:30"))


def test_a_statutory_holiday_closes_it_and_the_next_opening_is_dated() -> None:
    assert not is_open(BREAK, at(10, 1, "10:00"))
    assert opening_text(BREAK, at(10, 1, "10:00")) == "现在休息（国庆节放假），10月8日（周四） 08:30 开门"


def test_a_saturday_worked_instead_has_weekday_hours() -> None:
    assert is_open(BREAK, at(10, 10, "14:00"))
    assert opening_text(THROUGH, at(10, 10, "14:00")) == "现在开门，今天 17:00 关门"


def test_a_hall_that_works_on_holidays_is_open() -> None:
    assert is_open(Hall.model_validate(record(holidays="open")), at(10, 1, "10:00"))


def test_in_years_whose_holidays_are_not_announced_weekday_rules_hold_and_it_says_so() -> None:
    moment = at(1, 4, "10:00", year=2040)  # a Wednesday
    assert is_open(BREAK, moment)
    assert "2040年放假安排系统里还没有" in opening_text(BREAK, moment)
    assert not is_open(BREAK, at(1, 7, "10:00", year=2040))


def test_moments_with_a_zone_are_read_in_beijing_time() -> None:
    assert is_open(BREAK, datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    assert not is_open(BREAK, datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


def load(tmp_path: Path, *records: dict[str, Any]) -> list[Hall]:
    path = tmp_path / "halls.yml"
    path.write_text(yaml.safe_dump({"halls": list(records)}, allow_unicode=True), encoding="utf-8")
    return load_halls(path, REGIONS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours": {"weekdays": "8点半到下午4点"}}, r"hours\.weekdays.*08:30-11:30,13:00-16:30"),
        ({"hours": {"weekdays": "13:00-16:30,08:30-11:30"}}, r"hours\.weekdays"),
        ({"region": "999999"}, "region 999999"),
        ({"name": "长春市便民服务中心"}, "name.*政务服务中心"),
        ({"name": "长春市办事大厅"}, "name"),
        ({"phone": "0431-00000000"}, "phone"),
        ({"address": "长春市某街1号"}, "示例"),
        ({"telefon": "x"}, "telefon"),
    ],
)
def test_a_wrong_record_is_named_with_hall_and_field(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=said) as error:
        load(tmp_path, record(**changes))
    assert "hall-test" in str(error.value)


def test_two_halls_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"hall-test.*重复"):
        load(tmp_path, record(), record())


def test_no_file_means_no_halls(tmp_path: Path) -> None:
    assert load_halls(tmp_path / "halls.yml", REGIONS) == []


def test_every_prefecture_has_a_sample_hall_and_samples_cannot_be_taken_for_real_ones() -> None:
    halls = load_halls(KNOWLEDGE / "halls.yml", REGIONS)
    prefectures = {region.id for region in REGIONS.regions.values() if region.level == "prefecture"} | {"JL-CBS"}
    assert prefectures <= {hall.region for hall in halls}
    assert all(hall.sample and hall.phone is None for hall in halls)
    assert {hall.korean for hall in halls if "222400" in REGIONS.lineage(hall.region)} == {True}


def test_windows_of_halls_name_domains_that_guides_have() -> None:
    domains = {yaml.safe_load(path.read_text(encoding="utf-8"))["domain"] for path in (KNOWLEDGE / "guides").glob("*.yml")}
    halls = load_halls(KNOWLEDGE / "halls.yml", REGIONS)
    assert {domain for hall in halls for window in hall.windows for domain in window.domains} <= domains
