"""The desk's queue and calls with a bell over a real Redis: nobody looks by himself within these tests, and all is seen all the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.desk.advice.calls import Calls, Heard
from banshi.desk.advice.switchboard import Switchboard
from banshi.desk.people.overview import Sight
from banshi.desk.people.watch import QueueWatch
from banshi.desk.servers.redis_bell import RedisBell
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import open_database, write
from banshi.store.operators import OperatorRepository
from banshi.store.staff import StaffRepository
from tests.redis_server import RedisServer

PATIENCE, NEVER = 20.0, 3600.0


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        server.start()
        yield server


@pytest.fixture
def databases(database: sa.Engine) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """One database as two servers have it open."""
    other = open_database(database.url.render_as_string(hide_password=False))
    yield database, other
    other.dispose()


@asynccontextmanager
async def bells(redis: RedisServer) -> AsyncIterator[tuple[RedisBell, RedisBell]]:
    """Of two servers, both connected."""
    one, two = (RedisBell(redis.url, random.Random(seed)) for seed in (1, 2))
    tasks = [asyncio.create_task(bell.run()) for bell in (one, two)]
    try:
        async with asyncio.timeout(PATIENCE):
            while not (one.up and two.up):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield one, two
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 3 * PATIENCE))


async def seen(watch: QueueWatch, condition: Callable[[Sight], bool]) -> None:
    """Wait until a page that watches has been shown it."""
    watcher = watch.watch()
    async with asyncio.timeout(PATIENCE):
        while True:
            await watcher.sight(PATIENCE)
            if watch.latest is not None and condition(watch.latest):
                break
    watcher.close()


def test_pages_of_both_servers_see_who_waits_and_who_is_there(
    redis: RedisServer, databases: tuple[sa.Engine, sa.Engine], now: datetime
) -> None:
    store = ConversationStore(databases[0])

    def wait(identifier: str) -> None:
        store.create(identifier=identifier, region=None, now=now)
        store.record(identifier, [Message("citizen", "转人工", now)], state="waiting", region=None, now=now)

    def come() -> None:
        with write(databases[0]) as connection:
            StaffRepository(connection).create(account="li", name="李", roles=["operator"], departments=[])
            OperatorRepository(connection).seen("li", now=now)

    async def work() -> None:
        async with bells(redis) as rung:
            watches = [QueueWatch(base, lambda: now, look_every=NEVER, bell=bell) for base, bell in zip(databases, rung, strict=True)]
            pages = [watch.watch() for watch in watches]  # so that both go on looking
            for watch in watches:
                await seen(watch, lambda sight: sight.standings == [])
            for count in (1, 2):
                await asyncio.to_thread(wait, f"c{count}")
                for watch in watches:
                    await seen(watch, lambda sight, count=count: len(sight.standings) == count)
            await asyncio.to_thread(come)
            for watch in watches:
                await seen(watch, lambda sight: list(sight.operators) == ["li"])
            for page in pages:
                page.close()

    run(work())


def test_a_call_is_told_at_once(redis: RedisServer, databases: tuple[sa.Engine, sa.Engine], now: datetime) -> None:
    async def work() -> None:
        async with bells(redis) as rung:
            calls = [Calls(None, None, lambda: now) for _ in rung]  # type: ignore[arg-type]
            one, two = (
                Switchboard(mine, lambda: now, database=base, bell=bell, look_every=NEVER)
                for mine, base, bell in zip(calls, databases, rung, strict=True)
            )
            call = await one.begin("c")
            mirror = await two.find("c")
            assert mirror is not None
            told: list[str] = []

            async def follow() -> None:
                async for event in two.follow(mirror, 0, PATIENCE):
                    assert event is not None, "nothing was told"
                    told.append(event.data["text"])

            following = asyncio.create_task(follow())
            for text in ("您好", "请讲", "好的"):
                calls[0].hear(call, Heard("final", text, speaker="operator"))
                await asyncio.sleep(0)
            calls[0].hear(call, Heard("end"))
            await asyncio.wait_for(following, PATIENCE)
            assert told == ["您好", "请讲", "好的", ""]

    run(work())
