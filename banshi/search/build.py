"""Build the searchable form of the knowledge: encode, index, calibrate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from banshi.knowledge.elements import Element
from banshi.knowledge.library import Knowledge
from banshi.search.calibration import Calibration, Head, Row, choose_thresholds, fit_head, rank
from banshi.search.elements import ElementClassifier
from banshi.search.encoder.onnx import Vectors
from banshi.search.entries import Entry, Owner, owners_and_entries
from banshi.search.fusion import Channels, Floats, gather
from banshi.search.golden import GoldenQuestion
from banshi.search.lexical import LexicalIndex
from banshi.search.question import Question, QuestionReader
from banshi.search.vectors import VectorIndex

Say = Callable[[str], None]
_SAMPLE = 1200
"""Stored questions asked for the calibration; more change nothing measurable and cost time."""


class Encoder(Protocol):
    """What an encoder offers; see `encoder.onnx.OnnxEncoder`."""

    model_id: str
    dimension: int

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages."""


@dataclass(frozen=True)
class Built:
    """Everything a snapshot holds."""

    owners: list[Owner]
    entries: list[Entry]
    channels: Channels
    calibration: Calibration
    elements: ElementClassifier
    model_id: str


class VectorCache:
    """Vectors by content, kept on disk for one encoder: publishing one entry costs one encoding."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._path = folder / f"{encoder.model_id}.npz"
        self._encoder = encoder
        self._known: dict[str, int] = {}
        self._rows: list[Floats] = []
        if self._path.is_file():
            try:
                with np.load(self._path) as stored:
                    self._known = {key: i for i, key in enumerate(stored["keys"].tolist())}
                    self._rows = list(stored["vectors"])
            except (OSError, ValueError, KeyError):
                self._known, self._rows = {}, []  # a damaged cache is only lost time

    def encode(self, texts: Sequence[str], say: Say) -> Vectors:
        """Vectors of stored questions, shape (n, dimension), from the cache where possible."""
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        missing = list(dict.fromkeys(i for i, key in enumerate(keys) if key not in self._known))
        unique = list({keys[i]: i for i in missing}.values())
        step = 1024
        for start in range(0, len(unique), step):
            part = unique[start : start + step]
            say(f"encoding texts {start + len(part)} of {len(unique)} new ({len(texts)} in all)")
            for i, row in zip(part, self._encoder.encode_queries([texts[i] for i in part]), strict=True):
                self._known[keys[i]] = len(self._rows)
                self._rows.append(row)
        if unique:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".tmp.npz")
            np.savez(temporary, keys=np.array(list(self._known)), vectors=np.stack(self._rows))
            temporary.replace(self._path)
        return np.stack([self._rows[self._known[key]] for key in keys]).astype(np.float32)


def build(
    knowledge: Knowledge,
    encoder: Encoder | None,
    *,
    cache: Path,
    golden: Sequence[GoldenQuestion],
    out_of_scope: Sequence[str],
    say: Say = lambda _: None,
    seed: int = 7,
) -> Built:
    """Index the knowledge and calibrate the decision.

    Args:
        knowledge: what to index.
        encoder: None builds an index of words alone.
        cache: folder for vectors already computed.
        golden: labelled questions for the calibration (the development half; never the test half).
        out_of_scope: utterances that no answer fits.
        say: receives one line of progress at a time.
        seed: of the sample of stored questions.
    """
    reader = QuestionReader(knowledge.lexicon)
    owners, entries = owners_and_entries(knowledge)
    numbers = {owner.id: i for i, owner in enumerate(owners)}
    owner_of = np.array([numbers[entry.owner] for entry in entries], np.int32)
    say(f"{len(entries)} texts of {len(owners)} guides, questions and passages")
    questions = [reader.read(entry.text) for entry in entries]
    vectors = VectorCache(cache, encoder).encode([question.text for question in questions], say) if encoder else None
    channels = _channels(owners, questions, owner_of, vectors, reader)
    say("calibrating the decision")
    trial = _Trial(owners, entries, questions, vectors, channels, np.random.default_rng(seed))
    calibration = trial.calibration(reader, encoder, golden, out_of_scope)
    # A bare name ("身份证补领") asks for everything at once.
    labels = [entry.element or (None if entry.is_question else Element.OVERVIEW) for entry in entries]
    # Guides' questions were sorted by element when they were written; a Q&A record has one label for all of its wordings.
    labels = [label if entry.kind == "guide" else None for label, entry in zip(labels, entries, strict=True)]
    labelled = [i for i, label in enumerate(labels) if label is not None]
    elements = ElementClassifier.fit(
        knowledge.lexicon,
        [questions[i].text for i in labelled],
        vectors[labelled] if vectors is not None else None,
        [label for label in labels if label is not None],
    )
    return Built(owners, entries, channels, calibration, elements, encoder.model_id if encoder else "none")


def _channels(
    owners: list[Owner], questions: list[Question], owner_of: npt.NDArray[np.int32], vectors: Vectors | None, reader: QuestionReader
) -> Channels:
    return Channels(
        VectorIndex.build(vectors) if vectors is not None else None,
        LexicalIndex.build([question.terms for question in questions]),
        LexicalIndex.build([question.sounds for question in questions]),
        LexicalIndex.build([reader.terms(owner.title + "\n" + owner.body) for owner in owners]),
        owner_of,
        np.array([owner.kind == "guide" for owner in owners]),
        np.array([owner.kind == "outside" for owner in owners]),
    )


_MANY = 30
_HIDDEN = 2
"""A stored question is asked with itself and its nearest phrasings of the same owner left out: what citizens type is never that near."""


@dataclass
class _Trial:
    """Asks the stored and the labelled questions and learns from them when the first candidate is right."""

    owners: list[Owner]
    entries: list[Entry]
    questions: list[Question]
    vectors: Vectors | None
    channels: Channels
    random: np.random.Generator

    def __post_init__(self) -> None:
        self._groups = [owner.item or owner.id for owner in self.owners]
        guides = self.channels.is_guide[self.channels.owner_of]
        asked = np.array([entry.is_question for entry in self.entries])
        # Citizens ask for guides far more often than Q&A records outnumber them.
        of_guides = self.random.permutation(np.flatnonzero(asked & guides))[: _SAMPLE * 2 // 3]
        outside = self.channels.is_outside[self.channels.owner_of]
        of_others = self.random.permutation(np.flatnonzero(asked & ~guides & ~outside))[: _SAMPLE // 3]
        self._sample = [int(i) for i in np.r_[of_guides, of_others]]
        self._outside = [int(i) for i in self.random.permutation(np.flatnonzero(outside))[: _SAMPLE // 3]]

    def calibration(
        self, reader: QuestionReader, encoder: Encoder | None, golden: Sequence[GoldenQuestion], out_of_scope: Sequence[str]
    ) -> Calibration:
        """Fit the probability that the first candidate is right, and choose the thresholds on the labelled questions."""
        cases = [(question.text, frozenset(question.items)) for question in golden if question.decision != "clarify"]
        measured = len(cases)
        cases += [(text, frozenset()) for text in out_of_scope]
        heads: dict[bool, Head] = {}
        for dense in (True, False):
            if dense and encoder is None:
                continue
            rows, right = self._stored(dense=dense)
            labelled, labelled_right = self._labelled(cases, reader, encoder if dense else None)
            loudness = len(right) / max(len(labelled), 1)
            weight = np.r_[np.ones(len(right)), np.full(len(labelled), loudness)]
            heads[dense] = fit_head(np.array(rows + labelled), np.array(right + labelled_right), weight)
            if measured:
                probabilities = np.array([heads[dense].probability(row) for row in labelled[:measured]])
                answerable = np.array([bool(items) for _, items in cases[:measured]])
                answer_at, reject_below = choose_thresholds(probabilities, np.array(labelled_right[:measured]), answerable)
                heads[dense] = replace(heads[dense], answer_at=answer_at, reject_below=reject_below)
        return Calibration(heads.get(True, heads[False]), heads[False])

    def _stored(self, *, dense: bool) -> tuple[list[Row], list[bool]]:
        """Stored questions, each once as if its wording were new, and every third once with its whole item gone: then nothing is
        right, however near the neighbouring items are. For what lies outside nothing is right either."""
        rows, right = [], []
        groups = np.array([self._groups[owner] for owner in self.channels.owner_of])
        for position, entry in enumerate(self._sample + self._outside):
            vector = self.vectors[entry] if dense and self.vectors is not None else None
            group = groups[entry]
            own = np.flatnonzero(groups == group)
            # A Q&A has ten wordings, a guide a hundred: two of ten would leave too little to be found by.
            hidden = _HIDDEN if len(own) >= _MANY else 0
            if self.vectors is not None:
                nearest = own[np.argsort(-(self.vectors[own] @ self.vectors[entry]))[: hidden + 1]]
            else:
                nearest = self.random.permutation(own)[:hidden]
            without = np.zeros(len(self.entries), bool)
            without[nearest] = True
            without[entry] = True
            evidence = gather(self.questions[entry], vector, self.channels, without=without)
            ranked = rank(self.questions[entry], evidence, self.channels, self._groups)
            rows.append(ranked.row)
            right.append(self._groups[int(ranked.order[0])] == group)
            if position % 3 == 0 and position < len(self._sample):
                without[own] = True
                allowed = np.array([other != group for other in self._groups])
                evidence = gather(self.questions[entry], vector, self.channels, without=without)
                rows.append(rank(self.questions[entry], evidence, self.channels, self._groups, allowed=allowed).row)
                right.append(False)
        return rows, right

    def _labelled(
        self, cases: Sequence[tuple[str, frozenset[str]]], reader: QuestionReader, encoder: Encoder | None
    ) -> tuple[list[Row], list[bool]]:
        questions = [reader.read(text) for text, _ in cases]
        vectors = encoder.encode_queries([question.text for question in questions]) if encoder and questions else None
        rows, right = [], []
        for position, (question, (_, items)) in enumerate(zip(questions, cases, strict=True)):
            vector = vectors[position] if vectors is not None else None
            ranked = rank(question, gather(question, vector, self.channels), self.channels, self._groups)
            rows.append(ranked.row)
            right.append(self._groups[int(ranked.order[0])] in items)
        return rows, right
