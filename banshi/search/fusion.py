"""How well each owner fits a question: channels over short texts, fused into one score.

Every channel works on the indexed texts. An owner is scored by the mean of its three best texts, since one lucky phrasing is
weaker evidence than three that all come near; each channel is divided by its highest score for this question, which makes
channels of different scales comparable (a weighted sum; reciprocal ranks throw the distances away and do worse).

The weights were chosen on the golden development half, where they stand on a plateau: words and vectors alike, a third of that
for the words of the answers, a fifth for the sound, and a small preference for guides, whose answers are complete. Words count less
where even the best text shares few of them; that level was chosen on the same half and on every second entry of a FAQ on other matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from banshi.search.lexical import LexicalIndex
from banshi.search.question import Question
from banshi.search.vectors import VectorIndex

Floats = npt.NDArray[np.float32]

NEIGHBOURS = 256
"""How many nearest texts the dense channel looks at."""
FEW = 3
"""Texts an owner is judged by."""
CANDIDATES = 24
"""Owners kept a question; the right one is among them practically always."""
_BEST_TEXTS = 4096
"""Texts the lexical channels judge owners by; where more share words with a question, the rest are far behind."""
LOUD = 0.4
"""Share of a question's words in its best text from which on words count in full beside vectors."""
WEIGHTS = {"words": 1.0, "cosine": 1.0, "body": 0.3, "sounds": 0.2, "not_a_guide": -0.1}


@dataclass(frozen=True)
class Channels:
    """The indexes of one snapshot.

    Attributes:
        vectors: dense index over entries, None without an encoder.
        words, sounds: lexical indexes over entries.
        bodies: lexical index over owners: their answers' own words.
        everything: lexical index over owners: their answers' words and all texts they are found by.
        owner_of: owner number of each entry.
        is_guide: (owners,) True where the owner is a guide.
        is_outside: (owners,) True where the owner is no answer but a reason to refuse.
    """

    vectors: VectorIndex | None
    words: LexicalIndex
    sounds: LexicalIndex
    bodies: LexicalIndex
    everything: LexicalIndex
    owner_of: npt.NDArray[np.int32]
    is_guide: npt.NDArray[np.bool_]
    is_outside: npt.NDArray[np.bool_]

    def extended(
        self,
        owners: Sequence[tuple[bool, Sequence[str]]],
        texts: Sequence[tuple[int, Sequence[str], Sequence[str]]],
        vectors: Floats | None,
    ) -> Channels:
        """A copy with more owners and texts; what is searched now is not touched. It costs what is added and one copy, not a rebuild.

        Args:
            owners: for each new owner whether it is a guide, and the terms of its answer; numbered on from the last.
            texts: for each new text its owner's number, its terms and its sounds.
            vectors: of the texts, (texts, dimension); None where there are no vectors.
        """
        bodies = [list(terms) for _, terms in owners]
        everything = [list(terms) for terms in bodies]
        for owner, terms, _ in texts:
            if owner >= self.owners:
                everything[owner - self.owners].extend(terms)
        return Channels(
            self.vectors.extended(vectors) if self.vectors is not None and vectors is not None else self.vectors,
            self.words.extended([terms for _, terms, _ in texts]),
            self.sounds.extended([sounds for _, _, sounds in texts]),
            self.bodies.extended(bodies),
            self.everything.extended(everything),
            np.r_[self.owner_of, np.array([owner for owner, _, _ in texts], np.int32)],
            np.r_[self.is_guide, np.array([guide for guide, _ in owners], np.bool_)],
            np.r_[self.is_outside, np.zeros(len(owners), np.bool_)],
        )

    @property
    def owners(self) -> int:
        """Number of owners."""
        return len(self.is_guide)


@dataclass(frozen=True)
class Evidence:
    """What the channels say of every owner, each array (owners,).

    Attributes:
        cosine, words, sounds: mean of the owner's three best texts; cosine above the rim of the neighbourhood, the lexical ones
            as a share of what a perfect text would score.
        best_cosine: raw cosine of the owner's best text, 0 outside the neighbourhood.
        best_words: share of the owner's best text.
        body: share in the answer's own words.
        nearest: owners of the nearest texts by vector, nearest first.
        texts, cosines: numbers of those texts, and how near they are.
    """

    cosine: Floats
    best_cosine: Floats
    words: Floats
    best_words: Floats
    sounds: Floats
    body: Floats
    nearest: npt.NDArray[np.int32]
    texts: npt.NDArray[np.int64]
    cosines: Floats

    def fused(self, channels: Channels) -> Floats:
        """One score an owner."""
        total = WEIGHTS["not_a_guide"] * ~channels.is_guide
        # Where even the best text shares hardly a word, that one is best among the words says little.
        loud = min(1.0, float(self.best_words.max()) / LOUD) if self.nearest.size else 1.0
        for name in ("words", "cosine", "body", "sounds"):
            values: Floats = getattr(self, name)
            weight = WEIGHTS[name] * (1.0 if name == "cosine" else loud)
            total = total + weight * values / max(float(values.max()), 1e-6)
        return np.asarray(total, np.float32)


def best_and_mean(scores: Floats, ids: npt.NDArray[np.int64], owner_of: npt.NDArray[np.int32], owners: int) -> tuple[Floats, Floats]:
    """For each owner its best score and the mean of its `FEW` best, missing ones counting 0, over the entries `ids`.

    Args:
        scores: one score for each of `ids`.
        ids: entry numbers.
        owner_of: owner number of every entry.
        owners: number of owners.
    """
    best, mean = np.zeros(owners, np.float32), np.zeros(owners, np.float32)
    if not len(ids):
        return best, mean
    numbers = owner_of[ids]
    order = np.lexsort((-scores, numbers))
    values, numbers = scores[order], numbers[order]
    starts = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]])
    best[numbers[starts]] = values[starts]
    rank = np.arange(len(numbers)) - np.repeat(starts, np.diff(np.r_[starts, len(numbers)]))
    few = rank < FEW
    np.add.at(mean, numbers[few], values[few] / FEW)
    return best, mean


def gather(question: Question, vector: Floats | None, channels: Channels) -> Evidence:
    """Ask every channel.

    Args:
        question: the question.
        vector: its unit vector, None to search by words alone.
        channels: the indexes.
    """
    count = channels.owners
    nothing = np.zeros(count, np.float32)
    cosine = best_cosine = words = best_words = sounds = body = nothing
    nearest = np.zeros(0, np.int32)
    ids, cosines = np.zeros(0, np.int64), np.zeros(0, np.float32)
    if vector is not None and channels.vectors is not None:
        ids, cosines = channels.vectors.search(vector, NEIGHBOURS)
        rim = float(cosines[-1])
        nearest = channels.owner_of[ids]
        # e5's cosines lie in a narrow band: what counts is how far a text stands out of the neighbourhood.
        best, cosine = best_and_mean(cosines - rim, ids, channels.owner_of, count)
        best_cosine = np.where(best > 0, best + rim, 0).astype(np.float32)
    if question.terms:
        best_words, words = _lexical(channels.words, question.terms, channels)
        body = (channels.bodies.scores(question.terms) / channels.bodies.ceiling(question.terms)).astype(np.float32)
    if question.sounds:
        # One text is enough here: the channel is there for slips, and a slip rarely meets three phrasings.
        sounds, _ = _lexical(channels.sounds, question.sounds, channels)
    return Evidence(cosine, best_cosine, words, best_words, sounds, body, nearest, ids, cosines)


def _lexical(index: LexicalIndex, terms: list[str], channels: Channels) -> tuple[Floats, Floats]:
    scores = index.scores(terms) / index.ceiling(terms)
    # A text that shares one common character says nothing; leaving those out keeps the sorting short.
    ids = np.flatnonzero(scores > 0.05)
    if len(ids) > _BEST_TEXTS:
        ids = ids[np.argpartition(-scores[ids], _BEST_TEXTS)[:_BEST_TEXTS]]
    return best_and_mean(scores[ids], ids, channels.owner_of, channels.owners)
