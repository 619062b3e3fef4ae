"""How soon what happens at one server shows at another: python -m benchmarks.servers [--messages 60].

Starts two servers on one PostgreSQL, and a Redis for the first half of the measuring, each of its own in a temporary folder. An operator
answers a citizen at one server, while the citizen's page has its stream open at the other; a telephone system sends what it hears to one
server, while a page of the desk follows the call at the other. Measured is from sending to the event on the stream, request and all; the
same with the stream at the server that was written to says how much of it is the way between servers.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from websockets.sync.client import connect

from banshi.assembly import china_now
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database
from benchmarks.product import quantile, running
from tests.api.citizen_server import Stream
from tests.api.product import wait_until
from tests.postgres import Postgres
from tests.redis_server import RedisServer

TOKEN = "benchmark-telephony-token-of-more-than-32-characters"
PASSWORD = secrets.token_urlsafe(12)


class Desk:
    """An operator at one server."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/api/v1", timeout=60, trust_env=False)
        answer = self.client.post("/staff/sign-in", json={"account": "op", "password": PASSWORD}).raise_for_status()
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def post(self, path: str, body: object) -> dict[str, object]:
        """Do something."""
        return dict(self.client.post(path, json=body).raise_for_status().json())

    @contextmanager
    def stream(self, path: str) -> Iterator[Stream]:
        """Follow something."""
        with self.client.stream("GET", path) as response:
            response.raise_for_status()
            yield Stream(response)


def wait(stream: Stream, text: str) -> None:
    """Until a text was told."""
    end = time.perf_counter() + 30
    while not any(event["data"].get("text") == text for event in stream.events[-5:]):
        if time.perf_counter() > end:
            raise RuntimeError(f"{text!r} did not come")
        time.sleep(0.0005)


def messages(writing: str, reading: str, count: int, draw: random.Random) -> list[float]:
    """Milliseconds from an operator's answer at one server to the citizen's stream at another."""
    desk, other = Desk(writing), Desk(reading)
    conversation = desk.post("/chat", {"conversation": None, "text": "转人工"})["conversation"]
    desk.post("/desk/presence", {"available": True})
    desk.post(f"/desk/conversations/{conversation}/claim", {})
    took = []
    with other.stream(f"/chat/{conversation}/events") as stream:
        for number in range(count):
            time.sleep(draw.uniform(0.0, 1.0))  # not in step with whoever looks once a second
            began = time.perf_counter()
            desk.post(f"/desk/conversations/{conversation}/messages", {"text": f"第{number}句", "client_id": secrets.token_hex(8)})
            wait(stream, f"第{number}句")
            took.append((time.perf_counter() - began) * 1000)
    desk.post(f"/desk/conversations/{conversation}/close", {"summary": "量完了"})
    return took


def calls(writing: str, reading: str, count: int, draw: random.Random) -> list[float]:
    """Milliseconds from a sentence that one server hears to the page that follows the call at another."""
    name, desk, took = secrets.token_hex(8), Desk(reading), []
    url = f"{writing.replace('http', 'ws')}/api/v1/desk/calls/{name}"
    with connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}, proxy=None) as line:
        line.send(json.dumps({"type": "final", "text": "喂", "speaker": "operator"}))
        wait_until(lambda: any(call["call"] == name for call in desk.client.get("/desk/calls").json()["calls"]), "the call")
        with desk.stream(f"/desk/calls/{name}/events") as stream:
            wait(stream, "喂")
            for number in range(count):
                time.sleep(draw.uniform(0.0, 1.0))
                began = time.perf_counter()
                line.send(json.dumps({"type": "final", "text": f"第{number}句", "speaker": "operator"}))
                wait(stream, f"第{number}句")
                took.append((time.perf_counter() - began) * 1000)
            line.send(json.dumps({"type": "end"}))
    return took


def main() -> None:
    """Start, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=60)
    count = parser.parse_args().messages
    draw = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="banshi-servers-", dir="/tmp") as name, ExitStack() as stack:
        folders = [Path(name) / part for part in ("postgres", "redis")]
        for folder in folders:
            folder.mkdir()
        Path(name).chmod(0o755)  # PostgreSQL runs as somebody else
        postgres, redis = Postgres(folders[0]), stack.enter_context(RedisServer(folders[1]))
        stack.callback(postgres.stop)
        postgres.start()
        redis.start()
        url = postgres.create("servers")
        database = open_database(url)
        given = {"account": "op", "name": "操作员", "roles": ("operator", "admin"), "password": PASSWORD}
        Accounts(database, Passwords(), now=china_now).add(**given, chosen_by_owner=True, by="benchmark")  # type: ignore[arg-type]
        database.dispose()
        told = {"database": url, "redis": redis.url, "telephony_token": TOKEN}
        one, two = (stack.enter_context(running("--no-rasa", **told)).url for _ in range(2))
        for way in ("with Redis", "without Redis"):
            for what, measure in (("an operator's answer", messages), ("a sentence of a call", calls)):
                for reading, where in ((two, "another server"), (one, "the same server")):
                    measure(one, reading, 2, draw)  # warm
                    took = measure(one, reading, count if reading == two else count // 3, draw)
                    figures = f"p50 {quantile(took, 0.5):6.0f} ms   p95 {quantile(took, 0.95):6.0f} ms   most {max(took):6.0f} ms"
                    print(f"{way:14} {what:22} to a page at {where:16} {figures}", flush=True)
            redis.kill()


if __name__ == "__main__":
    main()
