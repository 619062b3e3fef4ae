"""Asks every end the same questions and counts where all tell the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel

from banshi.desk.answer_object import of_result
from banshi.governance.parity.ends import End, EndFailedError
from banshi.governance.parity.questions import ParityQuestion
from banshi.search.engine import Engine
from banshi.search.result import SearchRequest

_MOST = 200
"""Differences that are told; all are counted."""


class Difference(BaseModel):
    """One question that an end answers otherwise."""

    question: int
    text: str
    region: str | None
    end: str
    fields: list[str]


class ParityReport(BaseModel):
    """What an audit found.

    Attributes:
        at: when it began.
        asked, equal: questions, and those to which every end told the same bytes.
        by_end: end → questions that it answers otherwise than the engine.
        versions: what was audited.
    """

    at: datetime
    seconds: float
    asked: int
    equal: int
    by_end: dict[str, int]
    versions: dict[str, str]
    differences: list[Difference]

    @property
    def whole(self) -> bool:
        """Whether every end told the same."""
        return self.asked > 0 and self.equal == self.asked


def audit(
    engine: Engine,
    ends: Sequence[End],
    questions: Iterable[ParityQuestion],
    *,
    now: Callable[[], datetime],
    say: Callable[[str], None] = lambda _: None,
) -> ParityReport:
    """Ask.

    Args:
        engine: the one that all ends should be saying after.
        ends: the others.
        questions: what is asked.
        now: the clock.
        say: told of the progress.
    """
    began, asked, equal = now(), 0, 0
    by_end: Counter[str] = Counter({end.name: 0 for end in ends})
    differences: list[Difference] = []
    for question in questions:
        result = engine.search(SearchRequest(text=question.text, region=question.region))
        expected, same = of_result(result), True
        for end in ends:
            try:
                fields = end.differs(question, result, expected)
            except EndFailedError as error:
                fields = [f"no answer: {error}"]
            if fields:
                same = False
                by_end[end.name] += 1
                differences.append(
                    Difference(question=question.id, text=question.text, region=question.region, end=end.name, fields=fields)
                )
        asked, equal = asked + 1, equal + same
        if asked % 100 == 0:
            say(f"{asked} asked, {equal} equal at every end")
    built = engine.snapshot
    return ParityReport(
        at=began,
        seconds=round((now() - began).total_seconds(), 1),
        asked=asked,
        equal=equal,
        by_end=dict(by_end),
        versions={"knowledge": built.knowledge_version, "index": built.id},
        differences=differences[:_MOST],
    )
