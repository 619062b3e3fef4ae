"""Which of two places is where the citizen is, and which is where the matter belongs; and whether a message asks to do it across them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from banshi.knowledge.places import Atlas, Place

_ASKS = re.compile(
    r"(能|可以|可不可以|行不行|办得了|得不得)[^，。？！]{0,14}(办|补|领|换|开|迁|提|转|登记|备案|认证|弄|整)|(办|补|领|换|弄|整)[^，。？！]{0,6}(行不|行吗|成不|得了)"
    r"|不(用)?(跑|专门)?回|异地|跨省|通办|代收|代办|非得(回|去)|必须(回|去)|(怎么|咋|怎样|如何)(给|去)?(办|弄|整)"
)
_OTHER = re.compile(r"(带|要|交|需要?|准备)[^，。？！]{0,4}(什么|啥|哪些)|材料|多少钱|费用|收费|几天|多久|多长时间|电话|几点")
_AT_BEFORE = re.compile(r"(?:(?:我|俺|咱|人|现|现在|目前|搁|如今|一直|长期|常年)*(?:在|搁)|住(?:在)?|来(?:到)?|人到|去)$")
_AT_AFTER = re.compile(r"^(?:这边|这儿|这里|这头|这疙瘩|打工|上班|工作|上学|念书|生活|居住|定居|出差|务工|干活|能|可以|就)")
_BELONGS_BEFORE = re.compile(
    r"(?:户口|户籍|户籍地|老家|参保|参保地|社保|医保|公积金|缴存|缴存地|登记|登记地|单位|执照|房子|车|上牌|学校|毕业)(?:是|在|归|都在|还在|搁)*$"
)
_BELONGS_AFTER = re.compile(r"^(?:那边|那儿|那头)?(?:的|户口|户籍|人|社保|医保|公积金|老家|身份证|参保|缴的|交的|办的事)")


_HOLDS = r"(?:我|俺)?(?:的)?(?:户口|户籍|户籍地|老家|参保地|缴存地)(?:是|归|现在|目前|一直|都在|还在|在|搁)*"
_STANDS = r"(?:我|俺|咱|人|现|现在|目前|搁|如今|一直|长期)*(?:在|搁|住在|来|到|去|从)"
_STAYS = r"的户口|户口|这边|那边|这儿|这里|打工|上班|工作|上学|念书|生活|居住|定居|务工|干活|的|人"
_EDGES = re.compile(r"^[，。？！、\s]+|[，。？！、\s]+$|(?<=[，。？！、\s])[，。？！、\s]+")


@dataclass(frozen=True)
class Pair:
    """Two places named in one message. `sure`: the words tell which is which; otherwise in the order of the message."""

    here: Place
    belongs: Place
    sure: bool


def asks_to_cross(text: str) -> bool:
    """Whether a message asks whether, or how, something is done from another place; nothing else of it."""
    return bool(_ASKS.search(text)) and not _OTHER.search(text)


def pair_of(text: str, atlas: Atlas) -> Pair | None:
    """The two places of a message; None where it names fewer or more.

    Args:
        text: normalised.
        atlas: which places there are.
    """
    named = atlas.named(text)
    if len(named) != 2:
        return None
    at, of = zip(*(_roles(text[: one.start], text[one.end :]) for one in named), strict=True)
    first, second = named[0].place, named[1].place
    if (at[0] and not at[1]) or (of[1] and not of[0]):
        return None if (at[1] or of[0]) else Pair(first, second, True)
    if (at[1] and not at[0]) or (of[0] and not of[1]):
        return Pair(second, first, True)
    return Pair(first, second, False)


def _roles(before: str, after: str) -> tuple[bool, bool]:
    """Whether the words around a place say that the citizen is there, or that the matter belongs there."""
    stands = bool(_AT_AFTER.search(after))
    # 在 alone stands before both: what a place holds (户口在…) says more, and what is done in it (在…能办) more still.
    belongs = bool(_BELONGS_AFTER.search(after)) or (not stands and bool(_BELONGS_BEFORE.search(before)))
    return stands or (not belongs and bool(_AT_BEFORE.search(before))), belongs


def matter_of(text: str, atlas: Atlas) -> str:
    """What is left of a message without where somebody is and where something belongs, by which the item is found."""
    places = "|".join(sorted({re.escape(text[one.start : one.end]) for one in atlas.named(text)}, key=len, reverse=True))
    if not places:
        return text
    # "户口从北京迁到…": what moves is the matter itself, not where somebody belongs.
    left = re.sub(rf"(?:{_HOLDS}|{_STANDS})?(?:{places})(?:市|省|州)?(?:{_STAYS})?", "", text)
    return _EDGES.sub("", left) or text
