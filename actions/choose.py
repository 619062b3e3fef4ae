"""Take one of the offered alternatives, by button, number or words."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.conversation import entity, heard, region_of, say
from actions.services import current
from banshi.desk.replies import reply_for
from banshi.knowledge.elements import Element

_WORDS = {"一": 0, "1": 0, "二": 1, "两": 1, "2": 1, "三": 2, "3": 2, "四": 3, "4": 3, "前": 0, "上": 0, "头": 0}
_LAST = re.compile("最后|末了|后边|后面|下边|下面|最下")


def chosen(text: str, alternatives: list[str]) -> str | None:
    """The alternative that "第二个", "2", "上面那个" or "最后一个" means; None when it means none of them."""
    if _LAST.search(text):
        return alternatives[-1] if alternatives else None
    for char in text:
        if char in _WORDS:
            position = _WORDS[char]
            return alternatives[position] if position < len(alternatives) else None
    return None


class ActionChoose(Action):
    """Answer the item chosen, with the element that was asked before."""

    def name(self) -> str:
        return "action_choose"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        engine = current().engine()
        alternatives: list[str] = tracker.get_slot("alternatives") or []
        target = entity(tracker, "target") or chosen(heard(tracker), alternatives)
        asked = tracker.get_slot("element")
        element = Element(asked) if asked in set(Element) else Element.OVERVIEW
        if engine is not None and target is not None:
            try:
                result = await asyncio.to_thread(engine.answer_item, target, element, region=region_of(tracker))
            except KeyError:
                result = None
            if result is not None:
                say(dispatcher, reply_for(result))
                item = result.item.id if result.item else None
                return [SlotSet("item", item), SlotSet("element", result.element.value), SlotSet("alternatives", None)]
        # "第一次办" is no choice when nothing was offered.
        return await ActionAnswer().run(dispatcher, tracker, domain)
