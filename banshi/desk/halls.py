"""Halls told in the conversation: address, opening hours, open now."""

from __future__ import annotations

from datetime import datetime

from banshi.connect.booking.port import Matter
from banshi.connect.booking.timetable import window_for
from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.knowledge.guide import Guide
from banshi.knowledge.halls import Hall, is_open, opening_text
from banshi.knowledge.library import Knowledge

_SHOWN = 3


def halls_for(knowledge: Knowledge, region: str) -> list[Hall]:
    """Halls of the region itself, else of the nearest region above it that has any."""
    for place in knowledge.regions.lineage(region):
        halls = [hall for hall in knowledge.halls if hall.region == place]
        if halls:
            return halls
    return []


def takes_bookings(knowledge: Knowledge, guide: Guide, region: str | None) -> bool:
    """Whether the way to 在线预约 is offered: the guide says so (is_schedule), or says nothing and a hall handles the matter.

    Args:
        knowledge: in use.
        guide: of the matter.
        region: the citizen's; None, or one that is not known, is anywhere in the province.
    """
    if guide.is_schedule is not None:
        return guide.is_schedule
    halls = halls_for(knowledge, region) if region is not None and region in knowledge.regions else knowledge.halls
    return any(window_for(hall, Matter(guide.id, guide.task_name, guide.domain)) is not None for hall in halls)


def find_halls(knowledge: Knowledge | None, words: str, region: str | None, now: datetime) -> Reply:
    """The halls of a place; asks for the place when it is not known.

    Args:
        knowledge: the knowledge in use; None says that there is none.
        words: the citizen's, which may name a place.
        region: the citizen's.
        now: in China's time.
    """
    if knowledge is None:
        return reply("大厅信息这会儿查不了，请拨打12345问最近的政务服务中心。", "window", halls=[], buttons=[HAND_OFF])
    regions = knowledge.regions
    named = regions.find(words)
    place = named[0].id if named else region
    if place is None or place not in regions or regions.regions[place].level == "province":
        cities = [node for node in regions.regions.values() if node.level == "prefecture"]
        buttons = [{"title": city.name, "payload": f'/set_region{{"region": "{city.name}"}}'} for city in cities]
        return reply("您在哪个市、县或者开发区？告诉我，我帮您找最近的政务大厅。", "ask", slot="region", buttons=buttons)
    return tell_halls(knowledge, place, now)


def tell_halls(knowledge: Knowledge, region: str, now: datetime) -> Reply:
    """The halls for a region."""
    halls = halls_for(knowledge, region)
    name = knowledge.regions.name(region)
    if not halls:
        text = f"{name}的政务大厅我这里还没有登记，请拨打12345问最近的地址和时间。"
        return reply(text, "window", region=region, halls=[], buttons=[HAND_OFF])
    lines = [f"{name}可以去："]
    if halls[0].region != region:
        lines = [f"{name}本地的大厅我这里还没有登记，最近一级的是："]
    shown = []
    for hall in halls[:_SHOWN]:
        lines.append(f"· {hall.name}：{hall.address}。{opening_text(hall, now)}")
        shown.append({**hall.model_dump(mode="json"), "open": is_open(hall, now)})
    if any(hall.sample for hall in halls[:_SHOWN]):
        lines.append("（以上是示例数据，地址和时间请以当地公布为准；电话请拨打12345查询。）")
    return reply("\n".join(lines), "window", region=region, halls=shown, buttons=[HAND_OFF])
