"""Lines above every conversation, and places where the bot is switched off; each ends by itself or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.errors import NotFoundError
from banshi.store.schema import Moment, Name, Words, columns, metadata

NoticeKind = Literal["banner", "off"]

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", Name(10), nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment),
    sa.Column("created_by", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment, index=True),
    sa.Column("ended_by", Words),
)


@dataclass(frozen=True)
class Notice:
    """One notice.

    Attributes:
        kind: banner: a line above the conversation. off: the bot says this and nothing else.
        region: region code; None for the whole province.
        ends_at: when it ends by itself; None when only somebody ends it.
        ended_at: when somebody ended it, and who.
    """

    id: int
    kind: NoticeKind
    text: str
    region: str | None
    starts_at: datetime
    ends_at: datetime | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    ended_by: str | None

    def over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.ended_at is not None or (self.ends_at is not None and self.ends_at <= now)

    def in_force(self, now: datetime) -> bool:
        """Whether it has begun and not ended."""
        return self.starts_at <= now and not self.over(now)


_NOTICE = columns(notices, Notice)


class NoticeRepository:
    """Reads and writes notices within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self, *, kind: NoticeKind, text: str, region: str | None, starts_at: datetime, ends_at: datetime | None, by: str, now: datetime
    ) -> Notice:
        """A new notice."""
        values = {"kind": kind, "text": text, "region": region, "starts_at": starts_at, "ends_at": ends_at}
        added = notices.insert().values(values | {"created_by": by, "created_at": now}).returning(*_NOTICE)
        return Notice(*self._connection.execute(added).one())

    def get(self, identifier: int) -> Notice | None:
        """One notice."""
        row = self._connection.execute(sa.select(*_NOTICE).where(notices.c.id == identifier)).one_or_none()
        return None if row is None else Notice(*row)

    def end(self, identifier: int, *, by: str, now: datetime) -> Notice:
        """End a notice at once.

        Raises:
            NotFoundError: there is none of this id that still runs or is still to come.
        """
        standing = sa.and_(notices.c.id == identifier, _not_over(now))
        row = self._connection.execute(notices.update().where(standing).values(ended_at=now, ended_by=by).returning(*_NOTICE)).one_or_none()
        if row is None:
            raise NotFoundError("没有这条公告，或者它已经结束了。")
        return Notice(*row)

    def standing(self, now: datetime) -> Sequence[Notice]:
        """Those that run or are still to come, the one that begins last first."""
        return self._notices(_not_over(now), (notices.c.starts_at.desc(), notices.c.id.desc()), None)

    def past(self, now: datetime, limit: int) -> Sequence[Notice]:
        """Those that are over, the last made first."""
        return self._notices(sa.not_(_not_over(now)), (notices.c.id.desc(),), limit)

    def _notices(self, condition: sa.ColumnElement[bool], order: Sequence[sa.ColumnElement[Any]], limit: int | None) -> Sequence[Notice]:
        wanted = sa.select(*_NOTICE).where(condition).order_by(*order).limit(limit)
        return [Notice(*row) for row in self._connection.execute(wanted)]


def _not_over(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(notices.c.ended_at.is_(None), sa.or_(notices.c.ends_at.is_(None), notices.c.ends_at > now))
