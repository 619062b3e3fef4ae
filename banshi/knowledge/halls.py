"""Halls (政务服务中心, 便民服务中心, 便民服务站): where to go, and whether they are open at a moment.

Kinds of halls and their areas follow 鲁政发〔2022〕7号 三（二）1, which prints the national names. Statutory holidays and shifted
working days come from the `chinesecalendar` package, which knows the announcements of 国务院办公厅 up to some year; beyond it plain
weekday rules hold and the text says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import chinese_calendar
import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Record
from banshi.knowledge.regions import RegionTree

_BEIJING = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_LOOKED_AHEAD = 31  # longer than any holiday; a hall that does not open within it has no hours to tell
_KIND_OF_LEVEL = {
    "province": "政务服务中心",
    "prefecture": "政务服务中心",
    "county": "政务服务中心",
    "functional": "政务服务中心",
    "township": "便民服务中心",
}

Span = tuple[time, time]


def _spans(hours: str) -> list[Span]:
    spans = [(time.fromisoformat(begin), time.fromisoformat(end)) for begin, _, end in (part.partition("-") for part in hours.split(","))]
    moments = [moment for span in spans for moment in span]
    if any(later <= earlier for earlier, later in pairwise(moments)):
        raise ValueError
    return spans


def _checked_hours(hours: str) -> str:
    try:
        _spans(hours)
    except ValueError as error:
        raise ValueError(f"时段“{hours}”应写成 08:30-11:30,13:00-16:30，先后有序") from error
    return hours


Hours = Annotated[str, AfterValidator(_checked_hours)]


class OpeningHours(Record):
    """办公时间. None: closed."""

    weekdays: Hours
    """Monday to Friday, and weekend days that are worked instead (调休)."""
    saturday: Hours | None = None
    sunday: Hours | None = None


class Window(Record):
    """窗口或专区. Without `items` and `domains` it takes anything."""

    name: str = Field(min_length=1)
    items: tuple[str, ...] = ()
    """Ids of guides."""
    domains: tuple[str, ...] = ()
    """领域 of guides."""


class Hall(Record):
    """One hall."""

    id: str = Field(pattern=r"^hall(-[a-z0-9]+)+$")
    sample: bool
    """Invented for demonstration; must never be told to citizens as a real place."""
    region: str
    name: str = Field(pattern=r"(政务服务中心|便民服务中心|便民服务站)$")
    address: str = Field(min_length=4)
    phone: str | None = None
    """None: answers give 12345 instead."""
    hours: OpeningHours
    holidays: Literal["closed", "open"]
    """Whether statutory holidays close it."""
    areas: tuple[str, ...]
    """功能区, and windows that take no applications (“办不成事”反映窗口)."""
    windows: tuple[Window, ...]
    accessible: bool
    """无障碍设施"""
    korean: bool = False
    """Service in Korean."""
    note: str | None = None

    @model_validator(mode="after")
    def _samples_look_like_samples(self) -> Hall:
        if self.sample and not (self.address.startswith("示例") and self.phone is None):
            raise ValueError("示例大厅的 address 必须以“示例”开头，phone 必须为空")
        return self


def load_halls(path: Path, regions: RegionTree) -> list[Hall]:
    """Read `halls.yml`; none when there is no such file.

    Raises:
        KnowledgeError: a record is wrong; the message names the hall, the field and what is expected.
    """
    if not path.is_file():
        return []
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}：不是有效的 YAML 文件（{' '.join(str(error).split())}）") from error
    return halls_from(content, regions, path.name)


def halls_from(content: Any, regions: RegionTree, name: str = "halls.yml") -> list[Hall]:
    """The halls of a parsed file.

    Raises:
        KnowledgeError: as of `load_halls`.
    """
    records = content.get("halls") if isinstance(content, dict) else None
    if not isinstance(records, list):
        raise KnowledgeError(f"{name}：缺少 halls 列表")
    halls: dict[str, Hall] = {}
    for number, record in enumerate(records, start=1):
        where = f"{name} {record['id'] if isinstance(record, dict) and record.get('id') else f'第 {number} 个大厅'}"
        try:
            hall = Hall.model_validate(record)
        except ValidationError as error:
            problems = "；".join(f"{'.'.join(map(str, e['loc'])) or '整条'}：{e['msg']}" for e in error.errors()[:5])
            raise KnowledgeError(f"{where}：{problems}") from error
        if hall.id in halls:
            raise KnowledgeError(f"{where}：id 重复")
        if hall.region not in regions:
            raise KnowledgeError(f"{where}：region {hall.region} 不在 regions.csv 中")
        kind = _KIND_OF_LEVEL[regions.regions[hall.region].level]
        allowed = (kind, "便民服务站") if kind == "便民服务中心" else (kind,)  # villages are not in the region tree
        if not hall.name.endswith(allowed):
            raise KnowledgeError(f"{where}：name “{hall.name}”与地区级别不符，这一级应以{'或'.join(allowed)}结尾")
        halls[hall.id] = hall
    return list(halls.values())


def is_open(hall: Hall, moment: datetime) -> bool:
    """Whether the hall is open at a moment (Beijing time where it carries no zone). The closing minute is closed."""
    local = _local(moment)
    return any(begin <= local.time() < end for begin, end in hours_on(hall, local.date()))


def opening_text(hall: Hall, moment: datetime) -> str:
    """What people are told: 现在开门，今天 16:30 关门 / 现在休息，周一 08:30 开门.

    Args:
        hall: the hall.
        moment: now, in Beijing time where it carries no zone.
    """
    local = _local(moment)
    today, now = local.date(), local.time()
    spans = hours_on(hall, today)
    caveat = "" if holidays_known(today) else _unknown_year(today)
    if is_open(hall, local):
        pauses = [f"{end:%H:%M}-{begin:%H:%M} 午休" for (_, end), (begin, _) in pairwise(spans) if end > now]
        break_text = f"（{'，'.join(pauses)}）" if pauses else ""
        return f"现在开门，今天 {spans[-1][1]:%H:%M} 关门{break_text}{caveat}"
    holiday = _holiday(today)
    if spans and spans[0][0] < now < spans[-1][1]:
        state = "现在午休"
    elif holiday and not spans:
        state = f"现在休息（{holiday}放假）"
    else:
        state = "现在休息"
    opening = next(_openings(hall, local), None)
    if opening is None:
        return f"{state}，开放时间请以大厅公告为准"
    caveat = caveat or ("" if holidays_known(opening.date()) else _unknown_year(opening.date()))
    return f"{state}，{_day(opening.date(), today)} {opening:%H:%M} 开门{caveat}"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(_BEIJING).replace(tzinfo=None) if moment.tzinfo else moment


def _openings(hall: Hall, moment: datetime) -> Iterator[datetime]:
    for ahead in range(_DAYS_LOOKED_AHEAD):
        day = moment.date() + timedelta(days=ahead)
        for begin, _ in hours_on(hall, day):
            opening = datetime.combine(day, begin)
            if opening > moment:
                yield opening


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    if distance == 0:
        return "今天"
    weekday = _WEEKDAYS[day.weekday()]
    return weekday if distance < 7 else f"{day.month}月{day.day}日（{weekday}）"


def hours_on(hall: Hall, day: date) -> list[Span]:
    """When the hall is open on a day, in order; empty when it is not. In years whose holidays are not known plain weekday rules hold."""
    if hall.holidays == "closed" and _holiday(day):
        return []
    if day.weekday() < 5 or _is_worked_weekend(day):
        return _spans(hall.hours.weekdays)
    hours = hall.hours.saturday if day.weekday() == 5 else hall.hours.sunday
    return _spans(hours) if hours else []


def holidays_known(day: date) -> bool:
    """Whether the holidays of the day's year have been announced, as far as the package knows."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def _holiday(day: date) -> str | None:
    """The Chinese name of the statutory holiday that makes a day free; None on ordinary days and in unknown years."""
    if not holidays_known(day):
        return None
    free, name = chinese_calendar.get_holiday_detail(day)
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    return names.get(name) if free else None


def _is_worked_weekend(day: date) -> bool:
    return holidays_known(day) and day.weekday() >= 5 and bool(chinese_calendar.is_workday(day))


def _unknown_year(day: date) -> str:
    return f"（{day.year}年放假安排系统里还没有，节假日以大厅公告为准）"
