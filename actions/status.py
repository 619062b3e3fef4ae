"""The status of an application: two numbers, one answer, and never a hint which number was wrong."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import conversation_of, say
from actions.services import Services, current
from banshi.connect.applications import SourceUnavailableError, canonical_number
from banshi.connect.status_text import explain
from banshi.desk.replies import HAND_OFF, reply

_NOT_FOUND = (
    "没有查到。请核对办件编号和证件后四位，两样都对上才能查（编号在受理回执上）。"
    "要再查请说“查进度”；编号找不到了，可带身份证到受理窗口查，或拨打12345。"
)
_TOO_MANY = "查的次数有点多了，为了保护办件人的信息，请过一刻钟再查；着急的话可带身份证到受理窗口查，或拨打12345。"
_UNAVAILABLE = "办件系统这会儿连不上，暂时查不到进度，不是您的办件有问题。请过一会儿再查，或拨打12345。"
_EXPIRED = "刚才的编号已经按规定清掉了，请再说一遍“查进度”，把办件编号和证件后四位重新发一次。"


class ActionAskApplicationNo(Action):
    """Ask for the application number."""

    def name(self) -> str:
        return "action_ask_application_no"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        text = "查进度请发办件编号：两个字母加12位数字，在受理回执或短信里（比如 JL202611000001）。不查了就说“不查了”。"
        say(dispatcher, reply(text, "ask", slot="application_no", buttons=[{"title": "不查了", "payload": "/cancel"}]))
        return []


class ActionAskSecondFactor(Action):
    """Ask for the second factor."""

    def name(self) -> str:
        return "action_ask_second_factor"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        text = "为了保护办件人，还要核对一下：请发申请时所用证件号码的后四位（最后一位是X也一起发）。"
        say(dispatcher, reply(text, "ask", slot="second_factor", buttons=[{"title": "不查了", "payload": "/cancel"}]))
        return []


class ValidateStatusForm(FormValidationAction):
    """Take the numbers as they are written; whether they are right only the source knows."""

    def name(self) -> str:
        return "validate_status_form"

    def validate_application_no(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return {"application_no": str(value[-1] if isinstance(value, list) else value)}

    def validate_second_factor(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return {"second_factor": str(value[-1] if isinstance(value, list) else value)}


class ActionStatus(Action):
    """Tell the status, or that nothing was found."""

    def name(self) -> str:
        return "action_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        services = current()
        conversation = conversation_of(tracker)
        number = services.vault.resolve(conversation, str(tracker.get_slot("application_no") or ""))
        factor = services.vault.resolve(conversation, str(tracker.get_slot("second_factor") or ""))
        # Asked anew each time: numbers do not stay in the dialogue.
        cleared = [SlotSet("application_no", None), SlotSet("second_factor", None)]
        if not number or not factor:
            say(dispatcher, reply(_EXPIRED, "status", found=False))
            return cleared
        say(dispatcher, await asyncio.to_thread(_look_up, services, conversation, number, factor))
        return cleared


def _look_up(services: Services, conversation: str, number: str, factor: str) -> Any:
    now = services.now()
    keys = (f"conversation {conversation}", f"number {canonical_number(number)}")
    if any(services.attempts.full(key, now.timestamp()) for key in keys):
        return reply(_TOO_MANY, "status", found=False, buttons=[HAND_OFF])
    try:
        application = services.applications().find(number, factor)
    except SourceUnavailableError:
        return reply(_UNAVAILABLE, "status", found=False, buttons=[HAND_OFF])
    if application is None:
        for key in keys:
            services.attempts.count(key, now.timestamp())
        return reply(_NOT_FOUND, "status", found=False, buttons=[{"title": "再查一次", "payload": "/query_status"}, HAND_OFF])
    explanation = explain(application, now.date())
    fields = explanation.model_dump(mode="json", exclude={"text"})
    return reply(explanation.text, "status", found=True, status_of=application.item, **fields)
