"""An item library that needs no network: a few plainly invented changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from banshi.connect.items.invented import invented_changes
from banshi.connect.items.port import ItemChange, ItemPage
from banshi.connect.resilience.errors import SystemRefusedError


class DemoItems:
    """`ItemLibrary` over invented changes; they are dated back from the day on which it was made.

    Args:
        now: the clock, time zone included.
        page: changes a page.
        changes: others than those of `invented_changes`, in the same form.

    Example:
        >>> DemoItems(now=china_now).changes(None).changes[0].name
        '居民身份证丢失补领'
    """

    def __init__(self, *, now: Callable[[], datetime], page: int = 5, changes: Sequence[Mapping[str, Any]] | None = None) -> None:
        told = invented_changes(now()) if changes is None else changes
        self._changes, self._page = [self.understand(raw) for raw in told], page

    def changes(self, since: str | None) -> ItemPage:
        """See `ItemLibrary.changes`."""
        begin = int(since or 0) if (since or "0").isascii() and (since or "0").isdigit() else -1
        if not 0 <= begin <= len(self._changes):
            raise SystemRefusedError("事项库不认识这个读取位置。")
        end = min(begin + self._page, len(self._changes))
        return ItemPage(tuple(self._changes[begin:end]), str(end), end < len(self._changes))

    def understand(self, raw: Mapping[str, Any]) -> ItemChange:
        """See `ItemLibrary.understand`."""
        at = raw["at"] if isinstance(raw["at"], datetime) else datetime.fromisoformat(str(raw["at"]))
        return ItemChange(**{**raw, "at": at, "raw": {**raw, "at": at.isoformat()}})
