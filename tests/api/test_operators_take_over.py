"""Operators take conversations over from the bot, through the application over HTTP, without Rasa."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from banshi.assembly import china_now
from banshi.desk.attempts import SlidingWindow
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database
from banshi.web.limits import Limits
from tests.api.desk_rig import MONDAY, Citizen, DeskServer, Person
from tests.api.product import shared_product, wait_until
from tests.api.staff_rig import PASSWORD, QUICK

REISSUE = "hz-idcard-reissue"
LOST = "身份证丢了咋整"


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
    whole.forward(hours=13)
    if whole.moment.hour != 9:
        whole.moment = (whole.moment + timedelta(days=1)).replace(hour=9, minute=0)
    while whole.moment.weekday() > 4:
        whole.forward(days=1)
    whole.app.state.desk.desk.sweep()
    with whole.database.begin() as connection:
        connection.exec_driver_sql("UPDATE conversations SET state = 'closed'")


@pytest.fixture
def wang(server: DeskServer) -> Person:
    return server.operator("王芳")


def asking(server: DeskServer, *words: str, region: str | None = None) -> Citizen:
    """A citizen who waits for a person."""
    citizen = server.citizen(region=region)
    for text in words or (LOST,):
        citizen.say(text)
    [reply] = citizen.say("转人工")
    assert (reply["custom"]["type"], citizen.state) == ("handoff", "waiting")
    return citizen


def taken(operator: Person, citizen: Citizen) -> dict[str, Any]:
    response = operator.act(citizen, "claim")
    assert response.status_code == 200, response.text
    return dict(response.json())


def number_of(operator: Person) -> str:
    return str(operator.overview()["me"]["number"])


def refused(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text
    return str(response.json()["detail"])


def test_who_takes_over_sees_everything_and_the_citizen_says_nothing_twice(server: DeskServer, wang: Person) -> None:
    citizen = asking(server, LOST, "多少钱", region="222401")
    [listed] = wang.overview()["waiting"]
    assert (listed["id"], listed["state"], listed["operator"]) == (citizen.id, "waiting", None)
    assert (listed["topic"], listed["department"]) == ("居民身份证丢失补领", "公安部门（治安户政）")
    assert (listed["region"], listed["region_name"], listed["language"], listed["channel"]) == ("222401", "延吉市", "zh", "web")
    assert listed["waiting_since"] == server.moment.isoformat() and listed["unread"] == 3
    detail = taken(wang, citizen)
    number = number_of(wang)
    assert detail["conversation"]["state"] == "human"
    assert detail["conversation"]["operator"] == {"account": wang.account, "name": "王芳", "number": number}
    assert detail["summary"]["asked"] == [LOST, "多少钱"] and detail["summary"]["turns"] == 3
    assert [one["title"] for one in detail["summary"]["answered"]] == ["居民身份证丢失补领"] * 2
    assert detail["summary"]["unsolved"] == []
    assert (detail["slots"]["item"], detail["slots"]["item_name"]) == (REISSUE, "居民身份证丢失补领")
    assert (detail["slots"]["element"], detail["slots"]["region_name"]) == ("fee", "延吉市")
    assert [one["kind"] for one in detail["handovers"]] == ["asked", "taken"]
    assert [one["text"] for one in detail["messages"]] == [one["text"] for one in citizen.messages()]
    assert f"工号{number}为您服务" in citizen.messages()[-1]["text"] and citizen.state == "human"
    assert wang.waiting() == []
    told = wang.overview()
    assert [one["id"] for one in told["mine"]] == [citizen.id] and told["today"]["taken"] == 1
    assert [(one["number"], one["load"]) for one in told["operators"]] == [(number, 1)]


def test_while_a_person_answers_the_bot_is_silent(server: DeskServer, wang: Person) -> None:
    citizen = asking(server)
    taken(wang, citizen)
    assert wang.act(citizen, "messages", text="您好，请问丢在哪里了？我的电话13912345678", client_id="a1").status_code == 200
    again = wang.act(citizen, "messages", text="您好，请问丢在哪里了？我的电话13912345678", client_id="a1").json()["message"]
    assert citizen.say("丢在公交车上了") == [] and citizen.state == "human"
    said = [message for message in citizen.messages() if message["sender"] == "staff"][1:]
    assert [message["id"] for message in said] == [again["id"]], "sent twice, said once"
    assert said[0]["custom"] == {"type": "staff", "staff": number_of(wang), "name": None}
    assert "13912345678" not in said[0]["text"] and said[0]["text"].startswith("您好，请问丢在哪里了？")
    [mine] = wang.overview()["mine"]
    assert (mine["unread"], mine["last"]["text"], mine["last"]["sender"]) == (1, "丢在公交车上了", "citizen")
    assert refused(wang.act(citizen, "messages", text="  ", client_id="a2"), 422)


def test_of_several_who_claim_at_once_one_gets_it_and_the_others_are_told_who(server: DeskServer) -> None:
    people = [server.operator(f"坐席{number}") for number in range(8)]
    citizen = asking(server)
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda person: person.act(citizen, "claim"), people))
    [winner] = [place for place, response in enumerate(responses) if response.status_code == 200]
    for place, response in enumerate(responses):
        if place != winner:
            assert f"工号{number_of(people[winner])} 坐席{winner} 已经接入" in refused(response, 409)
    assert len([message for message in citizen.messages() if message["sender"] == "staff"]) == 1


def test_a_person_who_takes_over_while_the_bot_thinks_has_the_word(
    server: DeskServer, wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = asking(server)
    gateway, accounts = server.app.state.gateway, server.app.state.staff.accounts
    whole = gateway._answering.replies
    somebody = next(one for one in accounts.list() if one.account == wang.account)

    async def slow(*args: Any, **more: Any) -> Any:
        told = await whole(*args, **more)
        server.app.state.desk.desk.claim(somebody, citizen.id)
        return told

    monkeypatch.setattr(gateway._answering, "replies", slow)
    assert citizen.say("要带什么材料") == [] and citizen.state == "human"
    assert citizen.messages()[-1]["sender"] == "staff", "what the bot would have said is not said any more"
    monkeypatch.undo()
    assert citizen.say("在吗") == []


def test_a_conversation_is_passed_to_a_colleague_who_is_there(server: DeskServer, wang: Person) -> None:
    li, away = server.operator("李明"), server.operator("赵敏")
    assert away.post("/presence", available=False).json()["available"] is False
    citizen = asking(server)
    taken(wang, citizen)
    assert "不在线或暂停接待" in refused(wang.act(citizen, "transfer", to=away.account), 409)
    assert refused(wang.act(citizen, "transfer", to="nobody"), 409) and refused(wang.act(citizen, "transfer", to=wang.account), 422)
    assert wang.act(citizen, "transfer", to=li.account, note="要查户籍，打13912345678").status_code == 200
    detail = li.see(citizen)
    assert detail["conversation"]["operator"]["name"] == "李明"
    [note] = [one for one in detail["handovers"] if one["kind"] == "transferred"]
    assert note["name"] == "王芳" and note["note"].startswith("要查户籍") and "13912345678" not in note["note"]
    assert f"工号{number_of(li)}为您服务" in citizen.messages()[-1]["text"]
    assert "李明 接待" in refused(wang.act(citizen, "messages", text="还在吗"), 409)
    assert li.act(citizen, "messages", text="您好").status_code == 200
    assert li.overview()["today"]["taken"] == 1


def test_a_conversation_goes_back_to_those_who_wait_for_another_department(server: DeskServer, wang: Person) -> None:
    social = server.operator("社保坐席", departments=("人力资源和社会保障部门",))
    citizen = asking(server, region="222401")
    since = wang.overview()["waiting"][0]["waiting_since"]
    assert social.waiting() == [], "a matter of the police"
    taken(wang, citizen)
    server.forward(minutes=5)
    assert wang.post("/presence", available=True).status_code == 200
    assert "没有这个地区" in refused(wang.act(citizen, "transfer", region="JL-NOWHERE"), 422)
    assert wang.act(citizen, "transfer", department="人力资源和社会保障部门", note="其实是社保卡").status_code == 200
    assert citizen.messages()[-1]["custom"]["event"] == "transferred" and citizen.state == "waiting"
    assert social.post("/presence", available=True).status_code == 200
    [listed] = social.overview()["waiting"]
    assert (listed["id"], listed["waiting_since"]) == (citizen.id, since), "nobody loses their place"
    citizen.region = "220100"
    citizen.say("我还在等")
    assert social.overview()["waiting"][0]["region"] == "222401", "the page's region does not take it out of somebody's queue"
    taken(social, citizen)


def test_the_bot_goes_on_where_it_was(server: DeskServer, wang: Person) -> None:
    citizen = asking(server)
    taken(wang, citizen)
    wang.act(citizen, "messages", text="这就给您问问")
    citizen.say("谢谢")
    assert wang.act(citizen, "return", note="已答复").json()["state"] == "bot"
    assert "工作人员已离开，接着由智能助手回答您" in citizen.messages()[-1]["text"] and citizen.state == "bot"
    [fee] = citizen.say("多少钱")
    assert (fee["custom"]["item"], fee["custom"]["element"]) == (REISSUE, "fee")
    assert refused(wang.act(citizen, "messages", text="还有"), 409)
    assert wang.overview()["mine"] == []
    [again] = citizen.say("转人工")
    assert again["custom"]["place"] == 1 and wang.overview()["waiting"][0]["waiting_since"] == server.moment.isoformat()
    assert [one["kind"] for one in taken(wang, citizen)["handovers"]] == ["asked", "taken", "returned", "asked", "taken"]


def test_a_conversation_is_ended_with_a_summary_and_its_numbers_are_forgotten(server: DeskServer, wang: Person) -> None:
    citizen = asking(server, "我的电话13912345678")
    token = next(message["text"] for message in citizen.messages() if "手机号" in message["text"]).split("电话")[1]
    taken(wang, citizen)
    assert "小结" in refused(wang.act(citizen, "close", summary=" "), 422)
    assert wang.act(citizen, "close", summary="已告知补领材料，电话13912345678").json()["state"] == "closed"
    assert citizen.messages()[-1]["custom"]["event"] == "closed" and citizen.state == "closed"
    kept = wang.see(citizen)["handovers"][-1]
    assert (kept["kind"], kept["name"]) == ("closed", "王芳") and "13912345678" not in kept["note"]
    assert refused(wang.act(citizen, "reveal", token=token), 409)
    assert "已经结束" in refused(wang.act(citizen, "claim"), 409) and refused(wang.act(citizen, "messages", text="喂"), 409)
    before = citizen.id
    citizen.say("还有一个问题")
    assert citizen.id != before


def test_who_was_left_by_an_operator_waits_again_in_the_same_place(server: DeskServer, wang: Person) -> None:
    li = server.operator("李明")
    first = asking(server)
    since = li.overview()["waiting"][0]["waiting_since"]
    server.forward(seconds=20)
    wang.post("/presence", available=True)
    asking(server)
    taken(wang, first)
    server.forward(seconds=44)
    assert server.app.state.desk.desk.sweep() == [], "a page that is seen every fifteen seconds may miss two"
    server.forward(seconds=2)
    li.post("/presence", available=True)
    wait_until(lambda: first.messages() and first.state == "waiting", "the sweeper of the server")
    told = first.messages()[-1]
    assert (told["custom"]["event"], told["custom"]["place"]) == ("lost", 1) and "掉线" in told["text"]
    assert server.app.state.desk.desk.sweep() == []
    listed = li.overview()["waiting"]
    assert (listed[0]["id"], listed[0]["waiting_since"], listed[0]["operator"]) == (first.id, since, None)
    assert refused(wang.act(first, "messages", text="我回来了"), 409)
    detail = taken(li, first)
    assert [(one["kind"], one["name"]) for one in detail["handovers"]][-2:] == [("lost", "王芳"), ("taken", "李明")]


def test_each_look_at_a_number_is_in_the_ledger(server: DeskServer, wang: Person) -> None:
    citizen, other = asking(server, "我的电话13912345678"), server.operator("李明")
    token = next(message["text"] for message in citizen.messages() if "手机号" in message["text"]).split("电话")[1]
    before = len(server.ledger("desk.reveal"))
    assert refused(wang.act(citizen, "reveal", token=token), 409), "not before it is one's own"
    taken(wang, citizen)
    assert wang.act(citizen, "reveal", token=token).json() == {"value": "13912345678"}
    assert "接待" in refused(other.act(citizen, "reveal", token=token), 409)
    assert refused(wang.act(citizen, "reveal", token="13912345678"), 422)
    assert "不在了" in refused(wang.act(citizen, "reveal", token="〈手机号:00000000〉"), 404)
    [entry] = server.ledger("desk.reveal")[before:]
    assert (entry.actor, entry.target) == (wang.account, f"conversation/{citizen.id}")
    assert entry.detail == {"token": token, "kind": "手机号"}


def test_nobody_reads_or_answers_a_conversation_that_is_not_theirs(server: DeskServer, wang: Person) -> None:
    other, city = server.operator("李明"), server.operator("长春坐席", regions=("220100",))
    citizen = asking(server, region="222401")
    assert city.waiting() == [] and "部门或地区" in refused(city.act(citizen, "claim"), 403)
    assert refused(city.get(f"/conversations/{citizen.id}"), 403)
    assert other.see(citizen)["conversation"]["state"] == "waiting", "who may take it may read it first"
    taken(wang, citizen)
    for path in ("", "/events"):
        assert "不由您接待" in refused(other.get(f"/conversations/{citizen.id}{path}"), 403)
    for what, body in (
        ("messages", {"text": "您好"}),
        ("transfer", {"to": None}),
        ("return", {"note": ""}),
        ("close", {"summary": "好"}),
    ):
        assert "王芳 接待" in refused(other.act(citizen, what, **body), 409)
    talking = server.citizen()
    talking.say(LOST)
    assert refused(other.get(f"/conversations/{talking.id}"), 403) and refused(other.act(talking, "claim"), 409)
    assert refused(other.get("/conversations/c-none"), 404) and refused(other.post("/conversations/c-none/claim"), 404)


def test_only_a_living_session_of_an_operator_opens_the_desk(server: DeskServer, wang: Person) -> None:
    citizen = asking(server)
    stranger = httpx.Client(base_url=f"{server.url}/api/v1/desk", trust_env=False)
    assert stranger.get("/overview").status_code == stranger.get("/events").status_code == 401
    assert stranger.get(f"/conversations/{citizen.id}").status_code == 401
    assert stranger.post(f"/conversations/{citizen.id}/claim", json={}).status_code == 401
    editor = server.person("编辑", "editor")
    assert editor.get("/overview").status_code == editor.act(citizen, "claim").status_code == 403
    forged = wang.client.headers["X-CSRF-Token"]
    wang.client.headers["X-CSRF-Token"] = "another"
    assert wang.act(citizen, "claim").status_code == 403
    wang.client.headers["X-CSRF-Token"] = forged
    server.forward(minutes=61)
    assert wang.act(citizen, "claim").status_code == 401 and wang.get("/overview").status_code == 401


def test_an_operator_is_shown_the_languages_they_speak(server: DeskServer, wang: Person) -> None:
    korean = server.operator("金顺姬", languages=["ko"])
    citizen = server.citizen()
    citizen.say("신분증을 잃어버렸는데 어떻게 해요?")
    citizen.say("转人工")
    assert wang.waiting() == [] and korean.waiting() == [citizen.id]
    assert korean.overview()["waiting"][0]["language"] == "ko"
    assert korean.post("/presence", available=True, languages=[]).status_code == 422
    assert wang.post("/presence", available=True, languages=["zh", "ko"]).json()["languages"] == ["ko", "zh"]
    assert wang.waiting() == [citizen.id]


def test_the_mood_of_who_waits_is_shown_in_a_word(server: DeskServer, wang: Person) -> None:
    asking(server, "身份证丢了，特别着急，明天就要用")
    asking(server, "跑了好几趟都没办成，你们什么态度")
    asking(server)
    assert [one["mood"] for one in wang.overview()["waiting"]].count(None) == 1
    assert {one["mood"] for one in wang.overview()["waiting"]} == {"着急", "不满", None}


def test_the_citizen_is_told_the_place_and_no_time_that_nobody_knows(server: DeskServer, wang: Person) -> None:
    first = server.citizen()
    [reply] = first.say("转人工")
    custom = reply["custom"]
    assert (custom["place"], custom["wait_minutes"], custom["in_service"]) == (1, None, True)
    assert (custom["hours"], custom["phone"]) == ("08:30-17:00", "12345")
    assert "第1位" in reply["text"] and "分钟" not in reply["text"] and reply["buttons"] == []
    server.forward(seconds=2)
    second = asking(server)
    assert second.messages()[-1]["custom"]["place"] == 2
    server.forward(seconds=2)
    assert second.waiting() == {
        "state": "waiting",
        "place": 2,
        "wait_minutes": None,
        "operators": 1,
        "open": True,
        "text": "人工服务时间，今天到17:00",
    }
    taken(wang, first)
    server.forward(seconds=2)
    assert second.waiting()["place"] == 1 and first.waiting()["place"] is None
    assert second.say("不用转人工了")[0]["custom"]["about"] == "hand_off_cancelled"
    assert wang.waiting() == [] and second.waiting()["state"] == "bot"


def test_the_wait_is_estimated_from_the_last_conversations(server: DeskServer, wang: Person) -> None:
    for minutes in (2, 4, 4, 4, 9):
        citizen = asking(server)
        taken(wang, citizen)
        server.forward(minutes=minutes)
        wang.post("/presence", available=True)
        assert wang.act(citizen, "close", summary="已办").status_code == 200
    asking(server)
    [reply] = server.citizen().say("转人工")
    assert (reply["custom"]["place"], reply["custom"]["wait_minutes"]) == (2, 8) and "大约要等8分钟" in reply["text"]
    colleague = server.operator("李明")
    assert server.citizen().say("转人工")[0]["custom"]["wait_minutes"] == 6, "two share three"
    assert colleague.post("/presence", available=False).status_code == 200


def test_when_nobody_is_there_the_citizen_is_told_so_and_can_leave_a_message(server: DeskServer) -> None:
    [reply] = server.citizen().say("转人工")
    assert "没有能接待您的工作人员在线" in reply["text"] and "12345" in reply["text"]
    assert (reply["custom"]["in_service"], reply["custom"]["wait_minutes"]) == (True, None)
    assert [button["payload"] for button in reply["buttons"]] == ["/leave_message"]
    server.forward(hours=9)
    [reply] = server.citizen().say("转人工")
    assert "不是人工服务时间" in reply["text"] and "留言" in reply["text"] and "12345" in reply["text"]
    assert reply["custom"]["in_service"] is False


def test_who_supervises_takes_over_from_the_bot_and_sees_what_others_have(server: DeskServer, wang: Person) -> None:
    boss = server.operator("主管", "admin")
    mine, talking = asking(server), server.citizen()
    talking.say(LOST)
    taken(wang, mine)
    told = boss.overview()
    assert told["me"]["supervisor"] and [one["id"] for one in told["others"]] == [mine.id]
    assert wang.overview()["others"] == []
    assert boss.see(mine)["conversation"]["operator"]["name"] == "王芳"
    assert "王芳 已经接入" in refused(boss.act(mine, "claim"), 409)
    assert taken(boss, talking)["conversation"]["waiting_since"] is None
    assert talking.say("多少钱") == [] and talking.state == "human"
    assert boss.act(talking, "transfer", note="请接着办").status_code == 200
    assert wang.waiting() == [talking.id]


def test_pages_of_the_desk_hear_at_once_what_changed(server: DeskServer, wang: Person) -> None:
    with wang.listen("/events") as queue:
        wait_until(lambda: bool(queue.events), "what is there now")
        assert queue.events[0]["data"]["waiting"] == 0
        citizen = asking(server)
        wait_until(lambda: queue.events[-1]["data"]["waiting"] == 1, "who waits now")
        assert queue.events[-1]["data"]["newest"] == server.moment.isoformat()
        taken(wang, citizen)
        wait_until(lambda: queue.events[-1]["data"]["waiting"] == 0, "that nobody waits")
        version = queue.events[-1]["data"]["version"]
        with wang.listen(f"/conversations/{citizen.id}/events") as talk:
            wait_until(lambda: talk.states == ["human"], "the conversation so far")
            citizen.say("你好")
            wait_until(lambda: talk.messages[-1]["text"] == "你好", "the citizen's word")
            wait_until(lambda: queue.events[-1]["data"]["version"] != version, "that there is something unread")
            wang.act(citizen, "return", note="")
            wait_until(talk.ended.is_set, "the end of what may be read")


def test_a_listening_colleague_takes_no_place_of_the_citizens_own_pages(server: DeskServer, wang: Person) -> None:
    citizen = asking(server)
    taken(wang, citizen)
    url = f"{server.url}/api/v1/chat/{citizen.id}/events"
    with httpx.stream("GET", url, timeout=30, trust_env=False) as first:
        lines = first.iter_lines()
        assert next(lines)
        for _ in range(4):
            with wang.listen(f"/conversations/{citizen.id}/events") as talk:
                wait_until(lambda: talk.states == ["human"], "the conversation")
        wang.act(citizen, "messages", text="还在")
        assert any("还在" in line for line in lines)


def test_a_waiting_citizen_who_goes_quiet_is_told_before_the_conversation_ends(server: DeskServer, wang: Person) -> None:
    citizen, lively = asking(server), asking(server)
    server.forward(minutes=40)
    wang.post("/presence", available=True)
    lively.say("我还在")
    server.forward(minutes=21)
    gateway = server.app.state.gateway
    asyncio.run(gateway.close_idle(60))
    assert citizen.messages()[-1]["custom"]["event"] == "idle" and citizen.state == "closed"
    assert lively.messages() and lively.state == "waiting"
    assert wang.waiting() == [lively.id]


def test_a_citizen_who_leaves_leaves_the_queue(server: DeskServer, wang: Person) -> None:
    citizen = asking(server)
    assert citizen.client.post(f"/chat/{citizen.id}/close").status_code == 200
    assert wang.waiting() == [] and "已经结束" in refused(wang.act(citizen, "claim"), 409)


def test_many_pages_behind_one_address_are_not_kept_out(server: DeskServer, wang: Person) -> None:
    limits = server.app.middleware_stack
    while not isinstance(limits, Limits):
        limits = limits.app if hasattr(limits, "app") else limits._app
    whole, limits._window = limits._window, SlidingWindow(3, 60)
    try:
        assert {wang.get("/overview").status_code for _ in range(8)} == {200}
        asked = [server.citizen().client.post("/chat", json={"text": "你好"}).status_code for _ in range(5)]
        assert asked == [200, 200, 200, 429, 429]
    finally:
        limits._window = whole


def test_with_rasa_too_a_form_from_before_is_over_when_the_bot_goes_on(request: pytest.FixtureRequest) -> None:
    product = shared_product(request.config)
    database = open_database(product.var / "banshi.db")
    accounts = Accounts(database, Passwords(QUICK), now=china_now)
    given: dict[str, Any] = {"password": PASSWORD, "chosen_by_owner": True, "by": "test"}
    accounts.add(account="op.rasa", name="王芳", roles=("operator",), **given)
    database.dispose()
    operator, citizen = Person(product, "op.rasa"), Citizen(product)
    assert operator.post("/presence", available=True).status_code == 200
    citizen.say(LOST)
    assert citizen.say("查进度")[0]["custom"]["slot"] == "application_no"
    [reply] = citizen.say("转人工")
    assert (reply["custom"]["type"], reply["custom"]["in_service"]) == ("handoff", True), "somebody is there, whatever the hour"
    assert f"第{reply['custom']['place']}位" in reply["text"] and reply["buttons"] == []
    taken(operator, citizen)
    assert citizen.say("JL202611000001") == []
    assert operator.act(citizen, "return", note="").status_code == 200
    [fee] = citizen.say("多少钱")
    assert (fee["custom"]["item"], fee["custom"]["element"]) == (REISSUE, "fee")
    assert operator.post("/presence", available=False).status_code == 200
