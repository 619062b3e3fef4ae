"""Telephone calls under way, for servers that do not hear them themselves. Masked words only, and gone soon after the call.

One server hears a call and writes; its name stands in the call's row. A telephone system that comes back elsewhere gives the call to
another server, and the one before finds that it changes no row any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata

live_calls = sa.Table(
    "live_calls",
    metadata,
    sa.Column("id", Name(80), primary_key=True),
    sa.Column("server", Name(16), nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("operator", Words),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("heard_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("last", Words, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
)
live_call_events = sa.Table(
    "live_call_events",
    metadata,
    sa.Column("call", Name(80), sa.ForeignKey("live_calls.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", Name(20), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("passing", sa.Boolean, nullable=False),
)


@dataclass(frozen=True)
class LiveCall:
    """A call as the server that hears it has told it.

    Attributes:
        server: which hears it.
        last: what was said last, masked.
        number: of its newest event.
    """

    id: str
    server: str
    region: str | None
    operator: str | None
    started_at: datetime
    heard_at: datetime
    ended_at: datetime | None
    last: str
    number: int


@dataclass(frozen=True)
class LiveEvent:
    """Something that pages are told of a call; `passing`: a newer one of its kind makes it worthless."""

    call: str
    number: int
    name: str
    data: dict[str, Any]
    passing: bool


_CALL = columns(live_calls, LiveCall)
_EVENT = columns(live_call_events, LiveEvent)


class LiveCalls:
    """Reads and writes calls within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def take(self, call: LiveCall, *, silent_since: datetime) -> LiveCall | None:
        """Begin to hear a call.

        Args:
            call: as it is when it begins here.
            silent_since: a call not heard of since is over.

        Returns:
            The call as it was when another server heard it and it is not over: it goes on here. None when it begins, or was here.
        """
        for _ in range(2):  # of two that begin it at once the second finds the first one's row
            known = self._connection.execute(sa.select(*_CALL).where(live_calls.c.id == call.id).with_for_update()).one_or_none()
            if known is not None:
                before = LiveCall(*known)
                going_on = before.ended_at is None and before.heard_at > silent_since
                if before.server == call.server and before.started_at == call.started_at:
                    return None
                if going_on and before.server != call.server:
                    self._connection.execute(live_calls.update().where(live_calls.c.id == call.id).values(server=call.server))
                    return before
                self._connection.execute(live_calls.delete().where(live_calls.c.id == call.id))
            if self._connection.execute(insert_new(self._connection, live_calls).values(asdict(call))).rowcount:
                return None
        return None

    def tell(self, server: str, calls: Sequence[tuple[LiveCall, Sequence[LiveEvent]]]) -> set[str]:
        """Write down how calls stand.

        Args:
            server: that hears them.
            calls: each with all its events; those that are there already are left as they are, those it no longer has go.

        Returns:
            Ids of calls that another server hears by now; nothing is written of them.
        """
        wanted = sa.select(live_calls.c.id, live_calls.c.server, live_calls.c.number).with_for_update()
        # In one order, so that two servers never wait for each other.
        known = {row.id: row for row in self._connection.execute(wanted.where(live_calls.c.id.in_(_ids(calls))).order_by(live_calls.c.id))}
        lost = {row.id for row in known.values() if row.server != server}
        told = [(call, events) for call, events in calls if call.id not in lost]
        there = [(call, events) for call, events in told if call.id in known]
        if there:
            this = live_calls.update().where(live_calls.c.id == sa.bindparam("this"))
            self._connection.execute(this, [{"this": call.id, **asdict(call)} for call, _ in there])
            self._connection.execute(live_call_events.delete().where(sa.or_(*(_gone(call, events) for call, events in there))))
        # One that is new here, or a PostgreSQL that crashed has lost these tables.
        if missing := [asdict(call) for call, _ in told if call.id not in known]:
            self._connection.execute(live_calls.insert(), missing)
        new = [asdict(one) for call, events in told for one in events if call.id not in known or one.number > known[call.id].number]
        if new:
            self._connection.execute(live_call_events.insert(), new)
        return lost

    def going_on(self, *, silent_since: datetime) -> list[LiveCall]:
        """Calls of all servers that are not over, the newest first."""
        live = sa.and_(live_calls.c.ended_at.is_(None), live_calls.c.heard_at > silent_since)
        found = self._connection.execute(sa.select(*_CALL).where(live).order_by(live_calls.c.started_at.desc()))
        return [LiveCall(*row) for row in found]

    def of(self, identifiers: Iterable[str]) -> dict[str, LiveCall]:
        """Calls by id; one that there is not is left out."""
        found = self._connection.execute(sa.select(*_CALL).where(live_calls.c.id.in_(list(identifiers))))
        return {row.id: LiveCall(*row) for row in found}

    def events(self, after: Mapping[str, int]) -> list[LiveEvent]:
        """Events of calls, each call's in their order.

        Args:
            after: call → number; its events with a larger one.
        """
        if not after:
            return []
        newer = sa.or_(*(sa.and_(live_call_events.c.call == call, live_call_events.c.number > number) for call, number in after.items()))
        found = self._connection.execute(sa.select(*_EVENT).where(newer).order_by(live_call_events.c.call, live_call_events.c.number))
        return [LiveEvent(*row) for row in found]

    def sweep(self, *, ended_before: datetime, silent_since: datetime) -> int:
        """Forget calls that are over; gives how many."""
        over = sa.or_(live_calls.c.ended_at < ended_before, live_calls.c.heard_at < silent_since)
        return int(self._connection.execute(live_calls.delete().where(over)).rowcount)


def _gone(call: LiveCall, events: Sequence[LiveEvent]) -> sa.ColumnElement[bool]:
    """Events of a call that these have replaced, or pushed out."""
    of, passing = live_call_events.c, [one.number for one in events if one.passing]
    oldest = min((one.number for one in events), default=0)
    return sa.and_(of.call == call.id, sa.or_(of.number < oldest, sa.and_(of.passing, of.number.not_in(passing))))


def _ids(calls: Iterable[tuple[LiveCall, Sequence[LiveEvent]]]) -> list[str]:
    return [call.id for call, _ in calls]
