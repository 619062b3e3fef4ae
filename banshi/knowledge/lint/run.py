"""Run the rules over a record, and carry out a repair."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from banshi.knowledge.fields import label_of
from banshi.knowledge.lint.context import Draft, LintContext
from banshi.knowledge.lint.finding import Finding, Found, NoRepairError, Repair, Rule
from banshi.knowledge.lint.rules import BY_ID, RULES

_LONGEST_EXCERPT = 80


def lint(kind: str, content: Mapping[str, Any], context: LintContext | None = None) -> list[Finding]:
    """What is wrong, doubtful or missing in a record, errors first.

    Args:
        kind: guide, qa, policy or lexicon; nothing is found in any other.
        content: the record as a JSON or YAML object; it need not load. Of a local override what it changes, with `context.upper`.
        context: what stands outside the record; rules that need more than it has say nothing.

    Returns:
        The findings. Never raises, whatever the content is.
    """
    context = context or LintContext()
    found = _findings(kind, content, context)
    if context.upper is not None:
        # What is wrong above is told above.
        known = {(finding.rule, finding.path, finding.message) for finding in _findings(kind, {}, context)}
        found = [finding for finding in found if (finding.rule, finding.path, finding.message) not in known]
    return found


def repair(kind: str, content: Mapping[str, Any], rule: str, path: str, context: LintContext | None = None) -> dict[str, Any]:
    """The record with one finding repaired; the content given stays as it is.

    Args:
        kind, content, context: as for `lint`.
        rule: the finding's rule.
        path: the finding's path.

    Raises:
        NoRepairError: the record has no such finding, or the rule offers no repair for it.
    """
    context = context or LintContext()
    entry = BY_ID.get(rule)
    draft = _draft(kind, copy.deepcopy(dict(content)), context)
    if entry is None or entry.fix is None or not any(found.path == path and found.repair for found in _found(entry, draft)):
        raise NoRepairError(f"{label_of(kind, path)}：没有可以自动修改的“{rule}”问题，内容可能已经变了，请重新检查")
    entry.fix(draft, path)
    upper = context.upper
    if upper is None:
        return draft.content
    # Only what the region changes stays in its record.
    return {
        name: value
        for name, value in draft.content.items()
        if (name in content and (value == content[name] or name not in upper or value != upper[name]))
        or (name not in content and (name not in upper or value != upper[name]))
    }


def _draft(kind: str, content: dict[str, Any], context: LintContext) -> Draft:
    merged = content if context.upper is None else {**copy.deepcopy(dict(context.upper)), **content}
    return Draft(kind, merged, context)


def _found(rule: Rule, draft: Draft) -> Iterator[Found]:
    return rule.check(draft) if draft.kind in rule.kinds else iter(())


def _findings(kind: str, content: Mapping[str, Any], context: LintContext) -> list[Finding]:
    draft = _draft(kind, dict(content), context)
    findings: list[Finding] = []
    told: set[tuple[str, str]] = set()
    for rule in RULES:
        for found in _found(rule, draft):
            # One finding of a rule at a place: the next shows when this one is mended.
            if (rule.id, found.path) in told:
                continue
            told.add((rule.id, found.path))
            offered = Repair(found.repair) if found.repair and rule.fix else None
            excerpt = found.excerpt if len(found.excerpt) <= _LONGEST_EXCERPT else found.excerpt[: _LONGEST_EXCERPT - 1] + "…"
            findings.append(Finding(rule.id, rule.severity, found.path, label_of(kind, found.path), found.message, excerpt, offered))
    return _without_echoes(findings)


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """A rule that knows better what is wrong at a place speaks instead of the model's own complaint."""
    better = {finding.path for finding in findings if finding.rule != "shape" and finding.severity != "advice" and finding.path}
    return [
        finding
        for finding in findings
        if finding.rule != "shape" or not any(finding.path == path or finding.path.startswith(f"{path}.") for path in better)
    ]
