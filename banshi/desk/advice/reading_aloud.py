"""Reading aloud: text that can be spoken, and its packing into parts of a minute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from banshi.knowledge.guide import Certainty

MOST_CHARS = 240
"""A minute at four characters a second, which is how fast a telephone operator reads to somebody who takes notes."""
_CLOSING = 14
"""Characters kept for the sentence that the rest is read on."""
_NUMBERS = "零一二三四五六七八九十"
_LEVEL_WORDS = {"I": "一", "Ⅰ": "一", "II": "二", "Ⅱ": "二", "III": "三", "Ⅲ": "三", "IV": "四", "Ⅳ": "四"}
_ORDER = (Certainty.NATIONAL, Certainty.LOCAL, Certainty.UNSURE)


@dataclass(frozen=True)
class Script:
    """What is read out.

    Attributes:
        text: at most `MOST_CHARS`; complete, or it says that it goes on.
        rest: how it goes on, each part as long at most.
        certainty: of the least certain fact in all of it.
    """

    text: str
    rest: tuple[str, ...] = ()
    certainty: Certainty = Certainty.NATIONAL


@dataclass(frozen=True)
class Piece:
    """What is said in one breath; `unit` is that of the list it is an item of."""

    text: str
    certainty: Certainty = Certainty.NATIONAL
    unit: str = ""


def least(*certainties: Certainty) -> Certainty:
    """The least certain of them."""
    return max(certainties, key=_ORDER.index, default=Certainty.NATIONAL)


@lru_cache(maxsize=20_000)
def aloud(text: str) -> str:
    """A text as it is spoken: brackets become pauses, signs become words; every number and name stays."""
    text = re.sub(r"(\d[\d.]*元)/([\u4e00-\u9fff])", r"每\2\1", text.strip())
    text = re.sub(r"(?<![\dA-Za-z\- ])(\d{1,4})[-~～—]+(\d{1,4})(?![\d\-])", r"\1到\2", text)
    text = re.sub(r"[ⅠⅡⅢⅣ]|(?:IV|III|II|I)(?=级)", lambda match: _LEVEL_WORDS[match[0]], text)
    text = re.sub(r"[〔\[［](\d{4})[〕\]］]", r"\1年", text)
    text = re.sub("→再?", "，再", text)
    for sign, word in (("/", "或"), ("×", "乘"), ("+", "加"), ("℃", "度"), ("—", "，"), ("·", "、"), ("\n", "。")):
        text = text.replace(sign, word)
    text = re.sub(r"[（(【〔\[［｛{]", "，", text)
    text = re.sub(r"[）)】〕\]］｝}]", "，", text)
    text = re.sub(r"[*#|_`~＊]", "", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff，。；：、])\s+|\s+(?=[\u4e00-\u9fff，。；：、])", "", text)
    text = text.translate({ord(","): "，", ord(";"): "；", ord(":"): "：", ord("?"): "？", ord("!"): "！"})
    text = re.sub(r"[，、]+(?=[。；：？！，、”》])|(?<=[。；：？！“《])[，、]+", "", text)
    return re.sub(r"([，。；：、])\1+", r"\1", text).strip("，、；。： ")


def list_of(lead: str, items: Sequence[tuple[str, Certainty]], unit: str) -> list[Piece]:
    """A counted list: its length first, then item by item; a list of one is a sentence."""
    if len(items) == 1:
        return [Piece(f"{lead}，{items[0][0]}。", items[0][1])]
    said = [Piece(f"{lead}，一共{counted(len(items))}{unit}。")]
    for number, (item, certainty) in enumerate(items, 1):
        end = "。" if number == len(items) else "；"
        said.append(Piece(f"第{_ordinal(number)}{unit}，{item}{end}", certainty, unit))
    return said


def _ordinal(number: int) -> str:
    if number <= 10:
        return _NUMBERS[number]
    tens, ones = divmod(number, 10)
    return f"{_NUMBERS[tens] if tens > 1 else ''}十{_NUMBERS[ones] if ones else ''}" if number < 100 else str(number)


def counted(number: int) -> str:
    """A number before a measure word."""
    return "两" if number == 2 else _ordinal(number)


def hedged(text: str, certainty: Certainty) -> str:
    """A fact; one that nobody verified says so on the spot."""
    return f"{aloud(text)}，这一点还没有核实" if certainty is Certainty.UNSURE else aloud(text)


def sentences(text: str) -> list[str]:
    """A text in sentences, none longer than half a script."""
    found = []
    for sentence in re.split(r"(?<=[。；！？\n])", text):
        said = aloud(sentence)
        while len(said) > MOST_CHARS // 2:
            cut = said.rfind("，", 1, MOST_CHARS // 2)
            end = cut if cut > 0 else MOST_CHARS // 2
            found.append(said[: end + 1])
            said = said[end + 1 :]
        if said:
            mark = sentence.strip()[-1]
            found.append(said + (mark if mark in "。；！？" else "。"))
    return found


def packed(pieces: Sequence[Piece], *, confirm: bool = False, place: str | None = None, last: str = "") -> Script:
    """Fill parts of `MOST_CHARS` in order.

    Args:
        pieces: what is said.
        confirm: all of it must be confirmed with the department.
        place: the caller's place by name when its own rules are not held.
        last: said at the very end.
    """
    whole = [cut for piece in pieces for cut in _cut(piece)]
    parts: list[str] = []
    begin = 0
    while begin < len(whole):
        opening = "接着说，" if parts else ""
        end, told = begin, opening
        while end < len(whole):
            longer = told + whole[end].text
            tail = _tail(whole[begin : end + 1], confirm, place)
            closing = len(last) if end + 1 == len(whole) else _CLOSING
            if len(longer) + len(tail) + closing > MOST_CHARS and end > begin:
                break
            told, end = longer, end + 1
        left = whole[end:]
        told = _ended(told) + _tail(whole[begin:end], confirm, place) + (_goes_on(left) if left else last)
        parts.append(told)
        begin = end
    certainty = least(*(piece.certainty for piece in whole), Certainty.UNSURE if confirm else Certainty.NATIONAL)
    return Script(parts[0] if parts else "", tuple(parts[1:]), certainty)


def _cut(piece: Piece) -> list[Piece]:
    """A piece too long for one part, in sentences."""
    if len(piece.text) <= MOST_CHARS // 2:
        return [piece]
    cut = enumerate(sentences(piece.text))
    return [replace(piece, text=sentence, unit=piece.unit if number == 0 else "") for number, sentence in cut]


def _ended(told: str) -> str:
    return told if told.endswith(("。", "！", "？")) else told.rstrip("；，、：") + "。"


def _tail(pieces: Sequence[Piece], confirm: bool, place: str | None) -> str:
    """What must be confirmed, in one short sentence."""
    certainty = least(*(piece.certainty for piece in pieces))
    if confirm or certainty is Certainty.UNSURE:
        return "这些还没跟当地核对完，以当地公布为准。"
    if certainty is Certainty.LOCAL:
        return f"{place}可能有自己的规定，以当地公布为准。" if place else "各地可能不一样，以当地公布为准。"
    return ""


def _goes_on(left: Sequence[Piece]) -> str:
    """That it goes on, with what is left of the list that was broken off."""
    unit = left[0].unit
    count = sum(1 for piece in left if piece.unit == unit) if unit else 0
    return f"还有{counted(count)}{unit}，我接着给您念。" if count else "还没说完，我接着给您念。"
