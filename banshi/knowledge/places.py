"""Places in the whole country, as far as going there to handle something needs them: Jilin by its region tree, the rest by province.

Codes are those of GB/T 2260: six digits, provinces end in 0000.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from banshi.knowledge.elsewhere import Elsewhere, Mention
from banshi.knowledge.regions import PROVINCE, RegionTree

PROVINCES = {
    **{"北京": "110000", "天津": "120000", "河北": "130000", "山西": "140000", "内蒙古": "150000", "辽宁": "210000", "吉林": PROVINCE},
    **{"黑龙江": "230000", "上海": "310000", "江苏": "320000", "浙江": "330000", "安徽": "340000", "福建": "350000", "江西": "360000"},
    **{"山东": "370000", "河南": "410000", "湖北": "420000", "湖南": "430000", "广东": "440000", "广西": "450000", "海南": "460000"},
    **{"重庆": "500000", "四川": "510000", "贵州": "520000", "云南": "530000", "西藏": "540000", "陕西": "610000", "甘肃": "620000"},
    **{"青海": "630000", "宁夏": "640000", "新疆": "650000"},
}
"""Short names of the provinces of the mainland, where 跨省通办 is: name → code."""
_NAMES = {code: name for name, code in PROVINCES.items()}
_OURS = re.compile("吉林省?")
_CODE = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Place:
    """A place.

    Attributes:
        code: of GB/T 2260; a place of another province has its province's.
        name: as people say it.
        province: short name of its province.
        region: id in our region tree; None outside the province.
    """

    code: str
    name: str
    province: str
    region: str | None = None


@dataclass(frozen=True)
class Named:
    """A place where a text names it: text[start:end]."""

    place: Place
    start: int
    end: int


class Atlas:
    """Reads places out of words and codes.

    Args:
        regions: of Jilin.
        elsewhere: names of places in other provinces.
    """

    def __init__(self, regions: RegionTree, elsewhere: Elsewhere) -> None:
        self._regions = regions
        self._elsewhere = elsewhere

    def of_code(self, code: str) -> Place | None:
        """The place of a code, or of an id of our region tree; None for one that is not known."""
        if code in self._regions:
            return self._here(code)
        if _CODE.fullmatch(code) and (province := _NAMES.get(f"{code[:2]}0000")) is not None and province != "吉林":
            return Place(PROVINCES[province], province, province)
        return None

    def of(self, words: str) -> Place | None:
        """The one place that a code or a name means; None where there is none, or several."""
        told = words.strip()
        if (known := self.of_code(told)) is not None:
            return known
        named = self.named(told)
        return named[0].place if len(named) == 1 else None

    def named(self, text: str) -> list[Named]:
        """The places that a text names, in its order; the province's own name counts where no place in it stands."""
        found: list[Named] = []
        for node in self._regions.find(text):
            spans = [(text.find(name), len(name)) for name in (node.name, *node.aliases) if name in text]
            if spans:
                start, length = min(spans, key=lambda span: (span[0], -span[1]))
                found.append(Named(self._here(node.id), start, start + length))
        provinces = [Mention(match.start(), match.end(), "吉林") for match in _OURS.finditer(text)]
        elsewhere = [mention for mention in self._elsewhere.named(text) if mention.province in PROVINCES]
        for mention in sorted((*provinces, *elsewhere), key=lambda one: one.start):
            start, end, province = mention.start, mention.end, mention.province
            # Of names that overlap the longer one is meant: 吉林市 is no 吉林, and 朝阳区望京 is not in Changchun.
            if any(one.start < end and start < one.end and one.end - one.start >= end - start for one in found):
                continue
            found = [one for one in found if not (one.start < end and start < one.end)]
            place = self._here(PROVINCE) if province == "吉林" else Place(PROVINCES[province], text[start:end], province)
            if all(one.place.code != place.code for one in found):
                found.append(Named(place, start, end))
        if any(one.place.region not in (None, PROVINCE) for one in found):
            found = [one for one in found if one.place.region != PROVINCE]
        return sorted(found, key=lambda one: one.start)

    def _here(self, region: str) -> Place:
        # Functional zones have no code of their own: outside systems know them by what they lie in.
        code = next(one for one in self._regions.lineage(region) if _CODE.fullmatch(one))
        return Place(code, self._regions.name(region), "吉林", region)
