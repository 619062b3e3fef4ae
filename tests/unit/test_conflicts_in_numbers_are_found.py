"""Numbers that disagree between Q&A and guides are reported, and what agrees or is about something else is not."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from banshi.editing.conflicts import conflict_between, conflicts_within, find_conflicts
from banshi.editing.quantities import Mention, Statement, fields_of, mentions
from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import Knowledge
from banshi.knowledge.qa import QuestionAnswer

DAY = date(2026, 11, 22)
SINGLE = re.compile(r"\d[^至到\-~]*")
"""A number in digits that is no span."""


def qa(answer: str, item: str, element: Element, number: int = 1, basis: tuple[str, ...] = ()) -> QuestionAnswer:
    return QuestionAnswer.model_validate(
        {
            "id": f"qa-told-{number}",
            "valid_from": DAY,
            "question": f"第{item}件事怎么说",
            "similar": [f"问法{letter}" for letter in "甲乙丙丁戊己庚辛"],
            "answer": answer,
            "topic": "测试",
            "audience": ["自然人"],
            "element": element,
            "item": item,
            "basis": basis,
            "department": "公安部门",
            "certainty": "national",
        }
    )


def values(text: str) -> list[tuple[str, Any]]:
    return [(mention.kind, mention.value) for mention in mentions(Statement(text, ""))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二十个工作日", [("工作日", 20)]),
        ("20个工作日内", [("工作日", 20)]),
        ("住满半年", [("月", 6)]),
        ("一年半", [("月", 18)]),
        ("两周内", [("日", 14)]),
        ("丢失补领每证40元", [("元", 40)]),
        ("最高30万元", [("元", 300_000)]),
        ("不收费", [("元", 0)]),
        ("16到25周岁", [("岁", 16), ("岁", 25)]),
        ("比例在5%到12%之间", [("%", 5), ("%", 12)]),
        ("发改价格〔2003〕2322号", [("文号", ("发改价格", 2003, 2322))]),
        ("打12393问", [("电话", ("12393",))]),
        ("次年3月1日前", [("日期", (3, 1))]),
        ("按第十二条，多数地方二三十天，一次告知", []),
    ],
)
def test_numbers_are_read_in_one_form(text: str, expected: list[tuple[str, Any]]) -> None:
    assert values(text) == expected


def test_another_fee_than_the_guides_is_reported_with_both_places(knowledge: Knowledge) -> None:
    guide = knowledge.guides["hz-idcard-reissue"]
    found = conflict_between(qa("补办身份证要收50元工本费。", guide.id, Element.FEE), guide)
    assert found is not None
    assert [(number.qa_says, number.guide_says) for number in found.numbers] == [("50元", "40元")]
    assert "补办身份证要收50元工本费" in found.sentence and guide.task_name in found.sentence and "收费" in found.sentence
    assert found.as_row()["numbers"][0]["what"].startswith("收费")


@pytest.mark.parametrize(
    ("answer", "element"),
    [
        ("丢失补领每证四十元。", Element.FEE),
        ("法定六十日内，一般二十个工作日左右。", Element.TIME_LIMIT),
        ("补完旧证作废。银行挂失一般24小时内生效，话费每月30元不用管。", Element.OTHER),
    ],
)
def test_equal_numbers_and_other_matters_are_no_conflict(knowledge: Knowledge, answer: str, element: Element) -> None:
    guide = knowledge.guides["hz-idcard-reissue"]
    assert conflict_between(qa(answer, guide.id, element), guide) is None


def test_a_document_number_with_a_slip_is_reported(knowledge: Knowledge) -> None:
    guide = knowledge.guides["hz-idcard-reissue"].model_copy(update={"by_law": ("发改价格〔2003〕2322号",)})
    assert conflict_between(qa("见文件。", guide.id, Element.BASIS, basis=("发改价格〔2003〕2232号",)), guide) is not None
    assert conflict_between(qa("见文件。", guide.id, Element.BASIS, basis=("发改价格〔2003〕2322号",)), guide) is None
    assert conflict_between(qa("见文件。", guide.id, Element.BASIS, basis=("财税〔2018〕37号",)), guide) is None


def test_a_plain_answer_that_was_forgotten_is_reported(knowledge: Knowledge) -> None:
    guide = knowledge.guides["hz-idcard-reissue"]
    assert list(conflicts_within(guide)) == []
    fees = tuple(fee.model_copy(update={"fee_stand": "45元/证"}) for fee in guide.fees)
    [found] = conflicts_within(guide.model_copy(update={"fees": fees}))
    assert found.qa is None and found.qa_title == "白话要点（费用）"
    assert [(number.qa_says, number.guide_says) for number in found.numbers] == [("40元", "45元")]


def test_the_present_knowledge_has_no_false_alarm(knowledge: Knowledge) -> None:
    """Whoever finds a true conflict here mends the knowledge; whoever finds a false one mends the rules."""
    assert [conflict.sentence for conflict in find_conflicts(knowledge)] == []


def told_as_qa(knowledge: Knowledge) -> Knowledge:
    """The guides' plain answers as Q&A of their own, which is how editors write them; the guides keep their fields."""
    records = [
        qa(answer.text, guide.id, answer.element, number)
        for number, (guide, answer) in enumerate((guide, answer) for guide in knowledge.guides.values() for answer in guide.plain)
    ]
    guides = {key: guide.model_copy(update={"plain": ()}) for key, guide in knowledge.guides.items()}
    return replace(knowledge, guides=guides, qa={record.id: record for record in records})


def corresponding(knowledge: Knowledge) -> Iterator[tuple[QuestionAnswer, Mention, Statement, Mention]]:
    """Numbers of Q&A that a field of their guide has as well, where that field alone has it."""
    for record in knowledge.qa.values():
        assert record.item is not None
        fields = [(statement, mention) for statement in fields_of(knowledge.guides[record.item]) for mention in mentions(statement)]
        for mention in mentions(Statement(record.answer, "", "", record.element)):
            same = [(statement, field) for statement, field in fields if (field.kind, field.value) == (mention.kind, mention.value)]
            if len(same) == 1 and SINGLE.fullmatch(mention.written) and SINGLE.fullmatch(same[0][1].written):
                yield record, mention, *same[0]


def changed(written: str, draw: random.Random) -> str:
    number = re.match(r"\d+(?:\.\d+)?", written)
    assert number is not None
    value = float(number[0])
    other = draw.choice([value * 2, value + 5, value + 10, value + 1, value * 1.5])
    return f"{other:g}{written[number.end() :]}"


def with_text(guide: Guide, before: str, after: str) -> Guide:
    raw = json.dumps(guide.model_dump(mode="json"), ensure_ascii=False)
    swapped = raw.replace(json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False))
    assert swapped != raw
    return Guide.model_validate_json(swapped)


def planted(knowledge: Knowledge, count: int, seed: int) -> tuple[Knowledge, list[tuple[str, str, str]]]:
    """`count` numbers changed, half of them in answers and half in fields: id of the Q&A, what it says now, what the field says now."""
    draw = random.Random(seed)
    pairs = list(corresponding(knowledge))
    draw.shuffle(pairs)
    records, guides = dict(knowledge.qa), dict(knowledge.guides)
    made: list[tuple[str, str, str]] = []
    for record, mention, statement, field in pairs[:count]:
        assert record.item is not None
        said, stands, answer, guide = mention.written, field.written, records[record.id].answer, guides[record.item]
        texts = {one.text for one in fields_of(guide)}
        if len(made) % 2 and statement.text in texts:
            stands = changed(stands, draw)
            guides[record.item] = with_text(guide, statement.text, statement.text.replace(field.written, stands))
        else:
            said = changed(said, draw)
            records[record.id] = record.model_copy(update={"answer": answer.replace(mention.written, said)})
        made.append((record.id, said, stands))
    return replace(knowledge, qa=records, guides=guides), made


def test_of_a_hundred_planted_conflicts_four_in_five_are_found_and_nothing_else(knowledge: Knowledge) -> None:
    told = told_as_qa(knowledge)
    assert find_conflicts(told) == []
    after, made = planted(told, 100, seed=20)
    reported = {conflict.qa: conflict for conflict in find_conflicts(after)}
    found = [
        (said, stands)
        for record, said, stands in made
        if record in reported and any(number.qa_says == said or number.guide_says == stands for number in reported[record].numbers)
    ]
    assert len(made) == 100
    assert len(found) >= 80
    touched = {after.qa[record].item for record, _, _ in made}
    assert {conflict.guide for conflict in reported.values()} <= touched
