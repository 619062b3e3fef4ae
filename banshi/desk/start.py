"""What a citizen finds before the first word: greeting, hot items, whether people answer now, a notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from banshi.desk.hours import ServiceHours
from banshi.knowledge.library import Knowledge
from banshi.store.notices import Notice

SERVICE = "吉事办智能助手"
PRIVACY = "身份证号、手机号等会自动遮盖，不会保存；请不要发送密码和验证码。"
_HOT = (
    ("hz-idcard-reissue", "身份证丢失补领", "身份证丢失补领怎么办"),
    ("yb-remote", "异地就医备案", "异地就医备案怎么办"),
    ("sb-card-reissue", "社保卡补办", "社保卡丢了怎么补办"),
    ("gjj-rent", "租房提取公积金", "租房怎么提取公积金"),
    ("sc-geti-open", "个体工商户开业", "开个小店怎么办营业执照"),
    ("wj-birth-cert", "出生医学证明", "孩子的出生证明怎么办"),
    ("crj-passport-first", "首次申请护照", "第一次办护照要带什么"),
    ("cjg-license-renew", "驾驶证换证", "驾驶证到期怎么换"),
    ("sb-flexible", "灵活就业参保", "灵活就业怎么交社保"),
    ("bdc-transfer", "二手房过户", "二手房过户怎么办"),
)
"""Guide, what the button says, what is asked with it; most wanted first."""
_SHOWN = 6
_PLACES = ("prefecture", "county", "functional")


def greeting(now: datetime, place: str | None = None) -> str:
    """The first words.

    Args:
        now: in China's time.
        place: the citizen's, by name.
    """
    hail = "早上好" if 5 <= now.hour < 11 else "中午好" if now.hour < 13 else "下午好" if now.hour < 18 else "晚上好"
    where = f"{place}的" if place else ""
    return f"{hail if now.hour >= 5 else '您好'}，我是{SERVICE}。我能查{where}办事指南、办件进度和政务大厅。要办什么事，直接说就行。"


def hot_items(knowledge: Knowledge) -> list[dict[str, str]]:
    """Six matters that many ask for and that have a guide in use."""
    present = [{"title": title, "text": text} for item, title, text in _HOT if item in knowledge.guides]
    return present[:_SHOWN]


def places(knowledge: Knowledge) -> list[dict[str, str | None]]:
    """Prefectures, counties and zones to choose from, in the order of the table."""
    found = [node for node in knowledge.regions.regions.values() if node.level in _PLACES]
    return [{"id": node.id, "name": node.name, "parent": node.parent} for node in found]


@dataclass(frozen=True)
class StartPage:
    """What the start needs beside the knowledge.

    Attributes:
        hours: when people answer.
        now: the clock, in China's time.
        portal_url: entrance of online handling, for guides without an address of their own.
        notice: gives the line above the conversation for a region.
    """

    hours: ServiceHours
    now: Callable[[], datetime]
    portal_url: str
    notice: Callable[[str | None], Notice | None] = lambda region: None
