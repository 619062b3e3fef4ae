"""Telephone calls that this process hears: what is said, word by word, and the advice on it. In memory alone, and not for long.

The telephone system says what it hears; partial sentences replace each other, whole ones stay. Each call has one worker that takes what
is newest: words that are still coming make room for newer ones, what was said to the end is always looked up.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncGenerator, Callable
from datetime import datetime, timedelta

from banshi.desk.advice.adoption import Adoption
from banshi.desk.advice.advice import Advice
from banshi.desk.advice.advising import Advising
from banshi.desk.advice.call import Call, Event, Heard
from banshi.desk.advice.suggestions import Wanted
from banshi.desk.servers.bell import rung
from banshi.text.normalise import has_words
from banshi.text.numbers import TOKEN, mask

log = logging.getLogger(__name__)
__all__ = ["KEPT_AFTER_END", "SILENT", "Call", "Calls", "Event", "Heard", "TooManyCallsError", "as_heard"]

MOST_CALLS = 200
SILENT = timedelta(minutes=30)
KEPT_AFTER_END = timedelta(minutes=10)
_LONGEST_PENDING, _LONGEST_SAID = 60, 300
_RUN = re.compile(r"(?:\d[ \-]?){7,}[\dXx]?|[零〇一二三四五六七八九幺两]{7,}")
"""Digits in a row, or their names: a number that the recogniser wrote in a way no pattern of numbers knows."""
_UNFINISHED = re.compile(r"(?:\d[ \-]?){3,}$|[零〇一二三四五六七八九幺两]{4,}$")
_HIDDEN = "〈号码〉"


class TooManyCallsError(RuntimeError):
    """As many calls are under way as this server follows."""


class Calls:
    """All calls of this process. Everything here runs in the server's event loop.

    Args:
        advising: gives advice.
        adoption: counts what was shown.
        now: the clock.

    Attributes:
        changed: called when a call has changed that began after this was set; None calls nobody.
    """

    def __init__(self, advising: Advising, adoption: Adoption, now: Callable[[], datetime]) -> None:
        self._advising, self._adoption, self._now = advising, adoption, now
        self.changed: Callable[[Call], None] | None = None
        self._calls: dict[str, Call] = {}
        self._keeping: set[asyncio.Task[None]] = set()

    def begin(self, identifier: str) -> Call:
        """The call of this id; a new one when there is none, or it is over.

        Raises:
            TooManyCallsError: there is no room.
        """
        self.sweep()
        call = self._calls.get(identifier)
        if call is not None and call.ended_at is None:
            return call
        if call is None and len(self._calls) >= MOST_CALLS:
            over = next((one.id for one in self._calls.values() if one.ended_at is not None), None)
            if over is None:
                raise TooManyCallsError(f"{MOST_CALLS} calls are under way.")
            del self._calls[over]
        now = self._now()
        self._calls[identifier] = Call(identifier, started_at=now, heard_at=now, changed=self.changed)
        return self._calls[identifier]

    def get(self, identifier: str) -> Call | None:
        """A call under way or just over."""
        return self._calls.get(identifier)

    def under_way(self) -> list[Call]:
        """Calls that nobody has ended, the newest first."""
        self.sweep()
        return sorted((call for call in self._calls.values() if call.ended_at is None), key=lambda call: call.started_at, reverse=True)

    def sweep(self) -> None:
        """Forget calls that are over or fell silent."""
        now = self._now()
        for call in list(self._calls.values()):
            over = call.ended_at is not None and now - call.ended_at > KEPT_AFTER_END
            if over or now - call.heard_at > SILENT:
                del self._calls[call.id]
                call.ended_at = call.ended_at or now
                call.wake()

    def leave(self, call: Call) -> None:
        """Let go of a call that goes on elsewhere; who follows it here is told no more."""
        if self._calls.get(call.id) is call:
            del self._calls[call.id]
        call.changed, call.ended_at, call.partial = None, call.ended_at or self._now(), None
        call.finals.clear()
        call.wake()

    def hear(self, call: Call, heard: Heard) -> None:
        """Take in what was heard; advice follows as an event."""
        call.heard_at = self._now()
        call.region, call.operator = heard.region or call.region, heard.operator or call.operator
        partial = heard.type == "partial"
        text = as_heard(heard.text, partial=partial)
        if text or heard.type == "end":
            call.last = text or call.last
            told = {"type": heard.type, "speaker": heard.speaker, "text": text, "at": call.heard_at.isoformat()}
            call.tell("utterance", told, passing=partial)
        if heard.type == "end":
            call.ended_at, call.partial = call.heard_at, None
            return
        if heard.speaker != "citizen" or not has_words(text):
            return
        if partial:
            call.partial = (text, time.perf_counter())
        else:
            call.partial = None
            call.finals.append((text, time.perf_counter()))
            self._advising.gate.hurry(call.id)
        if call.worker is None or call.worker.done():
            call.worker = asyncio.create_task(self._work(call))
            call.worker.add_done_callback(lambda _: call.wake())  # who follows a call that is over waits for this

    async def follow(self, call: Call, after: int, every: float) -> AsyncGenerator[Event | None, None]:
        """Events after a number, as they come; None when nothing came for `every` seconds. Ends when the call is over and told."""
        news = asyncio.Event()
        call.listeners.add(news)
        try:
            while True:
                news.clear()
                for event in [event for event in call.events if event.number > after]:
                    after = event.number
                    yield event
                if news.is_set():
                    continue
                if call.over:
                    return
                if not await rung(news, every):
                    yield None
        finally:
            call.listeners.discard(news)

    async def _work(self, call: Call) -> None:
        gate = self._advising.gate
        while call.finals or call.partial:
            if not await gate.enter(call.id, urgent=bool(call.finals)):
                call.partial = None
                continue
            try:
                await self._advise(call)
            except Exception:  # one failed search must not end the call
                log.exception("Advice on a call failed.")
            finally:
                gate.leave()

    async def _advise(self, call: Call) -> None:
        """Look up what is newest, with a place at the gate."""
        if call.finals:
            (text, heard), partial = call.finals.popleft(), False
        elif call.partial is not None:
            (text, heard), partial = call.partial, True
            call.partial = None
        else:
            return
        words = f"{call.before}，{text}" if call.before else text
        wanted = Wanted(
            words,
            call.region,
            item=call.item,
            partial=partial,
            shown=call.shown,
            earlier=dict(call.answered),
            fleeting=frozenset(call.fleeting),
            before=call.said,
        )
        advice = await self._advising.look(wanted, heard)
        if advice is None:
            return
        call.fleeting = (
            {one.key for one in advice.suggestions if one.key in call.fleeting or one.key not in call.shown} if partial else set()
        )
        call.shown = tuple(one.key for one in advice.suggestions)
        call.answered = {one.key: one.utterance for one in advice.suggestions}
        fits = bool(advice.redirect) or any(one.confidence > 0 for one in advice.suggestions)
        if not partial:
            call.said = f"{call.said}，{text}"[-_LONGEST_SAID:]
            # "我那个证丢了" alone finds nothing and belongs to what comes next.
            call.before = "" if fits or not self._says_something(text) else words[-_LONGEST_PENDING:]
            surest = max(advice.suggestions, key=lambda one: one.confidence, default=None)
            if surest is not None and surest.level == "高" and surest.item is not None:
                call.item = surest.item
            self._count(call, text, advice)
        call.tell("suggestions", advice.model_copy(update={"text": text}).model_dump(mode="json"), passing=True)

    def _says_something(self, text: str) -> bool:
        """Whether words have a subject, unlike "喂，你好" and "嗯，好的"."""
        engine = self._advising.engine()
        return engine is not None and len(engine.reader.read(text).content) > 2

    def _count(self, call: Call, text: str, advice: Advice) -> None:
        """Keep what was shown, behind the answer."""
        first = next((one for one in advice.suggestions if one.confidence > 0), None)
        if first is None:
            return
        keeping = asyncio.create_task(
            asyncio.to_thread(self._adoption.shown, call.operator or "", None, call.id, text, first, round(advice.took_ms))
        )
        self._keeping.add(keeping)
        keeping.add_done_callback(self._kept)

    def _kept(self, keeping: asyncio.Task[None]) -> None:
        self._keeping.discard(keeping)
        if not keeping.cancelled() and (error := keeping.exception()) is not None:
            log.error("A suggestion shown was not counted.", exc_info=error)


def as_heard(text: str, *, partial: bool) -> str:
    """What was heard, without numbers of persons; of words that are still coming, without the beginning of one either."""
    masked = TOKEN.sub(lambda match: f"〈{match[1]}〉", mask(text)[0])
    masked = _RUN.sub(_HIDDEN, masked)
    return (_UNFINISHED.sub(_HIDDEN, masked) if partial else masked).strip()
