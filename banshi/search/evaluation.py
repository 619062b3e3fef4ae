"""Quality of the search on labelled questions: the only place that computes such figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from banshi.search.engine import Engine
from banshi.search.golden import GoldenQuestion
from banshi.search.result import SearchRequest, SearchResult


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
    median_ms: float = 0.0

    def figures(self) -> dict[str, object]:
        """For machines."""
        shares = {name: {"value": round(s.value, 4), "hits": s.hits, "total": s.total} for name, s in self.shares.items()}
        styles = {name: {"value": round(s.value, 4), "hits": s.hits, "total": s.total} for name, s in self.by_style.items()}
        return {**shares, "item_at_1_by_style": styles, "median_ms": self.median_ms}


def evaluate_golden(engine: Engine, questions: Sequence[GoldenQuestion]) -> Report:
    """Ask every question and count.

    Definitions: *item at rank 1* looks at the first candidate, whatever the decision. *Told a wrong item* counts decisions
    `answer` with another item than the labelled ones, over all answerable questions. *Refused* counts decisions `reject`.
    """
    asked = [(question, engine.search(SearchRequest(text=question.text))) for question in questions]
    answerable = [(q, r) for q, r in asked if q.decision == "answer"]
    chinese = [(q, r) for q, r in answerable if q.lang == "zh"]
    korean = [(q, r) for q, r in answerable if q.lang == "ko"]
    outside = [(q, r) for q, r in asked if q.decision == "reject"]
    ambiguous = [(q, r) for q, r in asked if q.decision == "clarify"]

    def share(rows: Sequence[tuple[GoldenQuestion, SearchResult]], hit: Callable[[GoldenQuestion, SearchResult], bool]) -> Share:
        return Share(sum(hit(q, r) for q, r in rows), len(rows))

    report = Report()
    report.shares = {
        "item at rank 1, Chinese": share(chinese, first_is_right),
        "item among the first three, Chinese": share(chinese, lambda q, r: any(c.item in q.items for c in r.candidates[:3])),
        "item at rank 1, Korean": share(korean, first_is_right),
        "answered or offered, all": share(answerable, _reachable),
        "told a wrong item, all": share(answerable, lambda q, r: r.decision == "answer" and not first_is_right(q, r)),
        "refused although answerable": share(answerable, lambda q, r: r.decision == "reject"),
        "element right where answered": share(
            [(q, r) for q, r in answerable if r.decision == "answer" and first_is_right(q, r)], lambda q, r: r.element == q.element
        ),
        "out of scope refused": share(outside, lambda q, r: r.decision == "reject"),
        "out of scope answered": share(outside, lambda q, r: r.decision == "answer"),
        "ambiguous: one of the right items first": share(ambiguous, first_is_right),
    }
    styles = sorted({q.style for q, _ in chinese})
    report.by_style = {style: share([(q, r) for q, r in chinese if q.style == style], first_is_right) for style in styles}
    times = sorted(r.took_ms for _, r in asked)
    report.median_ms = times[len(times) // 2] if times else 0.0
    for question, result in asked:
        good = first_is_right(question, result) and result.decision == "answer"
        if question.decision == "reject":
            good = result.decision == "reject"
        if question.decision != "clarify" and not good:
            found = ", ".join(f"{c.id} {c.confidence:.2f}" for c in result.candidates[:3])
            report.misses.append(f"{question.id} {result.decision} {question.text} | wanted {','.join(question.items)} | {found}")
    return report


def first_is_right(question: GoldenQuestion, result: SearchResult) -> bool:
    """Whether the first candidate is of a labelled item."""
    return bool(result.candidates) and result.candidates[0].item in question.items


def _reachable(question: GoldenQuestion, result: SearchResult) -> bool:
    if result.decision == "answer":
        return first_is_right(question, result)
    return result.decision == "clarify" and any(candidate.item in question.items for candidate in result.candidates)


def format_report(report: Report, half: str, *, misses: bool = False) -> str:
    """A table for people."""
    lines = [f"golden {half} half", f"{'':45}{'share':>8}   95 % interval      of"]
    for name, share in report.shares.items():
        low, high = share.interval
        lines.append(f"{name:45}{share.value:>8.1%}   {low:.1%} – {high:.1%}   {share.hits}/{share.total}")
    lines.append("item at rank 1 by style: " + ", ".join(f"{style} {s.value:.0%} ({s.total})" for style, s in report.by_style.items()))
    lines.append(f"search, median: {report.median_ms:.1f} ms, encoding included")
    return "\n".join([*lines, *(report.misses if misses else [])])
