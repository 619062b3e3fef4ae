"""The port to the province's item library (政务服务事项库): it tells what changes in its three layers.

基本目录 says what an item is, the same in the whole province; 实施清单 who does it in a region, and how; 办事指南 what citizens read.
Each entry names the code of the entry above it. A change is never guessed at: where a label is not known, or a code and the label
beside it disagree, the change comes all the same, with the problems and without the fields in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

CATALOGUE, LIST, GUIDE = "基本目录", "实施清单", "办事指南"
LAYERS = (CATALOGUE, LIST, GUIDE)
ADDED, CHANGED, CANCELLED = "新增", "修改", "取消"
KINDS = (ADDED, CHANGED, CANCELLED)


@dataclass(frozen=True)
class Problem:
    """What of a change was not understood.

    Attributes:
        row: of the page, from 1; 0 when it was read again by itself.
        field: as the library calls it.
        message: for an editor, in Chinese.
        known: labels that would have been understood.
    """

    row: int
    field: str
    message: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemChange:
    """One change of one entry.

    Attributes:
        id: the library's own; the same change has the same id for ever.
        layer: one of `LAYERS`; what the library sent where `problems` say that it was not understood.
        code: 基本编码, 实施编码 or 指南编码.
        parent: code of the entry above; None in 基本目录.
        region: code (GB/T 2260 and the zones of `regions.csv`); None for the whole province.
        name: 事项名称.
        kind: one of `KINDS`, likewise.
        at: when it was made there; None where that was not understood.
        fields: what the entry says now, by the names of a guide's fields and by our labels: `project_type`, `promise_day`,
            `materials` (each with the names of a guide's materials), `handle_items` (names of the 业务办理项) and so on.
        codes: field → code as it was sent.
        raw: the whole as it was sent.
        problems: empty when everything was understood.
    """

    id: str
    layer: str
    code: str
    parent: str | None
    region: str | None
    name: str
    kind: str
    at: datetime | None
    fields: Mapping[str, Any]
    codes: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ItemPage:
    """Some changes, in the order in which they were made.

    Attributes:
        cursor: given with the next request.
        more: whether there is more by now.
    """

    changes: tuple[ItemChange, ...]
    cursor: str | None
    more: bool


class ItemLibrary(Protocol):
    """The library. Calls block."""

    def changes(self, since: str | None) -> ItemPage:
        """What changed after a cursor; None begins with the first change there is.

        Raises:
            SystemUnavailableError: try again later, with the same cursor.
            SystemRefusedError: the library knows no such cursor.
        """
        ...

    def understand(self, raw: Mapping[str, Any]) -> ItemChange:
        """Read a change again that was refused, now that the label tables may know more. Asks nobody."""
        ...
