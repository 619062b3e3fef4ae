"""Records as the tables and editors of the studio show them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from banshi.editing.checking import Checker
from banshi.editing.errors import NotFoundError
from banshi.editing.workflow import STATES
from banshi.knowledge.fields import CATALOG_FIELDS
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address
from banshi.store.database import read
from banshi.store.knowledge import Head, Kind, KnowledgeRepository, Revision, State

KIND_LABELS = {"guide": "办事指南", "qa": "答问", "policy": "政策文件", "lexicon": "词表"}
_SORTS = ("updated", "title", "key", "state", "errors")


class Catalogue:
    """Reads records for people.

    Args:
        database: the store.
        checker: lint.
        knowledge: gives the knowledge in use.
    """

    def __init__(self, database: sa.Engine, checker: Checker, knowledge: Callable[[], Knowledge | None]) -> None:
        self._database, self._checker, self._knowledge = database, checker, knowledge

    def rows(
        self,
        *,
        kind: str | None = None,
        state: str | None = None,
        text: str | None = None,
        domain: str | None = None,
        department: str | None = None,
        lint: str | None = None,
        region: str | None = None,
        sort: str = "updated",
        offset: int = 0,
        limit: int = 50,
    ) -> dict[str, Any]:
        """One page of the table, and how many rows there are in all."""
        with read(self._database) as connection:
            states = cast("Collection[State] | None", None if state is None else (state,))
            heads = KnowledgeRepository(connection).heads(kind=cast("Kind | None", kind), states=states, text=text)
        rows = [
            row
            for row in map(self.row, heads)
            if (not domain or row["domain"] == domain)
            and (not department or department in row["department"])
            and (not region or row["region"] == region)
            and (not lint or row["lint"].get(lint))
        ]
        order: dict[str, Callable[[dict[str, Any]], Any]] = {
            "updated": lambda row: row["updated_at"],
            "title": lambda row: row["title"],
            "key": lambda row: row["key"],
            "state": lambda row: list(STATES).index(row["state"]),
            "errors": lambda row: (row["lint"]["error"], row["lint"]["warning"]),
        }
        rows.sort(key=order.get(sort, order["updated"]), reverse=sort in ("updated", "errors"))
        return {"total": len(rows), "rows": rows[offset : offset + limit]}

    def row(self, head: Head) -> dict[str, Any]:
        """One record in a table."""
        shown = _shown(head)
        address = Address(head.kind, head.key, head.region)
        counts = self._checker.counts(address, shown.content, shown.content_hash)
        return {
            "kind": head.kind,
            "key": head.key,
            "region": head.region,
            "region_name": self._region_name(head.region),
            "title": self.title(address, shown.content),
            "domain": self._inherited(address, shown.content, "domain") or str(shown.content.get("topic") or ""),
            "department": self._inherited(address, shown.content, "dept_name") or str(shown.content.get("department") or ""),
            "state": head.head.state,
            "number": head.head.number,
            "published_number": head.published.number if head.published is not None else None,
            "author_name": head.head.author_name,
            "updated_at": head.head.created_at.isoformat(),
            "lint": {severity: counts[severity] for severity in ("error", "warning", "advice")},
        }

    def record(self, address: Address, *, account: str, allowed: Collection[str]) -> dict[str, Any]:
        """One record with everything an editor needs.

        Args:
            address: which.
            account: who looks: authors do not approve their own text.
            allowed: actions that the person's roles allow.

        Raises:
            NotFoundError: there is none.
        """
        with read(self._database) as connection:
            head = KnowledgeRepository(connection).head(cast(Kind, address.kind), address.key, address.region)
        if head is None:
            raise NotFoundError(f"没有{address.label}这一条。")
        shown = _shown(head)
        upper = self._checker.upper(address)
        above = self._level_above(address)
        return {
            **self.row(head),
            "content": shown.content,
            "reason": head.head.reason,
            "author": head.head.author,
            "review_reason": head.head.review_reason,
            "published": None
            if head.published is None
            else {"number": head.published.number, "content": head.published.content, "updated_at": head.published.created_at.isoformat()},
            "lint": [asdict(finding) for finding in self._checker.lint(address, shown.content)],
            "inherited": None if upper is None else {"region": above, "region_name": self._region_name(above), "content": upper},
            "locked": sorted(CATALOG_FIELDS) if upper is not None else ["id"] if address.kind in ("guide", "qa", "policy") else [],
            "allowed": [action for action in _possible(head, account) if action in allowed],
        }

    def titles(self, revisions: Iterable[Revision]) -> list[dict[str, Any]]:
        """Revisions by name, for lists of what a release holds."""
        return [
            {
                "kind": revision.kind,
                "key": revision.key,
                "region": revision.region,
                "title": self.title(Address(revision.kind, revision.key, revision.region), revision.content),
                "number": revision.number,
            }
            for revision in revisions
        ]

    def title(self, address: Address, content: dict[str, Any]) -> str:
        """What a record is called."""
        if address.kind == "lexicon":
            return f"词表 {address.key}"
        own = content.get("task_name") or content.get("question") or content.get("title") or self._inherited(address, content, "task_name")
        if address.region != PROVINCE and own:
            return f"{own}（{self._region_name(address.region)}）"
        return str(own or address.key)

    def _inherited(self, address: Address, content: dict[str, Any], name: str) -> str:
        value = content.get(name)
        knowledge = self._knowledge()
        if value is None and address.kind == "guide" and knowledge is not None and address.key in knowledge.guides:
            value = getattr(knowledge.guides[address.key], name)
        return str(value or "")

    def _level_above(self, address: Address) -> str:
        knowledge = self._knowledge()
        if knowledge is None or address.region not in knowledge.regions:
            return PROVINCE
        lineage = knowledge.regions.lineage(address.region)[1:]
        return next((region for region in lineage if (address.key, region) in knowledge.editions.local), PROVINCE)

    def _region_name(self, region: str) -> str:
        knowledge = self._knowledge()
        return knowledge.regions.name(region) if knowledge is not None and region in knowledge.regions else region


def _shown(head: Head) -> Revision:
    """What an editor goes on from: the newest revision, unless it was given up."""
    return head.published if head.head.state in ("discarded", "withdrawn") and head.published is not None else head.head


def _possible(head: Head, account: str) -> list[str]:
    """What the state of a record lets be done, whoever does it."""
    state, own = head.head.state, head.head.author == account
    possible = ["save"]
    if state == "draft":
        possible.append("submit")
    if state == "submitted":
        possible += ["send-back"] if own else ["approve", "send-back"]
    if state == "approved":
        possible += ["send-back", "publish"]
    if state in ("submitted", "approved") and own:
        possible.append("withdraw")
    if state == "published":
        possible.append("withdraw")
    if state in ("draft", "submitted", "approved"):
        possible.append("discard")
    return [*possible, "restore"]


def waiting_days(since: datetime, now: datetime) -> int:
    """Whole days that something has waited."""
    return max(0, (now - since).days)
