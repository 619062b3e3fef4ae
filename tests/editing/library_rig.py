"""The item library in front of a small store, for tests of what follows from its changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from banshi.connect.items.demo import DemoItems
from banshi.connect.items.port import ItemLibrary
from banshi.editing.item_library.pulling import ItemPulling
from banshi.editing.item_library.reviewing import ItemReview
from banshi.store.database import read
from banshi.store.feeds import Feed, FeedRepository
from banshi.store.knowledge import Head, KnowledgeRepository
from tests.editing.small import Desk

NAME = "居民身份证丢失补领"


class Clock:
    """Time as the test tells it; it begins at the real time, since releases are ordered by that."""

    def __init__(self) -> None:
        self.moment = datetime.now(ZoneInfo("Asia/Shanghai"))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **length: float) -> None:
        self.moment += timedelta(**length)


@dataclass
class LibraryRig:
    """What pulls, and what shows the tasks."""

    desk: Desk
    clock: Clock
    pulling: ItemPulling
    review: ItemReview

    def open(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Open tasks, of a kind."""
        return [row for row in self.review.tasks("open") if kind is None or row["kind"] == kind]

    def feed(self) -> Feed:
        """How far the library was read."""
        with read(self.desk.database) as connection:
            [feed] = FeedRepository(connection).all()
        return feed

    def head(self, region: str = "220000") -> Head:
        """The guide that the changes are about."""
        with read(self.desk.database) as connection:
            head = KnowledgeRepository(connection).head("guide", "hz-idcard-reissue", region)
        assert head is not None
        return head


def rig(desk: Desk, library: ItemLibrary | None = None, *, clock: Clock | None = None) -> LibraryRig:
    """A rig over a library, the demo by default."""
    clock = clock or Clock()
    library = library if library is not None else DemoItems(now=clock)
    pulling = ItemPulling(desk.database, library, desk.workflow, lambda: desk.engine().knowledge, now=clock)
    return LibraryRig(desk, clock, pulling, ItemReview(desk.database, now=clock))


def change(number: int, layer: str, kind: str, at: datetime, **more: Any) -> Mapping[str, Any]:
    """One change, as `DemoItems` takes it: JB-1 is above SS-1, and SS-1 above ZN-1."""
    codes = {"基本目录": ("JB-1", None), "实施清单": ("SS-1", "JB-1"), "办事指南": ("ZN-1", "SS-1")}
    code, parent = codes[layer]
    usual = {"id": f"C-{number}", "layer": layer, "code": code, "parent": parent, "region": None, "name": NAME, "kind": kind, "at": at}
    return usual | {"fields": {}} | more


def told(desk: Desk, changes: Sequence[Mapping[str, Any]], clock: Clock, *, page: int = 2) -> LibraryRig:
    """A rig over a library with these changes."""
    return rig(desk, DemoItems(now=clock, changes=changes, page=page), clock=clock)
