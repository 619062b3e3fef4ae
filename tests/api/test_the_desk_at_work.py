"""What supervisors do at the desk, and what its page is told, through the application over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from banshi.store.conversations import conversations
from banshi.store.database import write
from tests.api.desk_rig import MONDAY, Citizen, DeskServer, Person

LOST = "身份证丢了咋整"
POLICE = "公安部门（治安户政）"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    with pytest.MonkeyPatch.context() as patch:
        server = DeskServer(tmp_path_factory.mktemp("desk"), patch)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def server(whole: DeskServer) -> Iterator[DeskServer]:
    """The server, with nobody at the desk and nobody waiting."""
    whole.moment = max(whole.moment, MONDAY)
    yield whole
    whole.forward(minutes=15)
    with whole.database.begin() as connection:
        connection.exec_driver_sql("UPDATE conversations SET state = 'closed'")


@pytest.fixture
def wang(server: DeskServer) -> Person:
    return server.operator("王芳")


@pytest.fixture
def zhao(server: DeskServer) -> Person:
    return server.operator("赵敏", "operator", "admin")


def asking(server: DeskServer, *, region: str | None = None, **more: object) -> Citizen:
    citizen = server.citizen(region=region)
    for text in (LOST, "转人工"):
        citizen.say(text, **more)
    return citizen


def taken(operator: Person, citizen: Citizen) -> None:
    assert operator.act(citizen, "claim").status_code == 200


def test_a_supervisor_takes_a_conversation_from_an_operator_and_says_why(server: DeskServer, wang: Person, zhao: Person) -> None:
    citizen = asking(server)
    taken(wang, citizen)
    assert "为什么接管" in zhao.act(citizen, "take-over", reason=" ").json()["detail"]
    response = zhao.act(citizen, "take-over", reason="市民投诉态度，电话13912345678")
    assert response.status_code == 200, response.text
    detail = response.json()
    assert detail["conversation"]["operator"]["name"] == "赵敏" and detail["conversation"]["state"] == "human"
    assert [(one["kind"], one["name"]) for one in detail["handovers"]][-2:] == [("taken_over", "赵敏"), ("taken_from", "王芳")]
    assert detail["handovers"][-1]["note"].startswith("市民投诉态度") and "13912345678" not in detail["handovers"][-1]["note"]
    number = zhao.overview()["me"]["number"]
    assert f"现在由工号{number}接着为您服务" in citizen.messages()[-1]["text"]
    told = wang.overview()
    [lost] = told["taken_from_me"]
    assert told["mine"] == [] and (lost["conversation"], lost["by"]) == (citizen.id, "赵敏") and lost["reason"].startswith("市民投诉态度")
    assert zhao.overview()["taken_from_me"] == [] and zhao.overview()["today"]["taken"] == 1
    assert "赵敏 接待" in wang.act(citizen, "messages", text="我还在").json()["detail"]
    assert zhao.act(citizen, "messages", text="您好").status_code == 200
    entry = server.ledger("desk.take-over")[-1]
    assert (entry.actor, entry.target) == (zhao.account, f"conversation/{citizen.id}")
    assert entry.detail["from"] == wang.account and entry.detail["reason"].startswith("市民投诉态度")
    assert "已经在您这里" in zhao.act(citizen, "take-over", reason="再来").json()["detail"]
    server.forward(minutes=11)
    assert wang.overview()["taken_from_me"] == []


def test_only_who_supervises_the_place_takes_over_and_only_from_somebody(server: DeskServer, wang: Person, zhao: Person) -> None:
    li = server.operator("李明")
    city = server.operator("市管理员", "admin", regions=("220200",))
    citizen = asking(server, region="222401")
    assert "没有坐席在接待" in zhao.act(citizen, "take-over", reason="看看").json()["detail"]
    taken(wang, citizen)
    assert li.act(citizen, "take-over", reason="给我").status_code == 403
    assert city.act(citizen, "take-over", reason="给我").status_code == 403
    assert zhao.post("/conversations/c-nothing/take-over", reason="给我").status_code == 404
    assert wang.act(citizen, "close", summary="办好了").status_code == 200
    assert zhao.act(citizen, "take-over", reason="晚了").status_code == 409
    assert server.ledger("desk.take-over") == [] or server.ledger("desk.take-over")[-1].target != f"conversation/{citizen.id}"


def test_departments_to_choose_from_come_from_the_knowledge(server: DeskServer, wang: Person) -> None:
    told = wang.get("/departments").json()
    assert told["suggested"] is None and {POLICE, "人力资源和社会保障部门"} <= set(told["departments"])
    assert len(told["departments"]) == len(set(told["departments"])) and "" not in told["departments"]
    citizen = asking(server)
    assert wang.get(f"/departments?conversation={citizen.id}").json()["suggested"] == POLICE
    other = server.operator("社保坐席", departments=("人力资源和社会保障部门",))
    assert other.get(f"/departments?conversation={citizen.id}").status_code == 403


def test_the_queue_shows_whose_page_is_in_elder_mode(server: DeskServer, wang: Person) -> None:
    plain, elder, turned = asking(server), asking(server, elder=True), asking(server)
    turned.say("还在等", elder=True)
    shown = {one["id"]: one["elder"] for one in wang.overview()["waiting"]}
    assert shown == {plain.id: False, elder.id: True, turned.id: True}
    elder.say("换回来了", elder=False)
    turned.say("没有说")
    shown = {one["id"]: one["elder"] for one in wang.overview()["waiting"]}
    assert shown == {plain.id: False, elder.id: False, turned.id: True}
    taken(wang, turned)
    assert wang.see(turned)["conversation"]["elder"] is True


def test_of_many_who_wait_the_page_gets_the_first_and_their_number(server: DeskServer, wang: Person) -> None:
    rows = [
        {
            "id": f"c-{number:032x}",
            "state": "waiting",
            "created_at": server.moment,
            "updated_at": server.moment,
            "waiting_since": server.moment.replace(microsecond=number),
            "topic": "居民身份证丢失补领",
            "department": POLICE,
            "region": "222401",
        }
        for number in range(300)
    ]
    with write(server.database) as connection:
        connection.execute(conversations.insert(), rows)
    response = wang.get("/overview")
    told = response.json()
    assert [one["id"] for one in told["waiting"]] == [row["id"] for row in rows[:50]], "who waits longest is first"
    assert told["waiting_count"] == 300 and told["newest"] == rows[-1]["waiting_since"].isoformat()  # type: ignore[attr-defined]
    whole = wang.get("/overview?most=1000")
    assert len(whole.json()["waiting"]) == 300 and len(response.text) < len(whole.text) / 5
    assert wang.get("/overview?most=0").status_code == 422
    assert wang.post(f"/conversations/{rows[299]['id']}/claim").status_code == 200, "who is not shown can be taken all the same"
    assert wang.overview()["waiting_count"] == 299
