"""The garble gate as a rule: text that was damaged on its way here is refused, whatever it is a part of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from banshi.knowledge.garble import DamagedPassage, damaged_passages
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_PROSE = 160
"""The gate's search for interleaved sentences needs a paragraph, and a tenth of a millisecond a character. Shorter texts go through it
only when they hold a mechanical trace of damage."""
_ORDINARY = re.compile(
    r"[\u4e00-\u9fff0-9A-Za-z，。、；：（）〔〕·—…％%./\-+＋×~～→℃ⅠⅡⅢⅣ\"“”‘’《》【】？！,;:()?!=<>&#@'*\[\]|_ \n\uac00-\ud7a3]*"
)
_TRACE = re.compile(
    r"[，、；：,][，、；：。]|。[，、；：]|“”|‘’|《》|（）|【】|〔〕|\?\?|锟|烫{3}|屯{3}|&#?\w+;|(?:[\u4e00-\u9fff])\d \d|“[^”]* |"
    r"(?P<twice>[\u4e00-\u9fff]{4,20}?)(?P=twice)"
)


def _rare(text: str) -> int:
    """Characters beyond the 3,755 of GB 2312's first level: misread bytes make many of them."""
    count = 0
    for character in text:
        if "\u4e00" <= character <= "\u9fff":
            try:
                count += character.encode("gb2312")[0] >= 0xD8
            except UnicodeEncodeError:
                count += 1
    return count


def _suspicious(text: str) -> bool:
    return (
        len(text) >= _PROSE
        or _ORDINARY.fullmatch(text) is None
        or _TRACE.search(text) is not None
        or text.count("《") != text.count("》")
        or _rare(text) >= 3
    )


@lru_cache(maxsize=8192)
def _damaged(text: str, title: str) -> tuple[DamagedPassage, ...]:
    return tuple(damaged_passages(text, title or None)) if _suspicious(text) else ()


def _garbled(draft: Draft) -> Iterator[Found]:
    title = draft.text("title") if draft.kind == "policy" else ""
    for path, text in draft.formal:
        if damaged := _damaged(text, title):
            passage = damaged[0]
            more = f"（共{len(damaged)}处）" if len(damaged) > 1 else ""
            yield Found(path, f"文字损坏{more}：“{passage.quote}”，{passage.reason}。请对照原文改正", passage.quote)


RULES = (Rule("garbled", "error", ("guide", "qa", "policy"), _garbled),)
