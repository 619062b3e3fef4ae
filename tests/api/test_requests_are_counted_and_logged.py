"""Figures and lines about requests: who may read them, what they tell, and what they never tell."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from banshi import logs
from tests.api.small_product import Small
from tests.unit.test_no_personal_number_reaches_the_log import personal_numbers

TOKEN = "a-token-for-the-collector-of-metrics"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(tmp_path_factory.mktemp("knowledge"), tmp_path_factory.mktemp("var"))


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as JSON lines."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up("DEBUG", "json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def figures(client: TestClient, **headers: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """All figures by name and labels."""
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}", **headers})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def test_metrics_are_for_this_machine_or_who_shows_the_token(small: Small) -> None:
    app = small.app(metrics_token=TOKEN)
    far, near = TestClient(app, client=("10.1.1.1", 5)), TestClient(app, client=("127.0.0.1", 5))
    assert near.get("/metrics").status_code == 200
    assert far.get("/metrics").status_code == 403 and "令牌" in far.get("/metrics").json()["detail"]
    assert far.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
    assert far.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    # What a proxy of this machine passes on comes from elsewhere.
    assert near.get("/metrics", headers={"x-forwarded-for": "10.1.1.1"}).status_code == 403
    without = TestClient(small.app(), client=("10.1.1.1", 5))
    assert without.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403


def test_turns_and_searches_are_counted(small: Small) -> None:
    client = TestClient(small.app(metrics_token=TOKEN))
    before = figures(client)
    client.post("/api/v1/chat", json={"text": "身份证丢了咋整"})
    client.post("/api/v1/chat", json={"text": "转人工"})
    client.post("/api/v1/search", json={"text": "身份证丢了咋整"})
    after = figures(client)

    def more(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after[key] - before.get(key, 0)

    assert more("banshi_turns_total", decision="answer") == 1 and more("banshi_turns_total", decision="handoff") == 1
    assert more("banshi_turn_seconds_count") == 2 and more("banshi_search_seconds_count") == 2
    assert more("banshi_http_requests_total", method="POST", route="/api/v1/chat", status="200") == 2
    assert after["banshi_queue_waiting", ()] == 1 and ("banshi_streams_open", ()) in after
    assert after["banshi_index_loaded", ()] == 1 and after["banshi_search_by_meaning", ()] == 0
    assert any(name == "process_resident_memory_bytes" for name, _ in after)


def test_requests_leave_a_line_without_what_was_asked(small: Small, lines: io.StringIO) -> None:
    client = TestClient(small.app(log="json"))
    begun = client.post("/api/v1/chat?secret=1", json={"text": "身份证丢了咋整"})
    conversation = begun.json()["conversation"]
    client.get(f"/api/v1/chat/{conversation}/messages?after=0")
    client.get("/nothing/here/13900000001")
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    requests = [one for one in told if one["logger"] == "banshi.web.request_log"]
    assert [(one["method"], one["route"], one["status"]) for one in requests] == [
        ("POST", "/api/v1/chat", 200),
        ("GET", "/api/v1/chat/{conversation}/messages", 200),
        ("GET", "(none)", 404),
    ]
    assert requests[0]["request"] == begun.headers["x-request-id"] and requests[0]["ms"] > 0
    assert conversation not in json.dumps(requests) and "secret" not in lines.getvalue() and "身份证丢了" not in lines.getvalue()


def test_no_number_of_a_request_reaches_a_line(small: Small, lines: io.StringIO) -> None:
    """Two hundred numbers: in words, addresses, queries, headers, broken bodies, and where a value should be."""
    client = TestClient(small.app(log="json"), raise_server_exceptions=False)
    numbers = personal_numbers()
    for place, number in enumerate(numbers):
        plain = number.encode("ascii", "ignore").decode() or "1"
        match place % 6:
            case 0:
                client.post("/api/v1/chat", json={"text": f"我的号码是{number}，帮我查"})
            case 1:
                client.get(f"/api/v1/chat/{number}/messages", params={"after": number})
            case 2:
                client.post("/api/v1/search", content=f'{{"text": "{number}'.encode())
            case 3:
                client.post("/api/v1/search", json={"text": "x", "top_k": number, "region": number})
            case 4:
                client.get("/api/v1/regions", headers={"authorization": f"Bearer {plain}", "x-banshi-end": plain, "user-agent": plain})
            case _:
                client.post("/api/v1/chat", json={"conversation": number, "text": number, "client_id": plain[:64]})
    written = lines.getvalue()
    assert written.count("banshi.web.request_log") == 200
    for number in numbers:
        assert number not in written and number.replace(" ", "").replace("-", "") not in written
