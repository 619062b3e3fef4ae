"""The search engine: a question in, a decision with an answer out. Holds no conversation and writes nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.stored import StoredQuestions
from banshi.search.answering import tell
from banshi.search.build import Encoder
from banshi.search.calibration import LIKELY
from banshi.search.elements import ORDER
from banshi.search.encoder.onnx import Begun
from banshi.search.entries import CHAT, Owner
from banshi.search.fusion import CANDIDATES, Encoded, Floats, find
from banshi.search.jurisdiction import PlaceReader
from banshi.search.looks import Look, several
from banshi.search.question import Question, QuestionReader
from banshi.search.ranking import SHORT, Ranker
from banshi.search.result import (
    ELSEWHERE,
    NO_SUBJECT,
    PERHAPS_ELSEWHERE,
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
from banshi.text.normalise import has_words, is_foreign

log = logging.getLogger(__name__)

_SHORT_KOREAN = 12
_FOLLOWING = 1.0
_MAX_ALTERNATIVES = 4
_REAL = 0.05
"""From this confidence on a candidate is an alternative worth asking about."""
_PLAIN = 0.7
"""From this probability on there is hardly a doubt which element is asked for."""
_THEIRS, _PERHAPS_THEIRS = 0.8, 0.35
"""From this probability on a question is taken for one of another place's rules; from this one on it is asked whether it is."""
INCOMPLETE = "答案不完整，没有发出"


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
        self._ranker = Ranker(list(knowledge.guides.values()), self._built, self.reader)
        self._places = PlaceReader(knowledge.elsewhere, knowledge.regions)
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

    def province_asked(self, text: str) -> str | None:
        """Another province, or country, whose own rules a text asks about; None where it does not, or that is in doubt."""
        province, theirs = self._whose(text)
        return province if theirs >= _THEIRS else None

    def _whose(self, text: str) -> tuple[str, float]:
        """The place outside the province that a text names, and the probability that its rules are asked for."""
        placed = self._places.read(text)
        return ("", 0.0) if placed is None else (placed.province, self._built.jurisdiction.theirs(placed, self.encode(text)))

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
        province, theirs = self._whose(request.text)
        if theirs >= _THEIRS:
            return self._reject(f"{ELSEWHERE}{province}", region, self._candidates(whole, request.top_k), 0.0, started)
        asked = several(self.reader.parts(request.text), whole, partial(self._look_up, as_of=as_of))
        if len(asked) == 1:
            result = self._decide(asked[0], request, region, as_of, started)
            if theirs < _PERHAPS_THEIRS or result.decision != "answer":
                return result
            offered = self._candidates(whole, 2)
            return self._result(
                "clarify", result.confidence, PERHAPS_ELSEWHERE + province, region, None, asked[0].elements, None, offered, [], started
            )
        results = [self._decide(look, request.model_copy(update={"context": Context()}), region, as_of, started) for look in asked]
        # A part that nothing fits must not hide the answers to the others: it is told after them.
        first = next((number for number, result in enumerate(results) if result.decision != "reject"), 0)
        return results[first].model_copy(update={"also": [result for number, result in enumerate(results) if number != first]})

    def _decide(self, look: Look, request: SearchRequest, region: str | None, as_of: date, started: float) -> SearchResult:
        """Answer, ask back or refuse one question."""
        ranked, elements = look.ranked, look.elements
        candidates = self._candidates(look, max(request.top_k, _MAX_ALTERNATIVES))
        shown = candidates[: request.top_k]
        if look.question.elliptical and (open_still := self._offered(request.context.offered, look.alone)):
            # "那多少钱", said to a choice: which one is still to be chosen, and then this is what is told of it.
            return self._result("clarify", _FOLLOWING, "先选是哪一件", region, None, (look.alone,), None, open_still, [], started)
        context = self._owner_in_context(request.context.item, as_of)
        if context is not None and self._leans_on_context(look, context, follow_up=request.context.follow_up):
            # What was found is not what it is about: its texts have no say. Several elements were told apart by their own words.
            elements = elements if len(elements) > 1 else (look.alone,)
            korean = look.question.korean
            return self._answer(context, elements, _FOLLOWING, "接着上文的事项回答", region, shown, as_of, started, korean=korean)
        if context is not None and request.context.element is not None and not look.names_element and len(look.question.content) <= 8:
            elements = (request.context.element,)  # "那社保卡呢": another item, the same element
        rival = candidates[1].confidence if len(candidates) > 1 else 0.0
        if self._leaves_all_out(look):
            return self._result("reject", ranked.probability, NO_SUBJECT, region, None, (look.alone,), None, shown, [], started)
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

    def _look_up(self, texts: Sequence[str], as_of: date) -> list[Look]:
        """Parts of a message, each as a question."""
        questions = [self.reader.read(text) for text in texts]
        if self.encoder is not None:  # one batch; the single encodings below then come from the encoder's cache
            self.encoder.encode_queries([question.text for question in questions if question.text])
        return [self._look(question, as_of) for question in questions]

    def _look(self, question: Question, as_of: date) -> Look:
        """What one question finds and which element it asks for."""
        encode = partial(_encoded, self.encoder, question) if self.encoder is not None and question.text else None
        encoded, evidence = find(question, encode, self._built.channels)
        vector = None if encoded is None else encoded.vectors[0]
        clause = None if encoded is None or len(encoded.vectors) < 2 else encoded.vectors[1]
        ranked = self._ranker.rank(question, vector, evidence, self._in_force(as_of))
        classifier = self._built.elements
        scores = alone = classifier.scores(question, vector, clause, None if encoded is None else encoded.inner)
        if ranked.numbers:
            near = evidence.nearest == ranked.numbers[0]
            scores = classifier.beside(alone, classifier.nearest(evidence.texts[near], evidence.cosines[near]))
        named = classifier.names(question)
        plainly = named and float(scores.max()) >= _PLAIN
        return Look(question, ranked, (_likeliest(scores),), _likeliest(alone), named, plainly)

    def answer_item(self, identifier: str, element: Element, *, region: str | None = None) -> SearchResult:
        """The answer on a known item, as after a choice among alternatives.

        Raises:
            KeyError: there is no such guide, Q&A or passage.
        """
        owner = next((owner for owner in self._built.owners if owner.id == identifier), None)
        if owner is None:
            raise KeyError(identifier)
        return self._answer(owner, (element,), 1.0, "按所选事项回答", self._known(region), [], self._today(), time.perf_counter())

    def _leans_on_context(self, look: Look, context: Owner, *, follow_up: bool) -> bool:
        """Whether the question leaves its subject to the context."""
        question, ranked = look.question, look.ranked
        if question.elliptical and not question.korean:
            return True
        unsure = ranked.probability < ranked.head.answer_at
        if ranked.named:
            # "那得啥时候报名", after school enrolment: only the name of that very item has the word.
            return unsure and ranked.sharing == (context.item,)
        if follow_up or (question.korean and len(question.text) <= _SHORT_KOREAN):
            return unsure
        return look.names_element and len(question.content) <= SHORT and unsure

    def _leaves_all_out(self, look: Look) -> bool:
        """Whether all it says is what is wanted, of nothing that was spoken of ("都要什么材料")."""
        question, ranked = look.question, look.ranked
        if question.korean or question.content or not look.names_element or look.alone is Element.OVERVIEW:
            return False
        return not ranked.named and ranked.probability < LIKELY

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

    def _candidates(self, look: Look, count: int) -> list[Candidate]:
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
        return named[0].id if named else self._known(request.region)

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
        told = tell(self._on(as_of), owner, elements, region, as_of, self._portal_url, korean=korean)
        if told.answer is None:
            return self._reject(INCOMPLETE, region, candidates, confidence, started)
        return self._result(
            "answer", confidence, reason, region, told.guide, told.elements, told.answer, candidates, [told.source], started
        )

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


def _encoded(encoder: Encoder, question: Question, begun: Begun) -> Encoded:
    """A question, and its asking clause where it has one."""
    vectors = encoder.encode_queries([question.text, *filter(None, [question.clause])], begun=begun)
    return Encoded(vectors, next(iter(encoder.look_inside([question.text])), None))


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


def _why_not(outside: Owner | None) -> str:
    """The reason of a refusal; names the matter and who is responsible when it is known to have no guide."""
    if outside is None or outside.id == CHAT:
        return "没有足够接近的事项或问答"
    return f"没有指南的事项：{outside.title}，一般归{outside.body}管。"
