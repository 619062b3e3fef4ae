"""Whatever is sent, a citizen reads a plain Chinese sentence, and the conversation goes on."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from tests.api.product import Chat, Product, said

REISSUE = "hz-idcard-reissue"
_HAN = re.compile(r"[\u4e00-\u9fff]{4,}")
_ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|Traceback|Error|Exception|JSON|\bNone\b|\bnull\b", re.IGNORECASE)


def assert_plain_chinese(text: str) -> None:
    """A sentence that a citizen can read: Chinese, no English, no innards of the program."""
    assert _HAN.search(text), f"not a Chinese sentence: {text!r}"
    assert not _ENGLISH.search(text), f"not for citizens: {text!r}"


MESSAGES = [
    pytest.param("", id="empty"),
    pytest.param("   \t\n　", id="spaces"),
    pytest.param("这件事情我也说不清楚到底应该怎么办" * 200, id="10 kB"),
    pytest.param("\x00\x01\x02\x07\x1b[31m\x7f", id="control characters"),
    pytest.param("\u202e\u200b\ufeff\ue000", id="invisible characters"),
    pytest.param("\x00" * 50, id="null bytes"),
    pytest.param("😀🎉👍🏽", id="emoji"),
    pytest.param("？？！。……", id="punctuation"),
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param("<img src=x onerror=alert(1)>", id="HTML"),
    pytest.param("I lost my identity card, what should I do?", id="English"),
    pytest.param("Я потерял паспорт, что мне делать?", id="Russian"),
    pytest.param("身分証明書をなくしました、どうすればいいですか", id="Japanese"),
    pytest.param("123456789", id="digits"),
    pytest.param("1", id="one digit"),
    pytest.param("/restart", id="Rasa's restart"),
    pytest.param("/session_start", id="Rasa's session start"),
    pytest.param('/intent_x{"item": "y"}', id="an intent that is none"),
    pytest.param('/choose{"target": "../../etc/passwd"}', id="a payload that was not offered"),
    pytest.param("'; DROP TABLE messages; --", id="SQL"),
    pytest.param("{{7*7}} ${jndi:ldap://x}", id="templates"),
    pytest.param("〈办件编号:00000000〉", id="a forged token"),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_that_means_nothing_is_met_with_a_sentence(chat: Chat, message: str) -> None:
    chat.say("身份证丢了咋整")
    conversation = chat.conversation
    assert_plain_chinese(said(chat.say(message)))
    assert all(reply["custom"].get("item") is None for reply in chat.replies), "nothing is answered that was not asked"
    answer, *_ = chat.say("身份证丢了咋整")
    assert answer["custom"]["item"] == REISSUE
    assert chat.conversation == conversation


@pytest.mark.parametrize("command", ["/restart", "/session_start", '/choose{"target": "hz-idcard-renew"}'])
def test_a_typed_command_changes_nothing(chat: Chat, command: str) -> None:
    chat.say("身份证丢了咋整")
    chat.say(command)
    [fee] = chat.say("多少钱")
    assert (fee["custom"]["item"], fee["custom"]["element"]) == (REISSUE, "fee")


@pytest.mark.parametrize("message", ["<b>身份证</b>丢了咋整", "身份证\x00丢了\x00咋整", "身份证丢了咋整" + " \n" * 4000])
def test_a_question_inside_rubbish_is_answered(chat: Chat, message: str) -> None:
    [answer] = chat.say(message)
    assert answer["custom"]["item"] == REISSUE


@pytest.mark.parametrize("message", ["I lost my identity card", "Я потерял паспорт", "身分証明書をなくしました、どうすればいいですか"])
def test_other_languages_are_told_which_ones_are_understood(chat: Chat, message: str) -> None:
    assert "中文" in said(chat.say(message)) and "조선어" in said(chat.replies)


def test_what_is_typed_never_comes_back_as_markup(chat: Chat) -> None:
    for message in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>身份证丢了咋整"):
        assert "<" not in said(chat.say(message))


@pytest.mark.parametrize(
    "identifier", ["c-" + "0" * 32, "c-" + "f" * 31, "default", "", "../../etc/passwd", "c-\x00", "1 OR 1=1", "C" * 200]
)
def test_a_conversation_that_was_not_given_out_begins_anew(server: Product, identifier: str) -> None:
    response = server.post({"conversation": identifier, "text": "身份证丢了咋整"})
    assert response.status_code == 200
    begun = response.json()["conversation"]
    assert begun != identifier
    assert response.json()["replies"][0]["custom"]["item"] == REISSUE
    follow_up = server.post({"conversation": begun, "text": "多少钱"})
    assert follow_up.json()["conversation"] == begun
    assert follow_up.json()["replies"][0]["custom"]["element"] == "fee"


@pytest.mark.parametrize("region", ["999999", "", "'; DROP", "110000"])
def test_a_region_outside_the_province_is_left_aside(server: Product, region: str) -> None:
    [answer] = Chat(server, region=region).say("身份证丢了咋整")
    assert answer["custom"]["item"] == REISSUE
    assert answer["custom"]["region"]["asked"] is None


def _body(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


BODIES = [
    pytest.param(b'{"text": "\xe8\xba\xab', 422, id="malformed JSON"),
    pytest.param(b"", 422, id="no body"),
    pytest.param(_body({}), 422, id="no text"),
    pytest.param(_body({"text": None}), 422, id="text null"),
    pytest.param(_body({"text": 5}), 422, id="text a number"),
    pytest.param(_body({"text": ["身份证"]}), 422, id="text a list"),
    pytest.param(_body(["身份证"]), 422, id="a list"),
    pytest.param(_body("身份证"), 422, id="a string"),
    pytest.param(_body({"text": "身份证", "conversation": 7}), 422, id="conversation a number"),
    pytest.param(_body({"text": "身份证", "conversation": "c" * 300}), 422, id="conversation too long"),
    pytest.param(_body({"text": "身份证", "region": {}}), 422, id="region an object"),
    pytest.param(_body({"text": "a" * 20_001}), 422, id="text too long"),
    pytest.param(b'{"text": "\\ud800"}', 422, id="half a character"),
    pytest.param('{"text": "身份证丢了"}'.encode("gbk"), 400, id="GBK"),
    pytest.param(b"[" * 30_000, 400, id="deeply nested"),
    pytest.param(_body({"text": "身" * 34_000}), 413, id="100 kB"),
]


@pytest.mark.parametrize(("content", "status"), BODIES)
def test_a_request_that_is_none_is_refused_in_a_sentence(server: Product, chat: Chat, content: bytes, status: int) -> None:
    chat.say("身份证丢了咋整")
    headers = {"content-type": "application/json"}
    response = httpx.post(f"{server.url}/api/v1/chat", content=content, headers=headers, timeout=60, trust_env=False)
    assert response.status_code == status
    assert_plain_chinese(response.json()["detail"])
    assert chat.say("多少钱")[0]["custom"]["item"] == REISSUE


def test_a_refused_request_does_not_repeat_what_was_sent(server: Product) -> None:
    response = server.post({"text": {"number": "220102199003075713"}})
    assert response.status_code == 422
    assert "220102199003075713" not in response.text


def test_an_unknown_address_is_refused_in_a_sentence(server: Product) -> None:
    response = httpx.post(f"{server.url}/api/v1/nothing", json={}, timeout=60, trust_env=False)
    assert response.status_code == 404
    assert_plain_chinese(response.json()["detail"])


def test_the_actions_are_closed_to_whoever_lacks_the_secret(server: Product) -> None:
    call = {"next_action": "action_answer", "sender_id": "x", "tracker": {}}
    for query in ("", "?token=", "?token=wrong"):
        response = httpx.post(f"{server.url}/webhook{query}", json=call, timeout=60, trust_env=False)
        assert response.status_code == 401, query
