"""Amounts in words: numbers, days and visits as people write them (20个工作日, 三十日, 3至5日, 当场, 0-1次)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from banshi.knowledge.lint.content import text_of

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "零〇一二两三四五六七八九十百千"
_NUMBER = rf"(?:\d{{1,6}}(?:\.\d{{1,2}})?|[{_NUMERAL}]{{1,9}}|半)"
_DATE = re.compile(
    r"\d{2,4}\s*年(?:底|末|度|\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?)?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|次年|每年|当年|第[一二三四五六七八九十百]+条"
)
_SPAN = re.compile(
    rf"(?P<low>{_NUMBER})(?:余|多|来)?(?:\s*个?(?:工作日|自然日|日|天|月)?\s*(?:至|到|-|－|—|~|～)\s*(?P<high>{_NUMBER}))?\s*(?P<count>个?)\s*"
    r"(?P<unit>工作日|工作天|自然日|日历日|天|日|小时|钟头|分钟|周(?!岁)|星期|礼拜|月|年(?![报检度审龄]))"
)
_AT_ONCE = re.compile("当场|即时|立等|现场办结|实时|随到随办|马上|即办")
_SAME_DAY = re.compile("当日|当天|次日")
_OPEN = re.compile("未规定|未见统一|无(?:全国)?统一|没有(?:全国)?统一|不统一|另有规定的?除外")
_PARENTHESES = re.compile(r"[（(][^（）()]*[）)]")
_IN_DAYS = {"小时": 1 / 24, "钟头": 1 / 24, "分钟": 1 / 1440, "周": 7.0, "星期": 7.0, "礼拜": 7.0, "月": 30.0, "年": 365.0}
_WORKING = ("工作日", "工作天")
WEEK = 7 / 5
"""Calendar days that a working day takes on average."""


def number_of(text: str) -> float | None:
    """A number in digits or in Chinese numerals: 20, 1.5, 三十, 一百二十, 半; None for anything else."""
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,4})?", text):
        return float(text)
    if text == "半":
        return 0.5
    if not text or any(character not in _DIGITS and character not in _UNITS for character in text):
        return None
    total, digit = 0, None
    for character in text:
        if character in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[character]
            digit = None
        else:
            # 二〇一八 is read digit by digit.
            digit = _DIGITS[character] if digit is None else digit * 10 + _DIGITS[character]
    return float(total + (digit or 0))


@dataclass(frozen=True)
class Span:
    """A stretch of time: from `low` to `high`, in working days or in calendar days, and where it stands in the text."""

    low: float
    high: float
    working: bool
    start: int
    end: int

    @property
    def calendar(self) -> float:
        """The longest it takes in calendar days."""
        return self.high * WEEK if self.working else self.high


FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF0E: 0x2E}
"""Digits of full width, one for one, so that places in the text stay."""


@lru_cache(maxsize=8192)
def spans(text: str) -> tuple[Span, ...]:
    """The stretches of time a text names, in order. Dates are none; 当场 is one of no length, 当天 one of a day."""
    plain = _DATE.sub(lambda match: " " * len(match[0]), text.translate(FULL_WIDTH))
    found: list[Span] = []
    for match in _SPAN.finditer(plain):
        # 五年 lasts, 十二月 is a month's name, 2025年 a date.
        if match["unit"] == "月" and not match["count"] and match["low"] != "半":
            continue
        low = number_of(match["low"])
        high = number_of(match["high"]) if match["high"] else low
        if low is None or high is None:
            continue
        working = match["unit"] in _WORKING
        factor = 1.0 if working else _IN_DAYS.get(match["unit"], 1.0)
        found.append(Span(min(low, high) * factor, max(low, high) * factor, working, match.start(), match.end()))
    found += [Span(0, 0, False, match.start(), match.end()) for match in _AT_ONCE.finditer(plain)]
    found += [Span(0, 1, False, match.start(), match.end()) for match in _SAME_DAY.finditer(plain)]
    return tuple(sorted(found, key=lambda span: span.start))


@dataclass(frozen=True)
class Limit:
    """A time limit: the stretches it names outside and inside brackets. Brackets hold extensions and remarks."""

    main: tuple[Span, ...]
    aside: tuple[Span, ...]
    text: str

    @property
    def longest(self) -> Span:
        """The longest stretch outside brackets."""
        return max(self.main, key=lambda span: span.calendar)

    @property
    def longest_of_all(self) -> Span:
        """The longest stretch, extensions included."""
        return max((*self.main, *self.aside), key=lambda span: span.calendar)


def limit_of(content: Mapping[str, Any], name: str) -> Limit | None:
    """法定 (`anticipate`) or 承诺 (`promise`) 办结时限: from its number field, else from its words; None when it names no stretch.

    A text that says no limit is laid down (法律未规定统一时限) names none, though it may count other days.
    """
    text = text_of(content.get(name))
    days = count_of(content.get(f"{name}_day"))
    if days is not None:
        working = content.get(f"{name}_type") != "自然日"
        return Limit((Span(days, days, working, 0, 0),), (), f"{_told(days)}{'个工作日' if working else '日'}")
    if _OPEN.search(text):
        return None
    outside = _PARENTHESES.sub(lambda match: " " * len(match[0]), text)
    main = spans(outside)
    starts = {span.start for span in main}
    return Limit(main, tuple(span for span in spans(text) if span.start not in starts), text) if main else None


def _told(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def count_of(value: Any) -> float | None:
    """A number field: an integer, a float, or text that is one; None for anything else, 是/否 included."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if 0 <= value < 1e6 else None
    return number_of(value.strip()) if isinstance(value, str) else None


_VISITS = re.compile(rf"({_NUMBER})\s*(?:次|趟|回)?(?:\s*(?:至|到|或|-|－|—|~|～)\s*({_NUMBER}))?\s*(?:次|趟|回)?")
_NO_VISIT = re.compile("不用跑|不用到|无需到|无须到|零跑|不跑|不见面|全程网办|零次")
_ONE_VISIT = re.compile("跑一次|一次办成|只跑一趟")


def visits_of(content: Mapping[str, Any]) -> tuple[float, float] | None:
    """到办事现场次数 as fewest and most; None when no number can be read."""
    value = content.get("limit_scene_num")
    number = count_of(value)
    if number is not None:
        return number, number
    text = text_of(value).translate(FULL_WIDTH).strip()
    if match := _VISITS.search(text):
        low = number_of(match[1])
        high = number_of(match[2]) if match[2] else low
        if low is not None and high is not None:
            # 最多1次 may be none; 至少1次 may be more, but one is what it says.
            fewest = 0.0 if re.search("最多|至多|不超过", text) else min(low, high)
            return fewest, max(low, high)
    if _NO_VISIT.search(text):
        return 0, 0
    return (0, 1) if _ONE_VISIT.search(text) else None


_DEPTHS = {
    "Ⅰ": 1,
    "Ⅱ": 2,
    "Ⅲ": 3,
    "Ⅳ": 4,
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
}
_DEPTH = re.compile(r"^(IV|III|II|I|Ⅰ|Ⅱ|Ⅲ|Ⅳ|[1-4一二三四])\s*级?(?![A-Za-z0-9])")
DEPTHS = ("", "I级", "II级", "III级", "IV级")


def depth_of(content: Mapping[str, Any]) -> int | None:
    """网办深度 1 to 4, read off the beginning of its words (III级（备案可IV级） is 3); None when none stands there."""
    text = text_of(content.get("online_handle_depth")).strip().upper()
    if match := _DEPTH.match(text):
        return _DEPTHS[match[1]]
    return 4 if text.startswith("全程网办") else None
