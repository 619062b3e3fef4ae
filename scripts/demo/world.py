"""The world of the demonstration: stand-ins, the product that reaches them, citizens and staff."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import yaml

from banshi.assembly import china_now
from banshi.connect.resilience.reach import SYSTEMS
from banshi.settings import ROOT, Settings
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.store.database import open_database
from benchmarks.product import Running, free_port, running

FOLDER = ROOT / "var" / "demo"
_PATIENCE = 30.0


class NotShownError(AssertionError):
    """What was to be shown did not happen; the message says what happened."""


def need(condition: object, what: str) -> None:
    """Raise what did not happen."""
    if not condition:
        raise NotShownError(what)


def wait(look: Callable[[], Any], what: str) -> Any:
    """What a look finds, as soon as it finds something."""
    until = time.monotonic() + _PATIENCE
    while not (found := look()):
        need(time.monotonic() < until, f"{what} did not come within {_PATIENCE:.0f} s")
        time.sleep(0.2)
    return found


class Talk:
    """One citizen's conversation."""

    def __init__(self, client: httpx2.Client, *, region: str | None = "220100", token: str = "") -> None:
        self._client, self._region = client, region
        self.headers = {"authorization": f"Bearer {token}"} if token else {}
        self.id: str | None = None
        self.state = "bot"

    def say(self, text: str) -> dict[str, Any]:
        """The last reply to a message."""
        body = {"conversation": self.id, "text": text, "region": self._region}
        answered = self._client.post("/api/v1/chat", json=body, headers=self.headers)
        need(answered.status_code == 200, f"“{text}”: HTTP {answered.status_code} {answered.text[:200]}")
        told = answered.json()
        self.id, self.state = told["conversation"], told["state"]
        need(told["replies"], f"“{text}” was not replied to")
        return dict(told["replies"][-1])

    def messages(self) -> list[dict[str, Any]]:
        """All messages, as the page would fetch them."""
        return list(self._client.get(f"/api/v1/chat/{self.id}/messages", headers=self.headers).json()["messages"])

    def post(self, what: str, **body: Any) -> httpx2.Response:
        """Something else about the conversation, such as a rating."""
        return self._client.post(f"/api/v1/chat/{self.id}/{what}", json=body, headers=self.headers)


@dataclass
class World:
    """What the rows are shown on.

    Attributes:
        product: the running server and Rasa.
        standins: the systems around it.
        client: anybody's requests.
        done: what was shown already, by function and argument.
    """

    product: Running
    standins: RunningStandins
    client: httpx2.Client
    password: str
    done: dict[str, str] = field(default_factory=dict)
    _staff: dict[str, httpx2.Client] = field(default_factory=dict)

    def talk(self, **options: Any) -> Talk:
        """A new citizen."""
        return Talk(self.client, **options)

    def search(self, text: str, region: str | None = "220100") -> dict[str, Any]:
        """The answer object to a question."""
        answered = self.client.post("/api/v1/search", json={"text": text, "region": region})
        need(answered.status_code == 200, f"search: HTTP {answered.status_code}")
        return dict(answered.json())

    def get(self, path: str, *, who: str = "", headers: Mapping[str, str] | None = None, **query: Any) -> Any:
        """What an address answers, as a citizen or as one of the staff."""
        client = self.staff(who) if who else self.client
        answered = client.get(path, params=query, headers=dict(headers or {}))
        need(answered.status_code == 200, f"GET {path}: HTTP {answered.status_code} {answered.text[:200]}")
        return answered.json()

    def post(self, path: str, *, who: str = "", headers: Mapping[str, str] | None = None, status: int = 200, **body: Any) -> Any:
        """What an address answers to a body."""
        client = self.staff(who) if who else self.client
        answered = client.post(path, json=body, headers=dict(headers or {}))
        need(answered.status_code in (status, 201, 202), f"POST {path}: HTTP {answered.status_code} {answered.text[:200]}")
        return answered.json()

    def put(self, path: str, *, who: str, **body: Any) -> Any:
        """The same with PUT."""
        answered = self.staff(who).put(path, json=body)
        need(answered.status_code == 200, f"PUT {path}: HTTP {answered.status_code} {answered.text[:200]}")
        return answered.json()

    def banshi(self, *arguments: str) -> str:
        """What a command line of the running product says."""
        command = [str(ROOT / ".venv" / "bin" / "banshi"), *arguments]
        environment = os.environ | {"BANSHI_VAR_DIR": str(self.product.folder)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
        need(done.returncode == 0, f"banshi {' '.join(arguments)}: {(done.stdout + done.stderr)[-200:]}")
        return (done.stdout + done.stderr).strip()

    def standin(self, path: str, **body: Any) -> Any:
        """What a stand-in does when it is told to, such as answering a ticket."""
        answered = httpx2.post(self.standins.url + path, json=body, timeout=30, trust_env=False)
        need(answered.status_code == 200, f"{path}: HTTP {answered.status_code} {answered.text[:200]}")
        return answered.json()

    def named(self, person: str = "citizen-1") -> dict[str, str]:
        """The header of somebody whom the platform has named."""
        told = httpx2.get(f"{self.standins.url}/identity/_standin/token", params={"person": person}, timeout=30, trust_env=False)
        return {"authorization": f"Bearer {told.json()['token']}"}

    def staff(self, account: str) -> httpx2.Client:
        """Somebody of the staff, signed in: `editor`, `reviewer`, `operator` or `admin`."""
        if account not in self._staff:
            client = httpx2.Client(base_url=self.product.url, timeout=30, trust_env=False)
            told = client.post("/api/v1/staff/sign-in", json={"account": account, "password": self.password})
            need(told.status_code == 200, f"{account} cannot sign in: {told.text[:200]}")
            client.headers["x-csrf-token"] = told.json().get("csrf", "")
            self._staff[account] = client
        return self._staff[account]

    @contextlib.contextmanager
    def fault(self, system: str, **fault: Any) -> Iterator[None]:
        """A system misbehaves for a while."""
        self.standins.shops[system].fault = Fault(**fault)
        try:
            yield
        finally:
            self.standins.shops[system].fault = Fault()


@contextlib.contextmanager
def world(folder: Path = FOLDER) -> Iterator[World]:
    """Start everything in a folder of its own, emptied first, and end it all."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "var").mkdir(parents=True)
    secret, back, password, port = secrets.token_hex(16), secrets.token_hex(16), secrets.token_urlsafe(18), free_port()
    callback = f"http://127.0.0.1:{port}"
    keys = {"banshi": secret.encode()}
    with RunningStandins(now=china_now, keys=keys, callback=callback, callback_secret=back.encode()) as standins:
        given = {
            "systems": {name: {"url": f"{standins.url}/{name}", "key": "banshi", "secret": secret} for name in SYSTEMS},
            "callbacks": {"standin": {"secret": back}},
        }
        (folder / "systems.yml").write_text(yaml.safe_dump(given), encoding="utf-8")
        told = {"systems": folder / "systems.yml", "telephony_token": secrets.token_hex(16)} | _identity(standins)
        with running(folder=folder / "var", port=port, **told) as product:
            _hire(folder / "var", password)
            with httpx2.Client(base_url=product.url, timeout=30, trust_env=False) as client:
                yield World(product, standins, client, password)


def _identity(standins: RunningStandins) -> dict[str, str]:
    """Settings by which the server believes the platform's stand-in."""
    base = f"{standins.url}/identity"
    return {"citizen_issuer": base, "citizen_audience": "banshi", "citizen_jwks": f"{base}/jwks"}


def _hire(var: Path, password: str) -> None:
    """One of each of the staff, in the database of the running server."""
    database = open_database(Settings(var_dir=var).database_url)
    accounts = Accounts(database, Passwords(), now=china_now)
    for name in ("editor", "reviewer", "operator", "admin"):
        accounts.add(account=name, name=f"演示{name}", roles=[name], password=password, chosen_by_owner=True, by="console:demo")
    database.dispose()
