"""Findings and rules: what lint tells, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from banshi.knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from banshi.knowledge.lint.context import Draft

Severity = Literal["error", "warning", "advice"]
"""error: may not be published. warning: an editor should look and may leave it. advice: not filled in yet, or could read better."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")


class NoRepairError(KnowledgeError):
    """There is no such finding, or none that a program can repair."""


@dataclass(frozen=True)
class Repair:
    """A repair that is offered: what the button says."""

    label: str


@dataclass(frozen=True)
class Finding:
    """One thing to mend.

    Attributes:
        rule: id of the rule, as in docs/lint.md.
        severity: see `Severity`.
        path: where, in the record's content: `materials.2.material_name`; empty for the record as a whole.
        label: the same for people: 申请材料 第3项 名称.
        message: what is wrong and what to do, in one Chinese sentence.
        excerpt: the words in question; empty where something is missing.
        repair: None where only an editor can know what is right.
    """

    rule: str
    severity: Severity
    path: str
    label: str
    message: str
    excerpt: str
    repair: Repair | None


@dataclass(frozen=True)
class Found:
    """What a rule's check finds; the rest of a `Finding` follows from the rule and the path."""

    path: str
    message: str
    excerpt: str = ""
    repair: str | None = None
    """label of the repair"""


Check = Callable[["Draft"], Iterator[Found]]
Fix = Callable[["Draft", str], None]
"""Changes the draft's content, a copy, so that the finding at the path is gone.

The finding is one that the check gave with a repair for just this content."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: its name in findings, documentation and code.
        severity: of all its findings.
        kinds: the kinds of record it reads.
        check: reads a draft; never raises, whatever the content is.
        fix: carries out a repair; None where the rule offers none.
    """

    id: str
    severity: Severity
    kinds: tuple[str, ...]
    check: Check
    fix: Fix | None = None


Content = dict[str, Any]
