"""What a change does to real questions, before anybody is told anything new."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from banshi.editing.probes import Probe
from banshi.editing.replay import Verdict
from banshi.search.golden import GoldenQuestion

_SHOWN = 200
_EXAMPLES = 5
HIDDEN = "（留作检验的题目，不显示原文）"
_IDENTIFIER = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Impact:
    """The result of a trial; kept until it is published or outdated.

    Attributes:
        id: name of the trial.
        base: the release that was in use.
        snapshot: the candidate that was built.
        revisions: ids of what would be published.
        result: what the page shows; see `compare`.
    """

    id: str
    base: int
    snapshot: str
    revisions: tuple[int, ...]
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def broken(self) -> int:
        """Golden questions that were right and would no longer be."""
        return len(self.result["golden"]["broken"])


class Impacts:
    """Trials, a file each, beside the candidates they tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, impact: Impact) -> None:
        """Store it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{impact.id}.json"
        path.with_suffix(".tmp").write_text(json.dumps(asdict(impact), ensure_ascii=False), encoding="utf-8")
        path.with_suffix(".tmp").replace(path)

    def get(self, identifier: str) -> Impact | None:
        """One of them; None when there is none of this id."""
        path = self.folder / f"{identifier}.json"
        if not _IDENTIFIER.fullmatch(identifier) or not path.is_file():
            return None
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Impact(**{**raw, "revisions": tuple(raw["revisions"])})

    def forget(self, identifier: str) -> None:
        """It was published or replaced."""
        (self.folder / f"{identifier}.json").unlink(missing_ok=True)


def new_id() -> str:
    """A name for a trial."""
    return secrets.token_hex(8)


def right(question: GoldenQuestion, found: Verdict) -> int:
    """How well a verdict fits the labels: 0 not at all; 1 offered, refused or asked back as wanted; 2 answered; 3 with the element."""
    if question.decision == "reject":
        return int(found.decision == "reject")
    wanted = set(question.items)
    if not wanted & set(found.offered):
        return 0
    if question.also:
        return 1 + all(set(one.items) & set(found.offered) for one in question.also)
    if question.decision == "clarify" or found.decision != "answer":
        return 1
    fits = {question.element, *question.elements_ok}
    return 3 if found.element in fits or question.element is None else 2


def compare(
    probes: Sequence[Probe], verdicts: Sequence[tuple[Verdict, Verdict]], changed: Sequence[str], *, started: float
) -> dict[str, Any]:
    """What the page shows: golden questions broken and mended, answers changed, and whose questions went to a changed record.

    Args:
        probes: the questions.
        verdicts: before and after, in the same order.
        changed: ids of the changed records.
        started: `time.monotonic()` when the trial began.
    """
    broken, mended, rows = [], [], []
    kinds: Counter[str] = Counter()
    lost: dict[tuple[str, str], list[tuple[Probe, Verdict, Verdict]]] = defaultdict(list)
    for probe, (before, after) in zip(probes, verdicts, strict=True):
        if probe.golden is not None:
            was, becomes = right(probe.golden, before), right(probe.golden, after)
            if becomes < was:
                broken.append(_row(probe, before, after) | {"id": probe.golden.id})
            elif becomes > was:
                mended.append(_row(probe, before, after) | {"id": probe.golden.id})
        kind = _kind(before, after)
        if kind is None:
            continue
        kinds[kind] += 1
        rows.append(_row(probe, before, after) | {"kind": kind, "asked": probe.asked, "source": probe.source})
        thief = _thief(before, after, changed)
        # Whoever was told before has lost the question, and so has the record it is stored under.
        for owner in dict.fromkeys((before.first, probe.owner)):
            if thief is not None and owner is not None and owner not in changed:
                lost[owner, thief].append((probe, before, after))
    order = {"owner": 0, "decision": 1, "element": 2, "wording": 3}
    rows.sort(key=lambda row: (order[row["kind"]], -row["asked"]))
    stolen = [
        {
            "id": owner,
            "title": next((before.title for _, before, _ in group if before.first == owner), owner),
            "lost": sum(probe.asked for probe, _, _ in group),
            "to": thief,
            "to_title": next((after.title for _, _, after in group if after.first == thief), thief),
            "examples": [_words(probe) for probe, _, _ in group[:_EXAMPLES]],
        }
        for (owner, thief), group in sorted(lost.items(), key=lambda pair: -len(pair[1]))
    ]
    return {
        "questions": len(probes),
        "by_source": dict(Counter(probe.source for probe in probes)),
        "golden": {"total": sum(probe.golden is not None for probe in probes), "broken": broken, "mended": mended},
        "changed": rows[:_SHOWN],
        "changed_total": len(rows),
        "by_kind": dict(kinds),
        "stolen": stolen,
        "seconds": round(time.monotonic() - started, 1),
    }


def _thief(before: Verdict, after: Verdict, changed: Sequence[str]) -> str | None:
    """The changed record that a question went to, or that now stands beside the answer as an alternative; None when neither."""
    if after.first in changed and after.first != before.first:
        return after.first
    if before.decision == "answer" and after.decision == "clarify":
        return next((key for key in changed if key in after.offered and key not in before.offered), None)
    return None


def _kind(before: Verdict, after: Verdict) -> str | None:
    """What changed most; None when people are told the same."""
    if before.decision != after.decision:
        return "decision"
    if before.first != after.first:
        # Of refused questions the first candidate is told to nobody.
        return "owner" if after.decision != "reject" else None
    if before.element != after.element and after.decision == "answer":
        return "element"
    return "wording" if before.wording != after.wording else None


def _words(probe: Probe) -> str:
    return HIDDEN if probe.hidden else probe.text


def _row(probe: Probe, before: Verdict, after: Verdict) -> dict[str, Any]:
    return {"text": _words(probe), "before": _told(before), "after": _told(after)}


def _told(found: Verdict) -> dict[str, Any]:
    return {"decision": found.decision, "id": found.first, "item": found.item, "title": found.title, "element": found.element}
