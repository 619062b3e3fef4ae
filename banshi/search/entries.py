"""What is indexed: short texts, each owned by a guide, a Q&A or a policy passage, or standing for what lies outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.qa import QuestionAnswer

CHAT = "outside#chat"


@dataclass(frozen=True)
class Entry:
    """One indexed text."""

    text: str
    kind: str
    """guide, qa, policy or outside"""
    owner: str
    """id of the guide or the Q&A, `policy#number` of the passage, `outside#name` of a matter without a guide"""
    element: Element | None
    """what the text asks about; None for names, which ask for no element"""
    is_question: bool
    """False for names and headings: they are not trained on as questions"""
    also: tuple[Element, ...] = ()
    """elements that the text may as well ask about"""


@dataclass(frozen=True)
class Owner:
    """What can be an answer: a guide, a Q&A or a policy passage. Owners of kind outside are never an answer: near them, refuse."""

    kind: str
    id: str
    item: str | None
    """guide id that the owner belongs to"""
    title: str
    body: str
    """the answer's own words; matched by words only, never embedded"""


def owners_and_entries(knowledge: Knowledge) -> tuple[list[Owner], list[Entry]]:
    """Everything that can be found, and every text it can be found by; in a stable order."""
    owners: list[Owner] = []
    entries: list[Entry] = []
    for guide in knowledge.guides.values():
        owners.append(Owner("guide", guide.id, guide.id, guide.task_name, guide_body(guide)))
        asks = knowledge.lexicon.korean_asks
        entries.extend(_once(_guide_entries(edition, asks) for edition in knowledge.editions.guides.get(guide.id, (guide,))))
    for record in knowledge.qa.values():
        owners.append(Owner("qa", record.id, record.item, record.question, record.answer))
        entries.extend(_once(_qa_entries(edition) for edition in knowledge.editions.qa.get(record.id, (record,))))
    for policy in knowledge.policies.values():
        # Another province's text stays citable but never answers a question here.
        if not policy.region.startswith("22"):
            continue
        for passage in policy.passages:
            if not passage.heading:
                continue
            identifier = f"{policy.id}#{passage.number}"
            owners.append(Owner("policy", identifier, None, f"{policy.title} {passage.number}、{passage.heading}", passage.text))
            entries.append(Entry(passage.heading, "policy", identifier, None, False))
    for matter in knowledge.outside.items:
        identifier = f"outside#{matter.name}"
        owners.append(Owner("outside", identifier, None, matter.name, matter.department))
        entries.extend(Entry(text, "outside", identifier, None, True) for text in (matter.name, *matter.phrasings))
    if knowledge.outside.chat:
        owners.append(Owner("outside", CHAT, None, "闲聊", ""))
        entries.extend(Entry(text, "outside", CHAT, None, True) for text in knowledge.outside.chat)
    return owners, entries


def _once(editions: Iterable[Iterator[Entry]]) -> list[Entry]:
    """The texts of all editions: what is asked the same way before and after a change is indexed once."""
    return list({(entry.text, entry.element): entry for entries in editions for entry in entries}.values())


def _guide_entries(guide: Guide, korean_asks: Mapping[str, Element]) -> Iterator[Entry]:
    for name in dict.fromkeys((guide.task_name, *guide.aliases)):
        yield Entry(name, "guide", guide.id, None, False)
    for element, questions in guide.questions.items():
        for question in questions:
            also = tuple(other for other, texts in guide.also_asks.items() if question in texts)
            yield Entry(question, "guide", guide.id, element, True, also)
    for question in guide.korean:
        yield Entry(question, "guide", guide.id, korean_asks.get(question), True)


def _qa_entries(record: QuestionAnswer) -> Iterator[Entry]:
    for question in (record.question, *record.similar):
        yield Entry(question, "qa", record.id, record.element, True)
    for question in record.korean:
        yield Entry(question, "qa", record.id, None, True)


def guide_body(guide: Guide) -> str:
    """All words of a guide's facts, for word matching."""
    parts = [
        guide.task_name,
        *guide.aliases,
        guide.dept_name,
        *(fact.text for fact in guide.accept_condition),
        *(f"{material.material_name} {material.note or ''}" for material in guide.materials),
        *guide.process,
        *(f"{fee.fee_name} {fee.fee_stand}" for fee in guide.fees),
        guide.transact_place,
        *(f"{situation.when} {situation.effect}" for situation in guide.situations),
        *(answer.text for answer in guide.plain),
    ]
    return "\n".join(parts)
