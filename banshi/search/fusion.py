"""How well each owner fits a question: channels over short texts, fused into one score.

Every channel works on the indexed texts. An owner is scored by the mean of its three best texts, since one lucky phrasing is
weaker evidence than three that all come near; each channel is divided by its highest score for this question, which makes
channels of different scales comparable (a weighted sum; reciprocal ranks throw the distances away and do worse).

What was learned from all texts at once (see `recognition`) has its own say beside them, as far as the index has such a part.

The weights were chosen on the golden development half, where they stand on a plateau: words and vectors alike, a third of that
for the words of the answers, a fifth for the sound, and a small preference for guides, whose answers are complete. Words count less
where even the best text shares few of them; that level was chosen on the same half and on every second entry of a FAQ on other matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from banshi.search.beside import beside
from banshi.search.encoder.onnx import Begun, Inner
from banshi.search.lexical import LexicalIndex
from banshi.search.question import Question
from banshi.search.recognition import Recognition
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
_APART = 1000.0
"""Distance of neighbouring owners in the key that sorts texts; more than any score."""
LOUD = 0.5
"""Share of a question's words in its best text from which on words count in full beside vectors."""
_FADES = 3
"""How fast words fade below that where nothing was learned of the texts: with the cube. A recogniser knows them by other signs."""
WEIGHTS = {"words": 1.0, "cosine": 0.8, "body": 0.3, "sounds": 0.4, "learned": 0.4, "not_a_guide": -0.1}
_BESIDE_UP_TO = 200_000
"""With more texts words take longer than the encoder, and two threads that want the interpreter in turns wait longer than they gain (at a
million texts p99 is 40 ms beside, 34 ms after)."""
_LEAST, _MOST = -10.0, 5.0
"""Bounds of a learned log-odds: beyond them it is as good as certain, and no more sure for being further off."""
_WAY = 0.4
"""So far on the way from the first to the third of those that answer stands what nothing was learned of."""


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
        recognition: what was learned from the texts; None where nothing was.
    """

    vectors: VectorIndex | None
    words: LexicalIndex
    sounds: LexicalIndex
    bodies: LexicalIndex
    everything: LexicalIndex
    owner_of: npt.NDArray[np.int32]
    is_guide: npt.NDArray[np.bool_]
    is_outside: npt.NDArray[np.bool_]
    recognition: Recognition | None = None

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
            self.recognition.extended(len(owners), range(len(self.owner_of), len(self.owner_of) + len(texts)))
            if self.recognition is not None
            else None,
        )

    @property
    def owners(self) -> int:
        """Number of owners."""
        return len(self.is_guide)

    @cached_property
    def outside(self) -> npt.NDArray[np.int64]:
        """Numbers of the owners that lie outside."""
        return np.flatnonzero(self.is_outside)


@dataclass(frozen=True)
class Evidence:
    """What the channels say of every owner, each array (owners,).

    Attributes:
        cosine, words, sounds: mean of the owner's three best texts; cosine above the rim of the neighbourhood, the lexical ones
            as a share of what a perfect text would score.
        best_cosine: raw cosine of the owner's best text, 0 outside the neighbourhood.
        best_words: share of the owner's best text.
        body: share in the answer's own words.
        covered: share of the question's terms that stand in the owner's texts or its answer.
        learned: logarithm of the learned probability; zeros where nothing was learned.
        nearest: owners of the nearest texts by vector, nearest first.
        texts, cosines: numbers of those texts, and how near they are.
    """

    cosine: Floats
    best_cosine: Floats
    words: Floats
    best_words: Floats
    sounds: Floats
    body: Floats
    covered: Floats
    learned: Floats
    nearest: npt.NDArray[np.int32]
    texts: npt.NDArray[np.int64]
    cosines: Floats

    def fused(self, channels: Channels) -> Floats:
        """One score an owner."""
        total = WEIGHTS["not_a_guide"] * ~channels.is_guide
        # Where even the best text shares hardly a word, that one is best among the words says little.
        loud = min(1.0, float(self.best_words.max()) / LOUD) if self.nearest.size else 1.0
        loud = loud if self.learned.any() else loud**_FADES
        for name in ("words", "cosine", "body", "sounds"):
            values: Floats = getattr(self, name)
            weight = WEIGHTS[name] * (1.0 if name == "cosine" else loud)
            total = total + weight * values / max(float(values.max()), 1e-6)
        inside = self.learned[~channels.is_outside]
        if inside.size:
            total = total + WEIGHTS["learned"] * np.clip(self.learned - inside.max(), _LEAST, _MOST)
        return np.asarray(total, np.float32)


def best_and_mean(scores: Floats, ids: npt.NDArray[np.int64], owner_of: npt.NDArray[np.int32], owners: int) -> tuple[Floats, Floats]:
    """For each owner its best score and the mean of its `FEW` best, missing ones counting 0, over the entries `ids`.

    Args:
        scores: one score for each of `ids`, from 0 to less than `_APART`.
        ids: entry numbers.
        owner_of: owner number of every entry.
        owners: number of owners.
    """
    best = np.zeros(owners, np.float32)
    if not len(ids):
        return best, best
    numbers = owner_of[ids]
    # One key sorts several times faster than two: scores are shares, so that owners lie further apart than they do.
    order = np.argsort(numbers * _APART - scores)
    values, numbers = scores[order], numbers[order]
    first = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    best[numbers[starts]] = values[starts]
    rank = np.arange(len(numbers)) - starts[np.cumsum(first) - 1]
    few = rank < FEW
    mean = np.bincount(numbers[few], values[few] / FEW, owners)
    return best, np.asarray(mean, np.float32)


@dataclass(frozen=True)
class Wording:
    """What the channels that need no vector say.

    Attributes:
        shares: (texts,) share of what a perfect text would score in words.
        words, best_words, sounds, body, covered: as in `Evidence`.
        read: what the recogniser read; None without one.
    """

    shares: Floats
    words: Floats
    best_words: Floats
    sounds: Floats
    body: Floats
    covered: Floats
    read: Floats | None


def compare_words(question: Question, channels: Channels) -> Wording:
    """Ask the channels that need no vector."""
    nothing = np.zeros(channels.owners, np.float32)
    shares = np.zeros(len(channels.owner_of), np.float32)
    words = best_words = sounds = body = covered = nothing
    if question.terms:
        shares = channels.words.scores(question.terms)
        shares /= channels.words.ceiling(question.terms)
        best_words, words = _lexical(shares, channels)
        body = (channels.bodies.scores(question.terms) / channels.bodies.ceiling(question.terms)).astype(np.float32)
        covered = channels.everything.coverage(question.terms)
    if question.sounds:
        # One text is enough here: the channel is there for slips, and a slip rarely meets three phrasings.
        alike = channels.sounds.scores(question.sounds)
        alike /= channels.sounds.ceiling(question.sounds)
        sounds, _ = _lexical(alike, channels)
    read = channels.recognition.recogniser.read(question) if channels.recognition is not None and question.text else None
    return Wording(shares, words, best_words, sounds, body, covered, read)


def gather(
    question: Question,
    vector: Floats | None,
    channels: Channels,
    comparing: Callable[[], Wording] | None = None,
    *,
    inner: Inner | None = None,
) -> Evidence:
    """Ask every channel.

    Args:
        question: the question.
        vector: its unit vector, None to search by words alone.
        channels: the indexes.
        comparing: waits for what the channels without vectors say, when they were asked already.
        inner: its tokens inside the encoder, None where it shows none.
    """
    count = channels.owners
    nothing = np.zeros(count, np.float32)
    cosine = best_cosine = nothing
    nearest = np.zeros(0, np.int32)
    ids, cosines = np.zeros(0, np.int64), np.zeros(0, np.float32)
    if vector is not None and channels.vectors is not None:
        ids, cosines = channels.vectors.search(vector, NEIGHBOURS)
        rim = float(cosines[-1])
        nearest = channels.owner_of[ids]
        # e5's cosines lie in a narrow band: what counts is how far a text stands out of the neighbourhood.
        best, cosine = best_and_mean(cosines - rim, ids, channels.owner_of, count)
        best_cosine = np.where(best > 0, best + rim, 0).astype(np.float32)
    wording = compare_words(question, channels) if comparing is None else comparing()
    said = (wording.words, wording.best_words, wording.sounds, wording.body, wording.covered)
    evidence = Evidence(cosine, best_cosine, *said, nothing, nearest, ids, cosines)
    if channels.recognition is None or wording.read is None:
        return evidence
    learned = channels.recognition.log_probabilities(wording.read, vector, inner)
    return replace(evidence, learned=_with_unknown(learned, evidence, wording.shares, channels))


@dataclass(frozen=True)
class Encoded:
    """What the encoder gave.

    Attributes:
        vectors: of the question, and perhaps of other texts behind it, (texts, dimension).
        inner: the question's tokens inside the encoder; None where it shows none.
    """

    vectors: Floats
    inner: Inner | None


def find(question: Question, encode: Callable[[Begun], Encoded] | None, channels: Channels) -> tuple[Encoded | None, Evidence]:
    """Encode a question and ask every channel. Words are compared on another thread while the encoder runs, which leaves the interpreter
    to others meanwhile; begun any earlier, they would hold it up.

    Args:
        question: the question.
        encode: encodes it, and calls what it is given when the encoder begins to run; None searches by words alone.
        channels: the indexes.

    Returns:
        What `encode` gave, and the evidence.
    """
    if encode is None:
        return None, gather(question, None, channels)
    comparing: list[Future[Wording]] = []

    def begun() -> None:
        if len(channels.owner_of) <= _BESIDE_UP_TO:
            comparing.append(beside(compare_words, question, channels))

    encoded = encode(begun)
    return encoded, gather(question, encoded.vectors[0], channels, comparing[0].result if comparing else None, inner=encoded.inner)


def _with_unknown(learned: Floats, others: Evidence, shares: Floats, channels: Channels) -> Floats:
    """What was learned, with what came after: where the other channels put an owner first of which nothing was learned, or by a text that
    was not there to learn from, nothing is held against it; else an unknown one stands on the way to the third of those that answer."""
    unknown = np.isnan(learned)
    known = learned[~(unknown | channels.is_outside)]
    if not len(known):
        return np.nan_to_num(learned)
    best = np.sort(known)[-3:]
    scores = others.fused(channels)
    scores[channels.outside] = -np.inf
    first = int(scores.argmax())
    filled = np.where(unknown, best[-1] + _WAY * (best[0] - best[-1]), learned)
    if unknown[first] or _by_a_fresh_text(first, others, shares, channels):
        filled[first] = max(best[-1], filled[first])
    return np.asarray(filled, np.float32)


def _by_a_fresh_text(owner: int, others: Evidence, shares: Floats, channels: Channels) -> bool:
    """Whether the nearest text of an owner, by vector or by words, came after learning."""
    fresh = channels.recognition.fresh if channels.recognition is not None else np.zeros(0, np.int64)
    own = np.flatnonzero(channels.owner_of == owner) if len(fresh) else fresh
    own = own[np.searchsorted(fresh, own, side="right") > np.searchsorted(fresh, own)]  # those that are among the fresh ones
    if not len(own):
        return False
    return bool(np.isin(others.texts[others.nearest == owner][:1], own).any() or shares[own].max() >= others.best_words[owner] > 0)


def _lexical(shares: Floats, channels: Channels) -> tuple[Floats, Floats]:
    # A text that shares one common character says nothing; leaving those out keeps the sorting short.
    ids = np.flatnonzero(shares > 0.05)
    if len(ids) > _BEST_TEXTS:
        ids = ids[np.argpartition(-shares[ids], _BEST_TEXTS)[:_BEST_TEXTS]]
    return best_and_mean(shares[ids], ids, channels.owner_of, channels.owners)
