"""“跨省通办”: the batches of the national list, the items of it whose names have a source, and regional agreements.

Read from `cross_province.yml`, beside the records and no part of an index. Of the list's 140 items only those are named here that a
source names; what is not named is not made up. Sources: 国办发〔2020〕35号 and 吉林省加快推进政务服务“跨省通办”工作方案.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide, Record
from banshi.knowledge.library import checked
from banshi.knowledge.sources import read_yaml

log = logging.getLogger(__name__)
FILE = "cross_province.yml"
ONLINE_DEPTH = "IV级"
"""网办深度 of what is done online from beginning to end (吉政办发〔2021〕14号)."""


class Mode(StrEnum):
    """How something is handled across provinces. The value is the label shown to people."""

    ONLINE = "全程网办"
    COLLECTED = "异地代收代办"
    JOINT = "多地联办"
    ANYWHERE = "全国通办"
    """Not one of the three of 国办发〔2020〕35号: any place in the country decides itself, as of marriages since May 2025."""


class Batch(Record):
    """One batch of the national list."""

    year: int = Field(ge=2020, le=2040)
    name: str
    until: str
    """by when it was to be there, in the plan's words"""
    count: int = Field(ge=1, le=1000)


class ListedItem(Record):
    """An item of the list, by the name that a source gives it."""

    name: str = Field(min_length=2)
    year: int
    """Of its batch."""
    mode: Mode
    guide: str | None = None
    """Id of our office guide for it."""
    lead: str | None = None
    """牵头单位, where the source tells."""
    source: str


class Agreement(Record):
    """Provinces that handle things for each other besides the national list (区域通办, 特色跨省通办)."""

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    name: str
    kind: Literal["区域通办", "特色跨省通办"]
    provinces: tuple[str, ...]
    """Jilin's partners; empty: the source does not tell."""
    items: tuple[str, ...] | None
    """What is opened; None: the source does not tell, and nobody guesses."""
    source: str


class _File(Record):
    batches: tuple[Batch, ...] = ()
    items: tuple[ListedItem, ...] = ()
    agreements: tuple[Agreement, ...] = ()


@dataclass(frozen=True)
class CrossProvince:
    """Everything of the file.

    Attributes:
        batches: of the national list, oldest first.
        items: those that have a name, by name.
        agreements: regional ones.
    """

    batches: tuple[Batch, ...] = ()
    items: Mapping[str, ListedItem] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()

    @property
    def count(self) -> int:
        """How many items the list has, named here or not."""
        return sum(batch.count for batch in self.batches)

    def name_of(self, guide: str) -> str | None:
        """The list's name of what a guide is about; None when it has none."""
        return next((item.name for item in self.items.values() if item.guide == guide), None)

    def with_province(self, province: str) -> tuple[Agreement, ...]:
        """Agreements with a province."""
        return tuple(one for one in self.agreements if province in one.provinces)


def load_cross_province(path: Path, guides: Mapping[str, Guide]) -> CrossProvince:
    """Read the file and check it against the guides; no file, nothing.

    Raises:
        KnowledgeError: the file is malformed, names a guide that there is not, repeats a name, has more names than its batch has items, or
            says 全程网办 of what its guide says cannot be done online from beginning to end.
    """
    raw: Any = read_yaml(path) if path.is_file() else None
    if raw is None:
        return CrossProvince()
    read = checked(_File, raw, path.name)
    items: dict[str, ListedItem] = {}
    linked: dict[str, str] = {}
    for item in read.items:
        where = f"{path.name} {item.name}"
        if item.name in items:
            raise KnowledgeError(f"{where}：写了两次")
        items[item.name] = item
        if item.guide is None:
            continue
        if item.guide in linked:
            raise KnowledgeError(f"{where}：办事指南 {item.guide} 已经对应“{linked[item.guide]}”，一份指南只能对应一项")
        linked[item.guide] = item.name
        if item.guide not in guides:
            if guides:
                raise KnowledgeError(f"{where}：没有办事指南 {item.guide}")
            continue
        depth = guides[item.guide].online_handle_depth.text
        if item.mode is Mode.ONLINE and not depth.startswith(ONLINE_DEPTH):
            raise KnowledgeError(f"{where}：写的是全程网办，但办事指南 {item.guide} 的网办深度是“{depth}”")
    for batch in read.batches:
        named = sum(item.year == batch.year for item in items.values())
        if named > batch.count:
            raise KnowledgeError(f"{path.name}：{batch.name}共 {batch.count} 项，写了 {named} 个名称")
    if stray := next((item for item in items.values() if item.year not in {batch.year for batch in read.batches}), None):
        raise KnowledgeError(f"{path.name} {stray.name}：没有 {stray.year} 这个批次")
    return CrossProvince(read.batches, items, read.agreements)


def cross_province_or_none(root: Path, guides: Mapping[str, Guide]) -> CrossProvince:
    """The same from a knowledge folder. A mistake in the file takes all of it away and nothing else; the log says why."""
    try:
        return load_cross_province(root / FILE, guides)
    except KnowledgeError as error:
        log.error("跨省通办 is not offered: %s", error)
        return CrossProvince()
