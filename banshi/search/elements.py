"""Which element (materials, fee, …) a question asks about: cues of the lexicon decide, a linear fallback where they are silent."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from banshi.knowledge.elements import Element
from banshi.knowledge.library import Lexicon
from banshi.search.fusion import Floats
from banshi.text.normalise import is_korean
from banshi.text.terms import rewrite

ORDER = tuple(Element)
_FADING = 15.0
"""Characters from the end of the question after which a cue counts 1/e: stories come first, what is asked comes last."""
_TAIL = 15
"""The asking words stand in the last so many characters; what stands before names the item."""
_BUCKETS = 4096
_LOUDNESS = 3.0
"""Scale of the fallback's unit-length rows, so that ridge regularisation treats them like the cues."""
_ROUGH = 1e-3
"""Tolerance of the fallback's fit. At 1e-2 cross-validated accuracy falls by three points, at 1e-4 the fit takes twice as long."""
_PRIOR = 1.0
"""Added to what was learned about a cue: that it stands for its own element. Rare elements have too few stored questions to learn it."""


@dataclass(frozen=True)
class ElementClassifier:
    """Two linear models in one matrix: cues, and a fallback whose rows count the less the stronger the cues are.

    Rows of the weights: one a cue strength in the order of `ORDER`, one bias, then the fallback's: `_BUCKETS` hashed character
    n-grams of the question's end, the vector (when there is an encoder) and a bias. Columns: `ORDER`.

    Attributes:
        words: each element's cues, in the order of `ORDER`; `/…/` is a regular expression.
        full: used with a vector.
        words_only: used without.

    Example:
        >>> classifier.classify("补身份证多少钱", None)
        <Element.FEE: 'fee'>
    """

    words: tuple[tuple[str, ...], ...]
    full: Floats
    words_only: Floats

    @classmethod
    def fit(cls, lexicon: Lexicon, texts: Sequence[str], vectors: Floats | None, labels: Sequence[Element]) -> ElementClassifier:
        """Learn from stored questions with known elements.

        Args:
            lexicon: its cues, and its dialect, which is rewritten in `texts` as the reader does in a question.
            texts: stored questions, without punctuation.
            vectors: theirs, (questions, dimension); None learns no weights for them.
            labels: what each text asks about.

        Raises:
            ValueError: a cue between slashes is not a regular expression; the message names it.
        """
        from scipy.sparse import csr_matrix, hstack  # only for fitting; serving needs numpy alone

        words = tuple(tuple(str(word) for word in lexicon.elements.get(element, ())) for element in ORDER)
        texts = [rewrite(text, lexicon.dialect) for text in texts]
        numbers = np.array([ORDER.index(label) for label in labels])
        cues = np.stack([indicate(words, text) for text in texts])
        heard = _linear(csr_matrix(cues), numbers)
        heard[: len(ORDER)] += _PRIOR * np.eye(len(ORDER))
        buckets = [_buckets(text) for text in texts]
        pointers = np.cumsum([0, *map(len, buckets)])
        volumes = np.concatenate([np.full(len(row), _volume(row)) for row in buckets])
        grams = csr_matrix((volumes, np.concatenate(buckets), pointers), shape=(len(texts), _BUCKETS))
        lexical = np.r_[heard, _linear(grams, numbers, _ROUGH)]
        full = lexical if vectors is None else np.r_[heard, _linear(hstack([grams, vectors * _LOUDNESS]).tocsr(), numbers, _ROUGH)]
        return cls(words, full.astype(np.float32), lexical.astype(np.float32))

    def scores(self, text: str, vector: Floats | None) -> Floats:
        """A probability an element, in the order of `ORDER`. `text` is in standard words."""
        cues = indicate(self.words, text)
        weights = self.words_only if vector is None else self.full
        heard, fallback = weights[: len(ORDER) + 1], weights[len(ORDER) + 1 :]
        row = _buckets(text)
        guess = fallback[row].sum(axis=0) * _volume(row) + fallback[-1]
        if vector is not None and len(fallback) > _BUCKETS + 1:
            guess = guess + vector * _LOUDNESS @ fallback[_BUCKETS:-1]
        # Stored questions are in Chinese: their n-grams say nothing of a Korean one, and the bias alone would answer.
        silence = 0.0 if is_korean(text) and vector is None else 1 - cues.max()
        logits = cues @ heard[:-1] + heard[-1] + silence * guess
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum(), np.float32)

    def classify(self, text: str, vector: Floats | None) -> Element:
        """The likeliest element."""
        return ORDER[int(self.scores(text, vector).argmax())]


def indicate(words: Sequence[Sequence[str]], text: str) -> npt.NDArray[np.float64]:
    """For each element how strongly one of its cues asks for it: 0 for none, 1 for one at the very end of the text.

    A cue inside a longer cue of another element does not count: "在哪" in "网上在哪" asks for online handling, not for a place.
    """
    found = [
        (match.start(), match.end(), number)
        for number, patterns in enumerate(_compiled(tuple(map(tuple, words))))
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
def _compiled(words: tuple[tuple[str, ...], ...]) -> tuple[tuple[re.Pattern[str], ...], ...]:
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


def _buckets(text: str) -> npt.NDArray[np.int64]:
    """Hashed character n-grams (1 to 3) of the end of a Chinese text, each once; none of a Korean one."""
    if is_korean(text):
        return np.zeros(0, np.int64)
    end = text[1 - _TAIL :] + "$"
    grams = {end[i : i + size] for size in (1, 2, 3) for i in range(len(end) - size + 1)}
    return np.array(sorted({zlib.crc32(gram.encode()) % _BUCKETS for gram in grams}), np.int64)


def _volume(row: npt.NDArray[np.int64]) -> float:
    return float(_LOUDNESS / np.sqrt(max(len(row), 1)))


def _linear(design: Any, numbers: npt.NDArray[np.int64], tolerance: float = 1e-4) -> npt.NDArray[np.float64]:
    """Weights (features + bias, elements) of a multinomial model with every element equally likely beforehand; `design` is sparse."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=300, tol=tolerance, class_weight="balanced").fit(design, numbers)
    weights = np.zeros((design.shape[1] + 1, len(ORDER)))
    weights[-1] = -10.0  # an element without a stored question is not guessed, but a cue can still name it
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients, intercepts = np.r_[-coefficients, coefficients] / 2, np.r_[-intercepts, intercepts] / 2
    weights[:-1, model.classes_] = coefficients.T
    weights[-1, model.classes_] = intercepts
    return weights
