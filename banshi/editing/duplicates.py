"""Stored questions that two records share: a citizen who asks so gets one answer or the other by chance."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from banshi.search.encoder.onnx import Vectors
from banshi.search.engine import Engine
from banshi.search.entries import Entry, Owner
from banshi.search.question import QuestionReader

SAME = 0.98
"""From this cosine on two questions are one. Of 160 pairs of the present knowledge read by a person, between 0.96 and 1, this and the next
two report 66 % of the duplicates and 10 % of the others."""
LIKE = 0.97
"""From this cosine on they are one when they also share their words …"""
_WORDS = 0.8
"""… in this share of the characters that are no function words and name no element."""
_SIMILAR = 0.95
"""From this cosine on an editor should see that there is such a question."""
_SIMILAR_WORDS = 0.7
"""The same without vectors: share of the characters."""
_NEIGHBOURS = 24
_PROBED = 6
"""Of 2 √n lists; finds all but a thousandth of the pairs above `LIKE`."""
_TRAINED_ON_EVERY = 3
_ROUNDS = 4
_LOOKED_AT = 64
_MARKS = re.compile(r"\W")


@dataclass(frozen=True)
class StoredQuestion:
    """A stored question and the record it belongs to."""

    kind: str
    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Duplicate:
    """Two records that share questions.

    Attributes:
        a, b: the likest pair.
        similarity: its cosine.
        shared: how many pairs of questions are this like.
    """

    a: StoredQuestion
    b: StoredQuestion
    similarity: float
    shared: int

    def as_row(self) -> dict[str, Any]:
        """JSON for the page."""
        return asdict(self)


@dataclass(frozen=True)
class Similar:
    """A stored question near a new one; `similarity` is a cosine, or the share of characters in common where there are no vectors."""

    question: StoredQuestion
    similarity: float

    def as_row(self) -> dict[str, Any]:
        """JSON for the page."""
        return {**asdict(self.question), "similarity": self.similarity}


def find_duplicates(engine: Engine, entries: Sequence[Entry], today: date) -> list[Duplicate]:
    """Pairs of guides and Q&A whose answers compete for the same questions, those with the most shared questions first.

    A guide and its own Q&A do not compete, nor do records of which one is not in force, is retired or holds for other regions.

    Args:
        engine: over the snapshot. Without an encoder there is nothing to compare by, and the list is empty.
        entries: what the snapshot was built from, in its order: `read_entries(folder of the snapshot)`.
        today: the day on which a record must be in force.

    Raises:
        ValueError: the entries are those of another snapshot.
    """
    built = engine.snapshot.built
    _check(engine, entries)
    if engine.degraded or built.channels.vectors is None:
        return []
    owners = [built.owners[int(owner)] for owner in built.channels.owner_of]
    answering = _answering(engine, today)
    rows = [row for row, owner in enumerate(owners) if owner.id in answering]
    if not rows:
        return []
    vectors = built.channels.vectors.vectors(rows)
    content = _Content(engine.reader)
    pairs: dict[tuple[str, str], list[tuple[float, int, int]]] = {}
    for first, second, cosine in _near(vectors):
        one, other = sorted((rows[first], rows[second]), key=lambda row: owners[row].id)
        if not _compete(owners[one], owners[other], engine):
            continue
        if cosine >= SAME or content.shared(entries[one].text, entries[other].text) >= _WORDS:
            pairs.setdefault((owners[one].id, owners[other].id), []).append((cosine, one, other))
    found = []
    for alike in pairs.values():
        cosine, one, other = max(alike)
        a, b = (StoredQuestion(owners[row].kind, owners[row].id, owners[row].title, entries[row].text) for row in (one, other))
        found.append(Duplicate(a, b, round(min(cosine, 1.0), 4), len(alike)))
    return sorted(found, key=lambda pair: (-pair.shared, -pair.similarity, pair.a.id, pair.b.id))


def nearest_of(
    engine: Engine, entries: Sequence[Entry], text: str, today: date, *, exclude: Collection[str] = (), count: int = 5
) -> list[Similar]:
    """Stored questions so near to a new one that an editor should see them, one a record, nearest first.

    Args:
        engine, entries, today: as of `find_duplicates`.
        text: the question being written.
        exclude: ids of records that do not count, such as the one being written.
        count: at most so many.
    """
    _check(engine, entries)
    channels = engine.snapshot.built.channels
    question = engine.reader.stored(text)
    if engine.encoder is not None and channels.vectors is not None and question.text:
        ids, scores = channels.vectors.search(np.asarray(engine.encoder.encode_queries([question.text])[0]), _LOOKED_AT)
        least = _SIMILAR
    else:
        ids = np.argsort(-channels.words.scores(question.terms), kind="stable")[:_LOOKED_AT] if question.terms else np.zeros(0, np.int64)
        content = _Content(engine.reader)
        shares = np.array([content.shared(text, entries[int(row)].text) for row in ids], np.float32)
        order = np.argsort(-shares, kind="stable")
        ids, scores, least = ids[order], shares[order], _SIMILAR_WORDS
    answering = _answering(engine, today) - set(exclude)
    found: dict[str, Similar] = {}
    for row, score in zip(ids, scores, strict=True):
        owner = engine.snapshot.built.owners[int(channels.owner_of[int(row)])]
        if score >= least and owner.id in answering and owner.id not in found and len(found) < count:
            question_of = StoredQuestion(owner.kind, owner.id, owner.title, entries[int(row)].text)
            found[owner.id] = Similar(question_of, round(min(float(score), 1.0), 4))
    return list(found.values())


class _Content:
    """What is left of a question without function words and words of elements, compared by its characters."""

    def __init__(self, reader: QuestionReader) -> None:
        self._reader = reader
        self._known: dict[str, frozenset[str]] = {}

    def shared(self, first: str, second: str) -> float:
        """Share of the characters of both that both have, 0 to 1."""
        one, other = self._of(first), self._of(second)
        return len(one & other) / max(1, len(one | other))

    def _of(self, text: str) -> frozenset[str]:
        if text not in self._known:
            question = self._reader.stored(text)
            self._known[text] = frozenset(_MARKS.sub("", question.content or question.core or question.text))
        return self._known[text]


def _check(engine: Engine, entries: Sequence[Entry]) -> None:
    built = engine.snapshot.built
    same = len(entries) == len(built.channels.owner_of)
    if not same or any(built.owners[int(owner)].id != entry.owner for owner, entry in zip(built.channels.owner_of, entries, strict=True)):
        raise ValueError(f"These are not the entries of the index {engine.snapshot.id}: take read_entries of its own folder.")


def _answering(engine: Engine, today: date) -> set[str]:
    """Ids of guides and Q&A that answer on a day."""
    knowledge = engine.knowledge
    records = {**knowledge.valid_guides(today), **knowledge.valid_qa(today)}
    return {key for key, record in records.items() if not record.retired_on(today)}


def _compete(first: Owner, second: Owner, engine: Engine) -> bool:
    if (first.item or first.id) == (second.item or second.id):
        return False
    lineage = engine.knowledge.regions.lineage
    regions = [(one, other) for one in _regions(first, engine) for other in _regions(second, engine)]
    return any(one in lineage(other) or other in lineage(one) for one, other in regions)


def _regions(owner: Owner, engine: Engine) -> tuple[str, ...]:
    known = engine.knowledge
    regions = known.qa[owner.id].regions if owner.kind == "qa" else (known.guides[owner.id].region,)
    return tuple(region for region in regions if region in known.regions)


def _near(vectors: Vectors) -> list[tuple[int, int, float]]:
    """Pairs of rows from `LIKE` on, each once; approximate, since comparing all with all takes ten times as long."""
    lists = max(1, int(2 * np.sqrt(len(vectors))))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.min_points_per_centroid, index.nprobe = _ROUNDS, 1, _PROBED
    index.train(np.ascontiguousarray(vectors[::_TRAINED_ON_EVERY]) if len(vectors) > lists * _TRAINED_ON_EVERY else vectors)
    index.add(vectors)
    cosines, ids = index.search(vectors, _NEIGHBOURS)
    near: npt.NDArray[np.bool_] = (cosines >= LIKE) & (ids >= 0)
    pairs = {}
    for row, place in zip(*np.nonzero(near), strict=True):
        other = int(ids[row, place])
        if other != row:
            pairs[min(int(row), other), max(int(row), other)] = float(cosines[row, place])
    return [(first, second, cosine) for (first, second), cosine in pairs.items()]
