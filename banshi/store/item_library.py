"""What the province's item library (事项库) told: every change as it came, the three layers as they stand, and the tasks that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.errors import NotFoundError
from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata

ChangeState = Literal["kept", "refused"]
TaskKind = Literal["review-list", "review-guide", "review-draft", "missing-guide", "refused"]

catalogue_changes = sa.Table(
    "catalogue_changes",
    metadata,
    sa.Column("id", Name(80), primary_key=True),
    sa.Column("layer", Name(20), nullable=False),
    sa.Column("code", Name(80), nullable=False),
    sa.Column("parent", Name(80)),
    sa.Column("region", Name(20)),
    sa.Column("name", Words, nullable=False),
    sa.Column("kind", Name(10), nullable=False),
    sa.Column("at", Moment),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
    sa.Column("raw", sa.JSON, nullable=False),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("problems", sa.JSON, nullable=False),
    sa.Column("received_at", Moment, nullable=False, index=True),
)
catalogue_entries = sa.Table(
    "catalogue_entries",
    metadata,
    sa.Column("layer", Name(20), primary_key=True),
    sa.Column("code", Name(80), primary_key=True),
    sa.Column("parent", Name(80), index=True),
    sa.Column("region", Name(20)),
    sa.Column("name", Words, nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("guide", Name(80)),
    sa.Column("changed_at", Moment, nullable=False),
)
catalogue_tasks = sa.Table(
    "catalogue_tasks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("change", Name(80), sa.ForeignKey("catalogue_changes.id"), nullable=False),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("target", Name(200), nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("guide", Name(80)),
    sa.Column("region", Name(20)),
    sa.Column("department", Words),
    sa.Column("note", Words, nullable=False),
    sa.Column("draft", sa.Integer),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("due_on", sa.Date),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("done_at", Moment),
    sa.Column("done_by", Words),
    sa.Column("reason", Words, nullable=False),
    sa.UniqueConstraint("change", "kind", "target", name="uq_catalogue_tasks_change_kind_target"),
)


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        id: the library's own.
        layer: 基本目录, 实施清单 or 办事指南; what the library sent where that could not be understood.
        code: 基本编码, 实施编码 or 指南编码.
        parent: code of the layer above.
        kind: 新增, 修改 or 取消.
        at: when it was made there; None where that could not be understood.
        fields: what changed, by our names and labels.
        codes: field → code as it was sent.
        raw: the whole as it was sent.
        state: refused where something was not understood; `problems` tells what, each with row, field, message and known labels.
    """

    id: str
    layer: str
    code: str
    parent: str | None
    region: str | None
    name: str
    kind: str
    at: datetime | None
    fields: dict[str, Any]
    codes: dict[str, str]
    raw: dict[str, Any]
    state: ChangeState
    problems: list[dict[str, Any]]
    received_at: datetime


@dataclass(frozen=True)
class LibraryEntry:
    """One entry of a layer as it stands; `gone` when it was cancelled, `guide` the key of our guide."""

    layer: str
    code: str
    parent: str | None
    region: str | None
    name: str
    gone: bool
    fields: dict[str, Any]
    guide: str | None
    changed_at: datetime


@dataclass(frozen=True)
class ReviewTask:
    """One thing for an editor to look at.

    Attributes:
        change: id of the change it follows from.
        kind: review-list: a 清单; review-guide: a guide; review-draft: a draft that was prefilled; missing-guide: there is none;
            refused: the change was not understood.
        target: what makes it one of its kind: a code, or the address of a guide.
        guide, region: address of the guide; None where there is none.
        note: what the editor should know.
        draft: number of the prefilled revision.
        due_on: last day.
        reason: what became of it; "" while it is open.
    """

    id: int
    change: str
    kind: TaskKind
    target: str
    title: str
    guide: str | None
    region: str | None
    department: str | None
    note: str
    draft: int | None
    opened_at: datetime
    due_on: date | None
    state: Literal["open", "done"]
    done_at: datetime | None
    done_by: str | None
    reason: str


_CHANGE, _ENTRY, _TASK = columns(catalogue_changes, Change), columns(catalogue_entries, LibraryEntry), columns(catalogue_tasks, ReviewTask)


class ItemLibraryRepository:
    """Reads and writes what the item library told, within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep(self, change: Change) -> bool:
        """Keep a change; False, with nothing changed, when it is known."""
        insert = insert_new(self._connection, catalogue_changes).values(vars(change)).returning(catalogue_changes.c.id)
        return self._connection.execute(insert).one_or_none() is not None

    def understood(self, change: Change) -> bool:
        """Replace a refused change by what it is now read as; False when it is not refused any more."""
        refused = catalogue_changes.update().where(catalogue_changes.c.id == change.id, catalogue_changes.c.state == "refused")
        values = {name: value for name, value in vars(change).items() if name not in ("id", "received_at")}
        return self._connection.execute(refused.values(values)).rowcount == 1

    def changes(self, state: ChangeState | None, limit: int) -> Sequence[Change]:
        """Changes, the last received first."""
        wanted = sa.select(*_CHANGE).order_by(catalogue_changes.c.received_at.desc(), catalogue_changes.c.id.desc()).limit(limit)
        if state is not None:
            wanted = wanted.where(catalogue_changes.c.state == state)
        return [Change(*row) for row in self._connection.execute(wanted)]

    def change(self, identifier: str) -> Change | None:
        """One change."""
        row = self._connection.execute(sa.select(*_CHANGE).where(catalogue_changes.c.id == identifier)).one_or_none()
        return None if row is None else Change(*row)

    def put(self, entry: LibraryEntry) -> bool:
        """Write an entry as it stands now; False, with nothing changed, when a later change of it was written before."""
        values = vars(entry)
        if self._connection.execute(insert_new(self._connection, catalogue_entries).values(values)).rowcount == 1:
            return True
        same = (catalogue_entries.c.layer == entry.layer, catalogue_entries.c.code == entry.code)
        older = catalogue_entries.update().where(*same, catalogue_entries.c.changed_at <= entry.changed_at)
        return self._connection.execute(older.values(values)).rowcount == 1

    def entry(self, layer: str, code: str) -> LibraryEntry | None:
        """One entry."""
        same = (catalogue_entries.c.layer == layer, catalogue_entries.c.code == code)
        row = self._connection.execute(sa.select(*_ENTRY).where(*same)).one_or_none()
        return None if row is None else LibraryEntry(*row)

    def entries(self, layer: str, *, parent: str | None = None) -> Sequence[LibraryEntry]:
        """Entries of a layer that are in use, by code; with a parent only those below it."""
        wanted = sa.select(*_ENTRY).where(catalogue_entries.c.layer == layer, sa.not_(catalogue_entries.c.gone))
        if parent is not None:
            wanted = wanted.where(catalogue_entries.c.parent == parent)
        return [LibraryEntry(*row) for row in self._connection.execute(wanted.order_by(catalogue_entries.c.code))]

    def open_task(
        self,
        *,
        change: str,
        kind: TaskKind,
        target: str,
        title: str,
        note: str,
        now: datetime,
        guide: str | None = None,
        region: str | None = None,
        department: str | None = None,
        due_on: date | None = None,
    ) -> bool:
        """A new task; False, with nothing changed, when this change has one of this kind and target."""
        values = {"change": change, "kind": kind, "target": target, "title": title, "note": note, "opened_at": now}
        values |= {"guide": guide, "region": region, "department": department, "due_on": due_on, "state": "open", "reason": ""}
        return self._connection.execute(insert_new(self._connection, catalogue_tasks).values(values)).rowcount == 1

    def task(self, identifier: int) -> ReviewTask | None:
        """One task."""
        row = self._connection.execute(sa.select(*_TASK).where(catalogue_tasks.c.id == identifier)).one_or_none()
        return None if row is None else ReviewTask(*row)

    def tasks(self, state: Literal["open", "done"], *, overdue_on: date | None = None, limit: int = 500) -> Sequence[ReviewTask]:
        """Tasks: open ones by the day on which they are due, those without one last; done ones the last done first.

        Args:
            state: open or done.
            overdue_on: only those whose last day lies before this day.
            limit: at most so many.
        """
        wanted = sa.select(*_TASK).where(catalogue_tasks.c.state == state).limit(limit)
        if overdue_on is not None:
            wanted = wanted.where(catalogue_tasks.c.due_on < overdue_on)
        no_day = sa.case((catalogue_tasks.c.due_on.is_(None), 1), else_=0)
        open_first = (no_day, catalogue_tasks.c.due_on, catalogue_tasks.c.id)
        order = open_first if state == "open" else (catalogue_tasks.c.done_at.desc(), catalogue_tasks.c.id.desc())
        return [ReviewTask(*row) for row in self._connection.execute(wanted.order_by(*order))]

    def without_draft(self) -> Sequence[ReviewTask]:
        """Open tasks whose draft has not been made."""
        waiting = (catalogue_tasks.c.kind == "review-draft", catalogue_tasks.c.state == "open", catalogue_tasks.c.draft.is_(None))
        wanted = sa.select(*_TASK).where(*waiting, catalogue_tasks.c.note == "").order_by(catalogue_tasks.c.id)
        return [ReviewTask(*row) for row in self._connection.execute(wanted)]

    def drafted(self, identifier: int, number: int | None, note: str) -> None:
        """Note the draft of a task, or why there is none."""
        self._connection.execute(catalogue_tasks.update().where(catalogue_tasks.c.id == identifier).values(draft=number, note=note))

    def done(self, identifier: int, *, reason: str, by: str, now: datetime) -> ReviewTask:
        """Close a task.

        Raises:
            NotFoundError: there is none of this id that is open.
        """
        still_open = (catalogue_tasks.c.id == identifier, catalogue_tasks.c.state == "open")
        values = {"state": "done", "done_at": now, "done_by": by, "reason": reason}
        row = self._connection.execute(catalogue_tasks.update().where(*still_open).values(values).returning(*_TASK)).one_or_none()
        if row is None:
            raise NotFoundError("没有这条任务，或者已经有人办结了。")
        return ReviewTask(*row)

    def refused(self) -> int:
        """How many changes were not understood."""
        refused = sa.select(sa.func.count()).select_from(catalogue_changes).where(catalogue_changes.c.state == "refused")
        return int(self._connection.execute(refused).scalar_one())
