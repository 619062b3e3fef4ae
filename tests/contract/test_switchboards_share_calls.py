"""Calls over the switchboards of several servers on one database, without a bell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.desk.advice.call import Call, Event
from banshi.desk.advice.calls import KEPT_AFTER_END, SILENT, Calls, Heard
from banshi.desk.advice.switchboard import Switchboard
from banshi.store.database import read
from banshi.store.live_calls import live_call_events, live_calls

PATIENCE = 20.0


class Server:
    """A switchboard and the calls it hears. Only operators speak here, so nothing is looked up and nothing advises."""

    def __init__(self, database: sa.Engine | None, clock: Callable[[], datetime]) -> None:
        self.calls = Calls(None, None, clock)  # type: ignore[arg-type]
        self.board = Switchboard(self.calls, clock, database=database, look_every=0.02)

    async def say(self, call: Call, text: str, kind: Any = "final") -> None:
        self.calls.hear(call, Heard(kind, text, speaker="operator"))

    async def listed(self) -> list[str]:
        return [call.id for call in await self.board.under_way()]


class Page:
    """Somebody who follows a call."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ended = False

    async def wait_for(self, *said: str) -> None:
        """Until these whole sentences were told."""
        await until(lambda: [one.data["text"] for one in self.events if one.data["type"] == "final"] == list(said), f"{said}")


@asynccontextmanager
async def following(server: Server, identifier: str, after: int = 0) -> AsyncIterator[Page]:
    """A page that comes back, as a browser's does, until the call is over."""
    page = Page()

    async def follow() -> None:
        newest = after
        while not page.ended:
            call = await server.board.find(identifier)
            assert call is not None
            async for event in server.board.follow(call, newest, 0.05):
                if event is not None:
                    newest = event.number
                    page.events.append(event)
            page.ended = any(event.data["type"] == "end" for event in page.events)

    task = asyncio.create_task(follow())
    try:
        yield page
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool], what: str) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while True:
        if condition():
            return
        assert loop.time() < end, f"{what} did not come"
        await asyncio.sleep(0.01)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 3 * PATIENCE))


class Clock:
    """A moment that the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


def test_all_that_is_said_is_told_everywhere_in_order(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two, three = (Server(database, clock) for _ in range(3))
        call = await one.board.begin("c")
        await one.say(call, "您好，我电话13843112345")
        await until(lambda: call.number == 1, "the first sentence")
        while not await two.board.find("c"):
            pass
        async with following(two, "c") as second, following(three, "c") as third, following(one, "c") as own:
            await second.wait_for("您好，我电话〈手机号〉")
            for text in ("请", "请讲"):
                await one.say(call, text, "partial")
            await one.say(call, "请讲")
            await one.say(call, "", "end")
            for page in (second, third, own):
                await page.wait_for("您好，我电话〈手机号〉", "请讲")
                await until(lambda page=page: page.ended, "the end")  # type: ignore[misc]
                numbers = [event.number for event in page.events]
                assert numbers == sorted(set(numbers)) and page.events[-1].data["type"] == "end"
        assert await two.listed() == [] and await one.listed() == []
        late = await two.board.find("c")
        assert late is not None and late.over and [event.number for event in late.events] == [1, 4, 5]

    run(work())
    with read(database) as connection:
        assert "13843112345" not in str(connection.execute(sa.select(live_call_events)).all())


def test_a_stream_that_broke_off_goes_on_at_another_server(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two = (Server(database, clock) for _ in range(2))
        call = await one.board.begin("c")
        for text in ("一", "二", "三"):
            await one.say(call, text)
        async with following(two, "c", after=2) as page:
            await page.wait_for("三")

    run(work())


def test_of_fifty_calls_each_is_told_whole(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two = (Server(database, clock) for _ in range(2))
        calls = [await one.board.begin(f"c{number}") for number in range(50)]
        for turn in range(8):
            for call in calls:
                await one.say(call, f"{call.id} {turn}")
        assert sorted(await two.listed()) == sorted(call.id for call in calls)
        for call in calls:
            async with following(two, call.id) as page:
                await page.wait_for(*(f"{call.id} {turn}" for turn in range(8)))

    run(work())


def test_a_call_taken_back_and_forth_keeps_all_that_was_said(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two = (Server(database, clock) for _ in range(2))
        said: list[str] = []
        for turn, server in enumerate((one, two, one, two)):
            call = await server.board.begin("c")
            assert server.board.hears(call)
            said.append(f"第{turn}句")
            await server.say(call, said[-1])
            other = two if server is one else one
            async with following(other, "c") as page:
                await page.wait_for(*said)
            assert await one.listed() == await two.listed() == ["c"]

    run(work())


def test_a_server_that_lost_a_call_does_not_show_it_when_it_is_over(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two = (Server(database, clock) for _ in range(2))
        call = await one.board.begin("c")
        await one.say(call, "一")
        async with following(two, "c") as page:
            await page.wait_for("一")
            taken = await two.board.begin("c")
            await two.say(taken, "", "end")
            await until(lambda: page.ended, "the end")
        while await one.listed():  # until the other server has written down that it is over
            pass
        assert not one.board.hears(call) and call.over

    run(work())


def test_a_new_call_does_not_go_on_with_one_that_ended_elsewhere(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two = (Server(database, clock) for _ in range(2))
        await one.say(await one.board.begin("c"), "旧的")
        async with following(two, "c") as page:
            await page.wait_for("旧的")
        await two.say(await two.board.begin("c"), "", "end")
        third = Server(database, clock)
        async with following(third, "c") as page:
            await until(lambda: page.ended, "the end")
        clock.now += timedelta(minutes=1)
        anew = await one.board.begin("c")
        await one.say(anew, "新的")
        async with following(third, "c") as page:
            await page.wait_for("新的")
        assert anew.started_at == clock.now

    run(work())


def test_a_new_call_of_the_same_name_is_another_one(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two = (Server(database, clock) for _ in range(2))
        first = await one.board.begin("c")
        await one.say(first, "第一通")
        await one.say(first, "", "end")
        async with following(two, "c") as page:
            await until(lambda: page.ended, "the end")
        clock.now += timedelta(minutes=1)
        second = await two.board.begin("c")
        await two.say(second, "第二通")
        async with following(one, "c") as page:
            await page.wait_for("第二通")

    run(work())


def test_calls_are_forgotten_by_all(database: sa.Engine, clock: Clock) -> None:
    async def work() -> None:
        one, two = (Server(database, clock) for _ in range(2))
        over, silent = await one.board.begin("over"), await one.board.begin("silent")
        await one.say(over, "", "end")
        await one.say(silent, "喂")
        async with following(two, "over") as page:
            await until(lambda: page.ended, "the end")
        clock.now += max(SILENT, KEPT_AFTER_END) + timedelta(seconds=1)
        assert await one.listed() == await two.listed() == []
        tidying = asyncio.create_task(two.board.tidy(every=0.01))
        await until(lambda: rows() == 0, "forgetting")
        tidying.cancel()
        assert await two.board.find("over") is None

    def rows() -> int:
        with read(database) as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(live_calls)).scalar_one())

    run(work())


@pytest.mark.parametrize("alone", [True, False], ids=["one server", "no database"])
def test_a_call_is_heard_and_shown_where_it_is_heard(clock: Clock, alone: bool) -> None:
    away = None if alone else sa.create_engine("postgresql+psycopg://nobody@/nothing?host=/nowhere")

    async def work() -> None:
        server = Server(away, clock)
        call = await server.board.begin("c")
        await server.say(call, "您好")
        assert await server.listed() == ["c"] and await server.board.find("other") is None
        async with following(server, "c") as page:
            await page.wait_for("您好")
            await server.say(call, "", "end")
            await until(lambda: page.ended, "the end")

    run(work())
