"""Which matters of a person are worth a reminder, and when. Pure functions: the moment is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from banshi.connect.applications.port import CHINA_TIME, Application, Stage, number_hash
from banshi.connect.booking.port import Booked
from banshi.connect.certificates.port import Certificate
from banshi.connect.messages.port import Kind
from banshi.desk.reminders.wording import booking_text, certificate_text, closed_text, correction_text
from banshi.store.reminders import Draft

CORRECTION_AHEAD = timedelta(days=3)
CERTIFICATE_AHEAD = timedelta(days=30)
BOOKING_AHEAD = timedelta(days=1)
_FROM, _UNTIL = time(8), time(21)
"""Nobody's phone rings at night."""


def by_day(moment: datetime) -> datetime:
    """The moment itself, or the next one at which a message may come."""
    local = moment.astimezone(CHINA_TIME)
    if local.time() < _FROM:
        return datetime.combine(local.date(), _FROM, CHINA_TIME)
    if local.time() >= _UNTIL:
        return datetime.combine(local.date() + timedelta(days=1), _FROM, CHINA_TIME)
    return local


def corrections(applications: Iterable[Application], owner: str, *, now: datetime) -> list[Draft]:
    """补正期限: three days before the last day, at once when that is past; never after the last day."""
    today, drafts = now.astimezone(CHINA_TIME).date(), []
    for one in applications:
        for correction in one.corrections if one.stage is Stage.CORRECTION else ():
            if correction.due >= today:
                key = _key(owner, Kind.CORRECTION, number_hash(one.application_no), correction.material, correction.due)
                due = _at(correction.due - CORRECTION_AHEAD, now)
                drafts.append(Draft(key, Kind.CORRECTION, correction_text(one, correction), due))
    return drafts


def closings(applications: Iterable[Application], owner: str, *, since: datetime, now: datetime) -> list[Draft]:
    """办结: what came to its end after somebody wished to hear of it."""
    over = [one for one in applications if one.result is not None or one.stage in (Stage.CLOSED, Stage.COLLECTION)]
    return [
        Draft(_key(owner, Kind.CLOSED, number_hash(one.application_no)), Kind.CLOSED, closed_text(one), by_day(now))
        for one in over
        if one.updated_at >= since
    ]


def certificates(held: Iterable[Certificate], owner: str, *, now: datetime) -> list[Draft]:
    """证照到期: thirty days before the last day, at once when that is past; never after the last day."""
    today, drafts = now.astimezone(CHINA_TIME).date(), []
    for one in held:
        if one.valid_until is not None and one.holds_on(today) and one.valid_until - CERTIFICATE_AHEAD <= today:
            key = _key(owner, Kind.CERTIFICATE, one.kind, one.organ, one.valid_until)
            drafts.append(Draft(key, Kind.CERTIFICATE, certificate_text(one), by_day(now)))
    return drafts


def bookings(booked: Iterable[Booked], owner: str, *, now: datetime) -> list[Draft]:
    """预约: a day before, at once when that is past; never after it has begun."""
    drafts = []
    for one in booked:
        if one.state == "已预约" and one.begins > now:
            due = by_day(max(one.begins - BOOKING_AHEAD, now))
            if due < one.begins:
                drafts.append(Draft(_key(owner, Kind.BOOKING, one.id, one.begins.isoformat()), Kind.BOOKING, booking_text(one), due))
    return drafts


def _at(day: date, now: datetime) -> datetime:
    return by_day(max(datetime.combine(day, time(9), CHINA_TIME), now))


def _key(owner: str, *parts: object) -> str:
    told = "\0".join(map(str, (owner, *parts)))
    return f"reminder-{sha256(told.encode()).hexdigest()[:40]}"
