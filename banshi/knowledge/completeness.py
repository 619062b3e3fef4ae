"""一次告知: what an answer must hold. An answer that lacks a field's value is not sent.

Written apart from the renderer on purpose: it reads the guide's fields, not the renderer's parts, so that a line lost there is
noticed here.

Source: 《吉林省优化营商环境条例》 and 吉政办发〔2021〕14号 ask that materials, conditions, time and fee are told at once and in full, and
that no catch-all wording (兜底条款) is used towards the applicant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide, Material
from banshi.knowledge.situations import Case

CATCH_ALL = re.compile(
    r"(其[他它]|有关|相关|规定的|要求的|需要的)(申请)?(材料|证明|证件|文件|手续|资料)|等材料|视情况|按规定|按要求|必要时|"
    r"规定的其[他它]|认为需要"
)
"""兜底 wording: nobody can prepare for it."""

_MAY_STAY_HOME = {"yes": "可用电子证照免交", "no": "", "local": "部分地方可用电子证照免交"}


def missing(guide: Guide, elements: Sequence[Element], text: str) -> list[str]:
    """The guide's values that an answer on `elements` must hold and does not, in the guide's order; each counted as often as it occurs.

    Args:
        guide: the guide.
        elements: what was asked. Only materials, conditions, time limit and fee (and the overview of all four) are bound to be complete.
        text: the answer as told.
    """
    bodies = _bodies(text)
    # What two elements share need be told once.
    return list(dict.fromkeys(value for element in elements for value in _absent(_needed(guide, element), bodies)))


def missing_of_case(case: Case, text: str) -> list[str]:
    """The same for an exact list; a material that is told although the case does not need it is reported too."""
    absent = _absent([_of_material(material) for material in case.materials], _bodies(text))
    lines = sum(bool(re.match(r"\d+\. ", line)) for line in text.splitlines())
    return absent if lines == len(case.materials) else [*absent, f"应列{len(case.materials)}项材料，写了{lines}项"]


def catch_all(guide: Guide) -> list[str]:
    """Materials and conditions whose wording is a catch-all. The guide of such an item must be mended before it is told."""
    texts = [
        *(f"{material.material_name} {material.note or ''}" for material in guide.materials),
        *(fact.text for fact in guide.accept_condition),
        *(choice.ask + " ".join(option.label for option in choice.options) for choice in guide.choices),
    ]
    return [text.strip() for text in texts if CATCH_ALL.search(text)]


Needed = tuple[str, tuple[str, ...]]
"""How a line begins, and what else it must hold."""


def _needed(guide: Guide, element: Element) -> list[Needed]:
    if element is Element.OVERVIEW:
        parts = (Element.MATERIALS, Element.CONDITIONS, Element.TIME_LIMIT, Element.FEE)
        return [line for part in parts for line in _needed(guide, part)]
    if element is Element.MATERIALS:
        return [_of_material(material) for material in guide.materials]
    if element in (Element.CONDITIONS, Element.ELIGIBILITY):
        return [(_end(fact.text), ()) for fact in guide.accept_condition]
    if element is Element.TIME_LIMIT:
        told = (("一般多久", guide.promise.text), ("法定最长", guide.anticipate.text), ("办件类型", guide.project_type))
        return [(f"{label}：{_end(value)}", ()) for label, value in told]
    if element is Element.FEE:
        if not guide.fees:
            return [("不收费", ())]
        return [(f"{fee.fee_name}：{_end(fee.fee_stand)}", (f"依据：{fee.fee_basis}",) if fee.fee_basis else ()) for fee in guide.fees]
    return []


def _of_material(material: Material) -> Needed:
    values = (_end(material.note or ""), _MAY_STAY_HOME[material.e_license_exempt])
    return f"{material.material_name}（{material.form}{material.copies}份）", tuple(value for value in values if value)


def _end(text: str) -> str:
    return text.rstrip("。；;")


_LEADING = re.compile(r"^(?:\d+\. |· )?(?:〔[^〕]*〕才要：)?")


def _bodies(text: str) -> list[str]:
    """Lines without their numbers, bullets and conditions."""
    return [_LEADING.sub("", line) for line in text.splitlines()]


def _absent(needed: Iterable[Needed], bodies: Sequence[str]) -> list[str]:
    """Values without a line of their own; a line stands for one value only."""
    free = list(bodies)
    absent: list[str] = []
    for begins, values in needed:
        lines = [body for body in free if body.startswith(begins) and not body[len(begins) :][:1].isdigit()]
        if not lines:
            absent += [begins, *values]
            continue
        # Of two materials of one name the line that holds the most is this one's.
        line = max(lines, key=lambda body: sum(_holds(body, value) for value in values))
        free.remove(line)
        absent += [value for value in values if not _holds(line, value)]
    return absent


def _holds(line: str, value: str) -> bool:
    """Whether a value stands in a line as a part of its own, not inside a longer one."""
    return re.search(rf"(?:^|[：；（]){re.escape(value)}(?:$|[；）*（])", line) is not None
