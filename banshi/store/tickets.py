"""工单: what a citizen wants done, who does it, until when, and what became of it. Only masked text ever reaches this module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.errors import NotFoundError, StoreError
from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata, portions

TicketState = Literal["待派遣", "办理中", "已答复", "待回访", "已办结", "退单"]

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("number", Name(40), nullable=False, unique=True),
    sa.Column("conversation", Name(40), index=True),
    sa.Column("channel", Name(20), nullable=False),
    sa.Column("kind", Name(10), nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("address", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("description", Words, nullable=False),
    sa.Column("person", Words, nullable=False),
    sa.Column("contact", Words, nullable=False),
    sa.Column("confidential", sa.Boolean, nullable=False),
    sa.Column("urgency", Name(10), nullable=False),
    sa.Column("department", Words),
    sa.Column("state", Name(20), nullable=False, index=True),
    sa.Column("reply", Words, nullable=False),
    sa.Column("result", Name(20)),
    sa.Column("satisfaction", sa.Integer),
    sa.Column("created_by", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
    sa.Column("dispatched_at", Moment),
    sa.Column("due_on", sa.Date),
    sa.Column("handled_at", Moment),
    sa.Column("visited_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("outside_number", Name(60), index=True),
    sa.Column("outside_asked_at", Moment),
    sa.Column("origin", Name(200), unique=True),
    sa.Column("edition", sa.Integer, nullable=False),
)
ticket_events = sa.Table(
    "ticket_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("text", Words, nullable=False),
)


@dataclass(frozen=True)
class Ticket:
    """One ticket.

    Attributes:
        number: what people call it by, as "GD20261122-0001"; given once.
        topics: 分类, from the widest to the narrowest, at most four.
        created_by: account, "citizen" for those that citizens hand in themselves.
        due_on: the last day for an answer.
        handled_at, visited_at, closed_at: 处理完成, 回访, 结案.
        outside_number: what the 12345 system calls it, once it has taken it.
        origin: what the same request sent again is known by.
        edition: 1, 2, … with every change.
    """

    id: int
    number: str
    conversation: str | None
    channel: str
    kind: str
    topics: list[str]
    region: str | None
    address: str
    title: str
    description: str
    person: str
    contact: str
    confidential: bool
    urgency: str
    department: str | None
    state: TicketState
    reply: str
    result: str | None
    satisfaction: int | None
    created_by: str
    created_at: datetime
    dispatched_at: datetime | None
    due_on: date | None
    handled_at: datetime | None
    visited_at: datetime | None
    closed_at: datetime | None
    outside_number: str | None
    origin: str | None
    edition: int


@dataclass(frozen=True)
class TicketEvent:
    """What happened to a ticket: when, by whom (account, "citizen" or "system"), what kind of thing, and the words to it."""

    at: datetime
    actor: str
    kind: str
    text: str


class StaleTicketError(StoreError):
    """Somebody else changed the ticket first; `found` is the ticket as it is now."""

    def __init__(self, found: Ticket) -> None:
        self.found = found
        super().__init__(f"工单{found.number}刚刚被别人改过，现在是第{found.edition}版，请刷新后再改。")


_TICKET = columns(tickets, Ticket)
_EVENT = columns(ticket_events, TicketEvent)


class TicketRepository:
    """Reads and writes tickets within the caller's transaction. Whoever names an unknown ticket gets `NotFoundError`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def create(self, values: Mapping[str, Any], *, day: date, now: datetime) -> tuple[Ticket, bool]:
        """A new ticket, with the next number of the day.

        Args:
            values: columns that are neither given here nor by the database.
            day: the day that the number names.
            now: the moment.

        Returns:
            The ticket, and whether it is new: of one origin there is one ticket.
        """
        row = {"reply": "", "created_at": now, "edition": 1, **values}
        while True:
            if row.get("origin") is not None and (known := self._one(tickets.c.origin == row["origin"])) is not None:
                return known, False
            number = self._next_number(day)
            # A rival's insert of the same number is waited for; then the next one is tried.
            insert = insert_new(self._connection, tickets).values(row | {"number": number}).returning(tickets.c.id)
            if self._connection.execute(insert).one_or_none() is not None:
                return self.known(number), True

    def get(self, number: str) -> Ticket | None:
        """One ticket."""
        return self._one(tickets.c.number == number)

    def known(self, number: str) -> Ticket:
        """One ticket that there is."""
        found = self.get(number)
        if found is None:
            raise NotFoundError(f"没有编号为{number}的工单。")
        return found

    def of_outside(self, outside_number: str) -> Ticket | None:
        """The ticket that the 12345 system calls so, the newest should there be several."""
        wanted = sa.select(*_TICKET).where(tickets.c.outside_number == outside_number).order_by(tickets.c.id.desc()).limit(1)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else Ticket(*row)

    def any_silent(self, before: datetime) -> bool:
        """Whether there is anything for `silent` to take."""
        return bool(self._connection.execute(sa.select(sa.exists().where(_silent_since(before)))).scalar_one())

    def silent(self, before: datetime, *, now: datetime, limit: int) -> list[Ticket]:
        """Take tickets that the 12345 system works on and of which it was not asked since `before`; nobody else takes them for as long.

        Args:
            before: those asked for, or sent, earlier.
            now: when they are asked for.
            limit: how many at most.
        """
        oldest = sa.select(tickets.c.id).where(_silent_since(before)).order_by(tickets.c.id).limit(limit)
        ids = list(self._connection.execute(oldest.with_for_update(skip_locked=True)).scalars())
        taken = tickets.update().where(tickets.c.id.in_(ids)).values(outside_asked_at=now).returning(*_TICKET)
        return [Ticket(*row) for row in self._connection.execute(taken)]

    def locked(self, number: str) -> Ticket:
        """One ticket, which nobody else changes until the end of the transaction."""
        self._connection.execute(
            sa.select(tickets.c.id).where(tickets.c.number == number).with_for_update()
        )  # SQLite has one writer anyway
        return self.known(number)

    def of_conversation(self, conversation: str) -> list[Ticket]:
        """Tickets of a conversation, oldest first."""
        wanted = sa.select(*_TICKET).where(tickets.c.conversation == conversation).order_by(tickets.c.id)
        return [Ticket(*row) for row in self._connection.execute(wanted)]

    def newest(
        self, *, state: str | None = None, by: str | None = None, words: str = "", before: int | None = None, limit: int = 100
    ) -> list[Ticket]:
        """Tickets, newest first.

        Args:
            state: only of this state.
            by: only those that this account created or acted on.
            words: only those with this text in their number, title, description or department.
            before: only those with a smaller id, for the next page.
            limit: how many at most.
        """
        wanted = sa.select(*_TICKET).order_by(tickets.c.id.desc()).limit(limit)
        if state is not None:
            wanted = wanted.where(tickets.c.state == state)
        if by is not None:
            acted = sa.select(ticket_events.c.ticket).where(ticket_events.c.actor == by)
            wanted = wanted.where(sa.or_(tickets.c.created_by == by, tickets.c.id.in_(acted)))
        if words:
            looked_at = (tickets.c.number, tickets.c.title, tickets.c.description, tickets.c.department)
            wanted = wanted.where(sa.or_(*(column.icontains(words, autoescape=True) for column in looked_at)))
        if before is not None:
            wanted = wanted.where(tickets.c.id < before)
        return [Ticket(*row) for row in self._connection.execute(wanted)]

    def change(self, ticket: Ticket, values: Mapping[str, Any], *, unseen: bool = False) -> Ticket:
        """Change a ticket that nobody has changed since it was read.

        Args:
            ticket: as it was read.
            values: the columns.
            unseen: leave the edition: nothing changes that somebody who is just filling in the form could overwrite.

        Raises:
            StaleTicketError: somebody has.
        """
        same = sa.and_(tickets.c.id == ticket.id, tickets.c.edition == ticket.edition)
        change = tickets.update().where(same).values({**values, "edition": ticket.edition + (not unseen)})
        if self._connection.execute(change).rowcount == 0:
            raise StaleTicketError(self.known(ticket.number))
        return self.known(ticket.number)

    def note(self, ticket: Ticket, *, actor: str, kind: str, text: str, now: datetime) -> None:
        """Add an event."""
        row = {"ticket": ticket.id, "at": now, "actor": actor, "kind": kind, "text": text}
        self._connection.execute(ticket_events.insert().values(row))

    def events(self, ids: Iterable[int]) -> dict[int, list[TicketEvent]]:
        """Events of tickets by their ids, oldest first."""
        found: dict[int, list[TicketEvent]] = {}
        for portion in portions(ids):
            wanted = sa.select(ticket_events.c.ticket, *_EVENT).where(ticket_events.c.ticket.in_(portion)).order_by(ticket_events.c.id)
            for ticket, *event in self._connection.execute(wanted):
                found.setdefault(ticket, []).append(TicketEvent(*event))
        return found

    def _one(self, condition: sa.ColumnElement[bool]) -> Ticket | None:
        row = self._connection.execute(sa.select(*_TICKET).where(condition)).one_or_none()
        return None if row is None else Ticket(*row)

    def _next_number(self, day: date) -> str:
        head = f"GD{day:%Y%m%d}-"
        number = tickets.c.number
        # The longest of them first: after 9999 they have a fifth digit.
        last = sa.select(number).where(number.startswith(head)).order_by(sa.func.length(number).desc(), number.desc()).limit(1)
        newest = self._connection.execute(last).scalar_one_or_none()
        return f"{head}{int(newest.removeprefix(head)) + 1 if newest is not None else 1:04}"


def _silent_since(before: datetime) -> sa.ColumnElement[bool]:
    since = sa.func.coalesce(tickets.c.outside_asked_at, tickets.c.dispatched_at, tickets.c.created_at, type_=Moment())
    return sa.and_(tickets.c.state == "办理中", tickets.c.outside_number.is_not(None), since < before)
