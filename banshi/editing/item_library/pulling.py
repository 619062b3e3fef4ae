"""Reading the item library, and the drafts that its changes of guides become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from banshi.connect.items.port import GUIDE, LIST, ItemLibrary
from banshi.editing.actor import ITEM_LIBRARY
from banshi.editing.errors import EditingError
from banshi.editing.feeding import Feed, Page
from banshi.editing.item_library.cascade import read_again, take_changes
from banshi.editing.item_library.linking import Guides, content_of
from banshi.editing.item_library.prefilling import prefill
from banshi.editing.workflow import Workflow
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address
from banshi.store.database import read, write
from banshi.store.item_library import Change, ItemLibraryRepository, ReviewTask

FEED = "items"
_CHANGED_AGAIN = "事项库后来又改了这一条，以后面的任务为准。"
_PENDING = ("draft", "submitted", "approved")


@dataclass(frozen=True)
class Pulled:
    """What one reading brought: new changes, changes that are understood by now, and drafts."""

    new: int
    understood: int
    drafted: int


class ItemPulling:
    """Reads what is new.

    Args:
        database: the store.
        library: the port, guarded.
        workflow: saves drafts.
        knowledge: gives the knowledge in use, for its regions; None while there is none.
        now: the clock, time zone included.
    """

    def __init__(
        self,
        database: sa.Engine,
        library: ItemLibrary,
        workflow: Workflow,
        knowledge: Callable[[], Knowledge | None],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._library, self._workflow, self._knowledge, self._now = database, library, workflow, knowledge, now
        self._feed = Feed(FEED, database, ask=self._ask, take=self._take, now=now)

    def pull(self, *, even_if_early: bool = False) -> Pulled | None:
        """Read the library to its end, if it is due; None when it is not, or another process reads it.

        Raises:
            FeedFailedError: see `Feed.pull`. What was read is kept, and becomes drafts with the next reading.
        """
        new = self._feed.pull(even_if_early=even_if_early)
        if new is None:
            return None
        return Pulled(new, self._understood(), self._drafted())

    def _ask(self, cursor: str | None) -> Page[object]:
        page = self._library.changes(cursor)
        return Page(page.changes, page.cursor, page.more)

    def _take(self, connection: sa.Connection, rows: tuple[object, ...], now: datetime) -> int:
        return take_changes(connection, rows, now, known_region=self._known)  # type: ignore[arg-type]

    def _known(self, region: str) -> bool:
        knowledge = self._knowledge()
        return knowledge is not None and region in knowledge.regions

    def _understood(self) -> int:
        """Take what was refused and is understood now that a label was added."""
        with read(self._database) as connection:
            refused = ItemLibraryRepository(connection).changes("refused", 1000)
        done = 0
        for kept in reversed(refused):
            change = self._library.understand(kept.raw)
            if not change.problems:
                with write(self._database) as connection:
                    done += read_again(connection, change, self._now(), known_region=self._known)
        return done

    def _drafted(self) -> int:
        """Prefill the drafts that wait for it; a process that was killed before it noted a draft finds it saved."""
        with read(self._database) as connection:
            waiting = ItemLibraryRepository(connection).without_draft()
        return sum(self._draft(task) for task in waiting)

    def _draft(self, task: ReviewTask) -> bool:
        """Prefill one; where the library has changed the entry again since, the later change's task stands for it."""
        with write(self._database) as connection:
            repository = ItemLibraryRepository(connection)
            change = repository.change(task.change)
            assert change is not None
            newest = repository.entry(GUIDE, change.code)
            if newest is not None and change.at is not None and newest.changed_at > change.at:
                repository.done(task.id, reason=_CHANGED_AGAIN, by=ITEM_LIBRARY.account, now=self._now())
                return False
        number, note = self._saved(task, change)
        with write(self._database) as connection:
            ItemLibraryRepository(connection).drafted(task.id, number, note)
        return number is not None

    def _saved(self, task: ReviewTask, change: Change) -> tuple[int | None, str]:
        """The number of the draft, or None, and what the editor should know."""
        with read(self._database) as connection:
            guides = Guides(connection)
            above_code = ItemLibraryRepository(connection).entry(LIST, change.parent) if change.parent is not None else None
        region, province = task.region or PROVINCE, guides.at(task.guide or "", PROVINCE)
        head = guides.at(task.guide or "", region)
        if province is None:
            return None, "办事指南已经不在，没有预填。"
        before = (
            content_of(head) if head is not None else {"id": province.key, "region": region, "valid_from": self._now().date().isoformat()}
        )
        if head is not None and head.head.state in _PENDING and head.head.author != ITEM_LIBRARY.account:
            return (
                None,
                f"{head.head.author_name}正在改这一条（第 {head.head.number} 版），没有预填，以免盖掉。事项库现在的内容见变更记录。",
            )
        codes = {"task_code": change.parent} if change.parent is not None else {}
        if above_code is not None and above_code.parent is not None:
            codes["catalog_code"] = above_code.parent
        whole = content_of(province) if region == PROVINCE else {**content_of(province), **before}
        made = prefill(before, whole, change.fields, codes=codes, region=region)
        told = f"预填了：{'、'.join(made.filled) or '没有'}。" + "".join(made.left)
        if made.content == before:
            own = head is not None and head.head.author == ITEM_LIBRARY.account and head.head.state == "draft"
            return (head.head.number if own and head is not None else None), f"办事指南已经是这样，没有要预填的。{''.join(made.left)}"
        try:
            saved = self._workflow.save(
                Address("guide", province.key, region),
                made.content,
                expected=head.head.number if head is not None else None,
                reason=f"事项库变更 {change.id}",
                actor=ITEM_LIBRARY,
            )
        except EditingError as error:  # somebody saved meanwhile: their draft stays
            return None, f"没有预填：{error.detail}"
        return saved.head.number, told
