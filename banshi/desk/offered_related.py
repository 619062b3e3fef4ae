"""Which related items stand under an answer; set once, when the services are made, for the dialogue and for where there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.related import Related
from banshi.search.result import SearchResult

LEADING_ON = frozenset({Element.OVERVIEW, Element.MATERIALS, Element.PROCESS, Element.ONLINE})
"""Under these alone: who goes on to ask the fee, the time or the place of the same item has seen them, and no turn has to remember that."""


@dataclass(frozen=True)
class _Offered:
    related: Related
    guides: Callable[[], Mapping[str, Guide]]
    today: Callable[[], date]


_offered: _Offered | None = None


def offer_related(related: Related, guides: Callable[[], Mapping[str, Guide]], today: Callable[[], date]) -> None:
    """Offer these from now on.

    Args:
        related: what leads where.
        guides: gives the guides in use, by id: their names, and whether they are in use.
        today: gives the day.
    """
    global _offered
    _offered = _Offered(related, guides, today)


def related_of(result: SearchResult, besides: Collection[str] = ()) -> list[dict[str, str]]:
    """Id, name and why of the items that an answer about an item leads on to, at most three; none under anything else.

    Args:
        result: what was found.
        besides: items that the same message is answered about anyway.
    """
    told = result.decision == "answer" and result.element in LEADING_ON and not any(source.retired for source in result.sources)
    if _offered is None or result.item is None or not told:
        return []
    shown = _offered.related.shown_under(result.item.id, _offered.guides(), _offered.today())
    return [{"id": guide.id, "name": guide.task_name, "why": why} for guide, why in shown if guide.id not in besides]
