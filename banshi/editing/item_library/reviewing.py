"""Tasks that follow from the item library as editors see them, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.editing.actor import SEED, Actor
from banshi.editing.errors import EditingError, NotFoundError
from banshi.knowledge.regions import PROVINCE
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.errors import NotFoundError as NoSuchTaskError
from banshi.store.item_library import Change, ChangeState, ItemLibraryRepository, ReviewTask
from banshi.store.knowledge import KnowledgeRepository

SHORTEST_REASON = 4
KIND_LABELS = {
    "review-list": "核对实施清单",
    "review-guide": "修订办事指南",
    "review-draft": "审核预填草稿",
    "missing-guide": "缺办事指南",
    "refused": "读不懂的变更",
}


class ItemReview:
    """Reads and closes tasks.

    Args:
        database: the store.
        now: the clock, with the time zone in which days are counted.
    """

    def __init__(self, database: sa.Engine, *, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def tasks(self, state: Literal["open", "done"], *, overdue: bool = False) -> list[dict[str, Any]]:
        """Open ones, the first due first; done ones, the last done first.

        Args:
            state: open or done.
            overdue: only those whose last day is past and whose guide nobody has published since.
        """
        today = self._now().date()
        with read(self._database) as connection:
            found = ItemLibraryRepository(connection).tasks(state, overdue_on=today if overdue else None)
            rows = [self._row(connection, task) for task in found]
        return [row for row in rows if row["overdue"]] if overdue else rows

    def task(self, identifier: int) -> ReviewTask:
        """One task.

        Raises:
            NotFoundError: there is none of this id.
        """
        with read(self._database) as connection:
            found = ItemLibraryRepository(connection).task(identifier)
        if found is None:
            raise NotFoundError("没有这条任务，请刷新。")
        return found

    def done(self, identifier: int, *, reason: str, actor: Actor) -> dict[str, Any]:
        """Close a task.

        Raises:
            EditingError: the reason says too little.
            NotFoundError: there is none of this id that is open.
        """
        if len(reason.strip()) < SHORTEST_REASON:
            raise EditingError(f"办结要写明怎么处理的，至少{SHORTEST_REASON}个字。")
        now = self._now()
        try:
            with write(self._database) as connection:
                task = ItemLibraryRepository(connection).done(identifier, reason=reason.strip(), by=actor.account, now=now)
                detail = {"change": task.change, "kind": task.kind, "reason": task.reason}
                AuditLedger(connection).append(
                    actor=actor.account, action="items.done", target=f"catalogue-task/{task.id}", detail=detail, now=now
                )
                return self._row(connection, task)
        except NoSuchTaskError as error:
            raise NotFoundError("没有这条任务，或者已经有人办结了，请刷新。") from error

    def changes(self, state: ChangeState | None, limit: int) -> list[dict[str, Any]]:
        """Changes as they came, the last first."""
        with read(self._database) as connection:
            return [_change(change) for change in ItemLibraryRepository(connection).changes(state, limit)]

    def _row(self, connection: sa.Connection, task: ReviewTask) -> dict[str, Any]:
        change = ItemLibraryRepository(connection).change(task.change)
        published = None
        if task.guide is not None:
            head = KnowledgeRepository(connection).head("guide", task.guide, task.region or PROVINCE)
            by_people = head is not None and head.published is not None and head.published.author != SEED.account
            published = head.published.published_at if head is not None and head.published is not None and by_people else None
        # What people published since the library changed is the revision that was asked for; an editor closes the task.
        since = published if change is not None and change.at is not None and published is not None and published >= change.at else None
        overdue = task.state == "open" and since is None and task.due_on is not None and task.due_on < self._now().date()
        return {
            "id": task.id,
            "kind": task.kind,
            "label": KIND_LABELS[task.kind],
            "title": task.title,
            "note": task.note,
            "guide": task.guide,
            "region": task.region,
            "department": task.department,
            "draft": task.draft,
            "opened_at": task.opened_at.isoformat(),
            "due_on": task.due_on.isoformat() if task.due_on is not None else None,
            "overdue": overdue,
            "republished_at": since.isoformat() if since is not None else None,
            "state": task.state,
            "done_at": task.done_at.isoformat() if task.done_at is not None else None,
            "done_by": task.done_by,
            "reason": task.reason,
            "change": _change(change) if change is not None else None,
        }


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "layer": change.layer,
        "code": change.code,
        "parent": change.parent,
        "region": change.region,
        "name": change.name,
        "kind": change.kind,
        "at": change.at.isoformat() if change.at is not None else None,
        "fields": change.fields,
        "codes": change.codes,
        "state": change.state,
        "problems": change.problems,
        "received_at": change.received_at.isoformat(),
    }
