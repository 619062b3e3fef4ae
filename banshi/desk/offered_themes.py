"""Which 一件事 is offered under an answer; set once, when the services are made, for the dialogue and for where there is none."""

from __future__ import annotations

from banshi.knowledge.themes import Themes
from banshi.search.result import SearchResult

_offered = Themes()


def offer_themes(themes: Themes) -> None:
    """Offer these from now on."""
    global _offered
    _offered = themes


def theme_of(result: SearchResult) -> dict[str, str] | None:
    """Id and title of the theme that a result leads on to; None for most.

    An answer leads to the theme of the Q&A that answered, else of the item. A question back leads to one when all that it offers belongs
    there: who asks what there is to do after a birth means none of the items alone.
    """
    if result.decision == "answer" and result.sources:
        named = [result.sources[0].id, *([result.item.id] if result.item is not None else [])]
        theme = next(filter(None, map(_offered.offered_under, named)), None)
    elif result.decision == "clarify":
        offered = {candidate.id for candidate in result.candidates}
        theme = next(filter(None, (_offered.offered_under(candidate.id) for candidate in result.candidates)), None)
        if theme is not None and not offered <= {*theme.items, *theme.offered_by}:
            theme = None
    else:
        theme = None
    return {"id": theme.id, "title": theme.name} if theme is not None else None
