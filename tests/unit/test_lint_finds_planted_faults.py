"""Lint finds the faults that editors make, at their place, and is silent about records without any."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from banshi.knowledge.lint import Finding, LintContext, gather, lint
from banshi.knowledge.lint.rules import RULES
from banshi.knowledge.regions import RegionTree
from banshi.knowledge.sources import Sources, read_sources
from banshi.settings import Settings
from tests.unit.planted_faults import Content, Planted, enriched, planted

TODAY = date(2026, 11, 22)
TRULY_VAGUE = {"gy-water", "mz-dibao", "sc-geti-open", "yb-reimburse"}
"""Real guides whose materials say 等, 看当地要求 or 按当地规定."""


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(Settings().knowledge_dir)


@pytest.fixture(scope="module")
def guides(sources: Sources) -> dict[str, Content]:
    return {address.key: editions[-1] for address, editions in sources.records.items() if address.kind == "guide"}


@pytest.fixture(scope="module")
def qa(sources: Sources) -> dict[str, Content]:
    return {address.key: editions[-1] for address, editions in sources.records.items() if address.kind == "qa"}


@pytest.fixture(scope="module")
def context(sources: Sources, guides: dict[str, Content], qa: dict[str, Content]) -> LintContext:
    (departments,) = (editions[-1]["entries"] for address, editions in sources.records.items() if address.key == "departments")
    return gather(
        guides=guides.values(),
        qa=qa.values(),
        regions=RegionTree.parse(sources.frame["regions.csv"]),
        departments=[name for formal, names in departments.items() for name in (formal, *names)],
        today=TODAY,
    )


@pytest.fixture(scope="module")
def corpus(guides: dict[str, Content], qa: dict[str, Content], context: LintContext) -> list[Planted]:
    return planted(guides, qa, context)


def new_findings(plant: Planted) -> list[Finding]:
    """What lint finds in the record with the fault beyond what it finds in the clean one."""
    known = Counter((finding.rule, finding.message) for finding in lint(plant.kind, plant.clean, replace(plant.context, upper=None)))
    found = []
    for finding in lint(plant.kind, plant.content, plant.context):
        if known[finding.rule, finding.message] > 0:
            known[finding.rule, finding.message] -= 1
        else:
            found.append(finding)
    return found


def is_found(plant: Planted) -> bool:
    return any(finding.rule in plant.rules and finding.path in plant.paths for finding in new_findings(plant))


def test_the_corpus_is_large_and_varied(corpus: list[Planted]) -> None:
    assert len(corpus) >= 200
    assert len({plant.fault for plant in corpus}) >= 25
    assert len({plant.key for plant in corpus if plant.kind == "guide"}) >= 80


def test_planting_is_deterministic(corpus: list[Planted], guides: dict[str, Content], qa: dict[str, Content], context: LintContext) -> None:
    assert planted(guides, qa, context) == corpus


def test_faults_are_found_where_they_are(corpus: list[Planted]) -> None:
    missed = [(plant.fault, plant.key, sorted(plant.paths)) for plant in corpus if not is_found(plant)]
    assert len(missed) <= 0.03 * len(corpus), missed


def test_every_kind_of_fault_is_found(corpus: list[Planted]) -> None:
    found = {plant.fault for plant in corpus if is_found(plant)}
    assert {plant.fault for plant in corpus} - found == set()


def test_a_fault_is_not_taken_for_others_besides(corpus: list[Planted]) -> None:
    others = {
        (plant.fault, plant.key): [(finding.rule, finding.path) for finding in new_findings(plant) if finding.rule not in plant.rules]
        for plant in corpus
    }
    serious = {rule.id for rule in RULES if rule.severity != "advice"}
    wrong = {where: found for where, found in others.items() if any(rule in serious for rule, _ in found)}
    assert len(wrong) <= 0.01 * len(corpus), wrong


def alarms(records: dict[str, Content], kind: str, context: LintContext) -> set[tuple[str, str]]:
    """Record and rule of every error and warning."""
    return {
        (key, finding.rule)
        for key, content in records.items()
        for finding in lint(kind, content, replace(context, key=key))
        if finding.severity != "advice"
    }


def cells(records: dict[str, Content], kind: str) -> int:
    return len(records) * sum(rule.severity != "advice" and kind in rule.kinds for rule in RULES)


def test_real_guides_give_few_alarms_even_if_every_one_is_false(guides: dict[str, Content], context: LintContext) -> None:
    assert len(alarms(guides, "guide", context)) <= 0.03 * cells(guides, "guide")


def test_real_guides_give_no_error_but_for_words_that_are_truly_vague(guides: dict[str, Content], context: LintContext) -> None:
    errors = {rule.id for rule in RULES if rule.severity == "error"}
    found = {(key, rule) for key, rule in alarms(guides, "guide", context) if rule in errors}
    assert found <= {(key, "vague") for key in TRULY_VAGUE}


def test_real_qa_gives_no_error_and_few_warnings(qa: dict[str, Content], context: LintContext) -> None:
    found = alarms(qa, "qa", context)
    assert {rule for _, rule in found} <= {"basis-missing", "question-shared"}
    assert len(found) <= 0.03 * cells(qa, "qa")


def test_a_guide_with_every_field_filled_in_gives_no_further_alarm(guides: dict[str, Content], context: LintContext) -> None:
    rich = {key: enriched(content) for key, content in guides.items()}
    assert alarms(rich, "guide", context) <= alarms(guides, "guide", context)


def test_linting_changes_nothing(corpus: list[Planted]) -> None:
    for plant in corpus[::10]:
        before = copy.deepcopy(plant.content)
        lint(plant.kind, plant.content, plant.context)
        assert plant.content == before
