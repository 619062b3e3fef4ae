"""Many conversations at once: python -m benchmarks.conversations [--conversations 200] [--rate 20] [--seconds 60] [--without-rasa 30].

Starts the product on free ports with a data folder of its own. Each conversation has its event stream open, as the page has, and sends
its messages one after the other; messages of all conversations come at a fixed rate, whether earlier ones are answered or not, so that a
slow server cannot slow the load down. One in twenty is sent twice with the same id, one in ten carries a personal number.

Afterwards every message is accounted for: stored once, answered once, in the order it was sent, and told on the stream as stored; and no
personal number that was sent stands in any file of the data folder (database, Rasa's tracker store, logs).

Then the same again while Rasa is killed, and killed again whenever it is back, for `--without-rasa` seconds in the middle.
Ends with status 1 when something was lost, doubled, out of order, or found.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.product import Running, fresh_questions, quantile, running

_SMALL_TALK = ("你好", "谢谢", "那要多少钱", "几天能办完", "去哪办", "网上能办不", "要带啥")


@dataclass
class Sent:
    """A message that was sent: when it was due, and what came back.

    Attributes:
        took: seconds from the moment it was due to its reply, waiting for the one before it included.
    """

    client_id: str
    text: str
    took: float = 0.0
    status: int = 0
    replies: int = 0


@dataclass
class Citizen:
    """One conversation with its page."""

    number: int
    conversation: str | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    sent: list[Sent] = field(default_factory=list)
    streamed: list[int] = field(default_factory=list)
    stream: asyncio.Task[None] | None = None


def personal_numbers(draw: random.Random) -> Iterator[str]:
    """Identity numbers with a right check digit, mobile numbers and bank cards with a right Luhn digit, for ever."""
    for turn in itertools.count():
        if turn % 3 == 0:
            born = f"19{draw.randint(50, 99)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
            body = f"22{draw.randint(0, 9999):04d}{born}{draw.randint(0, 999):03d}"
            weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
            yield body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
        elif turn % 3 == 1:
            yield f"1{draw.choice('3578')}{draw.randint(0, 9)}{draw.randint(0, 99_999_999):08d}"
        else:
            body = f"6222{draw.randint(0, 10**14 - 1):014d}"
            doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
            yield body + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


async def listen(client: httpx.AsyncClient, citizen: Citizen) -> None:
    """Read the conversation's stream as the page does, coming back where it ended."""
    while True:
        last = citizen.streamed[-1] if citizen.streamed else 0
        with contextlib.suppress(httpx.HTTPError):
            async with client.stream("GET", f"/api/v1/chat/{citizen.conversation}/events", params={"after": last}) as response:
                async for line in response.aiter_lines():
                    if line.startswith("id:"):
                        citizen.streamed.append(int(line[3:]))
        await asyncio.sleep(0.5)


async def say(client: httpx.AsyncClient, streams: httpx.AsyncClient, citizen: Citizen, text: str, *, twice: bool) -> None:
    """Send one message when the ones before it are answered."""
    due, message = time.monotonic(), Sent(secrets.token_urlsafe(18), text)
    citizen.sent.append(message)
    async with citizen.lock:
        body = {"conversation": citizen.conversation, "text": text, "client_id": message.client_id}
        requests = [client.post("/api/v1/chat", json=body) for _ in range(2 if twice and citizen.conversation else 1)]
        responses = await asyncio.gather(*requests, return_exceptions=True)
        message.took = time.monotonic() - due
        for response in responses:
            if isinstance(response, BaseException):
                print(f"a request failed: {response!r}", file=sys.stderr)
                continue
            message.status = response.status_code
            told = response.json()
            message.replies = len(told.get("replies", ()))
            citizen.conversation = told.get("conversation", citizen.conversation)
    if citizen.stream is None and citizen.conversation is not None:
        citizen.stream = asyncio.create_task(listen(streams, citizen))


async def load(
    product: Running, arguments: argparse.Namespace, questions: Iterator[str], numbers: list[str], *, gap: float
) -> list[Citizen]:
    """All conversations for the given time; Rasa is away for `gap` seconds in the middle."""
    draw, fresh = random.Random(7), personal_numbers(random.Random(time.time_ns()))
    citizens = [Citizen(number) for number in range(arguments.conversations)]
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with (
        httpx.AsyncClient(base_url=product.url, timeout=30, trust_env=False, limits=limits) as client,
        httpx.AsyncClient(base_url=product.url, timeout=None, trust_env=False, limits=limits) as streams,
    ):
        started, tasks = time.monotonic(), []
        away = asyncio.create_task(without_rasa(product, arguments.seconds / 2 - gap / 2, gap)) if gap else None
        for turn in range(round(arguments.rate * arguments.seconds)):
            await asyncio.sleep(max(0.0, started + turn / arguments.rate - time.monotonic()))
            citizen = citizens[turn % len(citizens)]
            text = draw.choice(_SMALL_TALK) if citizen.sent and draw.random() < 0.3 else next(questions)
            if draw.random() < 0.1:
                numbers.append(next(fresh))
                text = f"我的号是{numbers[-1]}，{text}"
            tasks.append(asyncio.create_task(say(client, streams, citizen, text, twice=draw.random() < 0.05)))
        await asyncio.gather(*tasks)
        if away is not None:
            await away
        await asyncio.sleep(3)  # the streams look at the store once a second
        for citizen in citizens:
            if citizen.stream is not None:
                citizen.stream.cancel()
    return citizens


async def without_rasa(product: Running, after: float, seconds: float) -> None:
    """Kill Rasa, and whenever it is back again, for so long."""
    await asyncio.sleep(after)
    until, killed = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        for pid in product.rasa():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
        await asyncio.sleep(0.2)
    print(f"Rasa was killed {killed} times in {seconds:.0f} s")


def account_for(product: Running, citizens: list[Citizen]) -> list[str]:
    """What is wrong with what was stored, answered and streamed; nothing when all is well."""
    wrong = []
    with httpx.Client(base_url=product.url, timeout=30, trust_env=False) as client:
        for citizen in citizens:
            if not citizen.sent:
                continue
            stored: list[dict[str, Any]] = client.get(f"/api/v1/chat/{citizen.conversation}/messages").json()["messages"]
            asked = [message["client_id"] for message in stored if message["sender"] == "citizen"]
            wanted = [message.client_id for message in citizen.sent]
            if asked != wanted:
                wrong.append(
                    f"conversation {citizen.number}: {len(wanted)} sent, {len(asked)} stored, {len(set(wanted) - set(asked))} lost"
                )
            turns = "".join(message["sender"][0] for message in stored)
            if not re.fullmatch(r"(cb+)*", turns):
                wrong.append(f"conversation {citizen.number}: messages and answers come as {turns}")
            if citizen.streamed != [message["id"] for message in stored]:
                wrong.append(
                    f"conversation {citizen.number}: the stream told {len(citizen.streamed)} of {len(stored)} messages, or another order"
                )
            wrong += [
                f"conversation {citizen.number}: HTTP {sent.status}, {sent.replies} replies"
                for sent in citizen.sent
                if sent.status != 200 or not sent.replies
            ]
    return wrong


def left_behind(product: Running, numbers: list[str]) -> list[str]:
    """Files of the data folder in which a personal number stands."""
    # As written, as JSON escapes it, and in the other widths that SQLite may use.
    wanted = re.compile(b"|".join(re.escape(number.encode()) for number in numbers))
    found = []
    for path in sorted(product.folder.rglob("*")):
        if path.is_file() and "snapshots" not in path.parts and (hits := set(wanted.findall(path.read_bytes()))):
            found.append(f"{path.name}: {len(hits)} personal numbers")
    return found


def report(name: str, citizens: list[Citizen], wrong: list[str], arguments: argparse.Namespace) -> None:
    """Print one run."""
    took = [message.took for citizen in citizens for message in citizen.sent]
    said = {"messages": len(took), "p50": quantile(took, 0.5), "p95": quantile(took, 0.95), "p99": quantile(took, 0.99), "most": max(took)}
    print(
        f"{name}: {arguments.conversations} conversations, {arguments.rate:g} messages a second, seconds to the reply: "
        + json.dumps({key: round(value, 3) for key, value in said.items()})
    )
    print("\n".join(wrong[:20]) if wrong else "every message stored once, answered once, in order, and streamed as stored")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--without-rasa", type=float, default=30.0, help="seconds; 0 leaves that run out")
    arguments = parser.parse_args()
    questions, numbers, wrong = itertools.cycle(fresh_questions(4000)), [], []
    with tempfile.TemporaryDirectory(prefix="banshi-conversations-") as name:
        with running(folder=Path(name)) as product:
            for run, gap in (("with Rasa", 0.0), ("Rasa killed", arguments.without_rasa))[: 2 if arguments.without_rasa else 1]:
                if gap:
                    arguments.seconds = max(arguments.seconds, 2 * gap)
                citizens = asyncio.run(load(product, arguments, questions, numbers, gap=gap))
                found = account_for(product, citizens)
                report(run, citizens, found, arguments)
                wrong += found
        behind = left_behind(product, numbers)  # after the server's end: by then all that it writes behind a turn is written
        print(
            "\n".join(behind)
            if behind
            else f"none of {len(numbers)} personal numbers stands in the database, the tracker store or the logs"
        )
        wrong += behind
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
