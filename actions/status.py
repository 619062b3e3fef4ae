"""The status of an application: two numbers, one answer, and never a hint which number was wrong."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import conversation_of, say
from actions.services import current
from banshi.connect.resilience.waiting import waited
from banshi.desk.status import ask_for


class ActionAskApplicationNo(Action):
    """Ask for the application number."""

    def name(self) -> str:
        return "action_ask_application_no"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        say(dispatcher, ask_for("application_no"))
        return []


class ActionAskSecondFactor(Action):
    """Ask for the second factor."""

    def name(self) -> str:
        return "action_ask_second_factor"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        say(dispatcher, ask_for("second_factor"))
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
        number, factor = tracker.get_slot("application_no"), tracker.get_slot("second_factor")
        say(dispatcher, await waited(current().status.tell, conversation_of(tracker), number, factor))
        # Asked anew each time: numbers do not stay in the dialogue.
        return [SlotSet("application_no", None), SlotSet("second_factor", None)]
