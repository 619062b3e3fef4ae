"""The bell between servers, over a real Redis: who hears what, and what everybody does while Redis is away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from banshi.desk.events import Events
from banshi.desk.servers import redis_bell
from banshi.desk.servers.bell import CALLS, QUEUE, SLOW, Bell
from banshi.desk.servers.redis_bell import CHANNEL, RedisBell
from tests.redis_server import RedisServer

PATIENCE = 20.0
NEVER = 3600.0
HERE, ELSEWHERE = "c-" + "0" * 32, "c-" + "1" * 32


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 4 * PATIENCE))


async def until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as the condition holds."""

    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while True:
        if condition():
            return
        assert loop.time() < end, f"{what} did not come"
        await asyncio.sleep(0.01)


class Server:
    """A bell, and what it heard."""

    def __init__(self, redis: RedisServer) -> None:
        self.bell = RedisBell(redis.url, random.Random(7))
        self.heard: list[str | None] = []
        self.bell.listen(self.heard.append)

    @asynccontextmanager
    async def working(self, *, up: bool = True) -> AsyncIterator[Server]:
        task = asyncio.create_task(self.bell.run())
        try:
            if up:
                await until(lambda: self.bell.up, "Redis")
                self.heard.clear()
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def test_a_ring_is_heard_by_all_others_and_not_by_who_rang(redis: RedisServer) -> None:
    redis.start()

    async def work() -> None:
        async with Server(redis).working() as one, Server(redis).working() as two, Server(redis).working() as three:
            one.bell.ring(HERE)
            two.bell.ring(QUEUE)
            await until(lambda: len(three.heard) == 2, "both rings")
            assert sorted(str(what) for what in three.heard) == [HERE, QUEUE]
            await until(lambda: one.heard == [QUEUE] and two.heard == [HERE], "each other's ring")

    run(work())


def test_a_thread_may_ring(redis: RedisServer) -> None:
    redis.start()

    async def work() -> None:
        async with Server(redis).working() as one, Server(redis).working() as two:
            await asyncio.to_thread(one.bell.ring, CALLS)
            await until(lambda: two.heard == [CALLS], "the ring")

    run(work())


def test_no_more_than_a_name_and_what_goes_over_redis(redis: RedisServer) -> None:
    redis.start()

    async def work() -> None:
        async with Server(redis).working() as one:
            async with Redis.from_url(redis.url) as client, client.pubsub() as spy:
                await spy.subscribe(CHANNEL)
                await spy.get_message(timeout=PATIENCE)
                one.bell.ring(HERE)
                heard = await spy.get_message(timeout=PATIENCE)
            name, _, what = heard["data"].decode().partition(" ")
            assert what == HERE and len(name) == 8 and int(name, 16) >= 0

    run(work())


def test_what_makes_no_sense_is_heard_and_does_no_harm(redis: RedisServer) -> None:
    redis.start()

    async def work() -> None:
        async with Server(redis).working() as one, Server(redis).working() as two:
            events = Events(lambda _: {}, look_every=NEVER, bell=two.bell)
            subscription = events.subscribe(HERE)
            for message in (b"", b"\xff\x00", b"x" * 100_000, "坏 坏".encode()):
                assert await asyncio.to_thread(redis.publish, CHANNEL, message) == 2
            one.bell.ring(HERE)
            assert await subscription.news(PATIENCE) and two.bell.up
            subscription.close()

    run(work())


def test_a_reader_is_woken_by_another_server_and_by_a_ring_for_its_conversation_only(redis: RedisServer) -> None:
    redis.start()

    async def work() -> None:
        async with Server(redis).working() as one, Server(redis).working() as two:
            # Nobody looks at the store by himself within the life of this test.
            writing, reading = (Events(lambda _: {}, look_every=NEVER, bell=server.bell) for server in (one, two))
            with reading.subscribe(HERE) as subscription, reading.subscribe(ELSEWHERE) as other:
                writing.wake(HERE)
                assert await subscription.news(PATIENCE)
                assert not await other.news(0)

    run(work())


def test_looks_are_rare_while_redis_is_there_and_as_ever_when_it_is_gone(redis: RedisServer) -> None:
    async def work() -> None:
        server = Server(redis)
        assert Bell().pace(1.0) == server.bell.pace(1.0) == 1.0
        async with server.working(up=False):
            server.bell.ring(HERE)  # nobody is there, nothing happens
            redis.start()
            await until(lambda: server.bell.up, "Redis that came later")
            assert server.bell.pace(1.0) == SLOW and server.heard == [None], "what was written before must be looked for"
            redis.kill()
            await until(lambda: not server.bell.up, "the word that Redis is gone")
            assert server.bell.pace(1.0) == 1.0 and server.heard == [None, None]
            redis.start()
            await until(lambda: server.bell.up, "Redis again")
            assert server.heard == [None, None, None]

    run(work())


def test_readers_look_at_the_store_at_once_when_redis_goes_and_when_it_comes(redis: RedisServer) -> None:
    redis.start()
    looks = []

    def standing(identifiers: Any) -> dict[str, Any]:
        looks.append(list(identifiers))
        return {}

    async def work() -> None:
        async with Server(redis).working() as server:
            with Events(standing, look_every=NEVER, bell=server.bell).subscribe(HERE):
                await until(lambda: len(looks) == 1, "the first look")
                redis.kill()
                await until(lambda: len(looks) == 2, "a look when Redis is gone")
                redis.start()
                await until(lambda: len(looks) == 3, "a look when Redis is back")

    run(work())


def test_a_redis_that_answers_nobody_is_noticed(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_bell, "SILENCE", 0.5)
    redis.start()

    async def work() -> None:
        async with Server(redis).working() as one, Server(redis).working() as two:
            redis.freeze()
            await until(lambda: not one.bell.up and not two.bell.up, "the word that Redis is gone")
            redis.thaw()
            await until(lambda: one.bell.up and two.bell.up, "Redis again")
            two.heard.clear()
            one.bell.ring(HERE)
            await until(lambda: HERE in two.heard, "a ring")

    run(work())


def test_a_wrong_password_is_no_reason_to_stop(redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    redis.start()

    async def work() -> None:
        server = Server(redis)
        server.bell = RedisBell(redis.url.replace(":redis-of", ":wrong-one-of"), random.Random(7))
        async with server.working(up=False):
            await until(lambda: "Redis is away" in caplog.text, "the word in the log")
            assert not server.bell.up and "wrong-one-of" not in caplog.text

    run(work())


def test_a_thousand_rings_in_a_burst_are_all_heard(redis: RedisServer) -> None:
    redis.start()
    rung = {f"c-{number:032x}" for number in range(1000)}

    async def work() -> None:
        async with Server(redis).working() as one, Server(redis).working() as two:
            for what in rung:
                one.bell.ring(what)
            await until(lambda: set(two.heard) >= rung, "all of them")

    run(work())
