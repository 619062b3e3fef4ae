"""Editors over HTTP: tasks of the item library, received documents, the OA's decisions, and what supervision reads of all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from banshi.assembly import china_now
from banshi.partners.keys import key_hash, new_key
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.outbox import Outbox
from banshi.store.partners import PartnerRepository
from tests.api.product import wait_until
from tests.api.small_product import PASSWORD, Citizen, Person, Small
from tests.api.systems_rig import signed, standins, systems_file

CALLBACK = "/api/v1/callbacks/approvals"
GUIDE = "/records/guide/hz-idcard-reissue"


@pytest.fixture(scope="module")
def around() -> Iterator[RunningStandins]:
    with standins(china_now, "items", "documents", "approvals") as running:
        yield running


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small knowledge, whose index is built once."""
    return tmp_path_factory.mktemp("knowledge")


@pytest.fixture
def small(root: Path, tmp_path: Path) -> Small:
    (tmp_path / "var").mkdir()
    return Small(root, tmp_path / "var")


@pytest.fixture
def app(small: Small, around: RunningStandins, tmp_path: Path) -> FastAPI:
    """A server whose systems are stand-ins; its jobs do not run, so that tests say when it reads."""
    for shop in around.shops.values():
        shop.fault = Fault()
    return small.app(systems=systems_file(tmp_path, around), approvals_in_oa=True)


@pytest.fixture
def editor(app: FastAPI) -> Person:
    return Person(app, "li.hua")


def pulled(person: Person) -> dict[str, Any]:
    answer = person("POST", "/catalogue/pull")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_what_the_library_changed_becomes_tasks_that_end_with_a_reason(editor: Person) -> None:
    assert pulled(editor) == {"items": {"new": 11, "understood": 0, "drafted": 1}, "documents": {"new": 6, "drafted": 3}}
    late = editor("GET", "/catalogue/tasks", overdue=True).json()
    assert late["rows"] and all(row["overdue"] for row in late["rows"]) and late["overdue"] == len(late["rows"])
    task = late["rows"][0]
    short = editor("POST", f"/catalogue/tasks/{task['id']}/done", {"reason": "好"})
    assert (short.status_code, short.json()["detail"]) == (422, "办结要写明怎么处理的，至少4个字。")
    assert editor("POST", f"/catalogue/tasks/{task['id']}/done", {"reason": "已经按清单修订"}).status_code == 200
    assert editor("POST", f"/catalogue/tasks/{task['id']}/done", {"reason": "已经按清单修订"}).status_code == 404
    assert task["id"] in {row["id"] for row in editor.rows("/catalogue/tasks", state="done")}
    assert task["id"] not in {row["id"] for row in editor.rows("/catalogue/tasks")}


def test_tasks_stand_in_the_audit_in_words(app: FastAPI, editor: Person) -> None:
    pulled(editor)
    task = editor.rows("/catalogue/tasks")[0]
    editor("POST", f"/catalogue/tasks/{task['id']}/done", {"reason": "核对无误"})
    sentences = [row["sentence"] for row in Person(app, "zhao.min").rows("/audit")]
    assert f"办结事项变更任务 catalogue-task/{task['id']}：核对无误" in sentences
    assert "读取事项库变更 items" in sentences


def test_who_is_scoped_to_a_region_sees_its_tasks_only(app: FastAPI, editor: Person) -> None:
    pulled(editor)
    rows = Person(app, "jin.yan").rows("/catalogue/tasks")
    assert rows and {row["region"] for row in rows} == {"222400"}
    foreign = next(row["id"] for row in editor.rows("/catalogue/tasks") if row["region"] == "220000")
    assert Person(app, "jin.yan")("POST", f"/catalogue/tasks/{foreign}/done", {"reason": "不归我管"}).status_code == 403


def test_operators_and_strangers_see_nothing(app: FastAPI) -> None:
    assert Person(app, "op.0271")("GET", "/catalogue/tasks").status_code == 403
    assert TestClient(app).get("/api/v1/studio/catalogue/tasks").status_code == 401
    assert Person(app, "zhao.min")("POST", "/catalogue/pull").status_code == 403, "an administrator does not edit"


def test_a_library_that_is_away_is_a_sentence_and_loses_nothing(editor: Person, around: RunningStandins) -> None:
    around.shops["items"].fault = Fault(mode="error")
    answer = editor("POST", "/catalogue/pull")
    assert answer.status_code == 422 and "连不上" in answer.json()["detail"]
    around.shops["items"].fault = Fault()
    assert pulled(editor)["items"]["new"] == 11


def test_a_change_that_is_not_understood_is_shown_with_its_row(editor: Person, around: RunningStandins) -> None:
    around.shops["items"].fault = Fault(mode="wrong_labels")
    assert pulled(editor)["items"]["new"] == 11
    refused = editor.rows("/catalogue/changes", state="refused")
    assert len(refused) == 3
    problem = refused[0]["problems"][0]
    assert problem["row"] and problem["field"] == "projectType" and "2（即办件）" in problem["known"]
    assert refused[0]["codes"]["layer"] in ("1", "2", "3")


def test_received_documents_say_what_became_of_them(editor: Person) -> None:
    pulled(editor)
    rows = {row["id"]: row for row in editor.rows("/received-documents")}
    drafted = rows["document:DEMO-DOC-001@1"]
    assert (drafted["document_number"], drafted["effective"], drafted["expires"]) == ("吉演办发〔2026〕1号", "2026-04-01", "2031-04-01")
    assert editor("GET", f"/records/policy/{drafted['record']}").json()["state"] == "draft"
    assert {row["id"] for row in editor.rows("/received-documents", kind="policy", state="refused")} == {
        f"document:DEMO-DOC-00{number}@1" for number in (2, 3, 4)
    }


def test_the_inspection_tells_scores_gaps_and_what_differs(editor: Person) -> None:
    pulled(editor)
    found = editor("GET", "/catalogue/inspection").json()
    assert [row["score"] for row in found["guides"]] == sorted(row["score"] for row in found["guides"])
    assert all(0 <= row["score"] < 100 and "基本编码" in row["missing"] for row in found["guides"]), "no guide has its code yet"
    assert [row["code"] for row in found["missing_guides"]] == ["DEMO-SS-004"]
    [differs] = found["granularity"]
    assert sorted(len(one["handle_items"]) for one in differs["lists"]) == [1, 2]
    assert {row["material"] for row in found["materials_without_data"]} == {"补领申请表（演示）"}
    assert editor("GET", "/catalogue/inspection", region="222400").json()["region_name"] == "延边朝鲜族自治州"


def handed_in(editor: Person) -> dict[str, Any]:
    """A change that waits for a reviewer."""
    record = editor("GET", GUIDE).json()
    content = {**record["content"], "transact_place": "户籍地或居住地派出所"}
    saved = editor("PUT", GUIDE, {"content": content, "expected": record["number"], "reason": "换了窗口"}).json()
    answer = editor("POST", f"{GUIDE}/submit", {"expected": saved["number"], "reason": "请审"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def decided(app: FastAPI, body: dict[str, Any]) -> Any:
    return TestClient(app).post(CALLBACK, **signed(CALLBACK, body, now=china_now()))


def test_a_change_goes_to_the_oa_and_its_decision_comes_back(app: FastAPI, editor: Person, around: RunningStandins) -> None:
    mapped = Person(app, "zhao.min")("POST", "/approvals/accounts", {"outside": "oa.wang", "account": "wang.fang"})
    assert mapped.status_code == 201, mapped.text
    handed_in(editor)  # before the jobs run: one of them may put the item library's draft in its place
    with TestClient(app):  # the outbox is sent
        url = f"{around.url}/approvals/_standin/matters"
        wait_until(lambda: bool(httpx2.get(url, trust_env=False).json()), "the change", limit=20)
        [matter] = httpx2.get(url, trust_env=False).json()
    assert matter["title"] == "居民身份证丢失补领（第 2 版）"
    body = {"event": "E-1", "changeId": matter["changeId"], "userId": "oa.wang", "decision": "0", "opinion": "同意发布"}
    body["decidedAt"] = china_now().isoformat()
    assert [decided(app, body).json() for _ in range(2)] == [{"taken": True}, {"taken": False}]
    assert editor("GET", GUIDE).json()["state"] == "approved"
    [kept] = editor.rows("/approvals/decisions")
    assert (kept["outcome"], kept["account"], kept["opinion"]) == ("approved", "wang.fang", "同意发布")


def test_an_unknown_account_of_the_oa_is_noted_and_approves_nothing(app: FastAPI, editor: Person) -> None:
    handed_in(editor)
    with read(app.state.studio.database) as connection:
        [posting] = Outbox(connection).unsent(system="approvals")
    change = posting.payload["change"]
    body = {"event": "E-1", "changeId": change, "userId": "oa.nobody", "decision": "0", "decidedAt": china_now().isoformat()}
    assert decided(app, body).json() == {"taken": True}
    assert editor("GET", GUIDE).json()["state"] == "submitted"
    assert "没有对应的工作人员" in editor.rows("/approvals/decisions")[0]["told"]


def test_a_code_that_nobody_agreed_on_is_refused(app: FastAPI) -> None:
    body = {"event": "E-1", "changeId": "1.1", "userId": "oa.wang", "decision": "77", "decidedAt": china_now().isoformat()}
    answer = decided(app, body)
    assert answer.status_code == 422 and "代码表" in answer.json()["detail"]
    assert TestClient(app).post(CALLBACK, json=body).status_code == 401, "and without a signature nothing is read"


def test_only_administrators_say_who_is_who(app: FastAPI, editor: Person) -> None:
    assert editor("POST", "/approvals/accounts", {"outside": "oa.x", "account": "li.hua"}).status_code == 403
    admin = Person(app, "zhao.min")
    assert admin("POST", "/approvals/accounts", {"outside": "oa.x", "account": "nobody"}).status_code == 404
    admin("POST", "/approvals/accounts", {"outside": "oa.x", "account": "li.hua"})
    assert [row["outside"] for row in admin.rows("/approvals/accounts")] == ["oa.x"]
    assert admin("POST", "/approvals/accounts/forget", {"outside": "oa.x"}).status_code == 204
    assert admin.rows("/approvals/accounts") == []


def figures(answer: Any) -> dict[str, float | None]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert all(one["source"] and one["at"] for kind in ("figures", "feeds", "systems") for one in body[kind])
    return {one["name"]: one["value"] for one in body["figures"]}


def test_supervision_reads_counts_with_their_sources(app: FastAPI, editor: Person) -> None:
    admin = Person(app, "zhao.min").client
    before = figures(admin.get("/api/v1/supervision"))
    assert (before["guides"], before["tasks_open"], before["questions"]) == (3, 0, 0) and before["answer_rate"] is None
    pulled(editor)
    citizen = Citizen(app)
    citizen.say("身份证丢了咋整")
    assert citizen.post("/rating", {"stars": 1, "text": "我叫王小二，电话13800000000"}).status_code == 200
    answer = admin.get("/api/v1/supervision")
    after, body = figures(answer), answer.json()
    assert after["tasks_open"] and after["tasks_overdue"] == len(body["overdue_tasks"]) > 0
    assert {feed["name"]: feed["late"] for feed in body["feeds"]} == {"documents": False, "items": False, "public-answers": False}
    assert {"items", "documents"} <= {one["system"] for one in body["systems"] if one["standing"] == "working"}
    assert after["documents_refused"] == 3 and after["changes_refused"] == 0
    assert not re.search("王小二|13800000000|身份证丢了咋整", answer.text)
    assert str(citizen.conversation) not in answer.text


def test_overdue_applications_that_were_asked_about_are_counted_and_not_named(app: FastAPI) -> None:
    store, now = ConversationStore(app.state.studio.database), china_now()
    late = {"type": "status", "found": True, "overdue": True, "application_no": "JL202611000009"}
    told: list[dict[str, Any]] = [late, {**late, "overdue": False}, {"type": "status", "found": False}, {"type": "answer"}]
    for number, custom in enumerate(told):
        store.create(identifier=f"c-{number}", region=None, now=now)
        store.record(f"c-{number}", [Message("bot", "……", now, [], custom)], state="bot", region=None, now=now)
    answer = Person(app, "zhao.min").client.get("/api/v1/supervision")
    found = figures(answer)
    assert (found["applications_asked"], found["applications_overdue_asked"]) == (2, 1)
    assert "JL2026" not in answer.text


def test_supervision_is_for_administrators_and_partners_who_supervise(app: FastAPI, small: Small, editor: Person) -> None:
    assert TestClient(app).get("/api/v1/supervision").status_code == 401
    assert editor.client.get("/api/v1/supervision").status_code == 403
    answers = {}
    for name, ends in (("监管平台", ["supervision"]), ("自助机", ["kiosk"])):
        key = new_key()
        with write(small.desk.database) as connection:
            PartnerRepository(connection).add(
                name=name, contact="x", key_hash=key_hash(key), ends=ends, per_minute=10, per_day=10, by="test", now=china_now()
            )
        answers[name] = TestClient(app).get("/api/v1/supervision", headers={"authorization": f"Bearer {key}"})
    assert answers["监管平台"].status_code == 200 and answers["监管平台"].json()["figures"]
    assert answers["自助机"].status_code == 403 and "监管数据" in answers["自助机"].json()["detail"]


def test_a_demo_library_is_read_by_nobody_unasked(small: Small) -> None:
    app = small.app()
    with TestClient(app) as client:
        client.post("/api/v1/staff/sign-in", json={"account": "zhao.min", "password": PASSWORD})
        assert client.get("/api/v1/supervision").json()["feeds"] == []
