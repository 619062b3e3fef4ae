"""One change as the library sends it, read by label; whatever is not understood becomes a problem and never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from banshi.connect.items.port import ItemChange, Problem
from banshi.connect.resilience.labels import UnknownLabelError, load_labels

LABELS = load_labels("items", Path(__file__).with_name("labels.yml"))

_CODED = {
    "taskType": ("taskType", "task_type"),
    "taskState": ("taskState", "task_state"),
    "projectType": ("projectType", "project_type"),
    "handleArea": ("handleArea", "handle_area"),
    "promiseType": ("dayType", "promise_type"),
    "anticipateType": ("dayType", "anticipate_type"),
}
"""Their field → the table of its codes, and our field."""
_CODED_OF_MATERIAL = {
    "isNeed": ("isNeed", "is_need"),
    "materialType": ("materialType", "material_type"),
    "materialFormat": ("materialFormat", "material_format"),
    "sourceType": ("sourceType", "source_type"),
}
_TEXTS = {"deptName": "dept_name", "linkWay": "link_way", "superviseWay": "supervise_way", "transactAddr": "transact_addr",
          "transactTime": "transact_time"}  # fmt: skip
_NUMBERS = {"promiseDay": "promise_day", "anticipateDay": "anticipate_day"}
_TEXTS_OF_MATERIAL = {"materialName": "material_name", "sharingDepartment": "sharing_department"}
_NUMBERS_OF_MATERIAL = {"originals": "page_num_y", "copies": "page_num_f"}
_LONGEST = 4000
_MOST_DAYS = 3650


class _Reading:
    """Collects what is understood of one change, and what is not."""

    def __init__(self, row: int) -> None:
        self._row = row
        self.codes: dict[str, str] = {}
        self.problems: list[Problem] = []

    def wrong(self, field: str, message: str, known: tuple[str, ...] = ()) -> None:
        self.problems.append(Problem(self._row, field, message, known))

    def text(self, raw: Mapping[str, Any], field: str, where: str = "", *, needed: bool = False) -> str | None:
        value = raw.get(field)
        if value is None and not needed:
            return None
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
            self.wrong(where + field, f"“{where}{field}”应当是文字，不能空着。")
            return None
        return value.strip()

    def number(self, raw: Mapping[str, Any], field: str, where: str = "") -> int | None:
        value = raw.get(field)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_DAYS:
            self.wrong(where + field, f"“{where}{field}”应当是 0 到 {_MOST_DAYS} 的整数。")
            return None
        return value

    def label(self, raw: Mapping[str, Any], field: str, table: str, where: str = "", *, needed: bool = False) -> str | None:
        """The label of a code; where the library sends its own label too, both must say the same."""
        code, named = raw.get(field), raw.get(f"{field}Name")
        if code is None and not needed:
            return None
        known = tuple(f"{one}（{label}）" for one, label in LABELS[table].ours.items())
        try:
            label = LABELS[table].read(code if isinstance(code, str | int) and not isinstance(code, bool) else "")
        except UnknownLabelError:
            self.wrong(
                where + field, f"“{where}{field}”的代码“{str(code)[:40]}”不在对照表里，没有采用。认识的有：{'、'.join(known)}。", known
            )
            return None
        self.codes[where + field] = str(code)
        if named is not None and named != label:
            told = f"“{where}{field}”的代码“{code}”在对照表里是“{label}”，事项库却写着“{str(named)[:40]}”，两者不一致，没有采用。"
            self.wrong(where + field, told, known)
            return None
        return label


def read_change(raw: Mapping[str, Any], row: int = 0) -> ItemChange:
    """Read one change.

    Args:
        raw: as it was sent; it has a `changeId`.
        row: of the page, for the problems.
    """
    reading = _Reading(row)
    layer = reading.label(raw, "layer", "layer", needed=True)
    kind = reading.label(raw, "changeType", "changeType", needed=True)
    code, name = reading.text(raw, "code", needed=True), reading.text(raw, "name", needed=True)
    at = _moment(raw.get("changedAt"), reading)
    said = raw.get("fields")
    if not isinstance(said, Mapping):
        reading.wrong("fields", "“fields”应当是一组字段。")
        said = {}
    fields: dict[str, Any] = {}
    for theirs, (table, ours) in _CODED.items():
        fields[ours] = reading.label(said, theirs, table)
    for theirs, ours in _TEXTS.items():
        fields[ours] = reading.text(said, theirs)
    for theirs, ours in _NUMBERS.items():
        fields[ours] = reading.number(said, theirs)
    fields["materials"] = _materials(said.get("materials"), reading)
    fields["handle_items"] = _names(said.get("handleItems"), reading)
    return ItemChange(
        id=str(raw["changeId"]),
        layer=layer or str(raw.get("layer"))[:20],
        code=(code or str(raw.get("code")))[:80],
        parent=reading.text(raw, "parentCode"),
        region=reading.text(raw, "regionCode"),
        name=name or "（名称读不出来）",
        kind=kind or str(raw.get("changeType"))[:10],
        at=at,
        fields={ours: value for ours, value in fields.items() if value is not None},
        codes=reading.codes,
        raw=dict(raw),
        problems=tuple(reading.problems),
    )


def _moment(told: Any, reading: _Reading) -> datetime | None:
    try:
        at = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        reading.wrong("changedAt", "“changedAt”应当是带时区的时间，例如 2026-11-22T09:00:00+08:00。")
        return None
    return at


def _materials(told: Any, reading: _Reading) -> list[dict[str, Any]] | None:
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        reading.wrong("materials", "“materials”应当是一组材料。")
        return None
    found = []
    for position, raw in enumerate(told, 1):
        where = f"第{position}项材料 "
        one: dict[str, Any] = {ours: reading.text(raw, theirs, where) for theirs, ours in _TEXTS_OF_MATERIAL.items()}
        one |= {ours: reading.label(raw, theirs, table, where) for theirs, (table, ours) in _CODED_OF_MATERIAL.items()}
        one |= {ours: reading.number(raw, theirs, where) for theirs, ours in _NUMBERS_OF_MATERIAL.items()}
        if one["material_name"] is None:
            reading.wrong(f"{where}materialName", f"“{where}materialName”应当是文字，不能空着。")
            continue
        found.append({ours: value for ours, value in one.items() if value is not None})
    return found


def _names(told: Any, reading: _Reading) -> list[str] | None:
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(one, str) and one.strip() for one in told):
        reading.wrong("handleItems", "“handleItems”应当是一组名称。")
        return None
    return [one.strip() for one in told]
