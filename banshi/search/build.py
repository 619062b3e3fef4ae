"""Build the searchable form of the knowledge: encode, index, calibrate."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from banshi.knowledge.library import Knowledge
from banshi.search.calibration import Calibration, Head, confidences, rank
from banshi.search.element_examples import asked_for, learn_elements
from banshi.search.elements import ElementClassifier
from banshi.search.encoder.onnx import Begun, Inner, Vectors
from banshi.search.entries import Entry, Owner, owners_and_entries
from banshi.search.fusion import Channels, Floats, gather
from banshi.search.golden import GoldenQuestion
from banshi.search.jurisdiction import JurisdictionClassifier, learn_jurisdiction
from banshi.search.lexical import LexicalIndex
from banshi.search.question import Question, QuestionReader
from banshi.search.recognition import Recogniser
from banshi.search.thresholds import choose_thresholds
from banshi.search.trees import fit_trees, held_out
from banshi.search.vectors import VectorIndex
from banshi.text.spelling import Speller

Say = Callable[[str], None]
_STEP, _CHUNK = 2048, 256
_OTHERS = 4
"""Every so-manieth text that no guide has is looked into."""
_GENERAL = 0.5
"""Weight of a question that leaves open what is meant: there are twice as many among the labelled ones as among what people ask."""
_FEWEST = 60
"""With fewer labelled questions there is nothing to calibrate by."""


class Encoder(Protocol):
    """What an encoder offers; see `encoder.onnx.OnnxEncoder`."""

    model_id: str
    dimension: int

    def encode_queries(self, texts: Sequence[str], *, begun: Begun | None = None) -> Vectors:
        """Unit vectors of questions; `begun` is called when the model begins to run, if it has to."""

    def look_inside(self, texts: Sequence[str]) -> list[Inner]:
        """The tokens of questions inside the encoder; none where it does not show them."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages."""


@dataclass(frozen=True)
class Built:
    """Everything a snapshot holds."""

    owners: list[Owner]
    entries: list[Entry]
    """Empty in a loaded snapshot: searching needs none of them."""
    channels: Channels
    calibration: Calibration
    elements: ElementClassifier
    jurisdiction: JurisdictionClassifier
    speller: Speller
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
        unique = sorted({keys[i]: i for i in missing}.values(), key=lambda i: len(texts[i]))  # those of one length go together
        # An encoder runs on one thread; a build may use them all.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for start in range(0, len(unique), _STEP):
                part = unique[start : start + _STEP]
                chunks = [part[i : i + _CHUNK] for i in range(0, len(part), _CHUNK)]
                encoded = pool.map(self._encoder.encode_queries, [[texts[i] for i in chunk] for chunk in chunks])
                for i, row in zip(part, np.concatenate(list(encoded)), strict=True):
                    self._known[keys[i]] = len(self._rows)
                    self._rows.append(row)
                say(f"encoded {start + len(part)} of {len(unique)} new texts ({len(texts)} in all)")
        if unique:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".tmp.npz")
            np.savez(temporary, keys=np.array(list(self._known)), vectors=np.stack(self._rows))
            temporary.replace(self._path)
        return np.stack([self._rows[self._known[key]] for key in keys]).astype(np.float32)


class TokenCache:
    """Tokens of texts inside the encoder; each text is looked into once.

    Args:
        encoder: shows them; nothing where it shows none, or where there is none.
    """

    def __init__(self, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._known: dict[str, Inner] = {}

    def look_inside(self, texts: Sequence[str]) -> list[Inner]:
        """The tokens of each text, or an empty list."""
        if self._encoder is None:
            return []
        missing = sorted(set(texts) - self._known.keys(), key=lambda text: (len(text), text))  # those of one length go together
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            chunks = [missing[start : start + _CHUNK] for start in range(0, len(missing), _CHUNK)]
            found = (inner for chunk in pool.map(self._encoder.look_inside, chunks) for inner in chunk)
            self._known.update(zip(missing, found, strict=False))
        return [self._known[text] for text in texts] if self._known else []


def build(
    knowledge: Knowledge,
    encoder: Encoder | None,
    *,
    cache: Path,
    golden: Sequence[GoldenQuestion],
    out_of_scope: Sequence[str],
    say: Say = lambda _: None,
) -> Built:
    """Index the knowledge and calibrate the decision.

    Args:
        knowledge: what to index.
        encoder: None builds an index of words alone.
        cache: folder for vectors already computed.
        golden: labelled questions for the calibration and the elements (the development half; never the test half).
        out_of_scope: utterances that no answer fits.
        say: receives one line of progress at a time.
    """
    reader = QuestionReader(knowledge.lexicon)
    owners, entries = owners_and_entries(knowledge)
    say(f"{len(entries)} texts of {len(owners)} guides, questions and passages")
    questions = [reader.stored(entry.text) for entry in entries]
    cached = VectorCache(cache, encoder) if encoder else None
    vectors = cached.encode([question.text for question in questions], say) if cached else None
    channels = index_channels(owners, entries, questions, vectors, reader)
    say("learning to tell the matters apart")
    names = [owner.id for owner in owners]
    general, meant = _general(knowledge, reader, names)
    learned = vectors
    if vectors is not None and cached is not None and general:
        learned = np.concatenate([vectors, cached.encode([question.text for question in general], say)])
    asked, owner_of = [*questions, *general], np.r_[channels.owner_of, meant]
    guides = [owner.id for owner in owners if owner.kind == "guide"]
    tokens = TokenCache(encoder)
    # Of what is no guide the tokens learn only that: a part of those texts stands for all.
    shown = [i for i, owner in enumerate(owner_of) if channels.is_guide[owner] or i % _OTHERS == 0]
    insides = dict(zip(shown, tokens.look_inside([asked[i].text for i in shown]), strict=False))
    recogniser = Recogniser.learn(names, asked, owner_of, learned, insides=insides, looked=guides)
    if recogniser is not None:
        channels = replace(channels, recognition=recogniser.of(names, channels.owner_of, questions))
    speller = Speller.build((question.text for question in questions), foreign=knowledge.lexicon.english)
    say("calibrating the decision")
    asking = QuestionReader(knowledge.lexicon, speller)
    calibration = calibrate(owners, channels, asking, encoder, golden, out_of_scope, tokens)
    say("learning what is asked for")
    encode = (lambda texts: cached.encode(texts, say)) if cached else None
    elements = learn_elements(knowledge, asking, entries, questions, vectors, encode, golden, tokens.look_inside)
    jurisdiction = learn_jurisdiction(knowledge, asking, entries, vectors, encode, golden)
    return Built(owners, entries, channels, calibration, elements, jurisdiction, speller, encoder.model_id if encoder else "none")


def _general(knowledge: Knowledge, reader: QuestionReader, owners: Sequence[str]) -> tuple[list[Question], npt.NDArray[np.int32]]:
    """The lexicon's general questions, each once for every guide that may be meant and twice for the likeliest, which stands first: who
    learns from them learns that it is open which."""
    numbers = {owner: number for number, owner in enumerate(owners)}
    pairs = [
        (reader.stored(question), numbers[item])
        for items, questions in knowledge.lexicon.general.items()
        for question in questions
        for item in (items[0], *items)
        if item in numbers
    ]
    return [question for question, _ in pairs], np.array([number for _, number in pairs], np.int32)


def rebuild(
    knowledge: Knowledge, encoder: Encoder | None, previous: Built, *, cache: Path, read: Callable[[str], Question] | None = None
) -> Built:
    """Index changed knowledge with the calibration, the element classifier, the speller and the recogniser of an index before.

    Those are fitted on all of the knowledge and hardly move with one record; `build` fits them anew.

    Args:
        knowledge: what to index.
        encoder: as of `build`; its vectors must be those of the index before.
        previous: the index before.
        cache: folder for vectors already computed.
        read: reads stored texts; given where one process rebuilds often and remembers what it has read.
    """
    reader = QuestionReader(knowledge.lexicon)
    owners, entries = owners_and_entries(knowledge)
    questions = [(read or reader.stored)(entry.text) for entry in entries]
    vectors = VectorCache(cache, encoder).encode([question.text for question in questions], lambda _: None) if encoder else None
    channels = index_channels(owners, entries, questions, vectors, reader)
    if previous.channels.recognition is not None:
        recogniser = previous.channels.recognition.recogniser
        channels = replace(channels, recognition=recogniser.of([owner.id for owner in owners], channels.owner_of, questions))
    elements = replace(previous.elements, asked=asked_for(entries))
    model = encoder.model_id if encoder else "none"
    return replace(previous, owners=owners, entries=entries, channels=channels, elements=elements, model_id=model)


def index_channels(
    owners: Sequence[Owner], entries: Sequence[Entry], questions: Sequence[Question], vectors: Vectors | None, reader: QuestionReader
) -> Channels:
    """Index every entry; `questions` and `vectors` are the entries as they were read and encoded."""
    numbers = {owner.id: i for i, owner in enumerate(owners)}
    owner_of = np.array([numbers[entry.owner] for entry in entries], np.int32)
    bodies = [reader.terms(owner.title + "\n" + owner.body) for owner in owners]
    texts_of: list[list[int]] = [[] for _ in owners]
    for number, owner in enumerate(owner_of):
        texts_of[int(owner)].append(number)
    return Channels(
        VectorIndex.build(vectors) if vectors is not None else None,
        LexicalIndex.build([question.terms for question in questions]),
        LexicalIndex.build([question.sounds for question in questions]),
        LexicalIndex.build(bodies),
        LexicalIndex.build(
            [[*body, *(term for i in own for term in questions[i].terms)] for body, own in zip(bodies, texts_of, strict=True)]
        ),
        owner_of,
        np.array([owner.kind == "guide" for owner in owners]),
        np.array([owner.kind == "outside" for owner in owners]),
    )


def calibrate(
    owners: Sequence[Owner],
    channels: Channels,
    reader: QuestionReader,
    encoder: Encoder | None,
    golden: Sequence[GoldenQuestion],
    out_of_scope: Sequence[str],
    tokens: TokenCache | None = None,
) -> Calibration:
    """Fit the probability that the first candidate is right, and choose the thresholds, on labelled questions.

    Args:
        owners, channels: what is searched.
        reader: reads questions as the engine does.
        encoder: None fits the head for words alone only.
        golden: labelled questions (the development half; never the test half).
        out_of_scope: utterances that no answer fits.
        tokens: what was looked into already.
    """
    # A message with two questions has two right answers: it says nothing of how sure one may be.
    # Nor does one on another province's rules, which is known without searching.
    asked = [q for q in golden if not q.also and not q.elsewhere]
    cases = [(q.text, frozenset(q.items), q.decision == "clarify") for q in asked]
    cases += [(text, frozenset[str](), False) for text in out_of_scope]
    if len(asked) < _FEWEST:
        return Calibration(Head.unlearned(), Head.unlearned())
    groups = [owner.item or owner.id for owner in owners]
    questions = [reader.read(text) for text, _, _ in cases]
    answerable = np.array([bool(items) for _, items, _ in cases])
    general = np.array([ambiguous for _, _, ambiguous in cases])
    kinds = [min(items, default=f"outside {number}") for number, (_, items, _) in enumerate(cases)]
    measured = ~general & (np.arange(len(cases)) < len(asked))
    heads: dict[bool, Head] = {}
    for dense in (True, False):
        if dense and encoder is None:
            continue
        vectors = encoder.encode_queries([question.text for question in questions]) if dense and encoder else None
        insides = (tokens or TokenCache(encoder)).look_inside([question.text for question in questions]) if dense else []
        rows, shares, offered, orders = [], [], [], []
        for position, (question, (_, items, ambiguous)) in enumerate(zip(questions, cases, strict=True)):
            vector = None if vectors is None else vectors[position]
            inner = insides[position] if insides else None
            ranked = rank(question, gather(question, vector, channels, inner=inner), channels, groups)
            first = owners[int(ranked.order[0])]
            rows.append(ranked.row)
            # Whoever asks in general means one of the items: the first is right for one in so many.
            shares.append(bool({first.id, first.item} & items) / (len(items) if ambiguous else 1))
            offered.append(any({owners[int(i)].id, owners[int(i)].item} & items for i in ranked.order[:3]) or ambiguous)
            orders.append((ranked.order, ranked.scores))
        signals, right, anything = np.array(rows), np.array(shares, np.float64), np.array(offered, np.float64)
        weights = np.where(general, _GENERAL, 1.0)
        probabilities = held_out(signals, right, kinds, weights)
        chances = np.maximum(held_out(signals, anything, kinds), probabilities)
        rivals = np.array([_rival(float(p), *ordered, groups) for p, ordered in zip(probabilities, orders, strict=True)])
        answer_at, reject_below, rival_at_most = choose_thresholds(
            probabilities[measured],
            rivals[measured],
            chances[measured],
            right[measured] == 1,
            anything[measured] == 1,
            answerable[measured],
        )
        heads[dense] = Head(fit_trees(signals, right, weights), fit_trees(signals, anything), answer_at, reject_below, rival_at_most)
    return Calibration(heads.get(True, heads[False]), heads[False])


def _rival(probability: float, order: npt.NDArray[np.int64], scores: Floats, groups: Sequence[str]) -> float:
    """Confidence of the first candidate of another item."""
    kept = np.isfinite(scores)
    told = confidences(probability, scores[kept])
    return next((float(c) for o, c in zip(order[kept], told, strict=True) if groups[int(o)] != groups[int(order[0])]), 0.0)
