"""Hand on to a person, saying what happens next; complaints and dissatisfaction lead here too."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import say
from banshi.desk.people.queue import hand_off_reply
from banshi.desk.replies import HAND_OFF, reply
from banshi.desk.tickets.complaints import complaint_reply


class ActionHandOff(Action):
    """A person, please."""

    def name(self) -> str:
        return "action_hand_off"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        # The server puts the place in the queue into it; here nobody knows it.
        say(dispatcher, hand_off_reply())
        return []


class ActionComplain(Action):
    """Complaints and reports go to people, never to the search."""

    def name(self) -> str:
        return "action_complain"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        say(dispatcher, complaint_reply())
        return []


class ActionDissatisfied(Action):
    """The answer was wrong: offer another way, not an argument."""

    def name(self) -> str:
        return "action_dissatisfied"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        text = "对不起，没答到点上。请把要办的事换个说法，最好说清办什么证、给谁办、在哪办；或者转人工，由工作人员帮您。"
        say(dispatcher, reply(text, "reject", decision="reject", buttons=[HAND_OFF]))
        return []
