"""A conversation in short, for whoever looks into it: what was asked, what was answered with what, and what failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from banshi.desk.live import as_reply
from banshi.desk.unhappy.stuck import past_of
from banshi.store.conversations import Message
from banshi.text.numbers import without_tokens

_MOST = 20
_IN_COURT = re.compile(
    r"(打|正|在|已经?|要|去|想|准备)打?官司|起诉|上诉|应诉|开庭|诉讼|再审|抗诉|申请执行|强制执行|(不服|推翻|改)[^，。？！]{0,8}(判决|裁定|裁决|复议|仲裁)"
    r"|法院[^，。？！]{0,6}(判错|不公|不立案|枉法|偏)|(劳动|申请|人事|商事)仲裁|行政复议|检察院|公安[^，。？！]{0,6}不立案|不给?立案|刑事|判刑"
    r"|上访|信访|访民|越级访|缠访"
)
NOT_OURS = (
    "官司、仲裁、复议和信访的事，由法院、仲裁委、复议机关和信访部门依法处理，“办不成事”这里不能插手，所以没有登记。"
    "这样办：诉讼打12368问法院，复议和法律援助打12348，信访到当地信访局或者国家信访局网站反映。"
    "要是您说的是窗口办事没办成，请换成那件事再说一遍；也可以转人工或拨打12345。"
)


def is_of_courts(words: Sequence[str]) -> bool:
    """Whether words are about a lawsuit, a petition or their like (涉法涉诉涉访). A judgment that is handed in as a document is not.

    Args:
        words: the citizen's last ones.
    """
    return any(_IN_COURT.search(one) for one in words)


def in_short(messages: Sequence[Message]) -> dict[str, Any]:
    """The case that a conversation makes.

    Args:
        messages: of the conversation, masked, oldest first.

    Returns:
        asked: the citizen's words, newest last. answered: question, item, title, element, and versions of each answer. failed: what was
        asked in vain and what was told instead. item, title: what it was about last, None when nothing was found. turns: how many.
    """
    told: dict[int, list[Message]] = {}
    for message in messages:
        if message.sender == "bot" and message.answers is not None:
            told.setdefault(message.answers, []).append(message)
    asked: list[str] = []
    answered: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    citizens = [message for message in messages if message.sender == "citizen"]
    for message in citizens:
        words = "" if message.text.startswith("/") else without_tokens(message.text)
        if words.strip():
            asked.append(words)
        replies = told.get(message.id, [])
        question = asked[-1] if asked else ""
        if replies and past_of(message.text, [as_reply(one) for one in replies]).failed:
            failed.append({"question": question, "told": replies[0].text})
        answered += [_answer(question, one) for one in replies if one.custom.get("decision") == "answer" and one.custom.get("versions")]
    last = next((one for one in reversed(answered) if one["item"]), None)
    return {
        "asked": asked[-_MOST:],
        "answered": answered[-_MOST:],
        "failed": failed[-_MOST:],
        "item": last["item"] if last is not None else None,
        "title": last["title"] if last is not None else None,
        "turns": len(citizens),
    }


def _answer(question: str, message: Message) -> dict[str, Any]:
    custom = message.custom
    sources = [{name: source.get(name) for name in ("kind", "id", "title", "version")} for source in custom.get("sources") or []]
    return {
        "question": question,
        "item": custom.get("item"),
        "title": sources[0]["title"] if sources else None,
        "element": custom.get("element"),
        "sources": sources,
        "versions": custom["versions"],
    }


def versions_of(case: dict[str, Any]) -> dict[str, Any]:
    """What the answers of a case were made with: the records with their versions, and of the last answer knowledge, index and model."""
    records = {(one["kind"], one["id"]): one for answer in case["answered"] for one in answer["sources"]}
    last = case["answered"][-1]["versions"] if case["answered"] else {}
    return {**last, "records": list(records.values())}
