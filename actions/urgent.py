"""Emergencies and crises: the number to call, first and at once."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import heard, intent, say
from actions.services import current
from banshi.desk.replies import reply
from banshi.knowledge.urgent import find_urgent

_ANY = "遇到危险请马上打电话：报警110，火警119，急救120，交通事故122。先保证自己和身边人的安全。我这里只能答办事的问题，救急请打这些电话。"


class ActionUrgent(Action):
    """By the words first, by the intent where no word is known."""

    def name(self) -> str:
        return "action_urgent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        kinds = current().urgent
        urgent = find_urgent(heard(tracker), kinds)
        if urgent is None and intent(tracker)[0] == "crisis":
            urgent = next((kind for kind in kinds if kind.kind == "crisis"), None)
        say(dispatcher, reply(urgent.text if urgent else _ANY, "redirect", about=urgent.kind if urgent else "emergency"))
        return []
