"""The item library over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.items.port import ItemChange, ItemPage
from banshi.connect.items.reading import read_change
from banshi.connect.resilience.http import HttpSystem

_PAGE = 100


class _Change(BaseModel):
    """Only its id must be there: what else is wrong with a change is told with it, and the others are read."""

    model_config = ConfigDict(extra="allow")
    changeId: str = Field(min_length=1, max_length=80)


class _Page(BaseModel):
    model_config = ConfigDict(extra="ignore")
    changes: list[_Change] = Field(max_length=1000)
    nextCursor: str | None = Field(max_length=200)
    hasMore: bool


class HttpItems:
    """`ItemLibrary` over HTTP.

    Args:
        system: the way there.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def changes(self, since: str | None) -> ItemPage:
        """See `ItemLibrary.changes`."""
        params: dict[str, str | int] = {"limit": _PAGE, **({"cursor": since} if since is not None else {})}
        page = self._system.get("/v1/changes", _Page, params)
        found = tuple(read_change(one.model_dump(), row) for row, one in enumerate(page.changes, 1))
        return ItemPage(found, page.nextCursor, page.hasMore)

    def understand(self, raw: Mapping[str, Any]) -> ItemChange:
        """See `ItemLibrary.understand`."""
        return read_change(raw)
