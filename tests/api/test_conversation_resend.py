"""A message sent again is harmless: after a lost response, while in flight, in another process, after the process was killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.api.citizen_server import Page, citizen_server
from tests.api.product import Product, wait_until

LOST = "身份证丢了咋整"
NUMBERED = "我的身份证号220102199003075713，身份证丢了咋整"
FIRST = "4d9c1c1e-7a39-4b8e-9d37-1f0a3f1f8a01"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resend")


@pytest.fixture(scope="module")
def one(folder: Path) -> Iterator[Product]:
    with citizen_server(folder / "one", database=f"sqlite:///{folder / 'shared.db'}") as product:
        yield product


@pytest.fixture(scope="module")
def other(folder: Path, one: Product) -> Iterator[Product]:
    """Another process on the same database."""
    with citizen_server(folder / "other", database=f"sqlite:///{folder / 'shared.db'}") as product:
        yield product


@pytest.fixture
def hold(folder: Path, one: Product) -> Iterator[Path]:
    """Touched, it holds the answers of the first process back."""
    path = folder / "one" / "hold"
    yield path
    path.unlink(missing_ok=True)


def test_a_reply_tells_the_message_and_what_came_after_it(one: Product) -> None:
    page = Page(one)
    page.send("护照多少钱", "m1")
    told = page.send(LOST, "m2")
    assert [(m["sender"], m["client_id"]) for m in told["messages"]] == [("citizen", "m2"), ("bot", None)]
    assert told["messages"][0]["text"] == LOST
    assert told["messages"][1]["text"] == told["replies"][0]["text"]
    assert told["messages"][1]["custom"] == told["replies"][0]["custom"]
    assert told["last"] == told["messages"][-1]["id"] == page.messages()[-1]["id"]


def test_the_same_id_again_is_told_the_same_and_does_nothing(one: Product) -> None:
    page = Page(one)
    page.send("护照多少钱", "m1")
    first = page.send(LOST, "m2")
    before = page.messages()
    assert page.send(LOST, "m2") == first
    assert page.send("别的话", "m2") == first, "the id counts, not the words"
    assert page.messages() == before
    later = page.send("多少钱", "m3")
    assert page.send(LOST, "m2")["replies"] == first["replies"]
    assert page.send("多少钱", "m3") == later


def test_ids_of_two_conversations_do_not_meet(one: Product) -> None:
    page, stranger = Page(one), Page(one)
    page.send(LOST, "m1")
    told = stranger.send("护照多少钱", "m1")
    assert stranger.conversation != page.conversation
    assert told["messages"][0]["text"] == "护照多少钱"


def test_without_an_id_each_message_is_a_new_one(one: Product) -> None:
    page = Page(one)
    page.send(LOST)
    page.send(LOST)
    assert [message["sender"] for message in page.messages()] == ["citizen", "bot"] * 2


def test_sent_again_while_in_flight_it_waits_for_the_first(one: Product, hold: Path) -> None:
    page = Page(one)
    page.send("你好", "m0")
    hold.touch()
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(Page(one, page.conversation).send, LOST, "m1") for _ in range(4)]
        wait_until(lambda: len(page.messages()) == 3, "the message in the store")
        assert not any(one.done() for one in sent)
        hold.unlink()
        told = [one.result() for one in sent]
    assert all(each == told[0] for each in told)
    assert [message["sender"] for message in page.messages()][2:] == ["citizen", "bot"]


def test_sent_again_to_another_process_while_in_flight_it_waits_for_the_first(one: Product, other: Product, hold: Path) -> None:
    page = Page(one)
    page.send("你好", "m0")
    hold.touch()
    with ThreadPoolExecutor(2) as pool:
        sent = pool.submit(Page(one, page.conversation).send, LOST, "m1")
        wait_until(lambda: len(page.messages()) == 3, "the message in the store")
        again = pool.submit(Page(other, page.conversation).send, LOST, "m1")
        hold.unlink()
        assert again.result() == sent.result()
    assert len(page.messages()) == 4


def test_one_conversation_goes_on_in_whichever_process(one: Product, other: Product) -> None:
    page = Page(one)
    page.send(LOST, "m1")
    fee = Page(other, page.conversation).send("多少钱", "m2")
    assert (fee["replies"][0]["custom"]["item"], fee["replies"][0]["custom"]["element"]) == ("hz-idcard-reissue", "fee")
    Page(other, page.conversation).send("首次办护照多少钱", "m3")
    time_limit = page.send("多久能办好", "m4")
    assert time_limit["replies"][0]["custom"]["item"] == "crj-passport-first", "the first process knows what the second answered"
    assert Page(other, page.conversation).send(LOST, "m1")["messages"][0]["client_id"] == "m1"


def test_a_first_message_whose_response_was_lost_finds_its_conversation(one: Product, other: Product) -> None:
    first = Page(one).send(LOST, FIRST)
    assert Page(one).send(LOST, FIRST) == first
    assert Page(other).send(LOST, FIRST) == first
    with ThreadPoolExecutor(4) as pool:
        at_once = pool.map(lambda product: Page(product).send("护照多少钱", FIRST[::-1])["conversation"], [one, other] * 2)
        assert len(set(at_once)) == 1


def test_a_first_message_with_a_number_in_it_finds_its_conversation(one: Product) -> None:
    told = [Page(one).send("我电话13912345678，身份证丢了咋整", "a" + FIRST) for _ in range(2)]
    assert told[0] == told[1]
    assert "13912345678" not in told[0]["messages"][0]["text"]


def test_a_first_message_opens_no_other_conversation(one: Product) -> None:
    begun = Page(one).send(LOST, "b" + FIRST)["conversation"]
    assert Page(one).send("别的话", "b" + FIRST)["conversation"] != begun, "who knows the id but not the words"
    assert Page(one).send(LOST, "m1")["conversation"] != Page(one).send(LOST, "m1")["conversation"], "an id that is easily guessed"


def test_a_message_of_a_conversation_that_is_over_is_told_again_and_a_new_one_begins_anew(one: Product) -> None:
    page = Page(one)
    first = page.send(LOST, "m1")
    page.post("/close", {})
    again = Page(one, page.conversation).send(LOST, "m1")
    assert (again["conversation"], again["state"]) == (page.conversation, "closed")
    assert again["messages"] == first["messages"] and again["replies"] == first["replies"]
    assert Page(one, page.conversation).send("多少钱", "m2")["conversation"] != page.conversation


@pytest.mark.parametrize("client_id", ["", "a" * 65, "号码", "a b", "a\x00", "a\n", 7, ["m"], {}])
def test_an_id_that_is_none_is_refused_in_a_sentence(one: Product, client_id: object) -> None:
    response = one.post({"text": LOST, "client_id": client_id})
    assert response.status_code == 422
    assert response.json()["detail"].startswith("请求的格式不对")


def test_a_message_outlives_a_killed_process_and_is_answered_when_sent_again(tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    hold, database = tmp_path / "victim" / "hold", f"sqlite:///{tmp_path / 'shared.db'}"
    with citizen_server(tmp_path / "victim", database=database) as victim:
        page = Page(victim)
        page.send("你好", "m0")
        hold.touch()
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(page.send, NUMBERED, "m1")
            wait_until(lambda: len(page.messages()) == 3, "the message in the store")
            os.kill(victim.process.pid, signal.SIGKILL)
            with pytest.raises(httpx.HTTPError):
                sent.result()
    hold.unlink()
    with citizen_server(tmp_path / "next", database=database) as after:
        page = Page(after, page.conversation)
        *_, kept = page.messages()
        assert (kept["sender"], kept["client_id"]) == ("citizen", "m1")
        assert LOST in kept["text"] and "220102199003075713" not in kept["text"]
        told = page.send(NUMBERED, "m1")
        assert told["messages"][0]["id"] == kept["id"]
        assert told["replies"][0]["custom"]["item"] == "hz-idcard-reissue"
        assert [message["sender"] for message in page.messages()] == ["citizen", "bot"] * 2
        assert page.send("多少钱", "m2")["replies"][0]["custom"]["item"] == "hz-idcard-reissue"
