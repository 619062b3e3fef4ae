"""Which of our guides an entry of the item library is about: by its codes, else by its very name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from banshi.connect.items.port import CATALOGUE
from banshi.knowledge.regions import PROVINCE
from banshi.store.knowledge import Head, KnowledgeRepository


@dataclass(frozen=True)
class Linked:
    """A guide that an entry is about; `by_name` where no code says so."""

    head: Head
    by_name: bool

    @property
    def content(self) -> dict[str, Any]:
        """What the guide says now, published or not."""
        return content_of(self.head)


def content_of(head: Head) -> dict[str, Any]:
    """What an editor would go on from."""
    shown = head.published if head.head.state in ("discarded", "withdrawn") and head.published is not None else head.head
    return shown.content


class Guides:
    """All guides of the store at one moment, by code and by name."""

    def __init__(self, connection: sa.Connection) -> None:
        self._by_address: dict[tuple[str, str], Head] = {}
        self._by_code: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._by_name: dict[str, list[Head]] = defaultdict(list)
        for head in KnowledgeRepository(connection).heads(kind="guide"):
            content = content_of(head)
            self._by_address[head.key, head.region] = head
            for field in ("catalog_code", "task_code"):
                if content.get(field):
                    self._by_code[field, str(content[field])].append(head)
            if head.region == PROVINCE and content.get("task_name"):
                self._by_name[str(content["task_name"])].append(head)

    def at(self, key: str, region: str | None) -> Head | None:
        """The guide, or what a region changes in it."""
        return self._by_address.get((key, region or PROVINCE))

    def of(self, layer: str, codes: Sequence[str], name: str) -> list[Linked]:
        """The guides of an entry.

        Args:
            layer: of the entry; a 基本目录 code may be that of several guides.
            codes: its own, and that of the 实施清单 where it is a 办事指南.
            name: 事项名称.
        """
        field = "catalog_code" if layer == CATALOGUE else "task_code"
        coded = [head for code in codes for head in self._by_code.get((field, code), ())]
        if coded:
            return [Linked(head, by_name=False) for head in {head.key: head for head in coded}.values()]
        named = self._by_name.get(name, [])
        # Of two guides with one name nobody knows which is meant.
        return [Linked(named[0], by_name=True)] if len(named) == 1 else []
