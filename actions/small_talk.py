"""Greeting, thanks, yes and no, who are you: short, and always back to what can be done here."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import heard, intent, say
from banshi.desk.replies import ABILITIES, HAND_OFF, reply
from banshi.text.normalise import is_korean

_HOT = [
    {"title": "身份证丢了怎么补", "payload": "身份证丢了怎么补"},
    {"title": "异地就医备案", "payload": "异地就医备案怎么办"},
    {"title": "查办件进度", "payload": "/query_status"},
    {"title": "找政务大厅", "payload": "/find_window"},
]
_TEXTS = {
    "greet": f"您好，我是办事助手。{ABILITIES}要办什么事，直接说就行。",
    "thanks": "不客气，能帮上忙就好。还有别的事，接着问我。",
    "goodbye": "好的，祝您办事顺利，再见！有事随时回来问。",
    "affirm": "好的。要办的事请说具体点，比如“身份证丢了怎么补”，我把要带的东西一次告诉您。",
    "deny": "好的，没关系。还有别的要办，直接说就行；要找人帮忙请点“转人工”。",
    "capabilities": f"我是吉事办的智能办事助手，不是真人。{ABILITIES}答案都来自审核过的办事指南和文件，并注明依据；没把握的我不乱说。",
    "abuse": "您先消消气。有什么事没办成，告诉我是哪件事、卡在哪儿，我尽力帮您；也可以转人工或拨打12345。",
}
_KOREAN_GREETING = "안녕하십니까. 저는 업무처리 도우미입니다. 조선어로 물으셔도 됩니다. 례: 신분증을 잃어버렸는데 어떻게 합니까? "


class ActionSmallTalk(Action):
    """One sentence, one way on."""

    def name(self) -> str:
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        kind, _ = intent(tracker)
        text = _TEXTS.get(kind, _TEXTS["greet"])
        if kind == "greet" and is_korean(heard(tracker)):
            text = _KOREAN_GREETING + text
        buttons = _HOT if kind in {"greet", "capabilities"} else [HAND_OFF] if kind in {"deny", "abuse"} else []
        say(dispatcher, reply(text, "answer", item=None, small_talk=kind, buttons=buttons))
        return []


class ActionRestartTopic(Action):
    """Forget the item talked about."""

    def name(self) -> str:
        return "action_restart_topic"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        say(dispatcher, reply(f"好的，刚才的先放下。{ABILITIES}接下来要办什么事？", "answer", item=None, small_talk="restart_topic"))
        return [SlotSet(name, None) for name in ("item", "element", "alternatives", "application_no", "second_factor")]


class ActionRepeat(Action):
    """Say the last answer again."""

    def name(self) -> str:
        return "action_repeat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        for event in reversed(tracker.events):
            custom = (event.get("data") or {}).get("custom") or {}
            if event.get("event") == "bot" and event.get("text") and custom.get("type") in {"answer", "clarify", "window", "link", "ask"}:
                buttons = [{"title": b["title"], "payload": b["payload"]} for b in (event["data"].get("buttons") or [])]
                say(
                    dispatcher,
                    reply(str(event["text"]), custom["type"], buttons=buttons, **{k: v for k, v in custom.items() if k != "type"}),
                )
                return []
        say(dispatcher, reply(f"前面还没有说过什么。{ABILITIES}", "answer", item=None, small_talk="repeat"))
        return []
