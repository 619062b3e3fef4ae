"""Asking an engine on a fixed day, and reading what came back; shared by the tests of the engine."""

from __future__ import annotations

from datetime import date

from banshi.knowledge.elements import Element
from banshi.search.engine import Engine
from banshi.search.result import Context, SearchRequest, SearchResult

DAY = date(2026, 11, 21)
EXAMPLE = "身份证丢了咋整"
REISSUE = "hz-idcard-reissue"
"""What the example asks for."""


def ask(engine: Engine, text: str, *, context: str | None = None, element: Element | None = None, **rest: object) -> SearchResult:
    return engine.search(SearchRequest(text=text, context=Context(item=context, element=element), **{"as_of": DAY, **rest}))


def item(result: SearchResult) -> str | None:
    return result.item.id if result.item else None


def told_from(result: SearchResult) -> set[str]:
    return {source.id for source in result.sources}
