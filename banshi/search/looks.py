"""What a question or a part of a message was found to be about, and which parts of a message are questions of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from banshi.knowledge.elements import Element
from banshi.search.parts import Part
from banshi.search.question import Question
from banshi.search.ranking import SHORT, Ranked

_MAX_PARTS = 4
"""A message of more parts is a story: it has one question."""
_MAX_ELEMENTS = 3
_STORY = 45
"""A longer message tells a story, with one question at its end, unless words like 还有 announce another."""
_LIKELY = 0.6
"""From this probability on a part of a message that names a matter, or plainly asks something of one, is a question of its own."""
_LONG = 5
"""A part of so many characters of content has a subject of its own."""
_SURE = 0.9
"""From this probability on a part is a question of its own though no word of the lexicon says what it asks."""
_BESIDE = 0.8
"""From this probability on a part that words like 也 set beside the one before is a question of its own."""
_ANNOUNCED = 0.3
"""As `_LIKELY`, of a part that words like 还有 announce."""


@dataclass(frozen=True)
class Look:
    """One question looked up.

    Attributes:
        question: its words.
        ranked: what fits.
        elements: what it asks for, in order.
        alone: what it asks for by its own words, whatever was found.
        names_element: a word of the lexicon says so.
        asks_plainly: and there is hardly a doubt which.
    """

    question: Question
    ranked: Ranked
    elements: tuple[Element, ...]
    alone: Element
    names_element: bool
    asks_plainly: bool

    @property
    def group(self) -> str:
        """The guide or Q&A that comes first; empty where nothing was found."""
        return self.ranked.owners[0].item or self.ranked.owners[0].id if self.ranked.owners else ""


def several(parts: Sequence[Part], whole: Look, look_up: Callable[[Sequence[str]], list[Look]]) -> list[Look]:
    """The questions of a message that stand on their own; one, the whole message, when they are about one matter.

    A part stands on its own when it alone finds something for sure and says so: it names a matter, or words like 还有 announce it.
    What a part without a matter of its own asks ("…，几天能下来") is asked of the matter before it.

    Args:
        parts: the message taken apart.
        whole: the whole message looked up.
        look_up: looks up texts of parts; not called where the message is one question by its shape.
    """
    announced = any(part.joined for part in parts)
    if len(parts) < 2 or len(parts) > _MAX_PARTS or (len(whole.question.text) > _STORY and not announced):
        return [whole]
    asked: list[Look] = []
    lost = 0
    for number, (part, look) in enumerate(zip(parts, look_up([part.text for part in parts]), strict=True)):
        near = part.joined or (number + 1 < len(parts) and parts[number + 1].joined)
        if part.beside and not (look.ranked.owners and look.ranked.owners[0].kind == "guide" and look.ranked.probability >= _BESIDE):
            continue  # "我也没带手机": nothing set beside the matter, only told of it
        likely = look.ranked.named or (look.asks_plainly and len(look.question.content) >= _LONG)
        least = _ANNOUNCED if near else _LIKELY if likely else look.ranked.head.answer_at
        own = bool(look.ranked.owners) and look.ranked.probability >= least
        # "…，办完几天能寄到家": too little of its own to be about anything but the matter before.
        if asked and look.names_element and not look.ranked.named and len(look.question.content) <= SHORT + 1:
            own = False
        same = bool(asked) and own and look.group == asked[-1].group
        if own and not same:
            asked.append(look)
        elif asked and (same or look.names_element) and look.asks_plainly:
            asked[-1] = replace(asked[-1], elements=_together(asked[-1].elements, look.elements))
        elif near:
            lost += len(look.question.content) > SHORT
    if len({look.group for look in asked}) > 1 and (
        announced or all(look.names_element or look.ranked.probability >= _SURE for look in asked)
    ):
        return asked
    if len(asked) == 1 and asked[0].group == whole.group and len(asked[0].elements) > 1:
        # A first part that asks for nothing plainly ("卡还在手里呢，…") only led up to the question.
        return [replace(whole, elements=asked[0].elements if asked[0].asks_plainly else whole.elements)]
    if len(asked) == 1 and lost and announced:
        return asked  # "双色球几点开奖，另外执照多少钱": the answer is about the part that is served
    return [whole]


def _together(first: tuple[Element, ...], then: tuple[Element, ...]) -> tuple[Element, ...]:
    """Elements in the order asked; an overview says nothing beside a named one."""
    elements = tuple(dict.fromkeys((*first, *then)))
    named = tuple(element for element in elements if element is not Element.OVERVIEW)
    return (named or elements)[:_MAX_ELEMENTS]
