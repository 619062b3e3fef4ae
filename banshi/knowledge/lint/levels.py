"""Levels: what a region may not change, and where its elements differ from the level above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from banshi.knowledge.fields import FIELD_LABELS
from banshi.knowledge.lint.amounts import limit_of
from banshi.knowledge.lint.content import is_filled, text_of
from banshi.knowledge.lint.context import ADDRESS_FIELDS, Draft
from banshi.knowledge.lint.finding import Found, Rule

_ELEMENTS = (
    *("task_name", "task_type", "dept_name", "by_law", "server_type", "accept_condition", "materials", "anticipate", "anticipate_day"),
    *("project_type", "limit_explain", "special_procedure", "service_type", "fees", "is_fee", "result_type", "result_name"),
)
"""The unified elements (统一要素): the same in every place. Channel, place, hours, phones and a shorter promise may differ."""


def _above(draft: Draft) -> Mapping[str, Any] | None:
    """The level above: what a local override is laid over, or the guide of the same 基本编码 in the nearest region above."""
    if draft.context.upper is not None:
        return draft.context.upper
    code, regions = draft.text("catalog_code"), draft.context.regions
    if not code or regions is None or draft.region not in regions:
        return None
    others = [guide for key, guide in draft.context.guides.items() if key != draft.key and text_of(guide.get("catalog_code")) == code]
    for place in regions.lineage(draft.region)[1:]:
        for guide in others:
            if (text_of(guide.get("region")) or "220000") == place:
                return guide
    return None


def _said(value: Any) -> Any:
    """What an element says, without certainty, notes for editors and plain language: those differ without anything being different."""
    if isinstance(value, Mapping):
        kept = ("text", "material_name", "form", "copies", "fee_name", "fee_stand", "name", "time_limit", "when")
        return {key: _said(value[key]) for key in kept if key in value and is_filled(value[key])}
    return [_said(item) for item in value] if isinstance(value, list | tuple) else value


def _overridden(draft: Draft) -> list[str]:
    upper = draft.context.upper
    if upper is None:
        return []
    changed = [
        name for name in draft.content if isinstance(name, str) and name not in ADDRESS_FIELDS and draft.content[name] != upper.get(name)
    ]
    return [name for name in changed if name in draft.context.locked]


def _locked(draft: Draft) -> Iterator[Found]:
    for name in _overridden(draft):
        label = FIELD_LABELS["guide"][name].label if name in FIELD_LABELS["guide"] else name
        yield Found(name, f"“{label}”由基本目录统一规定，地区不能改", _shown(draft.content[name]), "恢复为上级的内容")


def _differs(draft: Draft) -> Iterator[Found]:
    upper = _above(draft)
    if upper is None:
        return
    locked = _overridden(draft)
    for name in _ELEMENTS:
        if name in draft.content and name not in locked and name in upper and _said(draft.content[name]) != _said(upper[name]):
            label = FIELD_LABELS["guide"][name].label
            message = f"“{label}”和上级的同一事项不一样（上级：{_shown(upper[name])}）。同一事项的要素应当统一，确有规定的请核对依据"
            yield Found(name, message, _shown(draft.content[name]), "恢复为上级的内容")
    promise, above = limit_of(draft.content, "promise"), limit_of(upper, "promise")
    if promise is not None and above is not None and promise.longest.calendar > above.longest_of_all.calendar:
        yield Found("promise", f"承诺办结时限（{promise.text}）比上级的（{above.text}）还长", promise.text, "恢复为上级的内容")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(_shown, value))[:60]
    if isinstance(value, Mapping):
        return next((str(value[key]) for key in ("text", "material_name", "fee_name", "name") if is_filled(value.get(key))), "")[:60]
    return str(value)[:60]


def _restore(draft: Draft, path: str) -> None:
    upper = _above(draft)
    assert upper is not None
    for name in (path, *((f"{path}_day", f"{path}_type") if path == "promise" else ())):
        if name in upper:
            draft.content[name] = upper[name]
        else:
            draft.content.pop(name, None)


RULES = (
    Rule("locked-field", "error", ("guide",), _locked, _restore),
    Rule("differs-from-upper", "warning", ("guide",), _differs, _restore),
)
