"""Measuring on any corpus in BEIR layout: a temporary index with the same channels and the same fusion as the assistant's own.

Layout (Thakur et al. 2021): `corpus.jsonl` with `_id`, `text` and an optional `title`; `queries.jsonl` with `_id` and `text`;
`qrels.tsv` with query id, corpus id and a relevance above 0 for what is right, tab-separated, with or without a heading.
"""

from __future__ import annotations

import csv
import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from banshi.knowledge.library import Lexicon, load_lexicon
from banshi.search.build import Encoder
from banshi.search.fusion import Channels, Floats, gather
from banshi.search.lexical import LexicalIndex
from banshi.search.question import QuestionReader
from banshi.search.vectors import VectorIndex
from banshi.text.spelling import Speller

DEPTH = 10
_HEAD = 200
"""Characters of a document that are embedded and matched as its text; a longer one is matched whole as its body besides."""
_BODY = 2000


class BeirError(ValueError):
    """A file is not in BEIR layout; the message names file, line and what is missing."""


@dataclass(frozen=True)
class Corpus:
    """Documents, questions and what is right."""

    documents: dict[str, tuple[str, str]]
    """id → title, text"""
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]
    """query id → document id → relevance"""


@dataclass
class BeirReport:
    """Figures with 95 % bootstrap intervals over the questions."""

    figures_by_name: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    questions: int = 0
    documents: int = 0
    build_seconds: float = 0.0
    median_ms: float = 0.0
    p99_ms: float = 0.0

    def figures(self) -> dict[str, object]:
        """For machines."""
        values: dict[str, object] = {
            name: {"value": round(v, 4), "low": round(low, 4), "high": round(high, 4)}
            for name, (v, low, high) in self.figures_by_name.items()
        }
        return {
            **values,
            "questions": self.questions,
            "documents": self.documents,
            "build_seconds": round(self.build_seconds, 2),
            "median_ms": round(self.median_ms, 2),
            "p99_ms": round(self.p99_ms, 2),
        }


def load_beir(corpus: Path, queries: Path, qrels: Path) -> Corpus:
    """Read the three files.

    Raises:
        BeirError: a line is malformed or names what does not exist.
    """
    documents = {str(row["_id"]): (str(row.get("title") or ""), str(row["text"])) for row in _lines(corpus, ("_id", "text"))}
    asked = {str(row["_id"]): str(row["text"]) for row in _lines(queries, ("_id", "text"))}
    relevant: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with qrels.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
            if not row or (number == 1 and not row[-1].strip().lstrip("-").isdigit()):
                continue
            # TREC's own layout has a column of zeros between the two ids.
            columns = [row[0], row[2], row[3]] if len(row) == 4 else row
            if len(columns) != 3 or not columns[2].strip().lstrip("-").isdigit():
                raise BeirError(f"{qrels.name} line {number}: expected query id, corpus id and a whole number, tab-separated.")
            query, document, grade = columns[0], columns[1], int(columns[2])
            if query not in asked:
                raise BeirError(f"{qrels.name} line {number}: query {query} is not in {queries.name}.")
            if grade > 0:
                if document not in documents:
                    raise BeirError(f"{qrels.name} line {number}: document {document} is not in {corpus.name}.")
                relevant[query][document] = grade
    if not documents or not relevant:
        raise BeirError("There is nothing to measure: no document, or no query with a relevant document.")
    return Corpus(documents, asked, dict(relevant))


def _lines(path: Path, required: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BeirError(f"{path.name} line {number}: not JSON ({error}).") from error
        lacking = [name for name in required if not isinstance(row, dict) or name not in row]
        if lacking:
            raise BeirError(f"{path.name} line {number}: {', '.join(lacking)} missing.")
        rows.append(row)
    return rows


class CorpusSearch:
    """The assistant's channels and fusion over any documents.

    Args:
        documents: id → title, text.
        encoder: None searches by words alone.
        lexicon: dialect and term base; the elements' words play no part.
        cache: encodes stored texts; the encoder itself when None.
    """

    def __init__(
        self,
        documents: dict[str, tuple[str, str]],
        encoder: Encoder | None,
        lexicon: Lexicon,
        *,
        encode: Callable[[Sequence[str]], Floats] | None = None,
    ) -> None:
        self.ids = list(documents)
        self._encoder = encoder
        reader = QuestionReader(lexicon)
        texts: list[str] = []
        owner_of: list[int] = []
        for number, (title, text) in enumerate(documents.values()):
            # A long document is found by its title and its beginning; a short one is one text.
            heads = [title, text[:_HEAD]] if title and text else [title or text[:_HEAD]]
            for head in dict.fromkeys(heads):
                texts.append(head)
                owner_of.append(number)
        questions = [reader.stored(text) for text in texts]
        vectors = None
        if encoder is not None:
            vectors = (encode or encoder.encode_queries)([question.text for question in questions])
        count = len(self.ids)
        self.channels = Channels(
            VectorIndex.build(vectors) if vectors is not None else None,
            LexicalIndex.build([question.terms for question in questions]),
            LexicalIndex.build([question.sounds for question in questions]),
            # What is already a text of its own is no body besides: a short document would count twice.
            LexicalIndex.build(
                [reader.terms(f"{title} {text}"[:_BODY]) if len(text) > _HEAD else [] for title, text in documents.values()]
            ),
            LexicalIndex.build([]),
            np.array(owner_of, np.int32),
            np.ones(count, np.bool_),
            np.zeros(count, np.bool_),
        )
        self._reader = QuestionReader(lexicon, Speller.build((question.text for question in questions), foreign={}))

    def search(self, text: str, depth: int = DEPTH) -> list[str]:
        """Ids of the best documents, best first."""
        question = self._reader.read(text)
        vector = None
        if self._encoder is not None and question.text:
            vector = np.asarray(self._encoder.encode_queries([question.text])[0])
        evidence = gather(question, vector, self.channels)
        scores = evidence.fused(self.channels)
        rim = np.partition(scores, -depth)[-depth] if len(scores) > depth else -np.inf
        best = np.flatnonzero(scores >= rim)  # with its equals, so that the first of them is told whatever the depth
        return [self.ids[int(i)] for i in best[np.argsort(-scores[best], kind="stable")][:depth]]


def evaluate_beir(corpus: Corpus, encoder: Encoder | None, knowledge_dir: Path) -> BeirReport:
    """Index the documents, ask every question that has a relevant one, and count."""
    started = time.perf_counter()
    search = CorpusSearch(corpus.documents, encoder, load_lexicon(knowledge_dir / "lexicon"))
    report = BeirReport(documents=len(corpus.documents), build_seconds=time.perf_counter() - started)
    rankings, times = {}, []
    for query in corpus.relevant:
        began = time.perf_counter()
        rankings[query] = search.search(corpus.queries[query])
        times.append((time.perf_counter() - began) * 1000)
    report.questions = len(rankings)
    report.median_ms, report.p99_ms = float(np.median(times)), float(np.quantile(times, 0.99))
    report.figures_by_name = measure(rankings, corpus.relevant)
    return report


def measure(rankings: dict[str, list[str]], relevant: dict[str, dict[str, int]], *, seed: int = 7) -> dict[str, tuple[float, float, float]]:
    """R@1/3/5/10 (share of questions with a right document among the first n), MRR@10 and nDCG@10, each with the 95 % interval of
    1,000 bootstrap samples of the questions."""
    rows = np.array([_row(rankings[query], relevant[query]) for query in rankings])
    random = np.random.default_rng(seed)
    samples = random.integers(0, len(rows), (1000, len(rows)))
    means = np.stack([rows[sample].mean(axis=0) for sample in samples])
    low, high = np.quantile(means, 0.025, axis=0), np.quantile(means, 0.975, axis=0)
    names = ("R@1", "R@3", "R@5", "R@10", "MRR@10", "nDCG@10")
    return {name: (float(rows[:, i].mean()), float(low[i]), float(high[i])) for i, name in enumerate(names)}


def _row(ranking: Sequence[str], relevant: dict[str, int]) -> list[float]:
    places = [place for place, document in enumerate(ranking[:DEPTH]) if document in relevant]
    # The gain is the grade itself, as in the tool that BEIR's figures come from (trec_eval).
    gain = sum(relevant[ranking[place]] / math.log2(place + 2) for place in places)
    ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(relevant.values(), reverse=True)[:DEPTH]))
    first = places[0] if places else DEPTH
    return [*(float(first < depth) for depth in (1, 3, 5, 10)), 1 / (first + 1) if places else 0.0, gain / ideal]


def format_beir(report: BeirReport) -> str:
    """A table for people."""
    lines = [f"{report.documents} documents, {report.questions} questions, built in {report.build_seconds:.1f} s"]
    lines += [f"{name:10}{value:>8.1%}   {low:.1%} – {high:.1%}" for name, (value, low, high) in report.figures_by_name.items()]
    return "\n".join([*lines, f"search, encoding included: median {report.median_ms:.1f} ms, p99 {report.p99_ms:.1f} ms"])
