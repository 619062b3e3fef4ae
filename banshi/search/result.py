"""The search contract: one object in Python, over HTTP, on the command line and at the operators' desk."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from banshi.knowledge.elements import Element

Decision = Literal["answer", "clarify", "reject"]

ELSEWHERE, PERHAPS_ELSEWHERE = "外省的规定：", "也许是外省的规定："
"""Reasons of a refusal and of asking back; the place's name follows."""

NO_SUBJECT = "没说是哪件事"
"""Reason of a refusal: what is wanted was said, and of nothing."""


class Model(BaseModel):
    """Base of the contract's objects."""

    model_config = ConfigDict(extra="forbid")


class Context(Model):
    """What the conversation is about, for questions that leave it out."""

    item: str | None = None
    element: Element | None = None
    offered: tuple[str, ...] = ()
    """Ids of the alternatives offered last, when none of them was chosen yet."""
    follow_up: bool = False
    """The dialogue takes the question for a follow-up: unless another item is found for sure, it is about this one."""


class SearchRequest(Model):
    """One question."""

    text: str = Field(max_length=20_000)
    region: str | None = None
    as_of: date | None = None
    context: Context = Context()
    top_k: int = Field(default=5, ge=1, le=20)


class ItemReference(Model):
    """The item found."""

    id: str
    name: str


class RegionReference(Model):
    """The region asked about and the one whose guide answers."""

    asked: str | None
    resolved: str


class Answer(Model):
    """What is told: plain text for every channel, blocks for faces that can show structure."""

    text: str
    blocks: list[dict[str, Any]] = []
    links: list[dict[str, str]] = []


class Candidate(Model):
    """One possible answer."""

    kind: Literal["guide", "qa", "policy"]
    id: str
    item: str | None
    element: Element | None
    title: str
    confidence: float


class Source(Model):
    """Where an answer comes from."""

    kind: Literal["guide", "qa", "policy"]
    id: str
    title: str
    basis: str
    version: int
    valid_from: date | None
    retired: date | None = None
    """The day since which it is out of use; the answer then says so. Left out of the JSON where there is none."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        if self.retired is None:
            fields.pop("retired", None)
        return fields


class Versions(Model):
    """What the answer was made with, so that it can be replayed."""

    knowledge: str
    index: str
    model: str


class SearchResult(Model):
    """The decision on one question."""

    decision: Decision
    confidence: float
    reason: str
    item: ItemReference | None
    element: Element
    elements: list[Element] = []
    """All elements asked for of this item, in order; the first is `element`."""
    region: RegionReference
    answer: Answer | None
    candidates: list[Candidate]
    sources: list[Source]
    versions: Versions
    took_ms: float
    also: list[SearchResult] = []
    """The message's further questions, in order; a first one that nothing fits comes here too. None has an `also` of its own."""
