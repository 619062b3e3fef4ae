"""Labels: a field with a fixed choice says one of its labels; a near miss gets it as a repair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from banshi.knowledge.elements import LABELS as ELEMENTS
from banshi.knowledge.elements import Element
from banshi.knowledge.fields import FIELD_LABELS, label_of
from banshi.knowledge.labels import is_known, known_labels, nearest_label
from banshi.knowledge.lint.amounts import depth_of, visits_of
from banshi.knowledge.lint.content import is_filled, path_of_text, put, rows
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_SINGLE = {
    **{name: name for name in ("task_type", "task_state", "use_level", "power_source", "project_type", "result_type", "review_priority")},
    **{"anticipate_type": "day_type", "promise_type": "day_type"},
}
_LISTS = ("server_type", "handle_type")
_STATEMENTS = ("anticipate", "promise", "handle_area", "online_handle_depth", "limit_scene_num")
_IN_ROWS = {
    "materials": ("form", "e_license_exempt", "certainty", "is_need", "material_type", "material_format", "source_type"),
    **dict.fromkeys(("accept_condition", "fees", "situations", "plain"), ("certainty",)),
    "steps": ("day_type",),
}
_FLAGS = {kind: [name for name, field in fields.items() if field.type == "flag"] for kind, fields in FIELD_LABELS.items()}
_LONGEST_LABEL = 8
"""通办范围 is told in words; only what is as short as a label is taken for one."""


def _labelled(draft: Draft) -> Iterator[tuple[str, Any, str]]:
    """Path, value and value list of everything that must be a label."""
    content = draft.content
    for name, labels in _SINGLE.items():
        if name in content and (draft.kind == "guide"):
            yield name, content[name], labels
    if draft.kind == "qa":
        yield "certainty", content.get("certainty"), "certainty"
        return
    for name in _LISTS:
        values = content.get(name)
        if isinstance(values, list):
            yield from ((f"{name}.{number}", value, name) for number, value in enumerate(values))
    for name in _STATEMENTS:
        value = content.get(name)
        if isinstance(value, Mapping):
            yield f"{name}.certainty", value.get("certainty"), "certainty"
    for table, names in _IN_ROWS.items():
        for path, row in rows(content, table):
            yield from ((f"{path}.{name}", row[name], name) for name in names if name in row)
    area = draft.text("handle_area").strip()
    if 0 < len(area) <= _LONGEST_LABEL:
        yield path_of_text(content, "handle_area"), area, "handle_area"


def _flags(draft: Draft) -> Iterator[tuple[str, Any, str]]:
    for name in _FLAGS.get(draft.kind, ()):
        table, _, part = name.rpartition(".")
        if not table and name in draft.content:
            yield name, draft.content[name], "flag"
        elif table:
            yield from ((f"{path}.{part}", row[part], "flag") for path, row in draft.rows(table) if part in row)


def _elements(draft: Draft) -> Iterator[tuple[str, Any]]:
    if draft.kind == "qa" and "element" in draft.content:
        yield "element", draft.content["element"]
    for path, row in draft.rows("plain"):
        if "element" in row:
            yield f"{path}.element", row["element"]


def _unknown(draft: Draft) -> Iterator[Found]:
    for path, value, labels in [*_labelled(draft), *_flags(draft)]:
        if value is None or (labels == "flag" and isinstance(value, bool)):
            continue
        if isinstance(value, str) and labels != "flag" and is_known(labels, value):
            continue
        if not is_filled(value):
            continue  # what is empty is missing, not unknown
        label = nearest_label(labels, _as_text(value))
        told = _as_text(value)
        message = f"{label_of(draft.kind, path)}写着“{told}”，不是规定的说法。可用：{'、'.join(known_labels(labels))}"
        yield Found(path, message, told, f"改为“{label}”" if label else None)
    for path, value in _elements(draft):
        if not isinstance(value, str) or value not in {element.value for element in Element}:
            element_name = _element_named(value)
            known = "、".join(f"{element.value}（{label}）" for element, label in ELEMENTS.items())
            repair = f"改为“{element_name}”" if element_name else None
            yield Found(path, f"{label_of(draft.kind, path)}写着“{_as_text(value)}”，不是要素。可用：{known}", _as_text(value), repair)
    if draft.kind == "guide":
        yield from _unreadable(draft)


def _unreadable(draft: Draft) -> Iterator[Found]:
    depth, visits = draft.text("online_handle_depth"), draft.text("limit_scene_num")
    if depth.strip() and depth_of(draft.content) is None:
        yield Found(
            path_of_text(draft.content, "online_handle_depth"),
            f"网办深度写着“{depth}”，看不出是哪一级。可用：I级、II级、III级、IV级",
            depth,
        )
    if visits.strip() and visits_of(draft.content) is None:
        yield Found(
            path_of_text(draft.content, "limit_scene_num"), f"到办事现场次数写着“{visits}”，看不出是几次。写成数字，如 0、1、0-1", visits
        )


def _as_text(value: Any) -> str:
    # YAML reads a bare no as false.
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else str(value)[:40]


def _element_named(value: Any) -> str | None:
    text = value.strip() if isinstance(value, str) else ""
    return next(
        (
            element.value
            for element, label in ELEMENTS.items()
            if text in (label, element.value.replace("_", " ")) or text.lower() == element.value
        ),
        None,
    )


def _mend(draft: Draft, path: str) -> None:
    for where, value, labels in [*_labelled(draft), *_flags(draft)]:
        if where == path and (label := nearest_label(labels, _as_text(value))):
            put(draft.content, path, label == "是" if labels == "flag" else label)
            return
    for where, value in _elements(draft):
        if where == path and (name := _element_named(value)):
            put(draft.content, path, name)


RULES = (Rule("unknown-label", "error", ("guide", "qa"), _unknown, _mend),)
