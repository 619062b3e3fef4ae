"""People who answer citizens: their number, whether they take conversations now, and every hand-over between bot and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata

operators = sa.Table(
    "operators",
    metadata,
    sa.Column("account", Words, sa.ForeignKey("staff.account", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("available", sa.Boolean, nullable=False),
    sa.Column("seen_at", Moment, nullable=False, index=True),
)
handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", Name(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("account", Words),
    sa.Column("note", Words, nullable=False),
)


@dataclass(frozen=True)
class Operator:
    """Somebody at the desk.

    Attributes:
        number: what citizens are told instead of a name; never given to anybody else.
        languages: zh, ko.
        available: whether they said that they take conversations; it holds only as long as they are seen.
        seen_at: when their page was last heard of.
    """

    account: str
    number: int
    languages: tuple[str, ...]
    available: bool
    seen_at: datetime

    @property
    def told(self) -> str:
        """The number as citizens read it, four digits at least."""
        return f"{self.number:04d}"


@dataclass(frozen=True)
class Handover:
    """A conversation changed hands.

    Attributes:
        kind: asked, cancelled, taken, transferred, received (from a colleague), taken_over (by a supervisor), taken_from (the colleague
            who had it), returned, lost, closed, left (by the citizen) or idle.
        account: who did it, for lost who lost it; None for the citizen.
        note: what a colleague should know, masked; of a closed one its 小结.
    """

    conversation: str
    at: datetime
    kind: str
    account: str | None
    note: str


_OPERATOR = columns(operators, Operator)
_HANDOVER = columns(handovers, Handover)


class OperatorRepository:
    """Reads and writes operators within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def seen(
        self, account: str, *, now: datetime, available: bool | None = None, languages: Sequence[str] | None = None, at_first: bool = True
    ) -> Operator:
        """Note that somebody is at the desk; who is new gets the next number.

        Args:
            account: who.
            now: the moment.
            available: whether they take conversations; None leaves it.
            languages: None leaves them, and is Chinese for who is new.
            at_first: `available` of who is new.

        Raises:
            sqlalchemy.exc.IntegrityError: there is no such account.
        """
        values = {"seen_at": now, **({} if available is None else {"available": available})}
        values |= {} if languages is None else {"languages": list(languages)}
        mine = operators.update().where(operators.c.account == account).values(values).returning(*_OPERATOR)
        while (row := self._connection.execute(mine).one_or_none()) is None:
            # Of two who are new at once one takes the number; the other finds it taken and looks for the next.
            number = sa.select(sa.func.coalesce(sa.func.max(operators.c.number), 0) + 1).scalar_subquery()
            new = {"account": account, "number": number, "languages": ["zh"], "available": at_first, "seen_at": now}
            self._connection.execute(insert_new(self._connection, operators).values(new))
        return _operator(row)

    def get(self, account: str) -> Operator | None:
        """One of them."""
        row = self._connection.execute(sa.select(*_OPERATOR).where(operators.c.account == account)).one_or_none()
        return None if row is None else _operator(row)

    def list(self) -> list[Operator]:
        """All who ever were at the desk, by number."""
        return [_operator(row) for row in self._connection.execute(sa.select(*_OPERATOR).order_by(operators.c.number))]


def note_handover(
    connection: sa.Connection, conversation: str, kind: str, *, now: datetime, account: str | None = None, note: str = ""
) -> None:
    """Keep that a conversation changed hands, in the transaction that changes them."""
    connection.execute(handovers.insert().values({"conversation": conversation, "at": now, "kind": kind, "account": account, "note": note}))


def handovers_of(connection: sa.Connection, conversation: str) -> Sequence[Handover]:
    """Hand-overs of a conversation, oldest first."""
    wanted = sa.select(*_HANDOVER).where(handovers.c.conversation == conversation).order_by(handovers.c.id)
    return [Handover(*row) for row in connection.execute(wanted)]


def taken_since(connection: sa.Connection, account: str, since: datetime) -> int:
    """Conversations that somebody took, or was given, since a moment."""
    taken = sa.and_(handovers.c.account == account, handovers.c.at >= since, handovers.c.kind.in_(("taken", "received", "taken_over")))
    return int(connection.execute(sa.select(sa.func.count(sa.distinct(handovers.c.conversation))).where(taken)).scalar_one())


def taken_from(connection: sa.Connection, account: str, since: datetime) -> list[tuple[Handover, str | None]]:
    """Conversations that a supervisor took from somebody since a moment, the newest first, each with the supervisor."""
    over = handovers.alias("over")
    wanted = (
        sa.select(*_HANDOVER, over.c.account.label("by"))
        .join(over, sa.and_(over.c.conversation == handovers.c.conversation, over.c.at == handovers.c.at, over.c.kind == "taken_over"))
        .where(handovers.c.account == account, handovers.c.kind == "taken_from", handovers.c.at >= since)
        .order_by(handovers.c.id.desc())
    )
    return [(Handover(*row[:-1]), row.by) for row in connection.execute(wanted)]


def _operator(row: Any) -> Operator:
    return Operator(row.account, row.number, tuple(row.languages), row.available, row.seen_at)
