"""Personal numbers in a message: find them before any model, any log and any table sees them.

Kinds: identity number (GB 11643-1999: 17 digits and a digit or X), mobile phone (YD/T: 11 digits from 13 to 19), bank card (Luhn, 16 to
19 digits), application number (办件编号: two letters and 12 to 14 digits) and second factor (the last four characters of a
document number, only when the dialogue asked for it or the words say so).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

IDENTITY = "身份证号"
PHONE = "手机号"
CARD = "银行卡号"
APPLICATION = "办件编号"
SECOND_FACTOR = "证件后四位"
KINDS = (IDENTITY, PHONE, CARD, APPLICATION, SECOND_FACTOR)

TOKEN = re.compile(r"〈(" + "|".join(KINDS) + r"):([0-9a-f]{8})〉")
"""How a masked number reads in stored and forwarded text: 〈办件编号:3f9a01bc〉. The words keep the sentence understandable."""

_GAP = r"[ \-]?"
_IDENTITY = re.compile(rf"(?<![\dA-Za-z])(?:\d{_GAP}){{17}}[\dXx](?![\dA-Za-z])")
_APPLICATION = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}(?:[ \-]?\d){12,14}(?![0-9A-Za-z])")
_PHONE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_CARD = re.compile(rf"(?<!\d)(?:\d{{4}}{_GAP}){{3}}\d{{4}}(?:{_GAP}\d{{1,3}})?(?!\d)")
_TAIL_WORDS = re.compile(r"((?:(?:后|尾|末)(?:四|4)?位?(?:数|号)?|尾号)(?:就?是|为|:|：|\s)*)(\d{3}[\dXx])(?![\dA-Za-z年])")
_TAIL = re.compile(r"(?<![\dA-Za-z〔\-])\d{3}[\dXx](?![\dA-Za-z〕]|-\d|\s*[年月日号元块])")
_FULL_WIDTH: dict[int, int | str] = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FULL_WIDTH |= {0xFF0D: "-", 0x2013: "-", 0x2014: "-", 0x3000: " ", 0xFF0B: "+"}


@dataclass(frozen=True)
class Found:
    """One personal number taken out of a message: its kind, its digits as written down plainly, and the token that replaced it."""

    kind: str
    value: str
    token: str


def _luhn(digits: str) -> bool:
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mask(
    text: str, *, second_factor_expected: bool = False, new_token: Callable[[], str] = lambda: secrets.token_hex(4)
) -> tuple[str, list[Found]]:
    """Replace personal numbers by tokens.

    Args:
        text: the message as the citizen wrote it.
        second_factor_expected: the assistant has just asked for 证件后四位, so four lone digits are one.
        new_token: gives eight hexadecimal digits; an argument so that tests can fix it.

    Returns:
        The text with tokens of the form `TOKEN`, and what was found, in the order of kinds, not of the text.
    """
    found: list[Found] = []
    text = text.translate(_FULL_WIDTH)

    def put(kind: str, written: str) -> str:
        token = f"〈{kind}:{new_token()}〉"
        found.append(Found(kind, re.sub(r"[ \-]", "", written).upper(), token))
        return token

    def card(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        return put(CARD, match[0]) if _luhn(digits) else match[0]

    # 18 digits are masked as an identity number even when the check digit is wrong: a mistyped one is personal as well.
    text = _APPLICATION.sub(lambda match: put(APPLICATION, match[0]), text)
    text = _IDENTITY.sub(lambda match: put(IDENTITY, match[0]), text)
    text = _CARD.sub(card, text)
    text = _PHONE.sub(lambda match: put(PHONE, match[0]), text)
    text = _TAIL_WORDS.sub(lambda match: match[1] + put(SECOND_FACTOR, match[2]), text)
    # Somebody who sends the application number sends the second factor along.
    if second_factor_expected or any(number.kind == APPLICATION for number in found):
        text = _TAIL.sub(lambda match: put(SECOND_FACTOR, match[0]), text)
    return text, found


def without_tokens(text: str) -> str:
    """The text with each token replaced by the name of its kind, for models and for people to read."""
    return TOKEN.sub(lambda match: match[1], text)
