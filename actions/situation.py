"""情形引导: a few questions, then the exact list of materials."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import context_of, entity, region_of, say
from actions.services import current
from banshi.desk.replies import HAND_OFF, reply, reply_for
from banshi.desk.situations import case_of, option_named, situation_reply, tree_of
from banshi.search.engine import Engine
from banshi.search.result import Context, SearchRequest
from banshi.text.normalise import normalise

_DONE = "done"
_CLEARED = [SlotSet("situation", None), SlotSet("situation_item", None), SlotSet("situation_answers", None)]


def _answers(tracker: Tracker) -> dict[str, str]:
    given = tracker.get_slot("situation_answers")
    return dict(given) if isinstance(given, dict) else {}


def _said_before(tracker: Tracker) -> str:
    """The citizen's last words: "替我妈补身份证" already says who goes."""
    texts = [str(event.get("text") or "") for event in tracker.events if event.get("event") == "user"]
    return normalise(next((text for text in reversed(texts) if text and not text.startswith("/")), ""))


class ActionBeginSituation(Action):
    """Start the questions of the item at hand; what was said before counts as an answer."""

    def name(self) -> str:
        return "action_begin_situation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        engine = current().engine()
        item = entity(tracker, "item_id") or context_of(tracker).item
        if engine is None or item not in engine.knowledge.guides:
            return [*_CLEARED, SlotSet("situation", _DONE)]
        tree = tree_of(engine, item, region_of(tracker))
        case = tree.case(tree.recognise(_said_before(tracker), {}))
        events = [SlotSet("situation_item", item), SlotSet("situation_answers", case.answers), SlotSet("item", item)]
        return [*events, SlotSet("situation", None if case.next is not None else _DONE)]


class ActionAskSituation(Action):
    """Ask the next question."""

    def name(self) -> str:
        return "action_ask_situation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        engine, item = current().engine(), tracker.get_slot("situation_item")
        if engine is not None and item in engine.knowledge.guides:
            case = case_of(engine, item, _answers(tracker), region_of(tracker))
            say(dispatcher, situation_reply(engine, item, case, region=region_of(tracker)))
        return []


class ValidateSituationForm(FormValidationAction):
    """Take an option; what is none may be a question of its own, which is answered before the form asks on."""

    def name(self) -> str:
        return "validate_situation_form"

    async def validate_situation(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        engine, item = current().engine(), tracker.get_slot("situation_item")
        if engine is None or item not in engine.knowledge.guides or value == _DONE:
            return {"situation": _DONE}
        answers = _answers(tracker)
        choice = case_of(engine, item, answers, region_of(tracker)).next
        if choice is None:
            return {"situation": _DONE}
        text = str((value[-1] if isinstance(value, list) else value) or "")
        if not text or text.startswith("/"):  # nothing was said yet: a button began the questions
            return {"situation": None}
        option = text if text in {option.id for option in choice.options} else option_named(choice, normalise(text))
        if option is None:
            await _digress(dispatcher, engine, SearchRequest(text=text, region=region_of(tracker), context=Context(item=item)))
            return {"situation": None}
        case = case_of(engine, item, {**answers, choice.id: option}, region_of(tracker))
        return {"situation": None if case.next is not None else _DONE, "situation_answers": case.answers}


async def _digress(dispatcher: CollectingDispatcher, engine: Engine, request: SearchRequest) -> None:
    result = await asyncio.to_thread(engine.search, request)
    if result.decision == "answer":
        say(dispatcher, reply_for(result))
    else:
        say(dispatcher, reply("没听明白您选的是哪一个，请点下面的选项，或者回复序号。", "ask", slot="situation"))


class ActionSituation(Action):
    """Tell the exact list."""

    def name(self) -> str:
        return "action_situation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        engine, item = current().engine(), tracker.get_slot("situation_item")
        if engine is None or item not in engine.knowledge.guides:
            text = "请先说要办什么事，比如“身份证丢了怎么补”，我再帮您列清单。"
            say(dispatcher, reply(text, "reject", buttons=[HAND_OFF], decision="reject"))
            return _CLEARED
        case = case_of(engine, item, _answers(tracker), region_of(tracker))
        say(dispatcher, situation_reply(engine, item, case, region=region_of(tracker)))
        return [*_CLEARED, SlotSet("item", item), SlotSet("element", "materials")]
