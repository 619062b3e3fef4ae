"""公告与开关 over HTTP: who may, where it holds, and what citizens hear where the bot is switched off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from banshi.assembly import china_now
from banshi.store.audit import AuditLedger
from banshi.store.database import read
from tests.api.product import kinds, said, titles, wait_until
from tests.api.small_product import Citizen, Person, Small, counting_rasa

YANJI, YANBIAN, CHANGCHUN = "222401", "222400", "220100"
QUESTION = "身份证丢了要带什么"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def app(small: Small) -> FastAPI:
    return small.app()


@pytest.fixture(scope="module")
def reviewer(app: FastAPI) -> Person:
    return Person(app, "wang.fang")


@pytest.fixture(autouse=True)
def ended(app: FastAPI, reviewer: Person) -> Iterator[None]:
    """Nothing is announced after a test, and every process knows it."""
    yield
    for row in reviewer.rows("/notices"):
        assert reviewer("DELETE", f"/notices/{row['id']}").status_code == 200
    wait_until(lambda: start(app, YANJI)["notice"] is None, "the end of the notices")


def start(app: FastAPI, region: str | None) -> dict[str, Any]:
    body: dict[str, Any] = Citizen(app).client.get("/api/v1/start", params={"region": region} if region else {}).json()
    return body


def announce(person: Person, kind: str = "banner", **values: Any) -> dict[str, Any]:
    answer = person("POST", "/notices", {"kind": kind, "text": "今晚22点系统维护", **values})
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


def heard(app: FastAPI, region: str | None, text: str = QUESTION) -> dict[str, Any]:
    [first, *_] = Citizen(app, region).say(text)
    return first


def is_off(app: FastAPI, region: str | None) -> bool:
    return heard(app, region)["custom"].get("about") == "switched_off"


def test_a_banner_stands_above_the_conversations_of_its_place(app: FastAPI, reviewer: Person) -> None:
    until = china_now() + timedelta(hours=2)
    row = announce(reviewer, region=YANBIAN, ends_at=until.isoformat())
    assert (row["state"], row["region_name"], row["created_by"]) == ("running", "延边朝鲜族自治州", "wang.fang")
    wait_until(lambda: start(app, YANJI)["notice"] is not None, "the banner")
    notice = start(app, YANBIAN)["notice"]
    assert notice["text"] == "今晚22点系统维护" and notice["until"] is not None
    assert start(app, CHANGCHUN)["notice"] is None and start(app, None)["notice"] is None
    assert not is_off(app, YANJI), "a banner leaves the bot as it is"


def test_the_banner_of_the_whole_province_is_for_everybody(app: FastAPI, reviewer: Person) -> None:
    announce(reviewer, region="220000", text="国庆放假")
    wait_until(lambda: start(app, None)["notice"] is not None, "the banner")
    assert {start(app, region)["notice"]["text"] for region in (None, YANJI, CHANGCHUN, "999999")} == {"国庆放假"}
    announce(reviewer, region=YANJI, text="延吉大厅今天停电")
    wait_until(lambda: start(app, YANJI)["notice"]["text"] != "国庆放假", "the newer banner")
    assert start(app, YANBIAN)["notice"]["text"] == "国庆放假"


def test_one_that_is_to_come_waits(app: FastAPI, reviewer: Person) -> None:
    row = announce(reviewer, starts_at=(china_now() + timedelta(hours=1)).isoformat())
    assert row["state"] == "planned" and [one["id"] for one in reviewer.rows("/notices")] == [row["id"]]
    assert start(app, None)["notice"] is None


def test_the_switch_silences_the_bot_of_a_place_in_every_process_within_a_second(small: Small, app: FastAPI, reviewer: Person) -> None:
    with counting_rasa("好的") as rasa:
        others = [small.app(with_rasa=True, rasa_port=rasa.port), small.app()]
        assert heard(others[0], YANJI)["text"] == "好的" and len(rasa.heard) == 1
        assert not any(is_off(one, YANJI) for one in (app, others[1]))
        row = announce(reviewer, "off", text="智能问答正在检修", region=YANBIAN)
        wait_until(lambda: all(is_off(one, YANJI) for one in (app, *others)), "the end of the bot in every process")
        before = len(rasa.heard)
        told = heard(others[0], YANJI, "/find_window")
        assert told["text"].startswith("智能问答正在检修。") and "12345" in told["text"] and titles([told]) == ["转人工"]
        assert [heard(others[0], YANBIAN, text)["text"] for text in ("你好", "😀", "查进度", "1")] == [told["text"]] * 4
        assert len(rasa.heard) == before, "Rasa is not called"
        assert not is_off(app, CHANGCHUN) and heard(others[0], CHANGCHUN)["text"] == "好的"
        assert reviewer("DELETE", f"/notices/{row['id']}").status_code == 200
        wait_until(lambda: not any(is_off(one, YANJI) for one in (app, *others)), "the bot's return in every process")
        assert len(rasa.heard) > before


def test_where_the_bot_is_off_danger_is_met_and_a_person_is_reached(app: FastAPI, reviewer: Person) -> None:
    citizen = Citizen(app, YANJI)
    citizen.say(QUESTION)
    announce(reviewer, "off", text="智能问答正在检修")
    wait_until(lambda: is_off(app, None), "the switch")
    assert "119" in said(citizen.say("家里着火了"))
    [told] = citizen.say(QUESTION)
    assert told["custom"]["type"] == "redirect" and "依据" not in told["text"]
    assert kinds(citizen.press("转人工")) == ["handoff"] and "12345" in said(citizen.replies)
    assert start(app, YANJI)["notice"]["text"] == "智能问答正在检修", "and the page says so before the first word"


def test_a_conversation_knows_its_place_without_being_told_again(app: FastAPI, reviewer: Person) -> None:
    citizen = Citizen(app, YANJI)
    citizen.say(QUESTION)
    citizen.region = None
    announce(reviewer, "off", region=YANJI)
    wait_until(lambda: is_off(app, YANJI), "the switch")
    assert citizen.say(QUESTION)[0]["custom"]["about"] == "switched_off"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"text": " \n "}, "写明"),
        ({"text": "！！"}, "写明"),
        ({"text": "请打13812345678"}, "手机号"),
        ({"text": ""}, ""),
        ({"text": "字" * 201}, ""),
        ({"kind": "loud"}, ""),
        ({"region": "110000"}, "地区"),
        ({"region": "'; DROP"}, "地区"),
        ({"ends_at": "2020-01-01T00:00:00+08:00"}, "晚于"),
        ({"starts_at": "2099-01-02T00:00:00+08:00", "ends_at": "2099-01-01T00:00:00+08:00"}, "晚于"),
        ({"ends_at": "2099-01-01T00:00:00"}, ""),
        ({"ends_at": "soon"}, ""),
        ({"more": 1}, ""),
    ],
)
def test_a_bad_notice_is_refused_in_a_sentence(reviewer: Person, values: dict[str, Any], why: str) -> None:
    answer = reviewer("POST", "/notices", {"kind": "banner", "text": "今晚维护", **values})
    assert answer.status_code == 422 and why in answer.json()["detail"] and answer.json()["detail"].endswith("。")
    assert reviewer.rows("/notices") == []


def test_only_reviewers_and_administrators_announce_and_only_in_their_places(app: FastAPI, reviewer: Person) -> None:
    wanted = {"kind": "off", "text": "停用"}
    for account in ("li.hua", "op.0271"):
        person = Person(app, account)
        assert person("POST", "/notices", wanted).status_code == person("GET", "/notices").status_code == 403
    local = Person(app, "jin.yan")
    for region in (None, "220000", CHANGCHUN):
        refused = local("POST", "/notices", {**wanted, "region": region})
        assert refused.status_code == 403 and "地区" in refused.json()["detail"]
    assert local("POST", "/notices", {**wanted, "region": YANJI}).status_code == 201
    row = announce(Person(app, "zhao.min"), region=CHANGCHUN)
    assert local("DELETE", f"/notices/{row['id']}").status_code == 403
    anonymous = Citizen(app).client
    assert anonymous.post("/api/v1/studio/notices", json=wanted).status_code == 401
    assert anonymous.delete(f"/api/v1/studio/notices/{row['id']}").status_code == 401


def test_one_that_is_over_cannot_be_ended_and_is_shown_among_the_past(reviewer: Person) -> None:
    row = announce(reviewer)
    assert reviewer("DELETE", f"/notices/{row['id']}").json()["state"] == "over"
    for identifier in (row["id"], 999_999):
        assert reviewer("DELETE", f"/notices/{identifier}").status_code == 404
    past = reviewer.rows("/notices", past=True)
    assert (past[0]["id"], past[0]["ended_by"]) == (row["id"], "wang.fang") and reviewer.rows("/notices") == []


def test_every_notice_and_its_end_stand_in_the_ledger(small: Small, reviewer: Person) -> None:
    row = announce(reviewer, "off", region=YANJI, text="停用一小时")
    reviewer("DELETE", f"/notices/{row['id']}")
    with read(small.desk.database) as connection:
        ledger = AuditLedger(connection)
        entries = ledger.entries(target=f"notice/{row['id']}")
        assert ledger.verify() == []
    assert [(entry.action, entry.actor) for entry in entries] == [("notice.end", "wang.fang"), ("notice.begin", "wang.fang")]
    assert entries[1].detail["region"] == YANJI and entries[1].detail["reason"] == "停用一小时" and entries[1].detail["kind"] == "off"
    sentence = reviewer.rows("/audit", target=f"notice/{row['id']}")[0]["sentence"]
    assert sentence.startswith("结束公告或关停")


def test_without_an_index_the_whole_province_can_still_be_switched_off(tmp_path: Path, small: Small) -> None:
    alone = Small(small.root, tmp_path)
    (tmp_path / "snapshots" / "CURRENT").unlink()
    app = alone.app()
    row = announce(Person(app, "wang.fang"), "off")
    assert row["region_name"] == "220000"
    wait_until(lambda: is_off(app, YANJI), "the switch")
    assert "119" in heard(app, YANJI, "着火了")["text"]
