"""Index terms: character unigrams and bigrams for Chinese and Korean, whole words for Latin letters and digits.

Character bigrams beat jieba words on short, spoken questions (no segmentation errors, partial overlap of long names).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin

_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+|[\uac00-\ud7a3]+")


def rewrite(text: str, table: Mapping[str, str]) -> str:
    """Replace every key of `table` by its value, longest key first, in one pass (so a replacement is never replaced again)."""
    if not table:
        return text
    return _pattern(tuple(sorted(table, key=len, reverse=True))).sub(lambda match: table[match[0]], text)


@lru_cache(maxsize=16)
def _pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, keys)))


def character_terms(text: str) -> list[str]:
    """Unigrams and bigrams of Han and Hangul runs; Latin words and numbers whole."""
    terms: list[str] = []
    for run in _RUN.findall(text):
        if run[0].isascii():
            terms.append(run)
        else:
            terms.extend(run)
            terms.extend(run[i : i + 2] for i in range(len(run) - 1))
    return terms


def sound_terms(text: str) -> list[str]:
    """Bigrams of toneless pinyin syllables, with the sounds that North-eastern speech and keyboards mix up made equal
    (zh/z, ch/c, sh/s, l/n at the start; ang/an, eng/en, ing/in at the end)."""
    terms: list[str] = []
    for run in _RUN.findall(text):
        if run[0].isascii() or "\uac00" <= run[0] <= "\ud7a3":
            continue
        syllables = [fold_syllable(syllable) for syllable in lazy_pinyin(run)]
        terms.extend(f"{a} {b}" for a, b in pairwise(syllables))
    return terms


@lru_cache(maxsize=2048)
def fold_syllable(syllable: str) -> str:
    """A toneless syllable with the sounds made equal that are mixed up most."""
    syllable = re.sub(r"^([zcs])h", r"\1", syllable)
    return re.sub(r"([aei]n)g$", r"\1", syllable)
