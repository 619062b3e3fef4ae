"""全流程审批系统 over HTTP: it does what the demo does; whatever is wrong is one error, soon; numbers stay out of addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fastapi import FastAPI, Request
from pydantic import SecretStr

from banshi.connect.applications.http import HttpApplications
from banshi.connect.applications.port import ApplicationSource, Stage
from banshi.connect.identity.demo_people import demo_identity
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.http import HttpSystem, SystemSettings
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.standin.server import RunningStandins, Serving
from banshi.standin.shop import Fault
from tests.contract.application_source import ApplicationSourceContract, Known
from tests.contract.systems.standing_in import AWAY, KEY, NOW, SECRET, named, reached, running, through_a_guard

NUMBER, FACTOR, PERSON = "JL202611000001", "1234", demo_identity("示例甲")


@pytest.fixture(scope="module")
def started() -> Iterator[RunningStandins]:
    with running("applications") as standins:
        assert HttpApplications(reached(standins, "applications", timeout=20)).find(NUMBER, FACTOR), "the samples are made"
        yield standins


@pytest.fixture
def standins(started: RunningStandins) -> Iterator[RunningStandins]:
    yield started
    started.shops["applications"].fault = Fault()


class TestHttpApplications(ApplicationSourceContract):
    @pytest.fixture
    def source(self, standins: RunningStandins) -> ApplicationSource:
        return HttpApplications(reached(standins, "applications"))

    @pytest.fixture
    def known(self) -> Sequence[Known]:
        return [Known(NUMBER, FACTOR, Stage.REVIEW), Known("JL202611000002", "567X", Stage.CORRECTION)]

    @pytest.fixture
    def persons(self) -> Sequence[str]:
        return [PERSON, demo_identity("示例乙")]

    @pytest.fixture
    def broken_source(self, standins: RunningStandins) -> ApplicationSource:
        standins.shops["applications"].fault = Fault(mode="error")
        return HttpApplications(reached(standins, "applications", attempts=1))


@pytest.mark.parametrize("fault", [*AWAY, Fault(mode="refuse"), Fault(mode="wrong_labels")], ids=named)
def test_whatever_is_wrong_is_one_error_soon(standins: RunningStandins, fault: Fault) -> None:
    source = through_a_guard(HttpApplications(reached(standins, "applications")), 0.5 if fault.mode in ("slow", "half_open") else 5)
    standins.shops["applications"].fault = fault
    for ask in (lambda: source.find(NUMBER, FACTOR), lambda: source.of_person(PERSON)):
        with pytest.raises(SystemUnavailableError):
            ask()


def test_an_error_that_passes_is_not_noticed(standins: RunningStandins) -> None:
    source = through_a_guard(HttpApplications(reached(standins, "applications")), 5)
    for ask in (lambda: source.find(NUMBER, FACTOR), lambda: source.of_person(PERSON)):
        standins.shops["applications"].fault = Fault(mode="error", times=1)
        assert ask()


def test_a_code_that_nobody_has_named_is_told_with_what_is_known(standins: RunningStandins) -> None:
    standins.shops["applications"].fault = Fault(mode="wrong_labels")
    with pytest.raises(UnknownLabelError, match=r"stage '99'.*1 \(收件\)"):
        HttpApplications(reached(standins, "applications")).find(NUMBER, FACTOR)


def test_without_our_signature_nothing_is_told(standins: RunningStandins) -> None:
    with pytest.raises(SystemUnavailableError, match="does not accept our key"):
        HttpApplications(reached(standins, "applications", secret="another secret!!")).find(NUMBER, FACTOR)


def answering(answer: dict[str, Any], heard: list[tuple[str, dict[str, str], bytes]]) -> FastAPI:
    """A system that answers everything with this."""
    app = FastAPI()

    @app.post("/{path:path}")
    async def anything(request: Request) -> dict[str, Any]:
        heard.append((str(request.url), dict(request.headers), await request.body()))
        return answer

    return app


def through(served: Serving, **more: Any) -> HttpApplications:
    settings = SystemSettings(url=served.url, key=KEY, secret=SecretStr(SECRET.decode()))
    return HttpApplications(HttpSystem("applications", settings, now=lambda: NOW), **more)


def test_numbers_travel_in_the_signed_body_and_never_in_an_address() -> None:
    heard: list[tuple[str, dict[str, str], bytes]] = []
    with Serving(answering({"application": None}, heard)) as served:
        assert through(served).find(" jl2026-11000001 ", FACTOR) is None
    [(url, headers, body)] = heard
    assert b"JL202611000001" in body and b'"1234"' in body
    assert "110000" not in url and "1234" not in url.rpartition("/")[2]
    assert headers["x-banshi-key"] == KEY and headers["x-banshi-signature"].startswith("v1=")
    assert SECRET.decode() not in str(headers)


def told(**changes: Any) -> dict[str, Any]:
    one = {
        **{"projectNo": NUMBER, "itemCode": "x", "taskName": "事项", "areaCode": "220102", "deptName": "某局", "applicantType": 1},
        **{"stage": 6, "receiveDate": "2026-11-02", "acceptDate": "2026-11-03", "promiseDays": 20, "pauses": [], "corrections": []},
        **{"result": None, "resultReason": None, "decideDate": None, "deliveryType": None},
        **{"updateTime": "2026-11-03T09:00:00+08:00", "systemName": "某系统"},
    }
    return {"application": one | changes}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"projectNo": "JL202611000009"}, "another application"),
        ({"promiseDays": 0}, "cannot be"),
        ({"acceptDate": "2026-10-01"}, "cannot be"),
        ({"pauses": [{"stage": 6, "begin": "2026-11-04", "end": None}]}, "cannot be"),
        ({"updateTime": "2026-11-03T09:00:00"}, "something else than its contract"),
        ({"result": 3}, "result '3'"),
    ],
)
def test_what_cannot_be_is_not_told_to_anybody(changes: dict[str, Any], why: str) -> None:
    with Serving(answering(told(**changes), [])) as served, pytest.raises(SystemUnavailableError, match=why) as error:
        through(served).find(NUMBER, FACTOR)
    assert NUMBER not in str(error.value) and "000009" not in str(error.value)


def test_codes_are_read_by_their_labels_and_items_by_our_ids() -> None:
    answer = told(stage=9, applicantType=2, result=2, deliveryType=3, decideDate="2026-11-20", itemCode="code of theirs")
    with Serving(answering(answer, [])) as served:
        found = through(served, item_of={"code of theirs": "hz-idcard-reissue"}.__getitem__).find(NUMBER, FACTOR)
    assert found is not None
    assert (found.stage.value, found.applicant_kind.value, found.item) == ("领取", "法人", "hz-idcard-reissue")
    assert found.result is not None and found.delivery is not None and (found.result.value, found.delivery.value) == ("不予", "电子证照")
    assert found.updated_at < NOW
