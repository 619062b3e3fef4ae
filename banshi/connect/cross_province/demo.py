"""A zone made from the knowledge, for demonstrations, development and tests: the items that have a name, and samples for the others."""

from __future__ import annotations

from collections.abc import Callable

from banshi.connect.cross_province.duties import DECIDING, MAILED, RECEIVING
from banshi.connect.cross_province.port import Side, Way, ZoneItem, ZoneWindow
from banshi.knowledge.cross_province import CrossProvince, Mode
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.places import Atlas, Place

WINDOW = "“跨省通办”专窗"
"""As `halls.yml` names it among a hall's areas."""
SAMPLE_MODES = (Mode.ONLINE, Mode.COLLECTED, Mode.JOINT)
_MAILING = "材料由收件地专窗寄给办理地，结果寄给您或网上送达；邮费由谁出各地不一样，交材料前先问清专窗。"
_COLLECTED_TIME = "从办理地收到材料算起；来回寄的时间另算"


def listed(catalogue: CrossProvince) -> tuple[ZoneItem, ...]:
    """All items of the list, batch by batch. Those without a name in our sources are samples, whose names say so."""
    items: list[ZoneItem] = []
    for batch in catalogue.batches:
        named = [item for item in catalogue.items.values() if item.year == batch.year]
        for number in range(1, batch.count + 1):
            code = f"{batch.year}-{number:03}"
            if number <= len(named):
                item = named[number - 1]
                items.append(ZoneItem(code, item.name, batch.name, batch.year, item.mode, False))
            else:
                name = f"示例通办事项{number:02}（{batch.name}，名称以专区清单为准）"
                items.append(ZoneItem(code, name, batch.name, batch.year, SAMPLE_MODES[number % len(SAMPLE_MODES)], True))
    return tuple(items)


class DemoZone:
    """`CrossProvinceZone` over the knowledge in use.

    Args:
        catalogue: the list.
        knowledge: gives guides, halls and regions in use; None while there are none.

    Example:
        >>> zone = DemoZone(catalogue, lambda: knowledge)
        >>> zone.way("2021-002", "110000", "220100").mode.value
        '全程网办'
    """

    def __init__(self, catalogue: CrossProvince, knowledge: Callable[[], Knowledge | None]) -> None:
        self._catalogue, self._knowledge = catalogue, knowledge
        self._items = listed(catalogue)
        self._by_code = {item.code: item for item in self._items}

    def items(self) -> tuple[ZoneItem, ...]:
        """See `CrossProvinceZone.items`."""
        return self._items

    def way(self, code: str, here: str, belongs: str) -> Way | None:
        """See `CrossProvinceZone.way`. Knows ways between Jilin and another province, and no others."""
        item, knowledge = self._by_code.get(code), self._knowledge()
        if item is None or knowledge is None:
            return None
        atlas = Atlas(knowledge.regions, knowledge.elsewhere)
        at, of = atlas.of_code(here), atlas.of_code(belongs)
        if at is None or of is None or (at.province == "吉林") == (of.province == "吉林"):
            return None
        named = self._catalogue.items.get(item.name)
        guide = knowledge.guides.get(named.guide) if named is not None and named.guide is not None else None
        mailed = item.mode in MAILED
        return Way(
            item=item,
            mode=item.mode,
            receiving=_side(at, RECEIVING[item.mode], knowledge, None),
            deciding=_side(of, DECIDING[item.mode], knowledge, guide),
            mailing=_MAILING if mailed else "",
            workdays=None,
            mailing_days=None,
            time=_time(guide, of, mailed=mailed),
            recognised=_recognised(guide),
            sample=True,
        )


def _side(place: Place, duties: tuple[str, ...], knowledge: Knowledge, guide: Guide | None) -> Side:
    windows: tuple[ZoneWindow, ...] = ()
    if place.region is not None:
        halls = [hall for region in knowledge.regions.lineage(place.region) for hall in knowledge.halls if hall.region == region]
        windows = tuple(
            ZoneWindow(f"{hall.name}{WINDOW}", hall.address, hall.phone or "", hall.hours.weekdays)
            for hall in halls
            if WINDOW in hall.areas
        )[:2]
    organ = f"{place.name}{guide.dept_name}" if guide is not None and place.region is not None else ""
    return Side(place.code, place.name, organ, f"{place.name}12345", windows, duties)


def _time(guide: Guide | None, belongs: Place, *, mailed: bool) -> str:
    # The deciding place's promise holds, and only ours are known here.
    told = (
        f"办理时限按吉林的办事指南：{guide.promise.text}"
        if guide is not None and belongs.province == "吉林"
        else "办理时限以办理地公布的为准"
    )
    return f"{told}（{_COLLECTED_TIME}）" if mailed else told


def _recognised(guide: Guide | None) -> tuple[str, ...]:
    return tuple(one.material_name for one in guide.materials if one.e_license_exempt == "yes") if guide is not None else ()
