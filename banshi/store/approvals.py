"""Who of the staff is who in the OA, and what the OA decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata

ApprovalOutcome = Literal["approved", "sent-back", "noted"]

outside_accounts = sa.Table(
    "outside_accounts",
    metadata,
    sa.Column("system", Name(40), primary_key=True),
    sa.Column("outside", Name(120), primary_key=True),
    sa.Column("account", Words, sa.ForeignKey("staff.account"), nullable=False),
    sa.Column("mapped_by", Words, nullable=False),
    sa.Column("mapped_at", Moment, nullable=False),
)
approval_decisions = sa.Table(
    "approval_decisions",
    metadata,
    sa.Column("event", Name(80), primary_key=True),
    sa.Column("change", Name(80), nullable=False, index=True),
    sa.Column("outside", Name(120), nullable=False),
    sa.Column("account", Words),
    sa.Column("decision", Name(20), nullable=False),
    sa.Column("opinion", Words, nullable=False),
    sa.Column("decided_at", Moment, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("outcome", Name(20), nullable=False),
    sa.Column("told", Words, nullable=False),
)


@dataclass(frozen=True)
class OutsideAccount:
    """Somebody's name in an outside system, and their account here."""

    system: str
    outside: str
    account: str
    mapped_by: str
    mapped_at: datetime


@dataclass(frozen=True)
class ApprovalDecision:
    """What the OA decided.

    Attributes:
        event: the OA's own id of it.
        change: of the hand-off.
        outside: who decided, by the OA's account.
        account: the same here; None when nobody is known by it.
        decision: 同意 or 不同意.
        outcome: approved or sent-back, or noted: nothing was changed.
        told: why, as a sentence.
    """

    event: str
    change: str
    outside: str
    account: str | None
    decision: str
    opinion: str
    decided_at: datetime
    received_at: datetime
    outcome: ApprovalOutcome
    told: str


_ACCOUNT, _DECISION = columns(outside_accounts, OutsideAccount), columns(approval_decisions, ApprovalDecision)


class ApprovalRepository:
    """Reads and writes accounts and decisions within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def map(self, mapped: OutsideAccount) -> None:
        """Say who somebody is; what was said before of the same outside account is replaced."""
        self.unmap(mapped.system, mapped.outside)
        self._connection.execute(outside_accounts.insert().values(vars(mapped)))

    def unmap(self, system: str, outside: str) -> bool:
        """Forget who somebody is; False when that was not known."""
        one = (outside_accounts.c.system == system, outside_accounts.c.outside == outside)
        return self._connection.execute(outside_accounts.delete().where(*one)).rowcount == 1

    def account(self, system: str, outside: str) -> str | None:
        """The account of somebody; None when they are not known."""
        one = (outside_accounts.c.system == system, outside_accounts.c.outside == outside)
        return self._connection.execute(sa.select(outside_accounts.c.account).where(*one)).scalar_one_or_none()

    def accounts(self, system: str) -> Sequence[OutsideAccount]:
        """All that are known of a system, by their name there."""
        wanted = sa.select(*_ACCOUNT).where(outside_accounts.c.system == system).order_by(outside_accounts.c.outside)
        return [OutsideAccount(*row) for row in self._connection.execute(wanted)]

    def keep(self, decision: ApprovalDecision) -> bool:
        """Keep a decision; False, with nothing changed, when it is known."""
        return self._connection.execute(insert_new(self._connection, approval_decisions).values(vars(decision))).rowcount == 1

    def decision(self, event: str) -> ApprovalDecision | None:
        """One decision."""
        row = self._connection.execute(sa.select(*_DECISION).where(approval_decisions.c.event == event)).one_or_none()
        return None if row is None else ApprovalDecision(*row)

    def decisions(self, limit: int) -> Sequence[ApprovalDecision]:
        """The last received first."""
        order = (approval_decisions.c.received_at.desc(), approval_decisions.c.event.desc())
        return [ApprovalDecision(*row) for row in self._connection.execute(sa.select(*_DECISION).order_by(*order).limit(limit))]
