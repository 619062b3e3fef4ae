"""How an application stands: two numbers are asked for, one answer is given, and never a hint which number was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from banshi.connect.applications.port import ApplicationSource, canonical_number
from banshi.connect.applications.status_text import explain
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.desk.attempts import SlidingWindow
from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.desk.vault import Vault

_STOP = {"title": "不查了", "payload": "/cancel"}
_ASKS = {
    "application_no": "查进度请发办件编号：两个字母加12位数字，在受理回执或短信里（比如 JL202611000001）。不查了就说“不查了”。",
    "second_factor": "为了保护办件人，还要核对一下：请发申请时所用证件号码的后四位（最后一位是X也一起发）。",
}
_NOT_FOUND = (
    "没有查到。请核对办件编号和证件后四位，两样都对上才能查（编号在受理回执上）。"
    "要再查请说“查进度”；编号找不到了，可带身份证到受理窗口查，或拨打12345。"
)
_TOO_MANY = "查的次数有点多了，为了保护办件人的信息，请过一刻钟再查；着急的话可带身份证到受理窗口查，或拨打12345。"
_UNAVAILABLE = "办件系统这会儿连不上，暂时查不到进度，不是您的办件有问题。请过一会儿再查，或拨打12345。"
_EXPIRED = "刚才的编号已经按规定清掉了，请再说一遍“查进度”，把办件编号和证件后四位重新发一次。"


def ask_for(slot: str) -> Reply:
    """Ask for one of the two numbers.

    Args:
        slot: application_no or second_factor.
    """
    return reply(_ASKS[slot], "ask", slot=slot, buttons=[_STOP])


@dataclass(frozen=True)
class StatusDesk:
    """Looks applications up, for the dialogue and where there is none.

    Attributes:
        applications: where they are found, guarded: it answers or fails within seconds.
        vault: resolves tokens of personal numbers.
        attempts: failed queries of a quarter of an hour, by conversation and by number.
        address_attempts: the same by network address, which may stand for many people.
        now: the clock, in China's time.
    """

    applications: ApplicationSource
    vault: Vault
    attempts: SlidingWindow
    address_attempts: SlidingWindow
    now: Callable[[], datetime]

    def tell(self, conversation: str, number: str | None, factor: str | None) -> Reply:
        """The answer to both numbers. Blocks while the source is asked.

        Args:
            conversation: whose numbers they are, and who is counted.
            number: the application number, or its token.
            factor: the last four characters of the document's number, or their token.
        """
        plain = self.vault.resolve(conversation, number or ""), self.vault.resolve(conversation, factor or "")
        if not plain[0] or not plain[1]:
            return reply(_EXPIRED, "status", found=False)
        now = self.now()
        # One who changes conversation and number at every try still comes from somewhere.
        windows = [
            (self.attempts, f"conversation {conversation}"),
            (self.attempts, f"number {canonical_number(plain[0])}"),
            (self.address_attempts, self.vault.address(conversation)),
        ]
        limits = [(window, key) for window, key in windows if key is not None]
        if any(window.full(key, now.timestamp()) for window, key in limits):
            return reply(_TOO_MANY, "status", found=False, buttons=[HAND_OFF])
        try:
            application = self.applications.find(plain[0], plain[1])
        except SystemUnavailableError:
            return reply(_UNAVAILABLE, "status", found=False, buttons=[HAND_OFF])
        if application is None:
            for window, key in limits:
                window.count(key, now.timestamp())
            return reply(_NOT_FOUND, "status", found=False, buttons=[{"title": "再查一次", "payload": "/query_status"}, HAND_OFF])
        explanation = explain(application, now.date())
        fields = explanation.model_dump(mode="json", exclude={"text"})
        buttons = [HAND_OFF] if explanation.refused else []
        return reply(explanation.text, "status", found=True, status_of=application.item, buttons=buttons, **fields)
