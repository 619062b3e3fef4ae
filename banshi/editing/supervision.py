"""What supervision reads (政务公开智能监管, “互联网+监管”): how fresh everything is and how well questions are answered. Counts only.

Nothing of any citizen is in it: no words, no numbers of applications, no conversations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from banshi.connect.resilience.guard import Health
from banshi.editing.actor import SEED
from banshi.editing.feeding import EVERY
from banshi.editing.gaps import BADLY_RATED
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import PROVINCE
from banshi.store.conversations import messages
from banshi.store.documents import ReceivedRepository
from banshi.store.feeds import FeedRepository
from banshi.store.item_library import ItemLibraryRepository
from banshi.store.outbox import Outbox
from banshi.store.questions import questions
from banshi.store.ratings import ratings
from banshi.store.revisions import revisions
from banshi.store.work_items import work_items

STALE_DAYS = 365
"""Nobody has worked on it for so long."""
_LATE = 3
"""A feed that was not read for so many times its pause is late."""


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        name: for programs.
        label: what it is, in Chinese.
        value: None where there is nothing to make it from.
        unit: 件, 条, 次, %.
        source: where it is counted.
    """

    name: str
    label: str
    value: float | None
    unit: str
    source: str


def feeds_of(connection: sa.Connection, now: datetime) -> list[dict[str, Any]]:
    """When each outside feed was last read to its end; late where that is too long ago."""
    found = []
    for feed in FeedRepository(connection).all():
        late = feed.succeeded_at is None or now - feed.succeeded_at > _LATE * EVERY
        found.append({"name": feed.name, "last_sync": feed.succeeded_at, "last_failure": feed.failed_at, "late": late, "source": "feeds"})
    return found


def systems_of(health: Iterable[Health], now: datetime) -> list[dict[str, Any]]:
    """How each outside system stands for the process that answers."""
    return [
        {
            "system": one.system,
            "kind": one.kind,
            "standing": one.standing,
            "last_success": one.last_success,
            "last_failure": one.last_failure,
            "source": "guard",
            "at": now,
        }
        for one in health
    ]


def old_guides(connection: sa.Connection, knowledge: Knowledge, today: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Guides that nobody has worked on for a year, and guides whose time is over; each with its department and since when."""
    edited: dict[str, date] = {}
    newest = sa.func.max(revisions.c.created_at, type_=revisions.c.created_at.type)
    in_use = (revisions.c.state == "published", revisions.c.kind == "guide", revisions.c.region == PROVINCE)
    by_people = sa.select(revisions.c.key, newest).where(*in_use, revisions.c.author != SEED.account).group_by(revisions.c.key)
    for key, at in connection.execute(by_people):
        edited[key] = at.date()
    stale, expired = [], []
    for key, guide in knowledge.guides.items():
        worked = max(guide.valid_from, edited.get(key, guide.valid_from))
        row = {"key": key, "title": guide.task_name, "department": guide.dept_name}
        if guide.valid_to is not None and guide.valid_to < today:
            expired.append(row | {"since": guide.valid_to})
        elif (today - worked).days > STALE_DAYS:
            stale.append(row | {"since": worked})
    return sorted(stale, key=lambda row: row["since"]), sorted(expired, key=lambda row: row["since"])


def figures(
    connection: sa.Connection, knowledge: Knowledge, now: datetime, days: int, *, overdue: int, stale: int, expired: int
) -> list[Figure]:
    """All figures.

    Args:
        connection: the store.
        knowledge: in use.
        now: the moment, in the time zone in which days are counted.
        days: of questions, ratings and what was closed: so many before now.
        overdue, stale, expired: counted by whoever lists them.
    """
    since = now - timedelta(days=days)
    library = ItemLibraryRepository(connection)
    tasks = len(library.tasks("open", limit=100_000))
    return [
        Figure("guides", "在用办事指南", len(knowledge.guides), "件", "knowledge"),
        Figure("guides_stale", f"超过{STALE_DAYS}天没有修订的办事指南", stale, "件", "knowledge, revisions"),
        Figure("guides_expired", "已过失效日期的办事指南", expired, "件", "knowledge"),
        Figure("policies", "在用政策文件", len(knowledge.policies), "件", "knowledge"),
        Figure("tasks_open", "事项库变更待核对", tasks, "条", "catalogue_tasks"),
        Figure("tasks_overdue", "超过一个月没有公布修订的办事指南", overdue, "条", "catalogue_tasks"),
        Figure("changes_refused", "读不懂、没有采用的事项库变更", library.refused(), "条", "catalogue_changes"),
        Figure("documents_refused", "没有收入的文件和答复", ReceivedRepository(connection).refused(), "条", "received_documents"),
        *_asked(connection, since, now),
        *_status(connection, since, now),
        *_ratings(connection, since, now),
        *_waiting(connection),
    ]


def _asked(connection: sa.Connection, since: datetime, now: datetime) -> list[Figure]:
    period = sa.and_(questions.c.at >= since, questions.c.at <= now)
    wanted = sa.select(questions.c.decision, sa.func.count()).where(period).group_by(questions.c.decision)
    counts = {decision: int(count) for decision, count in connection.execute(wanted)}
    asked = sum(counts.values())
    return [
        Figure("questions", "群众提问", asked, "次", "questions"),
        Figure("answer_rate", "直接回答率", _share(counts.get("answer", 0), asked), "%", "questions"),
        Figure("refusal_rate", "没有答案、转人工或12345的比例", _share(counts.get("reject", 0), asked), "%", "questions"),
    ]


def _status(connection: sa.Connection, since: datetime, now: datetime) -> list[Figure]:
    """Of what was told about applications only whether one was found and whether it was overdue."""
    told = messages.c.custom
    asked = sa.select(sa.func.count()).where(
        messages.c.created_at >= since, messages.c.created_at <= now, told["type"].as_string() == "status", told["found"].as_boolean()
    )
    late = asked.where(told["overdue"].as_boolean())
    return [
        Figure("applications_asked", "查到办件进度", connection.execute(asked).scalar_one(), "次", "messages"),
        Figure("applications_overdue_asked", "查到的办件已超过承诺时限", connection.execute(late).scalar_one(), "次", "messages"),
    ]


def _ratings(connection: sa.Connection, since: datetime, now: datetime) -> list[Figure]:
    period = sa.and_(ratings.c.created_at >= since, ratings.c.created_at <= now)
    bad = sa.func.count(sa.case((ratings.c.stars <= BADLY_RATED, 1)))
    count, poor = connection.execute(sa.select(sa.func.count(), bad).where(period)).one()
    item = work_items.c
    is_open = sa.select(sa.func.count()).where(item.kind == "rating", item.state == "open")
    closed = sa.select(sa.func.count()).where(item.kind == "rating", item.state == "closed", item.closed_at >= since)
    return [
        Figure("ratings", "好差评", count, "次", "ratings"),
        Figure("bad_rating_rate", "差评率", _share(poor, count), "%", "ratings"),
        Figure("bad_ratings_open", "差评待整改", connection.execute(is_open).scalar_one(), "件", "work_items"),
        Figure("bad_ratings_closed", "差评已办结", connection.execute(closed).scalar_one(), "件", "work_items"),
    ]


def _waiting(connection: sa.Connection) -> list[Figure]:
    counts = Outbox(connection).counts()
    waiting = sum(count for (_, given_up), count in counts.items() if not given_up)
    return [
        Figure("outbox_waiting", "等待推送到其他系统", waiting, "条", "outbox"),
        Figure("outbox_given_up", "推送不成、等人处理", sum(counts.values()) - waiting, "条", "outbox"),
    ]


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
