"""情形引导 as a conversation: ask what is open, then tell the exact list. The same for citizens, operators and other systems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.knowledge.completeness import missing_of_case
from banshi.knowledge.guide import Choice
from banshi.knowledge.render import render_case
from banshi.knowledge.situations import Case, SituationTree, said
from banshi.search.answering import source_of
from banshi.search.engine import Engine
from banshi.text.normalise import normalise

_PLACE = re.compile(r"\s*(?:第)?([1-9一二两三四五六])\s*(?:个|项|种|条)?\s*[.、。]?\s*")
_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}


def tree_of(engine: Engine, item: str, region: str | None = None) -> SituationTree:
    """The questions of a guide as it reads in a region.

    Raises:
        KeyError: there is no such guide.
    """
    return SituationTree(engine.knowledge.guide_at(item, region).guide)


def case_of(engine: Engine, item: str, answers: Mapping[str, str], region: str | None = None) -> Case:
    """What these answers fix.

    Raises:
        KeyError: there is no such guide.
        UnknownAnswerError: the guide has no such choice or option.
    """
    return tree_of(engine, item, region).case(answers)


def option_named(choice: Choice, text: str) -> str | None:
    """The option that a citizen's words or a number ("2", "第二个") mean; None when they mean none."""
    place = _PLACE.fullmatch(text)
    if place is not None:
        number = int(_NUMBERS.get(place[1], 0) or place[1])
        return choice.options[number - 1].id if number <= len(choice.options) else None
    exact = next((option.id for option in choice.options if normalise(option.label) == normalise(text)), None)
    return exact or said(choice, text)


def situation_reply(engine: Engine, item: str, case: Case, *, region: str | None = None) -> Reply:
    """The next question with its options, or the exact list."""
    return _question(case, item) if case.next is not None else _list(engine, item, case, region)


def _question(case: Case, item: str) -> Reply:
    choice = case.next
    assert choice is not None
    left = f"（还有{case.most_left}个小问题）" if case.most_left > 1 else ""
    options = "\n".join(f"{number}. {option.label}" for number, option in enumerate(choice.options, 1))
    buttons = [{"title": option.label, "payload": f'/choose_option{{"option": "{option.id}"}}'} for option in choice.options]
    return reply(
        f"{choice.ask}{left}\n{options}\n点一下，或者回复序号；不想答就说“不用了”。",
        "ask",
        slot="situation",
        buttons=[*buttons, {"title": "不用了", "payload": "/cancel"}],
        item=item,
        choice=choice.id,
        answers=case.answers,
        most_left=case.most_left,
    )


def _list(engine: Engine, item: str, case: Case, region: str | None) -> Reply:
    guide = engine.knowledge.guide_at(item, region).guide
    rendering = render_case(guide, case, place=engine.knowledge.regions.name_below(region, guide.region))
    if missing_of_case(case, rendering.text):
        return reply(
            "这份清单没能核对齐全，不能发给您。请转人工，或拨打12345。", "reject", buttons=[HAND_OFF], decision="reject", item=item
        )
    source = source_of(guide)
    common: dict[str, Any] = {"item": item, "element": "materials", "decision": "answer", "confidence": 1.0}
    return reply(
        f"{rendering.text}\n——依据：{source.title}" + (f"（{source.basis}）" if source.basis else ""),
        "answer",
        blocks=rendering.blocks,
        sources=[source.model_dump(mode="json")],
        handle_item=case.handle_item.model_dump(mode="json") if case.handle_item else None,
        answers=case.answers,
        **common,
    )
