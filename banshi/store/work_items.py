"""What an unhappy citizen leaves to do: it ends with a change or a reason, never by itself. Only masked text ever reaches this module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.errors import NotFoundError
from banshi.store.schema import Moment, Name, Words, columns, metadata

WorkKind = Literal["rating", "appeal", "cannot"]
WorkState = Literal["open", "closed"]
Outcome = Literal["changed", "explained"]

work_items = sa.Table(
    "work_items",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("conversation", Name(40), index=True),
    sa.Column("text", Words, nullable=False),
    sa.Column("stars", sa.Integer),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("case", sa.JSON, nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("department", Words),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("closed_by", Words),
    sa.Column("outcome", Name(20)),
    sa.Column("reason", Words, nullable=False),
)


@dataclass(frozen=True)
class WorkItem:
    """One thing to do.

    Attributes:
        kind: rating: 差评. appeal: 申诉. cannot: 办不成事.
        text: the citizen's own words, or a line about the case.
        stars: of the rating.
        versions: what the answers were made with, see `banshi.desk.unhappy.work_items`.
        case: the conversation in short; once changed, also what was changed.
        outcome: changed: the knowledge is. explained: it was right as it is.
        reason: what the citizen is told of it; "" while it is open.
    """

    id: int
    kind: WorkKind
    conversation: str | None
    text: str
    stars: int | None
    versions: dict[str, Any]
    case: dict[str, Any]
    region: str | None
    department: str | None
    state: WorkState
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    outcome: Outcome | None
    reason: str


_ITEM = columns(work_items, WorkItem)


class WorkItemRepository:
    """Reads and writes work items within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(
        self,
        *,
        kind: WorkKind,
        conversation: str | None,
        text: str,
        now: datetime,
        stars: int | None = None,
        versions: dict[str, Any] | None = None,
        case: dict[str, Any] | None = None,
        region: str | None = None,
        department: str | None = None,
    ) -> WorkItem:
        """A new work item."""
        values: dict[str, Any] = {"kind": kind, "conversation": conversation, "text": text, "stars": stars}
        values |= {
            "versions": versions or {},
            "case": case or {},
            "region": region,
            "department": department,
            "state": "open",
            "opened_at": now,
            "reason": "",
        }
        return WorkItem(*self._connection.execute(work_items.insert().values(values).returning(*_ITEM)).one())

    def get(self, identifier: int) -> WorkItem | None:
        """One work item."""
        row = self._connection.execute(sa.select(*_ITEM).where(work_items.c.id == identifier)).one_or_none()
        return None if row is None else WorkItem(*row)

    def of_conversation(self, conversation: str) -> Sequence[WorkItem]:
        """Those of a conversation, oldest first."""
        wanted = sa.select(*_ITEM).where(work_items.c.conversation == conversation).order_by(work_items.c.id)
        return [WorkItem(*row) for row in self._connection.execute(wanted)]

    def list(self, state: WorkState, limit: int) -> Sequence[WorkItem]:
        """Open ones, oldest first: who has waited longest comes first. Closed ones, the last closed first."""
        order = (work_items.c.opened_at, work_items.c.id) if state == "open" else (work_items.c.closed_at.desc(), work_items.c.id.desc())
        wanted = sa.select(*_ITEM).where(work_items.c.state == state).order_by(*order).limit(limit)
        return [WorkItem(*row) for row in self._connection.execute(wanted)]

    def close(
        self, identifier: int, *, outcome: Outcome, reason: str, by: str, now: datetime, changed: dict[str, Any] | None = None
    ) -> WorkItem:
        """Close a work item.

        Args:
            identifier: its id.
            outcome: what came of it.
            reason: what the citizen is told.
            by: account.
            now: the moment.
            changed: what was changed; kept in the case.

        Raises:
            NotFoundError: there is none of this id that is open.
        """
        values: dict[str, Any] = {"state": "closed", "closed_at": now, "closed_by": by, "outcome": outcome, "reason": reason}
        still_open = sa.and_(work_items.c.id == identifier, work_items.c.state == "open")
        row = self._connection.execute(work_items.update().where(still_open).values(values).returning(*_ITEM)).one_or_none()
        if row is None:
            raise NotFoundError("没有这条待办，或者已经有人办结了。")
        item = WorkItem(*row)
        if changed is not None:
            case = item.case | {"changed": changed}
            again = work_items.update().where(work_items.c.id == identifier).values(case=case).returning(*_ITEM)
            item = WorkItem(*self._connection.execute(again).one())
        return item
