"""The search engine: a question in, a decision with an answer out. Holds no conversation and writes nothing."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from banshi.knowledge.completeness import missing
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.korean import korean_summary
from banshi.knowledge.library import Knowledge, LocalGuide
from banshi.knowledge.render import LocalWords, Rendering, render_elements, render_passage, render_qa, render_retired
from banshi.knowledge.stored import StoredQuestions
from banshi.search.build import Encoder
from banshi.search.calibration import LIKELY, Head, confidences, rank
from banshi.search.elements import ORDER
from banshi.search.entries import CHAT, Owner
from banshi.search.fusion import CANDIDATES, Evidence, Floats, find
from banshi.search.parts import Part
from banshi.search.question import Question, QuestionReader
from banshi.search.result import (
    Answer,
    Candidate,
    Context,
    ItemReference,
    RegionReference,
    SearchRequest,
    SearchResult,
    Source,
    Versions,
)
from banshi.search.snapshot import Snapshot
from banshi.text.normalise import has_words, is_foreign, normalise

log = logging.getLogger(__name__)

_FEW = 7
"""Characters of words that may be a name in another order; more of them stand in a long name by chance."""
_WISH = re.compile(r"^(?:我|俺|咱)?(?:想要|想|要|得|打算)?(?:办理|办)?")
"""What people say before a name: that they want it."""
_SHORT = 2
_SHORT_KOREAN = 12
_FOLLOWING = 1.0
_MAX_ALTERNATIVES = 4
_CERTAIN = 0.97
"""From this probability on a shared name leaves no doubt which is meant ("准生证"): it was learned from general questions as well."""
_REAL = 0.05
"""From this confidence on a candidate is an alternative worth asking about."""
_MAX_PARTS = 4
"""A message of more parts is a story: it has one question."""
_MAX_ELEMENTS = 3
_PLAIN = 0.7
"""From this probability on there is hardly a doubt which element is asked for."""
_STORY = 45
"""A longer message tells a story, with one question at its end, unless words like 还有 announce another."""
_LIKELY = 0.6
"""From this probability on a part of a message that names a matter is taken for a question of its own."""
_ANNOUNCED = 0.3
"""The same of a part that words like 还有 announce."""
INCOMPLETE = "答案不完整，没有发出"


@dataclass(frozen=True)
class _Look:
    """One question looked up.

    Attributes:
        question: its words.
        ranked: what fits.
        elements: what it asks for, in order.
        alone: what it asks for by its own words, whatever was found.
        names_element: a word of the lexicon says so.
        asks_plainly: and there is hardly a doubt which.
    """

    question: Question
    ranked: _Ranked
    elements: tuple[Element, ...]
    alone: Element
    names_element: bool
    asks_plainly: bool


@dataclass(frozen=True)
class _Ranked:
    """Owners in the order of their fit.

    Attributes:
        owners, numbers, confidences: best first; `numbers` are the owners' in the index.
        probability: that the first is right.
        answerable: there is something to tell or to offer.
        outside: what lies outside and fits better than all of them.
        named: the question's subject stands in the name of a guide.
        sharing: the guides whose names hold it.
        ambiguous: the question is nothing but a name that several guides share ("营业执照"), or have parts of in theirs ("提取公积金"), and
            it is not all but certain which is meant.
        head: what gave the probability, with its thresholds.
    """

    owners: list[Owner]
    numbers: list[int]
    confidences: list[float]
    probability: float
    answerable: bool
    outside: Owner | None
    named: bool
    sharing: tuple[str, ...]
    ambiguous: bool
    head: Head


class Engine:
    """Answers questions from one snapshot.

    Args:
        knowledge: the knowledge the snapshot was built from.
        snapshot: the index.
        encoder: None, or one that the snapshot was not built with, leaves words alone to find the answer.
        today: the clock.
        portal_url: entrance of online handling, for the link of an answer.

    Example:
        >>> engine.search(SearchRequest(text="身份证丢了咋整")).item.id
        'hz-idcard-reissue'
    """

    def __init__(
        self, knowledge: Knowledge, snapshot: Snapshot, encoder: Encoder | None, *, today: Callable[[], date], portal_url: str
    ) -> None:
        self._knowledge = knowledge
        self._on = lru_cache(maxsize=8)(knowledge.on)
        self.snapshot = snapshot
        self.reader = QuestionReader(knowledge.lexicon, snapshot.built.speller)
        self._built = snapshot.built
        self._groups = [owner.item or owner.id for owner in self._built.owners]
        self._names = {
            guide.id: "\n".join(self.reader.standard(normalise(name)) for name in (guide.task_name, *guide.aliases))
            for guide in knowledge.guides.values()
        }
        self._today = today
        self._in_force = lru_cache(maxsize=8)(self._owners_in_force)
        self._portal_url = portal_url
        self.stored = StoredQuestions(knowledge)
        usable = encoder is not None and self._built.channels.vectors is not None and encoder.model_id == self._built.model_id
        if encoder is not None and not usable:
            log.error(
                "The index was built with encoder %s, not %s; searching by words alone. Run banshi index.",
                self._built.model_id,
                encoder.model_id,
            )
        self.encoder = encoder if usable else None
        if snapshot.knowledge_version != knowledge.version:
            log.warning("The knowledge has changed since the index %s was built. Run banshi index.", snapshot.id)

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge as it is in force today."""
        return self._on(self._today())

    @property
    def degraded(self) -> bool:
        """Whether only words are searched."""
        return self.encoder is None

    def encode(self, text: str) -> Floats | None:
        """The vector of a message, as the dialogue's classifier and the search of the same turn use it; None without an encoder."""
        question = self.reader.read(text)
        return None if self.encoder is None or not question.text else np.asarray(self.encoder.encode_queries([question.text])[0])

    def search(self, request: SearchRequest) -> SearchResult:
        """Find, decide, render. Several questions in one message are answered in their order: the first is the result, the others
        stand in its `also`. Never raises for what a citizen may type."""
        started = time.perf_counter()
        as_of = request.as_of or self._today()
        question = self.reader.read(request.text)
        region = self._region(request)
        if not has_words(question.text):
            return self._reject("问题里没有能看懂的字", region, [], 0.0, started)
        if is_foreign(question.text):
            return self._reject("只会中文和朝鲜语", region, [], 0.0, started)
        whole = self._look(question, as_of)
        province = self.knowledge.province_asked(request.text)
        if province is not None:
            return self._reject(f"外省的规定：{province}", region, self._candidates(whole, request.top_k), 0.0, started)
        asked = self._several(self.reader.parts(request.text), whole, as_of)
        if len(asked) == 1:
            return self._decide(asked[0], request, region, as_of, started)
        results = [self._decide(look, request.model_copy(update={"context": Context()}), region, as_of, started) for look in asked]
        # A part that nothing fits must not hide the answers to the others: it is told after them.
        first = next((number for number, result in enumerate(results) if result.decision != "reject"), 0)
        return results[first].model_copy(update={"also": [result for number, result in enumerate(results) if number != first]})

    def _decide(self, look: _Look, request: SearchRequest, region: str | None, as_of: date, started: float) -> SearchResult:
        """Answer, ask back or refuse one question."""
        ranked, elements = look.ranked, look.elements
        candidates = self._candidates(look, max(request.top_k, _MAX_ALTERNATIVES))
        shown = candidates[: request.top_k]
        if look.question.elliptical and (open_still := self._offered(request.context.offered, look.alone)):
            # "那多少钱", said to a choice: which one is still to be chosen, and then this is what is told of it.
            return self._result("clarify", _FOLLOWING, "先选是哪一件", region, None, (look.alone,), None, open_still, [], started)
        context = self._owner_in_context(request.context.item, as_of)
        if context is not None and self._leans_on_context(look, follow_up=request.context.follow_up):
            # What was found is not what it is about: its texts have no say. Several elements were told apart by their own words.
            elements = elements if len(elements) > 1 else (look.alone,)
            korean = look.question.korean
            return self._answer(context, elements, _FOLLOWING, "接着上文的事项回答", region, shown, as_of, started, korean=korean)
        if context is not None and request.context.element is not None and not look.names_element and len(look.question.content) <= 8:
            elements = (request.context.element,)  # "那社保卡呢": another item, the same element
        rival = candidates[1].confidence if len(candidates) > 1 else 0.0
        if not ranked.owners or not (ranked.named or ranked.answerable):
            return self._reject(_why_not(ranked.outside), region, shown, ranked.probability, started)
        # A question that names the first candidate's guide needs less: its only rivals are guides of another name.
        called = ranked.owners[0].item in ranked.sharing and ranked.probability >= LIKELY
        if ranked.ambiguous or not (called or ranked.head.tells(ranked.probability, rival)):
            if ranked.ambiguous:  # the guides that share the name, and no others
                alternatives = [c for c in self._candidates(look, CANDIDATES) if c.item in ranked.sharing][:_MAX_ALTERNATIVES]
            else:
                alternatives = [c for c in candidates if c.confidence >= _REAL][:_MAX_ALTERNATIVES]
            alternatives = alternatives if len(alternatives) >= 2 else candidates[:2]
            return self._result("clarify", ranked.probability, "几个事项都说得通", region, None, elements, None, alternatives, [], started)
        return self._answer(
            ranked.owners[0],
            elements,
            ranked.probability,
            "最接近的一项足够确定",
            region,
            shown,
            as_of,
            started,
            korean=look.question.korean,
        )

    def _several(self, parts: Sequence[Part], whole: _Look, as_of: date) -> list[_Look]:
        """The questions of a message that stand on their own; one, the whole message, when they are about one matter.

        A part stands on its own when it alone finds something for sure and says so: it names a matter, or words like 还有 announce it.
        What a part without a matter of its own asks ("…，几天能下来") is asked of the matter before it.
        """
        announced = any(part.joined for part in parts)
        if len(parts) < 2 or len(parts) > _MAX_PARTS or (len(whole.question.text) > _STORY and not announced):
            return [whole]
        questions = [self.reader.read(part.text) for part in parts]
        if self.encoder is not None:  # one batch; the single encodings below then come from the encoder's cache
            self.encoder.encode_queries([question.text for question in questions if question.text])
        looks = [self._look(question, as_of) for question in questions]
        asked: list[_Look] = []
        lost = 0
        for number, (part, look) in enumerate(zip(parts, looks, strict=True)):
            head = look.ranked.head
            beside = part.joined or (number + 1 < len(parts) and parts[number + 1].joined)
            least = _ANNOUNCED if beside else _LIKELY if look.ranked.named else head.answer_at
            own = bool(look.ranked.owners) and look.ranked.probability >= least
            # "…，办完几天能寄到家": too little of its own to be about anything but the matter before.
            if asked and look.names_element and not look.ranked.named and len(look.question.content) <= _SHORT + 1:
                own = False
            same = bool(asked) and own and self._group(look) == self._group(asked[-1])
            if own and not same:
                asked.append(look)
            elif asked and (same or look.names_element) and look.asks_plainly:
                asked[-1] = replace(asked[-1], elements=_together(asked[-1].elements, look.elements))
            elif beside:
                lost += len(look.question.content) > _SHORT
        groups = {self._group(look) for look in asked}
        if len(groups) > 1 and (announced or all(look.names_element for look in asked)):
            return asked
        if len(asked) == 1 and self._group(asked[0]) == self._group(whole) and len(asked[0].elements) > 1:
            # A first part that asks for nothing plainly ("卡还在手里呢，…") only led up to the question.
            return [replace(whole, elements=asked[0].elements if asked[0].asks_plainly else whole.elements)]
        if len(asked) == 1 and lost and announced:
            return asked  # "双色球几点开奖，另外执照多少钱": the answer is about the part that is served
        return [whole]

    def _group(self, look: _Look) -> str:
        return look.ranked.owners[0].item or look.ranked.owners[0].id if look.ranked.owners else ""

    def _look(self, question: Question, as_of: date) -> _Look:
        """What one question finds and which element it asks for."""
        encode = (
            partial(self.encoder.encode_queries, [question.text, *filter(None, [question.clause])]) if self.encoder is not None else None
        )
        vectors, evidence = find(question, encode if question.text else None, self._built.channels)
        vector, clause = (None, None) if vectors is None else (vectors[0], vectors[1] if len(vectors) > 1 else None)
        ranked = self._rank(question, vector, evidence, as_of)
        classifier = self._built.elements
        scores = alone = classifier.scores(question, vector, clause)
        if ranked.numbers:
            near = evidence.nearest == ranked.numbers[0]
            scores = classifier.beside(alone, classifier.nearest(evidence.texts[near], evidence.cosines[near]))
        named = classifier.names(question)
        plainly = named and float(scores.max()) >= _PLAIN
        return _Look(question, ranked, (_likeliest(scores),), _likeliest(alone), named, plainly)

    def answer_item(self, identifier: str, element: Element, *, region: str | None = None) -> SearchResult:
        """The answer on a known item, as after a choice among alternatives.

        Raises:
            KeyError: there is no such guide, Q&A or passage.
        """
        owner = next((owner for owner in self._built.owners if owner.id == identifier), None)
        if owner is None:
            raise KeyError(identifier)
        return self._answer(owner, (element,), 1.0, "按所选事项回答", self._known(region), [], self._today(), time.perf_counter())

    def _leans_on_context(self, look: _Look, *, follow_up: bool) -> bool:
        """Whether the question leaves its subject to the context."""
        question, ranked = look.question, look.ranked
        if question.elliptical and not question.korean:
            return True
        if ranked.named:
            return False
        unsure = ranked.probability < ranked.head.answer_at
        if follow_up or (question.korean and len(question.text) <= _SHORT_KOREAN):
            return unsure
        return look.names_element and len(question.content) <= _SHORT and unsure

    def _rank(self, question: Question, vector: Floats | None, evidence: Evidence, as_of: date) -> _Ranked:
        ranked = rank(question, evidence, self._built.channels, self._groups, allowed=self._in_force(as_of))
        head = self._built.calibration.full if vector is not None else self._built.calibration.words_only
        probability = head.probability(ranked.row)
        kept = np.isfinite(ranked.scores)
        outside = None if ranked.outside is None else self._built.owners[ranked.outside]
        subjects = [words for words in (question.core, question.content) if len(words) >= _SHORT]
        sharing = [item for item, names in self._names.items() if any(words in names for words in subjects)]
        bare = len(question.standard) - len(question.core) <= _SHORT
        # A bare name is no talk, even when talk holds the same name.
        named = bool(sharing) and (outside is None or bare)
        wanted = _WISH.sub("", question.core)
        if bare and not any(words in names.split("\n") for words in (wanted, *subjects) for names in self._names.values()):
            # "提取公积金": no guide is called so, and several say as much and more, with words between or in another order.
            alike = [item for item, names in self._names.items() if item in sharing or _holds(names, wanted)]
            sharing = alike if len(alike) > 1 else sharing
        ambiguous = bare and len(sharing) > 1 and probability < _CERTAIN
        return _Ranked(
            [self._built.owners[int(i)] for i in ranked.order[kept]],
            [int(i) for i in ranked.order[kept]],
            confidences(probability, ranked.scores[kept]).tolist(),
            probability,
            head.offers(ranked.row),
            outside,
            named,
            tuple(sharing),
            ambiguous,
            head,
        )

    def _offered(self, identifiers: Sequence[str], element: Element) -> list[Candidate]:
        """Alternatives that were offered, as candidates again."""
        owners = {owner.id: owner for owner in self._built.owners if owner.id in identifiers}
        return [_candidate(owners[identifier], element, 0.0) for identifier in identifiers if identifier in owners]

    def _owner_in_context(self, item: str | None, as_of: date) -> Owner | None:
        """The guide the conversation is about, when it is in force and in the index."""
        if item is None or item not in self._on(as_of).valid_guides(as_of):
            return None
        return next((owner for owner in self._built.owners if owner.id == item), None)

    def _owners_in_force(self, as_of: date) -> npt.NDArray[np.bool_]:
        """Owners that may answer: in force, and still part of the knowledge when the index is older than it."""
        knowledge = self._on(as_of)
        allowed = {"outside", *knowledge.valid_guides(as_of), *knowledge.valid_qa(as_of)}
        for policy in (one for one in knowledge.policies.values() if one.in_force(as_of)):
            allowed.update(f"{policy.id}#{passage.number}" for passage in policy.passages)
        return np.array([owner.kind in allowed or owner.id in allowed for owner in self._built.owners])

    def _candidates(self, look: _Look, count: int) -> list[Candidate]:
        ranked, element = look.ranked, look.elements[0]
        candidates: list[Candidate] = []
        seen: set[str] = set()
        for owner, confidence in zip(ranked.owners, ranked.confidences, strict=True):
            group = owner.item or owner.id
            if group in seen:
                continue
            seen.add(group)
            candidates.append(_candidate(owner, element, confidence))
            if len(candidates) == count:
                break
        return candidates

    def _region(self, request: SearchRequest) -> str | None:
        named = self.knowledge.regions.find(request.text)
        if named:
            return named[0].id
        return self._known(request.region)

    def _known(self, region: str | None) -> str | None:
        return region if region is not None and region in self.knowledge.regions else None

    def _answer(
        self,
        owner: Owner,
        elements: tuple[Element, ...],
        confidence: float,
        reason: str,
        region: str | None,
        candidates: list[Candidate],
        as_of: date,
        started: float,
        *,
        korean: bool = False,
    ) -> SearchResult:
        knowledge = self._on(as_of)
        rendering, source, elements = self._render(owner, elements, region, as_of)
        guide = knowledge.guide_at(owner.item, region, as_of).guide if owner.item is not None else None
        told = guide if owner.kind == "guide" and source.retired is None else None
        text = rendering.text
        if korean and told is not None:
            text = f"{korean_summary(told, elements, knowledge.lexicon.korean_display)}\n{text}"
        if told is not None and (lacking := missing(told, elements, rendering.text)):
            log.error("The answer on %s %s lacks %s and was not sent.", owner.id, elements, lacking)
            return self._reject(INCOMPLETE, region, candidates, confidence, started)
        links = []
        if guide is not None and source.retired is None:
            links.append({"title": f"去吉事办办理：{guide.task_name}", "url": self._portal_url})
        answer = Answer(text=text, blocks=rendering.blocks, links=links)
        return self._result("answer", confidence, reason, region, guide, elements, answer, candidates, [source], started)

    def _render(
        self, owner: Owner, elements: tuple[Element, ...], region: str | None, as_of: date
    ) -> tuple[Rendering, Source, tuple[Element, ...]]:
        knowledge = self._on(as_of)
        if owner.kind == "guide":
            found = knowledge.guide_at(owner.id, region, as_of)
            if found.guide.retired is not None and found.guide.retired_on(as_of):
                return render_retired(found.guide.task_name, found.guide.retired), source_of(found.guide, as_of), (Element.OTHER,)
            place = self.place_below(found.guide, region)
            return render_elements(found.guide, elements, place=place, local=self._local_words(found)), source_of(found.guide), elements
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
        source = Source(
            kind="policy", id=owner.id, title=policy.title, basis=policy.document_number or "", version=1, valid_from=policy.issued
        )
        return render_passage(policy, passage), source, (Element.BASIS,)

    def place_below(self, guide: Guide, region: str | None) -> str | None:
        """The citizen's place by name, when it is below the guide's own region: its local rules are not held."""
        known = self._known(region)
        return self.knowledge.regions.name(known) if known is not None and known != guide.region else None

    def _local_words(self, found: LocalGuide) -> LocalWords | None:
        """What differs from the province in a region, by name and field, for the answer to say so."""
        return LocalWords(self.knowledge.regions.name(found.guide.region), tuple(found.differs)) if found.differs else None

    def _reject(self, reason: str, region: str | None, candidates: list[Candidate], confidence: float, started: float) -> SearchResult:
        return self._result("reject", confidence, reason, region, None, (Element.OVERVIEW,), None, candidates, [], started)

    def _result(
        self,
        decision: str,
        confidence: float,
        reason: str,
        region: str | None,
        guide: Guide | None,
        elements: tuple[Element, ...],
        answer: Answer | None,
        candidates: list[Candidate],
        sources: list[Source],
        started: float,
    ) -> SearchResult:
        return SearchResult(
            decision=decision,  # type: ignore[arg-type]
            confidence=round(confidence, 4),
            reason=reason,
            item=ItemReference(id=guide.id, name=guide.task_name) if guide else None,
            element=elements[0],
            elements=list(elements),
            region=RegionReference(asked=region, resolved=guide.region if guide else "220000"),
            answer=answer,
            candidates=candidates,
            sources=sources,
            versions=Versions(knowledge=self.snapshot.knowledge_version, index=self.snapshot.id, model=self._built.model_id),
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )


def _likeliest(scores: Floats) -> Element:
    return ORDER[int(scores.argmax())]


def _candidate(owner: Owner, element: Element, confidence: float) -> Candidate:
    """An owner as the contract has it."""
    return Candidate(
        kind=owner.kind,  # type: ignore[arg-type]
        id=owner.id,
        item=owner.item,
        element=element if owner.kind == "guide" else None,
        title=owner.title,
        confidence=round(confidence, 4),
    )


def _together(first: tuple[Element, ...], then: tuple[Element, ...]) -> tuple[Element, ...]:
    """Elements in the order asked; an overview says nothing beside a named one."""
    elements = tuple(dict.fromkeys((*first, *then)))
    named = tuple(element for element in elements if element is not Element.OVERVIEW)
    return (named or elements)[:_MAX_ELEMENTS]


def _holds(names: str, words: str) -> bool:
    """Whether one of a guide's names has every character of a few words."""
    return _SHORT < len(words) <= _FEW and any(set(words) <= set(name) for name in names.split("\n"))


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


def _why_not(outside: Owner | None) -> str:
    """The reason of a refusal; names the matter and who is responsible when it is known to have no guide."""
    if outside is None or outside.id == CHAT:
        return "没有足够接近的事项或问答"
    return f"没有指南的事项：{outside.title}，一般归{outside.body}管。"
