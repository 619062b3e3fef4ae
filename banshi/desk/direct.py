"""Answers without Rasa: emergencies, a person, status, halls, ratings, what the search finds, its alternatives, and 情形引导."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from banshi.connect.resilience.waiting import waited
from banshi.desk.actions_asked import PERSON
from banshi.desk.counter import TellStatus, asked_again, serve
from banshi.desk.live import Live
from banshi.desk.people.queue import hand_off_reply
from banshi.desk.replies import (
    ABILITIES,
    DEGRADED,
    HAND_OFF,
    Reply,
    empty_message,
    foreign_message,
    number_expected,
    only_numbers,
    replies_for,
    reply,
    reply_for,
    typed_command,
)
from banshi.desk.situations import case_of, situation_reply, tree_of
from banshi.desk.tickets.complaints import COMPLAIN, complaint_reply, is_complaint
from banshi.knowledge.elements import Element
from banshi.knowledge.situations import UnknownAnswerError
from banshi.knowledge.urgent import Urgent, find_urgent
from banshi.search.engine import Engine
from banshi.search.result import Context, SearchRequest, SearchResult
from banshi.text.normalise import has_words, is_foreign, is_korean, normalise
from banshi.text.numbers import APPLICATION, SECOND_FACTOR, TOKEN, without_tokens

_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?", re.DOTALL)
_ENOUGH = re.compile(r"\W*(不用|算了|不办了|先不|不想答|不问了|不查|别查).{0,4}")
_COMMAND = re.compile(r"\s*/[a-z_]+(\{.*\})?\s*", re.DOTALL)
_NUMBER = re.compile(r"\s*(?:([1-9])|第([1-9一二三四五六七八九])个)\s*[.、。]?\s*")
_HAN = re.compile(r"[\u4e00-\u9fff\uac00-\ud7a3]")
_HAN_DIGITS = "一二三四五六七八九"
_SAY_AGAIN = "没听明白您选的是哪一个，请点下面的选项，或者回复序号。"


def at_once(live: Live, text: str) -> Reply | None:
    """The reply to what needs no understanding: empty, digits alone, commands, foreign languages; None for anything else."""
    if _COMMAND.fullmatch(text):
        return typed_command()
    # A token of what the status form asks for is a message of its own; any other number needs words beside it.
    if has_words(TOKEN.sub(lambda match: "号" if match[1] in (APPLICATION, SECOND_FACTOR) else "", text)):
        words = without_tokens(text)
        # With Chinese in it the rest may be pinyin ("shenfenzheng丢了"), which the search reads.
        return foreign_message() if is_foreign(words) and not _HAN.search(words) else None
    if not any(char.isdigit() for char in TOKEN.sub("0", text)):
        return empty_message()
    if live.choice is not None:
        return None  # no option has this number: the form says so and asks again
    if live.alternatives and _NUMBER.fullmatch(text):
        return None
    return number_expected(live.asked) if live.asked is not None else only_numbers()


async def answer_directly(
    engine: Engine | None,
    urgent: Sequence[Urgent],
    live: Live,
    text: str,
    *,
    payload: bool,
    region: str | None,
    now: datetime,
    status: TellStatus | None = None,
    otherwise: Reply | None = None,
    certain: bool = False,
    stored: bool = False,
    heard: Callable[[Engine, SearchResult], None] = lambda engine, result: None,
) -> list[Reply]:
    """One turn.

    Args:
        engine: the engine in use; None leaves emergencies and the way to a person.
        urgent: emergencies and what is said.
        live: the conversation so far.
        text: the masked message, or a payload.
        payload: whether it is one.
        region: the citizen's.
        now: in China's time.
        status: answers an application number and a second factor; None where nothing can be looked up.
        otherwise: what is said instead of an answer; emergencies are met and people are reached all the same.
        certain: what the search would refuse or ask back is not said: there are no replies then.
        stored: the message is a stored question.
        heard: told of what the search made of the message.
    """
    danger = None if payload else find_urgent(text, tuple(urgent))
    if danger is not None:
        return [reply(danger.text, "redirect", about=danger.kind)]
    if (payload and text == HAND_OFF["payload"]) or (not payload and PERSON.search(text)):
        return [hand_off_reply()]
    if otherwise is not None:
        return [otherwise]
    if text == COMPLAIN if payload else is_complaint(text):
        return [complaint_reply()]
    knowledge = engine.knowledge if engine is not None else None
    served = await waited(serve, live, text, payload=payload, region=region, knowledge=knowledge, status=status, now=now, stored=stored)
    if served is not None:
        return [served]
    if engine is None:
        return [degraded()]
    if not payload and (picked := picked_from(live, text)) is not None:
        text, payload = picked, True
    if payload:
        return [await asyncio.to_thread(_button, engine, live, text, region)]
    if (live.choice is not None or live.asked is not None) and _ENOUGH.fullmatch(text):
        return [_put_aside()]
    about = Context(item=live.choice[0] if live.choice is not None else live.item, offered=_targets(live.alternatives))
    request = SearchRequest(text=text, region=region, context=about)
    result = await asyncio.to_thread(engine.search, request)
    if certain and result.decision != "answer":
        return []
    heard(engine, result)
    told = replies_for(result, korean=is_korean(text))
    if live.choice is None:
        return [*told, *asked_again(live)]
    # Something else was asked in between, or nothing that could be read: the open question is asked once more.
    item, _ = live.choice
    question = await asyncio.to_thread(_next, engine, item, live.answers, region)
    return [*(told if result.decision == "answer" else [reply(_SAY_AGAIN, "ask", slot="situation")]), question]


def picked_from(live: Live, text: str) -> str | None:
    """The payload of the offered alternative that "2", "第2个" or "第二个" means; None when it means none."""
    number = _NUMBER.fullmatch(text)
    if number is None:
        return None
    named = number[1] or number[2]
    place = _HAN_DIGITS.index(named) + 1 if named in _HAN_DIGITS else int(named)
    return live.alternatives[place - 1] if place <= len(live.alternatives) else None


def _targets(alternatives: Sequence[str]) -> tuple[str, ...]:
    """Ids in the payloads of offered alternatives."""
    found = (match[2] for payload in alternatives if (match := _PAYLOAD.fullmatch(payload)) and match[1] == "choose")
    return tuple(str(json.loads(values or "{}").get("target")) for values in found)


def _button(engine: Engine, live: Live, text: str, region: str | None) -> Reply:
    match = _PAYLOAD.fullmatch(text)
    try:
        name, values = (match[1], json.loads(match[2] or "{}")) if match else ("", {})
    except ValueError:
        name, values = "", {}
    item = str(values.get("item_id") or live.item or "")
    if name == "guide_situation" and item in engine.knowledge.guides:
        return _next(engine, item, tree_of(engine, item, region).recognise(normalise(live.words), {}), region)
    if name == "choose_option" and live.choice is not None:
        item, choice = live.choice
        return _next(engine, item, {**live.answers, choice: str(values.get("option"))}, region)
    if name == "choose_option" and item in engine.knowledge.guides:  # a button from further up: the question is no longer open
        return _next(engine, item, {}, region)
    if name == "choose":
        element = Element(live.element) if live.element in set(Element) else Element.OVERVIEW
        try:
            return reply_for(engine.answer_item(str(values.get("target")), element, region=region))
        except KeyError:
            return degraded()
    return _put_aside() if name == "cancel" else degraded()


def _next(engine: Engine, item: str, answers: dict[str, str], region: str | None) -> Reply:
    """The next question or the exact list; from the beginning when the guide has changed and an answer no longer fits."""
    try:
        case = case_of(engine, item, answers, region)
    except UnknownAnswerError:
        case = case_of(engine, item, {}, region)
    except KeyError:
        return degraded()
    return situation_reply(engine, item, case, region=region)


def _put_aside() -> Reply:
    return reply(f"好的，刚才的先放下。{ABILITIES}接下来要办什么事？", "answer", item=None, small_talk="restart_topic")


def degraded() -> Reply:
    """What is said where nothing could be found out: an apology, and the way to a person."""
    return reply(DEGRADED, "reject", buttons=[HAND_OFF], decision="reject")
