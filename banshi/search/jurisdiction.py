"""Whose rules a question asks about that names a place outside the province: this province's, or that place's own.

"在沈阳打工，社保卡丢了咋补" is asked of home, "在沈阳打工，社保卡丢了沈阳那边咋补" is not; both have the same words but for one. What tells
them apart was first written down as rules and is now learned from labelled questions: it catches more of those and mistakes fewer.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from banshi.knowledge.elsewhere import Elsewhere, Mention
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import RegionTree
from banshi.search.encoder.onnx import Vectors
from banshi.search.entries import Entry
from banshi.search.golden import GoldenQuestion
from banshi.search.layers import Floats, Numbers, centred
from banshi.search.linear import fit_linear
from banshi.search.question import QuestionReader
from banshi.text.normalise import normalise
from banshi.text.segments import tokenizer

_OTHER, _ABROAD, _HERE = "\ue000", "\ue001", "\ue002"
"""Stand for the name of a place: in another province; where Jilin's travel documents lead; in Jilin."""
_TRAVEL = frozenset(("香港", "澳门", "台湾", "国外"))
_STOPS = re.compile(r"[,，。.？?！!;；\s]+")
_BUCKETS = 1 << 15
_LONGEST = 4
"""Characters of the longest n-gram."""
_BESIDE = 4
"""So many characters before and after a place are features of their own, by their distance from it."""
_MOST = 3
_SCALE = 2.0
"""Length of the n-grams' part, and of the vector beside it."""
_STRENGTH = 3.0
_FEWEST = 40
"""With fewer labelled questions of either kind nothing is learned."""
_DOUBT = 0.5
_OURS = frozenset(("guide", "qa"))
"""Kinds of stored questions that are asked of this province."""
_STORED = 0.2
"""What a stored question counts beside a labelled one: many name a place only by the way."""


@dataclass(frozen=True)
class Placed:
    """A text with signs in the place of the names of places.

    Attributes:
        whole, last: all of it, and its last clause.
        province: the province, or country, it names; of several the first one in the last clause that has any.
    """

    whole: str
    last: str
    province: str


class PlaceReader:
    """Finds the places of texts.

    Args:
        elsewhere: names of places outside the province.
        regions: its own.
    """

    def __init__(self, elsewhere: Elsewhere, regions: RegionTree) -> None:
        self._elsewhere = elsewhere
        ours = ["吉林", "吉事办", *(name for name in regions.names() if len(name) > 1)]
        self._ours = re.compile("|".join(map(re.escape, sorted(ours, key=len, reverse=True))))
        tokenizer()  # read now: no citizen is to wait for the dictionary

    def read(self, text: str) -> Placed | None:
        """The text's places; None where it names none outside the province.

        Args:
            text: a message as it was written.
        """
        plain = normalise(text)
        ours = [match.span() for match in self._ours.finditer(plain)]
        named = [mention for mention in self._elsewhere.named(plain) if not any(_within(mention, span) for span in ours)]
        if not named:
            return None
        pieces, end = [], 0
        for mention in named:
            pieces += [plain[end : mention.start], _ABROAD if mention.province in _TRAVEL else _OTHER]
            end = mention.end
        marked = self._ours.sub(_HERE, "".join((*pieces, plain[end:])))
        clauses = [clause for clause in _STOPS.split(marked) if clause]
        clause = max((stop.end() for stop in _STOPS.finditer(plain, 0, named[-1].start)), default=0)
        province = next(mention.province for mention in named if mention.start >= clause)
        return Placed("".join(clauses), clauses[-1], province)


def _within(mention: Mention, ours: tuple[int, int]) -> bool:
    """Whether a longer name of ours covers a part of it: 西安区 is in Liaoyuan."""
    start, end = ours
    return mention.start < end and start < mention.end and end - start > mention.end - mention.start


@dataclass(frozen=True)
class JurisdictionClassifier:
    """Logistic regression.

    Rows of the weights: hashed character n-grams (1 to 4) of the whole text and, marked as such, of its last clause; what stands right
    before and after each place; how many places there are of which kind; the centred vector (where there is one); a bias. Columns: this
    province's rules, another's.

    Attributes:
        centre: mean of the examples' vectors; None without an encoder.
        full: used with a vector.
        words_only: used without.
    """

    centre: Floats | None
    full: Floats
    words_only: Floats

    @classmethod
    def fit(cls, texts: Sequence[Placed], theirs: Sequence[bool], vectors: Floats | None, weights: Floats) -> JurisdictionClassifier:
        """Learn from labelled texts.

        Args:
            texts: texts that name a place outside the province.
            theirs: whether each asks for the rules of that place.
            vectors: theirs, (texts, dimension); None learns from words alone.
            weights: how much each counts.
        """
        from scipy.sparse import csr_matrix, hstack  # only for fitting; serving needs numpy alone

        if min(sum(theirs), len(theirs) - sum(theirs)) < _FEWEST:
            return cls.unlearned()
        rows = [_buckets(text) for text in texts]
        volumes = np.concatenate([np.full(len(row), _volume(row), np.float32) for row in rows])
        grams = csr_matrix((volumes, np.concatenate(rows), np.cumsum([0, *map(len, rows)])), shape=(len(rows), _BUCKETS))
        targets = np.stack([~np.array(theirs), np.array(theirs)], axis=1) * weights[:, None]
        lexical = fit_linear(grams, targets, strength=_STRENGTH)
        if vectors is None:
            return cls(None, lexical, lexical)
        centre = np.asarray(vectors.mean(axis=0), np.float32)
        design = hstack([grams, csr_matrix(_SCALE * centred(vectors, centre))]).tocsr()
        return cls(centre, fit_linear(design, targets, strength=_STRENGTH), lexical)

    @classmethod
    def unlearned(cls) -> JurisdictionClassifier:
        """Knows nothing: every place leaves a doubt."""
        none = np.zeros((0, 2), np.float32)
        return cls(None, none, none)

    def theirs(self, text: Placed, vector: Floats | None) -> float:
        """Probability that the rules of the other place are asked for.

        Args:
            text: the text.
            vector: its question's unit vector; None to go by words alone.
        """
        if not len(self.words_only):
            return _DOUBT
        dense = vector is not None and self.centre is not None
        weights = self.full if dense else self.words_only
        row = _buckets(text)
        logits = _volume(row) * weights[row].sum(axis=0) + weights[-1]
        if vector is not None and self.centre is not None:
            logits = logits + _SCALE * centred(vector[None], self.centre)[0] @ weights[_BUCKETS:-1]
        return float(1 / (1 + np.exp(logits[0] - logits[1])))


def _buckets(text: Placed) -> Numbers:
    """Hashed features of a text, each once."""
    found: set[str] = set()
    for mark, part in (("", text.whole), ("&", text.last)):
        found.update(mark + part[i : i + size] for size in range(1, _LONGEST + 1) for i in range(len(part) - size + 1))
        for place in re.finditer(f"[{_OTHER}{_ABROAD}]", part):
            before, after = part[max(0, place.start() - _BESIDE) : place.start()], part[place.end() : place.end() + _BESIDE]
            found.update(f"{mark}>{after[:size]}" for size in range(1, len(after) + 1))
            found.update(f"{mark}<{before[-size:]}" for size in range(1, len(before) + 1))
            found.update((f"{mark}^",) * (not before) + (f"{mark}$",) * (not after))
        counts = (min(_MOST, part.count(sign)) for sign in (_OTHER, _ABROAD, _HERE))
        found.update(f"{mark}#{sign}{count}" for sign, count in zip((_OTHER, _ABROAD, _HERE), counts, strict=True))
    return np.array(sorted({zlib.crc32(feature.encode()) % _BUCKETS for feature in found}), np.int64)


def _volume(row: Numbers) -> float:
    """What each of a text's features counts: together they have the length `_SCALE`."""
    return _SCALE / float(np.sqrt(max(len(row), 1)))


def learn_jurisdiction(
    knowledge: Knowledge,
    reader: QuestionReader,
    entries: Sequence[Entry],
    vectors: Vectors | None,
    encode: Callable[[Sequence[str]], Vectors] | None,
    golden: Sequence[GoldenQuestion],
) -> JurisdictionClassifier:
    """Learn from labelled questions that name a place outside the province, and from stored ones that do: those are asked of us.

    Args:
        knowledge: its places.
        reader: reads questions as the engine does.
        entries, vectors: what is indexed, as it was encoded.
        encode: gives vectors of more texts; None without an encoder.
        golden: labelled questions (the development half; never the test half).
    """
    places = PlaceReader(knowledge.elsewhere, knowledge.regions)
    asked = [(q, place) for q in golden if (q.elsewhere or q.decision == "answer") and (place := places.read(q.text)) is not None]
    ours = [(i, place) for i, e in enumerate(entries) if e.kind in _OURS and e.is_question and (place := places.read(e.text)) is not None]
    texts = [place for _, place in (*asked, *ours)]
    both = None
    if vectors is not None and encode is not None and asked:
        both = np.concatenate([encode([reader.read(q.text).text for q, _ in asked]), vectors[np.array([i for i, _ in ours], np.int64)]])
    weights = np.array([1.0] * len(asked) + [_STORED] * len(ours), np.float32)
    return JurisdictionClassifier.fit(texts, [q.elsewhere for q, _ in asked] + [False] * len(ours), both, weights)
