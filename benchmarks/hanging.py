"""One outside system hangs: how much slower is everything else?  .venv/bin/python -m benchmarks.hanging [--rounds 4] [--seconds 15]

Starts the product against stand-ins. 100 conversations ask questions that have nothing to do with applications, at a fixed rate, while
others ask how their application stands. In every second stretch the system that knows applications accepts requests and never answers.
Stretches take turns, so that a noisy machine is noisy for both. Prints both, their ratio at p95, and how long those who asked the hanging
system waited for their sentence. Ends with status 1 when anybody was not answered.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import yaml

from banshi.assembly import china_now
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from benchmarks.product import fresh_questions, quantile, running

_CONVERSATIONS = 100
_SECRET = "benchmark-of-a-hanging-system"
_STATUS = ("查进度", "JL202611000001", "1234")


class Talk:
    """One conversation, one message at a time."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client, self._id = client, None
        self._lock = asyncio.Lock()

    async def say(self, text: str, due: float) -> tuple[float, dict[str, Any]]:
        """Seconds from the moment it was due to the reply, and the reply."""
        async with self._lock:
            answered = await self._client.post("/api/v1/chat", json={"conversation": self._id, "text": text})
            answered.raise_for_status()
            told = answered.json()
            self._id = told["conversation"]
            return time.monotonic() - due, told["replies"][-1]


async def status(client: httpx.AsyncClient) -> float:
    """Ask how an application stands; seconds to the last sentence."""
    talk = Talk(client)
    for text in _STATUS[:-1]:
        await talk.say(text, time.monotonic())
    took, reply = await talk.say(_STATUS[-1], time.monotonic())
    assert reply["text"]
    return took


async def stretch(
    client: httpx.AsyncClient, talks: list[Talk], questions: Iterator[str], arguments: argparse.Namespace
) -> tuple[list[float], list[float]]:
    """One stretch: seconds of the unrelated turns, and of those who asked for their application."""
    started, unrelated, asking = time.monotonic(), [], []
    for turn in range(round(arguments.rate * arguments.seconds)):
        due = started + turn / arguments.rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        unrelated.append(asyncio.create_task(talks[turn % len(talks)].say(next(questions), due)))
        if turn % 5 == 0:
            asking.append(asyncio.create_task(status(client)))
    return [took for took, _ in await asyncio.gather(*unrelated)], list(await asyncio.gather(*asking))


async def measure(url: str, standins: RunningStandins, arguments: argparse.Namespace) -> dict[str, tuple[list[float], list[float]]]:
    """Stretches in turn, the first of which only warms up."""
    found: dict[str, tuple[list[float], list[float]]] = {"all well": ([], []), "one hangs": ([], [])}
    questions = itertools.cycle(fresh_questions(4000))
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False, limits=httpx.Limits(max_connections=None)) as client:
        talks = [Talk(client) for _ in range(_CONVERSATIONS)]
        await stretch(client, talks, questions, arguments)
        for name in ("all well", "one hangs") * arguments.rounds:
            standins.shops["applications"].fault = Fault(mode="slow", seconds=60) if name == "one hangs" else Fault()
            unrelated, asking = await stretch(client, talks, questions, arguments)
            found[name][0].extend(unrelated)
            found[name][1].extend(asking)
            standins.shops["applications"].fault = Fault()
            await asyncio.sleep(arguments.rest)  # its breaker closes again
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=15.0, help="of a stretch")
    parser.add_argument("--rate", type=float, default=8.0, help="unrelated messages a second")
    parser.add_argument("--rest", type=float, default=22.0, help="seconds between stretches")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="banshi-hanging-") as name,
        RunningStandins(now=china_now, keys={"banshi": _SECRET.encode()}, names=("applications",)) as standins,
    ):
        path = Path(name) / "systems.yml"
        told = {"systems": {"applications": {"url": f"{standins.url}/applications", "key": "banshi", "secret": _SECRET}}}
        path.write_text(yaml.safe_dump(told), encoding="utf-8")
        with running(systems=path) as product:
            found = asyncio.run(measure(product.url, standins, arguments))
    for name, (unrelated, asking) in found.items():
        print(
            f"{name}: {len(unrelated)} unrelated turns p50 {quantile(unrelated, 0.5):.3f} s, p95 {quantile(unrelated, 0.95):.3f} s; "
            f"{len(asking)} who asked for an application, p50 {quantile(asking, 0.5):.2f} s, longest {max(asking):.2f} s"
        )
    print(
        f"p95 of unrelated turns, one hangs / all well: {quantile(found['one hangs'][0], 0.95) / quantile(found['all well'][0], 0.95):.2f}"
    )
    sys.exit(1 if max(found["one hangs"][1]) > 6 else 0)


if __name__ == "__main__":
    main()
