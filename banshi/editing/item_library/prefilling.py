"""A guide with what the item library now says filled in, where a field of one is a field of the other. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from banshi.knowledge.fields import CATALOG_FIELDS, FIELD_LABELS
from banshi.knowledge.regions import PROVINCE

_PLAIN = ("task_type", "task_state", "project_type", "promise_day", "promise_type", "anticipate_day", "anticipate_type", "link_way")
_PLACES = ("supervise_way", "transact_addr", "transact_time")
_OF_MATERIAL = ("is_need", "material_type", "material_format", "source_type", "sharing_department", "page_num_y", "page_num_f")
_FORMS = {(True, False): "原件", (False, True): "复印件", (True, True): "原件及复印件"}
"""Whether originals and copies are asked for → 材料形式."""


@dataclass(frozen=True)
class Prefilled:
    """What a draft would say.

    Attributes:
        content: the whole record.
        filled: labels of the fields that differ now.
        left: sentences on what could not be filled in.
    """

    content: dict[str, Any]
    filled: tuple[str, ...]
    left: tuple[str, ...]


def prefill(
    before: Mapping[str, Any], above: Mapping[str, Any], said: Mapping[str, Any], *, codes: Mapping[str, str], region: str
) -> Prefilled:
    """Fill a guide in.

    Args:
        before: the record as it is; of a region, only what that changes.
        above: the guide as it reads in that region, complete; the same as `before` for the province's.
        said: fields of the library's entry, by our names and labels.
        codes: `catalog_code` and `task_code`, as far as they are known.
        region: of the record.
    """
    new: dict[str, Any] = {}
    left: list[str] = []
    for name in (*_PLAIN, *_PLACES):
        if name in said:
            new[name] = said[name]
    new |= codes
    for name in ("promise", "anticipate"):
        if f"{name}_day" in said and f"{name}_type" in said:
            new[name] = _fact(above.get(name), f"{said[f'{name}_day']}个{said[f'{name}_type']}")
    if "handle_area" in said:
        new["handle_area"] = _fact(above.get("handle_area"), said["handle_area"])
    if "materials" in said:
        materials, unknown = _materials(above.get("materials") or [], said["materials"])
        new["materials"] = materials
        left += unknown
    if region != PROVINCE:  # what 基本目录 says, no region changes
        new = {name: value for name, value in new.items() if name not in CATALOG_FIELDS}
    changed = {name: value for name, value in new.items() if above.get(name) != value}
    if len(said.get("handle_items") or []) > 1:
        left.append(f"业务办理项有 {len(said['handle_items'])} 个（{'、'.join(said['handle_items'])}），适用的情形要人工填写。")
    labels = FIELD_LABELS["guide"]
    return Prefilled({**before, **changed}, tuple(labels[name].label for name in changed), tuple(left))


def _fact(before: Any, text: str) -> dict[str, Any]:
    """A statement in the library's words. Its basis and plain wording were those of the old words, so an editor writes them anew."""
    known = before if isinstance(before, Mapping) else {}
    if known.get("text") == text:
        return dict(known)
    return {"text": text, "certainty": known.get("certainty", "unsure")}


def _materials(before: list[dict[str, Any]], said: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Known materials with what the library says of them, and new ones behind; none is taken away without an editor."""
    by_name = {one["material_name"]: one for one in said}
    merged = []
    for one in before:
        told = by_name.pop(one.get("material_name"), None)
        merged.append(one if told is None else {**one, **{name: told[name] for name in _OF_MATERIAL if name in told}})
    left = []
    missing = [one["material_name"] for one in before if all(one.get("material_name") != told["material_name"] for told in said)]
    if missing:
        left.append(f"事项库里没有这些材料，请核对是否还要：{'、'.join(missing)}。")
    for name, told in by_name.items():
        originals, copies = told.get("page_num_y", 0), told.get("page_num_f", 0)
        form = _FORMS.get((originals > 0, copies > 0))
        if form is None:
            left.append(f"事项库新增了材料“{name}”，没有写要几份，没有填入。")
            continue
        kept = {field: told[field] for field in _OF_MATERIAL if field in told}
        new = {"material_name": name, "form": form, "copies": max(originals, copies), "e_license_exempt": "local", "certainty": "unsure"}
        merged.append(new | kept)
    return merged, left
