"""Places outside the province, by the names that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from banshi.text.segments import word_starts

_PLATES = {
    **{"京": "北京", "津": "天津", "冀": "河北", "晋": "山西", "蒙": "内蒙古", "辽": "辽宁", "黑": "黑龙江", "沪": "上海", "苏": "江苏"},
    **{"浙": "浙江", "皖": "安徽", "闽": "福建", "赣": "江西", "鲁": "山东", "豫": "河南", "鄂": "湖北", "湘": "湖南", "粤": "广东"},
    **{"桂": "广西", "琼": "海南", "渝": "重庆", "川": "四川", "贵": "贵州", "云": "云南", "藏": "西藏", "陕": "陕西", "甘": "甘肃"},
    **{"青": "青海", "宁": "宁夏", "新": "新疆"},
}
"""First character of a number plate → province; a letter follows it. Source: GA 36, 中华人民共和国机动车号牌."""
_STREET = re.compile(r"[东西南北中]?(?:大?路(?![边上局费过途程])|大街|街道?|胡同|小区|新村)")
"""After the name of a place, what is called after it: 桂林路 is in Changchun."""


@dataclass(frozen=True)
class Mention:
    """A place where a text names it: text[start:end]."""

    start: int
    end: int
    province: str


@dataclass(frozen=True)
class Elsewhere:
    """Names of other provinces, of their cities and of what else stands for them.

    Attributes:
        places: province → names of places in it.
    """

    places: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name: province for province, cities in self.places.items() for name in (province, *cities)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = [re.escape(name) for name in sorted(self._names, key=len, reverse=True)]
        plates = [f"[{''.join(_PLATES)}][A-Za-z](?![A-Za-z])"] if names else ["(?!)"]
        return re.compile("|".join([*names, *plates]))

    def named(self, text: str) -> list[Mention]:
        """The places a text names, in order. A name that begins within a word is none, unless another place stands before it (辽宁沈阳);
        nor is that of a street.

        Args:
            text: normalised text.
        """
        matches = list(self._pattern.finditer(text))
        starts = word_starts(text) if matches else frozenset()
        found: list[Mention] = []
        for match in matches:
            begins = match.start() in starts or (found and found[-1].end == match.start())
            if begins and not _STREET.match(text, match.end()):
                found.append(Mention(match.start(), match.end(), self._names.get(match[0]) or _PLATES[match[0][0]]))
        return found
