"""The studio's routes over a small knowledge: the whole story, who may do what, and what bad input gets."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from banshi.assembly import china_now
from banshi.editing.jobs import Job
from banshi.settings import Settings
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database
from banshi.web.app import create_app
from tests.editing.small import REISSUE, WANG, begin
from tests.editing.test_changes_reach_citizens_whole import approve, content_of, with_fee

PASSWORD = "四个 词的 口令 够长"
BASE = "/api/v1/studio"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server without Rasa and encoder, over the small knowledge, with an editor, a reviewer, an administrator and an operator."""
    root, var = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("var")
    database = open_database(var / "banshi.db")
    begin(database, var, root)
    accounts = Accounts(database, Passwords(), now=china_now)
    for account, name, roles in (
        ("li.hua", "李华", ("editor",)),
        ("wang.fang", "王芳", ("reviewer",)),
        ("zhao.min", "赵敏", ("admin",)),
        ("op.0271", "0271", ("operator",)),
    ):
        accounts.add(account=account, name=name, roles=roles, password=PASSWORD, chosen_by_owner=True, by="test")
    database.dispose()
    settings = Settings(var_dir=var, knowledge_dir=root / "knowledge", encoder="/nowhere", rate_limit=0, max_upload_bytes=1_000_000)
    return create_app(settings, with_rasa=False)


@pytest.fixture(scope="module")
def served(app: Any) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


class Person:
    """Somebody signed in."""

    def __init__(self, app: Any, account: str) -> None:
        self.client = TestClient(app)
        answer = self.client.post("/api/v1/staff/sign-in", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(BASE + path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(BASE + path, json=body or {})

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(BASE + path, json=body)

    def wait(self, answer: Any) -> dict[str, Any]:
        """The end of a job."""
        assert answer.status_code == 202, answer.text
        until = time.monotonic() + 120
        while time.monotonic() < until:
            job = self.get(f"/jobs/{answer.json()['job']}").json()
            if job["state"] != "running":
                return dict(job)
        pytest.fail("the job did not end")


@pytest.fixture(scope="module")
def editor(app: Any, served: TestClient) -> Person:
    return Person(app, "li.hua")


@pytest.fixture(scope="module")
def reviewer(app: Any, served: TestClient) -> Person:
    return Person(app, "wang.fang")


def told(served: TestClient) -> str:
    """What a citizen is told."""
    reply = served.post("/api/v1/search", json={"text": "多少钱", "context": {"item": REISSUE.key}}).json()
    return str(reply["answer"]["text"])


def test_the_whole_story(served: TestClient, editor: Person, reviewer: Person) -> None:
    path = f"/records/guide/{REISSUE.key}"
    before = told(served)
    record = editor.get(path).json()
    content = record["content"]

    # A vague material is an error: it can be saved, not handed in.
    vague = {**content, "materials": [*content["materials"], {**content["materials"][0], "material_name": "其他相关材料"}]}
    saved = editor.put(path, {"content": vague, "expected": record["number"], "reason": "加一项"}).json()
    assert any(finding["severity"] == "error" for finding in saved["lint"])
    refused = editor.post(f"{path}/submit", {"expected": saved["number"]})
    assert refused.status_code == 422 and "错误" in refused.json()["detail"]

    fees = [{**content["fees"][0], "fee_stand": "41元/证"}]
    saved = editor.put(path, {"content": {**content, "fees": fees}, "expected": saved["number"], "reason": "调价"}).json()
    assert editor.post(f"{path}/submit", {"expected": saved["number"], "reason": "请审"}).json()["state"] == "submitted"
    assert editor.post(f"{path}/approve", {"expected": saved["number"]}).status_code == 403

    (row,) = reviewer.get("/review").json()["rows"]
    assert (row["key"], row["submitted_by"], row["waiting_days"]) == (REISSUE.key, "李华", 0) and "收费 第1项" in row["changed"]
    (field,) = reviewer.get(f"{path}/diff", **{"from": "published", "to": saved["number"]}).json()["fields"]
    assert "40元/证" in field["before"] and "41元/证" in field["after"]
    assert reviewer.post(f"{path}/approve", {"expected": saved["number"]}).json()["state"] == "approved"
    wanted = {"records": [{"kind": "guide", "key": REISSUE.key, "region": "220000", "number": saved["number"]}]}
    impact = reviewer.wait(reviewer.post("/impact", wanted))["result"]
    assert impact["changed_total"] and impact["stolen"] == [] and told(served) == before
    done = reviewer.wait(reviewer.post("/publish", {"impact": impact["impact"], "reason": "调价"}))
    assert done["state"] == "done", done
    assert "41元/证" in told(served)

    rows = reviewer.get("/releases").json()["rows"]
    assert rows[0]["state"] == "active" and rows[0]["changes"][0]["key"] == REISSUE.key
    back = reviewer.wait(reviewer.post(f"/releases/{rows[1]['id']}/roll-back", {"reason": "调错了"}))
    assert back["state"] == "done" and told(served) == before
    audit = reviewer.get("/audit").json()
    assert audit["whole"] and [entry["action"] for entry in audit["rows"][:2]] == ["knowledge.rollback", "knowledge.publish"]


def test_a_stale_save_gets_both_texts(editor: Person) -> None:
    path = "/records/guide/sb-card-reissue"
    record = editor.get(path).json()
    first = editor.put(path, {"content": {**record["content"], "fees": []}, "expected": record["number"]})
    assert first.status_code == 200
    second = editor.put(path, {"content": record["content"], "expected": record["number"]})
    body = second.json()
    assert second.status_code == 409 and body["by_name"] == "李华" and body["content"]["fees"] == []
    assert body["base_content"] == record["content"] and "合并" in body["detail"]


def test_lint_and_repair_without_saving(editor: Person) -> None:
    content = editor.get(f"/records/guide/{REISSUE.key}").json()["content"]
    wrong = {**content, "task_type": "行政许可证"}
    body = {"kind": "guide", "key": REISSUE.key, "content": wrong}
    findings = editor.post("/lint", body).json()["findings"]
    offered = next(finding for finding in findings if finding["path"] == "task_type" and finding["repair"])
    mended = editor.post("/repair", {**body, "rule": offered["rule"], "path": offered["path"]}).json()
    assert mended["content"]["task_type"] == "行政许可"
    assert not any(finding["path"] == "task_type" for finding in mended["findings"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/records"), ("get", "/vocabulary"), ("get", "/audit"), ("post", "/publish"), ("post", "/imports"), ("get", "/exports")],
)
def test_nobody_gets_in_without_signing_in(served: TestClient, method: str, path: str) -> None:
    answer = getattr(TestClient(served.app), method)(BASE + path)
    assert answer.status_code == 401 and answer.json()["detail"] == "请先登录。"


def test_a_change_without_the_token_of_the_session_is_refused(app: Any, served: TestClient) -> None:
    person = Person(app, "li.hua")
    del person.client.headers["X-CSRF-Token"]
    assert person.post("/lint", {"kind": "qa", "content": {}}).status_code == 403


def test_an_operator_sees_no_studio_and_an_administrator_edits_nothing(app: Any, served: TestClient) -> None:
    assert Person(app, "op.0271").get("/records").status_code == 403
    admin = Person(app, "zhao.min")
    record = admin.get(f"/records/guide/{REISSUE.key}").json()
    assert record["allowed"] == []
    assert admin.put(f"/records/guide/{REISSUE.key}", {"content": record["content"], "expected": record["number"]}).status_code == 403


def upload(person: Person, name: str, data: bytes, kind: str = "qa") -> Any:
    return person.client.post(f"{BASE}/imports", params={"kind": kind}, files={"file": (name, data)})


def exported(person: Person, kind: str, file_format: str) -> bytes:
    answer = person.get("/exports", kind=kind, format=file_format)
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def test_what_was_exported_changes_nothing_when_it_comes_back(editor: Person) -> None:
    report = editor.wait(upload(editor, "答问.xlsx", exported(editor, "qa", "xlsx")))["result"]
    assert report["wrong"] == [] and {change["change"] for change in report["changes"]} == {"same"}
    assert editor.post(f"/imports/{report['import']}/apply", {}).json() == {"saved": 0, "keys": []}


def test_one_wrong_row_stops_an_import_unless_it_is_left_out(editor: Person) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(editor, "qa", "xlsx")))
    sheet = book.worksheets[0]
    headers = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, headers["答案"]).value = "改过的答案，要写得长一点才像一个答案，办事请到政务服务中心。"
    sheet.cell(3, headers["要素"]).value = "没有这个要素"
    data = io.BytesIO()
    book.save(data)
    report = editor.wait(upload(editor, "答问.xlsx", data.getvalue()))["result"]
    (problem,) = report["wrong"]
    assert ((problem["row"], problem["field"]) == (3, "要素") and "可用" in problem["message"]) or "费用" in problem["message"]
    refused = editor.post(f"/imports/{report['import']}/apply", {})
    assert refused.status_code == 422 and "什么都没有导入" in refused.json()["detail"]
    done = editor.post(f"/imports/{report['import']}/apply", {"skip_wrong": True}).json()
    assert done["saved"] == 1
    assert editor.get(f"/records/qa/{done['keys'][0]}").json()["state"] == "draft"


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to hundreds of megabytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("坏.xlsx", b"PK\x03\x04 no workbook"), ("图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100), ("空.csv", b""), ("bomb.xlsx", bomb())],
    ids=["broken", "picture", "empty", "bomb"],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(editor: Person, name: str, data: bytes) -> None:
    answer = upload(editor, name, data)
    job = editor.wait(answer)
    assert job["state"] == "failed" and "请" in job["sentence"] and "系统出了差错" not in job["sentence"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(editor: Person) -> None:
    answer = upload(editor, "大.xlsx", b"0" * 1_200_000)
    assert answer.status_code in (413, 422) and "太大" in answer.json()["detail"]


def test_a_formula_is_never_exported_as_one(editor: Person, reviewer: Person) -> None:
    book = openpyxl.load_workbook(io.BytesIO(editor.get("/template", kind="qa").content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/records/guide/no-such-guide/submit", {"expected": 1}),
        ("/imports/0123456789abcdef/apply", {}),
        ("/publish", {"impact": "0123456789abcdef"}),
    ],
)
def test_what_is_not_there_is_said_to_be_missing(reviewer: Person, editor: Person, path: str, body: dict[str, Any]) -> None:
    person = editor if path.startswith("/imports") else reviewer
    answer = person.post(path, body)
    if answer.status_code == 202:
        job = person.wait(answer)
        assert job["state"] == "failed" and "重新" in job["sentence"]
    else:
        assert answer.status_code == 404 and "没有" in answer.json()["detail"]


def test_a_guide_prints_as_word_pdf_and_page(editor: Person) -> None:
    for file_format, begins in (("docx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!")):
        answer = editor.get(f"/records/guide/{REISSUE.key}/print", format=file_format)
        assert answer.status_code == 200 and answer.content.startswith(begins)


def test_another_process_that_publishes_is_followed(app: Any, served: TestClient) -> None:
    """A server that did not publish itself answers from the new index within two seconds."""
    studio = app.state.studio
    other = type("Other", (), {"database": studio.database, "workflow": studio.workflow})()
    content, number = content_of(other, REISSUE)
    identifier = approve(other, REISSUE, with_fee(content, "88元/证"), number)
    impact = studio.publisher.try_out([identifier], Job("test", "test", "test"))
    studio.publisher.publish(impact.id, actor=WANG, reason="发布")
    until = time.monotonic() + 2
    while "88元/证" not in told(served):
        assert time.monotonic() < until, "the old answer was still told after two seconds"
