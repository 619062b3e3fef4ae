"""The elements (要素) of an item that people ask about: English name in code and data, Chinese label for people."""

from __future__ import annotations

from enum import StrEnum


class Element(StrEnum):
    """One aspect of an item. The names are fixed: code, API, data and tests use these and no others."""

    OVERVIEW = "overview"
    MATERIALS = "materials"
    CONDITIONS = "conditions"
    TIME_LIMIT = "time_limit"
    FEE = "fee"
    LOCATION = "location"
    PROCESS = "process"
    ONLINE = "online"
    ELIGIBILITY = "eligibility"
    RESULT = "result"
    BASIS = "basis"
    SCOPE = "scope"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name shown to people."""
        return LABELS[self]


LABELS: dict[Element, str] = {
    Element.OVERVIEW: "概述",
    Element.MATERIALS: "材料",
    Element.CONDITIONS: "条件",
    Element.TIME_LIMIT: "时限",
    Element.FEE: "费用",
    Element.LOCATION: "地点",
    Element.PROCESS: "流程",
    Element.ONLINE: "网办",
    Element.ELIGIBILITY: "资格",
    Element.RESULT: "结果",
    Element.BASIS: "依据",
    Element.SCOPE: "通办",
    Element.OTHER: "其他",
}
