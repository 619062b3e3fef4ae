"""What operators make of suggestions: kept with the edit distance, counted, and handed to the editors where a suggestion was wrong."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Literal

import sqlalchemy as sa
from rapidfuzz.distance import Levenshtein

from banshi.desk.advice.advice import Suggestion
from banshi.editing.question_recorder import CORRECTED_BY_STAFF, MOST_CHARS
from banshi.knowledge.elements import Element
from banshi.search.engine import Engine
from banshi.store.questions import Asked, QuestionLog
from banshi.store.suggestion_uses import SuggestionUse, SuggestionUses
from banshi.store.transactions import read, write
from banshi.text.numbers import mask

HEAVILY_EDITED = 0.5
"""A suggestion of which less was kept was none."""
_ADOPTED = frozenset({"inserted", "sent", "useful"})
_REMEMBERED = 5000


@dataclass(frozen=True, kw_only=True)
class Use:
    """What an operator did with a suggestion.

    Attributes:
        key: the suggestion's.
        said: the citizen's words it answers.
        original, text_sent: the suggestion as it was shown, and what was sent; neither is kept.
    """

    account: str
    key: str
    said: str
    action: Literal["inserted", "sent", "useful", "reported"]
    conversation: str | None = None
    call: str | None = None
    version: int | None = None
    reason: str | None = None
    original: str | None = None
    text_sent: str | None = None
    first_ms: int | None = None


class Adoption:
    """Keeps and counts uses.

    Args:
        database: the store.
        engine: gives the engine in use; its knowledge says which field a suggestion belongs to.
        now: the clock.
    """

    def __init__(self, database: sa.Engine, engine: Callable[[], Engine | None], now: Callable[[], datetime]) -> None:
        self._database, self._engine, self._now = database, engine, now
        self._shown: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def use(self, use: Use) -> SuggestionUse:
        """Keep what was done with a suggestion. A report, and a suggestion of which less than half was kept, also mark the citizen's
        question as answered wrongly, so that it comes to the editors' gaps."""
        said, now = _masked(use.said), self._now()
        item, element, domain = self._matter(use.key)
        distance = kept = None
        if use.action == "sent" and use.original and use.text_sent is not None:
            distance = Levenshtein.distance(use.original, use.text_sent)
            kept = round(Levenshtein.normalized_similarity(use.original, use.text_sent), 4)
        kept_use = SuggestionUse(
            at=now,
            account=use.account,
            said=said,
            action=use.action,
            conversation=use.conversation,
            call=use.call,
            key=use.key,
            version=use.version,
            reason=use.reason,
            edit_distance=distance,
            kept=kept,
            first_ms=use.first_ms,
            item=item,
            element=element,
            domain=domain,
        )
        wrong = said and (use.action == "reported" or (kept is not None and kept < HEAVILY_EDITED))
        asked = self._asked(kept_use) if wrong else None
        with write(self._database) as connection:
            identifier = SuggestionUses(connection).add(kept_use)
            if asked is not None:
                _mark_wrong(QuestionLog(connection), asked)
        return SuggestionUse(**{**vars(kept_use), "id": identifier})

    def shown(self, account: str, conversation: str | None, call: str | None, said: str, first: Suggestion, first_ms: int) -> None:
        """Keep that something was suggested for what a citizen said; the same again is not counted again."""
        about = (account, conversation or call or "", said)
        if about in self._shown:
            return
        self._shown[about] = None
        while len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        item, element, domain = self._matter(first.key)
        use = SuggestionUse(
            at=self._now(),
            account=account,
            said=_masked(said),
            action="shown",
            conversation=conversation,
            call=call,
            key=first.key,
            version=first.source.version,
            first_ms=first_ms,
            item=item,
            element=element,
            domain=domain,
        )
        with write(self._database, durable=False) as connection:
            SuggestionUses(connection).add(use)

    def counted(self, since: datetime, *, account: str | None = None) -> dict[str, dict[str, Any]]:
        """Account → figures since a moment: shown, adopted, rate, median_first_ms, by_domain.

        Args:
            since: inclusive.
            account: one operator's alone.
        """
        with read(self._database) as connection:
            uses = SuggestionUses(connection).since(since, account=account)
        of: dict[str, list[SuggestionUse]] = {}
        for use in uses:
            of.setdefault(use.account, []).append(use)
        return {name: figures(its) for name, its in of.items()}

    def today(self, account: str) -> dict[str, Any]:
        """One operator's figures since midnight."""
        midnight = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.counted(midnight, account=account).get(account) or figures([])

    def last_days(self, days: int, account: str | None = None) -> dict[str, dict[str, Any]]:
        """As `counted`, for so many days."""
        return self.counted(self._now() - timedelta(days=days), account=account)

    def _matter(self, key: str) -> tuple[str | None, str | None, str | None]:
        """Item, element and field of a suggestion."""
        engine = self._engine()
        kind, _, rest = key.partition(":")
        identifier, _, element = rest.partition(":")
        if engine is None:
            return identifier or None, element or None, None
        if kind == "qa" and (record := engine.knowledge.qa.get(identifier)) is not None:
            return record.item or identifier, record.element.value, record.topic
        guide = engine.knowledge.guides.get(identifier)
        return identifier or None, element or None, guide.domain if guide is not None else None

    def _asked(self, use: SuggestionUse) -> Asked:
        """The question as the log keeps it: answered, and wrongly."""
        engine = self._engine()
        vector = engine.encode(use.said) if engine is not None else None
        owner = (use.key or "").partition(":")[2].partition(":")[0]
        return Asked(
            at=use.at,
            text=use.said,
            decision="answer",
            item=owner or None,
            element=use.element if use.element in set(Element) else None,
            conversation=use.conversation if use.conversation is not None else f"call {use.call}",
            vector=None if vector is None else vector.astype("float16").tobytes(),
            model=engine.encoder.model_id if vector is not None and engine is not None and engine.encoder is not None else None,
            corrected_by=CORRECTED_BY_STAFF,
        )


def _masked(text: str) -> str:
    """The words without personal numbers; the same words give the same text each time, so that they are counted once."""
    return mask(text, new_token=lambda: "0" * 8)[0][:MOST_CHARS]


def mark_if_logged(log: QuestionLog, conversation: str, said: str) -> None:
    """Mark a question as answered wrongly when it is the last that the log has of the conversation, so that it comes to the gaps."""
    last = log.last_of(conversation)
    if last is not None and last.id is not None and _masked(last.text) == _masked(said):
        log.mark(last.id, corrected=CORRECTED_BY_STAFF)


def _mark_wrong(log: QuestionLog, asked: Asked) -> None:
    """Mark the question when the log has it as the conversation's last, and add it when not."""
    last = log.last_of(asked.conversation) if asked.conversation is not None else None
    if last is not None and last.text == asked.text:
        log.mark(last.id, corrected=CORRECTED_BY_STAFF)
    else:
        log.add(asked)


def figures(uses: Iterable[SuggestionUse]) -> dict[str, Any]:
    """What uses amount to, counted by what citizens said: each utterance once, however often its suggestions were used."""
    by_utterance: dict[tuple[str, str], list[SuggestionUse]] = {}
    for use in uses:
        by_utterance.setdefault((use.conversation or use.call or "", use.said), []).append(use)
    domains: dict[str, list[bool]] = {}
    waits: list[int] = []
    adopted: list[bool] = []
    for its in by_utterance.values():
        took = any(use.action in _ADOPTED for use in its)
        adopted.append(took)
        domain = next((use.domain for use in its if use.domain), None)
        domains.setdefault(domain or "其他", []).append(took)
        if (first := next((use.first_ms for use in its if use.first_ms is not None), None)) is not None:
            waits.append(first)
    by_domain = [{"domain": name, **_share(took)} for name, took in sorted(domains.items(), key=lambda one: -len(one[1]))]
    return {**_share(adopted), "median_first_ms": round(median(waits)) if waits else None, "by_domain": by_domain}


def _share(took: list[bool]) -> dict[str, Any]:
    return {"shown": len(took), "adopted": sum(took), "rate": round(sum(took) / len(took), 4) if took else None}
