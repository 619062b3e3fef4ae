"""Hand on to a person, saying what happens next; complaints and dissatisfaction lead here too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import say
from actions.services import current
from banshi.desk.hours import PHONE, ServiceHours
from banshi.desk.replies import HAND_OFF, Reply, reply


def hand_off_reply(now: datetime, hours: str) -> Reply:
    """What a citizen is told who wants a person."""
    open_now = ServiceHours(hours).open_at(now)
    if open_now:
        text = (
            "好，已经为您登记转人工，前面说过的话都会带过去，不用再说一遍。请留在这里等工作人员接入；"
            "等的时候还可以继续问我。着急的话，直接拨打12345。"
        )
    else:
        text = (
            f"现在不是人工服务时间（工作日{hours}）。您要办的事我已经记下，请把问题一次说全，工作人员上班后会看；"
            "着急的话，12345热线可以直接打。"
        )
    return reply(text, "handoff", in_service=open_now, hours=hours, phone=PHONE)


class ActionHandOff(Action):
    """A person, please."""

    def name(self) -> str:
        return "action_hand_off"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        services = current()
        say(dispatcher, hand_off_reply(services.now(), services.service_hours))
        return []


class ActionComplain(Action):
    """Complaints and reports go to people, never to the search."""

    def name(self) -> str:
        return "action_complain"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        text = (
            "让您受委屈了。投诉和举报要由工作人员受理，我不替他们下结论：\n"
            "· 拨打12345，说清时间、地点、哪个窗口、什么事，可以要求保密，会生成工单并给您答复；\n"
            "· 在大厅可找“办不成事”反映窗口；办完事也可以在“好差评”里给差评，会有人核实整改。\n"
            "要现在转给工作人员吗？"
        )
        say(dispatcher, reply(text, "redirect", about="complaint", phone="12345", buttons=[HAND_OFF]))
        return []


class ActionDissatisfied(Action):
    """The answer was wrong: offer another way, not an argument."""

    def name(self) -> str:
        return "action_dissatisfied"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        text = "对不起，没答到点上。请把要办的事换个说法，最好说清办什么证、给谁办、在哪办；或者转人工，由工作人员帮您。"
        say(dispatcher, reply(text, "reject", decision="reject", buttons=[HAND_OFF]))
        return []
