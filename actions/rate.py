"""好差评: five levels, asked for when the words do not tell."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import entity, heard, say
from banshi.desk.unhappy.rating import LEVELS, level_of, rating_reply


class ActionRate(Action):
    """Thank for a rating, or offer the five levels."""

    def name(self) -> str:
        return "action_rate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        button = entity(tracker, "level")
        level = int(button) if button and button.isdigit() and int(button) in LEVELS else level_of(heard(tracker))
        say(dispatcher, rating_reply(level))
        return []
