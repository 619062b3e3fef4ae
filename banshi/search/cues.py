"""Cues of the lexicon: words by which a question says which element it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_FADING = 15.0
"""Characters from the end of the question after which a cue counts 1/e: stories come first, what is asked comes last."""


def indicate(words: Sequence[Sequence[str]], text: str) -> npt.NDArray[np.float64]:
    """For each element how strongly one of its cues asks for it: 0 for none, 1 for one at the very end of the text.

    A cue inside a longer cue of another element does not count: "在哪" in "网上在哪" asks for online handling, not for a place.
    """
    found = [
        (match.start(), match.end(), number)
        for number, patterns in enumerate(compiled(tuple(map(tuple, words))))
        for pattern in patterns
        for match in pattern.finditer(text)
    ]
    strengths = np.zeros(len(words))
    for start, end, number in found:
        if any(s <= start and end <= e and e - s > end - start and n != number for s, e, n in found):
            continue
        strengths[number] = max(strengths[number], np.exp((end - len(text)) / _FADING))
    return strengths


@lru_cache(maxsize=4)
def compiled(words: tuple[tuple[str, ...], ...]) -> tuple[tuple[re.Pattern[str], ...], ...]:
    """Expressions of each group.

    Raises:
        ValueError: a cue between slashes is not a regular expression; the message names it.
    """
    groups = []
    for group in words:
        expressions = tuple(_expression(word[1:-1]) for word in group if _is_expression(word))
        plain = sorted((re.escape(word) for word in group if not _is_expression(word)), key=len, reverse=True)
        groups.append((*expressions, re.compile("|".join(plain))) if plain else expressions)
    return tuple(groups)


def _expression(source: str) -> re.Pattern[str]:
    try:
        return re.compile(source)
    except re.error as error:
        raise ValueError(f"elements.yml：“{source}”不是有效的正则表达式（{error}）") from error


def _is_expression(word: str) -> bool:
    return len(word) > 2 and word.startswith("/") and word.endswith("/")
