"""好差评 in words: five levels, asked for when the words do not tell."""

from __future__ import annotations

import re

from banshi.connect.ratings.port import LEVELS as LEVELS
from banshi.desk.replies import Reply, reply

BAD = 2
"""From here down somebody must look into it."""
RATED = "这次服务已经评价过了，谢谢您。"
_STARS = re.compile(r"([1-5一二三四五两])\s*(?:颗)?星")
_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}


def level_of(text: str) -> int | None:
    """The level that the words name, None when they only want to rate."""
    text = text.replace("好差评", "")  # the name of the thing says neither good nor bad
    for level, label in sorted(LEVELS.items(), key=lambda pair: -len(pair[1])):
        if label in text:
            return level
    if stars := _STARS.search(text):
        return _NUMBERS.get(stars[1]) or int(stars[1])
    if "差评" in text:
        return 1
    return 5 if "好评" in text else None


def rating_reply(level: int | None) -> Reply:
    """Thanks for a rating, or the five levels to choose from."""
    if level is None:
        buttons = [{"title": label, "payload": f'/rate{{"level": "{number}"}}'} for number, label in LEVELS.items()]
        return reply("请给这次服务打个分：", "rating", level=None, buttons=buttons)
    if level <= BAD:
        text = f"收到您的评价：{LEVELS[level]}。对不起没让您满意，请说说哪里不好，会有人核实整改；也可以拨打12345。"
        return reply(text, "rating", level=level)
    return reply(f"收到您的评价：{LEVELS[level]}。谢谢您，祝您办事顺利！", "rating", level=level)
