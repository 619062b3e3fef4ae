"""The 好差评 system: as a demo, over HTTP, and when it misbehaves. Each rating arrives there, once, with the codes of its labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from banshi.connect.ratings.demo import DemoRatings
from banshi.connect.ratings.http import HttpRatings
from banshi.connect.ratings.port import RatingSystem
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.desk.outbox.sender import OutboxSender
from banshi.desk.unhappy.outgoing_ratings import RatingHandler
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.standin.systems.ratings import Rating as Received
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.outbox import Outbox
from banshi.store.ratings import Rating, keep_rating, rating_key, rating_of
from tests.contract.systems.ratings_contract import RATING, RatingSystemContract
from tests.contract.systems.standing_in import AWAY, NOW, chance, named, reached, running, through_a_guard


@pytest.fixture
def standins() -> Iterator[RunningStandins]:
    with running("ratings") as started:
        yield started


class TestDemo(RatingSystemContract):
    @pytest.fixture
    def ratings(self, tmp_path: Path) -> RatingSystem:
        return DemoRatings(tmp_path / "ratings.db", now=lambda: NOW)


class TestHttp(RatingSystemContract):
    @pytest.fixture
    def ratings(self, standins: RunningStandins) -> RatingSystem:
        return HttpRatings(reached(standins, "ratings"))


def received(standins: RunningStandins) -> dict[str, Received]:
    """What the stand-in has, by conversation."""
    answer = httpx2.get(f"{standins.url}/ratings/_standin/ratings", trust_env=False)
    return {one["serviceNo"]: Received.model_validate(one) for one in answer.json()}


def test_levels_channels_and_indicators_go_by_their_labels(standins: RunningStandins) -> None:
    ratings = HttpRatings(reached(standins, "ratings"))
    ratings.push(replace(RATING, indicators=("答案不对或过时", "너무 오래 기다림", "别的")), "rating/c-1")
    there = received(standins)["c-1"]
    assert (there.level, there.channel, there.indicators, there.content) == (2, 2, [102, 105], "别的；时限不对")
    assert (there.versions, there.ratedAt) == ({"hz-idcard-reissue": 3}, NOW)
    with pytest.raises(UnknownLabelError, match="channel"):
        ratings.push(replace(RATING, channel="pigeon"), "rating/c-2")


@pytest.mark.parametrize("fault", [*AWAY, Fault(mode="wrong_labels")], ids=named)
def test_whatever_is_wrong_is_one_error_and_sending_again_doubles_nothing(standins: RunningStandins, fault: Fault) -> None:
    ratings = through_a_guard(HttpRatings(reached(standins, "ratings")), 0.5 if fault.mode in ("slow", "half_open") else 5)
    standins.shops["ratings"].fault = fault
    with pytest.raises(SystemUnavailableError):
        ratings.push(RATING, "rating/c-1")
    standins.shops["ratings"].fault = Fault()
    again = HttpRatings(reached(standins, "ratings"))
    assert again.push(RATING, "rating/c-1") == "PJ20261123000001"
    assert list(received(standins)) == ["c-1"]


def test_a_refusal_says_why(standins: RunningStandins) -> None:
    standins.shops["ratings"].fault = Fault(mode="refuse")
    with pytest.raises(SystemRefusedError, match="不受理"):
        HttpRatings(reached(standins, "ratings")).push(RATING, "rating/c-1")


BAD = Rating(1, ["没听懂我的问题"], "〈手机号:0a1b2c3d〉打不通", {"qa-1": 2}, NOW)


def begun(database: sa.Engine, channel: str | None = "app") -> None:
    hello = Message("citizen", "你好", NOW)
    store = ConversationStore(database)
    store.begin("c-1", hello, region=None, begun_by=None, now=NOW, claim=NOW - NOW, channel=channel)


def test_a_rating_is_kept_and_sent_or_neither(database: sa.Engine) -> None:
    begun(database)
    with pytest.raises(RuntimeError), write(database) as connection:
        keep_rating(connection, "c-1", BAD)
        raise RuntimeError("the process is killed before the end of the transaction")
    with read(database) as connection:
        assert rating_of(connection, "c-1") is None and Outbox(connection).counts() == {}
    with write(database) as connection:
        assert keep_rating(connection, "c-1", BAD)
        assert not keep_rating(connection, "c-1", replace(BAD, stars=5))
    with read(database) as connection:
        assert Outbox(connection).counts() == {("ratings", False): 1}
        assert Outbox(connection).of([rating_key("c-1")])[rating_key("c-1")].payload["stars"] == 1, "the first one counts"


def test_it_arrives_once_the_system_is_back(database: sa.Engine, standins: RunningStandins) -> None:
    clock: list[datetime] = [NOW]
    handler = RatingHandler(through_a_guard(HttpRatings(reached(standins, "ratings")), 5))
    sender = OutboxSender(database, [handler], now=lambda: clock[0], chance=chance())
    begun(database, channel=None)
    ConversationStore(database).rate("c-1", BAD)
    standins.shops["ratings"].fault = Fault(mode="broken")  # it takes the rating, and nobody hears of it
    assert sender.send_one("ratings")
    assert list(received(standins)) == ["c-1"]
    standins.shops["ratings"].fault = Fault()
    with read(database) as connection:
        [waiting] = Outbox(connection).unsent()
    assert waiting.error == "好差评系统暂时连不上，会自动再推送。" and waiting.next_try is not None
    clock[0] = waiting.next_try
    assert sender.send_one("ratings") and not sender.send_one("ratings")
    with read(database) as connection:
        assert Outbox(connection).unsent() == []
        assert Outbox(connection).of([rating_key("c-1")])[rating_key("c-1")].answer == {"number": "PJ20261123000001"}
    there = received(standins)["c-1"]
    assert (there.level, there.channel, there.indicators, there.content) == (1, 1, [101], "手机号打不通"), "no token leaves the house"
