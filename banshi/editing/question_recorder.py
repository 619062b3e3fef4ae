"""Writes citizens' questions to the log behind their backs: a turn only puts them into a queue."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa

from banshi.desk.metrics import SEARCH_SECONDS
from banshi.search.engine import Engine
from banshi.search.fusion import Floats
from banshi.search.result import SearchResult
from banshi.store.questions import Asked, QuestionLog
from banshi.store.transactions import write
from banshi.text.normalise import has_words
from banshi.text.numbers import mask

log = logging.getLogger(__name__)

MOST_CHARS = 500
CORRECTED_BY_STAFF = 0
"""In place of the id of a later question by which a citizen would have corrected the answer."""
_BATCH = 200
_WAIT = 1.0
"""Seconds after which a question is written at the latest."""
_ATTEMPTS = 2
_WARN_EVERY = 60.0
"""Seconds between two warnings about lost questions."""


@dataclass(frozen=True)
class _Question:
    engine: Engine
    text: str
    result: SearchResult
    vector: Floats | None
    conversation: str | None
    region: str | None
    at: datetime


@dataclass(frozen=True)
class _Mark:
    conversation: str
    rating: int | None = None
    corrected: int | None = None


class QuestionRecorder:
    """One writer thread behind a bounded queue. Nothing here waits for the database, and nothing raises: a question that cannot be kept
    is counted and lost, the turn goes on.

    Args:
        database: of `open_database`.
        capacity: questions that may wait; what comes on top is lost.

    Example:
        >>> recorder = QuestionRecorder(database)
        >>> recorder.record(engine, "身份证丢了咋整", result, vector, "c-1", "220100", now)
        >>> recorder.close()
    """

    def __init__(self, database: sa.Engine, *, capacity: int = 5000) -> None:
        self._database = database
        self._queue: queue.Queue[_Question | _Mark | threading.Event] = queue.Queue(capacity)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._warned = float("-inf")
        self.lost = 0
        """Questions and marks lost so far."""
        self._writer = threading.Thread(target=self._write, name="question-recorder", daemon=True)
        self._writer.start()

    def record(
        self,
        engine: Engine,
        text_masked: str,
        result: SearchResult,
        vector: Floats | None,
        conversation: str | None,
        region: str | None,
        now: datetime,
    ) -> None:
        """Keep one question and what the search made of it.

        Args:
            engine: that answered; its encoder made the vector.
            text_masked: personal numbers are tokens already; they are looked for once more.
            result: of the search; a message's further questions are not kept apart.
            vector: of `engine.encode`; None takes it from there, in the writer's thread.
            conversation: id; None for a search outside any.
            region: the citizen's.
            now: aware.
        """
        SEARCH_SECONDS.observe(result.took_ms / 1000)
        if has_words(text_masked):
            self._put(_Question(engine, text_masked, result, vector, conversation, region, now))

    def mark_rated(self, conversation: str, stars: int) -> None:
        """Note a rating, 1 to 5, on the last question of a conversation."""
        if 1 <= stars <= 5:
            self._put(_Mark(conversation, rating=stars))

    def mark_corrected(self, conversation: str, staff: str) -> None:
        """Note that a member of staff corrected the answer to the last question of a conversation."""
        log.info("The last answer of %s was corrected by %s.", conversation, staff)
        self._put(_Mark(conversation, corrected=CORRECTED_BY_STAFF))

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until everything put in so far is written.

        Returns:
            False when that took longer than `timeout` seconds, or the recorder is closed.
        """
        reached = threading.Event()
        try:
            self._queue.put(reached, timeout=timeout)
        except queue.Full:
            return False
        return self._writer.is_alive() and reached.wait(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Write what is waiting and stop; what comes later is lost."""
        self._closing.set()
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(threading.Event())  # a writer that waits for the next question need not
        self._writer.join(timeout)
        if self._writer.is_alive():
            log.warning("The question log is not written to the end: %d entries were still waiting.", self._queue.qsize())

    def _put(self, entry: _Question | _Mark) -> None:
        try:
            if self._closing.is_set():
                raise queue.Full
            self._queue.put_nowait(entry)
        except queue.Full:
            self._lose(1, "its queue is full")

    def _lose(self, count: int, why: str) -> None:
        with self._lock:
            self.lost += count
            if time.monotonic() - self._warned >= _WARN_EVERY:
                self._warned = time.monotonic()
                log.warning("The question log lost entries (%s): %d so far.", why, self.lost)

    def _write(self) -> None:
        while True:
            batch = self._gathered()
            entries = [entry for entry in batch if not isinstance(entry, threading.Event)]
            if entries:
                self._store(entries)
            for entry in batch:
                if isinstance(entry, threading.Event):
                    entry.set()
            if self._closing.is_set() and self._queue.empty():
                return

    def _gathered(self) -> list[_Question | _Mark | threading.Event]:
        """What comes within a second of the first, at most a batch; nothing where nothing comes. An event ends it: somebody waits."""
        batch: list[_Question | _Mark | threading.Event] = []
        until = time.monotonic() + _WAIT
        while len(batch) < _BATCH and not (batch and isinstance(batch[-1], threading.Event)):
            try:
                batch.append(self._queue.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
        return batch

    def _store(self, entries: list[_Question | _Mark]) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                rows = [_asked(entry) if isinstance(entry, _Question) else entry for entry in entries]  # encodes before anybody must wait
                # A power cut may take the last questions; waiting for the disk would slow the turns that are being stored beside.
                with write(self._database, durable=False) as connection:
                    _keep(QuestionLog(connection), rows)
                return
            except Exception as error:  # whatever it is, the writer must live
                if attempt == _ATTEMPTS - 1:
                    self._lose(len(entries), f"they could not be written: {error}")


def _keep(questions: QuestionLog, entries: list[Asked | _Mark]) -> None:
    """Write in order: a mark belongs to the question before it."""
    waiting: list[Asked] = []
    for entry in entries:
        if isinstance(entry, Asked):
            waiting.append(entry)
            continue
        questions.add_all(waiting)
        waiting = []
        last = questions.last_of(entry.conversation)
        if last is not None:
            questions.mark(last.id, corrected=entry.corrected, rating=entry.rating)
    questions.add_all(waiting)


def _asked(entry: _Question) -> Asked:
    """The log's row; encodes where no vector came along, mostly from the encoder's memory of the same turn."""
    result, text = entry.result, mask(entry.text)[0][:MOST_CHARS]
    vector = entry.vector if entry.vector is not None else entry.engine.encode(entry.text)
    answered = result.decision == "answer" and result.sources
    return Asked(
        at=entry.at,
        text=text,
        decision=result.decision,
        item=result.sources[0].id if answered else None,
        element=result.element.value,
        confidence=result.confidence,
        candidates=tuple(candidate.id for candidate in result.candidates),
        region=entry.region if entry.region is not None else result.region.asked,
        conversation=entry.conversation,
        vector=None if vector is None else np.asarray(vector, np.float16).tobytes(),
        model=None if vector is None or entry.engine.encoder is None else entry.engine.encoder.model_id,
    )
