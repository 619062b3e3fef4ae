"""Places outside the province: a question about another province's own rules is not answered from this one's guides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_HOME = "吉林|吉事办|咱|老家|这边|这里|这儿|这头|这疙瘩|这嘎|这旮|这块|本地|回来|过来|转回"
_OURS = re.compile(_HOME)
_TIES = re.compile(
    rf"{_HOME}|省里?通办|跨省|异地|外地|外省|当地能|回去|转到|转入|转进|挪|迁|转移|咋转|怎么转|能转|转得|转不|转学|"
    r"接续|互认|认不认|好使|作数|户口(?:在|是)?|户籍|人在|现在在|牌照|上的牌|备案|居住地"
)
"""Words that tie a question to this province or to the way between two: then it is not the other province's own rule."""
_BETWEEN = re.compile(r"[转迁挪调换].{0,3}[到去回]$")
"""Between two places: from one to the other."""
_GOING = re.compile(r"(?:去[过了]?|[到回]了?|往|飞|来自|从|由|打|上|嫁|娶了?)$")
_FROM = re.compile(
    r"(?:我|俺|咱|人|他|她|家|老公|对象|媳妇|爸|妈|户口|驾照|驾驶证|车|牌子|社保|医保|学历)(?:们|家)?(?:是|都是|本来是|原来是)?$"
)
"""Before a place and 的: where somebody or something comes from."""
_BROKEN = re.compile(r"(?<=东)西安|西安(?=[全排装心静稳检])|(?<=[收改换变看做弄算当分形])成都|大连(?=[夜续锁])")
"""Names of places that are none: "东西安全", "能改成都算我的"."""
_HERE_TOO = re.compile(r"(?:在|搁)(?:吉林|咱|这|本地).*(?:好使|管用|算数|作数|适用|认|有效|一样)")
"""Whether another province's rule holds here: that is asked of us."""
_STAYING = re.compile(
    r"^(?:市|省|这边|那边|这儿|那儿)?(?:陪|照顾|伺候|看孙|看外孙|带娃|待着|呆着|住着|出差|上班|工作|打工|务工|干活|做生意|上学|上大学|念书|念大学|读书|读大学|当兵|陪读|带孩子|"
    r"旅游|旅行|玩|过冬|过年|养老(?!金|保|院|服|待|认)|看病|看牙|治病|住院|就医|手术|做手术|做的手术|急诊|转院|出事|出车祸)"
)
"""What people do in a place that is not theirs: they ask of home."""
_AT = re.compile(r"(?:在|搁)$")
_HANDLED = re.compile(
    r"^(?:市|省|这边|那边|这儿|那儿|当地|本地)?(?:的|办|补|领|换|申请|落户|交|报|转|开|查|登记|注册|考|取|提(?![的了])|激活|认证|缴|续|审|拿|弄|整|能|可|怎|"
    r"咋|要|得|有|需|上哪|去哪|哪|多|几|啥|什么|是|享|生效|适用)"
)
"""After "在北京": what is handled or ruled there. Whatever else somebody does there, he asks of home ("在大连买的房能提公积金吗")."""
_OF_OURS = re.compile(
    r"^(?:市|省|那边|那儿)?(?:生的|领的|考的|结的婚|离的婚|登的记|毕业|大学(?!生)|学院|师范|理工|协和|同仁|银行|"
    r"大?路|大街|街道?|胡同|小区)"
)
"""What somebody has from a place, or what is only called after it: "沈阳领的结婚证", "武汉大学", "重庆路"."""


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
        broken = {match.start() for match in _BROKEN.finditer(text)}
        named = [match for match in pattern.finditer(text) if match.start() not in broken]
        # Who goes to Beijing, or works there, asks no rule of Beijing's.
        matches = [match for match in named if not _on_the_way(text, match)]
        if not here and len(named) > 1 and _BETWEEN.search(text[named[0].end() : named[1].start()]) and not _OURS.search(text):
            return str(self._names[named[0][0]])  # type: ignore[attr-defined]  # "从杭州转到上海" is no way through this province
        if not matches or _HERE_TOO.search(text):
            return None
        match = matches[0]
        province: str = self._names[match[0]]  # type: ignore[attr-defined]
        # "按江苏的规定" asks for the rule however the text goes on.
        if re.search(
            rf"(?:按照?|依照?|(?<![驾执护牌拍证])照着?){re.escape(match[0])}|{re.escape(match[0])}(?:那边|那儿|当地)?的?(?:规定|政策|条例|标准)",
            text,
        ):
            return province
        return None if here or _TIES.search(text) else province


def _on_the_way(text: str, place: re.Match[str]) -> bool:
    """Whether somebody goes to a place, comes from it or is there for a while."""
    before, after = text[: place.start()], text[place.end() :]
    from_there = re.match(r"的(?:$|[,，。\s])|人(?!才|社|口|均)", after)
    if _AT.search(before) and not _HANDLED.search(after):
        return True
    return bool(_GOING.search(before) or _STAYING.search(after) or _OF_OURS.search(after) or (from_there and _FROM.search(before)))
