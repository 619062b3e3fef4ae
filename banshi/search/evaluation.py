"""Quality of the search on labelled questions: the only place that computes such figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from banshi.search.engine import Engine
from banshi.search.golden import GoldenQuestion, Wanted
from banshi.search.noise import KINDS, with_slips
from banshi.search.result import Candidate, SearchRequest, SearchResult


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % Wilson interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0 when there is nothing to count."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval (Wilson 1927) at 95 %."""
        if not self.total:
            return 0.0, 0.0
        z, n, p = 1.959964, self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass
class Report:
    """Figures by name, in the order in which they are printed, and what went wrong."""

    shares: dict[str, Share] = field(default_factory=dict)
    by_style: dict[str, Share] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    calibration_error: float = 0.0
    """Expected calibration error: mean distance of the told probability from the share that was right, weighted by bin size."""
    median_ms: float = 0.0

    def figures(self) -> dict[str, object]:
        """For machines."""
        shares = {name: {"value": round(s.value, 4), "hits": s.hits, "total": s.total} for name, s in self.shares.items()}
        styles = {name: {"value": round(s.value, 4), "hits": s.hits, "total": s.total} for name, s in self.by_style.items()}
        return {
            **shares,
            "item_at_1_by_style": styles,
            "expected_calibration_error": round(self.calibration_error, 4),
            "median_ms": self.median_ms,
        }


def evaluate_golden(engine: Engine, questions: Sequence[GoldenQuestion]) -> Report:
    """Ask every question and count.

    Definitions: *item at rank 1* looks at the first candidate, whatever the decision. *Told a wrong item* counts decisions
    `answer` with another item than the labelled ones, over all answerable questions. *Refused* counts decisions `reject`. *Element*
    is right when the first one told is one that the annotators accept. *Both answered* asks that each question of a message is
    answered or offered, in order.
    """
    asked = [(question, engine.search(SearchRequest(text=question.text))) for question in questions]
    answerable = [(q, r) for q, r in asked if q.decision == "answer"]
    single = [(q, r) for q, r in answerable if not q.also]
    chinese = [(q, r) for q, r in single if q.lang == "zh"]
    korean = [(q, r) for q, r in single if q.lang == "ko"]
    outside = [(q, r) for q, r in asked if q.decision == "reject"]
    ambiguous = [(q, r) for q, r in asked if q.decision == "clarify"]
    double = [(q, r) for q, r in answerable if q.also]

    def share(rows: Sequence[tuple[GoldenQuestion, SearchResult]], hit: Callable[[GoldenQuestion, SearchResult], bool]) -> Share:
        return Share(sum(hit(q, r) for q, r in rows), len(rows))

    report = Report()
    report.shares = {
        "item at rank 1, Chinese": share(chinese, first_is_right),
        "item among the first three, Chinese": share(chinese, lambda q, r: any(_is(c, q) for c in r.candidates[:3])),
        "item at rank 1, Korean": share(korean, first_is_right),
        "answered or offered, all": share(single, _reachable),
        "told a wrong item, all": share(single, lambda q, r: r.decision == "answer" and not first_is_right(q, r)),
        "refused although answerable": share(single, lambda q, r: r.decision == "reject"),
        "element right where answered": share(
            [(q, r) for q, r in single if q.element is not None and r.decision == "answer" and first_is_right(q, r)], _element_right
        ),
        "element right at all": share([(q, r) for q, r in single if q.element is not None], _element_right),
        "out of scope refused": share(outside, lambda q, r: r.decision == "reject"),
        "out of scope answered": share(outside, lambda q, r: r.decision == "answer"),
        "ambiguous: one of the right items first": share(ambiguous, first_is_right),
        "two questions: both answered": share(double, _both),
    }
    report.shares = {name: s for name, s in report.shares.items() if s.total}
    styles = sorted({q.style for q, _ in chinese})
    report.by_style = {style: share([(q, r) for q, r in chinese if q.style == style], first_is_right) for style in styles}
    judged = [
        (r.candidates[0].confidence if r.candidates else 0.0, first_is_right(q, r))
        for q, r in asked
        if q.decision != "clarify" and not q.also
    ]
    report.calibration_error = expected_calibration_error([p for p, _ in judged], [right for _, right in judged])
    times = sorted(r.took_ms for _, r in asked)
    report.median_ms = times[len(times) // 2] if times else 0.0
    for question, result in asked:
        good = first_is_right(question, result) and result.decision == "answer" and _element_right(question, result)
        if question.decision == "reject":
            good = result.decision == "reject"
        if question.also:
            good = _both(question, result)
        if question.decision != "clarify" and not good:
            found = ", ".join(f"{c.id} {c.confidence:.2f}" for c in result.candidates[:3])
            told = f"{result.decision} {'+'.join(result.elements)}" + "".join(
                f" & {a.decision} {a.item and a.item.id}" for a in result.also
            )
            report.misses.append(
                f"{question.id} {told} | {question.text} | wanted {','.join(question.items)} {question.element} "
                f"{','.join(question.elements_ok)} | {found}"
            )
    return report


def expected_calibration_error(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Weighted mean over equal-width bins of |mean probability - share right| (Naeini et al. 2015)."""
    if not probabilities:
        return 0.0
    error = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [i for i, p in enumerate(probabilities) if low <= p < high or (number == bins - 1 and p >= high)]
        if inside:
            told = sum(probabilities[i] for i in inside) / len(inside)
            held = sum(right[i] for i in inside) / len(inside)
            error += abs(told - held) * len(inside) / len(probabilities)
    return error


_DRAWS, _APART = 5, 1000
"""How often slips are drawn for every question, and the distance of the seeds: which characters they hit moves one draw by a point."""


@dataclass(frozen=True)
class Slips:
    """What slips cost: item at rank 1 with and without them."""

    kind: str
    rate: float
    share: Share


def evaluate_slips(engine: Engine, questions: Sequence[GoldenQuestion], *, rates: Sequence[float] = (0.05, 0.10, 0.15)) -> list[Slips]:
    """Ask the Chinese questions clean (rate 0) and, in several draws, with slips of each kind."""
    chinese = [q for q in questions if q.decision == "answer" and q.lang == "zh" and not q.also]
    found = [Slips("clean", 0.0, _right_with(engine, chinese, "homophone", 0.0))]
    for kind in KINDS:
        found += [Slips(kind, rate, _right_with(engine, chinese, kind, rate)) for rate in rates]
    return found


def _right_with(engine: Engine, questions: Sequence[GoldenQuestion], kind: str, rate: float) -> Share:
    draws = range(_DRAWS if rate else 1)
    hits = 0
    for draw in draws:
        for number, question in enumerate(questions):
            text = with_slips(question.text, rate, kind, number + draw * _APART) if rate else question.text
            hits += first_is_right(question, engine.search(SearchRequest(text=text)))
    return Share(hits, len(questions) * len(draws))


def _is(candidate: Candidate, wanted: Wanted) -> bool:
    return candidate.item in wanted.items or candidate.id in wanted.items


def first_is_right(question: Wanted, result: SearchResult) -> bool:
    """Whether the first candidate is a labelled item or Q&A."""
    return bool(result.candidates) and _is(result.candidates[0], question)


def _element_right(question: Wanted, result: SearchResult) -> bool:
    return question.element is None or result.element == question.element or result.element in question.elements_ok


def _reachable(question: Wanted, result: SearchResult) -> bool:
    if result.decision == "answer":
        return first_is_right(question, result)
    return result.decision == "clarify" and any(_is(candidate, question) for candidate in result.candidates)


def _both(question: GoldenQuestion, result: SearchResult) -> bool:
    """Each wanted part has a result of its own, or is an element told of the same item."""
    results = [result, *result.also]
    if not _reachable(question, results[0]):
        return False
    for wanted in question.also:
        told = {wanted.element, *wanted.elements_ok}
        if set(wanted.items) & set(question.items):
            if len(results) > 1 or not told & set(result.elements):
                return False
        elif not any(_reachable(wanted, other) for other in results[1:]):
            return False
    return True


def format_slips(slips: Sequence[Slips]) -> str:
    """A line for people."""
    return "item at rank 1 with slips: " + ", ".join(
        f"{s.kind} {s.rate:.0%} {s.share.value:.1%}" if s.rate else f"clean {s.share.value:.1%}" for s in slips
    )


def format_report(report: Report, half: str, *, misses: bool = False) -> str:
    """A table for people."""
    lines = [f"golden {half}", f"{'':45}{'share':>8}   95 % interval      of"]
    for name, share in report.shares.items():
        low, high = share.interval
        lines.append(f"{name:45}{share.value:>8.1%}   {low:.1%} – {high:.1%}   {share.hits}/{share.total}")
    lines.append("item at rank 1 by style: " + ", ".join(f"{style} {s.value:.0%} ({s.total})" for style, s in report.by_style.items()))
    lines.append(f"expected calibration error {report.calibration_error:.3f}")
    lines.append(f"search, median: {report.median_ms:.1f} ms, encoding included")
    return "\n".join([*lines, *(report.misses if misses else [])])
