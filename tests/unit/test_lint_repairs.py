"""A repair takes away its finding and nothing else comes of it; the record still loads."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from banshi.knowledge.guide import Guide
from banshi.knowledge.lint import Finding, LintContext, NoRepairError, gather, lint, repair
from banshi.knowledge.lint.rules import RULES
from banshi.knowledge.qa import QuestionAnswer
from banshi.knowledge.regions import RegionTree
from banshi.knowledge.sources import read_sources
from banshi.settings import Settings
from tests.unit.planted_faults import Content, Planted, planted

SOURCES = read_sources(Settings().knowledge_dir)
RECORDS = {kind: {a.key: editions[-1] for a, editions in SOURCES.records.items() if a.kind == kind} for kind in ("guide", "qa")}
MODELS = {"guide": Guide, "qa": QuestionAnswer}


@pytest.fixture(scope="module")
def context() -> LintContext:
    regions = RegionTree.parse(SOURCES.frame["regions.csv"])
    departments = ["公安局", "民政局", "医疗保障局"]
    return gather(
        guides=RECORDS["guide"].values(), qa=RECORDS["qa"].values(), regions=regions, departments=departments, today=date(2026, 11, 22)
    )


@pytest.fixture(scope="module")
def corpus(context: LintContext) -> list[Planted]:
    return planted(RECORDS["guide"], RECORDS["qa"], context)


def counted(findings: list[Finding]) -> Counter[tuple[str, str]]:
    """Findings by rule and field, without the numbers of rows: those shift when a row goes."""
    return Counter((finding.rule, re.sub(r"\d+", "N", finding.path)) for finding in findings)


def problems(kind: str, content: Content, context: LintContext, clean: Content | None = None) -> Iterator[str]:
    """What is wrong with the repairs that lint offers for a record. What the clean record has may show again."""
    findings = lint(kind, content, context)
    known = counted(lint(kind, clean, replace(context, upper=None))) if clean is not None else Counter()
    for finding in findings:
        if finding.repair is None:
            continue
        before = copy.deepcopy(content)
        mended = repair(kind, content, finding.rule, finding.path, context)
        told = f"{content.get('id')} {finding.rule} {finding.path}"
        if content != before:
            yield f"{told}: the content given was changed"
        after = lint(kind, mended, context)
        if any((f.rule, f.path, f.message) == (finding.rule, finding.path, finding.message) for f in after):
            yield f"{told}: still found"
        gone = counted([finding])
        more = counted(after) - ((counted(findings) - gone) | known)
        if more:
            yield f"{told}: then {dict(more)}"
        if loads(kind, content, context) and not loads(kind, mended, context):
            yield f"{told}: does not load any more"


def loads(kind: str, content: Content, context: LintContext) -> bool:
    try:
        MODELS[kind].model_validate({**(context.upper or {}), **content})
    except ValueError:
        return False
    return True


def test_repairs_of_planted_faults_mend_and_harm_nothing(corpus: list[Planted]) -> None:
    assert [told for plant in corpus for told in problems(plant.kind, plant.content, plant.context, plant.clean)] == []


@pytest.mark.parametrize("kind", ["guide", "qa"])
def test_repairs_of_real_records_mend_and_harm_nothing(kind: str, context: LintContext) -> None:
    found = [told for key, content in RECORDS[kind].items() for told in problems(kind, content, replace(context, key=key))]
    assert found == []


def test_what_could_not_load_for_a_label_loads_after_the_repair(corpus: list[Planted]) -> None:
    mended = 0
    for plant in corpus:
        for finding in lint(plant.kind, plant.content, plant.context):
            if plant.fault == "unknown label" and finding.rule == "unknown-label" and finding.repair is not None:
                assert loads(plant.kind, repair(plant.kind, plant.content, finding.rule, finding.path, plant.context), plant.context)
                mended += 1
    assert mended >= 20


def test_every_rule_that_offers_repairs_is_tried(corpus: list[Planted]) -> None:
    tried = {finding.rule for plant in corpus for finding in lint(plant.kind, plant.content, plant.context) if finding.repair}
    tried |= {f.rule for key, content in RECORDS["guide"].items() for f in lint("guide", content, LintContext(key=key)) if f.repair}
    assert {rule.id for rule in RULES if rule.fix is not None} - tried == set()


@pytest.mark.parametrize(
    ("rule", "path"), [("vague", "materials.0.note"), ("no-such-rule", ""), ("condition-short", ""), ("shape", "aliases")]
)
def test_a_repair_that_is_not_offered_is_refused_in_words(rule: str, path: str) -> None:
    with pytest.raises(NoRepairError, match="重新检查"):
        repair("guide", RECORDS["guide"]["hz-idcard-reissue"], rule, path)


def changed(**changes: Any) -> Content:
    return {**copy.deepcopy(RECORDS["guide"]["hz-idcard-reissue"]), **changes}


def paper(**changes: Any) -> list[Mapping[str, Any]]:
    row = {"material_name": "居民户口簿", "form": "原件", "copies": 1, "e_license_exempt": "no", "certainty": "local"}
    return [{**row, **changes}]


@pytest.mark.parametrize(
    ("content", "rule", "path", "then"),
    [
        (changed(materials=paper(material_name="居民户口薄")), "near-miss", "materials.0.material_name", "居民户口簿"),
        (changed(materials=paper(material_name="户口簿、身份证等材料")), "vague", "materials.0.material_name", "户口簿、身份证"),
        (changed(materials=paper(note="领证时交回；必要时提供原件")), "vague", "materials.0.note", "领证时交回"),
        (changed(task_type="行政确认事项"), "unknown-label", "task_type", "行政确认"),
        (changed(materials=paper(e_license_exempt=False)), "unknown-label", "materials.0.e_license_exempt", "no"),
        (changed(is_online="支持"), "unknown-label", "is_online", True),
        (changed(promise={"text": "90日内", "certainty": "local"}), "promise-over-limit", "promise.text", "60日"),
        (changed(transact_time="8:30-17:00"), "hours-no-days", "transact_time", "工作日8:30-17:00"),
        (changed(link_way="88904114", region="220100"), "phone-no-area", "link_way", "0431-88904114"),
        (changed(aliases="补证、换证"), "shape", "aliases", ["补证", "换证"]),
        (changed(confused_with="“办事服务”栏目"), "old-name", "confused_with", "“政务服务”栏目"),
        (changed(is_pay_online=True, fees=[]), "free-pays-online", "is_pay_online", False),
        (changed(limit_scene_num="0", limit_scene_explain="签字"), "reason-no-visits", "limit_scene_explain", None),
    ],
)  # fmt: skip
def test_a_repair_writes_what_its_button_says(content: Content, rule: str, path: str, then: object) -> None:
    context = LintContext(regions=RegionTree.parse(SOURCES.frame["regions.csv"]))
    value: Any = repair("guide", content, rule, path, context)
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    assert value == then


def test_a_document_that_is_nothing_but_vague_goes(context: LintContext) -> None:
    content = changed(materials=[*paper(), *paper(material_name="其他材料")])
    assert repair("guide", content, "vague", "materials.1.material_name", context)["materials"] == paper()


def test_a_repair_in_a_local_override_leaves_the_rest_to_the_level_above() -> None:
    upper = RECORDS["guide"]["hz-idcard-reissue"]
    override = {"id": upper["id"], "region": "222400", "task_name": "补证", "transact_time": "8:30-17:00"}
    context = LintContext(key=upper["id"], region="222400", upper=upper)
    without = repair("guide", override, "locked-field", "task_name", context)
    assert without == {"id": upper["id"], "region": "222400", "transact_time": "8:30-17:00"}
    assert repair("guide", without, "hours-no-days", "transact_time", context)["transact_time"] == "工作日8:30-17:00"
