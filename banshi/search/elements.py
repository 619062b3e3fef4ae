"""Which element (materials, fee, …) a question asks about: a linear model over the lexicon's cues, character n-grams and the vector."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from banshi.knowledge.elements import Element
from banshi.knowledge.library import Lexicon
from banshi.search.attention import Attention, learn_attention
from banshi.search.cues import compiled, indicate
from banshi.search.encoder.onnx import Inner
from banshi.search.layers import Floats, Layers, centred, learn_layers
from banshi.search.linear import fit_linear
from banshi.search.question import Question

ORDER = tuple(Element)
_END = 16
"""So many last characters of the asking clause are a text of their own: the asking words stand there."""
_BUCKETS = 1 << 15
_LONGEST = 4
"""Characters of the longest n-gram."""
_STRENGTH = 3.0
"""Inverse of the regularisation; from 1 to 10 cross-validated accuracy stays within half a point."""
_DENSE = 2.0
"""Length of the vector beside the n-grams' 1; with 2 instead of 1 wordings left out are sorted a quarter of a point better."""
_ALIKE = 0.02
"""Difference of cosine at which a text of the same item counts 1/e of the nearest one."""
_TRUST = 0.65
"""Weight of what the nearest texts of the found item ask, beside the classifier; 0.3 to 1.2 do nearly as well."""
_FLOOR = 0.03
"""Share that an element keeps when none of the nearest texts asks for it."""
_FEWEST = 200
"""With fewer questions there is no second opinion to learn."""
_WIDTH, _ROUNDS, _BATCH, _RATE = 64, 8, 128, 2e-3
_HIDDEN = 0.3
_OFTEN = 12.0
"""Most often that an example is drawn beside one of weight 1."""
_INSIDE = 0.4
"""Share of what the tokens inside the encoder say, in the logarithm; from 0.3 to 0.5 it does as well."""
_CUE = 1.5
"""Log-odds of a cue at the very end. Given, not learned: what is learned of cues from stored questions carries less far than n-grams do."""


@dataclass(frozen=True)
class ElementClassifier:
    """Multinomial logistic regression.

    Rows of the weights: hashed character n-grams (1 to 4) of the whole question, then of the end of its asking clause, each weighted by
    how rare it is and scaled to unit length; one a cue strength in the order of `ORDER`; the centred vector (when there is one), which is
    the mean of the question's and its asking clause's, for a story's own vector hardly shows what it asks; a bias. Columns: `ORDER`.

    In the linear model a Korean question's cues decide where there are any: its n-grams are mostly endings that all elements share.

    Once an item is found, its own stored questions have a say: among texts of one matter the nearest ones ask the same.

    Attributes:
        words: each element's cues, in the order of `ORDER`; `/…/` is a regular expression.
        rarity: inverse document frequency of every bucket, both halves, (2 × buckets,).
        centre: mean of the stored questions' vectors; None without an encoder.
        full: used with a vector.
        words_only: used without.
        layers: a second opinion from the same n-grams and vectors, learned with a part of them hidden; the mean of both is told. None
            where there was too little to learn from.
        attention: a third one, from the tokens inside the encoder; None where it does not show them.
        asked: (texts, elements) what each indexed text asks for, as shares; rows of 0 where that is not known.

    Example:
        >>> classifier.classify(reader.read("补身份证多少钱"), None)
        <Element.FEE: 'fee'>
    """

    words: tuple[tuple[str, ...], ...]
    rarity: Floats
    centre: Floats | None
    full: Floats
    words_only: Floats
    asked: Floats
    layers: Layers | None = None
    attention: Attention | None = None

    @classmethod
    def fit(
        cls,
        lexicon: Lexicon,
        questions: Sequence[Question],
        vectors: Floats | None,
        labels: Sequence[Sequence[Element]],
        *,
        clauses: Floats | None = None,
        weights: Floats | None = None,
        asked: Floats | None = None,
        insides: Mapping[int, Inner] | None = None,
    ) -> ElementClassifier:
        """Learn from questions with known elements.

        Args:
            lexicon: its cues.
            questions: stored questions, and ways of asking that name no item.
            vectors: theirs, (questions, dimension); None learns no weights for them.
            labels: what each question asks about, and what a fair reader could take it for instead.
            clauses: vectors of the questions' asking clauses, as `vectors`; those themselves when left out.
            weights: how much each question counts; 1 each when left out.
            asked: what every indexed text asks for; see the attribute.
            insides: tokens inside the encoder of some of the questions, by their number.

        Raises:
            ValueError: a cue between slashes is not a regular expression; the message names it.
        """
        from scipy.sparse import csr_matrix, hstack  # only for fitting; serving needs numpy alone

        words = tuple(tuple(str(word) for word in lexicon.elements.get(element, ())) for element in ORDER)
        targets = np.stack([shares(label) for label in labels]) * (1.0 if weights is None else weights[:, None])
        buckets = [_buckets(question) for question in questions]
        counts = np.bincount(np.concatenate(buckets), minlength=2 * _BUCKETS)
        rarity = np.log((1 + len(buckets)) / (1 + counts)).astype(np.float32) + 1
        volumes = np.concatenate([_volumes(row, rarity) for row in buckets])
        pointers = np.cumsum([0, *map(len, buckets)])
        grams = csr_matrix((volumes, np.concatenate(buckets), pointers), shape=(len(questions), 2 * _BUCKETS))
        compiled(words)  # a broken expression is told now, not at the first question
        lexical = _with_cues(fit_linear(grams, targets, strength=_STRENGTH))
        asked = np.zeros((0, len(ORDER)), np.float32) if asked is None else asked
        of_clauses = vectors if clauses is None else clauses
        centre = None if vectors is None else np.asarray(vectors.mean(axis=0), np.float32)
        layers = attention = None
        if len(questions) >= _FEWEST:
            if insides:
                chosen = list(insides)
                counted = np.ones(len(chosen), np.float32) if weights is None else weights[chosen]
                attention = learn_attention(list(insides.values()), np.stack([shares(labels[i]) for i in chosen]), counted)
            layers = learn_layers(
                buckets,
                [_volumes(row, rarity) for row in buckets],
                None if vectors is None or of_clauses is None or centre is None else _side_by_side(vectors, of_clauses, centre),
                np.stack([shares(label) for label in labels]),
                buckets=2 * _BUCKETS,
                classes=len(ORDER),
                width=_WIDTH,
                rounds=_ROUNDS,
                rate=_RATE,
                batch=_BATCH,
                hidden=_HIDDEN,
                weights=None if weights is None else np.minimum(weights, _OFTEN),
                given=np.stack([_CUE * indicate(words, question.focus) for question in questions]).astype(np.float32),
            )
        if vectors is None or of_clauses is None or centre is None:
            return cls(words, rarity, None, lexical, lexical, asked, layers, attention)
        full = _with_cues(fit_linear(hstack([grams, csr_matrix(_dense(vectors, of_clauses, centre))]).tocsr(), targets, strength=_STRENGTH))
        return cls(words, rarity, centre, full, lexical, asked, layers, attention)

    def beside(self, scores: Floats, alike: Floats | None) -> Floats:
        """The probabilities of `scores` with what `nearest` says of the item found."""
        if alike is None:
            return scores
        both = np.maximum(scores, 1e-6) * (alike + _FLOOR) ** _TRUST
        return np.asarray(both / both.sum(), np.float32)

    def nearest(self, ids: npt.NDArray[np.int64], cosines: Floats) -> Floats | None:
        """What the nearest texts of one item ask for, as shares in the order of `ORDER`; None when that is known of none of them.

        Args:
            ids: numbers of the texts.
            cosines: how near each is to the question.
        """
        ids, cosines = ids[ids < len(self.asked)], cosines[ids < len(self.asked)]
        known = self.asked[ids].any(axis=1) if len(ids) else np.zeros(0, np.bool_)
        if not known.any():
            return None
        says = np.exp((cosines[known] - cosines[known].max()) / _ALIKE) @ self.asked[ids[known]].astype(np.float32)
        return np.asarray(says / says.sum(), np.float32)

    def scores(self, question: Question, vector: Floats | None, clause: Floats | None = None, inner: Inner | None = None) -> Floats:
        """A probability an element, in the order of `ORDER`, from the question's words and vector, whatever item was found.

        Args:
            question: the question.
            vector: its unit vector; None where there is no encoder.
            clause: that of its asking clause; None where the clause is all of it.
            inner: the question's tokens inside the encoder; None where it does not show them.
        """
        outside = self._outside(question, vector, clause)
        if self.attention is None or inner is None:
            return outside
        both = np.maximum(outside, 1e-4) ** (1 - _INSIDE) * np.maximum(self.attention.probabilities(inner), 1e-4) ** _INSIDE
        return np.asarray(both / both.sum(), np.float32)

    def _outside(self, question: Question, vector: Floats | None, clause: Floats | None) -> Floats:
        """By words and vectors."""
        cues = indicate(self.words, question.focus)
        row = _buckets(question)
        values = _volumes(row, self.rarity)
        of_clause = vector if clause is None else clause
        first = self._linear_model(question, row, values, vector, of_clause, cues)
        if self.layers is None:
            return first
        seen = None
        if vector is not None and of_clause is not None and self.centre is not None:
            seen = _side_by_side(vector[None], of_clause[None], self.centre)[0]
        second = _softmax(self.layers.logits(row, values, seen) + _CUE * cues)
        return np.asarray((first + second) / 2, np.float32)

    def _linear_model(
        self,
        question: Question,
        row: npt.NDArray[np.int64],
        values: Floats,
        vector: Floats | None,
        of_clause: Floats | None,
        cues: npt.NDArray[np.float64],
    ) -> Floats:
        if question.korean and cues.any():
            # "자격 조건이 어떻게 돼요": how asks for no process where something else is named.
            said = cues.copy()
            if (said > 0).sum() > 1:
                said[ORDER.index(Element.PROCESS)] *= 0.1
            return np.asarray(said / said.sum(), np.float32)
        dense = vector is not None and of_clause is not None and self.centre is not None
        weights = self.full if dense else self.words_only
        logits = values @ weights[row] + cues @ weights[2 * _BUCKETS : 2 * _BUCKETS + len(ORDER)] + weights[-1]
        if vector is not None and of_clause is not None and self.centre is not None:
            logits = logits + _dense(vector[None], of_clause[None], self.centre)[0] @ weights[2 * _BUCKETS + len(ORDER) : -1]
        return _softmax(logits)

    def classify(self, question: Question, vector: Floats | None) -> Element:
        """The likeliest element."""
        return ORDER[int(self.scores(question, vector).argmax())]

    def names(self, question: Question) -> bool:
        """Whether a cue of the lexicon says which element is asked for."""
        return bool(indicate(self.words, question.standard).any())


def _buckets(question: Question) -> npt.NDArray[np.int64]:
    """Hashed character n-grams of the question and, in the upper half, of the end of its asking clause; each once."""
    found: set[int] = set()
    for offset, text in ((0, question.standard), (_BUCKETS, question.focus[-_END:] + "$")):
        for size in range(1, _LONGEST + 1):
            found.update(offset + zlib.crc32(text[i : i + size].encode()) % _BUCKETS for i in range(len(text) - size + 1))
    return np.array(sorted(found), np.int64)


def _volumes(row: npt.NDArray[np.int64], rarity: Floats) -> Floats:
    """Values of one question's buckets: rarity, scaled to unit length in each half."""
    values = rarity[row]
    for half in (row < _BUCKETS, row >= _BUCKETS):
        values[half] /= max(float(np.linalg.norm(values[half])), 1e-6)
    return np.asarray(values, np.float32)


def _with_cues(weights: Floats) -> Floats:
    """The cues' rows put in behind those of the n-grams: each stands for its own element."""
    return np.insert(weights, 2 * _BUCKETS, _CUE * np.eye(len(ORDER), dtype=np.float32), axis=0)


def _dense(vectors: Floats, clauses: Floats, centre: Floats) -> Floats:
    return np.asarray(_DENSE * (centred(vectors, centre) + centred(clauses, centre)) / 2, np.float32)


def _side_by_side(vectors: Floats, clauses: Floats, centre: Floats) -> Floats:
    return np.concatenate([centred(vectors, centre), centred(clauses, centre)], axis=1)


def _softmax(logits: npt.NDArray[Any]) -> Floats:
    odds = np.exp(logits - logits.max())
    return np.asarray(odds / odds.sum(), np.float32)


def shares(labels: Sequence[Element]) -> Floats:
    """One question's labels as shares in the order of `ORDER`: the first is the likelier one, none gives zeros."""
    row = np.zeros(len(ORDER), np.float32)
    for number, label in enumerate(labels):
        row[ORDER.index(label)] += 1.0 if len(labels) == 1 else 0.7 if number == 0 else 0.3 / (len(labels) - 1)
    return row
