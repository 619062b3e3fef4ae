"""Slips made on purpose, to measure what they cost: the same questions with a share of their characters wrong."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import lru_cache

from pypinyin import lazy_pinyin

KINDS = ("homophone", "keyboard")


def with_slips(text: str, rate: float, kind: str, seed: int) -> str:
    """A text in which a share of the Han characters is wrong.

    Args:
        text: the clean text.
        rate: share of Han characters, between 0 and 1; at least one is changed when it is above 0.
        kind: "homophone" puts another everyday character of the same toneless reading (speech recognition, pinyin keyboards);
            "keyboard" leaves characters out, doubles them or swaps them with the next.
        seed: same seed, same slips.

    Raises:
        ValueError: the kind is unknown.
    """
    if kind not in KINDS:
        raise ValueError(f"Unknown kind of slips {kind!r}. Known: {', '.join(KINDS)}.")
    chars = list(text)
    places = [i for i, char in enumerate(chars) if "\u4e00" <= char <= "\u9fff" and (kind == "keyboard" or len(_same_sound(char)) > 1)]
    draw = random.Random(f"{seed}:{text}")
    count = min(len(places), max(1, round(rate * len(places)))) if rate > 0 else 0
    for i in draw.sample(places, count):
        if kind == "homophone":
            chars[i] = draw.choice([other for other in _same_sound(chars[i]) if other != chars[i]])
        else:
            slip = draw.choice(("leave out", "double", "swap"))
            if slip == "swap" and i + 1 < len(chars):
                chars[i], chars[i + 1] = chars[i + 1], chars[i]
            else:
                chars[i] = "" if slip == "leave out" else chars[i] * 2
    return "".join(chars)


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    """Everyday characters (GB 2312, level 1) by toneless reading."""
    table: defaultdict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                char = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            table[lazy_pinyin(char)[0]].append(char)
    return {sound: tuple(chars) for sound, chars in table.items()}


@lru_cache(maxsize=8192)
def _same_sound(char: str) -> tuple[str, ...]:
    return _table().get(lazy_pinyin(char)[0], (char,))
