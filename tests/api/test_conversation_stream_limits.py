"""Bounds of streams, claims that lapse, and the states of a conversation: the gateway on a database of its own, without Rasa or index."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from banshi.desk.events import Events, TooManyStreamsError
from banshi.desk.gateway import Gateway
from banshi.desk.vault import Vault
from banshi.store.conversations import TRANSITIONS, ConversationStore, State
from banshi.store.database import open_database
from banshi.web import stream

LOST, HELLO = "身份证丢了咋整", "😀"


class Rig:
    """Two processes' gateways on one database, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
        self.store = ConversationStore(open_database(folder / "banshi.db"))

    def gateway(self, **limits: Any) -> Gateway:
        return Gateway(
            engine=lambda: None,
            dialogue=None,
            store=self.store,
            vault=Vault(),
            urgent=(),
            now=lambda: self.now,
            events=Events(self.store.several, **limits),
        )


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


def test_more_streams_than_the_server_serves_are_refused_and_places_become_free(rig: Rig) -> None:
    async def work() -> None:
        events = rig.gateway(total=4).events
        taken = [events.subscribe(f"c{number}") for number in range(4)]
        with pytest.raises(TooManyStreamsError):
            events.subscribe("c9")
        taken[0].close()
        taken[0].close()
        assert events.count == 3
        events.subscribe("c9")
        with pytest.raises(TooManyStreamsError):
            events.subscribe("c10")

    run(work())


def test_a_conversation_replaces_its_oldest_stream_even_when_the_server_is_full(rig: Rig) -> None:
    async def work() -> None:
        events = rig.gateway(total=3).events
        first, second, third = (events.subscribe("c1") for _ in range(3))
        events.subscribe("c1")
        assert await first.news(1) and first.ended
        assert not second.ended and not third.ended and events.count == 3

    run(work())


def test_a_stream_beats_while_nothing_happens(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stream.HEARTBEAT == 15
    monkeypatch.setattr(stream, "HEARTBEAT", 0.01)

    async def work() -> None:
        gateway = rig.gateway(look_every=60)
        turn = await gateway.handle(None, HELLO)
        told = stream._told(gateway, gateway.events.subscribe(turn.conversation), turn.last, None)
        assert "event: state" in await anext(told)
        beats = [await anext(told) for _ in range(6)]
        assert set(beats[1:]) == {": \n\n"}

    run(work())


def test_a_reader_that_takes_nothing_is_left_and_its_place_is_free(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_TAKES_NOTHING", 0.05)

    async def work() -> None:
        gateway = rig.gateway()
        turn = await gateway.handle(None, HELLO)
        subscription = gateway.events.subscribe(turn.conversation)
        sent = []

        async def send(part: Any) -> None:
            sent.append(part)
            if part["type"] == "http.response.body":
                await asyncio.Event().wait()

        async def receive() -> Any:
            await asyncio.Event().wait()

        await stream.EventStream(stream._told(gateway, subscription, 0, None), subscription)({"type": "http"}, receive, send)
        assert len(sent) == 2 and gateway.events.count == 0

    run(work())


def test_what_is_told_at_once_is_bounded_and_complete(rig: Rig) -> None:
    async def work() -> None:
        gateway = rig.gateway()
        turn = await gateway.handle(None, HELLO)
        for _ in range(120):
            await gateway.handle(turn.conversation, HELLO)
        told = stream._told(gateway, gateway.events.subscribe(turn.conversation), 0, None)
        parts = [await anext(told) for _ in range(242)]
        ids = [int(part.split("\n")[0][4:]) for part in parts]
        assert ids == sorted(set(ids)) and len(await gateway.messages(turn.conversation, first=100)) == 100
        assert len(await gateway.messages(turn.conversation)) == 242

    run(work())


def test_the_turn_of_a_killed_process_is_taken_up_when_its_claim_has_lapsed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        one, other = rig.gateway(), rig.gateway()
        turn = await one.handle(None, HELLO)
        stuck, go_on = asyncio.Event(), asyncio.Event()
        whole = one._answering.replies

        async def slow(*args: Any, **more: Any) -> Any:
            stuck.set()
            await go_on.wait()
            return await whole(*args, **more)

        monkeypatch.setattr(one._answering, "replies", slow)
        first = asyncio.create_task(one.handle(turn.conversation, LOST, client_id="m1"))
        await stuck.wait()
        second = asyncio.create_task(other.handle(turn.conversation, LOST, client_id="m1"))
        done, _ = await asyncio.wait({second}, timeout=0.5)
        assert not done, "the first still has its time"
        rig.now += timedelta(seconds=11)
        told = await second
        go_on.set()
        assert await first == told, "who was only slow tells what was stored"
        assert [message.sender for message in await one.messages(turn.conversation)] == ["citizen", "bot"] * 2

    run(work())


def test_a_turn_that_fails_can_be_sent_again_at_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        gateway = rig.gateway()
        turn = await gateway.handle(None, HELLO)

        async def fails(*_: Any, **__: Any) -> Any:
            raise RuntimeError("a fault put here by a test")

        with monkeypatch.context() as patched:
            patched.setattr(gateway._answering, "replies", fails)
            with pytest.raises(RuntimeError):
                await gateway.handle(turn.conversation, LOST, client_id="m1")
        told = await gateway.handle(turn.conversation, LOST, client_id="m1")
        assert [message.sender for message in told.messages] == ["citizen", "bot"]

    run(work())


def test_a_reply_that_comes_after_the_citizen_left_opens_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        gateway = rig.gateway()
        turn = await gateway.handle(None, HELLO)
        whole = gateway._answering.replies

        async def leaves(*args: Any, **more: Any) -> Any:
            assert await gateway.close(turn.conversation)
            return await whole(*args, **more)

        monkeypatch.setattr(gateway._answering, "replies", leaves)
        assert (await gateway.handle(turn.conversation, "转人工")).state == "closed"
        found = await gateway.standing(turn.conversation)
        assert found is not None and found.state == "closed"

    run(work())


@pytest.mark.parametrize(("before", "after"), list(product(get_args(State), repeat=2)))
def test_a_state_is_followed_by_those_of_the_table_alone(rig: Rig, before: State, after: State) -> None:
    rig.store.create(identifier="c1", region=None, now=rig.now)
    rig.store.record("c1", [], state=before, region=None, now=rig.now)
    allowed = after == before or after in TRANSITIONS[before]
    assert rig.store.move("c1", after, now=rig.now) is allowed
    found = rig.store.get("c1")
    assert found is not None and found.state == (after if allowed else before)


def test_a_silent_conversation_is_closed_and_can_be_read_for_a_day(rig: Rig) -> None:
    async def work() -> None:
        one, other = rig.gateway(), rig.gateway()
        conversation = (await one.handle(None, "我电话13912345678")).conversation
        assert len(one._live) == 1
        rig.now += timedelta(minutes=61)
        await other.close_idle(60)
        await one.close_idle(60)
        assert one._live == {}, "what another process closed is forgotten here too"
        found = await one.standing(conversation)
        assert found is not None and found.state == "closed"
        rig.now += timedelta(hours=24)
        assert await one.standing(conversation) is None
        assert await one.rate(conversation, 5, [], "") is None

    run(work())
