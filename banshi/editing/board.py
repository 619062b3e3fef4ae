"""The quality board: what was asked and answered, by day, domain and place, and what the knowledge holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from banshi.editing.actor import SEED
from banshi.editing.gaps import BADLY_RATED
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import PROVINCE
from banshi.store.questions import questions
from banshi.store.revisions import revisions

UNSORTED = "未归类"
"""Questions of which no domain is known: talk, and what is near to nothing."""
UNKNOWN_PLACE = "未说明地区"
_NEAR = 0.05
"""From this confidence on a question that was not answered counts for the domain of its first candidate."""
_CHINA = timezone(timedelta(hours=8))
_AGES = ((90, "三个月以内"), (180, "三到六个月"), (365, "半年到一年"))
_OLDER, _OVER = "一年以上", "已过期或停用"

_FILLED: dict[Element, Callable[[Guide], object]] = {
    Element.OVERVIEW: lambda guide: guide.task_name,
    Element.MATERIALS: lambda guide: guide.materials or _says(guide, Element.MATERIALS),
    Element.CONDITIONS: lambda guide: guide.accept_condition,
    Element.TIME_LIMIT: lambda guide: guide.promise.text and guide.anticipate.text,
    Element.FEE: lambda guide: guide.fees or guide.is_fee is False,
    Element.LOCATION: lambda guide: guide.transact_place,
    Element.PROCESS: lambda guide: guide.process,
    Element.ONLINE: lambda guide: guide.online_handle_depth.text,
    Element.ELIGIBILITY: lambda guide: _says(guide, Element.ELIGIBILITY),
    Element.RESULT: lambda guide: guide.result_name or _says(guide, Element.RESULT, Element.OTHER),
    Element.BASIS: lambda guide: guide.by_law,
    Element.SCOPE: lambda guide: guide.handle_area.text,
    Element.OTHER: lambda guide: _says(guide, Element.OTHER) or guide.situations,
}
"""What an answer on an element is made of; the plain answers are told beside the fields."""


def _says(guide: Guide, *elements: Element) -> bool:
    return any(answer.element in elements for answer in guide.plain)


@dataclass
class _Count:
    """Questions of one kind; `stars` is the sum of the ratings."""

    asked: int = 0
    answered: int = 0
    clarified: int = 0
    refused: int = 0
    rated: int = 0
    stars: int = 0
    bad: int = 0

    def add(self, other: _Count) -> None:
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)

    def row(self, *names: str) -> dict[str, int]:
        return {name: getattr(self, name) for name in names}


@dataclass
class _Asked:
    total: _Count = field(default_factory=_Count)
    by_day: dict[str, _Count] = field(default_factory=lambda: defaultdict(_Count))
    by_domain: dict[str, _Count] = field(default_factory=lambda: defaultdict(_Count))
    by_region: dict[str | None, _Count] = field(default_factory=lambda: defaultdict(_Count))


def board(connection: sa.Connection, knowledge: Knowledge, now: datetime, days: int, *, lint: Mapping[str, int]) -> dict[str, Any]:
    """Everything the page shows, as JSON.

    Ratings are those noted on the question log: a citizen's last one on the last answer of a conversation.

    Args:
        connection: the store.
        knowledge: in use.
        now: aware.
        days: how many days, today included; days are those of Beijing.
        lint: findings by severity: error, warning, advice.
    """
    today = now.astimezone(_CHINA).date()
    begin = datetime.combine(today - timedelta(days=days - 1), datetime.min.time(), _CHINA)
    period = sa.and_(questions.c.at >= begin, questions.c.at <= now)
    asked = _count(connection, knowledge, period)
    total = asked.total
    every_day = [(begin + timedelta(days=number)).date().isoformat() for number in range(days)]
    return {
        "days": days,
        **total.row("asked", "answered", "clarified", "refused"),
        "rating": {"count": total.rated, "mean": round(total.stars / total.rated, 2) if total.rated else None, "bad": total.bad},
        "by_day": [{"day": day, **asked.by_day[day].row("asked", "answered", "refused")} for day in every_day],
        "by_domain": _domains(knowledge, asked.by_domain),
        "by_region": _places(knowledge, asked.by_region),
        "coverage": _coverage(knowledge),
        "freshness": _freshness(connection, knowledge, today),
        "lint": {severity: lint.get(severity, 0) for severity in ("error", "warning", "advice")},
    }


def _count(connection: sa.Connection, knowledge: Knowledge, period: sa.ColumnElement[bool]) -> _Asked:
    """Three sums by the database; one by all keys at once would have hardly fewer groups than questions."""
    counted = _Asked()
    rating = questions.c.rating
    bad = sa.func.count(sa.case((rating <= BADLY_RATED, 1)))
    near = sa.case((questions.c.confidence >= _NEAR, questions.c.candidates[0].as_string()))
    for day, count in _grouped(connection, period, _day(connection), bad, sa.func.count(rating), sa.func.coalesce(sa.func.sum(rating), 0)):
        counted.total.add(count)
        counted.by_day[day].add(count)
    for region, count in _grouped(connection, period, questions.c.region):
        counted.by_region[_place(knowledge, region)].add(count)
    for owner, count in _grouped(connection, period, sa.func.coalesce(questions.c.item, near), bad):
        counted.by_domain[domain_of(knowledge, owner)].add(count)
    return counted


def _grouped(
    connection: sa.Connection, period: sa.ColumnElement[bool], key: sa.ColumnElement[Any], *sums: sa.ColumnElement[int]
) -> Iterator[tuple[Any, _Count]]:
    """Counts by a key; `sums` are how many are badly rated, how many are rated at all, and the sum of the ratings."""
    decision = questions.c.decision
    wanted = sa.select(key.label("key"), decision, sa.func.count(), *sums).where(period).group_by(sa.literal_column("1"), decision)
    for found, decided, asked, *more in connection.execute(wanted):
        share = {"answer": "answered", "clarify": "clarified", "reject": "refused"}[decided]
        yield found, _Count(**{"asked": asked, share: asked, **dict(zip(("bad", "rated", "stars"), more, strict=False))})


def _day(connection: sa.Connection) -> sa.ColumnElement[str]:
    """The day in Beijing, as 2026-11-22; moments are stored in UTC."""
    if connection.dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("Asia/Shanghai", questions.c.at), "YYYY-MM-DD", type_=sa.String())
    return sa.func.strftime("%Y-%m-%d", questions.c.at, "+8 hours", type_=sa.String())


def domain_of(knowledge: Knowledge, owner: str | None) -> str:
    """The domain of a guide, of the guide that a Q&A belongs to, or a Q&A's own topic; `UNSORTED` for anything else."""
    if owner in knowledge.guides:
        return knowledge.guides[owner].domain
    record = knowledge.qa.get(owner or "")
    if record is None:
        return UNSORTED
    return knowledge.guides[record.item].domain if record.item in knowledge.guides else record.topic


def _domains(knowledge: Knowledge, counted: Mapping[str, _Count]) -> list[dict[str, Any]]:
    guides = Counter(guide.domain for guide in knowledge.guides.values())
    qa = Counter(domain_of(knowledge, key) for key in knowledge.qa)
    names = dict.fromkeys([*guides, *qa, *counted])
    rows = [
        {
            "domain": name,
            "guides": guides[name],
            "qa": qa[name],
            **counted.get(name, _Count()).row("asked", "answered", "refused", "bad"),
        }
        for name in names
    ]
    return sorted(rows, key=lambda row: (-row["asked"], -row["guides"], -row["qa"], row["domain"]))


def _place(knowledge: Knowledge, region: str | None) -> str | None:
    """A county or above; towns count for theirs. None where it is not known."""
    tree = knowledge.regions
    while region in tree.regions and tree.regions[region].level == "township":
        region = tree.regions[region].parent
    return region if region in tree.regions else None


def _places(knowledge: Knowledge, counted: Mapping[str | None, _Count]) -> list[dict[str, Any]]:
    rows = [
        {
            "region": region,
            "name": UNKNOWN_PLACE if region is None else knowledge.regions.name(region),
            **count.row("asked", "answered", "refused"),
        }
        for region, count in counted.items()
    ]
    return sorted(rows, key=lambda row: (-row["asked"], row["name"]))


def _coverage(knowledge: Knowledge) -> dict[str, Any]:
    guides = knowledge.guides.values()
    elements = [
        {"element": element.value, "filled": sum(bool(filled(guide)) for guide in guides), "total": len(guides)}
        for element, filled in _FILLED.items()
    ]
    return {
        "guides": len(guides),
        "with_choices": sum(bool(guide.choices) for guide in guides),
        "with_local": len({item for item, _ in knowledge.editions.local}),
        "qa": len(knowledge.qa),
        "elements": elements,
    }


def _freshness(connection: sa.Connection, knowledge: Knowledge, today: date) -> list[dict[str, Any]]:
    """Guides and Q&A by the time since a person last worked on them; what came with the files counts from the day it is in force."""
    edited: dict[str, date] = {}
    wanted = sa.select(revisions.c.key, sa.func.max(revisions.c.created_at, type_=revisions.c.created_at.type)).where(
        revisions.c.state == "published", revisions.c.kind.in_(("guide", "qa")), revisions.c.region == PROVINCE,
        revisions.c.author != SEED.account,
    )  # fmt: skip
    for key, at in connection.execute(wanted.group_by(revisions.c.key)):
        edited[key] = at.astimezone(_CHINA).date()
    counted = Counter({name: 0 for _, name in _AGES} | {_OLDER: 0, _OVER: 0})
    for key, record in (*knowledge.guides.items(), *knowledge.qa.items()):
        if record.retired_on(today) or (record.valid_to is not None and record.valid_to < today):
            counted[_OVER] += 1
            continue
        age = (today - max(record.valid_from, edited.get(key, record.valid_from))).days
        counted[next((name for most, name in _AGES if age <= most), _OLDER)] += 1
    return [{"bucket": name, "count": count} for name, count in counted.items()]
