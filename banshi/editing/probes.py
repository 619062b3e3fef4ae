"""Questions that a change is tried on: golden ones, what people really asked, and stored questions near the changed ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from banshi.search.build import Encoder
from banshi.search.entries import Entry, owners_and_entries
from banshi.search.fusion import Floats
from banshi.search.golden import GoldenQuestion, load_golden
from banshi.search.question import QuestionReader
from banshi.search.snapshot import Snapshot
from banshi.store.questions import Asked
from banshi.text.normalise import normalise

_NEIGHBOURS = 40
_MOST_STORED = 600


@dataclass(frozen=True)
class Probe:
    """One question to ask before and after.

    Attributes:
        source: golden, real (from the log) or stored (of the knowledge itself).
        asked: how often people asked it; 1 for the others.
        golden: its labels.
        owner: of a stored question, the record it belongs to.
        vector: as computed when it was asked; None where it must be encoded.
        hidden: a held-out question, whose words nobody who writes knowledge may see.
    """

    text: str
    source: Literal["golden", "real", "stored"]
    asked: int = 1
    golden: GoldenQuestion | None = None
    owner: str | None = None
    vector: Floats | None = field(default=None, compare=False)
    hidden: bool = False


_NO_PROBES = frozenset(("dev_asides", "dev_fresh", "dev_places"))
"""Files that only teach: with their thousands of questions besides, an editor would wait twice as long for what a change does."""


def golden_probes(folder: Path) -> list[Probe]:
    """Labelled questions of both halves."""
    return [
        Probe(question.text, "golden", golden=question, hidden=path.stem.startswith("test"))
        for path in sorted(folder.glob("*.jsonl"))
        if path.stem not in _NO_PROBES
        for question in load_golden(path)
    ]


def real_probes(asked: Iterable[Asked], model: str) -> list[Probe]:
    """What people asked, each wording once, the most frequent first."""
    found: dict[str, list[Asked]] = {}
    for question in asked:
        found.setdefault(normalise(question.text), []).append(question)
    probes = []
    for same in sorted(found.values(), key=len, reverse=True):
        stored = next((one.vector for one in same if one.vector is not None and one.model == model), None)
        vector = np.frombuffer(stored, np.float16).astype(np.float32) if stored is not None else None
        probes.append(Probe(same[0].text, "real", len(same), vector=vector))
    return probes


def stored_probes(
    before: Snapshot, entries: Sequence[Entry], after: Snapshot, changed: Sequence[str], encoder: Encoder | None
) -> list[Probe]:
    """Stored questions that a change may move: those of the changed records, and other records' nearest to the changed wordings.

    Args:
        before: the index in use.
        entries: its texts, in the order of its rows: `read_entries` of its folder.
        after: the candidate.
        changed: ids of the changed guides and Q&A.
        encoder: None finds neighbours by words alone.
    """
    old = [entry for entry in entries if entry.kind != "outside"]
    new = [entry for entry in owners_and_entries(after.knowledge)[1] if entry.owner in set(changed)]
    own = [entry for entry in old if entry.owner in set(changed)]
    found = {entry.text: entry for entry in own[:_MOST_STORED]}
    known = {entry.text for entry in own}
    fresh = [entry.text for entry in new if entry.text not in known]
    channels = before.built.channels
    reader = QuestionReader(before.knowledge.lexicon)
    for text in fresh:
        scores = channels.words.scores(reader.stored(text).terms)
        nearest = np.argsort(-scores, kind="stable")[:_NEIGHBOURS]
        for number in nearest[scores[nearest] > 0]:
            _add(found, entries[int(number)], set(changed))
    if encoder is not None and channels.vectors is not None and fresh:
        for vector in encoder.encode_queries([normalise(text) for text in fresh]):
            for number in channels.vectors.search(np.asarray(vector), _NEIGHBOURS)[0]:
                _add(found, entries[int(number)], set(changed))
    return [Probe(entry.text, "stored", owner=entry.owner) for entry in list(found.values())[: 2 * _MOST_STORED]]


def _add(found: dict[str, Entry], entry: Entry, changed: set[str]) -> None:
    if entry.kind != "outside" and entry.owner not in changed:
        found.setdefault(entry.text, entry)
