"""Other departments' agents: who they are, by the hash of their key, and how much each has asked by day. No key is ever stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.errors import NotFoundError
from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata

partners = sa.Table(
    "partners",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", Name(60), nullable=False, unique=True),
    sa.Column("contact", Words, nullable=False),
    sa.Column("key_hash", Name(64), nullable=False, unique=True),
    sa.Column("ends", sa.JSON, nullable=False),
    sa.Column("per_minute", sa.Integer, nullable=False),
    sa.Column("per_day", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", Words, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("revoked_by", Words),
)
partner_usage = sa.Table(
    "partner_usage",
    metadata,
    sa.Column("partner", sa.Integer, sa.ForeignKey("partners.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("day", Name(10), primary_key=True),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("by_end", sa.JSON, nullable=False),
    sa.Column("minute", Name(5), nullable=False),
    sa.Column("in_minute", sa.Integer, nullable=False),
)


@dataclass(frozen=True)
class Partner:
    """One agent.

    Attributes:
        contact: whom to call when something is wrong with it.
        ends: where its answers are shown: app, web, kiosk, hotline.
        per_minute, per_day: how many requests it may send; days are those of Beijing.
        revoked_at: since when its key is no good any more.
    """

    id: int
    name: str
    contact: str
    ends: list[str]
    per_minute: int
    per_day: int
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True)
class DayOfUse:
    """What a partner asked on a day (as 2026-11-22), how much of it was over its quota, and at which end."""

    partner: int
    day: str
    asked: int
    refused: int
    by_end: dict[str, int]


@dataclass(frozen=True)
class Counted:
    """A request after it was counted: which quota it is over, None when it is within both."""

    over: str | None


_PARTNER = columns(partners, Partner)
_USE = columns(partner_usage, DayOfUse)


class PartnerRepository:
    """Reads and writes partners within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self, *, name: str, contact: str, key_hash: str, ends: Sequence[str], per_minute: int, per_day: int, by: str, now: datetime
    ) -> Partner | None:
        """A new partner; None, with nothing changed, when there is one of this name."""
        values: dict[str, Any] = {"name": name, "contact": contact, "key_hash": key_hash, "ends": list(ends), "per_minute": per_minute}
        values |= {"per_day": per_day, "created_at": now, "created_by": by}
        row = self._connection.execute(insert_new(self._connection, partners).values(values).returning(*_PARTNER)).one_or_none()
        return None if row is None else Partner(*row)

    def list(self) -> list[Partner]:
        """All of them, by name."""
        return [Partner(*row) for row in self._connection.execute(sa.select(*_PARTNER).order_by(partners.c.name))]

    def of_key(self, key_hash: str) -> Partner | None:
        """Whose key it is, revoked or not."""
        row = self._connection.execute(sa.select(*_PARTNER).where(partners.c.key_hash == key_hash)).one_or_none()
        return None if row is None else Partner(*row)

    def revoke(self, name: str, *, by: str, now: datetime) -> Partner:
        """Make a partner's key useless from now on.

        Raises:
            NotFoundError: there is no partner of this name whose key is good.
        """
        good = partners.update().where(partners.c.name == name, partners.c.revoked_at.is_(None))
        row = self._connection.execute(good.values(revoked_at=now, revoked_by=by).returning(*_PARTNER)).one_or_none()
        if row is None:
            raise NotFoundError(f"没有名为“{name}”的合作方，或者它的密钥已经停用。")
        return Partner(*row)

    def count(self, partner: Partner, end: str, *, day: str, minute: str) -> Counted:
        """Count one request, or that it was refused.

        All servers on the database count in the same row and wait for each other there, so that the quota holds over all of them.

        Args:
            partner: who asks.
            end: where its answer is shown.
            day: as 2026-11-22.
            minute: as 09:30.
        """
        of_day = sa.and_(partner_usage.c.partner == partner.id, partner_usage.c.day == day)
        row = self._connection.execute(partner_usage.select().where(of_day).with_for_update()).one_or_none()
        if row is None:
            first = {"partner": partner.id, "day": day, "asked": 0, "refused": 0, "by_end": {}, "minute": minute, "in_minute": 0}
            self._connection.execute(insert_new(self._connection, partner_usage).values(first))
            row = self._connection.execute(partner_usage.select().where(of_day).with_for_update()).one()
        # A server whose clock is a moment behind must not begin a minute anew.
        in_minute = row.in_minute if row.minute >= minute else 0
        over = "day" if row.asked >= partner.per_day else "minute" if in_minute >= partner.per_minute else None
        values: dict[str, Any] = {"refused": row.refused + 1}
        if over is None:
            by_end = {**row.by_end, end: row.by_end.get(end, 0) + 1}
            values = {"asked": row.asked + 1, "by_end": by_end, "minute": max(row.minute, minute), "in_minute": in_minute + 1}
        self._connection.execute(partner_usage.update().where(of_day).values(values))
        return Counted(over)

    def usage(self, since: str) -> Sequence[DayOfUse]:
        """What was asked from a day on, by day and partner."""
        wanted = sa.select(*_USE).where(partner_usage.c.day >= since).order_by(partner_usage.c.day, partner_usage.c.partner)
        return [DayOfUse(*row) for row in self._connection.execute(wanted)]

    def delete_usage_before(self, day: str) -> int:
        """Forget the counts of days before; returns how many."""
        return self._connection.execute(partner_usage.delete().where(partner_usage.c.day < day)).rowcount
