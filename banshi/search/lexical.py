"""BM25 over short texts, in the same shape as the vector index: build, search, extend, save, load.

Formula: Robertson/Sparck Jones with Lucene's non-negative idf, ln(1 + (N - df + 0.5) / (df + 0.5)), and
tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)). Checked against bm25s in tests/comparison.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

K1 = 1.2
B = 0.4
"""Stored questions are all short; a weak length norm keeps a story-like phrasing comparable with a two-word one."""
_LARGE = 200_000
"""In a larger index terms that stand in more than `_COMMON` of the documents are left out of a question that has `_ENOUGH` others: they
take most of the time and tell least apart."""
_COMMON = 0.02
_ENOUGH = 4


class LexicalIndex:
    """Inverted index with precomputed weights.

    Example:
        >>> index = LexicalIndex.build([["身", "份", "身份"], ["社", "保", "社保"]])
        >>> index.scores(["身份"]).argmax()
        0
    """

    def __init__(
        self,
        vocabulary: dict[str, int],
        starts: npt.NDArray[np.int64],
        documents: npt.NDArray[np.int32],
        weights: npt.NDArray[np.float32],
        idf: npt.NDArray[np.float32],
        size: int,
        mean_length: float,
    ) -> None:
        self._vocabulary = vocabulary
        # Plain views of what is mapped from a file: a slice of a memmap costs ten times one of an array.
        self._starts = np.asarray(starts)
        self._documents = np.asarray(documents)
        self._weights = np.asarray(weights)
        self._idf = np.asarray(idf)
        self.size = size
        self._mean_length = mean_length
        self._unknown_idf = float(np.log(1 + (size + 0.5) / 0.5))

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> LexicalIndex:
        """Index one list of terms a document; positions in `documents` are the ids that `scores` uses."""
        vocabulary: dict[str, int] = {}
        columns, counts, sizes = array("i"), array("i"), array("i")
        lengths = np.zeros(len(documents))
        for number, terms in enumerate(documents):
            counted = Counter(terms)
            columns.extend(vocabulary.setdefault(term, len(vocabulary)) for term in counted)
            counts.extend(counted.values())
            sizes.append(len(counted))
            lengths[number] = len(terms)
        mean = float(lengths.mean()) if len(documents) else 1.0
        norm = K1 * (1 - B + B * lengths / max(mean, 1e-9))
        column_of = np.frombuffer(columns, np.int32) if columns else np.zeros(0, np.int32)
        # Stable: within a term the documents stay in their order.
        order = np.argsort(column_of, kind="stable")
        holders = np.repeat(np.arange(len(documents), dtype=np.int32), np.array(sizes, np.int64))[order]
        frequency = (np.frombuffer(counts, np.int32) if counts else np.zeros(0, np.int32))[order].astype(np.float64)
        found_in = np.bincount(column_of, minlength=len(vocabulary))
        idf = np.log(1 + (len(documents) - found_in + 0.5) / (found_in + 0.5))
        weights = idf[column_of[order]] * frequency * (K1 + 1) / (frequency + norm[holders])
        return cls(
            vocabulary,
            np.r_[0, np.cumsum(found_in)].astype(np.int64),
            holders,
            weights.astype(np.float32),
            idf.astype(np.float32),
            len(documents),
            mean,
        )

    def scores(self, terms: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 score of every document for a bag of terms, shape (size,)."""
        found = self._columns(terms)
        if not found:
            return np.zeros(self.size, np.float32)
        spans = [slice(self._starts[column], self._starts[column + 1]) for column, _ in found]
        weights = [self._weights[span] * count if count > 1 else self._weights[span] for span, (_, count) in zip(spans, found, strict=True)]
        # One count over all postings: adding term by term costs a call each.
        holders = np.concatenate([self._documents[span] for span in spans])
        return np.bincount(holders, np.concatenate(weights), self.size).astype(np.float32)

    def _columns(self, terms: Sequence[str]) -> list[tuple[int, int]]:
        """Columns of the terms that are looked at, with how often each was said."""
        found = [(column, count) for term, count in Counter(terms).items() if (column := self._vocabulary.get(term)) is not None]
        if self.size > _LARGE:
            rare = [(column, count) for column, count in found if self._starts[column + 1] - self._starts[column] <= _COMMON * self.size]
            if len(rare) >= _ENOUGH:
                return rare
        return found

    def coverage(self, terms: Sequence[str]) -> npt.NDArray[np.float32]:
        """For each document the share of the terms, weighted by idf, that stand in it, shape (size,)."""
        columns = [self._vocabulary.get(term) for term in dict.fromkeys(terms)]
        known = [column for column in columns if column is not None]
        if not known:
            return np.zeros(self.size, np.float32)
        weights = self._idf[known].astype(np.float64)
        total = max(float(weights.sum()) + self._unknown_idf * (len(columns) - len(known)), 1e-6)
        spans = [slice(self._starts[column], self._starts[column + 1]) for column in known]
        holders = np.concatenate([self._documents[span] for span in spans])
        held = np.repeat(weights / total, [span.stop - span.start for span in spans])
        return np.bincount(holders, held, self.size).astype(np.float32)

    def ceiling(self, terms: Sequence[str]) -> float:
        """What a document of mean length with every term once would score: divides `scores` into a share between 0 and about 1.

        Terms that no document holds count with the highest idf: a question full of foreign words stays far from 1.
        """
        total = 0.0
        for term, count in Counter(terms).items():
            column = self._vocabulary.get(term)
            total += count * (self._unknown_idf if column is None else float(self._idf[column]))
        return max(total, 1e-6)

    def extended(self, documents: Sequence[Sequence[str]]) -> LexicalIndex:
        """A copy with more documents, numbered on from the last.

        Mean length and the idf of known terms stay those of the last full build: a few entries among thousands change neither.
        """
        added: dict[int, list[tuple[int, float]]] = {}
        vocabulary, idf = dict(self._vocabulary), list(self._idf)
        starts = self._starts
        size = self.size + len(documents)
        held = Counter(term for terms in documents for term in set(terms))
        for offset, terms in enumerate(documents):
            norm = K1 * (1 - B + B * len(terms) / max(self._mean_length, 1e-9))
            for term, count in Counter(terms).items():
                column = vocabulary.get(term)
                if column is None:
                    column = vocabulary[term] = len(idf)
                    idf.append(np.float32(np.log(1 + (size - held[term] + 0.5) / (held[term] + 0.5))))
                added.setdefault(column, []).append((self.size + offset, float(idf[column]) * count * (K1 + 1) / (count + norm)))
        starts = np.r_[self._starts, np.full(len(idf) - len(self._idf), self._starts[-1])]
        columns = sorted(added)
        # New documents have the highest numbers: they go to the end of each term's postings, which stay sorted.
        places = np.repeat(starts[[column + 1 for column in columns]], [len(added[column]) for column in columns])
        flat = [entry for column in columns for entry in added[column]]
        grown = np.zeros(len(starts), np.int64)
        grown[[column + 1 for column in columns]] = [len(added[column]) for column in columns]
        return LexicalIndex(
            vocabulary,
            starts + np.cumsum(grown),
            np.insert(self._documents, places, np.array([number for number, _ in flat], np.int32)),
            np.insert(self._weights, places, np.array([weight for _, weight in flat], np.float32)),
            np.array(idf, np.float32),
            size,
            self._mean_length,
        )

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write `name.terms.json` and an array each to `name.*.npy`; returns the paths."""
        terms = folder / f"{name}.terms.json"
        content = {"size": self.size, "mean_length": self._mean_length, "terms": list(self._vocabulary)}
        terms.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        paths = [terms]
        for part, values in (("starts", self._starts), ("documents", self._documents), ("weights", self._weights), ("idf", self._idf)):
            paths.append(folder / f"{name}.{part}.npy")
            np.save(paths[-1], values)
        return paths

    @classmethod
    def load(cls, folder: Path, name: str) -> LexicalIndex:
        """Read what `save` wrote; postings stay on disk and are mapped into memory."""
        content = json.loads((folder / f"{name}.terms.json").read_text(encoding="utf-8"))
        return cls(
            {term: position for position, term in enumerate(content["terms"])},
            np.load(folder / f"{name}.starts.npy"),
            np.load(folder / f"{name}.documents.npy", mmap_mode="r"),
            np.load(folder / f"{name}.weights.npy", mmap_mode="r"),
            np.load(folder / f"{name}.idf.npy"),
            int(content["size"]),
            float(content["mean_length"]),
        )
