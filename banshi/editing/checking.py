"""Lint with the knowledge in use as its context, and counts that are not computed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from banshi.knowledge.library import Knowledge
from banshi.knowledge.lint import Finding, LintContext, gather, lint, repair
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address, Content, Sources
from banshi.store.canonical import content_hash
from banshi.store.knowledge import Revision


class Checker:
    """Checks records against the rules and the rest of the knowledge.

    Args:
        knowledge: gives the knowledge in use; None while there is none.
        today: the clock.
    """

    def __init__(self, knowledge: Callable[[], Knowledge | None], *, today: Callable[[], date]) -> None:
        self._knowledge, self._today = knowledge, today
        self._shared = lru_cache(maxsize=2)(_shared)
        self._counted: dict[tuple[str, Address, str, date], Counter[str]] = {}

    def lint(self, address: Address, content: dict[str, Any]) -> list[Finding]:
        """Everything that is wrong with content at an address."""
        return lint(address.kind, content, self._context(address))

    def repair(self, address: Address, content: dict[str, Any], rule: str, path: str) -> dict[str, Any]:
        """The content with one finding repaired.

        Raises:
            NoRepairError: there is no such finding, or no program can repair it.
        """
        return repair(address.kind, content, rule, path, self._context(address))

    def counts(self, address: Address, content: dict[str, Any], hashed: str | None = None) -> Counter[str]:
        """How many findings of each severity."""
        knowledge = self._knowledge()
        name = (knowledge.version if knowledge is not None else "", address, hashed or content_hash(content), self._today())
        if name not in self._counted:
            if len(self._counted) > 20_000:
                self._counted.clear()
            self._counted[name] = Counter(finding.severity for finding in self.lint(address, content))
        return self._counted[name]

    def errors_in(self, revision: Revision) -> int:
        """Errors that keep a revision from being published."""
        address = Address(revision.kind, revision.key, revision.region)
        return self.counts(address, revision.content, revision.content_hash)["error"]

    def upper(self, address: Address) -> Content | None:
        """For a local override, the content of the level above, complete; None for what is the province's."""
        knowledge = self._knowledge()
        if knowledge is None or address.kind != "guide" or address.region == PROVINCE or address.region not in knowledge.regions:
            return None
        lineage = knowledge.regions.lineage(address.region)
        above = next((region for region in lineage[1:] if (address.key, region) in knowledge.editions.local), PROVINCE)
        if address.key not in knowledge.guides:
            return None
        return knowledge.guide_at(address.key, above).guide.model_dump(mode="json", exclude_unset=True)

    def _context(self, address: Address) -> LintContext:
        knowledge = self._knowledge()
        if knowledge is None or knowledge.sources is None:
            return LintContext(key=address.key, region=address.region, today=self._today())
        context = self._shared(_Held(knowledge.version, knowledge.sources, knowledge), self._today())
        return replace(context, key=address.key, region=address.region, upper=self.upper(address))


class _Held:
    """Knowledge as a key of a cache: its version stands for it."""

    def __init__(self, version: str, sources: Sources, knowledge: Knowledge) -> None:
        self.version, self.sources, self.knowledge = version, sources, knowledge

    def __hash__(self) -> int:
        return hash(self.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.version == self.version


def _shared(held: _Held, today: date) -> LintContext:
    records = held.sources.records.items()
    return gather(
        guides=[editions[-1] for address, editions in records if address.kind == "guide" and address.region == PROVINCE],
        qa=[editions[-1] for address, editions in records if address.kind == "qa"],
        regions=held.knowledge.regions,
        superseded={str(old): str(new or "") for old, new in (held.sources.frame.get("superseded.yml") or {}).items()},
        departments=[name for key, names in held.knowledge.lexicon.departments.items() for name in (key, *names)],
        today=today,
    )
