"""Whether a partner's request is let through: whose key, for which end, and within the quota."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

import sqlalchemy as sa

from banshi.partners.keys import is_key, key_hash, new_key
from banshi.store.audit import AuditLedger
from banshi.store.partners import DayOfUse, Partner, PartnerRepository
from banshi.store.transactions import read, write

ANSWERS: Final = ("app", "web", "kiosk", "hotline")
"""Where a partner's people read answers: app, PC portal, self-service kiosk, hotline."""
ENDS: Final = (*ANSWERS, "supervision")
"""All ends; supervision reads the figures of supervision, and is given by name only."""
_CHINA = timezone(timedelta(hours=8))


class PartnerError(ValueError):
    """A partner cannot be added or revoked so; the message says why, in English for those who run the server."""


@dataclass(frozen=True)
class Admission:
    """What became of a request.

    Attributes:
        partner: who asked; None for a key that is unknown or revoked.
        end: where the answer is shown.
        allowed: whether the partner may ask for that end.
        wait: seconds until the quota has room again; None when it has.
        over: which quota: minute or day.
    """

    partner: Partner | None
    end: str = ""
    allowed: bool = True
    wait: int | None = None
    over: str | None = None


class Partners:
    """The partners in a database. Blocks; call it in a worker thread.

    Args:
        database: the store.
        now: the clock, time zone included.
    """

    def __init__(self, database: sa.Engine, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def add(
        self, name: str, *, contact: str, ends: Sequence[str] = ANSWERS, per_minute: int = 600, per_day: int = 100_000, by: str
    ) -> tuple[Partner, str]:
        """A new partner.

        Returns:
            The partner, and its key, which cannot be told again.

        Raises:
            PartnerError: there is one of this name, or a value does not fit.
        """
        name = name.strip()
        if not 1 <= len(name) <= 60:
            raise PartnerError("A partner's name has 1 to 60 characters.")
        if unknown := sorted(set(ends) - set(ENDS)):
            raise PartnerError(f"Unknown end {unknown[0]!r}. Known ends are: {', '.join(ENDS)}.")
        if not ends or not (1 <= per_minute <= 1_000_000 and 1 <= per_day <= 1_000_000_000):
            raise PartnerError("A partner has at least one end, and quotas of at least 1.")
        key, now = new_key(), self._now()
        kept = sorted(set(ends), key=ENDS.index)
        with write(self._database) as connection:
            partner = PartnerRepository(connection).add(
                name=name,
                contact=contact,
                key_hash=key_hash(key),
                ends=kept,
                per_minute=per_minute,
                per_day=per_day,
                by=by,
                now=now,
            )
            if partner is None:
                raise PartnerError(f"There is a partner named {name} already; a revoked one keeps its name, since its usage does.")
            detail = {"ends": kept, "per_minute": per_minute, "per_day": per_day}
            AuditLedger(connection).append(actor=by, action="partner.add", target=f"partner/{name}", detail=detail, now=now)
        return partner, key

    def revoke(self, name: str, *, by: str) -> Partner:
        """Make a partner's key useless, at once and at every server.

        Raises:
            NotFoundError: there is none of this name whose key is good.
        """
        with write(self._database) as connection:
            partner = PartnerRepository(connection).revoke(name, by=by, now=self._now())
            AuditLedger(connection).append(actor=by, action="partner.revoke", target=f"partner/{name}", detail={}, now=self._now())
        return partner

    def list(self, days: int = 30) -> list[tuple[Partner, list[DayOfUse]]]:
        """All partners, each with its use in the last days."""
        since = (self._now().astimezone(_CHINA).date() - timedelta(days=days - 1)).isoformat()
        with read(self._database) as connection:
            repository = PartnerRepository(connection)
            found, used = repository.list(), repository.usage(since)
        return [(partner, [one for one in used if one.partner == partner.id]) for partner in found]

    def admit(self, key: str, end: str | None) -> Admission:
        """Count a request and say whether it is let through.

        Args:
            key: as it was sent.
            end: where the answer will be shown; None is the partner's first.
        """
        if not is_key(key):
            return Admission(None)
        with read(self._database) as connection:
            partner = PartnerRepository(connection).of_key(key_hash(key))
        if partner is None or partner.revoked_at is not None:
            return Admission(None)
        shown_at = end or partner.ends[0]
        if shown_at not in partner.ends:
            return Admission(partner, shown_at, allowed=False)
        now = self._now().astimezone(_CHINA)
        # A power cut may take the last counts; waiting for the disk would cost every request more than the search.
        with write(self._database, durable=False) as connection:
            counted = PartnerRepository(connection).count(partner, shown_at, day=now.date().isoformat(), minute=now.strftime("%H:%M"))
        if counted.over is None:
            return Admission(partner, shown_at)
        begin = now.replace(second=0, microsecond=0)
        until = begin + timedelta(minutes=1) if counted.over == "minute" else begin.replace(hour=0, minute=0) + timedelta(days=1)
        return Admission(partner, shown_at, wait=max(1, int((until - now).total_seconds()) + 1), over=counted.over)
