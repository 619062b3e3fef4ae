"""Every rule, field and label is named once and the same everywhere: documentation, models, value lists."""

from __future__ import annotations

import re
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from banshi.knowledge.fields import FIELD_LABELS, LAYERS, label_of
from banshi.knowledge.guide import Fee, Guide, Material, Record, Step
from banshi.knowledge.labels import LABELS, is_known, known_labels, nearest_label
from banshi.knowledge.lint.rules import RULES
from banshi.knowledge.qa import QuestionAnswer
from banshi.settings import ROOT

DOCUMENT = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([a-z-]+)` \| (error|warning|advice) \|", DOCUMENT, re.MULTILINE))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_documented_with_its_severity(rule: Any) -> None:
    assert ROWS[rule.id] == rule.severity


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_repair_is_documented_where_there_is_one(rule: Any) -> None:
    (row,) = re.findall(rf"^\| `{rule.id}` \|.*$", DOCUMENT, re.MULTILINE)
    assert bool(row.split("|")[5].strip()) == (rule.fix is not None)


def test_nothing_is_documented_that_does_not_exist() -> None:
    assert set(ROWS) - {rule.id for rule in RULES} == {"unreadable"}
    assert len({rule.id for rule in RULES}) == len(RULES)


def parts(annotation: Any) -> list[Any]:
    """The types inside a type, unions and containers taken apart."""
    if get_origin(annotation) in (Union, UnionType, tuple, dict) or hasattr(annotation, "__metadata__"):
        return [inner for argument in get_args(annotation) for inner in parts(argument)]
    return [annotation]


def names_of(model: type[Record], prefix: str = "") -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        found.add(f"{prefix}{name}")
        for part in parts(field.annotation):
            if isinstance(part, type) and issubclass(part, Record):
                found |= names_of(part, f"{prefix}{name}.")
    return found


@pytest.mark.parametrize(("kind", "model"), [("guide", Guide), ("qa", QuestionAnswer)])
def test_every_field_has_a_chinese_label(kind: str, model: type[Record]) -> None:
    labelled = {name for name in FIELD_LABELS[kind] if not (kind == "qa" and "." in name)}
    top = {name for name in names_of(model) if not (kind == "qa" and "." in name)}
    assert labelled == top


def test_labels_of_one_record_are_told_apart() -> None:
    for kind, fields in FIELD_LABELS.items():
        labels = [field.label for field in fields.values()]
        assert sorted({label for label in labels if labels.count(label) > 1}) == [], kind
        assert {field.layer for field in fields.values()} <= set(LAYERS)


@pytest.mark.parametrize(
    ("model", "field", "labels"),
    [
        *((Guide, name, name) for name in ("task_type", "project_type", "task_state", "power_source", "use_level")),
        *((Guide, name, name) for name in ("result_type", "review_priority")),
        (Guide, "promise_type", "day_type"),
        (Step, "day_type", "day_type"),
        *((Material, name, name) for name in ("is_need", "material_type", "material_format", "source_type", "e_license_exempt")),
    ],
)  # fmt: skip
def test_value_lists_are_those_of_the_model(model: type[Record], field: str, labels: str) -> None:
    (allowed,) = [get_args(part) for part in parts(model.model_fields[field].annotation) if get_origin(part) is Literal]
    assert allowed == known_labels(labels)


def test_optional_fields_may_be_left_out() -> None:
    assert Fee(fee_name="证", fee_stand="免费", certainty="local").is_desc is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "path", "label"),
    [
        ("guide", "materials.2.material_name", "申请材料 第3项 名称"),
        ("guide", "accept_condition.0.text", "受理条件 第1项 内容"),
        ("guide", "choices.0.options.1.label", "情形引导 第1项 选项 第2项 名称"),
        ("guide", "questions.time_limit.3", "相似问 时限 第4项"),
        ("guide", "promise.text", "承诺办结时限 内容"),
        ("qa", "similar.4", "相似问 第5项"),
        ("policy", "passages.0.text", "条款 第1项 正文"),
        ("guide", "", "整条"),
        ("guide", "no_such_field", "no_such_field"),
    ],
)
def test_a_path_is_told_in_chinese(kind: str, path: str, label: str) -> None:
    assert label_of(kind, path) == label


@pytest.mark.parametrize(
    ("name", "said", "label"),
    [
        ("task_type", "行政许可事项", "行政许可"),
        ("task_type", "行政许克", "行政许可"),
        ("project_type", "承偌件", "承诺件"),
        ("day_type", "个工作日", "工作日"),
        ("use_level", "镇（乡、街道）级", "镇(乡、街道)级"),
        ("is_need", "必需", "必要"),
        ("handle_type", "网上半理", "网上办理"),
        ("flag", "有", "是"),
        ("task_type", "行政征收", None),
        ("handle_type", "传真", None),
    ],
)
def test_a_near_miss_is_read_as_its_label_and_nothing_else_is(name: str, said: str, label: str | None) -> None:
    assert nearest_label(name, said) == label
    assert not is_known(name, said)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_label_is_itself(name: str) -> None:
    assert all(is_known(name, label) and nearest_label(name, label) == label for label in known_labels(name))
