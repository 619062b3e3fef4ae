"""Reading the tracker and speaking: the few lines every action shares."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import current
from banshi.desk.replies import Reply
from banshi.knowledge.elements import Element
from banshi.search.result import Context

_SURE = 0.5
"""From here on the classifier's intent is acted on."""


def say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Send a reply: text for every channel, structure for faces that show it."""
    dispatcher.utter_message(text=reply.text, buttons=[button.model_dump() for button in reply.buttons], json_message=reply.custom)


def heard(tracker: Tracker) -> str:
    """The citizen's last message, masked and normalised; empty for a button."""
    text = str(tracker.latest_message.get("text") or "")
    return "" if text.startswith("/") else text


def intent(tracker: Tracker) -> tuple[str, float]:
    """Name and confidence of the turn's intent; the classifier's own first choice when Rasa fell back."""
    ranking: list[dict[str, Any]] = tracker.latest_message.get("intent_ranking") or []
    for entry in ranking:
        if entry.get("name") != "nlu_fallback":
            return str(entry["name"]), float(entry.get("confidence") or 0)
    return str(tracker.latest_message.get("intent", {}).get("name")), 0.0


def entity(tracker: Tracker, name: str) -> str | None:
    """The last entity of a kind in the last message."""
    return next((str(value) for value in tracker.get_latest_entity_values(name)), None)


def conversation_of(tracker: Tracker) -> str:
    """The server's id of the conversation: a long one has several trackers, c-…-0, c-…-1 and so on."""
    return re.sub(r"-\d+$", "", str(tracker.sender_id))


def region_of(tracker: Tracker) -> str | None:
    """The citizen's region: said in this conversation, or sent along by the app."""
    metadata = tracker.latest_message.get("metadata") or {}
    return tracker.get_slot("region") or metadata.get("region")


def context_of(tracker: Tracker) -> Context:
    """What the conversation is about."""
    # A conversation's later trackers begin without slots; the server knows what it was about.
    metadata = tracker.latest_message.get("metadata") or {}
    item, element = tracker.get_slot("item") or metadata.get("item"), tracker.get_slot("element")
    engine = current().engine()
    known = engine is not None and item in engine.knowledge.guides
    name, confidence = intent(tracker)
    return Context(
        item=item if known else None,
        element=Element(element) if element in set(Element) else None,
        offered=tuple(tracker.get_slot("alternatives") or ()),
        follow_up=name == "follow_up" and confidence >= _SURE,
    )
