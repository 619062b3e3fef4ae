"""Note where the citizen is, and go on with what waited for it."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import context_of, entity, heard, say
from actions.services import current
from banshi.desk.halls import tell_halls
from banshi.desk.replies import reply, reply_for


class ActionSetRegion(Action):
    """Set the region named; ask again, with what is wrong, when it is none of the province's."""

    def name(self) -> str:
        return "action_set_region"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        engine = current().engine()
        if engine is None:
            say(dispatcher, reply("记不下地区，系统这会儿有点忙，请稍后再说。", "reject", decision="reject"))
            return []
        named = engine.knowledge.regions.find(heard(tracker) or entity(tracker, "region") or "")
        if not named:
            text = "没认出您说的地方。我服务吉林省，请说市、县或开发区的名字，比如“延吉市”“农安县”；外省的规定请问当地12345。"
            say(dispatcher, reply(text, "ask", slot="region"))
            return []
        region = named[-1].id
        name = engine.knowledge.regions.name(region)
        if _asked_for_region(tracker):
            halls = tell_halls(engine.knowledge, region, current().now())
            say(dispatcher, halls.model_copy(update={"custom": {**halls.custom, "set_region": region}}))
            return [SlotSet("region", region)]
        context = context_of(tracker)
        if context.item is not None and context.element is not None:
            result = await asyncio.to_thread(engine.answer_item, context.item, context.element, region=region)
            answer = reply_for(result)
            text = f"好，按{name}给您看：\n{answer.text}"
            say(dispatcher, answer.model_copy(update={"text": text, "custom": {**answer.custom, "set_region": region}}))
            return [SlotSet("region", region)]
        say(dispatcher, reply(f"好，记下了，您在{name}。要办什么事，直接说。", "answer", item=None, set_region=region))
        return [SlotSet("region", region)]


def _asked_for_region(tracker: Tracker) -> bool:
    """Whether the bot's last message asked for the region."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            custom = (event.get("data") or {}).get("custom") or {}
            return bool(custom.get("slot") == "region")
    return False
