"""What the classifier of elements learns from: stored questions, ways of asking that name no item, and labelled questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from banshi.knowledge.elements import Element
from banshi.knowledge.library import Knowledge
from banshi.search.elements import ElementClassifier, shares
from banshi.search.encoder.onnx import Inner, Vectors
from banshi.search.entries import Entry
from banshi.search.fusion import Floats
from banshi.search.golden import GoldenQuestion
from banshi.search.question import Question, QuestionReader
from banshi.text.normalise import is_korean

_ONE_WAY = 8.0
"""Weight of one way of asking beside a stored question's 1, whatever the number of its wordings."""
_LABELLED = 10.0
"""Weight of a labelled question: there are few, and only they are citizens' own words; 5 to 40 do as well on items left out."""
_SPREAD = 37
"""Every so-manieth name, or question that asks for nothing in particular, goes before the next wording."""


@dataclass(frozen=True)
class _Example:
    question: Question
    labels: tuple[Element, ...]
    weight: float


def learn_elements(
    knowledge: Knowledge,
    reader: QuestionReader,
    entries: Sequence[Entry],
    questions: Sequence[Question],
    vectors: Vectors | None,
    encode: Callable[[Sequence[str]], Vectors] | None,
    golden: Sequence[GoldenQuestion],
    look_inside: Callable[[Sequence[str]], list[Inner]] | None = None,
) -> ElementClassifier:
    """The classifier of elements.

    Args:
        knowledge: its lexicon and the names of its guides.
        reader: reads questions as the engine does.
        entries, questions, vectors: what is indexed, as it was read and encoded.
        encode: gives vectors of more texts; None without an encoder.
        golden: labelled questions (the development half; never the test half).
        look_inside: gives the tokens of texts inside the encoder; None where it shows none.
    """
    labels = [labels_of(entry) for entry in entries]
    stored = [i for i, label in enumerate(labels) if label]
    more = [*_ways(knowledge, reader, entries), *_labelled(golden, reader)]
    whole = clauses = None
    if vectors is not None:
        whole = clauses = vectors[stored]
        if more and encode is not None:
            texts = [example.question.text for example in more]
            spoken = [example.question.clause or example.question.text for example in more]
            whole, clauses = np.concatenate([whole, encode(texts)]), np.concatenate([clauses, encode(spoken)])
    learned = [*(questions[i] for i in stored), *(example.question for example in more)]
    insides = look_inside([example.text for example in learned]) if look_inside is not None else []
    return ElementClassifier.fit(
        knowledge.lexicon,
        learned,
        whole,
        [*(labels[i] for i in stored), *(example.labels for example in more)],
        clauses=clauses,
        weights=np.array([*(1.0 for _ in stored), *(example.weight for example in more)], np.float32),
        asked=asked_for(entries),
        insides=dict(enumerate(insides)) if insides else None,
    )


def labels_of(entry: Entry) -> tuple[Element, ...]:
    """Elements that a stored text asks for.

    A bare name ("身份证补领") asks for everything at once. Guides' questions were sorted by element when they were written; a Q&A record
    has one label for all of its wordings, which says nothing of each.
    """
    if entry.kind != "guide":
        return ()
    if entry.element:
        return (entry.element, *entry.also)
    return () if entry.is_question else (Element.OVERVIEW,)


def asked_for(entries: Sequence[Entry]) -> Floats:
    """What each entry has to say on the element of a question near it, shape (n, elements)."""
    return np.stack([shares(labels_of(entry) if entry.is_question else ()) for entry in entries])


def _ways(knowledge: Knowledge, reader: QuestionReader, entries: Sequence[Entry]) -> list[_Example]:
    """The lexicon's ways of asking as people use them: behind a name, behind what happened, alone."""
    names = [name for guide in knowledge.guides.values() for name in (guide.task_name, *guide.aliases)] or [""]
    happened = [f"{entry.text}，" for entry in entries if entry.is_question and labels_of(entry) == (Element.OVERVIEW,)] or [""]
    ways = [(element, way) for element, group in knowledge.lexicon.asking.items() for way in group]
    wordings = [(element, wording, _ONE_WAY / len(way)) for element, way in ways for wording in way]
    korean = [f"{name} " for name in knowledge.lexicon.korean_display.values()] or [""]
    examples = []
    for number, (element, wording, weight) in enumerate(wordings):
        if is_korean(wording):
            before = (korean[(number * _SPREAD) % len(korean)], "")[number % 2]
        else:
            before = (names[(number * _SPREAD) % len(names)], happened[(number * _SPREAD) % len(happened)], "")[number % 3]
        examples.append(_Example(reader.stored(before + wording), (element,), weight))
    return examples


def _labelled(golden: Sequence[GoldenQuestion], reader: QuestionReader) -> list[_Example]:
    """A message with several questions says of none where it stands, so it is left out."""
    asked = [q for q in golden if q.decision == "answer" and q.element is not None and not q.also]
    return [_Example(reader.read(q.text), (q.element, *q.elements_ok), _LABELLED) for q in asked if q.element is not None]
