"""An item, where the citizen is, where it belongs: whether and how it can be done from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from banshi.connect.cross_province.port import CrossProvinceZone, Way, ZoneItem
from banshi.desk.halls import halls_for
from banshi.knowledge.cross_province import ONLINE_DEPTH, Agreement, CrossProvince, Mode
from banshi.knowledge.guide import Certainty, Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.places import Place

Scope = Literal["跨省通办", "省内通办", "两地都不在吉林"]
Verdict = Literal["yes", "no", "unknown"]

_NATION = ("全国", "跨省")
_PROVINCE_WIDE = ("全省", "省内")
_CITY_WIDE = ("全市", "市内")


@dataclass(frozen=True)
class Resolved:
    """What is known of an item between two places.

    Attributes:
        scope: what kind of pair it is.
        verdict: whether it can be done from here; unknown where nobody says.
        mode: how; None where it cannot be done, or nobody says how.
        why: a sentence: what the verdict rests on.
        item: id of the guide; None where we have none.
        name: of the item.
        way: what the zone says, of a pair across provinces that it knows.
        halls: names and addresses of windows here, of a pair within the province.
        agreements: with the other province, besides the national list.
    """

    scope: Scope
    verdict: Verdict
    mode: Mode | None
    why: str
    item: str | None
    name: str
    here: Place
    belongs: Place
    way: Way | None = None
    halls: tuple[tuple[str, str], ...] = ()
    agreements: tuple[Agreement, ...] = ()


class Resolver:
    """Resolves pairs.

    Args:
        zone: the zone, through its guard. Blocks.
        catalogue: which guide is which item of the zone, and regional agreements.
        knowledge: gives the knowledge in use.
    """

    def __init__(self, zone: CrossProvinceZone, catalogue: CrossProvince, knowledge: Callable[[], Knowledge | None]) -> None:
        self._zone, self.catalogue, self._knowledge = zone, catalogue, knowledge

    def items(self) -> tuple[ZoneItem, ...]:
        """All items of the zone.

        Raises:
            SystemUnavailableError: the zone cannot be asked.
        """
        return self._zone.items()

    def guide_of(self, name: str) -> str | None:
        """The guide of an item of the zone, by the zone's name."""
        listed = self.catalogue.items.get(name)
        return listed.guide if listed is not None else None

    def resolve(self, item: str, here: Place, belongs: Place) -> Resolved | None:
        """What is known.

        Args:
            item: id of a guide, or name or code of an item of the zone.
            here: where the citizen is.
            belongs: where the matter belongs.

        Returns:
            None where there is no such item.

        Raises:
            SystemUnavailableError: the zone cannot be asked.
            SystemRefusedError: the zone refuses to say.
        """
        knowledge = self._knowledge()
        guides = knowledge.guides if knowledge is not None else {}
        guide = guides.get(item) or guides.get(self.guide_of(item) or "")
        wanted = self.catalogue.name_of(guide.id) if guide is not None else item
        if guide is not None and knowledge is not None and here.province == belongs.province == "吉林":
            return _within(guide, here, belongs, knowledge)
        listed = next((one for one in self._zone.items() if wanted is not None and wanted in (one.name, one.code)), None)
        if listed is None and guide is None:
            return None
        if listed is not None and guide is None:
            guide = guides.get(self.guide_of(listed.name) or "")
        told = guide.id if guide is not None else None
        name = guide.task_name if guide is not None else listed.name if listed is not None else item
        agreements = self.catalogue.with_province((belongs if here.province == "吉林" else here).province)
        if "吉林" not in (here.province, belongs.province):
            why = "两头都不在吉林，吉林的专区里没有这两地之间的办法，请看国家政务服务平台“跨省通办”专区，或打办理地12345。"
            return Resolved("两地都不在吉林", "unknown", None, why, told, name, here, belongs)
        if here.province == belongs.province:
            why = "这件事在省内能不能异地办，这里没有收录。"
            return Resolved("省内通办", "unknown", None, why, told, name, here, belongs)
        if listed is None:
            why = f"“{name}”不在这里收录的“跨省通办”事项里，能不能这样办不敢乱说。"
            return Resolved("跨省通办", "unknown", None, why, told, name, here, belongs, agreements=agreements)
        way = self._zone.way(listed.code, here.code, belongs.code)
        if way is None:
            why = f"专区没有登记“{name}”在{here.name}和{belongs.name}之间怎么办，不敢乱说。"
            return Resolved("跨省通办", "unknown", None, why, told, name, here, belongs, agreements=agreements)
        if way.mode is None:
            why = f"专区说“{name}”在{here.name}和{belongs.name}之间还没有开通。"
            return Resolved("跨省通办", "no", None, why, told, name, here, belongs, way, agreements=agreements)
        why = f"“跨省通办”专区{listed.batch}事项，办理方式：{way.mode}。"
        return Resolved("跨省通办", "yes", way.mode, why, told, name, here, belongs, way, agreements=agreements)


def _within(guide: Guide, here: Place, belongs: Place, knowledge: Knowledge) -> Resolved:
    """省内通办, by 通办范围 and 网办深度 of the guide. A place that stands for the whole province says too little."""
    area = guide.handle_area
    online = guide.online_handle_depth.text.startswith(ONLINE_DEPTH)
    halls = tuple((hall.name, hall.address) for hall in halls_for(knowledge, here.region)[:2]) if here.region is not None else ()
    same_city = _city(here, knowledge) is not None and _city(here, knowledge) == _city(belongs, knowledge)
    verdict: Verdict = "unknown"
    if any(word in area.text for word in (*_NATION, *_PROVINCE_WIDE)) or (any(word in area.text for word in _CITY_WIDE) and same_city):
        verdict = "yes"
    elif any(word in area.text for word in _CITY_WIDE) and not online and None not in (_city(here, knowledge), _city(belongs, knowledge)):
        verdict = "no"
    mode = Mode.ONLINE if online else Mode.ANYWHERE if verdict == "yes" and area.text.startswith("全国通办") else None
    if online:
        verdict = "yes"
    unsure = "" if area.certainty is Certainty.NATIONAL else "，各地可能不同"
    why = f"办事指南写的通办范围是“{area.text}”、网办深度是“{guide.online_handle_depth.text}”{unsure}。"
    return Resolved("省内通办", verdict, mode, why, guide.id, guide.task_name, here, belongs, halls=halls)


def _city(place: Place, knowledge: Knowledge) -> str | None:
    line = knowledge.regions.lineage(place.region) if place.region is not None else []
    return next((one for one in line if knowledge.regions.regions[one].level == "prefecture"), None)
