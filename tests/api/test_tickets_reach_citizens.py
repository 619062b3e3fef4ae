"""A complaint becomes a ticket, the ticket is handled, and its answer is read where the complaint was made. Over HTTP, without Rasa."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.desk.tickets.complaints import complaint_reply
from banshi.store.database import read
from banshi.store.outbox import outbox
from tests.api.citizen_server import Stream
from tests.api.desk_rig import Citizen, DeskServer, Person
from tests.api.product import Chat, kinds, titles, wait_until

STORY = "11月20日上午，朝阳区政务大厅3号窗口的人骂我，不给办身份证"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    with pytest.MonkeyPatch.context() as patch:
        office = DeskServer(tmp_path_factory.mktemp("tickets"), patch)
        office.start()
        yield office
        office.stop()


@pytest.fixture
def fang(office: DeskServer) -> Person:
    return office.person("王芳")


@pytest.fixture
def supervisor(office: DeskServer) -> Person:
    return office.person("赵敏", "admin")


def complain(office: DeskServer, story: str = STORY, *before: str) -> tuple[Citizen, str]:
    """A citizen who has handed in a complaint, and its number."""
    citizen = office.citizen(region="220100")
    for words in (*before, "我要投诉"):
        replies = citizen.say(words)
    assert kinds(replies) == ["redirect"] and "/leave_message" in str(replies)
    assert kinds(citizen.say("/leave_message")) == ["ask"]
    [confirmed] = citizen.say(story)
    assert confirmed["custom"]["type"] == "ticket", confirmed
    return citizen, confirmed["custom"]["ticket"]


def ticket(person: Person, number: str) -> dict[str, Any]:
    found = person.get(f"/tickets/{number}")
    assert found.status_code == 200, found.text
    return dict(found.json())


def move(person: Person, number: str, to: str, **more: Any) -> dict[str, Any]:
    moved = person.post(f"/tickets/{number}/move", to=to, **more)
    assert moved.status_code == 200, moved.text
    return dict(moved.json())


def own(citizen: Citizen, **query: str) -> Any:
    return citizen.client.get(f"/chat/{citizen.id}/tickets", params=query)


def test_a_complaint_goes_all_the_way_and_its_answer_comes_back(office: DeskServer, fang: Person) -> None:
    citizen = office.citizen(region="220100")
    citizen.say("身份证丢了怎么补")
    [reply] = citizen.say("窗口的人态度太差了，我要投诉")
    assert reply["custom"]["type"] == "redirect" and reply["custom"]["about"] == "complaint"
    assert not {"item", "sources", "decision"} & set(reply["custom"]), "nothing was searched"
    assert titles([reply]) == ["提交给工作人员", "转人工"]
    [asked] = citizen.say("/leave_message")
    assert (asked["custom"]["type"], asked["custom"]["slot"]) == ("ask", "leave_message")
    [confirmed] = citizen.say(STORY)
    number = confirmed["custom"]["ticket"]
    assert number.startswith("GD20261123-") and number in confirmed["text"] and "11月30日" in confirmed["text"]

    seen = ticket(fang, number)
    assert (seen["kind"], seen["region"], seen["due_on"], seen["days_left"]) == ("投诉", "220100", "2026-11-30", 5)
    assert seen["description"] == f"窗口的人态度太差了，我要投诉\n{STORY}", "their words, in order, and nothing else"
    assert (seen["topics"], seen["department"]) == (["户政", "居民身份证丢失补领"], "公安部门（治安户政）")
    wait_until(lambda: ticket(fang, number)["state"] == "办理中", "the 12345 system's number")
    assert ticket(fang, number)["outside_number"].startswith("DEMO-20261123-")
    assert number in [one["number"] for one in fang.get("/tickets?state=办理中&q=朝阳区").json()["tickets"]]
    assert number not in [one["number"] for one in fang.get("/tickets?mine=true").json()["tickets"]]

    assert citizen.client.post(f"/chat/{citizen.id}/close").status_code == 200
    assert move(fang, number, "dispatch", department="长春市公安局")["department"] == "长春市公安局"
    move(fang, number, "reply", text="已批评当事人，请您再来办理", result="解决")
    last = citizen.messages()[-1]
    assert (last["sender"], citizen.state) == ("staff", "closed")
    assert last["text"] == f"您的工单{number}有答复了：\n已批评当事人，请您再来办理"
    assert last["custom"] == {"type": "ticket", "ticket": number, "state": "已答复"}
    [shown] = own(citizen).json()
    assert (shown["number"], shown["state"], shown["reply"]) == (number, "已答复", "已批评当事人，请您再来办理")

    move(fang, number, "visit")
    move(fang, number, "visit", satisfaction=5, text="满意")
    assert move(fang, number, "close")["state"] == "已办结"
    actions = [f"ticket.{what}" for what in ("create", "accepted", "dispatch", "reply", "visit", "visit", "close")]
    target = f"ticket/{number}"
    assert [one.action for name in dict.fromkeys(actions) for one in office.ledger(name) if one.target == target] == list(actions)


def test_it_is_the_same_with_rasa_and_the_matter_is_not_forgotten(chat: Chat) -> None:
    assert kinds(chat.say("身份证丢了怎么补")) == ["answer"]
    [reply] = chat.say("窗口的人态度太差了，我要投诉")
    assert reply == complaint_reply().model_dump()
    assert kinds(chat.press("提交给工作人员")) == ["ask"]
    [confirmed] = chat.say(STORY)
    assert confirmed["custom"]["type"] == "ticket"
    [answer] = chat.say("那要多少钱")
    assert (answer["custom"]["item"], answer["custom"]["element"]) == ("hz-idcard-reissue", "fee")


def test_who_is_still_there_hears_the_answer_at_once(office: DeskServer, fang: Person) -> None:
    citizen, number = complain(office)
    move(fang, number, "dispatch", department="公安局")
    with citizen.client.stream("GET", f"/chat/{citizen.id}/events", params={"after": citizen.messages()[-1]["id"]}) as response:
        heard = Stream(response)
        move(fang, number, "reply", text="已经处理")
        assert heard.wait_for(1)[0]["text"].endswith("已经处理")


def test_the_answer_is_found_long_after_with_conversation_and_number(office: DeskServer, fang: Person) -> None:
    citizen, number = complain(office)
    move(fang, number, "dispatch", department="公安局")
    citizen.client.post(f"/chat/{citizen.id}/close")
    office.forward(days=3)
    person = office.person("孙丽")  # the sign-in of the others has ended
    assert citizen.client.get(f"/chat/{citizen.id}/messages").status_code == 404
    move(person, number, "reply", text="查实了")
    assert citizen.messages()[-1]["text"].endswith("查实了"), "an answer makes the talk readable for a day"
    office.forward(days=3)
    assert own(citizen).status_code == 404
    assert [one["reply"] for one in own(citizen, number=number).json()] == ["查实了"]
    assert own(citizen, number="GD20261123-9999").status_code == 404
    office.forward(days=-6)


def test_nobody_sees_the_tickets_of_another_conversation(office: DeskServer) -> None:
    citizen, number = complain(office)
    stranger = office.citizen()
    stranger.say("身份证丢了怎么补")
    assert own(stranger).json() == []
    assert own(stranger, number=number).status_code == 200 and own(stranger, number=number).json() == []
    for forged in (f"c-{'0' * 32}", "c-1", citizen.id[:-1]):
        assert stranger.client.get(f"/chat/{forged}/tickets").status_code == 404
        assert stranger.client.get(f"/chat/{forged}/tickets?number={number}").status_code == 404
        assert stranger.client.post(f"/chat/{forged}/tickets", json={"kind": "投诉", "text": STORY}).status_code == 404
    assert stranger.client.get(f"/tickets/{number}").status_code == 404
    assert stranger.client.get(f"/desk/tickets/{number}").status_code == 401


def test_confidential_tickets_show_the_person_to_their_maker_and_supervisors(office: DeskServer, fang: Person, supervisor: Person) -> None:
    citizen = office.citizen()
    citizen.say("身份证丢了怎么补")
    body = {
        "kind": "举报",
        "title": "收红包",
        "description": "窗口收红包",
        "person": "张三",
        "contact": "13812345678",
        "confidential": True,
    }
    made = fang.post("/tickets", conversation=citizen.id, **body)
    assert made.status_code == 201, made.text
    number = made.json()["number"]
    other = office.person("孙丽")
    for person, visible in ((fang, True), (supervisor, True), (other, False)):
        seen = ticket(person, number)
        assert (seen["person"] == "张三", seen["contact"].startswith("〈手机号:"), seen["person_hidden"]) == (visible, visible, not visible)
    assert "张三" not in other.get("/tickets").text
    changed = other.client.put(
        f"/tickets/{number}", json={**ticket(other, number), "title": "窗口收红包", "edition": ticket(other, number)["edition"]}
    )
    assert changed.status_code == 200, changed.text
    assert (ticket(fang, number)["title"], ticket(fang, number)["person"]) == ("窗口收红包", "张三")
    opened = other.client.put(f"/tickets/{number}", json={**ticket(other, number), "confidential": False})
    assert opened.status_code == 403 and "保密" in opened.json()["detail"]
    with read(office.database) as connection:
        pushed = [str(row.payload) for row in connection.execute(sa.select(outbox))]
    assert not any("张三" in one or "138" in one for one in pushed)
    [secret] = [one for one in pushed if number in one]
    assert "'反映人': '保密'" in secret and "'来电号码': '保密'" in secret


def test_a_citizen_asks_for_secrecy_in_their_own_words(office: DeskServer, fang: Person) -> None:
    _, number = complain(office, "村会计冒领低保，别让他知道是我说的，我电话13812345678")
    seen = ticket(fang, number)
    assert (seen["kind"], seen["confidential"], seen["person"], seen["contact"]) == ("举报", True, "保密", "保密")
    assert "138" not in str(seen) and "〈手机号:" in seen["description"]


def test_what_is_asked_for_can_be_declined_said_before_or_an_emergency(office: DeskServer) -> None:
    citizen = office.citizen()
    citizen.say(STORY)
    [asked] = citizen.say("/leave_message")
    assert titles([asked]) == ["就用刚才说的", "不提交了"]
    assert kinds(citizen.say("😀")) == ["ask"]
    [danger, again] = citizen.say("他们打起来了，有人打我")
    assert "110" in danger["text"] and again["custom"]["slot"] == "leave_message"
    [declined] = citizen.say("算了")
    assert "没有提交" in declined["text"] and own(citizen).json() == []
    assert kinds(citizen.say("身份证丢了怎么补")) == ["answer"], "afterwards questions are questions again"
    citizen.say(STORY)
    citizen.say("/leave_message")
    [confirmed] = citizen.say('/leave_message{"said": true}')
    assert [one["number"] for one in own(citizen).json()] == [confirmed["custom"]["ticket"]]
    citizen.say("/leave_message")
    assert kinds(citizen.say("转人工")) == ["handoff"]
    assert len(own(citizen).json()) == 1


def test_a_message_sent_again_makes_no_second_ticket(office: DeskServer) -> None:
    citizen = office.citizen()
    citizen.say("我要投诉")
    citizen.say("/leave_message")
    first = citizen.say(STORY, client_id="the-same")
    assert citizen.say(STORY, client_id="the-same") == first
    [only] = own(citizen).json()
    body = {"kind": "建议", "text": "大厅多设几把椅子", "client_id": "page-1"}
    posted = [citizen.client.post(f"/chat/{citizen.id}/tickets", json=body) for _ in range(2)]
    assert [one.status_code for one in posted] == [201, 201] and posted[0].json() == posted[1].json()
    assert [one["kind"] for one in own(citizen).json()] == [only["kind"], "建议"]


def test_the_page_hands_in_with_its_own_form(office: DeskServer) -> None:
    citizen = office.citizen()
    citizen.say("身份证丢了怎么补")
    posted = citizen.client.post(f"/chat/{citizen.id}/tickets", json={"kind": None, "text": "希望你们大厅周末也开门", "confidential": True})
    assert posted.status_code == 201
    assert (posted.json()["kind"], posted.json()["confidential"]) == ("建议", True)
    left = citizen.client.post(f"/chat/{citizen.id}/tickets", json={"text": "楼下路灯坏了，我电话13812345678"}).json()
    seen = ticket(office.person("孙丽"), left["number"])
    assert seen["contact"].startswith("〈手机号:") and seen["contact"] in seen["description"]
    assert citizen.client.post(f"/chat/{citizen.id}/tickets", json={"kind": "投诉", "text": "……！"}).status_code == 422
    assert citizen.client.post(f"/chat/{citizen.id}/tickets", json={"kind": "骂人", "text": "x"}).status_code == 422
    made = [citizen.client.post(f"/chat/{citizen.id}/tickets", json={"text": f"第{number}件事"}).status_code for number in range(12)]
    assert made == [201] * 8 + [409] * 4


def test_a_draft_holds_what_was_said_and_nothing_else(office: DeskServer, fang: Person) -> None:
    citizen = office.citizen(region="220100")
    citizen.say("身份证丢了怎么补")
    office.forward(minutes=5)
    citizen.say("我电话13812345678，窗口不给办还骂人，我要投诉")
    drafted = fang.post("/tickets/draft", conversation=citizen.id)
    assert drafted.status_code == 200, drafted.text
    draft = drafted.json()
    first, second = draft["description"].split("\n")
    assert first == f"11月23日{office.moment.hour:02}:00 身份证丢了怎么补" and second.startswith("11月23日09:05 我电话〈手机号:")
    assert draft["number"] is None and draft["kind"] == "投诉" and draft["contact"] in second and draft["contact"] != ""
    assert draft["title"] == "我电话手机号，窗口不给办还骂人，我要投诉" and draft["region"] == "220100"
    assert (draft["topics"], draft["department"]) == (["户政", "居民身份证丢失补领"], "公安部门（治安户政）")
    made = fang.post("/tickets", **draft)
    assert made.status_code == 201 and made.json()["contact"] == draft["contact"]
    assert fang.post("/tickets/draft", conversation=f"c-{'0' * 32}").status_code == 404
    silent = office.citizen()
    silent.say("我要投诉")
    nothing_known = fang.post("/tickets/draft", conversation=silent.id).json()
    assert (nothing_known["department"], nothing_known["topics"], nothing_known["contact"]) == (None, [], "")
    office.forward(minutes=-5)


def test_wrong_moves_and_bad_forms_get_a_sentence(office: DeskServer, fang: Person) -> None:
    _, number = complain(office)
    wait_until(lambda: ticket(fang, number)["state"] == "办理中", "the 12345 system's number")
    for to, status, words in (
        ("close", 409, "不能办结；还能做的：派遣、答复、退单、督办。"),
        ("visit", 409, "不能回访"),
        ("reply", 422, "请写答复内容。"),
        ("return", 422, "请写退单的理由。"),
        ("supervise", 403, "督办要由管理员发出。"),
        ("vanish", 422, "取值不对"),
    ):
        refused = fang.post(f"/tickets/{number}/move", to=to, text="x好" if to == "supervise" else "")
        assert (refused.status_code, words in refused.json()["detail"]) == (status, True), refused.text
    assert fang.get("/tickets/GD20261123-9999").json() == {"detail": "没有编号为GD20261123-9999的工单。"}
    seen = ticket(fang, number)
    assert seen["edition"] == 1, "what the 12345 system says is in nobody's way"
    assert fang.client.put(f"/tickets/{number}", json={**seen, "address": "朝阳区"}).status_code == 200
    stale = fang.client.put(f"/tickets/{number}", json={**seen, "address": "3号窗口"})
    assert stale.status_code == 409 and "刚刚被别人改过" in stale.json()["detail"]
    place = fang.client.put(f"/tickets/{number}", json={**ticket(fang, number), "region": "999999"})
    assert place.status_code == 422 and place.json()["detail"] == "没有代码为999999的地区。"
    assert "不用再推" in fang.post(f"/tickets/{number}/push").json()["detail"]
    assert fang.get(f"/tickets/{number}/outside").json()["status"]["state"] == "已受理"


def test_tickets_of_other_places_are_not_shown(office: DeskServer) -> None:
    _, number = complain(office)
    jilin = office.person("吉林市", regions=("220200",))
    changchun = office.person("长春市", regions=("220100",))
    assert jilin.get(f"/tickets/{number}").status_code == 403 and changchun.get(f"/tickets/{number}").status_code == 200
    assert jilin.post(f"/tickets/{number}/move", to="return", text="不归我们").status_code == 403
    assert number not in jilin.get("/tickets").text and number in changchun.get("/tickets").text
    assert office.person("编辑", "editor").get(f"/tickets/{number}").status_code == 403


def test_late_tickets_count_below_zero(office: DeskServer, fang: Person) -> None:
    _, number = complain(office)
    office.forward(days=9)
    assert ticket(office.person("孙丽"), number)["days_left"] == -2
    office.forward(days=-9)
