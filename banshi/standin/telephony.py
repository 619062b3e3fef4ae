"""The telephone system with its speech recogniser: plays written calls in real time, as partial and whole sentences.

A transcript is a file of JSON lines, in the order of speaking:

    {"call": "1001", "speaker": "citizen", "text": "身份证丢了咋整", "region": "220100", "operator": "wang.fang", "pause": 2.0}

`speaker` is citizen when left out; `region` and `operator` are told with the first line of a call that has them; `pause` is the silence
before the line in seconds. Calls are played side by side.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

SPEED = 4.5
"""Characters of a second's speech."""
EVERY = 4
"""Characters after which the recogniser says what it has."""
_LAST_ANSWER = 3.0


class TranscriptError(ValueError):
    """A transcript cannot be read; the message names the line."""


class RefusedError(RuntimeError):
    """The server takes no calls from this token."""


class Line(BaseModel):
    """One utterance of a transcript."""

    model_config = ConfigDict(extra="forbid")

    call: str = "1"
    speaker: str = Field(default="citizen", pattern="^(citizen|operator)$")
    text: str = Field(min_length=1, max_length=2000)
    region: str | None = None
    operator: str | None = None
    pause: float = Field(default=0.5, ge=0, le=600)


@dataclass
class Answered:
    """One answer of the server.

    Attributes:
        text: the words it answers.
        final: they were said to the end.
        seconds: from sending the words to having the answer.
        advice: the answer.
    """

    text: str
    final: bool
    seconds: float
    advice: dict[str, Any]


@dataclass
class Played:
    """What came of one call: answers in order, and how many messages were sent that asked for one."""

    call: str
    sent: int = 0
    answers: list[Answered] = field(default_factory=list)


def read_transcript(path: Path) -> dict[str, list[Line]]:
    """Calls of a transcript, each with its lines.

    Raises:
        TranscriptError: a line is no utterance.
    """
    calls: dict[str, list[Line]] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = Line.model_validate_json(raw)
        except ValidationError as error:
            fields = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})) or "the whole line"
            raise TranscriptError(f"{path} line {number} is no utterance with call, speaker and text: {fields}") from error
        calls.setdefault(line.call, []).append(line)
    return calls


def growing(text: str, every: int = EVERY) -> list[str]:
    """A sentence as the recogniser says it: longer and longer, the whole of it last."""
    return [*(text[:end] for end in range(every, len(text), every)), text]


async def play_call(
    server: str,
    token: str,
    call: str,
    lines: Iterable[Line],
    *,
    speed: float = SPEED,
    told: Callable[[Answered], None] = lambda answered: None,
) -> Played:
    """Play one call.

    Args:
        server: address of the server, ws://HOST:PORT.
        token: BANSHI_TELEPHONY_TOKEN of the server.
        call: the call's id.
        lines: what is said.
        speed: characters a second.
        told: called with each answer as it comes.

    Raises:
        RefusedError: the server takes no calls from this token.
    """
    playing = _Playing(Played(call), told)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with connect(
            f"{server.rstrip('/')}/api/v1/desk/calls/{call}", additional_headers=headers, proxy=None, compression=None
        ) as connection:
            listening = asyncio.create_task(playing.listen(connection))
            for line in lines:
                await asyncio.sleep(line.pause)
                await playing.speak(connection, line, speed)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(playing.answered.wait(), _LAST_ANSWER)
            await connection.send(json.dumps({"type": "end"}))
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
    except InvalidStatus as error:
        raise RefusedError(
            f"The server refused the call ({error.response.status_code}): BANSHI_TELEPHONY_TOKEN must be set there, and the same here."
        ) from error
    return playing.played


class _Playing:
    """One call while it is played; `answered` is set while the last whole sentence has its answer."""

    def __init__(self, played: Played, told: Callable[[Answered], None]) -> None:
        self.played, self._told = played, told
        self.answered = asyncio.Event()
        self.answered.set()
        self._sent: dict[str, tuple[float, bool]] = {}

    async def speak(self, connection: ClientConnection, line: Line, speed: float) -> None:
        began, parts = time.perf_counter(), growing(line.text)
        for number, part in enumerate(parts, 1):
            final = number == len(parts)
            await asyncio.sleep(max(0.0, began + len(part) / speed - time.perf_counter()))
            message = {"type": "final" if final else "partial", "text": part, "speaker": line.speaker}
            message |= {name: value for name, value in (("region", line.region), ("operator", line.operator)) if value is not None}
            if line.speaker == "citizen":
                self._sent[part] = (time.perf_counter(), final)
                self.played.sent += 1
                self.answered.clear()
            await connection.send(json.dumps(message, ensure_ascii=False))

    async def listen(self, connection: ClientConnection) -> None:
        async for raw in connection:
            now, advice = time.perf_counter(), json.loads(raw)
            if advice.get("text") not in self._sent:
                continue
            at, final = self._sent[advice["text"]]
            answered = Answered(advice["text"], final, now - at, advice)
            self.played.answers.append(answered)
            self._told(answered)
            if final:
                self.answered.set()


async def play(
    server: str,
    token: str,
    calls: dict[str, list[Line]],
    *,
    speed: float = SPEED,
    told: Callable[[str, Answered], None] = lambda call, answered: None,
) -> list[Played]:
    """Play all calls side by side; see `play_call`."""
    playing = (play_call(server, token, call, lines, speed=speed, told=partial(told, call)) for call, lines in calls.items())
    return await asyncio.gather(*playing)
