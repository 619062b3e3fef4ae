"""In chosen domains and places an answer waits for an operator's word, twenty seconds at most, through the application over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from banshi.settings import Settings
from banshi.store.database import read
from banshi.store.questions import Asked, QuestionLog
from banshi.store.validations import validations
from banshi.web import app as application
from tests.api.citizen_server import Stream
from tests.api.desk_rig import MONDAY, Citizen, DeskServer, Person
from tests.api.product import free_port, wait_until

LOST = "身份证丢了咋整"
REISSUE = "hz-idcard-reissue"
DOMAIN, POLICE = "户政", "公安部门（治安户政）"
CHECKING = "答案正在请工作人员核对，最多等20秒。"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    with pytest.MonkeyPatch.context() as patch:
        server = DeskServer(tmp_path_factory.mktemp("desk"), patch)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def server(whole: DeskServer) -> Iterator[DeskServer]:
    """The server, with nobody at the desk, no rule and no answer that waits."""
    whole.moment = max(whole.moment, MONDAY)
    yield whole
    whole.forward(minutes=5)
    wait_until(lambda: not held(whole), "the end of what waited")
    with whole.database.begin() as connection:
        connection.exec_driver_sql("UPDATE validation_rules SET ended_at = created_at")
        connection.exec_driver_sql("UPDATE conversations SET state = 'closed'")


def held(server: DeskServer) -> list[Any]:
    with read(server.database) as connection:
        return list(connection.execute(validations.select().where(validations.c.state == "waiting")))


@pytest.fixture
def admin(server: DeskServer) -> Person:
    """Somebody who makes rules, and is not at the desk."""
    return server.person("赵敏", "admin")


@pytest.fixture
def wang(server: DeskServer) -> Person:
    return server.operator("王芳")


def rule(admin: Person, domain: str | None = DOMAIN, region: str | None = None) -> dict[str, Any]:
    response = admin.post("/validation-rules", domain=domain, region=region)
    assert response.status_code == 201, response.text
    return dict(response.json())


def waits(server: DeskServer, question: str = LOST, **more: Any) -> Citizen:
    """A citizen whose answer waits."""
    citizen = server.citizen(**more)
    [told] = citizen.say(question)
    assert (told["text"], told["custom"]["type"]) == (CHECKING, "checking")
    return citizen


def decide(person: Person, one: dict[str, Any], decision: str, **more: Any) -> Any:
    return person.post(f"/validations/{one['id']}", decision=decision, **more)


def number_of(person: Person) -> str:
    return str(person.overview()["me"]["number"])


def test_an_answer_is_said_when_an_operator_has_seen_it(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin)
    citizen = waits(server, region="222401")
    assert [one["text"] for one in citizen.messages()] == [LOST, CHECKING], "told at once, and nothing else"
    [one] = wang.overview()["held"]
    assert (one["conversation"], one["question"], one["region_name"]) == (citizen.id, LOST, "延吉市")
    assert one["item_name"] == "居民身份证丢失补领" and one["source"]["title"] and "——依据" not in one["answer"]
    assert one["left_ms"] == 19_000
    server.forward(seconds=6)
    assert wang.overview()["held"][0]["left_ms"] == 13_000
    response = decide(wang, one, "approve")
    assert (response.status_code, response.json()["state"]) == (200, "approved")
    *_, said = citizen.messages()
    assert said["sender"] == "bot" and said["text"].startswith(f"〔工号{number_of(wang)}已核对〕{one['answer']}\n——依据：")
    assert said["custom"]["item"] == REISSUE and said["custom"]["sources"] and said["custom"]["validation"] == "approved"
    assert wang.overview()["held"] == []
    assert decide(wang, one, "approve").status_code == 200, "pressed twice"
    assert "已经采纳了" in decide(wang, one, "refuse").json()["detail"]
    assert len(citizen.messages()) == 3
    server.forward(minutes=1)
    assert server.app.state.desk.validating.lapse() == [] and len(citizen.messages()) == 3
    wang.post("/presence", available=True)
    assert citizen.say("多少钱")[0]["text"] == CHECKING
    assert wang.overview()["held"][0]["item_name"] == "居民身份证丢失补领", "what was said late is followed up"


def test_without_a_word_in_time_the_answer_comes_marked(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin, None)
    citizen = waits(server)
    server.forward(seconds=18)
    assert server.app.state.desk.validating.lapse() == []
    server.forward(seconds=1)
    wait_until(lambda: len(citizen.messages()) == 4, "the answer")
    _, _, notice, answer = citizen.messages()
    assert "20秒内没有等到工作人员核对" in notice["text"] and "未经人工核对" in notice["text"]
    assert answer["text"].startswith("〔未经人工核对〕") and answer["custom"]["item"] == REISSUE
    assert notice["buttons"] == [{"title": "转人工", "payload": "/hand_off"}] and answer["buttons"][-1] == notice["buttons"][0]
    [asked] = citizen.say("/hand_off")
    assert asked["custom"]["type"] == "handoff", "the button that came with it is taken"
    wang.post("/presence", available=True)
    assert wang.overview()["held"] == []


def test_an_operator_mends_an_answer(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin)
    citizen = waits(server)
    wait_until(lambda: logged(server, citizen) is not None, "the log")
    [one] = wang.overview()["held"]
    assert decide(wang, one, "edit", text="  ").status_code == 422
    assert "手机号" in decide(wang, one, "edit", text="打我电话13912345678").json()["detail"]
    assert decide(wang, one, "edit", text="先到派出所说一声，再补。").status_code == 200
    assert decide(wang, one, "edit", text="先到派出所说一声，再补。").status_code == 200
    assert decide(wang, one, "edit", text="算了").status_code == 409
    *_, said = citizen.messages()
    assert len(citizen.messages()) == 3 and "先到派出所说一声，再补。\n——依据：" in said["text"]
    assert said["text"].startswith(f"〔工号{number_of(wang)}核对并修改〕")
    assert said["custom"]["blocks"] == [] and said["custom"]["item"] == REISSUE, "no card tells what was mended"
    assert corrected(server, citizen), "of which less than half was kept goes to the editors"


def logged(server: DeskServer, citizen: Citizen) -> Asked | None:
    with read(server.database) as connection:
        return QuestionLog(connection).last_of(citizen.id)


def corrected(server: DeskServer, citizen: Citizen) -> bool:
    last = logged(server, citizen)
    return last is not None and last.corrected_by is not None


def test_who_is_refused_an_answer_is_offered_a_person_and_editors_hear_of_it(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin)
    citizen = waits(server)
    wait_until(lambda: logged(server, citizen) is not None, "the log")
    [one] = wang.overview()["held"]
    assert decide(wang, one, "refuse").json()["state"] == "refused"
    *_, said = citizen.messages()
    assert said["custom"]["type"] == "reject" and "没有发给您" in said["text"] and one["answer"][:10] not in said["text"]
    assert said["buttons"] == [{"title": "转人工", "payload": "/hand_off"}]
    assert corrected(server, citizen)
    [reply] = citizen.say("/hand_off")
    assert reply["custom"]["type"] == "handoff"


def test_nothing_waits_where_no_rule_holds_or_nobody_is_there(server: DeskServer, admin: Person) -> None:
    assert server.citizen().say(LOST)[0]["custom"]["type"] == "answer", "no rule"
    kept = rule(admin, region="220200")
    assert server.citizen(region="220200").say(LOST)[0]["custom"]["type"] == "answer", "nobody on duty"
    social = server.operator("社保坐席", departments=("人力资源和社会保障部门",))
    assert server.citizen(region="220200").say(LOST)[0]["custom"]["type"] == "answer", "nobody who knows the matter"
    wang = server.operator("王芳", departments=(POLICE,), regions=("220200",))
    assert server.citizen(region="222401").say(LOST)[0]["custom"]["type"] == "answer", "another place"
    assert server.citizen(region="220200").say("社保卡丢了怎么补")[0]["custom"]["type"] == "answer", "another domain"
    citizen = waits(server, region="220200")
    assert [one["conversation"] for one in wang.overview()["held"]] == [citizen.id] and social.overview()["held"] == []
    [one] = wang.overview()["held"]
    assert decide(social, one, "approve").status_code == 403
    wang.post("/presence", available=False)
    assert server.citizen(region="220200").say(LOST)[0]["custom"]["type"] == "answer", "the operator has a break"
    assert decide(wang, one, "approve").status_code == 200, "what waits can still be decided"
    wang.post("/presence", available=True)
    assert admin.client.delete(f"/validation-rules/{kept['id']}").status_code == 200
    assert server.citizen(region="220200").say(LOST)[0]["custom"]["type"] == "answer", "the rule is over"


@pytest.mark.usefixtures("wang")
def test_only_answers_wait(server: DeskServer, admin: Person) -> None:
    rule(admin, None)
    for words in ("查进度", "我要跳楼不活了", "", "123456", "转人工", "我要投诉窗口态度差"):
        for told in server.citizen().say(words):
            assert told["custom"]["type"] not in ("checking", "answer"), words


def test_of_many_clicks_at_once_one_decides(server: DeskServer, admin: Person) -> None:
    rule(admin)
    people = [server.operator(f"坐席{number}") for number in range(6)]
    citizen = waits(server)
    [one] = people[0].overview()["held"]
    with ThreadPoolExecutor(6) as pool:
        responses = list(pool.map(lambda number: decide(people[number], one, ("approve", "refuse")[number % 2]), range(6)))
    [winner] = [number for number, response in enumerate(responses) if response.status_code == 200]
    for number, response in enumerate(responses):
        if number != winner:
            assert f"坐席{winner} 已经{('采纳了', '没有采纳')[winner % 2]}" in response.json()["detail"]
    assert len(citizen.messages()) == 3


def test_a_citizen_who_gets_a_person_or_leaves_gets_no_late_answer(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin)
    first, second = waits(server), waits(server)
    shown = {one["conversation"]: one for one in wang.overview()["held"]}
    first.say("转人工")
    assert wang.act(first, "claim").status_code == 200
    assert "不用再核对" in decide(wang, shown[first.id], "approve").json()["detail"]
    second.client.post(f"/chat/{second.id}/close")
    server.forward(seconds=20)
    wait_until(lambda: not held(server), "the end of the time")
    for citizen in (first, second):
        assert not [one for one in citizen.messages() if one["custom"].get("item")]


def test_the_page_of_an_operator_hears_of_an_answer(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin)
    with wang.listen("/events") as stream:
        wait_until(lambda: len(stream.events) == 1, "the first look")
        waits(server)
        wait_until(lambda: len(stream.events) == 2, "the answer that waits")
        [one] = wang.overview()["held"]
        decide(wang, one, "approve")
        wait_until(lambda: len(stream.events) == 3, "its end")
    assert wang.overview()["held"] == []


def test_who_may_make_rules(server: DeskServer, admin: Person, wang: Person) -> None:
    made = rule(admin, DOMAIN, "222401")
    assert (made["domain"], made["region_name"]) == (DOMAIN, "延边朝鲜族自治州延吉市")
    assert admin.post("/validation-rules", domain=DOMAIN, region="222401").status_code == 409
    assert admin.post("/validation-rules", domain="没有的", region=None).status_code == 422
    assert admin.post("/validation-rules", domain=None, region="nowhere").status_code == 422
    assert (
        wang.post("/validation-rules", domain=DOMAIN, region=None).status_code == 403 and wang.get("/validation-rules").status_code == 403
    )
    reviewer, city = server.person("审核", "reviewer"), server.person("市管理员", "admin", regions=("220200",))
    listed = reviewer.get("/validation-rules").json()
    assert [one["id"] for one in listed["rows"]] == [made["id"]] and listed["may_change"] is False
    assert reviewer.post("/validation-rules", domain=None, region=None).status_code == 403
    assert city.post("/validation-rules", domain=None, region=None).status_code == 403
    assert city.client.delete(f"/validation-rules/{made['id']}").status_code == 403
    assert admin.client.delete(f"/validation-rules/{made['id']}").status_code == 200
    assert admin.client.delete(f"/validation-rules/{made['id']}").status_code == 404
    begun, ended = server.ledger("validation.begin")[-1], server.ledger("validation.end")[-1]
    assert begun.detail == ended.detail == {"domain": DOMAIN, "region": "222401"} and begun.actor == admin.account


def test_words_that_come_while_an_answer_waits_are_answered(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin)
    citizen = waits(server)
    [told] = citizen.say("社保卡丢了怎么补")
    assert told["custom"]["type"] == "answer"
    [one] = wang.overview()["held"]
    decide(wang, one, "approve")
    *_, said = citizen.messages()
    assert said["custom"]["item"] == REISSUE and "居民身份证丢失补领" in said["text"]


@contextmanager
def beside(server: DeskServer) -> Iterator[str]:
    """A second server on the same database and index; gives its address."""
    var = Path(str(server.database.url.database)).parent
    settings = Settings(var_dir=var, knowledge_dir=var.parent / "knowledge", encoder="/nowhere", rate_limit=0)
    second = application.create_app(settings, with_rasa=False)
    port = free_port()
    running = uvicorn.Server(uvicorn.Config(second, port=port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    wait_until(lambda: running.started, "the second server")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join(timeout=15)


def test_the_click_may_reach_another_server_than_the_question(server: DeskServer, admin: Person, wang: Person) -> None:
    rule(admin)
    with beside(server) as address:
        citizen = waits(server)
        wang.client.base_url = f"{address}/api/v1/desk"
        [one] = wang.overview()["held"]
        with citizen.client.stream("GET", f"/chat/{citizen.id}/events") as response:
            stream = Stream(response)
            stream.wait_for(2)
            assert decide(wang, one, "approve").status_code == 200
            assert stream.wait_for(3)[-1]["custom"]["validation"] == "approved"
        wang.client.base_url = f"{server.url}/api/v1/desk"
        assert "已经采纳了" in decide(wang, one, "refuse").json()["detail"]
        assert citizen.say("多少钱")[0]["text"] == CHECKING
