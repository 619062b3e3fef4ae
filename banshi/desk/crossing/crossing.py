"""What a message says of doing something across two places is answered here, before Rasa and the search say what they know."""

from __future__ import annotations

import json
import logging
import re

from banshi.connect.cross_province.port import ZoneItem
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.desk.crossing.asking import asks_to_cross, matter_of, pair_of
from banshi.desk.crossing.resolver import Resolver
from banshi.desk.crossing.telling import CROSS, tell, which_is_which, which_item, zone_away, zone_reply
from banshi.desk.live import Live
from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.knowledge.elements import Element
from banshi.knowledge.places import Atlas, Place
from banshi.search.engine import Engine
from banshi.search.result import Context, ItemReference, SearchRequest
from banshi.text.normalise import normalise

log = logging.getLogger(__name__)

_SEARCH = re.compile(
    r"(?:跨省通?办?)?(?:服务)?专区(?:里|上)?[^，。？！]{0,3}?(?:搜|查|找)(?:一下|搜|索|询)?(?P<after>[^，。？！]*)"
    r"|(?:搜|查|找)(?:一下|搜|索|询)?(?P<before>[^，。？！]{0,20}?)(?:在)?跨省通办(?:的)?(?:事项|清单|目录|专区)"
)
_FRINGE = re.compile(r"^(?:有没有|有|的|里)+|(?:的|吗|呢|没有|没)+$")
_NOT_ITEMS = re.compile(r"进度|办件|投诉|评价|差评|好评|在哪|哪里|哪儿|怎么|咋|多少|几项")
_MOST_ITEMS = 4
_NUMBER = re.compile(r"\s*([1-9])\s*[.、。]?\s*")
_PAYLOAD = re.compile(rf"{CROSS}(\{{.*\}})", re.DOTALL)


class Crossing:
    """Answers messages about two places, and searches in the zone.

    Args:
        resolver: of pairs.
        portal_url: where the zone is entered.
    """

    def __init__(self, resolver: Resolver, portal_url: str) -> None:
        self.resolver, self._portal_url = resolver, portal_url

    def take(self, engine: Engine, text: str, *, payload: bool, region: str | None, live: Live) -> Reply | None:
        """The reply, or None for a message that is about something else. Blocks while the zone is asked.

        Args:
            engine: finds the item that is talked about.
            text: the masked message, or a payload.
            payload: whether it is one.
            region: the citizen's.
            live: the conversation so far.
        """
        if not payload and (number := _NUMBER.fullmatch(text)) and int(number[1]) <= len(live.alternatives):
            text, payload = live.alternatives[int(number[1]) - 1], True
        if payload:
            return self._pressed(engine, text)
        words = normalise(text)
        if (sought := _SEARCH.search(words)) is not None and not _NOT_ITEMS.search(words):
            return self._searched(_FRINGE.sub("", sought["after"] or sought["before"] or ""))
        if not asks_to_cross(words):
            return None
        atlas = Atlas(engine.knowledge.regions, engine.knowledge.elsewhere)
        pair = pair_of(words, atlas)
        if pair is None or "吉林" not in (pair.here.province, pair.belongs.province):
            return None
        found = self._found(engine, (matter_of(words, atlas), text), region, live)
        across = pair.here.province != pair.belongs.province
        # Of what the zone does not have the guide says at least its 通办范围, which the search tells.
        told = [
            one
            for one in found
            if one.id in engine.knowledge.guides and (not across or self.resolver.catalogue.name_of(one.id) is not None)
        ]
        if not told or (len(told) > 1 and not pair.sure):
            return None
        if len(told) > 1:
            return which_item(told, pair)
        return self._told(engine, told[0].id, pair.here, pair.belongs) if pair.sure else which_is_which(told[0].id, pair)

    def _found(self, engine: Engine, wordings: tuple[str, str], region: str | None, live: Live) -> list[ItemReference]:
        """The item that is meant, or several where the words fit more than one."""
        for wording in wordings:  # the whole message only where what is left of it says nothing
            result = engine.search(SearchRequest(text=wording, region=region, context=Context(item=live.item)))
            if result.decision == "answer":
                return [result.item] if result.item is not None else []
            if result.decision == "clarify":
                return [ItemReference(id=one.id, name=one.title) for one in result.candidates[:_MOST_ITEMS]]
        return []

    def _pressed(self, engine: Engine, text: str) -> Reply | None:
        match = _PAYLOAD.fullmatch(text)
        if match is None:
            return None
        try:
            values = json.loads(match[1])
        except ValueError:
            return None
        item, here, belongs = (str(values.get(name)) for name in ("item", "here", "belongs"))
        atlas = Atlas(engine.knowledge.regions, engine.knowledge.elsewhere)
        at, of = atlas.of_code(here), atlas.of_code(belongs)
        return self._told(engine, item, at, of) if at is not None and of is not None else None

    def _told(self, engine: Engine, item: str, here: Place, belongs: Place) -> Reply | None:
        try:
            found = self.resolver.resolve(item, here, belongs)
        except SystemUnavailableError as error:
            log.error("跨省通办 cannot be asked: %s", error)
            return zone_away()
        except SystemRefusedError as refused:
            return reply(f"“跨省通办”专区不给查：{refused}请转人工，或拨打12345。", "reject", buttons=[HAND_OFF], decision="reject")
        if found is None:
            return None
        guide = engine.answer_item(found.item, Element.SCOPE, region=belongs.region) if found.item is not None else None
        return tell(found, self._portal_url, guide=guide)

    def _searched(self, asked: str) -> Reply:
        try:
            items = self.resolver.items()
        except (SystemUnavailableError, SystemRefusedError) as error:
            log.error("跨省通办 cannot be searched: %s", error)
            return zone_away()
        return zone_reply(_matching(items, asked), asked, self._portal_url)


def _matching(items: tuple[ZoneItem, ...], asked: str) -> list[ZoneItem]:
    """Items whose names hold the words, the real ones; by shared pairs of characters where none does."""
    real = [one for one in items if not one.sample]
    if not asked:
        return []
    if exact := [one for one in real if asked in one.name or one.name in asked]:
        return exact
    pairs = {asked[at : at + 2] for at in range(len(asked) - 1)}
    near = [(sum(pair in one.name for pair in pairs), one) for one in real]
    return [one for score, one in sorted(near, key=lambda row: -row[0]) if score >= max(2, len(pairs) / 2)]
