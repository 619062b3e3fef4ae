"""The whole application over HTTP without Rasa, over a small knowledge, with people at its desk and a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from banshi.settings import Settings
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.audit import AuditLedger
from banshi.store.database import open_database, read
from banshi.web import app as application
from tests.api.citizen_server import Stream
from tests.api.product import Product, free_port, wait_until
from tests.api.staff_rig import PASSWORD, QUICK
from tests.editing.small import begin

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class DeskServer:
    """One server.

    Args:
        folder: empty.
        patch: puts the clock in.
        more: further settings.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, **more: Any) -> None:
        self.moment = MONDAY
        patch.setattr(application, "china_now", lambda: self.moment)
        (folder / "var").mkdir()
        self.database: sa.Engine = open_database(folder / "var" / "banshi.db")
        begin(self.database, folder / "var", folder)
        settings = Settings(var_dir=folder / "var", knowledge_dir=folder / "knowledge", encoder="/nowhere", rate_limit=0, **more)
        self.app: FastAPI = application.create_app(settings, with_rasa=False)
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._server = uvicorn.Server(uvicorn.Config(self.app, port=port, log_level="warning", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._count = 0

    def start(self) -> None:
        """Serve."""
        self._thread.start()
        wait_until(lambda: self._server.started, "the server")

    def stop(self) -> None:
        """End."""
        self._server.should_exit = True
        self._thread.join(timeout=15)
        self.database.dispose()

    def forward(self, **length: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**length)

    def citizen(self, **more: Any) -> Citizen:
        """Somebody with a question."""
        return Citizen(self, **more)

    def person(self, name: str, *roles: str, **scope: Any) -> Person:
        """Somebody new of the staff, signed in."""
        self._count += 1
        account = f"op.{self._count}"
        accounts = Accounts(self.database, Passwords(QUICK), now=lambda: self.moment)
        given = {"password": PASSWORD, "chosen_by_owner": True, "by": "test", **scope}
        accounts.add(account=account, name=name, roles=roles or ("operator",), **given)
        return Person(self, account)

    def operator(self, name: str, *roles: str, **scope: Any) -> Person:
        """Somebody new of the staff, signed in, whose page is open and who takes conversations."""
        languages = scope.pop("languages", ["zh"])
        person = self.person(name, *roles, **scope)
        assert person.post("/presence", available=True, languages=languages).status_code == 200
        return person

    def ledger(self, action: str) -> list[Any]:
        """Entries of an action, oldest first."""
        with read(self.database) as connection:
            return [entry for entry in reversed(AuditLedger(connection).entries(limit=1000)) if entry.action == action]


class Citizen:
    """A citizen in one conversation."""

    def __init__(self, server: DeskServer | Product, *, region: str | None = None) -> None:
        self.region = region
        self.id = ""
        self.state = ""
        self.client = httpx.Client(base_url=f"{server.url}/api/v1", timeout=30, trust_env=False)

    def say(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """Send a message; gives the replies."""
        response = self.client.post("/chat", json={"conversation": self.id or None, "text": text, "region": self.region, **more})
        assert response.status_code == 200, response.text
        body = response.json()
        self.id, self.state = body["conversation"], body["state"]
        return list(body["replies"])

    def messages(self) -> list[dict[str, Any]]:
        """All that is stored."""
        body = self.client.get(f"/chat/{self.id}/messages").json()
        self.state = body["state"]
        return list(body["messages"])

    def waiting(self) -> dict[str, Any]:
        """Where the citizen stands."""
        response = self.client.get(f"/chat/{self.id}/waiting")
        assert response.status_code == 200, response.text
        return dict(response.json())


class Person:
    """Somebody of the staff at a browser."""

    def __init__(self, server: DeskServer | Product, account: str) -> None:
        self.account = account
        self.client = httpx.Client(base_url=f"{server.url}/api/v1/desk", timeout=30, trust_env=False)
        answer = self.client.post(f"{server.url}/api/v1/staff/sign-in", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def get(self, path: str) -> httpx.Response:
        """GET something of the desk."""
        return self.client.get(path)

    def post(self, path: str, **body: Any) -> httpx.Response:
        """POST something to the desk."""
        return self.client.post(path, json=body)

    def act(self, citizen: Citizen, what: str, **body: Any) -> httpx.Response:
        """Do something with a conversation."""
        return self.post(f"/conversations/{citizen.id}/{what}", **body)

    def see(self, citizen: Citizen) -> dict[str, Any]:
        """A conversation."""
        response = self.get(f"/conversations/{citizen.id}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    def overview(self) -> dict[str, Any]:
        """What the page shows."""
        response = self.get("/overview")
        assert response.status_code == 200, response.text
        return dict(response.json())

    def waiting(self) -> list[str]:
        """Who waits, as far as it concerns this person."""
        return [one["id"] for one in self.overview()["waiting"]]

    @contextmanager
    def listen(self, path: str) -> Iterator[Stream]:
        """Events of the desk."""
        with self.client.stream("GET", path) as response:
            assert response.status_code == 200
            yield Stream(response)
