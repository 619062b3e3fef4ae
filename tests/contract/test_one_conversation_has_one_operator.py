"""However many want a conversation at once, in however many processes, one has it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from banshi.assembly import china_now
from banshi.staff.configuration import SignInSettings
from banshi.staff.sessions import Sessions
from banshi.store.conversations import ConversationStore, HandOff, Message, conversations
from banshi.store.database import open_database, read, write
from banshi.store.operators import OperatorRepository, handovers, note_handover
from banshi.store.queue import QueueRepository
from banshi.store.staff import StaffRepository
from banshi.web.staff_access import COOKIE
from tests.api.product import Product
from tests.contract.together import together
from tests.postgres import Postgres

OPERATORS, WAITING, SERVERS, NEAR = 50, 500, 4, 16

TOGETHER = 2
"""Operators who want the same conversation at the same moment, each through another server."""

SERVE = """
import sys
import uvicorn
from banshi.settings import Settings
from banshi.web.app import create_app

settings = Settings()
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("[banshi] ready", flush=True)

app = create_app(settings, with_rasa=False)
Server(uvicorn.Config(app, port=settings.port, log_level="warning", timeout_graceful_shutdown=1)).run()
"""


def waits(database: sa.Engine, identifier: str, now: datetime, **more: str) -> None:
    """Somebody has asked for a person."""
    store = ConversationStore(database)
    store.begin(identifier, Message("citizen", "转人工", now), region=None, begun_by=None, now=now, claim=timedelta(seconds=10))
    number = store.messages(identifier)[0].id
    hand_off = HandOff(language="zh", **more)  # type: ignore[arg-type]
    store.finish_turn(identifier, number, [], before="bot", to="waiting", region=None, now=now, hand_off=hand_off)


def all_wait(database: sa.Engine, now: datetime) -> list[str]:
    """Five hundred, each a moment after the one before."""
    rows = [
        {
            "id": f"c-{number:032x}",
            "state": "waiting",
            "created_at": now,
            "updated_at": now,
            "waiting_since": now + timedelta(seconds=number),
        }
        for number in range(WAITING)
    ]
    with write(database) as connection:
        connection.execute(conversations.insert(), rows)
    return [str(row["id"]) for row in rows]


def people(database: sa.Engine, count: int, now: datetime) -> list[str]:
    accounts = [f"op{number:02d}" for number in range(count)]
    with write(database) as connection:
        for account in accounts:
            StaffRepository(connection).create(account=account, name=account, roles=["operator"])
            OperatorRepository(connection).seen(account, now=now)
    return accounts


def takes(database: sa.Engine, account: str, identifier: str, now: datetime) -> bool:
    with write(database, durable=False) as connection:
        queue = QueueRepository(connection)
        if not queue.claim(identifier, account, now=now):
            return False
        queue.say(identifier, Message("staff", account, now))
        note_handover(connection, identifier, "taken", now=now, account=account)
        return True


def takes_all_they_can(database: sa.Engine, account: str, *, start: int) -> tuple[list[str], int]:
    """What somebody got, and how often somebody else was first."""
    taken, refused = [], 0
    while True:
        with read(database) as connection:
            waiting = [one.id for one in QueueRepository(connection).waiting()]
        if not waiting:
            return taken, refused
        # People look at the top of the list, not all at the same line of it.
        wanted = waiting[(start + refused) % min(len(waiting), NEAR)]
        if takes(database, account, wanted, datetime.fromisoformat("2026-11-23T09:00:00+08:00")):
            taken.append(wanted)
        else:
            refused += 1


def each_was_taken_once(database: sa.Engine, got: dict[str, list[str]]) -> None:
    """What everybody believes to have is what the store says, and every conversation was told one operator."""
    owners = Counter(identifier for taken in got.values() for identifier in taken)
    assert len(owners) == WAITING and set(owners.values()) == {1}
    believed = {identifier: account for account, taken in got.items() for identifier in taken}
    store = ConversationStore(database)
    stored = store.several(believed)
    assert {one.id: one.operator for one in stored.values()} == believed
    assert {one.state for one in stored.values()} == {"human"}
    with read(database) as connection:
        noted = connection.execute(sa.select(handovers.c.conversation, handovers.c.account).where(handovers.c.kind == "taken")).all()
        assert sorted(noted) == sorted(believed.items())
        said = connection.execute(sa.text("SELECT conversation, count(*) FROM messages WHERE sender = 'staff' GROUP BY conversation"))
        assert {count for _, count in said} == {1}


def test_fifty_operators_in_one_process_take_five_hundred(database: sa.Engine, now: datetime) -> None:
    all_wait(database, now)
    accounts = people(database, OPERATORS, now)
    results = together(OPERATORS, lambda which: takes_all_they_can(database, accounts[which], start=which))
    assert not [result for result in results if isinstance(result, Exception)]
    each_was_taken_once(database, {account: result[0] for account, result in zip(accounts, results, strict=True)})  # type: ignore[index]
    assert sum(result[1] for result in results) > 0, "nobody wanted what another got: nothing was tried"  # type: ignore[index]


@pytest.fixture
def servers(postgres: Postgres, migrated_template: str, tmp_path: Path) -> Iterator[tuple[sa.Engine, list[str]]]:
    """Four servers on one database: the database, and where they are."""
    url = postgres.create("one_operator", template=migrated_template)
    database = open_database(url)
    with ExitStack() as running:
        products = []
        for number in range(SERVERS):
            (folder := tmp_path / f"{number}").mkdir()
            command = [sys.executable, "-c", SERVE]
            products.append(Product(folder, command, index=False, database=url, encoder="/nowhere"))
            running.callback(products[-1].stop)
        for product in products:
            product.__enter__()
        yield database, [product.url for product in products]
    database.dispose()
    postgres.drop("one_operator")


def test_fifty_operators_at_four_servers_take_five_hundred(servers: tuple[sa.Engine, list[str]]) -> None:
    database, urls = servers
    now = china_now()
    identifiers = all_wait(database, now)
    accounts = people(database, OPERATORS, now)
    sessions = Sessions(database, SignInSettings(), now=lambda: now)
    with write(database) as connection:
        staff = {one.account: one for one in StaffRepository(connection).list()}
        opened = [sessions.begin(connection, staff[account], former=None) for account in accounts]

    def works(which: int) -> tuple[list[str], int]:
        """Goes through a stretch of the queue that others go through at the same time, through other servers."""
        stretch = which // TOGETHER * (WAITING * TOGETHER // OPERATORS)
        mine = identifiers[stretch : stretch + WAITING * TOGETHER // OPERATORS]
        taken, refused = [], 0
        cookie, csrf = opened[which].token, opened[which].signed_in.session.csrf
        headers = {"X-CSRF-Token": csrf, "Cookie": f"{COOKIE}={cookie}"}
        with httpx.Client(base_url=f"{urls[which % SERVERS]}/api/v1/desk", headers=headers, timeout=60, trust_env=False) as client:
            for identifier in mine:
                response = client.post(f"/conversations/{identifier}/claim")
                assert response.status_code in (200, 409), response.text
                if response.status_code == 200:
                    taken.append(identifier)
                else:
                    assert "已经接入" in response.json()["detail"]
                    refused += 1
        return taken, refused

    began = time.monotonic()
    results = together(OPERATORS, works)
    took = time.monotonic() - began
    assert not [result for result in results if isinstance(result, Exception)], results
    each_was_taken_once(database, {account: result[0] for account, result in zip(accounts, results, strict=True)})  # type: ignore[index]
    refused = sum(result[1] for result in results)  # type: ignore[index]
    assert refused == WAITING * (TOGETHER - 1)
    print(f"{WAITING} conversations, {OPERATORS} operators, {SERVERS} servers: {took:.1f} s, {refused} were told who was first")


def test_who_comes_back_is_not_robbed_and_who_is_gone_is_left_once(database: sa.Engine, now: datetime) -> None:
    accounts = people(database, 2, now)
    for number, account in enumerate(accounts):
        waits(database, f"c{number}", now)
        assert takes(database, account, f"c{number}", now)
    later = now + timedelta(minutes=5)
    with write(database) as connection:
        assert QueueRepository(connection).forsaken(later) == [("c0", accounts[0]), ("c1", accounts[1])]
        OperatorRepository(connection).seen(accounts[0], now=later)

    def sweep(_: int) -> list[str]:
        lost = []
        for identifier, account in (("c0", accounts[0]), ("c1", accounts[1])):
            with write(database) as connection:
                if QueueRepository(connection).lose(identifier, account, unseen_since=later, now=later):
                    lost.append(identifier)
        return lost

    assert sorted(together(8, sweep), key=len) == [[]] * 7 + [["c1"]]
    one = ConversationStore(database).get("c1")
    assert one is not None and (one.state, one.operator, one.waiting_since) == ("waiting", None, now)


def test_those_who_are_new_at_once_get_numbers_of_their_own(database: sa.Engine, now: datetime) -> None:
    accounts = [f"new{number}" for number in range(12)]
    with write(database) as connection:
        for account in accounts:
            StaffRepository(connection).create(account=account, name=account, roles=["operator"])

    def comes(which: int) -> int:
        with write(database) as connection:
            return OperatorRepository(connection).seen(accounts[which], now=now, languages=["ko", "zh"]).number

    assert sorted(together(12, comes)) == list(range(1, 13))  # type: ignore[type-var]
    with read(database) as connection:
        mine = OperatorRepository(connection).get("new0")
        assert mine is not None and (mine.languages, mine.available, mine.seen_at) == (("ko", "zh"), True, now)
        assert len(mine.told) == 4


@pytest.mark.parametrize("change", ["pass_on", "give_back", "close"])
def test_of_several_changes_of_one_conversation_one_happens(database: sa.Engine, now: datetime, change: str) -> None:
    [account] = people(database, 1, now)
    waits(database, "c0", now)
    assert takes(database, account, "c0", now)

    def act(_: int) -> bool:
        with write(database) as connection:
            more = {"to": None} if change == "pass_on" else {}
            return bool(getattr(QueueRepository(connection), change)("c0", account, now=now, **more))

    assert Counter(together(6, act)) == {True: 1, False: 5}
    one = ConversationStore(database).get("c0")
    assert one is not None and one.operator == (account if change == "close" else None)
