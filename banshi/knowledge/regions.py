"""The region tree: province → prefecture → county → town, and functional zones outside GB/T 2260.

Source of codes: GB/T 2260 and the statistical division codes of 国家统计局; zones named in 吉政办发〔2021〕14号.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from banshi.knowledge.errors import KnowledgeError

PROVINCE = "220000"
LEVELS = ("province", "prefecture", "county", "functional", "township")

# A bare place name must not be read out of these words: 吉林省, 长白山 and the like are handled by longest match; these are not places.
_NOT_PLACES = (
    *("朝阳产业", "朝阳银行", "西安市", "陕西西安", "铁西瓜", "已经开", "游船营", "高新技术企业", "高新企业"),
    *("北京朝阳", "北京市朝阳", "辽宁朝阳", "沈阳铁西"),
)


@dataclass(frozen=True)
class Region:
    """One node. `id` is the GB/T 2260 or statistical code, or JL-… for a zone that has none."""

    id: str
    name: str
    level: str
    parent: str | None
    aliases: tuple[str, ...] = ()
    note: str = ""


@dataclass
class RegionTree:
    """All regions of the province.

    Raises:
        KnowledgeError: a parent is missing, an id is repeated or a level is unknown.
    """

    regions: dict[str, Region]
    _names: dict[str, list[str]] = field(init=False, repr=False)
    _pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for region in self.regions.values():
            if region.parent is not None and region.parent not in self.regions:
                raise KnowledgeError(f"regions.csv: {region.id} {region.name} 的上级 {region.parent} 不在表中")
            if region.level not in LEVELS:
                raise KnowledgeError(f"regions.csv: {region.id} {region.name} 的级别 {region.level} 未知，可用 {'、'.join(LEVELS)}")
        names: dict[str, list[str]] = {}
        for region in self.regions.values():
            for name in (region.name, *region.aliases):
                names.setdefault(name, []).append(region.id)
        self._names = names
        # Short town names (新立, 红旗) stand inside ordinary words, so a town is recognised by its full name only.
        self._pattern = re.compile("|".join(re.escape(name) for name in sorted([*names, *_NOT_PLACES], key=len, reverse=True)))

    @classmethod
    def load(cls, path: Path) -> RegionTree:
        """Read `regions.csv` (columns id, name, level, parent, aliases separated by semicolons, note)."""
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, table: str) -> RegionTree:
        """The tree of a table as `load` reads it."""
        regions: dict[str, Region] = {}
        for row in csv.DictReader(io.StringIO(table, newline="")):
            if row["id"] in regions:
                raise KnowledgeError(f"regions.csv: 代码 {row['id']} 重复（{row['name']}）")
            aliases = tuple(alias for alias in row["aliases"].split(";") if alias)
            regions[row["id"]] = Region(row["id"], row["name"], row["level"], row["parent"] or None, aliases, row["note"])
        return cls(regions)

    def __contains__(self, region: str) -> bool:
        return region in self.regions

    def name(self, region: str) -> str:
        """The name with the prefecture in front where that helps: 延边朝鲜族自治州延吉市."""
        node = self.regions[region]
        parent = self.regions.get(node.parent or "")
        return node.name if parent is None or parent.level == "province" else f"{parent.name}{node.name}"

    def name_below(self, region: str | None, above: str) -> str | None:
        """The name of a citizen's place when it is known and not the place that `above` rules for: what is its own is not held there."""
        return None if region is None or region == above or region not in self.regions else self.name(region)

    def lineage(self, region: str) -> list[str]:
        """The region and those above it, nearest first, ending with the province."""
        line: list[str] = []
        current: str | None = region
        while current is not None:
            line.append(current)
            current = self.regions[current].parent
        return line

    def find(self, text: str) -> list[Region]:
        """Regions named in a text, in order; of several with one name the higher level, so that 通化 asks for the city first."""
        found: list[Region] = []
        for match in self._pattern.finditer(text):
            ids = self._names.get(match[0], [])
            # The province's own name (吉林) is said in every second sentence and narrows nothing down.
            nodes = sorted((self.regions[i] for i in ids), key=lambda node: LEVELS.index(node.level))
            if nodes and nodes[0].level != "province" and nodes[0] not in found:
                found.append(nodes[0])
        # 延边州延吉市 names one place, the lower.
        return [node for node in found if not any(other is not node and node.id in self.lineage(other.id) for other in found)]

    def names(self) -> dict[str, list[str]]:
        """Every name and alias with the ids it stands for."""
        return self._names
