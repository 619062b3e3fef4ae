"""Answer a question, or the follow-up to one."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import context_of, conversation_of, heard, intent, region_of, say
from actions.services import current
from banshi.desk.replies import DEGRADED, HAND_OFF, replies_for, reply
from banshi.knowledge.urgent import find_urgent
from banshi.search.result import SearchRequest, SearchResult
from banshi.text.normalise import is_korean

# Between these, what the citizen wants done is unclear: two buttons, unless the search is sure of an answer.
_ACT_AT = 0.3
_DOUBTFUL = {
    "query_status": ("查办件进度", "/query_status"),
    "apply_online": ("网上办理", "/apply_online"),
    "find_window": ("找大厅和窗口", "/find_window"),
    "hand_off": ("转人工", "/hand_off"),
    "complain": ("投诉建议", "/complain"),
}


class ActionAnswer(Action):
    """Search and tell: an answer, a question back, or an honest refusal."""

    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        services = current()
        engine = services.engine()
        text = heard(tracker)
        urgent = find_urgent(text, services.urgent)
        if urgent is not None:
            say(dispatcher, reply(urgent.text, "redirect", about=urgent.kind))
            return []
        if engine is None:
            say(dispatcher, reply(DEGRADED, "reject", buttons=[HAND_OFF], decision="reject"))
            return []
        request = SearchRequest(text=text, region=region_of(tracker), context=context_of(tracker))
        result = await asyncio.to_thread(engine.search, request)
        if services.recorder is not None:
            services.recorder.record(engine, text, result, None, conversation_of(tracker), request.region, services.now())
        name, confidence = intent(tracker)
        fell_back = tracker.latest_message.get("intent", {}).get("name") == "nlu_fallback"
        if result.decision != "answer" and fell_back and name in _DOUBTFUL and confidence >= _ACT_AT / 2:
            title, payload = _DOUBTFUL[name]
            say(
                dispatcher,
                reply(
                    f"您是想{title}吗？是的话点一下；要问办事的话，请说出要办的事。",
                    "clarify",
                    buttons=[{"title": title, "payload": payload}, HAND_OFF],
                    decision="clarify",
                ),
            )
            return []
        for told in replies_for(result, korean=is_korean(text)):
            say(dispatcher, told)
        # What comes next most likely refers to what was told last.
        return remember(next((part for part in reversed(result.also) if part.decision == "answer"), result))


def remember(result: SearchResult) -> list[dict[str, Any]]:
    """Slots after a result, for the turns that refer to it."""
    events = [SlotSet("alternatives", [c.id for c in result.candidates] if result.decision == "clarify" else None)]
    if result.decision == "answer":
        events += [SlotSet("item", result.item.id if result.item else None), SlotSet("element", result.element.value)]
    elif result.decision == "clarify":
        # Which item is open, but what was asked of it is kept for when it is chosen.
        events.append(SlotSet("element", result.element.value))
    return events
