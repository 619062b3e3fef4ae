"""The server as the citizens' page meets it, without Rasa, and a page that talks to it."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.api.product import Product, wait_until

# The whole server. As long as the file named by the argument lies there, no answer is finished.
SERVE = """
import asyncio, sys
from pathlib import Path
import uvicorn
from banshi.desk import answering
from banshi.settings import Settings
from banshi.web.app import create_app

hold, whole = Path(sys.argv[1]), answering.answer_directly

async def held(*args, **more):
    while hold.exists():
        await asyncio.sleep(0.02)
    return await whole(*args, **more)

answering.answer_directly = held
settings = Settings()
app = create_app(settings, with_rasa=False)
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("[banshi] ready", flush=True)

Server(uvicorn.Config(app, port=settings.port, log_level="warning", timeout_graceful_shutdown=1)).run()
"""


def citizen_server(folder: Path, **settings: object) -> Product:
    """A server, not started yet; a file `hold` in the folder holds its answers back."""
    folder.mkdir(exist_ok=True)
    return Product(folder, [sys.executable, "-c", SERVE, str(folder / "hold")], **settings)  # type: ignore[arg-type]


class Page:
    """A citizen's page in one conversation."""

    def __init__(self, product: Product, conversation: str | None = None) -> None:
        self.product, self.conversation = product, conversation

    def send(self, text: str, client_id: str | None = None, **more: Any) -> dict[str, Any]:
        """Say something and take over the conversation."""
        response = self.product.post({"conversation": self.conversation, "text": text, "client_id": client_id, **more})
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        self.conversation = body["conversation"]
        return body

    def get(self, path: str, **query: Any) -> httpx.Response:
        """GET something of the conversation."""
        return httpx.get(f"{self.product.url}/api/v1/chat/{self.conversation}{path}", params=query, timeout=60, trust_env=False)

    def post(self, path: str, body: Any) -> httpx.Response:
        """POST something to the conversation."""
        return httpx.post(f"{self.product.url}/api/v1/chat/{self.conversation}{path}", json=body, timeout=60, trust_env=False)

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        """What the server has stored."""
        found = self.get("/messages", after=after)
        assert found.status_code == 200, found.text
        return list(found.json()["messages"])

    @contextmanager
    def stream(self, after: int | None = None, **query: Any) -> Iterator[Stream]:
        """Listen."""
        headers = {} if after is None else {"last-event-id": str(after)}
        url = f"{self.product.url}/api/v1/chat/{self.conversation}/events"
        with (
            httpx.Client(timeout=60, trust_env=False) as client,
            client.stream("GET", url, headers=headers, params=query) as response,
        ):
            yield Stream(response)


class Stream:
    """Events as they come in, read by a thread."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.events: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        event: dict[str, str] = {}
        try:
            for line in self.response.iter_lines():
                name, _, value = line.partition(": ")
                if name:
                    event[name] = value
                elif event:
                    self.events.append({**event, "data": json.loads(event["data"])})
                    event = {}
        except httpx.HTTPError:
            pass
        self.ended.set()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages among them."""
        return [event["data"] for event in self.events if event["event"] == "message"]

    @property
    def states(self) -> list[str]:
        """The states among them."""
        return [event["data"]["state"] for event in self.events if event["event"] == "state"]

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """The messages, when there are so many."""
        wait_until(lambda: len(self.messages) >= count, f"message {count}", limit=20)
        return self.messages
