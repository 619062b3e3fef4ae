"""What happens in a conversation comes as events: at once, in order, none twice, and on from where a stream broke off."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import open_database
from tests.api.citizen_server import Page, citizen_server
from tests.api.product import Product, wait_until

LOST = "身份证丢了咋整"
UNKNOWN = "c-" + "0" * 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stream")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Product]:
    with citizen_server(folder / "one", database=f"sqlite:///{folder / 'shared.db'}") as product:
        yield product


@pytest.fixture(scope="module")
def store(folder: Path, server: Product) -> Iterator[ConversationStore]:
    """The database as another process sees it."""
    engine = open_database(folder / "shared.db")
    yield ConversationStore(engine)
    engine.dispose()


@pytest.fixture
def page(server: Product) -> Page:
    """In a conversation of one turn."""
    page = Page(server)
    page.send(LOST, "m0")
    return page


def ids(messages: list[dict[str, Any]]) -> list[int]:
    return [message["id"] for message in messages]


def test_a_stream_tells_what_was_said_and_what_is_said_then(page: Page) -> None:
    with page.stream() as stream:
        assert stream.wait_for(2) == page.messages()
        told = page.send("多少钱", "m1")
        assert stream.wait_for(4)[2:] == told["messages"]
        assert [event["id"] for event in stream.events if event["event"] == "message"] == [str(n) for n in ids(stream.messages)]
        assert stream.states == ["bot"]


def test_what_proxies_and_caches_must_know_stands_in_the_headers(page: Page) -> None:
    with page.stream() as stream:
        headers = stream.response.headers
        assert headers["content-type"].startswith("text/event-stream")
        assert (headers["x-accel-buffering"], headers["cache-control"]) == ("no", "no-store")


@pytest.mark.parametrize("where", ["header", "query"])
def test_a_stream_goes_on_after_the_message_that_the_page_has(page: Page, where: str) -> None:
    first, *_ = ids(page.messages())
    with page.stream(first) if where == "header" else page.stream(**{"after": first}) as stream:
        page.send("多少钱", "m1")
        assert ids(stream.wait_for(3)) == ids(page.messages())[1:]


def test_a_stream_that_broke_off_is_taken_up_without_gap_or_double(page: Page) -> None:
    seen: list[dict[str, Any]] = []
    for number in range(4):
        with page.stream(seen[-1]["id"] if seen else 0) as stream:
            seen += stream.wait_for(2)
        page.send("多少钱", f"m{number + 1}")  # while nobody listens
    assert seen == page.messages()[: len(seen)] and len(seen) == 8


@pytest.mark.parametrize("header", ["", "abc", "-1", "1e9", "９", "9" * 100])
def test_a_place_that_is_none_does_no_harm(page: Page, header: str) -> None:
    url = f"{page.product.url}/api/v1/chat/{page.conversation}/events"
    with httpx.stream("GET", url, headers={"last-event-id": header.encode()}, timeout=60, trust_env=False) as response:  # type: ignore[dict-item]
        assert response.status_code == 200
        assert any("event: " in line for line in response.iter_lines())


def test_each_stream_of_a_conversation_is_told_and_no_other(page: Page, server: Product) -> None:
    stranger = Page(server)
    stranger.send("你好", "m0")
    with page.stream() as one, page.stream() as two, stranger.stream() as three:
        for stream in (one, two, three):
            stream.wait_for(2)
        page.send("多少钱", "m1")
        assert one.wait_for(4) == two.wait_for(4) == page.messages()
        assert three.messages == stranger.messages()


def test_a_citizens_message_is_told_before_the_answer_is_there(page: Page, folder: Path) -> None:
    hold = folder / "one" / "hold"
    with page.stream() as stream:
        stream.wait_for(2)
        hold.touch()
        try:
            with httpx.Client(trust_env=False) as client, contextlib.suppress(httpx.TimeoutException):
                body = {"conversation": page.conversation, "text": "多少钱", "client_id": "m1"}
                client.post(f"{page.product.url}/api/v1/chat", json=body, timeout=1)
            assert stream.wait_for(3)[-1]["client_id"] == "m1"
        finally:
            hold.unlink()
        assert stream.wait_for(4)[-1]["sender"] == "bot", "who went away finds the answer all the same"
    assert page.send("多少钱", "m1")["messages"] == page.messages()[2:]


def test_what_another_process_writes_is_told_too(page: Page, store: ConversationStore) -> None:
    assert page.conversation is not None
    found = store.get(page.conversation)
    assert found is not None
    with page.stream() as stream:
        stream.wait_for(2)
        assert store.move(page.conversation, "waiting", now=found.updated_at)
        said = Message("staff", "您好，我来帮您", found.updated_at, custom={"type": "staff", "staff": "0271"})
        assert store.move(page.conversation, "human", now=found.updated_at, say=said)
        told = stream.wait_for(3)[-1]
        assert (told["sender"], told["text"], told["custom"]["staff"]) == ("staff", "您好，我来帮您", "0271")
        wait_until(lambda: stream.states[-1] == "human", "the state", limit=20)
        silent = page.send("好的", "m1")
        assert (silent["replies"], silent["state"]) == ([], "human"), "the assistant is silent while a person answers"
        assert stream.wait_for(4)[-1]["client_id"] == "m1"


def test_states_are_told_and_the_stream_ends_with_the_conversation(page: Page) -> None:
    with page.stream() as stream:
        assert page.send("转人工", "m1")["state"] == "waiting"
        wait_until(lambda: stream.states == ["bot", "waiting"], "the state", limit=20)
        assert page.send("不用转人工了", "m2")["state"] == "bot"
        assert page.post("/close", {}).json()["state"] == "closed"
        assert stream.ended.wait(20)
        assert stream.states == ["bot", "waiting", "bot", "closed"]
        assert stream.messages == page.messages()


def test_of_four_streams_of_one_conversation_the_oldest_is_ended(page: Page) -> None:
    with ExitStack() as stack:
        oldest, *others = [stack.enter_context(page.stream()) for _ in range(3)]
        for stream in (oldest, *others):
            stream.wait_for(2)
        newest = stack.enter_context(page.stream())
        assert oldest.ended.wait(20)
        page.send("多少钱", "m1")
        for stream in (*others, newest):
            assert len(stream.wait_for(4)) == 4
        assert len(oldest.messages) == 2


def test_a_page_that_reads_nothing_hinders_nobody(page: Page, server: Product) -> None:
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port or 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.sendall(f"GET /api/v1/chat/{page.conversation}/events HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        with page.stream() as stream:
            for number in range(12):
                page.send("身份证丢了，材料、流程、费用、时限都说说", f"n{number}")
            assert len(stream.wait_for(26)) == 26


def test_pages_that_leave_take_no_place(page: Page) -> None:
    for _ in range(8):
        with page.stream() as stream:
            stream.wait_for(2)
    with ExitStack() as stack:
        open_now = [stack.enter_context(page.stream()) for _ in range(3)]
        page.send("多少钱", "m1")
        assert all(len(stream.wait_for(4)) == 4 for stream in open_now)


@pytest.mark.parametrize("path", ["/messages", "/events", "/close", "/rating"])
def test_unknown_foreign_and_malformed_ids_are_answered_alike(server: Product, page: Page, path: str) -> None:
    bodies = set()
    assert page.conversation is not None
    for identifier in (UNKNOWN, page.conversation[:-1], page.conversation.upper(), "c-", "x", "%00", "default", page.conversation + "0"):
        stranger = Page(server, identifier)
        found = stranger.post(path, {"stars": 5} if path == "/rating" else {}) if path in ("/close", "/rating") else stranger.get(path)
        assert found.status_code == 404, identifier
        bodies.add(found.content)
    assert len(bodies) == 1 and "会话" in bodies.pop().decode()


@pytest.mark.parametrize("after", ["x", "-1", "1.5", str(2**31), "9" * 40, "'; DROP TABLE messages"])
def test_a_place_that_is_none_is_refused_in_a_sentence(page: Page, after: str) -> None:
    for path in ("/messages", "/events"):
        response = page.get(path, after=after)
        assert response.status_code == 422
        assert response.json()["detail"].startswith("请求的格式不对")


def test_messages_are_told_from_a_place_on(page: Page) -> None:
    told = page.get("/messages", after=0).json()
    assert (told["conversation"], told["state"]) == (page.conversation, "bot")
    assert told["last"] == told["messages"][-1]["id"]
    again = page.get("/messages", after=told["last"]).json()
    assert (again["messages"], again["last"]) == ([], told["last"])


def test_numbers_are_masked_in_what_is_told(page: Page) -> None:
    page.send("我的身份证号220102199003075713，多少钱", "m1")
    with page.stream() as stream:
        stream.wait_for(4)
    assert "220102199003075713" not in str(stream.events) + str(page.messages())


def test_a_conversation_that_is_over_can_be_read_for_a_while_and_closed_once_more(page: Page) -> None:
    assert page.post("/close", {}).status_code == page.post("/close", {}).status_code == 200
    assert page.get("/messages").json()["state"] == "closed"
    with page.stream() as stream:
        assert stream.ended.wait(20)
        assert (len(stream.messages), stream.states) == (2, ["closed"])


def test_a_rating_is_kept_once_with_the_versions_of_the_answer(page: Page, store: ConversationStore) -> None:
    versions = page.messages()[-1]["custom"]["versions"]
    body = {"stars": 2, "reasons": ["没答到点上"], "text": "给我回电话13912345678"}
    assert page.post("/rating", body).status_code == 200
    again = page.post("/rating", {"stars": 5})
    assert again.status_code == 409 and "评价过" in again.json()["detail"]
    assert page.conversation is not None
    kept = store.rating(page.conversation)
    assert kept is not None
    assert (kept.stars, kept.reasons, kept.versions) == (2, ["没答到点上"], versions)
    assert "13912345678" not in kept.text and "回电话" in kept.text


def test_a_rating_can_be_given_after_the_end(page: Page) -> None:
    page.post("/close", {})
    assert page.post("/rating", {"stars": 5, "reasons": []}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"stars": 0},
        {"stars": 6},
        {"stars": "5"},
        {"stars": 4.5},
        {"stars": True},
        {"stars": None},
        {"stars": 5, "reasons": "慢"},
        {"stars": 5, "reasons": ["慢" * 41]},
        {"stars": 5, "reasons": ["慢"] * 11},
        {"stars": 5, "text": "慢" * 1001},
        {"stars": 5, "staff": "0271"},
        [5],
    ],
)
def test_a_rating_that_is_none_is_refused_and_does_not_count(page: Page, body: object) -> None:
    response = page.post("/rating", body)
    assert response.status_code == 422
    assert response.json()["detail"].startswith("请求的格式不对")
    assert page.post("/rating", {"stars": 3}).status_code == 200


def test_a_body_that_is_too_large_is_refused(page: Page) -> None:
    for path in ("/rating", "/close"):
        assert page.post(path, {"stars": 5, "text": "慢" * 30_000}).status_code == 413
