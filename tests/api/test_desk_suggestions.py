"""Suggestions as the desk and the telephone system meet them: the whole server in this process, over HTTP and WebSocket."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from banshi.assembly import china_now
from banshi.desk.advice.calls import SILENT, Calls, Heard, as_heard
from banshi.editing.gaps import in_vain
from banshi.settings import Settings
from banshi.standin.telephony import Answered, Line, play, read_transcript
from banshi.store.database import read
from banshi.store.questions import QuestionLog
from banshi.store.suggestion_uses import SuggestionUses
from banshi.web.app import create_app
from tests.api.product import copy_built_index, free_port, wait_until

TOKEN = "telephony-token-of-these-tests"
PASSWORD = "opera gravel lime tusk"
KEY = "guide:hz-idcard-reissue:materials"


class Server:
    """The server in a thread of this process, with an operator, a supervisor and an editor."""

    def __init__(self, folder: Path) -> None:
        copy_built_index(folder / "snapshots")
        self.port = free_port()
        settings = Settings(var_dir=folder, port=self.port, rate_limit=0, telephony_token=TOKEN, log_level="WARNING")
        self.app: FastAPI = create_app(settings, with_rasa=False)
        for account, role in (("wang.fang", "operator"), ("li.na", "operator"), ("zhao.min", "admin"), ("sun.li", "editor")):
            given: dict[str, Any] = {"name": account, "password": PASSWORD, "chosen_by_owner": True, "by": "test"}
            self.app.state.staff.accounts.add(account=account, roles=(role,), **given)
        self.url, self.calls_url = f"http://127.0.0.1:{self.port}", f"ws://127.0.0.1:{self.port}/api/v1/desk/calls/"
        self._server = uvicorn.Server(uvicorn.Config(self.app, port=self.port, log_level="warning", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def database(self) -> sa.Engine:
        found: sa.Engine = self.app.state.studio.database
        return found

    def __enter__(self) -> Server:
        self._thread.start()
        wait_until(lambda: self._server.started, "the server")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)

    @contextmanager
    def signed_in(self, account: str) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=f"{self.url}/api/v1", timeout=60, trust_env=False) as client:
            response = client.post("/staff/sign-in", json={"account": account, "password": PASSWORD})
            assert response.status_code == 200, response.text
            client.headers["X-CSRF-Token"] = response.json()["csrf"]
            yield client

    def call(self, name: str, token: str = TOKEN) -> ClientConnection:
        return connect(self.calls_url + name, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(server: Server) -> Iterator[httpx.Client]:
    with server.signed_in("wang.fang") as client:
        yield client


def suggest(desk: httpx.Client, text: str, **more: Any) -> dict[str, Any]:
    response = desk.post("/desk/suggestions", json={"text": text, **more})
    assert response.status_code == 200, response.text
    return dict(response.json())


def hear(call: ClientConnection, kind: str, text: str = "", **more: Any) -> None:
    call.send(json.dumps({"type": kind, "text": text, **more}, ensure_ascii=False))


def told(call: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(call.recv(timeout=30)))


@contextmanager
def following(desk: httpx.Client, call: str, **headers: str) -> Iterator[list[tuple[int, str, dict[str, Any]]]]:
    """Events of a call, read by a thread."""
    events: list[tuple[int, str, dict[str, Any]]] = []
    with desk.stream("GET", f"/desk/calls/{call}/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")

        def take() -> None:
            event: dict[str, str] = {}
            try:
                for line in response.iter_lines():
                    name, _, value = line.partition(": ")
                    if name:
                        event[name] = value
                    elif event:
                        events.append((int(event["id"]), event["event"], json.loads(event["data"])))
                        event = {}
            except (httpx.HTTPError, httpx.StreamError):
                pass

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield events


def test_a_suggestion_says_all_an_operator_needs(desk: httpx.Client) -> None:
    advice = suggest(desk, "身份证丢了补一个要带啥材料", region="220100")
    first = advice["suggestions"][0]
    assert first["key"] == KEY and first["level"] == "高" and first["confidence"] > 0.7
    assert (first["item"], first["item_name"], first["element"]) == ("hz-idcard-reissue", "居民身份证丢失补领", "materials")
    assert 0 < len(first["script"]) <= 240 and "居民身份证申领登记表" in first["script"]
    assert "长春市可能有自己的规定" in first["script"] and any("长春市" in caution or "没问清" in caution for caution in first["avoid"])
    assert first["source"]["title"] == "居民身份证丢失补领办事指南" and first["source"]["version"] == 1 and first["source"]["valid_from"]
    assert first["url"].startswith("https://") and first["utterance"] == "身份证丢了补一个要带啥材料"
    assert {block["type"] for block in first["blocks"]} >= {"guide", "materials"}
    assert advice["ask"] == {
        "item": "hz-idcard-reissue",
        "choice": "where",
        "question": "在户口所在地补，还是在外地补？",
        "options": [{"id": "home", "label": "户口所在地补"}, {"id": "away", "label": "在外地补"}],
    }
    assert len(advice["suggestions"]) <= 3 and advice["redirect"] is None and advice["took_ms"] > 0


def test_answers_to_the_question_make_the_list_exact(desk: httpx.Client) -> None:
    exact = suggest(desk, "身份证丢了补一个要带啥材料", item="hz-idcard-reissue", answers={"where": "away"})
    assert exact["ask"] is None and "居民户口簿" not in exact["suggestions"][0]["script"]
    said = suggest(desk, "我人在外地，身份证丢了补一个要带啥材料")
    assert said["ask"] is None  # the words answer it
    stale = suggest(desk, "身份证丢了补一个要带啥材料", item="hz-idcard-reissue", answers={"no-such": "x"})
    assert stale["ask"]["choice"] == "where"


def test_what_is_shown_stays_in_place_while_words_come(desk: httpx.Client) -> None:
    text, shown = "我想问一下身份证丢了补办要多少钱", []
    for end in (*range(5, len(text), 4), len(text)):
        advice = suggest(desk, text[:end], partial=end < len(text), shown=shown)
        keys = [one["key"] for one in advice["suggestions"]]
        gone = {change["key"]: change["reason"] for change in advice["changes"]}
        for key in shown:
            assert key in keys or gone[key]
        shown = keys
    assert shown[0] == "guide:hz-idcard-reissue:fee"


@pytest.mark.parametrize(
    ("text", "title"),
    [("我要投诉窗口的人态度太差", "投诉"), ("我家着火了", "紧急情况"), ("办危险化学品经营许可要啥材料", "没有指南：危险化学品经营许可")],
)
def test_some_words_are_met_with_something_else_than_a_suggestion(desk: httpx.Client, text: str, title: str) -> None:
    advice = suggest(desk, text, shown=[KEY])
    assert advice["suggestions"] == [] and advice["redirect"]["title"] == title and len(advice["redirect"]["script"]) <= 240
    assert [change["key"] for change in advice["changes"]] == [KEY]


def test_the_conversations_region_counts_when_none_is_given(server: Server, desk: httpx.Client) -> None:
    body = httpx.post(f"{server.url}/api/v1/chat", json={"conversation": None, "text": "你好", "region": "222401"}, trust_env=False).json()
    advice = suggest(desk, "身份证丢了多久能补好", conversation=body["conversation"])
    assert "延吉市" in advice["suggestions"][0]["script"]


def test_personal_numbers_never_come_back(desk: httpx.Client) -> None:
    advice = suggest(desk, "我身份证号22010219900307123X，丢了咋补", shown=[])
    assert "19900307" not in json.dumps(advice, ensure_ascii=False)


def test_who_may_ask(server: Server) -> None:
    body = {"text": "身份证丢了"}
    assert httpx.post(f"{server.url}/api/v1/desk/suggestions", json=body, trust_env=False).status_code == 401
    for account, status in (("sun.li", 403), ("zhao.min", 200), ("li.na", 200)):
        with server.signed_in(account) as client:
            assert client.post("/desk/suggestions", json=body).status_code == status
            assert client.get("/desk/calls").status_code == status
            assert client.get("/desk/stats").status_code == status


def test_malformed_requests_get_a_chinese_sentence(desk: httpx.Client) -> None:
    wrong: list[dict[str, Any]] = [{}, {"text": "x" * 2001}, {"text": "x", "shown": ["no key"]}, {"text": "x", "more": 1}]
    for body in wrong:
        response = desk.post("/desk/suggestions", json=body)
        assert response.status_code == 422 and response.json()["detail"].startswith("请求的格式不对：")
    use = {"key": KEY, "said": "x", "action": "reported", "conversation": "c"}
    assert desk.post("/desk/suggestions/uses", json=use).status_code == 422  # a report without a reason
    assert desk.post("/desk/suggestions/uses", json={**use, "action": "useful", "call": "1"}).status_code == 422


def test_uses_are_kept_with_the_edit_distance_and_wrong_ones_reach_the_gaps(server: Server) -> None:
    with server.signed_in("li.na") as client:
        script = suggest(client, "身份证丢了补一个要带啥材料")["suggestions"][0]["script"]

        def use(said: str, **more: Any) -> dict[str, Any]:
            response = client.post(
                "/desk/suggestions/uses", json={"key": KEY, "version": 1, "conversation": "c-uses", "said": said, **more}
            )
            assert response.status_code == 201, response.text
            return dict(response.json())

        assert use("补证带啥", action="inserted", first_ms=80)["kept"] is None
        sent = use("补证带啥", action="sent", original=script, text_sent=script + "请您慢走。", first_ms=80)
        assert sent["edit_distance"] == 5 and sent["kept"] > 0.9
        assert use("身份证补领去哪拍照", action="sent", original=script, text_sent="窗口就能现场拍照。")["kept"] < 0.5
        use("俺那个证号13843112345到底带啥", action="reported", reason="答非所问")
        figures = client.get("/desk/stats").json()
    with read(server.database) as connection:
        log = QuestionLog(connection).since(china_now() - timedelta(hours=1))
        wrong = [asked for asked in in_vain(connection, log) if asked.conversation == "c-uses"]
        uses = SuggestionUses(connection).since(china_now() - timedelta(hours=1), account="li.na")
    assert {asked.text.partition("〈")[0] for asked in wrong} == {"身份证补领去哪拍照", "俺那个证号"}
    assert all(asked.item == "hz-idcard-reissue" and asked.decision == "answer" and asked.vector for asked in wrong)
    assert not any("13843112345" in text for text in (*(asked.text for asked in wrong), *(use.said for use in uses)))
    assert {use.domain for use in uses if use.key} == {"户政"}
    assert figures["all"] is None and figures["me"]["adopted"] == 2 and figures["me"]["shown"] == 3
    assert figures["me"]["median_first_ms"] == 80 and figures["me"]["by_domain"][0]["domain"] == "户政"
    with server.signed_in("zhao.min") as supervisor:
        everybody = supervisor.get("/desk/stats", params={"days": 7}).json()["all"]
    assert {"li.na": 2}.items() <= {row["account"]: row["adopted"] for row in everybody}.items()


def test_what_was_shown_is_counted_once(server: Server) -> None:
    with server.signed_in("li.na") as client:
        for _ in range(2):
            suggest(client, "办护照要多少钱", conversation="c-shown")

        def rows() -> list[str]:
            with read(server.database) as connection:
                uses = SuggestionUses(connection).since(china_now() - timedelta(hours=1), account="li.na")
            return [use.said for use in uses if use.conversation == "c-shown" and use.action == "shown"]

        wait_until(lambda: bool(rows()), "the row")
        suggest(client, "办护照要多少钱", conversation="c-shown", partial=True)
        assert rows() == ["办护照要多少钱"]


def test_a_call_is_advised_on_and_followed(server: Server, desk: httpx.Client) -> None:
    with server.call("call-1") as call:
        hear(call, "partial", "喂你好我身份证丢", region="222401", operator="wang.fang")
        assert told(call)["suggestions"][0]["item"] == "hz-idcard-reissue"
        [shown] = [one for one in desk.get("/desk/calls").json()["calls"] if one["call"] == "call-1"]
        assert (shown["region"], shown["operator"], shown["last"]) == ("222401", "wang.fang", "喂你好我身份证丢")
        with following(desk, "call-1") as events:
            hear(call, "final", "喂你好我身份证丢了我电话13843112345")
            advice = told(call)
            assert advice["suggestions"][0]["item"] == "hz-idcard-reissue" and advice["text"] == "喂你好我身份证丢了我电话〈手机号〉"
            hear(call, "final", "那得多少钱啊")
            advice = told(call)
            assert advice["suggestions"][0]["key"] == "guide:hz-idcard-reissue:fee"
            hear(call, "final", "您稍等我看一下", speaker="operator")
            hear(call, "end")
            wait_until(lambda: any(data.get("type") == "end" for _, _, data in events), "the end of the call")
        said = [(data["speaker"], data["text"]) for _, name, data in events if name == "utterance" and data["type"] == "final"]
        assert said == [
            ("citizen", "喂你好我身份证丢了我电话〈手机号〉"),
            ("citizen", "那得多少钱啊"),
            ("operator", "您稍等我看一下"),
        ]
        numbers = [number for number, _, _ in events]
        assert numbers == sorted(set(numbers))
        assert [data["suggestions"][0]["key"] for _, name, data in events if name == "suggestions"][-1] == "guide:hz-idcard-reissue:fee"
        with following(desk, "call-1", **{"Last-Event-ID": str(numbers[-2])}) as rest:
            wait_until(lambda: bool(rest), "what came after")
        assert [number for number, _, _ in rest] == numbers[-1:]
    assert "call-1" not in [one["call"] for one in desk.get("/desk/calls").json()["calls"]]
    with read(server.database) as connection:
        uses = [use for use in SuggestionUses(connection).since(china_now() - timedelta(hours=1)) if use.call == "call-1"]
    assert {use.account for use in uses} <= {"wang.fang"} and not any("13843112345" in use.said for use in uses)


def test_another_operators_call_is_not_shown(server: Server, desk: httpx.Client) -> None:
    with server.call("call-2") as call:
        hear(call, "final", "办护照要多少钱", operator="li.na")
        told(call)
        assert "call-2" not in [one["call"] for one in desk.get("/desk/calls").json()["calls"]]
        assert desk.get("/desk/calls/call-2/events").status_code == 404
        with server.signed_in("zhao.min") as supervisor:
            assert "call-2" in [one["call"] for one in supervisor.get("/desk/calls").json()["calls"]]
    missing = desk.get("/desk/calls/no-such/events")
    assert missing.status_code == 404 and missing.json()["detail"] == "没有这个通话，或者它已经结束了。"


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer"}]
)
def test_a_wrong_token_is_refused_before_anything_is_said(server: Server, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(server.calls_url + "call-3", additional_headers=headers, proxy=None):
        pass
    assert refused.value.response.status_code == 403
    assert server.app.state.calls.get("call-3") is None


def test_without_a_token_set_everybody_is_refused(server: Server) -> None:
    server.app.state.telephony_token = ""
    try:
        for token in ("", TOKEN):
            with pytest.raises(InvalidStatus), server.call("call-4", token):
                pass
    finally:
        server.app.state.telephony_token = TOKEN


@pytest.mark.parametrize("name", ["x" * 81, "-call", "call%20one", "%E9%80%9A"])
def test_a_call_needs_a_plain_name(server: Server, name: str) -> None:
    with pytest.raises(InvalidStatus), server.call(name):
        pass


def test_what_cannot_be_read_is_answered_with_a_sentence(server: Server) -> None:
    with server.call("call-5") as call:
        for wrong, sentence in (
            ("{", "消息不是完整的 JSON 对象，读不出来。"),
            ("[1]", "消息不是完整的 JSON 对象，读不出来。"),
            ('{"type": "shout", "text": 1}', "消息的这些项不对：text、type。"),
            (json.dumps({"type": "final", "text": "长" * 2001}, ensure_ascii=False), "消息的这些项不对：text。"),
            ("x" * 8193, "一条消息最多8192个字符，请分句发送。"),
            (b"\x00\x01", "只收文字消息（JSON），不收二进制消息。"),
        ):
            call.send(wrong)
            assert told(call) == {"detail": sentence}
        hear(call, "final", "办护照要多少钱")
        assert told(call)["suggestions"]  # the call goes on
    with server.call("call-6") as call:
        for _ in range(20):
            call.send("[" * 5000)
            assert "读不出来" in told(call)["detail"]
        with pytest.raises(ConnectionClosed):
            told(call)


def test_newer_words_take_the_place_of_older_ones(server: Server) -> None:
    text = "我儿子今年十六了从来没办过身份证头一回办要带什么材料去派出所"
    with server.call("call-7") as call:
        for end in range(4, len(text)):
            hear(call, "partial", text[:end])
        hear(call, "final", text)
        texts = []
        while not texts or texts[-1] != text:
            texts.append(told(call)["text"])
    assert len(texts) < len(text) - 4 and texts == sorted(texts, key=len)


def test_the_stand_in_plays_calls_side_by_side(server: Server, tmp_path: Path) -> None:
    transcript = tmp_path / "calls.jsonl"
    lines = [
        Line(call=call, text=text, pause=0.0)
        for call, text in (("s-1", "办护照要多少钱"), ("s-2", "身份证丢了咋整"), ("s-1", "多久能办好"))
    ]
    transcript.write_text("\n".join(line.model_dump_json() for line in lines), encoding="utf-8")
    heard: list[tuple[str, Answered]] = []
    url = server.url.replace("http", "ws")
    played = asyncio.run(
        play(url, TOKEN, read_transcript(transcript), speed=60, told=lambda call, answered: heard.append((call, answered)))
    )
    finals = {one.text: one.advice["suggestions"][0]["item"] for of in played for one in of.answers if one.final}
    assert finals["身份证丢了咋整"] == "hz-idcard-reissue" and finals["办护照要多少钱"] == finals["多久能办好"]
    assert {call for call, _ in heard} == {"s-1", "s-2"}


def test_a_call_that_falls_silent_is_forgotten(server: Server) -> None:
    state = server.app.state
    moment = [china_now()]
    calls = Calls(state.advising, state.adoption, lambda: moment[0])

    async def silent() -> None:
        call = calls.begin("silent")
        calls.hear(call, Heard("partial", "喂"))
        moment[0] += SILENT + timedelta(seconds=1)
        assert calls.under_way() == [] and calls.get("silent") is None
        names = [event.name async for event in calls.follow(call, 0, 0.1) if event is not None]
        assert names[0] == "utterance"  # who follows it is told what there was, and then that it is over

    asyncio.run(silent())


@pytest.mark.parametrize(
    ("said", "partial", "kept"),
    [
        ("我电话13843112345您记一下", False, "我电话〈手机号〉您记一下"),
        ("我电话138431", True, "我电话〈号码〉"),
        ("我电话一三八四三一一二三四五", False, "我电话〈号码〉"),
        ("证号是2201021990030712", False, "证号是〈号码〉"),
        ("补一个要40元", True, "补一个要40元"),
        ("2025年办的", True, "2025年办的"),
    ],
)
def test_numbers_are_hidden_even_while_they_are_being_said(said: str, partial: bool, kept: str) -> None:
    assert as_heard(said, partial=partial) == kept
