"""The search engine: a question in, a decision with an answer out. Holds no conversation and writes nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from banshi.knowledge.elements import Element
from banshi.knowledge.library import Knowledge
from banshi.knowledge.render import Rendering, render_guide, render_passage, render_qa
from banshi.search.build import Encoder
from banshi.search.calibration import Head, rank
from banshi.search.elements import indicate
from banshi.search.entries import CHAT, Owner
from banshi.search.fusion import Floats, gather
from banshi.search.question import Question, QuestionReader
from banshi.search.result import (
    Answer,
    Candidate,
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

_ELLIPTICAL = 1
"""At most so many characters of content, and the question leaves its subject to the context."""
_SHORT = 2
_SHORT_KOREAN = 12
_FOLLOWING = 1.0
_MAX_ALTERNATIVES = 4


@dataclass(frozen=True)
class _Ranked:
    """Owners in the order of their fit.

    Attributes:
        owners, confidences: best first.
        probability: that the first is right.
        outside: what lies outside and fits better than all of them.
        named: the question's subject stands in the name of a guide.
        ambiguous: the question is nothing but a name that several guides share ("营业执照").
        head: what gave the probability, with its thresholds.
    """

    owners: list[Owner]
    confidences: list[float]
    probability: float
    outside: Owner | None
    named: bool
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
        self.knowledge = knowledge
        self.snapshot = snapshot
        self.reader = QuestionReader(knowledge.lexicon)
        self._built = snapshot.built
        self._groups = [owner.item or owner.id for owner in self._built.owners]
        self._names = {
            guide.id: "\n".join(self.reader.standard(normalise(name)) for name in (guide.task_name, *guide.aliases))
            for guide in knowledge.guides.values()
        }
        self._today = today
        self._in_force = lru_cache(maxsize=8)(self._owners_in_force)
        self._portal_url = portal_url
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
    def degraded(self) -> bool:
        """Whether only words are searched."""
        return self.encoder is None

    def encode(self, text: str) -> Floats | None:
        """The vector of a message, as the dialogue's classifier and the search of the same turn use it; None without an encoder."""
        question = self.reader.read(text)
        return None if self.encoder is None or not question.text else np.asarray(self.encoder.encode_queries([question.text])[0])

    def search(self, request: SearchRequest) -> SearchResult:
        """Find, decide, render. Never raises for what a citizen may type."""
        started = time.perf_counter()
        as_of = request.as_of or self._today()
        question = self.reader.read(request.text)
        region = self._region(request)
        if not has_words(question.text):
            return self._reject("问题里没有能看懂的字", region, [], 0.0, started)
        if is_foreign(question.text):
            return self._reject("只会中文和朝鲜语", region, [], 0.0, started)
        vector = self.encode(request.text)
        ranked = self._rank(question, vector, as_of)
        element = self._built.elements.classify(self.reader.standard(question.text), vector)
        candidates = self._candidates(ranked, element, max(request.top_k, _MAX_ALTERNATIVES))
        named_element = bool(indicate(self._built.elements.words, self.reader.standard(question.text)).any())

        context = self._owner_in_context(request.context.item, as_of)
        if context is not None and self._leans_on_context(question, ranked, named_element, follow_up=request.context.follow_up):
            return self._answer(context, element, _FOLLOWING, "接着上文的事项回答", region, candidates[: request.top_k], started)
        if context is not None and request.context.element is not None and not named_element and len(question.content) <= 8:
            element = request.context.element  # "那社保卡呢": another item, the same element
        if not ranked.owners or (ranked.probability < ranked.head.reject_below and not ranked.named):
            return self._reject(_why_not(ranked.outside), region, candidates[: request.top_k], ranked.probability, started)
        if ranked.ambiguous or ranked.probability < ranked.head.answer_at:
            alternatives = [c for c in candidates if c.confidence >= 0.02][:_MAX_ALTERNATIVES]
            alternatives = alternatives if len(alternatives) >= 2 else candidates[:2]
            return self._result("clarify", ranked.probability, "几个事项都说得通", region, None, element, None, alternatives, [], started)
        return self._answer(
            ranked.owners[0], element, ranked.probability, "最接近的一项足够确定", region, candidates[: request.top_k], started
        )

    def answer_item(self, identifier: str, element: Element, *, region: str | None = None) -> SearchResult:
        """The answer on a known item, as after a choice among alternatives.

        Raises:
            KeyError: there is no such guide, Q&A or passage.
        """
        owner = next((owner for owner in self._built.owners if owner.id == identifier), None)
        if owner is None:
            raise KeyError(identifier)
        return self._answer(owner, element, 1.0, "按所选事项回答", self._known(region), [], time.perf_counter())

    def _leans_on_context(self, question: Question, ranked: _Ranked, named_element: bool, *, follow_up: bool) -> bool:
        """Whether the question leaves its subject to the context."""
        if len(question.content) <= _ELLIPTICAL and not question.korean:
            return True
        if ranked.named:
            return False
        unsure = ranked.probability < ranked.head.answer_at
        if follow_up or (question.korean and len(question.text) <= _SHORT_KOREAN):
            return unsure
        return named_element and len(question.content) <= _SHORT and unsure

    def _rank(self, question: Question, vector: Floats | None, as_of: date) -> _Ranked:
        channels = self._built.channels
        ranked = rank(question, gather(question, vector, channels), channels, self._groups, allowed=self._in_force(as_of))
        head = self._built.calibration.full if vector is not None else self._built.calibration.words_only
        probability = head.probability(ranked.row)
        # The rest of the probability is shared among the others by how near they come; a fused score of 0.1 is a small step.
        kept = np.isfinite(ranked.scores)
        shares = np.exp((ranked.scores[kept] - ranked.scores[0]) * 6)
        rest = max(float(shares[1:].sum()), 1e-9)
        confidences = [probability, *(min(probability, (1 - probability) * float(share) / rest) for share in shares[1:])]
        outside = None if ranked.outside is None else self._built.owners[ranked.outside]
        subjects = [words for words in (question.core, question.content) if len(words) >= _SHORT]
        sharing = [item for item, names in self._names.items() if any(words in names for words in subjects)]
        bare = len(self.reader.standard(question.text)) - len(question.core) <= _SHORT
        # A bare name is no talk, even when talk holds the same name.
        named = bool(sharing) and (outside is None or bare)
        ambiguous = bare and len(sharing) > 1
        return _Ranked([self._built.owners[int(i)] for i in ranked.order[kept]], confidences, probability, outside, named, ambiguous, head)

    def _owner_in_context(self, item: str | None, as_of: date) -> Owner | None:
        """The guide the conversation is about, when it is in force and in the index."""
        if item is None or item not in self.knowledge.valid_guides(as_of):
            return None
        return next((owner for owner in self._built.owners if owner.id == item), None)

    def _owners_in_force(self, as_of: date) -> npt.NDArray[np.bool_]:
        """Owners that may answer: in force, and still part of the knowledge when the index is older than it."""
        allowed = {"outside", *self.knowledge.valid_guides(as_of), *self.knowledge.valid_qa(as_of)}
        for policy in self.knowledge.policies.values():
            allowed.update(f"{policy.id}#{passage.number}" for passage in policy.passages)
        return np.array([owner.kind in allowed or owner.id in allowed for owner in self._built.owners])

    def _candidates(self, ranked: _Ranked, element: Element, count: int) -> list[Candidate]:
        candidates: list[Candidate] = []
        seen: set[str] = set()
        for owner, confidence in zip(ranked.owners, ranked.confidences, strict=True):
            group = owner.item or owner.id
            if group in seen:
                continue
            seen.add(group)
            candidates.append(
                Candidate(
                    kind=owner.kind,  # type: ignore[arg-type]
                    id=owner.id,
                    item=owner.item,
                    element=element if owner.kind == "guide" else None,
                    title=owner.title,
                    confidence=round(confidence, 4),
                )
            )
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
        element: Element,
        confidence: float,
        reason: str,
        region: str | None,
        candidates: list[Candidate],
        started: float,
    ) -> SearchResult:
        rendering, source, element = self._render(owner, element, region)
        links = []
        if owner.item is not None:
            name = self.knowledge.guides[owner.item].task_name
            links.append({"title": f"去吉事办办理：{name}", "url": self._portal_url})
        answer = Answer(text=rendering.text, blocks=rendering.blocks, links=links)
        return self._result("answer", confidence, reason, region, owner.item, element, answer, candidates, [source], started)

    def _render(self, owner: Owner, element: Element, region: str | None) -> tuple[Rendering, Source, Element]:
        if owner.kind == "guide":
            guide = self.knowledge.guides[owner.id]
            place = self.knowledge.regions.name(region) if region is not None and region != guide.region else None
            source = Source(
                kind="guide",
                id=guide.id,
                title=f"{guide.task_name}办事指南",
                basis="；".join(guide.by_law[:2]),
                version=guide.version,
                valid_from=guide.valid_from,
            )
            return render_guide(guide, element, place=place), source, element
        if owner.kind == "qa":
            record = self.knowledge.qa[owner.id]
            source = Source(
                kind="qa",
                id=record.id,
                title=record.question,
                basis="；".join(record.basis) or record.department,
                version=record.version,
                valid_from=record.valid_from,
            )
            return render_qa(record), source, record.element
        policy_id, number = owner.id.split("#", 1)
        policy = self.knowledge.policies[policy_id]
        passage = next(passage for passage in policy.passages if passage.number == number)
        source = Source(
            kind="policy", id=owner.id, title=policy.title, basis=policy.document_number or "", version=1, valid_from=policy.issued
        )
        return render_passage(policy, passage), source, Element.BASIS

    def _reject(self, reason: str, region: str | None, candidates: list[Candidate], confidence: float, started: float) -> SearchResult:
        return self._result("reject", confidence, reason, region, None, Element.OVERVIEW, None, candidates, [], started)

    def _result(
        self,
        decision: str,
        confidence: float,
        reason: str,
        region: str | None,
        item: str | None,
        element: Element,
        answer: Answer | None,
        candidates: list[Candidate],
        sources: list[Source],
        started: float,
    ) -> SearchResult:
        guide = self.knowledge.guides.get(item or "")
        return SearchResult(
            decision=decision,  # type: ignore[arg-type]
            confidence=round(confidence, 4),
            reason=reason,
            item=ItemReference(id=guide.id, name=guide.task_name) if guide else None,
            element=element,
            region=RegionReference(asked=region, resolved=guide.region if guide else "220000"),
            answer=answer,
            candidates=candidates,
            sources=sources,
            versions=Versions(knowledge=self.snapshot.knowledge_version, index=self.snapshot.id, model=self._built.model_id),
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )


def _why_not(outside: Owner | None) -> str:
    """The reason of a refusal; names the matter and who is responsible when it is known to have no guide."""
    if outside is None or outside.id == CHAT:
        return "没有足够接近的事项或问答"
    return f"没有指南的事项：{outside.title}，一般归{outside.body}管。"
