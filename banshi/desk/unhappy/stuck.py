"""Who gets nowhere: seen from the last turns, and told the two ways on, a person and 办不成事反映, once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from banshi.desk.replies import HAND_OFF, Button, Reply
from banshi.text.normalise import has_words, normalise
from banshi.text.numbers import without_tokens

CANNOT = {"title": "办不成事反映", "payload": "/cannot"}
REMEMBERED = 10
"""Turns that are looked back on. For so long, too, the two ways stand further up the screen and are not offered again."""

Trouble = Literal["returned", "again", "anger", "twice"]

SAID: dict[Trouble, str] = {
    "returned": (
        "被退回、驳回或者不予受理，您有权知道为什么：许可类的事，按《行政许可法》第三十二条，材料不齐要当场或者五日内一次说清缺什么，"
        "不予受理要给盖章、写明日期的书面凭证；按第三十八条，不予许可要书面说明理由，并告诉您怎么申请行政复议或者提起行政诉讼。"
        "先照书面上写的补齐再交；觉得不对，点“办不成事反映”，有人替您核实，也可以转人工或拨打12345。"
    ),
    "again": "又卡在同一个地方了。别自己来回跑，点“办不成事反映”，有人替您核实是哪里不对；也可以转人工。",
    "anger": "让您着急了，对不起。这件事可以直接交给人：点“转人工”有人接着办，点“办不成事反映”会登记下来核实，给您答复。",
    "twice": "接连两次没帮上您，对不起。不用再换说法了：点“转人工”找人说，或者点“办不成事反映”，登记下来有人核实。",
}
"""What stands after the reply to whoever is stuck."""
_RETURNED = re.compile(
    r"(被|给|让|又|都|直接)[^，。？！]{0,8}(退件|打回|驳回|拒收|拒了)|被退(回|了|件)|已退件|退件了|(申请|材料|件)[^，。？！]{0,6}(退回来|退回了|打回|驳回|拒了)"
    r"|不予(受理|许可|办理|批准|登记|通过)|(?<!受理)(不给|没给|不|没|拒绝|拒不)受理|(?<!批)(不给|没给|没)批(?!发|量|准文号)"
)
_ANGER = re.compile(
    r"气死|急死|烦死|累死|愁死|坑人|骗人|糊弄|忽悠|刁难|故意卡|推诿|扯皮|踢(来踢去|皮球)|推来推去|不作为|[都也]没人管|白跑|瞎跑|(?<!省得)(?<!免得)来回折腾|废物|什么破|啥破|破系统"
    r"|垃圾(系统|软件|机器|客服|玩意|回答)|(跑|折腾)了?(好几|好多|[两三四五六七八九十]|\d+)(趟|次|回|遍)|[问打]了(好几|好多|[三四五六七八九十]|\d+)(遍|次|回)"
    r"|(到底|究竟)(能不能|行不行|给不给|管不管|咋回事|怎么回事)"
)
_USEFUL = frozenset({"answer", "clarify", "status", "link", "window", "handoff", "rating"})
_NOT_NOW = frozenset({"emergency", "crisis", "complaint", "hand_off_cancelled", "cannot", "switched_off"})


@dataclass(frozen=True)
class Past:
    """A turn as it is looked back on.

    Attributes:
        words: the citizen's, masked and normalised; "" for a button.
        failed: nothing of use was told.
        refused: what was refused: the item, or the question; None when nothing was.
        offered: the two ways on were offered.
    """

    words: str
    failed: bool = False
    refused: str | None = None
    offered: bool = False


def past_of(text: str, replies: Sequence[Reply]) -> Past:
    """A turn in short.

    Args:
        text: the citizen's message, masked, or a payload.
        replies: what it was met with.
    """
    words = "" if text.startswith("/") else normalise(without_tokens(text))
    customs = [one.custom for one in replies]
    failed = any(one.get("decision") == "reject" for one in customs) and not any(one.get("type") in _USEFUL for one in customs)
    if words and not has_words(words):
        failed = False  # a smiley twice is no failure of ours
    refused = next((str(one["status_of"]) for one in customs if one.get("refused") and one.get("status_of")), None)
    if refused is None and failed:
        refused = next((str(one["item"]) for one in customs if one.get("item")), words or None)
    return Past(words, failed, refused, any("stuck" in one for one in customs))


def trouble(turns: Sequence[Past]) -> Trouble | None:
    """What is wrong in the newest of the turns; None when nothing is, or when the ways on were offered in one of those before.

    Args:
        turns: oldest first; only the last `REMEMBERED` count.
    """
    if not turns:
        return None
    *before, newest = turns[-REMEMBERED:]
    if any(turn.offered for turn in before):
        return None
    if _RETURNED.search(newest.words):
        return "returned"
    if newest.refused is not None and any(turn.refused == newest.refused for turn in before):
        return "again"
    if _ANGER.search(newest.words):
        return "anger"
    return "twice" if newest.failed and before and before[-1].failed else None


def with_ways_on(turns: Sequence[Past], text: str, replies: list[Reply]) -> list[Reply]:
    """The replies, the last of them with both buttons and a sentence when the citizen is stuck.

    Args:
        turns: those before this one.
        text: the citizen's message, masked, or a payload.
        replies: to it.
    """
    if not replies or any(one.custom.get("type") in ("handoff", "ask", "ticket") or one.custom.get("about") in _NOT_NOW for one in replies):
        return replies
    found = trouble([*turns, past_of(text, replies)])
    if found is None:
        return replies
    *others, last = replies
    # Where alternatives are offered they keep their numbers: what is added stands behind them.
    kept = [button for button in last.buttons if button.payload not in (HAND_OFF["payload"], CANNOT["payload"])]
    buttons = [*kept, Button(**HAND_OFF), Button(**CANNOT)]
    update = {"text": f"{last.text}\n{SAID[found]}", "buttons": buttons, "custom": {**last.custom, "stuck": found}}
    return [*others, last.model_copy(update=update)]
