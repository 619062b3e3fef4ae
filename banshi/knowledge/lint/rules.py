"""All rules, those of one record's shape first."""

from __future__ import annotations

from banshi.knowledge.lint import (
    answers,
    charges,
    citing,
    conditions,
    contact,
    dates,
    deadlines,
    departments,
    documents,
    garbled,
    labelling,
    levels,
    names,
    plain_version,
    policies,
    proofs,
    shape,
    slips,
    vague,
    visits,
    word_lists,
)
from banshi.knowledge.lint.finding import SEVERITIES, Rule

_FAMILIES = (
    shape,
    labelling,
    vague,
    proofs,
    conditions,
    deadlines,
    visits,
    charges,
    contact,
    documents,
    answers,
    departments,
    dates,
    slips,
    names,
    citing,
    garbled,
    plain_version,
    levels,
    policies,
    word_lists,
)
RULES: tuple[Rule, ...] = tuple(
    sorted((rule for family in _FAMILIES for rule in family.RULES), key=lambda rule: SEVERITIES.index(rule.severity))
)
"""Errors first, then warnings, then advice."""
BY_ID = {rule.id: rule for rule in RULES}
