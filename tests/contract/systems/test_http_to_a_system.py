"""HTTP to an outside system that behaves, and to one that does not: one answer or one error, soon, and nothing handed over twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.guard import CallLimits, Guard
from banshi.connect.resilience.http import HttpSystem, SystemSettings
from banshi.standin.server import Serving
from banshi.standin.shop import Fault, Misbehaving, Shop

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRET = b"sixteen letters!"


class Thing(BaseModel):
    """What the shop has."""

    name: str
    count: int


class Store:
    """A system of one kind of thing.

    Attributes:
        made: by key; one without a key each time.
        asked: requests that reached it.
    """

    def __init__(self) -> None:
        self.made: dict[str, Thing] = {}
        self.asked = 0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/things/{name}")
        def thing(name: str) -> dict[str, Any]:
            self.asked += 1
            if name == "none":
                raise HTTPException(404, "没有")
            if name == "large":
                return {"name": "x" * 9_000_000, "count": 1}
            return {"name": name, "count": "many" if name == "wrong" else 3}

        @app.post("/things")
        def make(given: Thing, idempotency_key: str = Header("")) -> Thing:
            self.asked += 1
            return self.made.setdefault(idempotency_key or str(self.asked), given)

        return app


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def shop() -> Shop:
    return Shop("things", lambda: NOW)


@pytest.fixture
def address(store: Store, shop: Shop) -> Iterator[str]:
    with Serving(Misbehaving(store.app(), shop, {"banshi": SECRET})) as served:
        yield served.url


def reached(address: str, **changes: Any) -> HttpSystem:
    settings = {"url": address, "key": "banshi", "secret": SECRET.decode(), "timeout": 0.4} | changes
    return HttpSystem("things", SystemSettings.model_validate(settings), now=lambda: NOW)


def test_answers_are_read_as_the_contract_has_them(address: str) -> None:
    system = reached(address)
    assert system.get("/things/a", Thing, {"q": "吉林 &"}) == Thing(name="a", count=3)
    assert system.post("/things", Thing, {"name": "证", "count": 1}, key="k").name == "证"


def test_what_is_not_there_is_none_where_that_may_be(address: str) -> None:
    assert reached(address).find("/things/none", Thing) is None
    with pytest.raises(SystemRefusedError, match="没有"):
        reached(address).get("/things/none", Thing)


@pytest.mark.parametrize("changes", [{"secret": "another secret!!"}, {"key": "stranger"}, {"key": "", "secret": ""}])
def test_a_wrong_key_is_told_to_those_who_run_the_server(address: str, store: Store, changes: dict[str, str]) -> None:
    with pytest.raises(SystemUnavailableError, match="check its settings"):
        reached(address, **changes).get("/things/a", Thing)
    assert store.asked == 0


def test_a_clock_that_is_wrong_is_refused(address: str) -> None:
    settings = SystemSettings.model_validate({"url": address, "key": "banshi", "secret": SECRET.decode()})
    with pytest.raises(SystemUnavailableError, match="check its settings"):
        HttpSystem("things", settings, now=lambda: NOW - timedelta(hours=1)).get("/things/a", Thing)


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_passing_failure_is_tried_again_where_that_is_safe(address: str, shop: Shop, store: Store, status: int) -> None:
    system = reached(address)
    shop.fault = Fault(mode="error", status=status, times=1)
    assert system.get("/things/a", Thing).count == 3
    shop.fault = Fault(mode="error", status=status, times=1)
    assert system.post("/things", Thing, {"name": "a", "count": 1}, key="once").count == 1
    shop.fault = Fault(mode="error", status=status, times=1)
    with pytest.raises(SystemUnavailableError):
        system.post("/things", Thing, {"name": "b", "count": 1})
    assert list(store.made) == ["once"]


def test_tries_come_to_an_end(address: str, shop: Shop) -> None:
    shop.fault = Fault(mode="error")
    with pytest.raises(SystemUnavailableError, match="answered 500"):
        reached(address, attempts=3).get("/things/a", Thing)


@pytest.mark.parametrize("mode", ["slow", "half_open", "broken"])
def test_silence_and_half_an_answer_are_errors(address: str, shop: Shop, mode: Any) -> None:
    shop.fault = Fault(mode=mode, seconds=3)
    with pytest.raises(SystemUnavailableError):
        reached(address, timeout=0.1, attempts=1).get("/things/a", Thing)


def test_who_drips_is_ended_by_the_guard(address: str, shop: Shop) -> None:
    shop.fault = Fault(mode="slow", seconds=3)
    guard = Guard("dripping", now=lambda: NOW, kind="http", limits=CallLimits(deadline=0.1))
    with pytest.raises(SystemUnavailableError, match="has not answered"):
        guard.call(reached(address, timeout=10).get, "/things/a", Thing)


def test_an_answer_that_breaks_the_contract_is_no_answer_and_stays_out_of_the_log(address: str) -> None:
    with pytest.raises(SystemUnavailableError, match=r"count: int_parsing") as told:
        reached(address).get("/things/wrong", Thing)
    assert "many" not in str(told.value)


def test_an_answer_without_end_is_cut(address: str) -> None:
    with pytest.raises(SystemUnavailableError, match="more than 8 MB"):
        reached(address, timeout=20).get("/things/large", Thing)


def test_a_no_keeps_its_reason(address: str, shop: Shop, store: Store) -> None:
    shop.fault = Fault(mode="refuse")
    with pytest.raises(SystemRefusedError, match="对方系统说：不受理。"):
        reached(address).post("/things", Thing, {"name": "a", "count": 1}, key="k")
    assert not store.made


def test_nobody_there_is_an_error(address: str) -> None:
    with pytest.raises(SystemUnavailableError, match="cannot be reached"):
        reached("http://127.0.0.1:9", attempts=2).get("/things/a", Thing)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"certificate": "/x.pem"}, "belong together"),
        ({"secret": ""}, "needs a secret"),
        ({"tiemout": 3}, "tiemout"),
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        reached("http://127.0.0.1:9", **wrong)
