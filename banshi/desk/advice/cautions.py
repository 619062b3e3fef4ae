"""What an operator should not say: certain where the guide is not, promised where nobody can promise, vague where it must be named."""

from __future__ import annotations

from collections.abc import Sequence

from banshi.desk.advice.reading_aloud import aloud, counted
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Certainty, Fact, Guide
from banshi.knowledge.qa import QuestionAnswer
from banshi.knowledge.situations import Case

MOST = 4
_LISTED = {Element.MATERIALS, Element.PROCESS, Element.OVERVIEW}
_DECIDED = {Element.CONDITIONS, Element.ELIGIBILITY, Element.RESULT, Element.OVERVIEW}
_TIMED = {Element.TIME_LIMIT, Element.PROCESS, Element.OVERVIEW}
_PAID = {Element.FEE, Element.PROCESS, Element.OVERVIEW}


def guide_cautions(guide: Guide, elements: Sequence[Element], case: Case, *, place: str | None = None) -> list[str]:
    """Cautions on elements of a guide, the most particular first, at most `MOST`.

    Args:
        guide: the guide as it reads in the caller's region.
        elements: what is told.
        case: what the caller's answers fix.
        place: the caller's place by name when its own rules are not held.
    """
    asked = set(elements)
    cautions = []
    if asked & _LISTED and case.next is not None:
        cautions.append(f"没问清“{aloud(case.next.ask)}”之前，不要说材料就是这些")
    if asked & _TIMED:
        cautions += _time(guide.promise)
    if asked & _PAID:
        cautions += _fees(guide)
    if asked & _LISTED:
        cautions += _materials(case)
    if Element.ONLINE in asked and guide.online_handle_depth.certainty is not Certainty.NATIONAL:
        cautions.append("不要保证全程网上能办、一趟不用跑，各地开通情况不同")
    if asked & {Element.LOCATION, Element.SCOPE} and guide.handle_area.certainty is not Certainty.NATIONAL:
        cautions.append(f"不要保证在哪儿都能办，“{aloud(guide.handle_area.text)}”各地不同")
    cautions += [f"{aloud(point.text)}，不要说死" for point in guide.open_points if not point.elements or asked & set(point.elements)]
    if asked & _DECIDED:
        cautions.append("不要承诺“肯定能办下来”，受理不受理由办理部门审核")
    if place is not None and _differs(guide, asked, case):
        cautions.append(f"没有收录{place}自己的规定，不要说{place}就是这样办")
    if asked & (_LISTED | {Element.CONDITIONS}):
        cautions.append("不要说“其他材料”“按规定提供”这类说不清的话")
    return list(dict.fromkeys(cautions))[:MOST]


def qa_cautions(record: QuestionAnswer) -> list[str]:
    """Cautions on a Q&A."""
    told = {
        Certainty.NATIONAL: [],
        Certainty.LOCAL: ["各地做法不同，不要说成全省统一"],
        Certainty.UNSURE: ["这条还没有核实，不要当成确定的说"],
    }
    return told[record.certainty]


def _time(promise: Fact) -> list[str]:
    if promise.certainty is Certainty.UNSURE:
        return [f"“{aloud(promise.text)}”还没有核实，不要当成准数说"]
    if promise.certainty is Certainty.LOCAL:
        return [f"不要保证“{aloud(promise.text)}”，各地办理时间不同"]
    return []


def _fees(guide: Guide) -> list[str]:
    unsure = [aloud(fee.fee_name) for fee in guide.fees if fee.certainty is Certainty.UNSURE]
    local = [aloud(fee.fee_name) for fee in guide.fees if fee.certainty is Certainty.LOCAL]
    told = [f"{'、'.join(unsure)}收多少还没有核实，不要当成准数说"] if unsure else []
    return [*told, *([f"{'、'.join(local)}各地不同，不要说成全省一个价"] if local else [])]


def _materials(case: Case) -> list[str]:
    told = (*case.materials, *case.open_materials)
    unsure = [aloud(material.material_name) for material in told if material.certainty is not Certainty.NATIONAL]
    cautions = []
    if unsure:
        names = "、".join(f"“{name}”" for name in unsure[:2]) + (f"这些（共{counted(len(unsure))}样）" if len(unsure) > 2 else "")
        cautions.append(f"{names}各地要求不一，不要说一定要或者一定不要")
    if any(material.e_license_exempt == "local" for material in told):
        cautions.append("不要保证电子证照到哪儿都能免交原件")
    return cautions


def _differs(guide: Guide, asked: set[Element], case: Case) -> bool:
    """Whether anything told is not the same in the whole country."""
    facts = [guide.promise] if asked & _TIMED else []
    facts += [*guide.accept_condition] if asked & _DECIDED | asked & {Element.CONDITIONS} else []
    facts += [guide.handle_area] if asked & {Element.LOCATION, Element.SCOPE} else []
    facts += [guide.online_handle_depth] if Element.ONLINE in asked else []
    certainties = [fact.certainty for fact in facts]
    certainties += [fee.certainty for fee in guide.fees] if asked & _PAID else []
    certainties += [material.certainty for material in (*case.materials, *case.open_materials)] if asked & _LISTED else []
    certainties += [answer.certainty for answer in guide.plain if answer.element in asked]
    return any(certainty is not Certainty.NATIONAL for certainty in certainties)
