"""The Korean half of a bilingual answer: the same fields, official Chinese terms kept with Korean beside them, numbers as they are.

Terms come from `knowledge/lexicon/ko_display.yml`; what has no Korean there stays Chinese alone. Nothing is translated freely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Condition, Guide, Material

LABELS: dict[Element, str] = {
    Element.OVERVIEW: "종합 안내(概述)",
    Element.MATERIALS: "필요한 자료(材料)",
    Element.CONDITIONS: "접수조건(受理条件)",
    Element.TIME_LIMIT: "처리기한(时限)",
    Element.FEE: "비용(费用)",
    Element.LOCATION: "처리장소(地点)",
    Element.PROCESS: "처리절차(流程)",
    Element.ONLINE: "인터넷처리(网办)",
    Element.ELIGIBILITY: "신청자격(资格)",
    Element.RESULT: "처리결과(结果)",
    Element.BASIS: "법적근거(依据)",
    Element.SCOPE: "타지역처리(通办)",
    Element.OTHER: "기타(其他)",
}
OFFICIAL = "아래는 공식 중국어 안내입니다(官方中文):"


def korean_summary(guide: Guide, elements: Sequence[Element], terms: Mapping[str, str]) -> str:
    """What can be told in Korean of these elements.

    Args:
        guide: the guide.
        elements: what was asked.
        terms: official Chinese term → Korean.
    """
    lines = [f"【{_both(guide.task_name, terms)}】 {', '.join(LABELS[element] for element in elements)}"]
    told = {part for element in elements for part in _TELLS.get(element, ())}
    if Element.MATERIALS in told:
        lines += [f"{number}. {_material(material, guide, terms)}" for number, material in enumerate(guide.materials, 1)]
        if not guide.materials:
            lines.append("제출할 자료가 없습니다.")
    if Element.TIME_LIMIT in told:
        lines.append(f"· 보통 걸리는 시간: {_both(guide.promise.text, terms)}")
        lines.append(f"· 법정기한: {_both(guide.anticipate.text, terms)}")
    if Element.FEE in told:
        lines += [f"· 비용: {_both(fee.fee_name, terms)} {_both(fee.fee_stand, terms)}" for fee in guide.fees] or ["· 비용: 무료(不收费)"]
    if Element.LOCATION in told:
        lines.append(f"· 처리장소: {_both(guide.transact_place, terms)}")
    return "\n".join([*lines, OFFICIAL])


_TELLS: dict[Element, tuple[Element, ...]] = {
    Element.OVERVIEW: (Element.MATERIALS, Element.TIME_LIMIT, Element.FEE, Element.LOCATION),
    Element.PROCESS: (Element.MATERIALS, Element.TIME_LIMIT, Element.FEE, Element.LOCATION),
    Element.MATERIALS: (Element.MATERIALS,),
    Element.TIME_LIMIT: (Element.TIME_LIMIT,),
    Element.FEE: (Element.FEE,),
    Element.LOCATION: (Element.LOCATION,),
    Element.SCOPE: (Element.LOCATION,),
}


def _both(chinese: str, terms: Mapping[str, str]) -> str:
    korean = terms.get(chinese)
    return f"{chinese}({korean})" if korean else chinese


def _material(material: Material, guide: Guide, terms: Mapping[str, str]) -> str:
    line = f"{_both(material.material_name, terms)}: {_both(material.form, terms)} {material.copies}부"
    needed = _condition(material.when, guide, terms)
    return f"{line} — {needed}인 경우에만" if needed else line


def _condition(condition: Condition, guide: Guide, terms: Mapping[str, str]) -> str:
    labels = {(choice.id, option.id): option.label for choice in guide.choices for option in choice.options}
    told = [
        ", ".join("/".join(_both(labels[choice, option], terms) for option in options) for choice, options in part.items())
        for part in condition
    ]
    return " 또는 ".join(told)
