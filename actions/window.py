"""Find a hall: address, opening hours, open now."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import heard, region_of, say
from actions.services import current
from banshi.desk.halls import find_halls


class ActionFindWindow(Action):
    """Tell the halls of the citizen's place; ask for the place when it is not known."""

    def name(self) -> str:
        return "action_find_window"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        services = current()
        engine = services.engine()
        told = find_halls(engine.knowledge if engine is not None else None, heard(tracker), region_of(tracker), services.now())
        say(dispatcher, told)
        found = told.custom.get("region")
        return [SlotSet("region", found)] if found is not None else []
