"""Places outside the province: a question about another province's own rules is not answered from this one's guides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_TIES = re.compile(
    r"吉林|吉事办|省里?通办|跨省|异地|外地|外省|这边|这里|这儿|这头|这疙瘩|咱|本地|当地能|老家|这嘎|这旮|这块|回来|回去|转回|转过来|转到|转入|转进|挪|迁|过来|"
    r"接续|互认|认不认|好使|作数|户口(?:在|是)?|户籍|人在|现在在|牌照|上的牌|备案|居住地|户籍地"
)
"""Words that tie a question to this province or to the way between two: then it is not the other province's own rule."""


_GOING = re.compile(r"(?:去过?|到|往|飞|来自|从|上)$")
_CLAUSE = re.compile(r"[,，;；。.!！\s]+")
_ASKS = re.compile(
    r"多少|多大|多久|多长|几|啥|什么|哪|怎|咋|吗|么|呢|谁|何|是否|能不能|可不可以|行不行|用不用|要不要|有没有|给不给|不$|没$|[?？]|"
    r"(?:想|要|打算|准备)(?:在|搁|到).{1,4}(?:补|办|换|领|申请|落户|交|报|转)"
)
"""Words of a clause that asks or wishes something."""


@dataclass(frozen=True)
class Elsewhere:
    """Names of other provinces and of their cities.

    Attributes:
        places: province → names of places in it.
    """

    places: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = {name: province for province, cities in self.places.items() for name in (province, *cities)}
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_pattern", re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)"))

    def rules_asked(self, text: str, *, here: bool) -> str | None:
        """The province whose own rules a text asks about; None when it names none or is tied to this province.

        Args:
            text: normalised text.
            here: the text names a place of this province.
        """
        pattern: re.Pattern[str] = self._pattern  # type: ignore[attr-defined]
        # Who goes to Beijing asks no rule of Beijing's.
        matches = [match for match in pattern.finditer(text) if not _GOING.search(text[: match.start()])]
        if not matches:
            return None
        match = matches[0]
        province: str = self._names[match[0]]  # type: ignore[attr-defined]
        # "按江苏的规定" asks for the rule however the text goes on.
        if re.search(
            rf"(?:按照?|依照?|(?<![驾执护牌拍证])照着?){re.escape(match[0])}|{re.escape(match[0])}(?:那边|那儿|当地)?的?(?:规定|政策|条例|标准)",
            text,
        ):
            return province
        if here or _TIES.search(text):
            return None
        # "俺娘在北京做手术，报销要啥单子": the place is where it happened; what is asked is asked of us.
        clauses = [clause for clause in _CLAUSE.split(text) if clause]
        asked = any(_ASKS.search(clause) and pattern.search(clause) for clause in clauses)
        return province if asked or len(clauses) == 1 else None
