"""Rasa is away: how an application stands, where the halls are and a rating are served all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from banshi.connect.applications.demo_samples import IN_CORRECTION, IN_REVIEW
from tests.api.citizen_server import Page, citizen_server
from tests.api.product import Chat, Product, kinds, said, titles

UNKNOWN = "JL202608314159"  # of no sample


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with citizen_server(tmp_path_factory.mktemp("counter")) as product:
        yield product


@pytest.fixture
def chat(server: Product) -> Chat:
    """A citizen who has not said anything yet."""
    return Chat(server)


def slot(chat: Chat) -> str | None:
    return chat.replies[-1]["custom"].get("slot")


def status(chat: Chat, number: str, factor: str) -> str:
    """Go through both questions and return what is told."""
    chat.say("查进度")
    assert slot(chat) == "application_no"
    chat.say(number)
    assert slot(chat) == "second_factor"
    return said(chat.say(factor))


def test_both_numbers_tell_the_status(chat: Chat) -> None:
    told = status(chat, *IN_REVIEW)
    assert kinds(chat.replies) == ["status"] and chat.replies[0]["custom"]["found"] is True
    assert "居民身份证丢失补领" in told and "审核" in told and IN_REVIEW[0] not in told


@pytest.mark.parametrize("words", [f"查进度 {IN_REVIEW[0]} {IN_REVIEW[1]}", f"帮我查一下办件{IN_REVIEW[0]}，证件后四位是{IN_REVIEW[1]}"])
def test_both_numbers_may_come_in_one_message(chat: Chat, words: str) -> None:
    [told] = chat.say(words)
    assert (told["custom"]["type"], told["custom"]["found"]) == ("status", True)


def test_a_number_alone_is_a_question_about_it(chat: Chat) -> None:
    chat.say(IN_REVIEW[0])
    assert slot(chat) == "second_factor" and "审核" in said(chat.say(IN_REVIEW[1]))


@pytest.mark.parametrize(
    "words",
    ["查进度", "我的证办到哪一步了", "办件进度查询", "我那个护照审批下来没有", "营业执照批没批", "材料交上去好几天了，咋一点信儿都没有"],
)
def test_the_words_of_people_begin_it(chat: Chat, words: str) -> None:
    chat.say(words)
    assert slot(chat) == "application_no"


def test_nobody_learns_which_number_was_wrong(server: Product) -> None:
    told = {
        status(Chat(server), number, factor).encode()
        for number, factor in ((IN_CORRECTION[0], "4321"), (UNKNOWN, IN_CORRECTION[1]), (IN_CORRECTION[0], IN_REVIEW[1]))
    }
    assert len(told) == 1 and "没有查到" in told.pop().decode()


def test_after_five_failures_there_are_no_more_tries(chat: Chat) -> None:
    tries = {status(chat, f"JL2026083270{number:02d}", "1111") for number in range(5)}
    assert len(tries) == 1
    assert "次数" in status(chat, *IN_REVIEW), "guessing right does not help any more"
    assert kinds(chat.say("身份证丢了咋整")) == ["answer"]


def test_something_else_may_be_asked_in_between(chat: Chat) -> None:
    chat.say("查进度")
    chat.say(IN_REVIEW[0])
    answer, again = chat.say("身份证丢了咋整")
    assert answer["custom"]["item"] == "hz-idcard-reissue" and again["custom"]["slot"] == "second_factor"
    assert "审核" in said(chat.say(IN_REVIEW[1]))


@pytest.mark.parametrize("words", ["不查了", "算了", ""])
def test_it_is_left_on_request(chat: Chat, words: str) -> None:
    chat.say("查进度")
    chat.say(words) if words else chat.press("不查了")
    assert slot(chat) is None and kinds(chat.say("身份证丢了咋整")) == ["answer"]


def test_a_number_that_cannot_be_one_is_asked_for_again(chat: Chat) -> None:
    chat.say("查进度")
    chat.say("12345678")
    assert slot(chat) == "application_no" and "两个字母" in said(chat.replies)


def test_numbers_are_not_kept(server: Product) -> None:
    page = Page(server)
    for words in ("查进度", IN_REVIEW[0], IN_REVIEW[1]):
        page.send(words)
    messages = page.messages()
    stored = "\n".join(message["text"] for message in messages if message["sender"] == "citizen" or message["custom"]["type"] == "status")
    assert IN_REVIEW[0] not in stored and not re.search(rf"(?<!\d){IN_REVIEW[1]}(?!\d)", stored)
    assert page.send("1234")["replies"][0]["custom"]["type"] == "reject", "nothing is asked for any more"


def test_the_halls_are_found_by_button_and_words(server: Product) -> None:
    chat = Chat(server)
    chat.say("附近的办事大厅")
    assert slot(chat) == "region"
    [told] = chat.press("长春市")
    assert told["custom"]["type"] == "window" and told["custom"]["halls"] and "长春" in told["text"]
    asked = Chat(server)
    asked.say("附近的办事大厅")
    [told] = asked.say("延吉市")
    assert told["custom"]["type"] == "window" and told["custom"]["set_region"] == "222401"
    assert "延吉" in said(Chat(server, region="222401").say("政务大厅几点开门"))


@pytest.mark.parametrize(("words", "level"), [("给差评", 1), ("非常满意", 5), ("我给三星", 3)])
def test_a_rating_in_words_is_taken(chat: Chat, words: str, level: int) -> None:
    chat.say("身份证丢了咋整")
    [told] = chat.say(words)
    assert (told["custom"]["type"], told["custom"]["level"]) == ("rating", level)


def test_the_five_levels_are_offered_and_taken_once(chat: Chat) -> None:
    chat.say("身份证丢了咋整")
    chat.say("我要评价")
    assert len(titles(chat.replies)) == 5
    [told] = chat.press("满意")
    assert told["custom"]["level"] == 4 and "谢谢" in told["text"]
    chat.say("我要评价")
    assert "已经评价过" in said(chat.press("不满意"))


def test_what_is_no_such_matter_is_searched(chat: Chat) -> None:
    assert set(kinds(chat.say("换驾照本人不在能办吗"))) <= {"answer", "clarify"}
