"""The message system: as a demo, over HTTP, and when it misbehaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import RootModel

from banshi.connect.messages.demo import DemoMessages, Sent
from banshi.connect.messages.http import HttpMessages
from banshi.connect.messages.port import Kind, Messages
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from tests.contract.systems.conftest import Clock, Standin
from tests.contract.systems.messages_contract import PERSON, MessagesContract

SYSTEM = "messages"
Start = Callable[[str], Standin]


class TestDemo(MessagesContract):
    @pytest.fixture
    def messages(self, tmp_path: Path, clock: Clock) -> Messages:
        return DemoMessages(tmp_path / "messages.db", now=clock)

    def test_it_keeps_what_it_would_send(self, tmp_path: Path, clock: Clock) -> None:
        demo = DemoMessages(tmp_path / "kept.db", now=clock)
        for _ in range(2):
            demo.send(PERSON, Kind.BOOKING, "明天", "r-1")
        assert demo.sent() == [Sent(PERSON, "预约", "明天")]
        with pytest.raises(SystemRefusedError):
            demo.send("220102199001011234", Kind.BOOKING, "明天", "r-2")


class TestHttp(MessagesContract):
    @pytest.fixture
    def messages(self, standin: Start) -> Messages:
        return HttpMessages(standin(SYSTEM).http)

    def test_whoever_shut_messages_off_is_left_alone(self, messages: Messages) -> None:
        with pytest.raises(SystemRefusedError, match="关闭了通知"):
            messages.send("f" * 64, Kind.CLOSED, "甲", "r-3")


class _Taken(RootModel[list[dict[str, Any]]]):
    """What the stand-in has."""


def taken(running: Standin) -> list[str]:
    """The texts that the stand-in has taken."""
    return [one["text"] for one in running.http.get("/_standin/messages", _Taken).root]


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open", "refuse", "wrong_labels"])
def test_whatever_goes_wrong_nothing_is_doubled(standin: Start, mode: str) -> None:
    running = standin(SYSTEM)
    running.behaves(mode, seconds=3)
    port: Messages = HttpMessages(running.http)
    messages = running.guarded(port)
    with pytest.raises(SystemRefusedError if mode == "refuse" else SystemUnavailableError):
        messages.send(PERSON, Kind.CLOSED, "甲", "r-1")
    running.behaves("none")
    assert messages.send(PERSON, Kind.CLOSED, "甲", "r-1")
    assert taken(running) == ["甲"]


def test_a_passing_failure_is_tried_again_by_its_key(standin: Start) -> None:
    running = standin(SYSTEM)
    running.behaves("error", times=1)
    assert HttpMessages(running.http).send(PERSON, Kind.CLOSED, "甲", "r-1")
    assert taken(running) == ["甲"]
