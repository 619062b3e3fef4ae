"""Which matter a question is about, learned from all stored wordings at once.

The other channels ask which texts are near. This one has seen all texts of all matters together and so knows what tells
neighbours apart: in "外地户口在这边补身份证" it is the first word that decides, however many texts share the others.

On guides it has a second opinion, from the tokens inside the encoder (see `attention`): a story names many a matter by the way
("换社保卡没要钱，我驾照也到期了"), and no count of n-grams can tell which of them is asked about.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from banshi.search.attention import BATCH as _BATCH_INSIDE
from banshi.search.attention import Attention, learn_attention
from banshi.search.encoder.onnx import Inner
from banshi.search.layers import Floats, Layers, Numbers, centred, learn_layers
from banshi.search.question import Question

_BUCKETS = 1 << 15
_LONGEST = 3
"""Characters of the longest n-gram."""
_UNKNOWN = -1
_FEWEST = 200
"""With fewer texts there is nothing to learn from."""
_FEWEST_OF_ONE = 4
"""Nor from fewer of one owner: a passage of a policy has but one."""
_FEWEST_EACH = 8
"""Nor where owners have fewer on average: what they share is not seen then."""
_WIDTH, _ROUNDS, _BATCH, _RATE = 256, 6, 256, 3e-3
_STEPS = 100
"""Batches learned from at least: a few hundred texts are seen more often than tens of thousands."""
_HIDDEN = 0.2
_INSIDE = 0.4
"""Share of what the tokens say, in the logarithm."""
_STEPS_INSIDE = 4000
"""Batches of `_BATCH_INSIDE` that the tokens are learned from."""
_LEAST = 1e-6
"""No probability that the tokens give is smaller."""


@dataclass(frozen=True)
class Recogniser:
    """From a question to a probability for each matter.

    Attributes:
        owners: ids of the classes.
        rarity: inverse document frequency of every bucket, (buckets,).
        centre: mean of the stored texts' vectors, (dimension,); None without an encoder.
        layers: from hashed character n-grams, syllable pairs and the vector to the classes.
        known: hashes of the texts it has seen, each with its owner.
        attention: the second opinion, from the tokens inside the encoder; None without one.
        looked: the classes it tells apart; its own last class stands for all others.
    """

    owners: tuple[str, ...]
    rarity: Floats
    centre: Floats | None
    layers: Layers
    known: npt.NDArray[np.uint64]
    attention: Attention | None = None
    looked: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def learn(
        cls,
        owners: Sequence[str],
        questions: Sequence[Question],
        owner_of: npt.NDArray[np.int32],
        vectors: Floats | None,
        *,
        rounds: int | None = None,
        insides: Mapping[int, Inner] | None = None,
        looked: Sequence[str] = (),
    ) -> Recogniser | None:
        """Learn from stored wordings and general questions; two minutes on two cores, half of it from the tokens.

        Args:
            owners: ids of all owners.
            questions: stored texts, as they were read.
            owner_of: owner number of each text.
            vectors: of the texts, (texts, dimension); None learns from words alone.
            rounds: how often each text is seen, and its tokens; left out, as often as it takes.
            insides: tokens of some texts inside the encoder, by the number of the text; None learns nothing from tokens.
            looked: ids of the owners that tokens are to tell apart; all texts of theirs should be among `insides`, and some of the others'.

        Returns:
            None when there are too few texts.
        """
        texts_of = np.bincount(owner_of, minlength=len(owners))
        known = np.flatnonzero(texts_of >= _FEWEST_OF_ONE)
        used = np.flatnonzero(texts_of[owner_of] >= _FEWEST_OF_ONE)
        if len(used) < max(_FEWEST, _FEWEST_EACH * len(known)):
            return None
        class_of = np.zeros(len(owners), np.int64)
        class_of[known] = np.arange(len(known))
        vectors = None if vectors is None else vectors[used]
        rows = [_buckets(questions[int(i)]) for i in used]
        rarity = _rarities(rows)
        centre = None if vectors is None else np.asarray(vectors.mean(axis=0), np.float32)
        layers = learn_layers(
            rows,
            [_volumes(row, rarity) for row in rows],
            None if vectors is None or centre is None else centred(vectors, centre),
            class_of[owner_of[used]],
            buckets=_BUCKETS,
            classes=len(known),
            width=_WIDTH,
            rounds=rounds if rounds is not None else max(_ROUNDS, _STEPS * _BATCH // len(used)),
            rate=_RATE,
            batch=_BATCH,
            hidden=_HIDDEN,
        )
        seen = _hashes([owners[int(i)] for i in owner_of], questions)
        apart = np.array([class_of[i] for i in known if owners[int(i)] in set(looked)], np.int64)
        attention = None
        if insides and len(apart):
            place = np.full(len(known), len(apart), np.int64)  # of a class among those that the tokens tell apart
            place[apart] = np.arange(len(apart))
            shown = [number for number in insides if texts_of[owner_of[number]] >= _FEWEST_OF_ONE]
            targets = np.eye(len(apart) + 1, dtype=np.float32)[place[class_of[owner_of[shown]]]]
            steps = _STEPS_INSIDE if rounds is None else -(-rounds * len(shown) // _BATCH_INSIDE)
            attention = learn_attention([insides[i] for i in shown], targets, np.ones(len(shown), np.float32), steps=steps)
        return cls(tuple(owners[int(i)] for i in known), rarity, centre, layers, seen, attention, apart)

    def of(self, owners: Sequence[str], owner_of: npt.NDArray[np.int32], questions: Sequence[Question]) -> Recognition:
        """With the owners and texts of an index.

        Args:
            owners: ids of all owners.
            owner_of: owner number of each text.
            questions: stored texts, as they were read.
        """
        known = np.isin(_hashes([owners[int(i)] for i in owner_of], questions), self.known)
        return Recognition(self, self.classes(owners), np.flatnonzero(~known))

    def classes(self, owners: Iterable[str]) -> npt.NDArray[np.int32]:
        """Class of each owner, by id; -1 for one that came after learning, or has too few texts."""
        numbers = {owner: number for number, owner in enumerate(self.owners)}
        return np.array([numbers.get(owner, _UNKNOWN) for owner in owners], np.int32)

    def log_probabilities(self, question: Question, vector: Floats | None, inner: Inner | None = None) -> Floats:
        """Logarithm of the probability of each class, (classes,).

        Args:
            question: the question.
            vector: its unit vector; None to go by words alone.
            inner: its tokens inside the encoder; None to go without a second opinion.
        """
        return self.encoded(self.read(question), vector, inner)

    def read(self, question: Question) -> Floats:
        """What its words alone give; a question can be read before it is encoded."""
        row = _buckets(question)
        return self.layers.before(row, _volumes(row, self.rarity))

    def encoded(self, read: Floats, vector: Floats | None, inner: Inner | None) -> Floats:
        """As `log_probabilities`, of what was read."""
        seen = None if vector is None or self.centre is None else centred(vector[None], self.centre)[0]
        first = _normalised(self.layers.after(read, seen))
        if self.attention is None or inner is None:
            return first
        told = np.log(np.maximum(self.attention.probabilities(inner), _LEAST))
        others = self._others
        second = np.empty_like(first)
        # What is no guide stays divided as it was: the tokens say only how much goes to all of it.
        second[others] = _normalised(first[others]) + told[-1] if len(others) else 0
        second[self.looked] = told[:-1]
        return _normalised((1 - _INSIDE) * first + _INSIDE * second)

    @cached_property
    def _others(self) -> Numbers:
        """The classes that the tokens do not tell apart."""
        return np.setdiff1d(np.arange(len(self.owners)), self.looked)

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write to `<name>.npz`; the files written."""
        path = folder / f"{name}.npz"
        arrays: dict[str, Any] = {"owners": np.array(self.owners), "rarity": self.rarity, "known": self.known, **self.layers.arrays()}
        if self.centre is not None:
            arrays["centre"] = self.centre
        if self.attention is not None:
            arrays["looked"] = self.looked
            arrays |= {f"attention_{part}": values for part, values in self.attention.arrays().items()}
        np.savez(path, **arrays)
        return [path]

    @classmethod
    def load(cls, folder: Path, name: str) -> Recogniser:
        """Inverse of `save`."""
        with np.load(folder / f"{name}.npz") as stored:
            centre = stored["centre"] if "centre" in stored.files else None
            parts = (tuple(stored["owners"].tolist()), stored["rarity"], centre, Layers.of(stored), stored["known"])
            if "looked" not in stored.files:
                return cls(*parts)
            attention = Attention.of({part: stored[f"attention_{part}"] for part in ("queries", "values", "last")})
            return cls(*parts, attention, stored["looked"])


@dataclass(frozen=True)
class Recognition:
    """A recogniser with the owners and texts of one index.

    Attributes:
        recogniser: the learned layers.
        class_of: (owners,) class of each owner; see `Recogniser.classes`.
        fresh: numbers of the texts that came after learning, ascending.
    """

    recogniser: Recogniser
    class_of: npt.NDArray[np.int32]
    fresh: Numbers

    def extended(self, owners: int, texts: Sequence[int]) -> Recognition:
        """With so many owners more, and texts of these numbers, none of them known."""
        classes = np.r_[self.class_of, np.full(owners, _UNKNOWN, np.int32)]
        return Recognition(self.recogniser, classes, np.r_[self.fresh, np.array(texts, np.int64)])

    def log_probabilities(self, read: Floats, vector: Floats | None, inner: Inner | None) -> Floats:
        """Logarithm of the probability of each owner, (owners,), for what the recogniser read; not a number for those of which nothing was
        learned."""
        values = self.recogniser.encoded(read, vector, inner)[self.class_of]
        values[self._unknown] = np.nan
        return values

    @cached_property
    def _unknown(self) -> Numbers:
        """The owners of which nothing was learned."""
        return np.flatnonzero(self.class_of == _UNKNOWN)


def _normalised(logits: Floats) -> Floats:
    """Logarithm of the softmax."""
    highest = float(logits.max())
    return np.asarray(logits - highest - np.log(np.exp(logits - highest).sum()), np.float32)


def _hashes(owners: Sequence[str], questions: Sequence[Question]) -> npt.NDArray[np.uint64]:
    """One number for each text with its owner."""
    pairs = (f"{owner}\n{question.text}".encode() for owner, question in zip(owners, questions, strict=True))
    return np.array([int.from_bytes(hashlib.blake2b(pair, digest_size=8).digest(), "big") for pair in pairs], np.uint64)


def _buckets(question: Question) -> Numbers:
    """Hashed character n-grams and syllable pairs of a question, each once."""
    text = question.standard
    found = {
        zlib.crc32(text[start : start + size].encode()) % _BUCKETS
        for size in range(1, _LONGEST + 1)
        for start in range(len(text) - size + 1)
    }
    found.update(zlib.crc32(f"~{sound}".encode()) % _BUCKETS for sound in question.sounds)
    return np.array(sorted(found), np.int64)


def _volumes(row: Numbers, rarity: Floats) -> Floats:
    """Values of one question's buckets: rarity, scaled to unit length."""
    values = rarity[row]
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-6), np.float32)


def _rarities(rows: Sequence[Numbers]) -> Floats:
    """Inverse document frequency of every bucket, (buckets,)."""
    counts = np.bincount(np.concatenate(rows), minlength=_BUCKETS)
    return np.asarray(np.log((1 + len(rows)) / (1 + counts)) + 1, np.float32)
