"""Gaps: groups of questions that the knowledge does not answer, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.errors import NotFoundError
from banshi.store.schema import Moment, Words, metadata, portions

GapState = Literal["open", "drafted", "closed"]

gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("department", Words),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("state", Words, nullable=False, index=True),
    sa.Column("draft_kind", Words),
    sa.Column("draft_key", Words),
    sa.Column("draft_region", Words),
    sa.Column("reason", Words),
)
gap_members = sa.Table(
    "gap_members",
    metadata,
    # A question belongs to one gap.
    sa.Column("question", sa.Integer, sa.ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("gap", sa.Integer, sa.ForeignKey("gaps.id", ondelete="CASCADE"), nullable=False, index=True),
)


@dataclass(frozen=True)
class Gap:
    """One gap.

    Attributes:
        draft: kind, key and region of the record drafted for it.
        reason: why it was closed.
        members: ids of its questions, ascending.
    """

    id: int
    title: str
    department: str | None
    opened_at: datetime
    state: GapState
    draft: tuple[str, str, str] | None
    reason: str | None
    members: tuple[int, ...]


class GapRepository:
    """Reads and writes gaps within the caller's transaction. Whoever names an unknown gap gets `NotFoundError`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(self, *, title: str, members: Iterable[int], department: str | None = None, now: datetime) -> Gap:
        """A new gap; questions of another gap move to this one. Members must be in the question log."""
        values = {"title": title, "department": department, "opened_at": now, "state": "open"}
        identifier = self._connection.execute(gaps.insert().values(values).returning(gaps.c.id)).scalar_one()
        return self.set_members(identifier, members)

    def get(self, identifier: int) -> Gap | None:
        """One gap."""
        found = self._gaps(gaps.c.id == identifier)
        return found[0] if found else None

    def of_questions(self, ids: Iterable[int]) -> dict[int, int]:
        """Question id → gap id, for those that belong to one."""
        found: dict[int, int] = {}
        for portion in portions(ids):
            rows = self._connection.execute(sa.select(gap_members.c.question, gap_members.c.gap).where(gap_members.c.question.in_(portion)))
            found.update((row.question, row.gap) for row in rows)
        return found

    def set_members(self, identifier: int, members: Iterable[int], *, title: str | None = None) -> Gap:
        """Give a gap these questions and no others (questions of another gap move to this one), and perhaps another title."""
        wanted = sorted(set(members))
        # Changing the row first makes two that set the members of one gap wait for each other.
        self._change(identifier, {"title": gaps.c.title if title is None else title})
        self._connection.execute(gap_members.delete().where(gap_members.c.gap == identifier))
        for portion in portions(wanted):
            self._connection.execute(gap_members.delete().where(gap_members.c.question.in_(portion)))
            self._connection.execute(gap_members.insert(), [{"question": question, "gap": identifier} for question in portion])
        return self._known(identifier)

    def assign(self, identifier: int, department: str | None) -> Gap:
        """Give a gap to a department."""
        self._change(identifier, {"department": department})
        return self._known(identifier)

    def drafted(self, identifier: int, kind: str, key: str, region: str) -> Gap:
        """Note the record drafted for a gap."""
        self._change(identifier, {"state": "drafted", "draft_kind": kind, "draft_key": key, "draft_region": region})
        return self._known(identifier)

    def close(self, identifier: int, reason: str) -> Gap:
        """Close a gap."""
        self._change(identifier, {"state": "closed", "reason": reason})
        return self._known(identifier)

    def reopen(self, identifier: int) -> Gap:
        """Open a gap again, without a draft or a reason."""
        nothing = dict.fromkeys(("draft_kind", "draft_key", "draft_region", "reason"))
        self._change(identifier, {"state": "open", **nothing})
        return self._known(identifier)

    def list(self, state: GapState | None = None) -> Sequence[Gap]:
        """Gaps, oldest first."""
        return self._gaps(sa.true() if state is None else gaps.c.state == state)

    def _change(self, identifier: int, values: dict[str, Any]) -> None:
        if self._connection.execute(gaps.update().where(gaps.c.id == identifier).values(values)).rowcount == 0:
            raise NotFoundError(f"没有第{identifier}号知识缺口。")

    def _known(self, identifier: int) -> Gap:
        [gap] = self._gaps(gaps.c.id == identifier)
        return gap

    def _gaps(self, condition: sa.ColumnElement[bool]) -> Sequence[Gap]:
        rows = self._connection.execute(sa.select(gaps).where(condition).order_by(gaps.c.opened_at, gaps.c.id)).all()
        joined = sa.select(gap_members).join(gaps, gap_members.c.gap == gaps.c.id).where(condition).order_by(gap_members.c.question)
        members: dict[int, list[int]] = {}
        for row in self._connection.execute(joined):
            members.setdefault(row.gap, []).append(row.question)
        return [
            Gap(
                id=row.id,
                title=row.title,
                department=row.department,
                opened_at=row.opened_at,
                state=row.state,
                draft=None if row.draft_kind is None else (row.draft_kind, row.draft_key, row.draft_region),
                reason=row.reason,
                members=tuple(members.get(row.id, ())),
            )
            for row in rows
        ]
