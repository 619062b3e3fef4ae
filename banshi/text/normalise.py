"""One written form for what people type: width, script, case, spaces, fillers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from zhconv import convert

MAX_CHARS = 500
"""Longest message that is looked at; what a citizen writes beyond it is not needed to find the item."""

_SPACE = re.compile(r"\s+")
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_ECHO = re.compile(r"(.{3,30}?)\1{2,}", re.DOTALL)
_REPEATED = re.compile(r"〈[^〈〉]{1,20}〉|([^\d])\1{3,}")
"""A letter typed over and over, and first what is no typing: a token, whose letters may be alike four times by chance."""
_PUNCTUATION = re.compile(r"[^\w\s℃%·〈〉:]+")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,200}>")
_FILLERS = re.compile(
    r"^(?:(?:你好|您好|喂|哈喽|在吗|在不在|请问|请教|麻烦|劳驾|打扰|同志|师傅|老师(?!资格)|客服|那个(?!体)|就是|嗯+|呃+|啊+|哎+|唉+|那啥)"
    r"(?:一下|下(?![岗乡属调])|了|呀|啊|哈)?[,，。!！?？~\s]*)+"
    r"|(?:我想问(?:一下|下(?![岗乡属调]))?|想问(?:一下|下(?![岗乡属调]))?|问一下|问下(?![岗乡属调])|咨询(?:一下|下)|我想咨询(?:一下|下)?|帮我查(?:一下|下)|跟你打听(?:一下|下)?|打听(?:一下|下)?)[,，:：\s]*"
)


def clean(text: str, limit: int = MAX_CHARS) -> str:
    """Make a message safe to handle without changing what it says.

    Control, format and private-use characters become spaces (they break logs and hide text), HTML tags are dropped, runs of
    white space become one space, and the text is cut at `limit` characters.
    """
    kept = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text[: limit * 4])
    kept = _SCRIPT.sub(" ", kept)  # what stands in it was written for a browser
    while (without := _TAG.sub(" ", kept)) != kept:
        kept = without
    return _SPACE.sub(" ", kept).strip()[:limit].strip()


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """The form in which texts are compared: NFKC, simplified characters, lower case, no spaces between Han characters.

    Numbers are kept as they are. Idempotent.
    """
    text = clean(unicodedata.normalize("NFKC", text[: MAX_CHARS * 4]))
    if any("\u4e00" <= char <= "\u9fff" for char in text):
        text = convert(text, "zh-hans")
    text = _HAN_GAP.sub("", _SPACE.sub(" ", text.lower())).strip()
    shortened = _REPEATED.sub(lambda match: match[1] * 2 if match[1] else match[0], text)
    # A sentence pasted over and over says it once; digits are left, since they may be a number.
    return _ECHO.sub(lambda match: match[0] if any(char.isdigit() for char in match[1]) else match[1], shortened)


@lru_cache(maxsize=4096)
def search_form(text: str) -> str:
    """`normalise` without greeting and filler words at the front and without punctuation; never empty when the text had letters."""
    base = normalise(text)
    stripped = _FILLERS.sub("", base, count=3) or base
    form = _SPACE.sub(" ", _PUNCTUATION.sub(" ", stripped)).strip()
    return _HAN_GAP.sub("", form) or base


def has_words(text: str) -> bool:
    """Whether there is anything to understand: at least one letter or Han/Hangul character."""
    return any(unicodedata.category(char)[0] == "L" for char in text)


def _is_hangul(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3" or "\u1100" <= char <= "\u11ff" or "\u3130" <= char <= "\u318f"


def is_korean(text: str) -> bool:
    """Whether Hangul makes up most of the letters."""
    letters = [char for char in text if unicodedata.category(char)[0] == "L"]
    hangul = sum(map(_is_hangul, letters))
    return bool(letters) and hangul * 2 > len(letters)


def is_foreign(text: str) -> bool:
    """Whether the letters are mostly of a script that is neither Han nor Hangul (English, Russian, Japanese kana, …)."""
    letters = [char for char in text if unicodedata.category(char)[0] == "L"]
    known = sum("\u3400" <= char <= "\u9fff" or _is_hangul(char) for char in letters)
    return len(letters) >= 6 and known * 3 < len(letters)
