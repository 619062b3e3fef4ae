"""Labelled questions, never indexed: the development half calibrates and teaches the elements, the test half measures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from banshi.knowledge.elements import Element
from banshi.knowledge.errors import KnowledgeError


class Wanted(BaseModel):
    """What one question must lead to.

    Attributes:
        items: guides or Q&A any of which answers it.
        element: the element asked for, as most of three annotators see it; None where the answer has none to choose (Q&A).
        elements_ok: other elements that a fair reader accepts (see `knowledge/golden/README.md`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: tuple[str, ...]
    element: Element | None
    elements_ok: tuple[Element, ...] = ()


class GoldenQuestion(Wanted):
    """One message with what must come of it; `also` holds what its further questions must lead to, in order, and `elsewhere` says that
    the rules of a place outside the province are asked for."""

    id: str
    text: str
    decision: Literal["answer", "clarify", "reject"]
    also: tuple[Wanted, ...] = ()
    elsewhere: bool = False
    style: str
    lang: Literal["zh", "ko"]


def load_golden(path: Path) -> list[GoldenQuestion]:
    """Read one half (JSON lines).

    Raises:
        KnowledgeError: names the line and what is wrong with it.
    """
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            questions.append(GoldenQuestion.model_validate(json.loads(line)))
        except (ValueError, ValidationError) as error:
            raise KnowledgeError(f"{path.name} 第 {number} 行：{error}") from error
    return questions
