"""Two servers on one PostgreSQL, and one of them is killed in the middle: nothing that was said or handed in is lost or doubled."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from banshi.assembly import china_now
from banshi.desk.outbox.sender import LEASE
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database
from tests.api.citizen_server import Page
from tests.api.desk_rig import Person
from tests.api.product import Product, wait_until
from tests.api.staff_rig import PASSWORD, QUICK
from tests.postgres import Postgres

CITIZENS, SAID = 8, 10
QUESTIONS = ("身份证丢了怎么补", "要多少钱", "几天能办完", "去哪办", "社保卡丢了咋整")
PATIENCE = 60.0


@pytest.fixture
def servers(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Product, Product]]:
    """Both, ready, with one database and an operator."""
    url = postgres.create("two_servers")
    database = open_database(url)
    accounts = Accounts(database, Passwords(QUICK), now=china_now)
    accounts.add(account="wang.fang", name="王芳", roles=("operator",), password=PASSWORD, chosen_by_owner=True, by="test")
    database.dispose()
    command = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with Product(folders[0], command, database=url) as one, Product(folders[1], command, database=url) as two:
        yield one, two
    postgres.drop("two_servers")


class Citizen:
    """A page that sends again, to whichever server there is, until it is answered."""

    def __init__(self, servers: tuple[Product, Product], number: int) -> None:
        self._urls = [server.url for server in (servers if number % 2 else servers[::-1])]
        self.conversation: str | None = None
        self.sent: list[str] = []

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send until it is answered, with the same id each time."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                response = httpx.post(f"{self._urls[0]}/api/v1{path}", json=body, timeout=PATIENCE, trust_env=False)
            except httpx.HTTPError:
                self._urls.reverse()
                assert time.monotonic() < until, "neither server answers"
                continue
            assert response.is_success, response.text
            return dict(response.json())

    def say(self, text: str) -> None:
        """Say something."""
        client_id = secrets.token_urlsafe(18)
        told = self.post("/chat", {"conversation": self.conversation, "text": text, "client_id": client_id})
        self.conversation = told["conversation"]
        self.sent.append(client_id)

    def talk(self) -> None:
        """A whole conversation."""
        for turn in range(SAID):
            self.say(QUESTIONS[turn % len(QUESTIONS)])


def test_nothing_is_lost_or_doubled(servers: tuple[Product, Product]) -> None:
    doomed, left = servers
    citizens = [Citizen(servers, number) for number in range(CITIZENS)]
    for citizen in citizens:
        citizen.say("你好")
    person = Person(doomed, "wang.fang")
    assert person.post("/presence", available=True, languages=["zh"]).status_code == 200
    taken = citizens[0]
    taken.say("转人工")
    assert person.post(f"/conversations/{taken.conversation}/claim").status_code == 200
    handed_in = {"kind": "投诉", "text": "窗口的人不给办，态度很差", "confidential": False, "client_id": secrets.token_urlsafe(18)}
    number = citizens[1].post(f"/chat/{citizens[1].conversation}/tickets", handed_in)["number"]

    threads = [threading.Thread(target=citizen.talk) for citizen in citizens[1:]]
    with Page(left, citizens[2].conversation).stream(after=0) as stream:
        for thread in threads:
            thread.start()
        wait_until(lambda: min(len(citizen.sent) for citizen in citizens[1:]) >= SAID // 3, "the middle")
        os.kill(doomed.process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join(timeout=2 * PATIENCE)
        assert not any(thread.is_alive() for thread in threads)

        for citizen in citizens[1:]:
            stored = httpx.get(f"{left.url}/api/v1/chat/{citizen.conversation}/messages", trust_env=False).json()["messages"]
            assert [message["client_id"] for message in stored if message["sender"] == "citizen"] == citizen.sent
            senders = "".join(message["sender"][0] for message in stored)
            assert "cc" not in senders and senders.endswith("b"), senders
            if citizen is citizens[2]:
                wait_until(lambda told=stored: [one["id"] for one in stream.messages] == [one["id"] for one in told], "the stream")

    # The operator's page goes on at the other server, with the same sign-in.
    person.client.base_url = f"{left.url}/api/v1/desk"
    assert person.post(f"/conversations/{taken.conversation}/messages", text="我还在，请讲。", client_id="a1").status_code == 200
    newest = httpx.get(f"{left.url}/api/v1/chat/{taken.conversation}/messages", trust_env=False).json()
    assert newest["state"] == "human" and newest["messages"][-1]["text"] == "我还在，请讲。"

    assert citizens[1].post(f"/chat/{citizens[1].conversation}/tickets", handed_in)["number"] == number
    tickets = [ticket for ticket in person.get("/tickets").json()["tickets"] if ticket["conversation"] == citizens[1].conversation]
    assert [ticket["number"] for ticket in tickets] == [number]
    # Killed while it sent the ticket, a server has it until its lease is over.
    limit = LEASE.total_seconds() + PATIENCE
    wait_until(lambda: person.get(f"/tickets/{number}").json()["state"] == "办理中", "the 12345 system's acceptance", limit=limit)
