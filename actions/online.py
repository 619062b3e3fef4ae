"""Hand people on to online handling."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import context_of, heard, region_of, say
from actions.services import current
from banshi.desk.replies import HAND_OFF, reply
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.search.result import SearchRequest


class ActionApplyOnline(Action):
    """The link for the item named, else for the item talked about, else the entrance."""

    def name(self) -> str:
        return "action_apply_online"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        services = current()
        engine = services.engine()
        guide: Guide | None = None
        if engine is not None and heard(tracker):
            request = SearchRequest(text=heard(tracker), region=region_of(tracker), context=context_of(tracker))
            result = await asyncio.to_thread(engine.search, request)
            if result.decision == "answer" and result.item is not None:
                guide = engine.knowledge.guides[result.item.id]
        item = context_of(tracker).item
        if guide is None and engine is not None and item is not None:
            guide = engine.knowledge.guides[item]
        if guide is None:
            text = f"网上办事请从吉事办进：{services.portal_url}，登录后搜事项名称就能办。您要办哪件事？告诉我，我把要准备的先跟您说清。"
            say(dispatcher, reply(text, "link", item=None, links=[{"title": "吉事办", "url": services.portal_url}]))
            return []
        say(dispatcher, _link(guide, services.portal_url))
        return [SlotSet("item", guide.id), SlotSet("element", Element.ONLINE.value)]


def _link(guide: Guide, url: str) -> Any:
    depth, visits = guide.online_handle_depth.text, guide.limit_scene_num.text
    if depth.startswith("IV"):
        how = "可以全程网上办"
    elif depth.startswith("III"):
        how = "可以网上申请，必要时到现场一次"
    else:
        how = "网上只能预约或了解，办理要到现场"
    names = "、".join(material.material_name for material in guide.materials) or "不用准备材料"
    caution = "各地开通情况不同，以吉事办页面显示为准。"
    return reply(
        f"【{guide.task_name}】{how}（网办深度{depth}，到现场{visits}次）。\n"
        f"入口：{url} 登录后搜“{guide.task_name}”。\n先准备好：{names}。\n{caution}",
        "link",
        item=guide.id,
        element=Element.ONLINE.value,
        links=[{"title": f"去吉事办办理：{guide.task_name}", "url": url}],
        buttons=[{"title": "去不了网上，找窗口", "payload": "/find_window"}, HAND_OFF],
    )
