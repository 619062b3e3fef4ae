"""What knowledge is made from, as plain data: records that editors change, and the frame around them.

A record stands at an address: its kind, its key and its region. It may have several editions, one for each day from which one is in
force; a later edition takes over on its day. A guide of a region below the province holds only what that region changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.regions import PROVINCE

try:
    _Loader: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML without libyaml
    _Loader = yaml.SafeLoader

Content = dict[str, Any]
"""A record as JSON: the fields of its YAML form."""
KINDS = ("guide", "qa", "policy", "lexicon")
FRAME = ("halls.yml", "outside.yml", "elsewhere.yml", "superseded.yml")


class Address(NamedTuple):
    """Where a record stands."""

    kind: str
    key: str
    region: str = PROVINCE

    @property
    def label(self) -> str:
        """As errors name it."""
        return f"{self.kind} {self.key}" if self.region == PROVINCE else f"{self.kind} {self.key}（{self.region}）"


@dataclass(frozen=True)
class Sources:
    """Everything knowledge is assembled from."""

    records: Mapping[Address, tuple[Content, ...]]
    """editions, the earliest first; at least one each"""
    frame: Mapping[str, Any]
    """regions.csv as text, the other files as parsed"""
    origins: Mapping[Address, str] = field(default_factory=dict, compare=False)
    """the file a record was read from, for messages"""

    @cached_property
    def version(self) -> str:
        """Hash over every value that answers come from, whatever the order of fields. The golden questions are not among them."""
        return hashlib.sha256(self._json(sort_keys=True).encode()).hexdigest()[:16]

    def where(self, address: Address) -> str:
        """Where a record is, for messages."""
        return self.origins.get(address) or address.label

    def replaced(self, changes: Mapping[Address, tuple[Content, ...]]) -> Sources:
        """The same with some records changed, added or, where there is no edition, taken away."""
        records = {**self.records, **changes}
        return Sources({address: editions for address, editions in records.items() if editions}, self.frame, self.origins)

    def to_json(self) -> str:
        """One text that `from_json` reads. Fields keep their order: answers are told in it."""
        return self._json()

    def _json(self, *, sort_keys: bool = False) -> str:
        rows = [[*address, list(self.records[address])] for address in sorted(self.records)]
        return json.dumps({"records": rows, "frame": dict(self.frame)}, ensure_ascii=False, sort_keys=sort_keys)

    @classmethod
    def from_json(cls, text: str) -> Sources:
        """Read what `to_json` wrote."""
        raw = json.loads(text)
        return cls({Address(kind, key, region): tuple(editions) for kind, key, region, editions in raw["records"]}, raw["frame"])


def editions_of(contents: Iterable[Content]) -> tuple[Content, ...]:
    """Editions out of everything that was ever published for one record, the oldest revision first.

    Of the same day the last word counts: it corrected the ones before. What has no day is in force since ever.
    """
    by_day = {str(content.get("valid_from") or ""): content for content in contents}
    return tuple(by_day[day] for day in sorted(by_day))


def read_yaml(path: Path) -> Any:
    """Parse a YAML file.

    Raises:
        KnowledgeError: the file is not YAML; the message has file and line.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (the safe loader, in C where it is built)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: 不是有效的 YAML 文件（{str(error).replace(chr(10), ' ')}）") from error


def plain(value: Any) -> Any:
    """A parsed YAML value as JSON has it: days as text, keys as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def read_sources(root: Path) -> Sources:
    """Read a knowledge folder.

    Args:
        root: holds guides/*.yml (and guides/REGION/*.yml for what a region changes), qa/*.yml, policies/*.yml, lexicon/*.yml,
            regions.csv, halls.yml, outside.yml, elsewhere.yml.

    Raises:
        KnowledgeError: the folder is no knowledge folder, or a file is malformed or repeats a record.
    """
    if not (root / "guides").is_dir() or not (root / "regions.csv").is_file():
        raise KnowledgeError(f"{root} 不是知识目录：缺少 guides/ 或 regions.csv")
    records: dict[Address, tuple[Content, ...]] = {}
    origins: dict[Address, str] = {}

    def add(address: Address, raw: Any, origin: str) -> None:
        if not isinstance(raw, dict):
            raise KnowledgeError(f"{origin}：应当是一个对象")
        if address in records:
            raise KnowledgeError(f"{origin}：{address.key} 重复")
        records[address], origins[address] = (plain(raw),), origin

    for path in sorted((root / "guides").glob("*.yml")):
        raw = read_yaml(path)
        if isinstance(raw, dict) and raw.get("id") != path.stem:
            raise KnowledgeError(f"{path.name}：id {raw.get('id')} 与文件名不一致")
        add(Address("guide", path.stem), raw, path.name)
    for path in sorted((root / "guides").glob("*/*.yml")):
        add(Address("guide", path.stem, path.parent.name), read_yaml(path), f"{path.parent.name}/{path.name}")
    for path in sorted((root / "qa").glob("*.yml")):
        for raw in read_yaml(path) or []:
            key = str(raw.get("id", "（缺 id）")) if isinstance(raw, dict) else str(raw)[:20]
            add(Address("qa", key), raw, f"{path.name} {key}")
    for path in sorted((root / "policies").glob("*.yml")):
        add(Address("policy", path.stem), read_yaml(path), path.name)
    for path in sorted((root / "lexicon").glob("*.yml")):
        add(Address("lexicon", path.stem), {"entries": read_yaml(path)}, path.name)
    frame: dict[str, Any] = {"regions.csv": (root / "regions.csv").read_text(encoding="utf-8")}
    for name in FRAME:
        if (root / name).is_file():
            frame[name] = plain(read_yaml(root / name))
    return Sources(records, frame, origins)
