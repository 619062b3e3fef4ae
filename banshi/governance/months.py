"""The monthly report: what was asked, what became of it, and what is still to do; by department, region, matter and kind of applicant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, computed_field

from banshi.knowledge.library import Knowledge
from banshi.store.conversations import conversations
from banshi.store.gaps import gaps
from banshi.store.questions import questions
from banshi.store.ratings import ratings
from banshi.store.work_items import work_items

CHINA = timezone(timedelta(hours=8))
UNKNOWN = "未归类"
NOWHERE = "未说明地区"
_BAD = 2
_NEAR = 0.05
"""From this confidence on a question that was not answered counts for its first candidate."""
_OVERDUE = timedelta(days=7)
"""After so long a work item that is open is overdue."""
_ONLINE = ("III", "IV", "Ⅲ", "Ⅳ")


class Figures(BaseModel):
    """What became of questions.

    Attributes:
        rated, stars, bad: ratings noted on the questions: how many, their sum, and how many of one or two stars.
    """

    asked: int = 0
    answered: int = 0
    clarified: int = 0
    refused: int = 0
    rated: int = 0
    stars: int = 0
    bad: int = 0

    def add(self, other: Figures) -> None:
        """Count others in."""
        for name in Figures.model_fields:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def answer_rate(self) -> float | None:
        """Share that was answered, 0 to 1."""
        return round(self.answered / self.asked, 4) if self.asked else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def mean_stars(self) -> float | None:
        """Mean of the ratings, 1 to 5."""
        return round(self.stars / self.rated, 2) if self.rated else None


class Row(Figures):
    """The figures of one department, region, matter or kind of applicant.

    Attributes:
        key: code or id; the name again where there is none.
        gaps: open gaps that it is to close.
    """

    key: str
    name: str
    gaps: int = 0


class WorkItemFigures(BaseModel):
    """What unhappy citizens left to do: of the month, and what of it is brought to an end.

    Attributes:
        bad_ratings, bad_ratings_closed: of them, those that a rating of one or two stars began.
        overdue: open for more than seven days at the end of the month.
    """

    opened: int
    closed: int
    changed: int
    explained: int
    bad_ratings: int
    bad_ratings_closed: int
    overdue: int


class MonthReport(BaseModel):
    """One month.

    Attributes:
        region: the report is of this region and what lies under it; None: of the whole province.
        conversations, ended, rated_conversations: begun in the month; those of them that are over; those of these that were rated.
        by_channel: app, web, hotline → conversations.
        gaps_opened, gaps_open: of the whole province, since a gap is nobody's alone.
        online: share of the answered questions whose matter can be done online (网办深度 III or IV), 0 to 1.
    """

    month: str
    region: str | None
    made_at: datetime
    total: Figures
    conversations: int
    ended: int
    rated_conversations: int
    by_channel: dict[str, int]
    online: float | None
    work_items: WorkItemFigures
    gaps_opened: int
    gaps_open: int
    by_department: list[Row]
    by_region: list[Row]
    by_item: list[Row]
    by_applicant: list[Row]


def month_of(text: str) -> tuple[datetime, datetime]:
    """Begin and end (exclusive) of a month such as 2026-11, in China's time.

    Raises:
        ValueError: it is none.
    """
    begin = datetime.strptime(f"{text}-01", "%Y-%m-%d").replace(tzinfo=CHINA)
    if begin.strftime("%Y-%m") != text:
        raise ValueError(f"{text} is no month such as 2026-11.")
    return begin, (begin + timedelta(days=32)).replace(day=1)


def month_report(connection: sa.Connection, knowledge: Knowledge, month: str, now: datetime, *, region: str | None = None) -> MonthReport:
    """Make the report of a month, the running one included.

    Args:
        connection: the store.
        knowledge: in use; departments and names are those of today.
        month: such as 2026-11, of Beijing.
        now: the moment.
        region: only questions from there and what lies under it.

    Raises:
        ValueError: no such month.
        KeyError: no such region.
    """
    begin, end = month_of(month)
    regions = knowledge.regions
    if region is not None and region not in regions.regions:
        raise KeyError(region)
    below = None if region is None else [code for code in regions.regions if region in regions.lineage(code)]
    sums: dict[str, dict[str, Figures]] = {name: defaultdict(Figures) for name in ("department", "region", "item", "applicant")}
    total, online, placed = Figures(), 0, 0
    for owner, place, figures in _grouped(connection, begin, end, below):
        total.add(figures)
        sums["department"][department_of(knowledge, owner) or UNKNOWN].add(figures)
        sums["region"][_county(knowledge, place) or ""].add(figures)
        sums["item"][owner if owner in knowledge.guides or owner in knowledge.qa else ""].add(figures)
        sums["applicant"][_applicant(knowledge, owner)].add(figures)
        guide = knowledge.guides.get(owner or "")
        if guide is not None:
            placed += figures.answered
            online += figures.answered if any(depth in (guide.online_handle_depth.text or "") for depth in _ONLINE) else 0
    open_gaps = _open_gaps(connection) if region is None else {}
    begun, ended, rated, channels = _conversations(connection, begin, end, below)
    return MonthReport(
        month=month,
        region=region,
        made_at=now,
        total=total,
        conversations=begun,
        ended=ended,
        rated_conversations=rated,
        by_channel=channels,
        online=round(online / placed, 4) if placed else None,
        work_items=_work_items(connection, begin, min(end, now), below),
        gaps_opened=_count(connection, gaps, gaps.c.opened_at >= begin, gaps.c.opened_at < end),
        gaps_open=_count(connection, gaps, gaps.c.state != "closed", gaps.c.opened_at < end),
        by_department=_rows(sums["department"], lambda key: key, open_gaps),
        by_region=_rows(sums["region"], lambda key: regions.name(key) if key else NOWHERE),
        by_item=_rows(sums["item"], lambda key: title_of(knowledge, key)),
        by_applicant=_rows(sums["applicant"], lambda key: key),
    )


def department_of(knowledge: Knowledge, owner: str | None) -> str | None:
    """The department whose matter a guide or Q&A is."""
    if owner in knowledge.guides:
        return knowledge.guides[owner].dept_name
    record = knowledge.qa.get(owner or "")
    return record.department if record is not None else None


def title_of(knowledge: Knowledge, owner: str) -> str:
    """The name of a guide, or the question of a Q&A."""
    if owner in knowledge.guides:
        return knowledge.guides[owner].task_name
    return knowledge.qa[owner].question if owner in knowledge.qa else UNKNOWN


def _grouped(
    connection: sa.Connection, begin: datetime, end: datetime, below: list[str] | None
) -> Iterator[tuple[str | None, str | None, Figures]]:
    """Matter, place and figures; the database sums up, so that a month of millions fits."""
    near = sa.case((questions.c.confidence >= _NEAR, questions.c.candidates[0].as_string()))
    owner, rating = sa.func.coalesce(questions.c.item, near), questions.c.rating
    period = [questions.c.at >= begin, questions.c.at < end]
    if below is not None:
        period.append(questions.c.region.in_(below))
    sums = (sa.func.count(), sa.func.count(rating), sa.func.coalesce(sa.func.sum(rating), 0), sa.func.count(sa.case((rating <= _BAD, 1))))
    wanted = sa.select(owner.label("owner"), questions.c.region, questions.c.decision, *sums).where(*period)
    names = {"answer": "answered", "clarify": "clarified", "reject": "refused"}
    grouped = wanted.group_by(sa.literal_column("1"), questions.c.region, questions.c.decision)
    for found, place, decision, asked, rated, stars, bad in connection.execute(grouped):
        yield found, place, Figures(**{"asked": asked, names[decision]: asked, "rated": rated, "stars": int(stars), "bad": bad})


def _county(knowledge: Knowledge, region: str | None) -> str | None:
    """A county or above; towns count for theirs."""
    tree = knowledge.regions.regions
    while region in tree and tree[region].level == "township":
        region = tree[region].parent
    return region if region in tree else None


def _applicant(knowledge: Knowledge, owner: str | None) -> str:
    guide = knowledge.guides.get(owner or "")
    if guide is None and (record := knowledge.qa.get(owner or "")) is not None:
        guide = knowledge.guides.get(record.item or "")
    if guide is None:
        return UNKNOWN
    person, others = "自然人" in guide.server_type, any(kind != "自然人" for kind in guide.server_type)
    return "自然人和法人" if person and others else "自然人" if person else "法人和其他组织"


def _rows(sums: dict[str, Figures], name: Callable[[str], str], open_gaps: dict[str, int] | None = None) -> list[Row]:
    gaps_of = open_gaps or {}
    keys = dict.fromkeys([*sums, *gaps_of])
    rows = [Row(key=key, name=name(key), gaps=gaps_of.get(key, 0), **sums.get(key, Figures()).model_dump()) for key in keys]
    return sorted(rows, key=lambda row: (-row.asked, row.name))


def _open_gaps(connection: sa.Connection) -> dict[str, int]:
    wanted = sa.select(gaps.c.department, sa.func.count()).where(gaps.c.state != "closed").group_by(gaps.c.department)
    return {department or UNKNOWN: int(count) for department, count in connection.execute(wanted)}


def _conversations(
    connection: sa.Connection, begin: datetime, end: datetime, below: list[str] | None
) -> tuple[int, int, int, dict[str, int]]:
    where = [conversations.c.created_at >= begin, conversations.c.created_at < end]
    if below is not None:
        where.append(conversations.c.region.in_(below))
    closed = sa.func.count(sa.case((conversations.c.state == "closed", 1)))
    rated = sa.func.count(sa.case((sa.and_(conversations.c.state == "closed", ratings.c.stars.is_not(None)), 1)))
    joined = conversations.outerjoin(ratings, ratings.c.conversation == conversations.c.id)
    wanted = sa.select(conversations.c.channel, sa.func.count(), closed, rated).select_from(joined).where(*where)
    found = connection.execute(wanted.group_by(conversations.c.channel)).all()
    channels = {str(channel or "web"): int(count) for channel, count, _, _ in found}
    return sum(channels.values()), sum(int(row[2]) for row in found), sum(int(row[3]) for row in found), channels


def _work_items(connection: sa.Connection, begin: datetime, end: datetime, below: list[str] | None) -> WorkItemFigures:
    where = [work_items.c.opened_at >= begin, work_items.c.opened_at < end]
    if below is not None:
        where.append(work_items.c.region.in_(below))
    closed = sa.and_(work_items.c.closed_at.is_not(None), work_items.c.closed_at < end)

    def counted(*conditions: Any) -> int:
        return _count(connection, work_items, *where, *conditions)

    return WorkItemFigures(
        opened=counted(),
        closed=counted(closed),
        changed=counted(closed, work_items.c.outcome == "changed"),
        explained=counted(closed, work_items.c.outcome == "explained"),
        bad_ratings=counted(work_items.c.kind == "rating"),
        bad_ratings_closed=counted(work_items.c.kind == "rating", closed),
        overdue=counted(sa.not_(closed), work_items.c.opened_at < end - _OVERDUE),
    )


def _count(connection: sa.Connection, table: sa.Table, *conditions: Any) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one())
