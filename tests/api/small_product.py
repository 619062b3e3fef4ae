"""The server in this process, over the small knowledge: citizens and staff of one database, and a Rasa that counts its calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from fastapi import FastAPI
from fastapi.testclient import TestClient

from banshi.assembly import china_now
from banshi.settings import Settings
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database
from banshi.web.app import create_app
from tests.api.staff_rig import QUICK
from tests.editing.small import Desk, begin

PASSWORD = "四个 词的 口令 够长"
STAFF = (
    ("li.hua", "李华", ("editor",), ()),
    ("wang.fang", "王芳", ("reviewer",), ()),
    ("zhao.min", "赵敏", ("admin",), ()),
    ("jin.yan", "金艳", ("reviewer",), ("222400",)),
    ("op.0271", "周强", ("operator",), ()),
)


@dataclass
class Small:
    """A database, its knowledge and as many servers over them as a test makes.

    Args:
        root: folder of the small knowledge.
        var: empty folder.
    """

    root: Path
    var: Path
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        database = open_database(self.var / "banshi.db")
        self.desk = begin(database, self.var, self.root)
        accounts = Accounts(database, Passwords(QUICK), now=china_now)
        for account, name, roles, regions in STAFF:
            accounts.add(account=account, name=name, roles=roles, regions=regions, password=PASSWORD, chosen_by_owner=True, by="test")

    def app(self, *, with_rasa: bool = False, **settings: Any) -> FastAPI:
        """A server of its own, with everything that a process remembers."""
        given = {"var_dir": self.var, "knowledge_dir": self.root / "knowledge", "encoder": "/nowhere", "rate_limit": 0, **settings}
        return create_app(Settings(**given), with_rasa=with_rasa)


class Person:
    """Somebody of the staff, signed in."""

    def __init__(self, app: FastAPI, account: str) -> None:
        self.client = TestClient(app)
        answer = self.client.post("/api/v1/staff/sign-in", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The response of a route of the studio."""
        return self.client.request(method, f"/api/v1/studio{path}", json=body, params=query)

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The rows of a list."""
        answer = self("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["rows"])


class Citizen:
    """A citizen in one conversation."""

    def __init__(self, app: FastAPI, region: str | None = None) -> None:
        self.client, self.region = TestClient(app), region
        self.conversation: str | None = None
        self.state = ""
        self.replies: list[dict[str, Any]] = []

    def say(self, text: str) -> list[dict[str, Any]]:
        """Send a message, or the payload of a button, and return the replies."""
        answer = self.client.post("/api/v1/chat", json={"conversation": self.conversation, "text": text, "region": self.region})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.conversation, self.state, self.replies = body["conversation"], body["state"], body["replies"]
        return self.replies

    def press(self, title: str) -> list[dict[str, Any]]:
        """Take the button of this title from the last replies."""
        return self.say(next(b["payload"] for one in self.replies for b in one["buttons"] if b["title"] == title))

    def post(self, path: str, body: Any) -> Any:
        """POST something to the conversation."""
        return self.client.post(f"/api/v1/chat/{self.conversation}{path}", json=body)

    def messages(self) -> list[dict[str, Any]]:
        """What is stored of the conversation."""
        answer = self.client.get(f"/api/v1/chat/{self.conversation}/messages")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])

    def go_on(self, app: FastAPI) -> Self:
        """Go on with another server."""
        self.client = TestClient(app)
        return self


@dataclass
class CountingRasa:
    """What listens where Rasa would: it answers every message with one sentence and keeps what it heard."""

    port: int
    heard: list[str] = field(default_factory=list)


@contextmanager
def counting_rasa(sentence: str) -> Iterator[CountingRasa]:
    """A server in the place of Rasa."""
    told = {"text": sentence, "custom": {"type": "answer"}}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            rasa.heard.append(body["text"])
            answer = json.dumps({"replies": [told]}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    rasa = CountingRasa(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield rasa
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
