"""Asking the same questions of two snapshots; many of them in processes of their own, so that citizens do not wait meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np

from banshi.editing.errors import EditingError
from banshi.editing.probes import Probe
from banshi.search.build import Encoder
from banshi.search.encoder.onnx import Begun, Inner, Vectors
from banshi.search.engine import Engine
from banshi.search.fusion import Floats
from banshi.search.result import SearchRequest, SearchResult
from banshi.search.snapshot import Snapshot

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verdict:
    """What one snapshot makes of one question.

    Attributes:
        decision: answer, clarify or reject.
        first: id of the first candidate; None when there is none.
        item: guide the first candidate belongs to.
        title: of the first candidate.
        element: what it takes to be asked for.
        offered: ids and items of everything answered or offered.
        wording: hash over all texts told; None when nothing is.
    """

    decision: str
    first: str | None
    item: str | None
    title: str
    element: str
    offered: tuple[str, ...]
    wording: str | None


def verdict(result: SearchResult) -> Verdict:
    """The verdict of a search result, further questions of the message included."""
    first = result.candidates[0] if result.candidates else None
    source = result.sources[0] if result.sources else None
    told = [one.answer.text for one in (result, *result.also) if one.answer is not None]
    shown = [candidate for one in (result, *result.also) if one.decision == "clarify" for candidate in one.candidates]
    answered = [one for one in (result, *result.also) if one.decision == "answer"]
    offered = [one.item.id for one in answered if one.item is not None] + [s.id for one in answered for s in one.sources]
    offered += [name for candidate in shown for name in (candidate.item, candidate.id) if name is not None]
    return Verdict(
        result.decision,
        source.id if source is not None else first.id if first is not None else None,
        result.item.id if result.item is not None else first.item if first is not None else None,
        source.title if source is not None else first.title if first is not None else "",
        result.element.value,
        tuple(dict.fromkeys(offered)),
        hashlib.sha256("\n".join(told).encode()).hexdigest()[:16] if told else None,
    )


class SeededEncoder:
    """An encoder that knows some vectors already."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.model_id, self.dimension = encoder.model_id, encoder.dimension
        self._known: dict[str, Floats] = {}

    def know(self, text: str, vector: Floats) -> None:
        """Take the vector of a text for granted."""
        self._known[text] = vector

    def encode_queries(self, texts: Sequence[str], *, begun: Begun | None = None) -> Vectors:
        """Unit vectors, shape (n, dimension); encodes each unknown text once."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if unknown:
            self._known.update(zip(unknown, self._encoder.encode_queries(unknown, begun=begun), strict=True))
        return np.stack([self._known[text] for text in texts])

    def look_inside(self, texts: Sequence[str]) -> list[Inner]:
        """Nothing: that costs an encoding for each question, and both engines do without it alike."""
        return []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """As of the encoder."""
        return self._encoder.encode_passages(texts)


def answer_probes(
    before: Engine, after: Engine, encoder: SeededEncoder | None, probes: Iterable[Probe]
) -> Iterator[tuple[Verdict, Verdict]]:
    """The verdicts of two engines on each probe.

    Args:
        before, after: engines that search with `encoder`.
        encoder: learns the vectors that probes bring along; None where there are words alone.
        probes: the questions.
    """
    for probe in probes:
        request = SearchRequest(text=probe.text[:20_000])
        if encoder is not None and probe.vector is not None:
            for engine in (before, after):
                encoder.know(engine.reader.read(request.text).text, probe.vector)
        yield verdict(before.search(request)), verdict(after.search(request))


def work(before: Engine, after: Engine, encoder: SeededEncoder | None, lines: Iterable[str]) -> Iterator[str]:
    """What a worker process does: a JSON question a line in, the two verdicts a line out."""

    def probes() -> Iterator[Probe]:
        for line in lines:
            raw = json.loads(line)
            vector = None if raw["vector"] is None else np.frombuffer(bytes.fromhex(raw["vector"]), np.float16).astype(np.float32)
            yield Probe(raw["text"], "real", vector=vector)

    for old, new in answer_probes(before, after, encoder, probes()):
        yield json.dumps([asdict(old), asdict(new)], ensure_ascii=False)


def engines_over(before: Snapshot, after: Snapshot, encoder: Encoder | None, today: date) -> tuple[Engine, Engine, SeededEncoder | None]:
    """Two engines that share one encoder and read each question's vector once."""
    seeded = SeededEncoder(encoder) if encoder is not None else None
    old, new = (Engine(snapshot.knowledge, snapshot, seeded, today=lambda: today, portal_url="") for snapshot in (before, after))
    if before.knowledge.lexicon == after.knowledge.lexicon:
        new.reader = old.reader  # a candidate keeps the speller too: each question is read once
    return old, new, seeded


def replay_in_processes(
    before: Path, after: Path, probes: Sequence[Probe], *, workers: int | None = None, progress: Progress
) -> list[tuple[Verdict, Verdict]]:
    """Ask many probes of both snapshots, in processes of their own. Starting one takes some seconds.

    Args:
        before, after: folders of the snapshots.
        probes: the questions.
        workers: processes; None takes one for each processor.
        progress: told how many of how many are done.

    Raises:
        EditingError: a worker failed.
    """
    count = max(1, min(workers or os.cpu_count() or 1, (len(probes) + 199) // 200))
    shares = [probes[number::count] for number in range(count)]
    answers: list[list[tuple[Verdict, Verdict]]] = [[] for _ in shares]
    command = [sys.executable, "-m", "banshi.cli", "replay", str(before), str(after)]
    # What a worker says goes to files: a full pipe nobody reads would stop it.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True) for _ in shares]
        feeders = [threading.Thread(target=_feed, args=(worker.stdin, share)) for worker, share in zip(running, shares, strict=True)]
        readers = [
            threading.Thread(target=_collect, args=(worker.stdout, into, answers, len(probes), progress))
            for worker, into in zip(running, answers, strict=True)
        ]
        try:
            for thread in (*feeders, *readers):
                thread.start()
            for thread in (*feeders, *readers):
                thread.join()
            codes = [worker.wait() for worker in running]
        finally:
            for worker in running:
                if worker.poll() is None:
                    worker.kill()
        if any(codes) or any(len(got) != len(share) for got, share in zip(answers, shares, strict=True)):
            said.seek(0)
            raise EditingError("影响评估没有做完，请重试；还不行请把这段话交给管理员：" + said.read()[-500:])
    merged: list[tuple[Verdict, Verdict]] = []
    for number in range(len(probes)):
        merged.append(answers[number % count][number // count])
    return merged


def _feed(pipe: IO[str] | None, probes: Sequence[Probe]) -> None:
    assert pipe is not None
    try:
        for probe in probes:
            vector = None if probe.vector is None else probe.vector.astype(np.float16).tobytes().hex()
            pipe.write(json.dumps({"text": probe.text, "vector": vector}, ensure_ascii=False) + "\n")
        pipe.close()
    except (BrokenPipeError, ValueError):
        return  # the worker died; its exit code says so


def _collect(
    pipe: IO[str] | None,
    into: list[tuple[Verdict, Verdict]],
    everything: list[list[tuple[Verdict, Verdict]]],
    total: int,
    progress: Progress,
) -> None:
    assert pipe is not None
    for line in pipe:
        old, new = json.loads(line)
        into.append((_verdict(old), _verdict(new)))
        if len(into) % 50 == 0:
            progress(sum(map(len, everything)), total)


def _verdict(raw: dict[str, Any]) -> Verdict:
    return Verdict(**{**raw, "offered": tuple(raw["offered"])})
