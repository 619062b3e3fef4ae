"""Two real servers on one PostgreSQL, with Redis, without it, and with a Redis that is killed in the middle: people notice nothing."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from banshi.assembly import china_now
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database, read
from banshi.store.tables import metadata
from tests.api.citizen_server import Page, Stream
from tests.api.desk_rig import Person
from tests.api.product import Product, wait_until
from tests.api.staff_rig import PASSWORD, QUICK
from tests.postgres import Postgres, shared_postgres
from tests.redis_server import RedisServer

TOKEN = "telephony-token-of-these-tests"
COMMAND = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
PATIENCE = 20.0
QUESTIONS = ("身份证丢了怎么补", "要多少钱", "几天能办完", "去哪办", "社保卡丢了咋整")
PHONE = "13843112345"


@dataclass
class Rig:
    """Both servers, and what they share."""

    one: Product
    two: Product
    redis: RedisServer
    database: sa.Engine

    def everything_written(self) -> str:
        """All rows of all tables, as text."""
        with read(self.database) as connection:
            return "".join(str(row) for table in metadata.sorted_tables for row in connection.execute(sa.select(table)))


@contextmanager
def rig_in(folder: Path, postgres: Postgres, name: str) -> Iterator[Rig]:
    """Two servers that start while there is no Redis, and an operator."""
    url = postgres.create(name)
    database = open_database(url)
    accounts = Accounts(database, Passwords(QUICK), now=china_now)
    given: dict[str, Any] = {"password": PASSWORD, "chosen_by_owner": True, "by": "test"}
    accounts.add(account="wang.fang", name="王芳", roles=("operator",), **given)
    folders = [folder / part for part in ("redis", "one", "two")]
    for part in folders:
        part.mkdir()
    with RedisServer(folders[0]) as redis, ExitStack() as stack:
        told = {"redis": redis.url, "vault_key": Fernet.generate_key().decode(), "telephony_token": TOKEN, "log_level": "INFO"}
        one, two = (stack.enter_context(Product(part, COMMAND, database=url, **told)) for part in folders[1:])  # type: ignore[arg-type]
        yield Rig(one, two, redis, database)
    database.dispose()
    postgres.drop(name)


@pytest.fixture(scope="module")
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig_in(tmp_path_factory.mktemp("servers"), shared_postgres(request.config), "act_as_one") as made:
        yield made


@pytest.fixture(params=["with Redis", "without Redis"])
def shared(rig: Rig, request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Both servers, hearing of each other by Redis or not."""
    if request.param == "with Redis":
        start_redis(rig)
    yield rig
    rig.redis.kill()


def start_redis(rig: Rig) -> None:
    """Start it, and wait until both servers have noticed."""
    before = [server.log().count("Redis is there") for server in (rig.one, rig.two)]
    rig.redis.start()
    for server, count in zip((rig.one, rig.two), before, strict=True):
        wait_until(lambda server=server, count=count: server.log().count("Redis is there") > count, "Redis")


@contextmanager
def call(server: Product, name: str) -> Iterator[ClientConnection]:
    """The telephone system's end."""
    url = server.url.replace("http", "ws") + f"/api/v1/desk/calls/{name}"
    with connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}, proxy=None) as connection:
        yield connection


def hear(connection: ClientConnection, kind: str, text: str = "", **more: Any) -> None:
    connection.send(json.dumps({"type": kind, "text": text, **more}, ensure_ascii=False))


def listed(person: Person) -> dict[str, Any]:
    """Calls under way that somebody is shown, by name."""
    return {one["call"]: one for one in person.get("/calls").json()["calls"]}


def said(stream: Stream) -> list[str]:
    """Whole sentences that a page was told."""
    return [event["data"]["text"] for event in stream.events if event["event"] == "utterance" and event["data"]["type"] == "final"]


def advised(stream: Stream, item: str) -> bool:
    """Whether a page was shown advice on an item."""
    return any(item in json.dumps(event["data"]) for event in stream.events if event["event"] == "suggestions")


def test_the_servers_started_without_redis(rig: Rig) -> None:
    for server in (rig.one, rig.two):
        assert "Redis is away" in server.log() and "redis-of-these-tests" not in server.log()


def test_what_is_said_at_one_server_is_read_at_the_other(shared: Rig) -> None:
    page = Page(shared.one)
    page.send("你好")
    with Page(shared.two, page.conversation).stream(after=0) as stream:
        stream.wait_for(2)
        told = page.send("身份证丢了怎么补")
        assert stream.wait_for(2 + len(told["messages"]))[2:] == told["messages"]


def test_who_waits_is_shown_at_the_other_server(shared: Rig) -> None:
    person = Person(shared.two, "wang.fang")
    with person.listen("/events") as stream:
        wait_until(lambda: bool(stream.events), "the queue as it is")
        before = stream.events[-1]["data"]["waiting"]
        page = Page(shared.one)
        page.send("转人工")
        wait_until(lambda: stream.events[-1]["data"]["waiting"] == before + 1, "one who waits", limit=PATIENCE)
        httpx.post(f"{shared.one.url}/api/v1/chat/{page.conversation}/close", trust_env=False).raise_for_status()
        wait_until(lambda: stream.events[-1]["data"]["waiting"] == before, "nobody", limit=PATIENCE)


def test_a_call_is_followed_at_the_other_server(shared: Rig, request: pytest.FixtureRequest) -> None:
    name = f"call-{request.node.callspec.id.replace(' ', '-')}"
    person = Person(shared.two, "wang.fang")
    with call(shared.one, name) as line:
        hear(line, "partial", f"喂你好我电话{PHONE[:7]}", region="222401", operator="wang.fang")
        as_told = {"region": "222401", "operator": "wang.fang", "last": "喂你好我电话〈号码〉"}
        wait_until(lambda: (listed(person).get(name) or {}).items() >= as_told.items(), "the call", limit=PATIENCE)
        with person.listen(f"/calls/{name}/events") as stream:
            hear(line, "final", f"身份证丢了我电话{PHONE}")
            wait_until(lambda: said(stream) == ["身份证丢了我电话〈手机号〉"], "what was said", limit=PATIENCE)
            wait_until(lambda: advised(stream, "hz-idcard-reissue"), "advice", limit=PATIENCE)
            hear(line, "final", "您稍等", speaker="operator")
            hear(line, "end")
            wait_until(stream.ended.is_set, "the end of the call", limit=PATIENCE)
            assert said(stream) == ["身份证丢了我电话〈手机号〉", "您稍等"]
            numbers = [int(event["id"]) for event in stream.events]
            assert numbers == sorted(set(numbers))
        assert PHONE[:7] not in shared.everything_written()
    assert name not in listed(person)
    assert person.get("/calls/no-such/events").status_code == 404
    with person.client.stream("GET", f"/calls/{name}/events", headers={"last-event-id": str(numbers[-2])}) as response:
        rest = Stream(response)
        wait_until(rest.ended.is_set, "the end again", limit=PATIENCE)
        assert [int(event["id"]) for event in rest.events] == numbers[-1:]


def test_another_operators_call_is_not_shown_at_the_other_server_either(shared: Rig, request: pytest.FixtureRequest) -> None:
    name = f"other-{request.node.callspec.id.replace(' ', '-')}"
    person = Person(shared.two, "wang.fang")
    with call(shared.one, name) as line, call(shared.one, f"{name}-mine") as mine:
        hear(line, "final", "办护照要多少钱", operator="li.na")
        line.recv(timeout=PATIENCE)
        hear(mine, "final", "办护照要多少钱", operator="wang.fang")
        wait_until(lambda: f"{name}-mine" in listed(person) and name not in listed(person), "mine alone", limit=PATIENCE)
        assert person.get(f"/calls/{name}/events").status_code == 404
        for ending in (line, mine):
            hear(ending, "end")
        wait_until(lambda: f"{name}-mine" not in listed(person), "the end", limit=PATIENCE)


def test_a_call_that_comes_back_at_the_other_server_goes_on(shared: Rig, request: pytest.FixtureRequest) -> None:
    name = f"moved-{request.node.callspec.id.replace(' ', '-')}"
    persons = [Person(server, "wang.fang") for server in (shared.one, shared.two)]
    path = f"/calls/{name}/events"
    with call(shared.one, name) as first:
        hear(first, "final", "身份证丢了", operator="wang.fang", region="222401")
        with persons[0].listen(path) as here, persons[1].listen(path) as there:
            wait_until(lambda: said(here) == said(there) == ["身份证丢了"], "what was said", limit=PATIENCE)
            wait_until(lambda: advised(there, "hz-idcard-reissue"), "advice", limit=PATIENCE)
            with call(shared.two, name) as second:
                # Both pages come back, and find the call where it is now.
                wait_until(lambda: here.ended.is_set() and there.ended.is_set(), "the end of both streams", limit=PATIENCE)
                newest = max(int(event["id"]) for event in there.events)
                hear(second, "final", "多少钱啊")
                with ExitStack() as stack:
                    for person in persons:
                        headers = {"last-event-id": str(newest)}
                        stream = Stream(stack.enter_context(person.client.stream("GET", path, headers=headers)))
                        wait_until(lambda stream=stream: said(stream) == ["多少钱啊"], "what was said since", limit=PATIENCE)
                hear(first, "final", "谁还在听")
                with pytest.raises(ConnectionClosed) as closed:
                    while True:
                        first.recv(timeout=PATIENCE)
                assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
                hear(second, "end")
                wait_until(lambda: not any(name in listed(one) for one in persons), "the end", limit=PATIENCE)


def test_a_call_outlives_the_server_that_heard_it(shared: Rig, request: pytest.FixtureRequest) -> None:
    name = f"outlives-{request.node.callspec.id.replace(' ', '-')}"
    path, persons = f"/calls/{name}/events", [Person(server, "wang.fang") for server in (shared.one, shared.two)]
    with call(shared.one, name) as first:
        hear(first, "final", "身份证丢了", operator="wang.fang")
        with persons[1].listen(path) as stream:
            wait_until(lambda: said(stream) == ["身份证丢了"] and advised(stream, "hz-idcard-reissue"), "the call", limit=PATIENCE)
            os.kill(shared.one.process.pid, signal.SIGSTOP)
            try:
                with call(shared.two, name) as second:
                    hear(second, "final", "多少钱啊")
                    wait_until(stream.ended.is_set, "the end of the stream", limit=PATIENCE)
                    with persons[1].listen(path) as whole:
                        wait_until(lambda: said(whole) == ["身份证丢了", "多少钱啊"], "the whole call", limit=PATIENCE)
                        hear(second, "end")
                        wait_until(whole.ended.is_set, "the end of the call", limit=PATIENCE)
            finally:
                os.kill(shared.one.process.pid, signal.SIGCONT)
    wait_until(lambda: name not in listed(persons[0]), "the server's own insight", limit=PATIENCE)


def test_a_number_told_at_one_server_is_known_at_the_other_until_the_conversation_ends(shared: Rig) -> None:
    page = Page(shared.one)
    page.send("查进度")
    page.send("JL202611000002")
    other = Page(shared.two, page.conversation)
    replies = other.send("567X")["replies"]
    assert [one["custom"].get("found") for one in replies] == [True], replies
    assert "JL202611000002" not in shared.everything_written() and page.conversation in sealed(shared)
    httpx.post(f"{shared.two.url}/api/v1/chat/{page.conversation}/close", trust_env=False).raise_for_status()
    wait_until(lambda: page.conversation not in sealed(shared), "forgetting", limit=PATIENCE)


def sealed(rig: Rig) -> set[str]:
    """Conversations of which numbers are kept."""
    with read(rig.database) as connection:
        return set(connection.execute(sa.select(metadata.tables["sealed_numbers"].c.conversation)).scalars())


def test_nothing_is_lost_when_redis_is_killed_in_the_middle(rig: Rig) -> None:
    start_redis(rig)
    pages = [Page(server) for server in (rig.one, rig.two) * 3]
    for page in pages:
        page.send("你好")
    answered = [0] * len(pages)

    def talk(number: int) -> None:
        for turn in range(12):
            pages[number].product = (rig.one, rig.two)[(number + turn) % 2]
            pages[number].send(QUESTIONS[turn % len(QUESTIONS)])
            answered[number] += 1

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(len(pages))]
    with ExitStack() as stack:
        reading = [Page((rig.two, rig.one)[number % 2], page.conversation) for number, page in enumerate(pages)]
        streams = [stack.enter_context(page.stream(after=0)) for page in reading]
        for thread in threads:
            thread.start()
        wait_until(lambda: min(answered) >= 3, "the first third")
        rig.redis.kill()
        wait_until(lambda: min(answered) >= 7, "the second third")
        rig.redis.start()
        for thread in threads:
            thread.join(timeout=60)
        assert answered == [12] * len(pages)
        for page, stream in zip(pages, streams, strict=True):
            stored = page.messages()
            assert sum(one["sender"] == "citizen" for one in stored) == 13
            wait_until(lambda stream=stream, stored=stored: len(stream.messages) >= len(stored), "all that was said", limit=PATIENCE)
            assert stream.messages == stored
    rig.redis.kill()
