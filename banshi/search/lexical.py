"""BM25 over short texts, in the same shape as the vector index: build, search, save, load.

Formula: Robertson/Sparck Jones with Lucene's non-negative idf, ln(1 + (N - df + 0.5) / (df + 0.5)), and
tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)). Checked against bm25s in tests/comparison.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

K1 = 1.2
B = 0.4
"""Stored questions are all short; a weak length norm keeps a story-like phrasing comparable with a two-word one."""


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
    ) -> None:
        self._vocabulary = vocabulary
        self._starts = starts
        self._documents = documents
        self._weights = weights
        self._idf = idf
        self.size = size
        self._unknown_idf = float(np.log(1 + (size + 0.5) / 0.5))

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> LexicalIndex:
        """Index one list of terms a document; positions in `documents` are the ids that `scores` uses."""
        postings: dict[str, list[tuple[int, int]]] = {}
        for number, terms in enumerate(documents):
            for term, count in Counter(terms).items():
                postings.setdefault(term, []).append((number, count))
        lengths = np.array([len(terms) for terms in documents], np.float64)
        mean = float(lengths.mean()) if len(documents) else 1.0
        norm = K1 * (1 - B + B * lengths / max(mean, 1e-9))
        vocabulary: dict[str, int] = {}
        starts, ids = [0], []
        weights: list[float] = []
        idfs: list[float] = []
        for term, entries in sorted(postings.items()):
            idf = float(np.log(1 + (len(documents) - len(entries) + 0.5) / (len(entries) + 0.5)))
            vocabulary[term] = len(idfs)
            idfs.append(idf)
            for number, count in entries:
                ids.append(number)
                weights.append(idf * count * (K1 + 1) / (count + norm[number]))
            starts.append(len(ids))
        return cls(
            vocabulary,
            np.array(starts, np.int64),
            np.array(ids, np.int32),
            np.array(weights, np.float32),
            np.array(idfs, np.float32),
            len(documents),
        )

    def scores(self, terms: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 score of every document for a bag of terms, shape (size,)."""
        scores = np.zeros(self.size, np.float32)
        for term, count in Counter(terms).items():
            column = self._vocabulary.get(term)
            if column is not None:
                span = slice(self._starts[column], self._starts[column + 1])
                scores[self._documents[span]] += self._weights[span] * count
        return scores

    def ceiling(self, terms: Sequence[str]) -> float:
        """What a document of mean length with every term once would score: divides `scores` into a share between 0 and about 1.

        Terms that no document holds count with the highest idf: a question full of foreign words stays far from 1.
        """
        total = 0.0
        for term, count in Counter(terms).items():
            column = self._vocabulary.get(term)
            total += count * (self._unknown_idf if column is None else float(self._idf[column]))
        return max(total, 1e-6)

    def save(self, folder: Path, name: str) -> list[Path]:
        """Write `name.npz` and `name.terms.json`; returns the paths."""
        arrays, terms = folder / f"{name}.npz", folder / f"{name}.terms.json"
        np.savez(arrays, starts=self._starts, documents=self._documents, weights=self._weights, idf=self._idf, size=np.array([self.size]))
        terms.write_text(json.dumps(list(self._vocabulary), ensure_ascii=False), encoding="utf-8")
        return [arrays, terms]

    @classmethod
    def load(cls, folder: Path, name: str) -> LexicalIndex:
        """Read what `save` wrote."""
        terms = json.loads((folder / f"{name}.terms.json").read_text(encoding="utf-8"))
        with np.load(folder / f"{name}.npz") as arrays:
            return cls(
                {term: position for position, term in enumerate(terms)},
                arrays["starts"],
                arrays["documents"],
                arrays["weights"],
                arrays["idf"],
                int(arrays["size"][0]),
            )
