"""What is counted about turns, in Prometheus' terms. Labels name decisions and outcomes, never people or what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import Counter, Histogram

from banshi.desk.replies import Reply

TURNS = Counter(
    "banshi_turns_total",
    "Turns of conversations, by what became of them: answer, clarify, reject, or the kind of reply where nothing was decided.",
    ["decision"],
)
TURN_SECONDS = Histogram(
    "banshi_turn_seconds", "From a citizen's message to its replies, in seconds.", buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 8, 15)
)
SEARCH_SECONDS = Histogram(
    "banshi_search_seconds", "Duration of a search as the engine tells it, in seconds.", buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)
)
RASA = Counter("banshi_rasa_turns_total", "Turns given to Rasa: ok; busy and unavailable were answered by the search.", ["outcome"])

_KINDS = frozenset(
    ("answer", "clarify", "reject", "status", "handoff", "link", "window", "rating", "redirect", "ask", "ticket", "checking", "none")
)


def count_turn(replies: Sequence[Reply], seconds: float) -> None:
    """Count one turn.

    Args:
        replies: what was said; nothing while a person has the conversation.
        seconds: how long it took.
    """
    custom = replies[0].custom if replies else {"type": "none"}
    decision = str(custom.get("decision") or custom.get("type"))
    TURNS.labels(decision if decision in _KINDS else "other").inc()
    TURN_SECONDS.observe(seconds)
