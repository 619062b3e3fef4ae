"""Asking how an application stands: two numbers, plain words, no hint which number was wrong, and no trace of either."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from banshi.connect.applications.demo_samples import IN_CORRECTION, IN_REVIEW, generate_samples
from banshi.connect.applications.port import CHINA_TIME
from banshi.knowledge.library import load_knowledge
from banshi.settings import ROOT
from tests.api.product import Chat, Product, kinds, said

UNKNOWN = "JL202608314159"  # of no sample


def slot(chat: Chat) -> str | None:
    """What the assistant is waiting for."""
    return chat.replies[-1]["custom"].get("slot")


def asked_for_status(chat: Chat, number: str, factor: str) -> str:
    """Go through the whole form and return what is told."""
    chat.say("查进度")
    assert slot(chat) == "application_no"
    chat.say(number)
    assert slot(chat) == "second_factor"
    return said(chat.say(factor))


def test_both_numbers_tell_the_status_in_plain_words(chat: Chat) -> None:
    told = asked_for_status(chat, *IN_REVIEW)
    assert kinds(chat.replies) == ["status"] and chat.replies[0]["custom"]["found"] is True
    assert "居民身份证丢失补领" in told and "审核" in told
    assert "工作日" in told, "how long it may still take"
    assert IN_REVIEW[0] not in told, "the number is not shown in full"


def test_what_is_missing_is_listed_with_its_last_day(chat: Chat) -> None:
    told = asked_for_status(chat, *IN_CORRECTION)
    assert "材料还不齐" in told and "最晚" in told
    assert chat.replies[0]["custom"]["missing"]
    assert all(material in told for material in chat.replies[0]["custom"]["missing"])


@pytest.mark.parametrize(("number", "factor"), [("jl 202611000002", "567x"), ("ＪＬ２０２６１１０００００２", "５６７Ｘ")])
def test_numbers_are_understood_however_they_are_written(chat: Chat, number: str, factor: str) -> None:
    assert "食品经营许可" in asked_for_status(chat, number, factor)


@pytest.mark.parametrize(
    "words",
    [
        f"查进度 {IN_REVIEW[0]} {IN_REVIEW[1]}",
        f"{IN_REVIEW[0]} 后四位{IN_REVIEW[1]}",
        f"帮我查一下办件{IN_REVIEW[0]}，证件后四位是{IN_REVIEW[1]}",
    ],
)
def test_both_numbers_may_come_in_one_message(chat: Chat, words: str) -> None:
    [status] = chat.say(words)
    assert (status["custom"]["type"], status["custom"]["found"]) == ("status", True)


def test_a_number_alone_is_taken_as_a_question_about_it(chat: Chat) -> None:
    chat.say(IN_REVIEW[0])
    assert slot(chat) == "second_factor"


def test_nobody_learns_which_number_was_wrong(server: Product) -> None:
    wrong_factor = asked_for_status(Chat(server), IN_CORRECTION[0], "4321")
    unknown_number = asked_for_status(Chat(server), UNKNOWN, IN_CORRECTION[1])
    another_persons_factor = asked_for_status(Chat(server), IN_CORRECTION[0], IN_REVIEW[1])
    assert wrong_factor.encode() == unknown_number.encode() == another_persons_factor.encode()
    assert "没有查到" in wrong_factor and "12345" in wrong_factor


def test_nothing_but_the_text_tells_the_cases_apart_either(server: Product) -> None:
    one, other = Chat(server), Chat(server)
    asked_for_status(one, IN_CORRECTION[0], "4321")
    asked_for_status(other, "JL202608314160", "4321")
    assert one.replies == other.replies


def test_something_else_may_be_asked_in_between(chat: Chat) -> None:
    chat.say("查进度")
    answer, again = chat.say("身份证丢了咋整")
    assert answer["custom"]["item"] == "hz-idcard-reissue"
    assert again["custom"]["slot"] == "application_no"
    chat.say(IN_REVIEW[0])
    fee, again = chat.say("多少钱")
    assert fee["custom"]["element"] == "fee"
    assert again["custom"]["slot"] == "second_factor"
    assert "审核" in said(chat.say(IN_REVIEW[1]))


@pytest.mark.parametrize("words", ["不查了", "算了"])
def test_the_form_is_left_on_request(chat: Chat, words: str) -> None:
    chat.say("查进度")
    chat.say(words)
    assert slot(chat) is None
    assert kinds(chat.say("身份证丢了咋整")) == ["answer"], "and does not come back"


def test_the_form_is_left_by_its_button(chat: Chat) -> None:
    chat.say("查进度")
    chat.press("不查了")
    assert kinds(chat.say("身份证丢了咋整")) == ["answer"]


def test_a_person_can_be_had_from_inside_the_form(chat: Chat) -> None:
    chat.say("查进度")
    assert kinds(chat.say("转人工")) == ["handoff"]
    assert kinds(chat.say("身份证丢了咋整")) == ["answer"]


def test_a_number_that_cannot_be_one_is_asked_for_again(chat: Chat) -> None:
    chat.say("查进度")
    chat.say("JL2026")
    assert slot(chat) == "application_no"
    assert chat.state == "bot"


def test_numbers_are_not_kept_for_the_next_query(chat: Chat) -> None:
    asked_for_status(chat, *IN_REVIEW)
    chat.say("查进度")
    assert slot(chat) == "application_no"


def test_after_five_failures_a_conversation_gets_no_more_tries(chat: Chat) -> None:
    tries = [asked_for_status(chat, f"JL2026083170{number:02d}", "1111") for number in range(5)]
    assert len(set(tries)) == 1 and "没有查到" in tries[0]
    assert "次数" in asked_for_status(chat, "JL202608317099", "1111")
    assert "次数" in asked_for_status(chat, *IN_REVIEW), "guessing right does not help any more"
    assert kinds(chat.say("身份证丢了咋整")) == ["answer"], "everything else still works"


def test_after_five_failures_a_number_is_closed_to_everybody(server: Product) -> None:
    samples = generate_samples(load_knowledge(ROOT / "knowledge").guides, datetime.now(CHINA_TIME).date())
    sample = samples[-1]  # one that no other test asks for
    number, wrong = sample.application.application_no, "0000" if sample.second_factor != "0000" else "1111"
    assert "没有查到" not in asked_for_status(Chat(server), number, sample.second_factor)
    for _ in range(5):
        assert "没有查到" in asked_for_status(Chat(server), number, wrong)
    assert "次数" in asked_for_status(Chat(server), number, sample.second_factor)


def test_the_token_of_a_number_is_worth_nothing_in_another_conversation(server: Product, chat: Chat) -> None:
    chat.say(f"{IN_REVIEW[0]} 后四位{IN_REVIEW[1]}")
    with sqlite3.connect(f"file:{server.var / 'banshi.db'}?mode=ro", uri=True) as database:
        [[stored]] = database.execute("SELECT text FROM messages WHERE conversation = ? AND sender = 'citizen'", [chat.conversation])
    assert IN_REVIEW[0] not in stored and "〈办件编号:" in stored
    thief = Chat(server)
    thief.say(stored)
    assert not any(reply["custom"].get("found") for reply in thief.replies)
    assert "居民身份证丢失补领" not in said(thief.replies)


def files_of(product: Product) -> Iterator[Path]:
    """All the product has written: databases with their logs, Rasa's log, its own output."""
    yield product.log_file
    yield from (path for path in product.var.rglob("*") if path.is_file() and "snapshots" not in path.parts)


def holding(product: Product, wanted: str) -> list[str]:
    """Names of the files that hold these characters, not as the end of a longer number: a time's last digits are no secret."""
    pattern = re.compile(rb"(?<!\d)" + re.escape(wanted.encode()))
    return sorted(path.name for path in files_of(product) if pattern.search(path.read_bytes()))


TYPED = [
    pytest.param([f"查进度 {UNKNOWN}"], [UNKNOWN], id="application number"),
    pytest.param(["查进度", "jl-202608314161"], ["202608314161"], id="application number, small and with a hyphen"),
    pytest.param(["查进度", "JL 2026 0831 4162"], ["2026 0831 4162", "202608314162"], id="application number in groups"),
    pytest.param(["我电话13912345678，身份证丢了咋整"], ["13912345678"], id="phone"),
    pytest.param(["打我手机 139 1234 5679"], ["139 1234 5679", "13912345679"], id="phone in groups"),
    pytest.param(["我身份证号220102199003075713，丢了咋补"], ["220102199003075713"], id="identity number"),
    pytest.param(
        ["身份证２２０１０２１９９００３０７５７２Ｘ丢了"], ["22010219900307572X", "２２０１０２"], id="identity number, full width"
    ),
    pytest.param(["查进度", "JL202608314163", "917X"], ["917X"], id="second factor when asked"),
    pytest.param(["查进度 JL202608314164 926X"], ["926X"], id="second factor beside the application number"),
    pytest.param(["查进度", "JL202608314165", "938x，对了多少钱"], ["938x", "938X"], id="second factor with other words"),
]


@pytest.mark.parametrize(("messages", "secrets"), TYPED)
def test_typed_numbers_are_written_nowhere(server: Product, chat: Chat, messages: list[str], secrets: list[str]) -> None:
    for message in messages:
        chat.say(message)
    assert chat.conversation is not None
    stores = {name.split("-")[0] for name in holding(server, chat.conversation)}
    assert {"banshi.db", "rasa.db"} <= stores, "the conversation itself is in both databases, so this test looks where it would be"
    assert {secret: holding(server, secret) for secret in secrets} == {secret: [] for secret in secrets}
