"""差评, 申诉 and 办不成事: each becomes work that ends with a change or a reason, and the citizen is told."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from banshi.assembly import china_now
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.ratings import rating_of
from banshi.store.work_items import WorkItemRepository
from tests.api.product import said, titles
from tests.api.small_product import Citizen, Person, Small
from tests.editing.small import REISSUE
from tests.editing.test_changes_reach_citizens_whole import change_fee

YANJI = "222401"
QUESTION = "身份证丢失补领要带什么"
REASON = "窗口说的是对的：未满十六岁要监护人陪同，指南已经写明。"
WAYS = ["转人工", "办不成事反映"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def app(small: Small) -> FastAPI:
    return small.app()


@pytest.fixture(scope="module")
def editor(app: FastAPI) -> Person:
    return Person(app, "li.hua")


@pytest.fixture
def citizen(app: FastAPI) -> Citizen:
    """Somebody who has asked and was answered."""
    citizen = Citizen(app, YANJI)
    citizen.say(QUESTION)
    return citizen


def rows(person: Person, citizen: Citizen, state: str = "open") -> list[dict[str, Any]]:
    return [row for row in person.rows("/work-items", state=state) if row["conversation"] == citizen.conversation]


def close(person: Person, row: dict[str, Any], outcome: str = "explained", reason: str = REASON, **more: Any) -> Any:
    return person("POST", f"/work-items/{row['id']}/close", {"outcome": outcome, "reason": reason, **more})


def rate(citizen: Citizen, stars: int, **more: Any) -> None:
    assert citizen.post("/rating", {"stars": stars, **more}).status_code == 200


# 差评


@pytest.mark.parametrize(("stars", "opened"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_a_bad_rating_opens_a_work_item(editor: Person, citizen: Citizen, stars: int, opened: int) -> None:
    rate(citizen, stars, reasons=["答案不对或过时"], text="我手机13812345678，材料少说了一样")
    found = rows(editor, citizen)
    assert len(found) == opened
    if opened:
        [row] = found
        assert (row["kind"], row["stars"], row["state"], row["region"], row["item"]) == ("rating", stars, "open", YANJI, REISSUE.key)
        assert row["text"].startswith("答案不对或过时；") and "13812345678" not in row["text"] and row["department"]
        assert citizen.post("/rating", {"stars": 1}).status_code == 409 and rows(editor, citizen) == found


def test_the_work_item_holds_the_answers_versions_and_the_conversation(editor: Person, citizen: Citizen) -> None:
    rate(citizen, 1)
    [row] = rows(editor, citizen)
    whole = editor("GET", f"/work-items/{row['id']}").json()
    assert {"knowledge", "index", "model", "records"} <= set(whole["versions"])
    assert whole["versions"]["records"][0]["id"] == REISSUE.key and whole["versions"]["records"][0]["version"] >= 1
    assert whole["case"]["asked"] == [QUESTION] and whole["case"]["answered"][0]["item"] == REISSUE.key
    assert whole["messages"][0]["text"] == QUESTION and whole["messages"][1]["sender"] == "bot"


def test_a_rating_in_words_counts_as_one(small: Small, editor: Person, citizen: Citizen) -> None:
    assert "评价" in said(citizen.say("给差评"))
    [row] = rows(editor, citizen)
    assert (row["kind"], row["stars"]) == ("rating", 1)
    assert "已经评价过" in said(citizen.say("非常满意"))
    with read(small.desk.database) as connection:
        rating = rating_of(connection, str(citizen.conversation))
    assert rating is not None and rating.stars == 1


# How it ends


@pytest.mark.parametrize("reason", ["", "不改", "已经解释过了。", "        好        "])
def test_nothing_is_closed_without_a_reason_of_ten_characters(editor: Person, citizen: Citizen, reason: str) -> None:
    rate(citizen, 1)
    [row] = rows(editor, citizen)
    refused = close(editor, row, reason=reason)
    assert refused.status_code == 422 and "10个字" in refused.json()["detail"]
    assert rows(editor, citizen) == [row] and not any(message["sender"] == "staff" for message in citizen.messages())


def test_an_explanation_closes_it_and_the_citizen_is_told(small: Small, editor: Person, citizen: Citizen) -> None:
    rate(citizen, 2)
    [row] = rows(editor, citizen)
    assert close(editor, row).json()["state"] == "closed"
    told = citizen.messages()[-1]
    assert (told["sender"], told["custom"]["type"], told["custom"]["outcome"]) == ("staff", "work_item", "explained")
    assert REASON in told["text"] and "申诉" in told["text"] and "12345" in told["text"]
    assert citizen.say(QUESTION)[0]["custom"]["type"] == "answer", "the bot goes on"
    with read(small.desk.database) as connection:
        [entry] = AuditLedger(connection).entries(target=f"work-item/{row['id']}")
    assert (entry.actor, entry.action, entry.detail["reason"]) == ("li.hua", "work-item.close", REASON)
    again = close(editor, row)
    assert again.status_code == 409 and len([m for m in citizen.messages() if m["custom"].get("type") == "work_item"]) == 1


def test_a_citizen_who_has_left_is_told_all_the_same(app: FastAPI, editor: Person, citizen: Citizen) -> None:
    rate(citizen, 1)
    assert citizen.post("/close", {}).status_code == 200
    [row] = rows(editor, citizen)
    assert close(editor, row).status_code == 200
    answer = citizen.client.get(f"/api/v1/chat/{citizen.conversation}/messages").json()
    assert answer["state"] == "closed" and answer["messages"][-1]["custom"]["type"] == "work_item"


def test_a_change_must_name_what_was_changed_since(small: Small, editor: Person, citizen: Citizen) -> None:
    rate(citizen, 1)
    [row] = rows(editor, citizen)
    record = {"kind": REISSUE.kind, "key": REISSUE.key}
    for more, why in (({}, "哪一条"), ({"record": {"kind": "guide", "key": "no-such"}}, "没有这一条"), ({"record": record}, "还没有发布")):
        refused = close(editor, row, "changed", "费用已经按新标准改好了", **more)
        assert refused.status_code == 422 and why in refused.json()["detail"]
    changed = publish_a_change(small)
    closed = close(editor, row, "changed", "费用已经按新标准改好了", record=record).json()
    assert closed["changed"] == {**record, "region": "220000", "number": changed}
    assert "内容已经改好" in citizen.messages()[-1]["text"]


def publish_a_change(small: Small) -> int:
    """Save, review and publish another fee; returns the number of what citizens read then."""
    change_fee(small.desk, "41元/证")
    with read(small.desk.database) as connection:
        head = KnowledgeRepository(connection).head("guide", REISSUE.key, REISSUE.region)
    assert head is not None and head.published is not None
    return head.published.number


# 申诉


def test_an_appeal_needs_something_to_appeal_against_and_comes_once(editor: Person, citizen: Citizen) -> None:
    early = citizen.post("/appeal", {"text": "我不服"})
    assert early.status_code == 409 and "打个分" in early.json()["detail"]
    rate(citizen, 4)
    taken = citizen.post("/appeal", {"text": "我手机13812345678，说了半天没人管"})
    assert taken.status_code == 201 and "申诉收到" in taken.json()["text"]
    [row] = rows(editor, citizen)
    assert (row["kind"], row["item"]) == ("appeal", REISSUE.key) and "13812345678" not in row["text"]
    assert citizen.post("/appeal", {"text": "再来一次"}).status_code == 409
    assert close(editor, row).status_code == 200
    assert "可以申诉" not in citizen.messages()[-1]["text"], "that was the one time"


def test_a_closed_case_can_be_appealed_against(editor: Person, citizen: Citizen) -> None:
    citizen.say("办不成事")
    assert citizen.post("/appeal", {"text": "不服"}).status_code == 409
    [row] = rows(editor, citizen)
    assert close(editor, row).status_code == 200
    assert citizen.post("/appeal", {"text": "不服"}).status_code == 201


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "？？？"}, {"text": "字" * 1001}, {"text": 1}, {"text": "不服", "more": 1}])
def test_an_appeal_without_words_is_refused(citizen: Citizen, body: Any) -> None:
    rate(citizen, 1)
    assert citizen.post("/appeal", body).status_code == 422


def test_an_appeal_of_an_unknown_conversation_is_not_found(app: FastAPI) -> None:
    citizen = Citizen(app)
    for conversation in ("c-" + "0" * 32, "../../etc", "x"):
        citizen.conversation = conversation
        assert citizen.post("/appeal", {"text": "不服"}).status_code == 404


# 办不成事


def test_two_failed_turns_lead_to_a_case(editor: Person, app: FastAPI) -> None:
    citizen = Citizen(app, YANJI)
    citizen.say(QUESTION)
    citizen.say("被窗口驳回了，身份证丢失补领到底能不能办")
    assert titles(citizen.replies)[-2:] == WAYS
    citizen.say(QUESTION)
    assert "办不成事反映" not in titles(citizen.replies), "once, not at every turn"
    [told] = citizen.say("/cannot")
    assert told["custom"]["about"] == "cannot" and "登记好了" in told["text"] and "12345" in told["text"]
    [row] = rows(editor, citizen)
    assert (row["kind"], row["id"], row["item"], row["region"]) == ("cannot", told["custom"]["number"], REISSUE.key, YANJI)
    case = editor("GET", f"/work-items/{row['id']}").json()["case"]
    assert case["asked"] == [QUESTION, "被窗口驳回了，身份证丢失补领到底能不能办", QUESTION] and case["answered"]
    assert "已经登记过" in said(citizen.say("办不成事")) and len(rows(editor, citizen)) == 1


def test_a_payload_that_was_never_offered_opens_nothing(editor: Person, citizen: Citizen) -> None:
    assert citizen.say("/cannot")[0]["custom"]["type"] == "reject" and rows(editor, citizen) == []


@pytest.mark.parametrize("words", ["办不成事", "我要反映办不成事", "“办不成事”反映"])
def test_saying_so_is_enough(editor: Person, citizen: Citizen, words: str) -> None:
    assert citizen.say(words)[0]["custom"]["registered"] is True and len(rows(editor, citizen)) == 1


def test_lawsuits_and_petitions_are_shown_their_own_way(editor: Person, app: FastAPI) -> None:
    citizen = Citizen(app)
    citizen.say("法院判决我不服，要上诉，窗口还把我驳回了")
    [told] = citizen.say("办不成事反映")
    assert told["custom"]["registered"] is False and rows(editor, citizen) == []
    assert all(part in told["text"] for part in ("12368", "12348", "信访", "12345")) and titles([told]) == ["转人工"]


# Who may


def test_work_is_for_the_studio_and_within_ones_scope(small: Small, app: FastAPI, editor: Person, citizen: Citizen) -> None:
    rate(citizen, 1)
    [row] = rows(editor, citizen)
    operator = Person(app, "op.0271")
    assert operator("GET", "/work-items").status_code == operator("GET", f"/work-items/{row['id']}").status_code == 403
    assert close(operator, row).status_code == 403
    assert len(rows(Person(app, "jin.yan"), citizen)) == 1, "延吉 lies in 延边"
    elsewhere = Citizen(app, "220100")
    elsewhere.say(QUESTION)
    rate(elsewhere, 1)
    [far] = rows(editor, elsewhere)
    local = Person(app, "jin.yan")
    assert rows(local, elsewhere) == [] and local("GET", f"/work-items/{far['id']}").status_code == 403
    assert close(local, far).status_code == 403 and close(Person(app, "zhao.min"), far).status_code == 200
    assert Citizen(app).client.get("/api/v1/studio/work-items").status_code == 401


@pytest.mark.parametrize("identifier", ["0", "999999", "x", "99999999999999999999"])
def test_a_work_item_that_is_not_there(editor: Person, identifier: str) -> None:
    assert editor("GET", f"/work-items/{identifier}").status_code in (404, 422)
    assert editor("POST", f"/work-items/{identifier}/close", {"outcome": "explained", "reason": REASON}).status_code in (404, 422)


def test_a_work_item_without_a_conversation_is_shown_and_closed(small: Small, editor: Person) -> None:
    with write(small.desk.database) as connection:
        item = WorkItemRepository(connection).open(kind="cannot", conversation="c-gone", text="很久以前", now=china_now())
    assert editor("GET", f"/work-items/{item.id}").json()["messages"] == []
    assert close(editor, {"id": item.id}).status_code == 200


def test_the_case_of_a_living_conversation_reaches_the_other_process(small: Small, app: FastAPI, editor: Person, citizen: Citizen) -> None:
    citizen.say("办不成事")
    [row] = rows(editor, citizen)
    assert close(editor, row).status_code == 200
    citizen.go_on(small.app())
    assert citizen.messages()[-1]["custom"]["type"] == "work_item"
    assert citizen.say(QUESTION)[0]["custom"]["item"] == REISSUE.key
