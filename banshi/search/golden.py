"""Labelled questions: never indexed, never trained on; the development half calibrates, the test half measures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from banshi.knowledge.elements import Element
from banshi.knowledge.errors import KnowledgeError


class GoldenQuestion(BaseModel):
    """One question with what must come of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str
    decision: Literal["answer", "clarify", "reject"]
    items: tuple[str, ...]
    element: Element | None
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
