"""How long a turn takes, as a multiple of an echo: python -m benchmarks.turn [--turns 400].

Starts the product on free ports with a data folder of its own and asks over loopback, one at a time, in turn:

- echo: Rasa's cheapest turn on the same bot, a rule that utters one fixed sentence (no search, no action, no encoding);
- chat: a question not asked before, over POST /api/v1/chat: mask, encode, Rasa, action, search, render, store;
- again: a question asked before, whose vector is remembered;
- search: POST /api/v1/search with a fresh question, and the engine's own time in it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import httpx

from benchmarks.product import SECRET, fresh_questions, quantile, running


def timed(call: Callable[[], httpx.Response]) -> tuple[float, httpx.Response]:
    """Milliseconds and the response; a failed request ends the benchmark."""
    started = time.perf_counter()
    response = call()
    took = (time.perf_counter() - started) * 1000
    response.raise_for_status()
    return took, response


def measure(base: str, rasa: str, turns: int) -> dict[str, list[float]]:
    """Ask in turn, `turns` rounds after a warm-up of 20."""
    questions = fresh_questions(2 * (turns + 20))
    times: dict[str, list[float]] = {name: [] for name in ("echo", "chat", "again", "search over HTTP", "engine")}
    conversation, unanswered = None, 0
    with httpx.Client(timeout=30, trust_env=False) as client:
        for turn in range(turns + 20):
            if turn % 10 == 0:
                conversation = None
            body = {"sender": f"benchmark-{turn // 10:06d}", "text": "/echo", "payload": True}
            echo, _ = timed(lambda b=body: client.post(f"{rasa}/webhooks/server/webhook", json=b, headers={"x-banshi-secret": SECRET}))
            text = questions[2 * turn]
            chat, response = timed(lambda t=text, c=conversation: client.post(f"{base}/api/v1/chat", json={"conversation": c, "text": t}))
            said = response.json()
            conversation = said["conversation"]
            unanswered += said["replies"][0]["custom"]["type"] not in ("answer", "clarify")
            again, _ = timed(lambda t=text, c=conversation: client.post(f"{base}/api/v1/chat", json={"conversation": c, "text": t}))
            search, response = timed(lambda t=questions[2 * turn + 1]: client.post(f"{base}/api/v1/search", json={"text": t}))
            if turn >= 20:
                row = {"echo": echo, "chat": chat, "again": again, "search over HTTP": search, "engine": response.json()["took_ms"]}
                for name, value in row.items():
                    times[name].append(value)
    print(f"{turns} rounds, {unanswered} questions refused or handled otherwise")
    return times


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=400)
    turns = parser.parse_args().turns
    with running() as product:
        times = measure(product.url, product.rasa_url, turns)
    echo = quantile(times["echo"], 0.5)
    print(f"{'':20}{'p50 ms':>9}{'p99 ms':>9}{'p50 × echo':>12}{'p99 × echo p99':>16}")
    for name, values in times.items():
        p50, p99 = quantile(values, 0.5), quantile(values, 0.99)
        print(f"{name:20}{p50:>9.1f}{p99:>9.1f}{p50 / echo:>12.2f}{p99 / quantile(times['echo'], 0.99):>16.2f}")


if __name__ == "__main__":
    main()
