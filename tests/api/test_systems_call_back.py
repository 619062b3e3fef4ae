"""What systems tell us by themselves: believed when it is signed, new and theirs to tell; taken once; and read by the citizen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from banshi.connect.applications.port import number_hash
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.store.application_events import ApplicationEvent, new_events
from banshi.store.audit import AuditLedger
from banshi.store.database import read
from tests.api.desk_rig import MONDAY, Citizen, DeskServer, Person
from tests.api.product import wait_until
from tests.api.systems_rig import control, signed, standins, systems_file

APPLICATIONS, TICKETS = "/api/v1/callbacks/applications", "/api/v1/callbacks/tickets"
OTHERS = b"a secret of the others"
STEP = {"eventId": "e-1", "projectNo": "JL202611000001", "stage": 7, "at": "2026-11-23T09:00:00+08:00"}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeskServer, RunningStandins]]:
    folder = tmp_path_factory.mktemp("callbacks")
    with pytest.MonkeyPatch.context() as patch, standins(lambda: MONDAY, "applications", "hotline", "ratings") as running:
        file = systems_file(folder, running, others={"secret": OTHERS.decode(), "systems": ["messages"]})
        office = DeskServer(folder, patch, systems=file)
        for shop in running.shops.values():
            shop.callback = office.url
        office.start()
        yield office, running
        office.stop()


@pytest.fixture
def office(rig: tuple[DeskServer, RunningStandins]) -> DeskServer:
    return rig[0]


@pytest.fixture
def around(rig: tuple[DeskServer, RunningStandins]) -> Iterator[RunningStandins]:
    yield rig[1]
    for shop in rig[1].shops.values():
        shop.fault = Fault()


def events(office: DeskServer) -> list[ApplicationEvent]:
    with read(office.database) as connection:
        return new_events(connection, 0)


def tell(office: DeskServer, path: str, body: dict[str, Any], **how: Any) -> httpx.Response:
    return httpx.post(office.url + path, **signed(path, body, now=office.moment, **how), trust_env=False)


def refused(answer: httpx.Response) -> None:
    assert answer.status_code == 401
    assert answer.json() == {"detail": "签名不对，请求没有受理。请核对密钥、时钟和签名的写法，重新签名后再发。"}


def old(given: dict[str, Any], office: DeskServer, body: dict[str, Any]) -> dict[str, Any]:
    return signed(APPLICATIONS, body, now=office.moment - timedelta(minutes=6))


def forged(given: dict[str, Any], office: DeskServer, body: dict[str, Any]) -> dict[str, Any]:
    return signed(APPLICATIONS, body, now=office.moment, secret=b"a guess of somebody")


def of_nobody(given: dict[str, Any], office: DeskServer, body: dict[str, Any]) -> dict[str, Any]:
    return signed(APPLICATIONS, body, now=office.moment, key="nobody")


def of_others(given: dict[str, Any], office: DeskServer, body: dict[str, Any]) -> dict[str, Any]:
    return signed(APPLICATIONS, body, now=office.moment, key="others", secret=OTHERS)


def for_elsewhere(given: dict[str, Any], office: DeskServer, body: dict[str, Any]) -> dict[str, Any]:
    return signed(TICKETS, body, now=office.moment)


def changed(given: dict[str, Any], office: DeskServer, body: dict[str, Any]) -> dict[str, Any]:
    return given | {"content": given["content"].replace(b"000001", b"000002")}


def unsigned(given: dict[str, Any], office: DeskServer, body: dict[str, Any]) -> dict[str, Any]:
    return {"content": given["content"], "headers": {"content-type": "application/json"}}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (old, "too old"),
        (forged, "does not fit"),
        (of_nobody, "does not fit"),
        (of_others, "may not call back for applications"),
        (for_elsewhere, "does not fit"),
        (changed, "does not fit"),
        (unsigned, "missing"),
    ],
)
def test_what_proves_nothing_is_refused_and_logged(
    office: DeskServer, caplog: pytest.LogCaptureFixture, spoil: Callable[..., dict[str, Any]], why: str
) -> None:
    body = STEP | {"eventId": f"never-{spoil.__name__}"}
    given = spoil(signed(APPLICATIONS, body, now=office.moment), office, body)
    with caplog.at_level(logging.WARNING, "banshi.web.callbacks"):
        refused(httpx.post(office.url + APPLICATIONS, **given, trust_env=False))
    assert why in caplog.text and "A callback for applications was refused" in caplog.text
    assert "JL2026" not in caplog.text
    assert not [one for one in events(office) if one.event.startswith("never")]


def test_what_was_overheard_cannot_be_sent_again(office: DeskServer, caplog: pytest.LogCaptureFixture) -> None:
    given = signed(APPLICATIONS, STEP | {"eventId": "once"}, now=office.moment)
    assert httpx.post(office.url + APPLICATIONS, **given, trust_env=False).json() == {"taken": True}
    refused(httpx.post(office.url + APPLICATIONS, **given, trust_env=False))
    assert "was sent before" in caplog.text


def test_a_step_is_kept_once_however_often_it_is_told(office: DeskServer, around: RunningStandins) -> None:
    around.shops["applications"].fault = Fault(mode="duplicate_callbacks")
    before = len(events(office))
    assert control(around, "applications", "move", projectNo="JL202611000002", stage="受理") == {"answered": [200, 200]}
    [one] = events(office)[before:]
    assert (one.number_hash, one.stage, one.at) == (number_hash("JL202611000002"), "受理", office.moment)
    assert [tell(office, APPLICATIONS, STEP | {"eventId": "twice"}).json()["taken"] for _ in range(2)] == [True, False]


def test_a_code_that_nobody_has_named_is_refused_and_may_be_told_again(
    office: DeskServer, around: RunningStandins, caplog: pytest.LogCaptureFixture
) -> None:
    around.shops["applications"].fault = Fault(mode="wrong_labels")
    assert control(around, "applications", "move", projectNo="JL202611000002", stage="受理") == {"answered": [422]}
    assert "'99', which its label table does not name" in caplog.text
    answer = tell(office, APPLICATIONS, STEP | {"eventId": "later", "stage": 99})
    assert (answer.status_code, answer.json()["detail"][:8]) == (422, "办件环节代码不在")
    assert tell(office, APPLICATIONS, STEP | {"eventId": "later"}).json() == {"taken": True}


@pytest.mark.parametrize(
    "change",
    [
        {"at": "0001-01-01T00:00:00+08:00"},
        {"at": "9999-12-31T23:59:59-08:00"},
        {"at": "2026-11-23T09:00:00"},
        {"eventId": ""},
        {"eventId": "x" * 81},
        {"projectNo": "；"},
        {"stage": "审核"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_the_contract_does_not_have_is_refused_in_words(office: DeskServer, change: dict[str, Any]) -> None:
    answer = tell(office, APPLICATIONS, STEP | {"eventId": "no"} | change)
    assert answer.status_code == 422
    assert any("\u4e00" <= char <= "\u9fff" for char in answer.json()["detail"])


def complained(office: DeskServer) -> tuple[Citizen, str, Person]:
    """A citizen with a ticket that the 12345 system has taken."""
    citizen = office.citizen(region="220100")
    citizen.say("我要投诉")
    citizen.say("/leave_message")
    [confirmed] = citizen.say("朝阳区政务大厅3号窗口的人骂我，不给办身份证")
    number = str(confirmed["custom"]["ticket"])
    person = office.person("王芳")
    wait_until(lambda: person.get(f"/tickets/{number}").json()["outside_number"] is not None, "the 12345 system's number")
    return citizen, number, person


def test_an_answer_of_12345_is_read_where_the_complaint_was_made(office: DeskServer, around: RunningStandins) -> None:
    citizen, number, person = complained(office)
    around.shops["hotline"].fault = Fault(mode="duplicate_callbacks")
    assert control(around, "hotline", "move", orderNo=number, state="办理中", content="已派给大厅") == {"answered": [200, 200]}
    told = control(around, "hotline", "move", orderNo=number, state="已答复", content="已批评当事人，请您再来办理。")
    assert told == {"answered": [200, 200]}
    answers = [one for one in citizen.messages() if one["sender"] == "staff"]
    assert [one["text"] for one in answers] == [f"您的工单{number}有答复了：\n已批评当事人，请您再来办理。"]
    seen = person.get(f"/tickets/{number}").json()
    assert (seen["state"], seen["reply"]) == ("已答复", "已批评当事人，请您再来办理。")
    assert [event["kind"] for event in seen["events"]] == ["created", "accepted", "progress", "reply"]
    with read(office.database) as connection:
        assert AuditLedger(connection).verify() == []


def test_what_is_said_of_an_unknown_ticket_or_without_words_is_refused(office: DeskServer, around: RunningStandins) -> None:
    _, number, person = complained(office)
    outside = person.get(f"/tickets/{number}").json()["outside_number"]
    given = {"eventId": "t-1", "orderNo": outside, "sourceNo": number, "status": 40, "content": "好了", "at": STEP["at"]}
    answers = [
        tell(office, TICKETS, given | change) for change in ({"sourceNo": "GD1"}, {"orderNo": "TS1"}, {"content": ""}, {"status": 7})
    ]
    assert [one.status_code for one in answers] == [404, 404, 422, 422]
    assert [one.json()["detail"][:4] for one in answers] == ["没有这个", "没有这个", "“已答复", "工单状态"]
    assert person.get(f"/tickets/{number}").json()["state"] == "办理中"
    assert tell(office, TICKETS, given).json() == {"taken": True}, "what was refused did not use up the event"


def test_a_rating_reaches_the_system_of_ratings_once(office: DeskServer, around: RunningStandins) -> None:
    citizen = office.citizen(region="220100")
    citizen.say("身份证丢了怎么补")
    body = {"stars": 2, "reasons": ["答案不对或过时"], "text": "打13812345678没人接"}
    assert citizen.client.post(f"/chat/{citizen.id}/rating", json=body).status_code == 200
    assert citizen.client.post(f"/chat/{citizen.id}/rating", json=body).status_code == 409

    def there() -> list[dict[str, Any]]:
        kept = httpx.get(f"{around.url}/ratings/_standin/ratings", trust_env=False).json()
        return [one for one in kept if one["serviceNo"] == citizen.id]

    wait_until(lambda: bool(there()), "the rating")
    [one] = there()
    assert (one["level"], one["channel"], one["indicators"], one["content"]) == (2, 1, [102], "打手机号没人接")
    assert one["versions"], "what the answer was made with"


def test_what_the_system_of_ratings_refuses_is_seen_and_sent_again(office: DeskServer, around: RunningStandins) -> None:
    supervisor, operator = office.person("赵敏", "admin"), office.person("孙丽")
    around.shops["ratings"].fault = Fault(mode="refuse")
    citizen = office.citizen()
    citizen.say("身份证丢了怎么补")
    assert citizen.client.post(f"/chat/{citizen.id}/rating", json={"stars": 5}).status_code == 200

    def failed() -> list[dict[str, Any]]:
        return [one for one in supervisor.get("/outbox?failed=true").json()["entries"] if citizen.id in one["key"]]

    wait_until(lambda: bool(failed()), "the refusal")
    [one] = failed()
    assert (one["name"], one["state"], one["error"]) == ("好差评系统", "failed", "好差评系统不收：对方系统说：不受理。")
    assert operator.get("/outbox").status_code == 403
    around.shops["ratings"].fault = Fault()
    assert supervisor.post(f"/outbox/{one['id']}/again").json() == {"entries": 1}
    assert supervisor.post("/outbox/0/again").status_code == 404
    wait_until(lambda: not [two for two in supervisor.get("/outbox").json()["entries"] if two["id"] == one["id"]], "its arrival")
    assert supervisor.post(f"/outbox/{one['id']}/again").status_code == 409
    assert supervisor.post("/outbox/again", system="ratings").json() == {"entries": 0}
    assert office.ledger("outbox.again")[-1].actor == supervisor.account
