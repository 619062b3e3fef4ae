"""Find a hall: address, opening hours, open now."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import heard, region_of, say
from actions.services import current
from banshi.desk.replies import HAND_OFF, reply
from banshi.knowledge.halls import Hall, is_open, opening_text
from banshi.knowledge.library import Knowledge


def halls_for(knowledge: Knowledge, region: str) -> list[Hall]:
    """Halls of the region itself, else of the nearest region above it that has any."""
    for place in knowledge.regions.lineage(region):
        halls = [hall for hall in knowledge.halls if hall.region == place]
        if halls:
            return halls
    return []


class ActionFindWindow(Action):
    """Tell the halls of the citizen's place; ask for the place when it is not known."""

    def name(self) -> str:
        return "action_find_window"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        services = current()
        engine = services.engine()
        if engine is None:
            say(dispatcher, reply("大厅信息这会儿查不了，请拨打12345问最近的政务服务中心。", "window", halls=[], buttons=[HAND_OFF]))
            return []
        regions = engine.knowledge.regions
        named = regions.find(heard(tracker))
        region = named[0].id if named else region_of(tracker)
        if region is None or region not in regions or regions.regions[region].level == "province":
            cities = [node for node in regions.regions.values() if node.level == "prefecture"]
            buttons = [{"title": city.name, "payload": f'/set_region{{"region": "{city.name}"}}'} for city in cities]
            say(dispatcher, reply("您在哪个市、县或者开发区？告诉我，我帮您找最近的政务大厅。", "ask", slot="region", buttons=buttons))
            return []
        say(dispatcher, tell_halls(engine.knowledge, region))
        return [SlotSet("region", region)]


def tell_halls(knowledge: Knowledge, region: str) -> Any:
    """The halls for a region as a reply."""
    now = current().now()
    halls = halls_for(knowledge, region)
    name = knowledge.regions.name(region)
    if not halls:
        text = f"{name}的政务大厅我这里还没有登记，请拨打12345问最近的地址和时间。"
        return reply(text, "window", region=region, halls=[], buttons=[HAND_OFF])
    lines = [f"{name}可以去："]
    if halls[0].region != region:
        lines = [f"{name}本地的大厅我这里还没有登记，最近一级的是："]
    shown = []
    for hall in halls[:3]:
        lines.append(f"· {hall.name}：{hall.address}。{opening_text(hall, now)}")
        shown.append({**hall.model_dump(mode="json"), "open": is_open(hall, now)})
    if any(hall.sample for hall in halls[:3]):
        lines.append("（以上是示例数据，地址和时间请以当地公布为准；电话请拨打12345查询。）")
    return reply("\n".join(lines), "window", region=region, halls=shown, buttons=[HAND_OFF])
