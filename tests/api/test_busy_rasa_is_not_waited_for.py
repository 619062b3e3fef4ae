"""While Rasa has its hands full with others, what the search answers for certain does not wait for it, and what it does not, does."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from banshi.desk.dialogue import _AT_ONCE
from tests.api.small_product import Small

QUESTION = "身份证丢失补领要带什么"
FROM_RASA = {"text": "慢慢说", "custom": {"type": "answer"}}


class SlowRasa(ThreadingHTTPServer):
    """Answers nobody until it may."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Turn)
        self.may, self.full, self.senders = threading.Event(), threading.Event(), list[str]()


class _Turn(BaseHTTPRequestHandler):
    server: SlowRasa

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.senders.append(body["sender"])
        if len(self.server.senders) == _AT_ONCE:
            self.server.full.set()
        self.server.may.wait(timeout=20)
        said = json.dumps({"replies": [FROM_RASA]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def rasa() -> Iterator[SlowRasa]:
    with SlowRasa() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.may.set()
        running.shutdown()


def test_a_certain_answer_is_given_at_once(rasa: SlowRasa, tmp_path_factory: pytest.TempPathFactory) -> None:
    small = Small(tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("var"))
    app = small.app(with_rasa=True, rasa_port=rasa.server_port, rasa_timeout=20)

    async def play() -> tuple[dict[str, Any], list[str], list[dict[str, Any]]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", timeout=30) as client:

            async def say(conversation: str | None = None) -> dict[str, Any]:
                response = await client.post("/api/v1/chat", json={"text": QUESTION, "conversation": conversation})
                return dict(response.json())

            others = [asyncio.create_task(say()) for _ in range(_AT_ONCE)]
            assert await asyncio.to_thread(rasa.full.wait, 20)
            hurried = await say()
            asked = list(rasa.senders)
            rasa.may.set()
            patient = [*await asyncio.gather(*others), await say(hurried["conversation"])]
            return hurried, asked, patient

    hurried, asked, patient = asyncio.run(play())
    assert "居民身份证" in hurried["replies"][0]["text"] and hurried["replies"][-1]["custom"]["alone"]
    assert len(asked) == _AT_ONCE
    assert all(one["replies"][0]["text"] == FROM_RASA["text"] for one in patient)
    # Its tracker lacks a turn, so the conversation goes on in a new one.
    assert rasa.senders[-1] == f"{hurried['conversation']}-1"
