"""How and where to reach an office: phones with their area code, hours with their days, addresses down to the window."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.lint.amounts import FULL_WIDTH
from banshi.knowledge.lint.content import at, put
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_WIDTH = FULL_WIDTH | {0xFF0D: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-", 0xFF08: "(", 0xFF09: ")"}
_CONTACT_FIELDS = re.compile(r"link_way|supervise_way|(?:reconsideration|litigation)\.phone|transact_addr")
_SPEAKS_OF_PHONES = re.compile("电话|热线|拨打?|致电|来电|打(?=[0-9(])|联系|咨询|座机|号码|Tel|TEL")
# With area code, mobile, 400 and 800 numbers, hotlines: complete as they are.
_COMPLETE = re.compile(
    r"(?:\+?86[- ]?)?\(?0\d{2,3}\)?[- ]{0,2}\d{3,4}[- ]?\d{4}(?!\d)|(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<!\d)[48]00[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)|(?<![\d-])1\d{2,4}(?![\d-])|(?<!\d)9[56]\d{3,6}(?!\d)"
)
_LOCAL = re.compile(r"(?<![\d.\-〔(/A-Za-z])([2-9]\d{6,7}|[2-9]\d{2,3}[- ]\d{4})(?![\d.]|-\d{5}|\s*[年月日元号件块万亿〕])")
_AREA_CODES = {
    "220100": "0431", "220200": "0432", "220300": "0434", "220400": "0437", "220500": "0435",
    "220600": "0439", "220700": "0438", "220800": "0436", "222400": "0433", "JL-CBS": "0433",
}  # fmt: skip
"""Prefecture → long-distance area code (工业和信息化部 电信网编号计划)."""
_DAYS = re.compile("工作日|周[一二三四五六日天末]|星期|礼拜|每天|每日|每周|全天|24小时|全年|节假日|法定|双休|时段预约|随时")
_WINDOW = re.compile("窗|柜台|柜|号台|台席|工位|专区|服务台|综合台|前台|自助区|自助机|受理台|接待台")
_NUMBER = re.compile(r"\d[\d\- ()]{1,16}\d")


def _phones(text: str) -> set[str]:
    """The phone numbers of a text, digits only."""
    plain = text.translate(_WIDTH)
    return {digits for match in _NUMBER.finditer(plain) if 3 <= len(digits := re.sub(r"\D", "", match[0])) <= 13}


def _incomplete(text: str) -> list[re.Match[str]]:
    plain = text.translate(_WIDTH)
    blanked = _COMPLETE.sub(lambda match: "·" * len(match[0]), plain)
    return [
        match for match in _LOCAL.finditer(blanked) if not re.fullmatch(r"(?:19|20)\d{2}(?:[01]\d[0-3]\d|[- ](?:19|20)\d{2})", match[1])
    ]


def _area_code(draft: Draft) -> str | None:
    regions = draft.context.regions
    region = draft.region
    lineage = regions.lineage(region) if regions is not None and region in regions else [region]
    return next((_AREA_CODES[place] for place in lineage if place in _AREA_CODES), None)


def _no_area(draft: Draft) -> Iterator[Found]:
    code = _area_code(draft)
    for path, text in draft.formal:
        if (_CONTACT_FIELDS.fullmatch(path) or _SPEAKS_OF_PHONES.search(text)) and (found := _incomplete(text)):
            message = f"电话“{found[0][1]}”没有区号，外地和手机打不通"
            yield Found(path, message, found[0][1], f"加上区号{code}" if code else None)


def _add_area(draft: Draft, path: str) -> None:
    text = at(draft.content, path)
    code = _area_code(draft)
    for match in reversed(_incomplete(text)):
        text = f"{text[: match.start()]}{code}-{text[match.start() :]}"
    put(draft.content, path, text)


def _same_phone(draft: Draft) -> Iterator[Found]:
    ask, complain = _phones(draft.text("link_way")), _phones(draft.text("supervise_way"))
    # 12345 takes both, so a department's own number beside it tells them apart.
    shared = {number for number in ask & complain if number != "12345"} or (ask & complain if ask == complain else set())
    if shared:
        number = min(shared)
        repair = "监督投诉方式改为12345" if "12345" not in ask else None
        yield Found("supervise_way", f"投诉电话和咨询电话相同（{number}），投诉不能打给被投诉的人", draft.text("supervise_way"), repair)


def _complain_to_hotline(draft: Draft, _: str) -> None:
    draft.content["supervise_way"] = "12345政务服务便民热线"


def _no_days(draft: Draft) -> Iterator[Found]:
    text = draft.text("transact_time")
    if text.strip() and not _DAYS.search(text):
        yield Found("transact_time", f"办理时间“{text}”没有写是哪几天（工作日、周一至周五……）", text, "前面加上“工作日”")


def _add_days(draft: Draft, _: str) -> None:
    draft.content["transact_time"] = f"工作日{draft.text('transact_time').strip()}"


def _no_window(draft: Draft) -> Iterator[Found]:
    text = draft.text("transact_addr")
    if text.strip() and not _WINDOW.search(text):
        yield Found("transact_addr", f"办理地址“{text}”没有写到窗口，群众到了大厅还要再问", text)


RULES = (
    Rule("same-phone", "error", ("guide",), _same_phone, _complain_to_hotline),
    Rule("phone-no-area", "warning", ("guide", "qa"), _no_area, _add_area),
    Rule("hours-no-days", "warning", ("guide",), _no_days, _add_days),
    Rule("address-no-window", "warning", ("guide",), _no_window),
)
