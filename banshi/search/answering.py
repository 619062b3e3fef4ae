"""What is told of an owner: the guide, Q&A or passage as it is in force on a day in a place, with what it cites."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from banshi.knowledge.completeness import missing
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.korean import korean_summary
from banshi.knowledge.library import Knowledge, LocalGuide
from banshi.knowledge.render import LocalWords, Rendering, render_elements, render_passage, render_qa, render_retired
from banshi.search.entries import Owner
from banshi.search.result import Answer, Source

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """An answer before it is sent.

    Attributes:
        guide: the guide it is about, if any.
        elements: what is told of it.
        answer: None when the checker found that it lacks a value of the guide: it is not sent.
        source: what it cites.
    """

    guide: Guide | None
    elements: tuple[Element, ...]
    answer: Answer | None
    source: Source


def tell(
    knowledge: Knowledge,
    owner: Owner,
    elements: tuple[Element, ...],
    region: str | None,
    as_of: date,
    portal_url: str,
    *,
    korean: bool = False,
) -> Told:
    """What `knowledge` tells of an owner.

    Args:
        knowledge: as in force on `as_of`.
        owner: a guide, Q&A or passage of it.
        elements: what is asked of a guide; a Q&A and a passage have their own.
        region: code of the citizen's place; None when unknown.
        as_of: the day.
        portal_url: entrance of online handling, for the link of an answer.
        korean: a Korean summary of a guide goes first.
    """
    rendering, source, elements = _render(knowledge, owner, elements, region, as_of)
    guide = knowledge.guide_at(owner.item, region, as_of).guide if owner.item is not None else None
    in_force = source.retired is None
    text = rendering.text
    if owner.kind == "guide" and guide is not None and in_force:
        if korean:
            text = f"{korean_summary(guide, elements, knowledge.lexicon.korean_display)}\n{text}"
        if lacking := missing(guide, elements, rendering.text):
            log.error("The answer on %s %s lacks %s and was not sent.", owner.id, elements, lacking)
            return Told(guide, elements, None, source)
    links = [{"title": f"去吉事办办理：{guide.task_name}", "url": portal_url}] if guide is not None and in_force else []
    return Told(guide, elements, Answer(text=text, blocks=rendering.blocks, links=links), source)


def _render(
    knowledge: Knowledge, owner: Owner, elements: tuple[Element, ...], region: str | None, as_of: date
) -> tuple[Rendering, Source, tuple[Element, ...]]:
    if owner.kind == "guide":
        found = knowledge.guide_at(owner.id, region, as_of)
        if found.guide.retired is not None and found.guide.retired_on(as_of):
            return render_retired(found.guide.task_name, found.guide.retired), source_of(found.guide, as_of), (Element.OTHER,)
        place = knowledge.regions.name_below(region, found.guide.region)
        local = _local_words(knowledge, found)
        return render_elements(found.guide, elements, place=place, local=local), source_of(found.guide), elements
    if owner.kind == "qa":
        record = knowledge.qa[owner.id]
        source = Source(
            kind="qa",
            id=record.id,
            title=record.question,
            basis="；".join(record.basis) or record.department,
            version=record.version,
            valid_from=record.valid_from,
            retired=record.retired.since if record.retired is not None and record.retired_on(as_of) else None,
        )
        if record.retired is not None and record.retired_on(as_of):
            return render_retired(record.question, record.retired), source, (record.element,)
        return render_qa(record), source, (record.element,)
    policy_id, number = owner.id.split("#", 1)
    policy = knowledge.policies[policy_id]
    passage = next(passage for passage in policy.passages if passage.number == number)
    source = Source(kind="policy", id=owner.id, title=policy.title, basis=policy.document_number or "", version=1, valid_from=policy.issued)
    return render_passage(policy, passage), source, (Element.BASIS,)


def _local_words(knowledge: Knowledge, found: LocalGuide) -> LocalWords | None:
    """What differs from the province in a region, by name and field, for the answer to say so."""
    return LocalWords(knowledge.regions.name(found.guide.region), tuple(found.differs)) if found.differs else None


def source_of(guide: Guide, as_of: date | None = None) -> Source:
    """What an answer from a guide cites; `as_of` where it may be retired by then."""
    return Source(
        kind="guide",
        id=guide.id,
        title=f"{guide.task_name}办事指南",
        basis="；".join(guide.by_law[:2]),
        version=guide.version,
        valid_from=guide.valid_from,
        retired=guide.retired.since if as_of is not None and guide.retired is not None and guide.retired_on(as_of) else None,
    )
