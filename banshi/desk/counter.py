"""What is served where Rasa is away: how an application stands, where the halls are, and a rating."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

from banshi.desk.actions_asked import HALLS, STATUS
from banshi.desk.halls import find_halls, tell_halls
from banshi.desk.live import Live
from banshi.desk.replies import Reply
from banshi.desk.status import ask_for
from banshi.desk.unhappy.rating import LEVELS, level_of, rating_reply
from banshi.knowledge.library import Knowledge
from banshi.text.normalise import normalise
from banshi.text.numbers import APPLICATION, SECOND_FACTOR, TOKEN, without_tokens

TellStatus = Callable[[str | None, str | None], Reply]
"""The answer to an application number and a second factor, or their tokens."""

STATUS_SLOTS = ("application_no", "second_factor")
_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?", re.DOTALL)
_RATE = re.compile(r"(评价|打个?分)(一下|服务)?$|(?<!好)差评|好评(?!率)|[1-5一二三四五两]颗?星$|^(非常|基本|不|非常不)?满意$")


def serve(
    live: Live,
    text: str,
    *,
    payload: bool,
    region: str | None,
    knowledge: Knowledge | None,
    status: TellStatus | None,
    now: datetime,
    stored: bool = False,
) -> Reply | None:
    """One turn, or None where it is none of these. Blocks while the source of applications is asked.

    Args:
        live: the conversation so far.
        text: the masked message, or a payload.
        payload: whether it is one.
        region: the citizen's.
        knowledge: in use.
        status: answers both numbers; None where nothing can be looked up.
        now: in China's time.
        stored: the message is a stored question: who asks about 差评 has not given one.
    """
    if payload:
        return _pressed(text, region, knowledge, status, now)
    tokens = {match[1]: match[0] for match in TOKEN.finditer(text)}
    words = normalise(without_tokens(text))
    if status is not None:
        asked = live.asked in STATUS_SLOTS
        number, factor = tokens.get(APPLICATION) or live.number, tokens.get(SECOND_FACTOR)
        if APPLICATION in tokens or (asked and factor):
            return _alone(status(number, factor) if number and factor else ask_for("second_factor" if number else "application_no"))
        if not asked and STATUS.search(words):
            return _alone(ask_for("application_no"))
    if knowledge is not None and live.asked == "region" and (named := knowledge.regions.find(words)):
        return _at(knowledge, named[-1].id, now)
    if knowledge is not None and HALLS.search(words):
        return _alone(find_halls(knowledge, words, region, now))
    return rating_reply(level_of(words)) if _RATE.search(words) and not stored else None


def asked_again(live: Live) -> list[Reply]:
    """The question that is still open after something else was said in between."""
    return [_alone(ask_for(live.asked))] if live.asked in STATUS_SLOTS else []


def _pressed(text: str, region: str | None, knowledge: Knowledge | None, status: TellStatus | None, now: datetime) -> Reply | None:
    match = _PAYLOAD.fullmatch(text)
    try:
        name, values = (match[1], json.loads(match[2] or "{}")) if match else ("", {})
    except ValueError:
        return None
    if name == "query_status" and status is not None:
        return _alone(ask_for("application_no"))
    if name == "find_window":
        return _alone(find_halls(knowledge, "", region, now))
    if name == "set_region" and knowledge is not None and (named := knowledge.regions.find(str(values.get("region")))):
        return _at(knowledge, named[-1].id, now)
    if name == "rate":
        level = str(values.get("level", ""))
        return rating_reply(int(level) if level.isdecimal() and int(level) in LEVELS else None)
    return None


def _at(knowledge: Knowledge, region: str, now: datetime) -> Reply:
    told = tell_halls(knowledge, region, now)
    return told.model_copy(update={"custom": {**told.custom, "set_region": region}})


def _alone(told: Reply) -> Reply:
    """Marked as said without Rasa, which must not be told the answer to a question that it did not ask."""
    return told.model_copy(update={"custom": {**told.custom, "alone": True}})
