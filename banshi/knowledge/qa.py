"""Q&A records (答问知识库): what guides do not hold."""

from __future__ import annotations

from pydantic import Field

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Certainty, Dated


class QuestionAnswer(Dated):
    """One reviewed question with its answer."""

    id: str = Field(pattern=r"^qa(-[a-z0-9]+)+$")
    version: int = Field(default=1, ge=1)
    question: str
    """标准问"""
    similar: tuple[str, ...] = Field(min_length=8)
    """相似问: stored phrasings."""
    answer: str
    """白话答案"""
    topic: str
    audience: tuple[str, ...]
    element: Element
    item: str | None = None
    """Guide that this belongs to, when it clearly does."""
    basis: tuple[str, ...] = ()
    department: str
    """责任部门"""
    certainty: Certainty
    regions: tuple[str, ...] = ("220000",)
    korean: tuple[str, ...] = ()
