"""Something is broken: the citizen still hears something true and useful."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from banshi.connect.applications.demo_samples import IN_REVIEW
from tests.api.product import Chat, Product, copy_built_index, kinds, said, titles, wait_until

REISSUE = "hz-idcard-reissue"
ALONE = [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]
# `banshi up`, in which the answering action fails as long as a file lies there; the file says how.
BREAKABLE = """
import asyncio, sys
from pathlib import Path
from actions.answer import ActionAnswer
from banshi.cli import app

fault, whole = Path(sys.argv.pop(1)), ActionAnswer.run

async def run(self, dispatcher, tracker, domain):
    if fault.exists():
        if fault.read_text() == "hang":
            await asyncio.Event().wait()
        raise RuntimeError("a fault put here by a test")
    return await whole(self, dispatcher, tracker, domain)

ActionAnswer.run = run
app(["up"])
"""


@pytest.fixture(scope="module")
def breakable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A whole product that these tests may break."""
    folder = tmp_path_factory.mktemp("breakable")
    with Product(folder, [sys.executable, "-c", BREAKABLE, str(folder / "fault")], rasa_timeout=2) as product:
        assert "Rasa does not answer" not in product.log()
        yield product


@pytest.fixture
def fault(breakable: Product) -> Iterator[Path]:
    """Write "fail" or "hang" into it to break the answering action."""
    path = breakable.var.parent / "fault"
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def without_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A server whose index folder is empty."""
    folder = tmp_path_factory.mktemp("without-index")
    with Product(folder, ALONE, index=False) as product:
        yield product


def listens(url: str) -> bool:
    """Whether anything accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", httpx.URL(url).port or 0)) == 0


@pytest.mark.parametrize("how", ["fail", "hang"])
def test_a_failing_action_does_not_silence_the_assistant(breakable: Product, fault: Path, how: str) -> None:
    chat = Chat(breakable)
    chat.say("你好")
    fault.write_text(how)
    [answer] = chat.say("身份证丢了咋整")
    assert (answer["custom"]["type"], answer["custom"]["item"]) == ("answer", REISSUE)
    assert "居民身份证丢失补领" in answer["text"]


def test_while_rasa_is_down_the_search_answers_and_then_rasa_is_back(breakable: Product) -> None:
    unfinished = Chat(breakable)
    unfinished.say("查进度")
    unfinished.say(IN_REVIEW[0])

    [rasa] = breakable.children()
    os.kill(rasa, signal.SIGKILL)

    chat = Chat(breakable)
    [answer] = chat.say("身份证丢了咋整")
    assert (answer["custom"]["type"], answer["custom"]["item"]) == ("answer", REISSUE)
    [fee] = chat.say("多少钱")
    assert (fee["custom"]["item"], fee["custom"]["element"]) == (REISSUE, "fee"), "follow-ups work without Rasa"
    assert "119" in said(Chat(breakable).say("着火了"))
    person = Chat(breakable)
    assert kinds(person.say("转人工")) == ["handoff"] and "12345" in said(person.replies)
    assert "审核" in said(unfinished.say(IN_REVIEW[1])), "a form that was open when Rasa died goes on without it"
    assert rasa not in breakable.children(), "the answers above were given without the Rasa that was killed"

    wait_until(lambda: "不是真人" in said(Chat(breakable).say("你是真人吗")), "small talk, which only Rasa has,", limit=120)
    assert kinds(unfinished.say("身份证丢了咋整")) == ["answer"], "and the form that Rasa had open does not come back"


def test_ending_the_server_ends_rasa(breakable: Product) -> None:
    assert listens(breakable.rasa_url)
    breakable.process.send_signal(signal.SIGTERM)  # what systemd, Docker and kill send
    breakable.process.wait(timeout=30)
    # A Rasa left behind keeps the port, and its old secret shuts the next server out.
    wait_until(lambda: not listens(breakable.rasa_url), "the end of Rasa", limit=30)


def test_without_an_index_the_assistant_says_so_and_offers_a_person(without_index: Product) -> None:
    chat = Chat(without_index)
    [reply] = chat.say("身份证丢了咋整")
    assert reply["custom"]["type"] == "reject"
    assert re.search("[\u4e00-\u9fff]{6}", reply["text"]) and "12345" in reply["text"]
    assert "转人工" in titles([reply])
    [person] = chat.press("转人工")
    assert person["custom"]["type"] == "handoff" and "12345" in person["text"]


def test_without_an_index_danger_is_still_recognised(without_index: Product) -> None:
    assert "119" in said(Chat(without_index).say("着火了"))


def test_without_an_index_the_search_refuses_in_a_sentence(without_index: Product) -> None:
    response = httpx.post(f"{without_index.url}/api/v1/search", json={"text": "身份证丢了咋整"}, timeout=60, trust_env=False)
    assert response.status_code == 503
    assert "12345" in response.json()["detail"]
    assert httpx.get(f"{without_index.url}/readyz", timeout=60, trust_env=False).json()["index"] == "missing"


def test_a_damaged_index_is_not_used_and_the_one_before_serves(tmp_path: Path) -> None:
    snapshots = copy_built_index(tmp_path / "var" / "snapshots")
    intact = (snapshots / "CURRENT").read_text().strip()
    newest = "99991231T235959-00000000"
    shutil.copytree(snapshots / intact, snapshots / newest)
    manifest = json.loads((snapshots / newest / "manifest.json").read_text())
    (snapshots / newest / "manifest.json").write_text(json.dumps(manifest | {"id": newest}))
    damaged = snapshots / newest / "texts.json"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    (snapshots / "CURRENT").write_text(f"{newest}\n")
    with Product(tmp_path, ALONE, index=False) as product:
        [answer] = Chat(product).say("身份证丢了咋整")
        assert answer["custom"]["item"] == REISSUE
        assert answer["custom"]["versions"]["index"] == intact
        assert "damaged" in product.log() and newest in product.log(), "who runs the server is told"


def test_without_an_encoder_words_alone_find_the_answer(tmp_path: Path) -> None:
    with Product(tmp_path, ALONE, encoder="models/none") as product:
        [answer] = Chat(product).say("身份证丢了咋整")
        assert (answer["custom"]["type"], answer["custom"]["item"]) == ("answer", REISSUE)
        assert httpx.get(f"{product.url}/readyz", timeout=60, trust_env=False).json()["search"] == "words only"


def test_with_a_default_secret_production_does_not_start(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BANSHI_")}
    environment |= {"BANSHI_ENV": "production", "BANSHI_VAR_DIR": str(tmp_path)}
    started = subprocess.run(ALONE, env=environment, capture_output=True, text=True, timeout=120)
    assert started.returncode != 0
    assert "BANSHI_RASA_SECRET" in started.stderr
