"""Numbers in texts: what is counted, how much, and in which words: amounts, time limits, ages, copies, documents, dates, phones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.lint.amounts import number_of

_NUMBER = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+|半)"
_UNIT = (
    r"工作日|周岁|岁|小时|日|天|星期|周(?![一二三四五六日末年期])|月|年(?![报检度审龄代级])|元|块|%|成(?=[、，。；的按])|份(?![证有])|张"
    r"|次|分(?![钟期之别类析局店开公])|℃"
)
_AMOUNT = re.compile(
    rf"(?<![\d第〔.])(?P<low>{_NUMBER})(?P<low_wan>万)?(?:(?:个?(?:{_UNIT}))?(?:至|到|-|—|~|～)(?P<high>{_NUMBER}))?"
    rf"(?P<vague>[多余几来])?(?P<wan>万)?(?P<count>个?)(?P<half>半)?(?P<unit>{_UNIT})(?P<more>半)?"
)
_KINDS: dict[str, tuple[str, float]] = {
    "天": ("日", 1), "星期": ("日", 7), "周": ("日", 7), "年": ("月", 12), "周岁": ("岁", 1), "块": ("元", 1), "成": ("%", 10),
}  # fmt: skip
"""Unit → the kind it counts in, and how many of that."""
_ABOUT = re.compile("[二两三四五六七八九][二三四五六七八九]")
"""二三十天 is no number."""
_FREE = re.compile("免费|不收费|免收|不收取")
_ORDINAL = re.compile(rf"第(?P<n>{_NUMBER})(?P<unit>[年次天])")
_DOCUMENT = re.compile(r"(?P<organ>[\u4e00-\u9fff]{2,8})〔(?P<year>\d{4})〕(?P<n>\d+)号|(?P<by>[\u4e00-\u9fff]{2,6}令)第(?P<order>\d+)号")
_DATE = re.compile(
    r"(?P<y>\d{4})年(?:(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?)?|(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    r"|(?P<first>\d{1,2})月?(?:至|到|-)(?P<last>\d{1,2})月(?!\d)"
)
_PHONE = re.compile(r"(?<![\d.])(?:1[012]\d{3}|9\d{4}|11[09]|12[02]|0\d{2,3}-?\d{7,8}|400\d{7})(?![\d元号分次年])")
_DEPTH = re.compile(r"(IV|III|II|I)级")
_ARTICLE = re.compile(r"第[零〇一二两三四五六七八九十百千\d]+[条款项章]")
_SENTENCE = re.compile(r"[^。；;！？\n]+")
_SEGMENT = re.compile(r"[，,、（）()：:]")


@dataclass(frozen=True)
class Mention:
    """One number in a text.

    Attributes:
        kind: what is counted: 工作日, 日, 月 (years are twelve), 小时, 岁, 元, %, 份, 文号, 电话 …; only equal kinds are compared.
        value: a number, or what names a document, a date or a phone.
        written: the number as it stands in the text.
        segment: the words around it up to the next comma, numbers blanked.
        head: the words of the sentence before that, numbers blanked.
        left, right: the two characters before and after the number.
        sentence: the whole sentence.
        about: what a field says besides: the fee's name, the material's, when the situation arises.
        element: what the text is about; None where it is about anything.
        place: the field, as people call it.
    """

    kind: str
    value: float | tuple[str | int, ...]
    written: str
    segment: str
    head: str
    left: str
    right: str
    sentence: str
    about: str = ""
    element: Element | None = None
    place: str = ""


@dataclass(frozen=True)
class Statement:
    """A text of the knowledge; the attributes are those of its mentions."""

    text: str
    place: str
    about: str = ""
    element: Element | None = None


def mentions(statement: Statement) -> list[Mention]:
    """All numbers of a text, in order; both ends of a span are one each."""
    return [mention for sentence in _SENTENCE.findall(statement.text) for mention in _of_sentence(sentence, statement)]


def _of_sentence(sentence: str, statement: Statement) -> Iterator[Mention]:
    found: list[tuple[int, str, str, float | tuple[str | int, ...]]] = []
    rest = sentence

    def take(pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterable[tuple[str, float | tuple[str | int, ...]]]]) -> None:
        nonlocal rest
        for match in pattern.finditer(rest):
            found.extend((match.start(), match[0], kind, value) for kind, value in read(match))
        rest = pattern.sub(lambda match: "□" * len(match[0]), rest)

    take(_DOCUMENT, _document)
    take(_ARTICLE, lambda match: ())
    take(_DATE, _date)
    take(_PHONE, lambda match: [("电话", (match[0].replace("-", ""),))])
    take(_DEPTH, lambda match: [("网办深度", (match[1],))])
    take(_ORDINAL, lambda match: [(f"第几{match['unit']}", value)] if (value := number_of(match["n"])) is not None else [])
    take(_AMOUNT, _amount)
    take(_FREE, lambda match: [("元", 0.0)])
    starts = [0, *(match.end() for match in _SEGMENT.finditer(sentence))]
    for at, written, kind, value in sorted(found, key=lambda one: one[0]):
        start = max(start for start in starts if start <= at)
        end = min((later for later in starts if later > at), default=len(rest) + 1) - 1
        after = at + len(written)
        yield Mention(
            kind,
            value,
            written,
            rest[start:end],
            rest[:start],
            sentence[max(0, at - 2) : at],
            sentence[after : after + 2],
            sentence.strip(),
            statement.about,
            statement.element,
            statement.place,
        )


def _document(match: re.Match[str]) -> list[tuple[str, tuple[str | int, ...]]]:
    organ = match["organ"] or match["by"]
    return [("文号", (organ, int(match["year"] or 0), int(match["n"] or match["order"])))]


def _date(match: re.Match[str]) -> list[tuple[str, float | tuple[str | int, ...]]]:
    if match["first"]:
        return [("月份", float(match["first"])), ("月份", float(match["last"]))]
    if match["month"]:
        return [("日期", (int(match["month"]), int(match["day"])))]
    return [("年月", tuple(int(match[part]) for part in "ymd" if match[part]))]


def _amount(match: re.Match[str]) -> list[tuple[str, float]]:
    unit, low, high = match["unit"], number_of(match["low"]), number_of(match["high"] or "")
    named_month = unit == "月" and not match["count"] and match["low"] != "半"
    said_of_old = unit == "次" and not match["low"].isdigit()  # 一次告知, 再一次
    if match["vague"] or low is None or named_month or said_of_old or _ABOUT.search(match["low"]):
        return []
    kind, factor = _KINDS.get(unit, (unit, 1))
    factor *= 10_000 if match["wan"] or match["low_wan"] else 1
    values = [low * factor] if high is None else [low * factor, high * factor]
    if match["half"] or match["more"]:
        values[-1] += factor / 2
    return [(kind, value) for value in values]


def fields_of(guide: Guide) -> Iterator[Statement]:
    """What the fields of a guide state."""
    time, fee, basis = Element.TIME_LIMIT, Element.FEE, Element.BASIS
    yield Statement(guide.anticipate.text, "法定办结时限", "法定", time)
    yield Statement(guide.promise.text, "承诺办结时限", "承诺", time)
    for charge in guide.fees:
        yield Statement(charge.fee_stand, "收费", charge.fee_name, fee)
    for condition in guide.accept_condition:
        yield Statement(condition.text, "受理条件", "", Element.CONDITIONS)
    for material in guide.materials:
        # One copy goes without saying.
        copies = f"；{material.copies}份" if material.copies > 1 else ""
        yield Statement(f"{material.note or ''}{copies}", "申请材料", material.material_name, Element.MATERIALS)
    for situation in guide.situations:
        yield Statement(situation.effect, "情形", situation.when)
        yield Statement(situation.when, "情形")
    for step in guide.process:
        yield Statement(step, "办理流程", "", Element.PROCESS)
    yield Statement(guide.handle_area.text, "通办范围", "", Element.SCOPE)
    yield Statement(guide.online_handle_depth.text, "网办深度", "", Element.ONLINE)
    yield Statement(guide.transact_place, "办理地点", "", Element.LOCATION)
    for text in (guide.link_way, guide.supervise_way):
        yield Statement(text or "", "咨询投诉方式")
    for law in guide.by_law:
        yield Statement(law, "设定和实施依据", "", basis)
