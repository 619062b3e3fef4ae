"""Related items: what a citizen may want after an item, read from `related.yml`.

They stand beside the records and are no part of an index: they find nothing, they lead on from what was found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import Field

from banshi.knowledge.beside import read_list
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide, Record

MOST = 3
"""More than three are a list to read, not a way on."""


class RelatedItem(Record):
    """Where an item leads, and a few words why."""

    item: str
    why: str = Field(min_length=2, max_length=12)


class Entry(Record):
    """What one guide leads to, the most useful first."""

    guide: str
    related: tuple[RelatedItem, ...] = ()


@dataclass(frozen=True)
class Related:
    """What every guide leads to."""

    by_guide: Mapping[str, tuple[RelatedItem, ...]] = field(default_factory=dict)

    def shown_under(self, guide: str, guides: Mapping[str, Guide], day: date) -> list[tuple[Guide, str]]:
        """The guides to lead on to and why, at most three.

        Args:
            guide: id of the guide that was told.
            guides: the guides in use, by id.
            day: the day it is. A guide out of use by then, and one that is not there any more, is left out.
        """
        found = ((guides.get(one.item), one.why) for one in self.by_guide.get(guide, ()))
        return [(other, why) for other, why in found if other is not None and not other.retired_on(day)]


def load_related(path: Path, guides: Collection[str]) -> Related:
    """Read the related items and check them against the ids of the guides; no file, none.

    Raises:
        KnowledgeError: the file is malformed, names an item that there is not, leads an item to itself or twice to another, gives an item
            more than three, or has two entries for one.
    """
    by_guide: dict[str, tuple[RelatedItem, ...]] = {}
    for entry in read_list(path, Entry):
        if entry.guide in by_guide:
            raise KnowledgeError(f"{path.name}：{entry.guide} 写了两次，请合成一处")
        _check(entry, guides, f"{path.name} {entry.guide}")
        by_guide[entry.guide] = entry.related
    return Related(by_guide)


def _check(entry: Entry, guides: Collection[str], where: str) -> None:
    items = [one.item for one in entry.related]
    for item in (entry.guide, *items):
        if item not in guides:
            raise KnowledgeError(f"{where}：没有事项“{item}”的办事指南")
    if entry.guide in items:
        raise KnowledgeError(f"{where}：相关事项里写了它自己")
    if len(set(items)) < len(items):
        raise KnowledgeError(f"{where}：同一个相关事项写了两次")
    if len(items) > MOST:
        raise KnowledgeError(f"{where}：写了 {len(items)} 个相关事项，最多 {MOST} 个")
