"""Suggested answers for an operator: what fits a caller's words so far, as scripts, with source, certainty and what not to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from banshi.desk.advice.advice import Advice, Ask, AskOption, Change, Level, Redirect, Suggestion, SuggestionSource
from banshi.desk.advice.cautions import guide_cautions, qa_cautions
from banshi.desk.advice.diversions import diversion, outside
from banshi.desk.advice.reading_aloud import Script
from banshi.desk.advice.recent_changes import RecentChanges
from banshi.desk.advice.spoken import guide_script, passage_script, qa_script, retired_script
from banshi.desk.advice.steady import Found, hold, owner_of
from banshi.desk.answer_object import digest, of_result
from banshi.knowledge.elements import Element
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.render import LocalWords
from banshi.knowledge.situations import Case, SituationTree, UnknownAnswerError
from banshi.search.engine import Engine
from banshi.search.question import QuestionReader
from banshi.search.result import Candidate, Context, SearchRequest, SearchResult, Source
from banshi.text.normalise import has_words, normalise

SHOWN_FROM = 0.02
"""From this confidence on a candidate is shown: a person chooses, so a second and third that may be meant are worth more than none.
Small talk stays below; beside an answer it shows one candidate more in five cases. Of a whole sentence that is refused guides are shown
alone: what a greeting comes nearest to are the answers on this service itself."""
_HIGH, _MIDDLE = 0.7, 0.3
_FEWEST = 3
"""Characters below which words are not looked up while they are still coming."""
_MOST_KEPT = 2000
_T = TypeVar("_T")
_ASKING = {Element.MATERIALS, Element.PROCESS, Element.OVERVIEW}
"""Elements whose answer the situation questions decide."""


@dataclass(frozen=True)
class Wanted:
    """What advice is asked on.

    Attributes:
        text: the caller's words, masked.
        region: the caller's.
        item: guide that the talk is about.
        answers: to its situation questions.
        partial: the words are still coming.
        shown: keys shown now.
        earlier: key shown → the words it answered.
        fleeting: keys that are shown since these words began.
        before: what the caller said before; a situation question that it answers is not asked again.
    """

    text: str
    region: str | None = None
    item: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False
    shown: tuple[str, ...] = ()
    earlier: Mapping[str, str] = field(default_factory=dict)
    fleeting: frozenset[str] = frozenset()
    before: str = ""


class Adviser:
    """Gives advice. Holds nothing of a call or a conversation; may be used by several threads.

    Words that are still coming are searched by words and sound alone: that takes a sixth of the time, which is what lets fifty people
    speak at once on two cores, and finds the item of half a sentence as often. The whole sentence is searched by meaning too.

    Args:
        changes: what was published within a day.
        now: the clock, in China's time.
        portal_url: entrance of online handling.
    """

    def __init__(self, changes: RecentChanges, now: Callable[[], datetime], *, portal_url: str) -> None:
        self._changes, self._now, self._portal_url = changes, now, portal_url
        self._quick: Engine | None = None
        self._trees: dict[tuple[str, ...], SituationTree] = {}
        self._answers: dict[tuple[str, ...], SearchResult] = {}

    def advise(self, engine: Engine, wanted: Wanted) -> Advice:
        """Suggestions for one utterance; `took_ms` is the search's own time."""
        if (redirect := diversion(engine.knowledge, wanted.text)) is not None:
            return _instead(wanted, redirect, "先说要紧的")
        if not has_words(wanted.text) or (wanted.partial and len(normalise(wanted.text)) < _FEWEST):
            return self._advice(engine, wanted, None, [])
        request = SearchRequest(
            text=wanted.text, region=wanted.region, context=Context(item=wanted.item, follow_up=wanted.item is not None), top_k=5
        )
        searching = self._by_words(engine) if wanted.partial else engine
        result = searching.search(request)
        if not wanted.partial and (elsewhere := outside(result)) is not None:
            return _instead(wanted, elsewhere, "这件事没有指南可答")
        question = searching.reader.read(wanted.text)
        plainly = searching.snapshot.built.elements.names(question)
        return self._advice(engine, wanted, result, _found(result, wanted, plainly=plainly, elliptical=question.elliptical))

    def _by_words(self, engine: Engine) -> Engine:
        """An engine over the same index without the encoder."""
        quick = self._quick
        if quick is None or quick.snapshot is not engine.snapshot:
            snapshot = engine.snapshot
            quick = Engine(snapshot.knowledge, snapshot, None, today=lambda: self._now().date(), portal_url=self._portal_url)
            # Nothing is mended either: the search by sound finds as much, and mending half a sentence costs more than finding it.
            quick.reader = QuestionReader(snapshot.knowledge.lexicon)
            self._quick = quick
        return quick

    def _advice(self, engine: Engine, wanted: Wanted, result: SearchResult | None, found: list[Found]) -> Advice:
        held = hold(wanted.shown, found, partial=wanted.partial, fleeting=wanted.fleeting)
        changes = dict(held.changes)
        confidence = {one.owner: one.confidence for one in found}
        region = result.region.asked if result is not None else wanted.region
        suggestions, cases = [], {}
        for key in held.keys:
            told = self._told(engine, key, wanted, region, result)
            if told is None:
                changes[key] = "已经下线，不能再用"
                continue
            suggestion, case = told
            sure = confidence.get(owner_of(key), 0.0)
            level: Level = "高" if sure >= _HIGH else "中" if sure >= _MIDDLE else "低"
            words = wanted.text if owner_of(key) in confidence else wanted.earlier.get(key, wanted.text)
            suggestions.append(suggestion.model_copy(update={"confidence": round(sure, 4), "level": level, "utterance": words}))
            cases[key] = case
        return Advice(
            text=wanted.text,
            took_ms=result.took_ms if result is not None else 0.0,
            confidence=result.confidence if result is not None else 0.0,
            suggestions=suggestions,
            ask=_ask(suggestions, cases),
            changes=[Change(key=key, reason=reason) for key, reason in changes.items() if key in wanted.shown],
        )

    def _told(
        self, engine: Engine, key: str, wanted: Wanted, region: str | None, result: SearchResult | None
    ) -> tuple[Suggestion, Case | None] | None:
        """A suggestion without its confidence, and the case its list stands for; None when the key names nothing that may be told."""
        kind, _, rest = key.partition(":")
        identifier, _, named = rest.partition(":")
        element = Element(named) if named in set(Element) else Element.OVERVIEW
        own = next((part for part in _parts(result) if part.decision == "answer" and _key_of(part) == key), None)
        try:
            answer = own or self._answer(engine, identifier, element, region)
        except KeyError:
            return None
        if answer.answer is None or answer.sources[0].kind != kind:
            return None
        source, day, case = answer.sources[0], self._now().date(), None
        knowledge = engine.knowledge
        if kind == "guide":
            local = knowledge.guide_at(identifier, region, day)
            guide, place = local.guide, knowledge.regions.name_below(region, local.guide.region)
            title = f"{guide.task_name}·{'、'.join(one.label for one in answer.elements)}"
            if source.retired is not None and guide.retired is not None:
                script, avoid = retired_script(guide.task_name, guide.retired), [_OLD]
            else:
                words = LocalWords(knowledge.regions.name(guide.region), tuple(local.differs)) if local.differs else None
                case = self._case(engine, identifier, guide.region, region, wanted)
                script = guide_script(guide, answer.elements, case, text=wanted.text, place=place, local=words)
                avoid = guide_cautions(guide, answer.elements, case, place=place)
            where = guide.region
        else:
            title, script, avoid = _other(knowledge, source)
            where = PROVINCE
        began = source.valid_from is not None and timedelta(0) <= day - source.valid_from <= timedelta(days=1)
        suggestion = Suggestion(
            key=key,
            title=title,
            item=answer.item.id if answer.item is not None else None,
            item_name=answer.item.name if answer.item is not None else None,
            element=answer.element.value if kind != "policy" else None,
            script=script.text,
            rest=list(script.rest),
            avoid=avoid,
            confidence=0.0,
            level="低",
            source=SuggestionSource(title=source.title, basis=source.basis, version=source.version, valid_from=source.valid_from),
            url=next((link["url"] for link in answer.answer.links), None),
            changed=(kind != "policy" and began) or self._changes.has(kind, identifier, where),
            utterance=wanted.text,
            blocks=answer.answer.blocks,
            digest=digest(of_result(answer.model_copy(update={"also": []}))[0]),
        )
        return suggestion, case

    def _answer(self, engine: Engine, identifier: str, element: Element, region: str | None) -> SearchResult:
        """The rendered answer; while somebody speaks the same one is wanted again and again."""
        about = (engine.snapshot.id, self._now().date().isoformat(), identifier, element.value, region or "")
        found = self._answers.get(about)
        if found is None:
            found = engine.answer_item(identifier, element, region=region)
            _keep(self._answers, about, found)
        return found

    def _case(self, engine: Engine, item: str, held_for: str, region: str | None, wanted: Wanted) -> Case:
        """What the operator's answers and the caller's words fix."""
        day = self._now().date()
        about = (engine.snapshot.id, day.isoformat(), item, held_for)
        tree = self._trees.get(about)
        if tree is None:
            tree = SituationTree(engine.knowledge.guide_at(item, region, day).guide)
            _keep(self._trees, about, tree)
        try:
            case = tree.case(wanted.answers if wanted.item in (None, item) else {})
        except UnknownAnswerError:  # they belong to another item, or the guide has changed
            case = tree.case({})
        return tree.case(tree.recognise(normalise(f"{wanted.before}，{wanted.text}"), case.answers))


def _keep(cache: dict[tuple[str, ...], _T], about: tuple[str, ...], value: _T) -> None:
    if len(cache) >= _MOST_KEPT:
        cache.clear()
    cache[about] = value


_OLD = "不要再按原来的办法说"


def _parts(result: SearchResult | None) -> list[SearchResult]:
    return [] if result is None else [result, *result.also]


def _key_of(answer: SearchResult) -> str:
    source = answer.sources[0]
    return f"guide:{source.id}:{answer.element.value}" if source.kind == "guide" else f"{source.kind}:{source.id}"


def _found(result: SearchResult, wanted: Wanted, *, plainly: bool, elliptical: bool) -> list[Found]:
    """What fits, best first, each owner once; of words without a subject the matter under way is first."""
    context = wanted.item
    found: dict[str, Found] = {}
    for part in _parts(result):
        if part.decision == "answer":
            if _follows(part, context) and not plainly:
                continue  # "嗯，好的" leans on the matter under way, and asks nothing of it
            source = part.sources[0]
            title = part.item.name if part.item is not None and source.kind == "guide" else source.title
            element = part.element.label if source.kind == "guide" else ""
            one = Found(_key_of(part), title, element, _confidence(part, context, elliptical=elliptical), plainly)
            found.setdefault(one.owner, one)
    for part in _parts(result):
        refused = part.decision == "reject" and not wanted.partial
        for candidate in part.candidates:
            if candidate.confidence >= SHOWN_FROM and (candidate.kind == "guide" or not refused):
                one = _candidate(candidate, plainly)
                found.setdefault(one.owner, one)
    return sorted(found.values(), key=lambda one: -one.confidence)


def _follows(answer: SearchResult, context: str | None) -> bool:
    """Whether the matter was not found in the words but stayed with, which the engine tells as certain."""
    return context is not None and answer.confidence == 1.0 and answer.sources[0].id == context


def _confidence(answer: SearchResult, context: str | None, *, elliptical: bool) -> float:
    """An answer's own confidence; that words with a subject stay with the matter is as likely as that they are about no other."""
    if elliptical or not _follows(answer, context):
        return answer.confidence
    return 1 - max((one.confidence for one in answer.candidates if one.item != context), default=0.0)


def _candidate(candidate: Candidate, plainly: bool) -> Found:
    if candidate.kind != "guide":
        return Found(f"{candidate.kind}:{candidate.id}", candidate.title, "", candidate.confidence, plainly)
    element = candidate.element or Element.OVERVIEW
    return Found(f"guide:{candidate.id}:{element.value}", candidate.title, element.label, candidate.confidence, plainly)


def _other(knowledge: Knowledge, source: Source) -> tuple[str, Script, list[str]]:
    """Title, script and cautions of what is no guide."""
    if source.kind == "qa":
        record = knowledge.qa[source.id]
        if source.retired is not None and record.retired is not None:
            return record.question, retired_script(record.question, record.retired), [_OLD]
        return record.question, qa_script(record), qa_cautions(record)
    policy_id, _, number = source.id.partition("#")
    policy = knowledge.policies[policy_id]
    passage = next(passage for passage in policy.passages if passage.number == number)
    return f"《{policy.title}》{passage.number}", passage_script(policy, passage), ["这是文件原文，不要自己发挥解释"]


def _ask(suggestions: list[Suggestion], cases: Mapping[str, Case | None]) -> Ask | None:
    """The question that the surest suggestion depends on."""
    surest = max(suggestions, key=lambda one: one.confidence, default=None)
    case = cases.get(surest.key) if surest is not None else None
    if surest is None or surest.item is None or case is None or case.next is None or surest.level == "低":
        return None
    if surest.element not in _ASKING:
        return None
    options = [AskOption(id=option.id, label=option.label) for option in case.next.options]
    return Ask(item=surest.item, choice=case.next.id, question=case.next.ask, options=options)


def _instead(wanted: Wanted, redirect: Redirect, reason: str) -> Advice:
    gone = [Change(key=key, reason=reason) for key in dict.fromkeys(wanted.shown)]
    return Advice(text=wanted.text, took_ms=0.0, confidence=1.0, suggestions=[], changes=gone, redirect=redirect)
