"""一次告知: an answer on materials, conditions, time or fee holds every document, number and condition of its guide, or it is not sent."""

from __future__ import annotations

import re

import pytest

from banshi.knowledge.elements import Element
from banshi.knowledge.guide import Certainty, Guide, Material, OpenPoint
from banshi.knowledge.library import Knowledge
from banshi.knowledge.render import render_guide
from banshi.settings import Settings

GUIDES = sorted(path.stem for path in (Settings().knowledge_dir / "guides").glob("*.yml"))
TOLD = (Element.MATERIALS, Element.CONDITIONS, Element.TIME_LIMIT, Element.FEE)
PLACE = "延边朝鲜族自治州延吉市"
# The 兜底 wording that 国办函〔2018〕45号 and the province's rules forbid; see the lint rules of the knowledge.
VAGUE = re.compile(
    r"其[他它](?:相关|有关)?(?:材料|证明|资料)|(?:有关|相关|等|等有关|等相关)(?:材料|证明|资料)|视情况|按规定|必要时|规定的其[他它]|认为需要"
)


def values(guide: Guide, element: Element) -> list[str]:
    """Every field value that an answer on the element must hold."""
    if element is Element.MATERIALS:
        found = [part for m in guide.materials for part in (m.material_name, f"{m.form}{m.copies}份", m.note or "")]
        return [*found, *(part for situation in guide.situations for part in (situation.when, situation.effect))]
    if element is Element.CONDITIONS:
        return [fact.text for fact in guide.accept_condition]
    if element is Element.TIME_LIMIT:
        return [guide.anticipate.text, guide.promise.text, guide.anticipate.basis or "", guide.project_type]
    return [part for fee in guide.fees for part in (fee.fee_name, fee.fee_stand, fee.fee_basis or "")]


def unsure(guide: Guide, element: Element) -> list[str]:
    """Beginnings of lines whose statement nobody has verified."""
    facts: dict[Element, list[tuple[str, Certainty]]] = {
        Element.MATERIALS: [(m.material_name, m.certainty) for m in guide.materials],
        Element.CONDITIONS: [(fact.text, fact.certainty) for fact in guide.accept_condition],
        Element.TIME_LIMIT: [(fact.text, fact.certainty) for fact in (guide.anticipate, guide.promise)],
        Element.FEE: [(fee.fee_stand, fee.certainty) for fee in guide.fees],
    }
    return [text.rstrip("。；;") for text, certainty in facts[element] if certainty is Certainty.UNSURE]


@pytest.mark.parametrize("place", [None, PLACE])
@pytest.mark.parametrize("element", TOLD)
@pytest.mark.parametrize("guide", GUIDES)
def test_every_value_of_the_guide_is_told(knowledge: Knowledge, guide: str, element: Element, place: str | None) -> None:
    record = knowledge.guides[guide]
    text = render_guide(record, element, place=place).text
    assert [value for value in values(record, element) if value.rstrip("。；;") not in text] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_the_overview_tells_all_of_it_and_no_line_twice(knowledge: Knowledge, guide: str) -> None:
    record = knowledge.guides[guide]
    text = render_guide(record, Element.OVERVIEW).text
    assert [value for element in TOLD for value in values(record, element) if value.rstrip("。；;") not in text] == []
    lines = text.split("\n")
    assert [line for line in lines if lines.count(line) > 1] == []


@pytest.mark.parametrize("element", Element)
@pytest.mark.parametrize("guide", GUIDES)
def test_every_element_has_an_answer_under_the_name_of_the_item(knowledge: Knowledge, guide: str, element: Element) -> None:
    record = knowledge.guides[guide]
    heading, *lines = render_guide(record, element).text.split("\n")
    assert record.task_name in heading
    assert any(line.strip() for line in lines)


@pytest.mark.parametrize("place", [None, PLACE])
@pytest.mark.parametrize("element", [*TOLD, Element.OVERVIEW])
def test_what_must_be_confirmed_says_so_and_names_12345(knowledge: Knowledge, element: Element, place: str | None) -> None:
    concerned = [guide for guide in knowledge.guides.values() if guide.needs_confirmation(element)]
    assert concerned
    for guide in concerned:
        last = render_guide(guide, element, place=place).text.split("\n")[-1]
        assert "以当地公布为准" in last and "12345" in last, guide.id


def test_an_open_point_on_one_element_also_marks_the_overview_that_tells_it(knowledge: Knowledge) -> None:
    sure = knowledge.guides["hz-idcard-reissue"].model_copy(update={"review_priority": "low", "open_points": ()})
    assert "以上内容以当地公布为准" not in render_guide(sure, Element.OVERVIEW).text
    for element in TOLD:
        guide = sure.model_copy(update={"open_points": (OpenPoint(text="由主管部门确认", elements=(element,)),)})
        assert "以上内容以当地公布为准" in render_guide(guide, element).text
        assert "以上内容以当地公布为准" in render_guide(guide, Element.OVERVIEW).text, element


@pytest.mark.parametrize("element", TOLD)
def test_unverified_statements_are_marked_where_they_stand(knowledge: Knowledge, element: Element) -> None:
    for guide in knowledge.guides.values():
        lines = render_guide(guide, element).text.split("\n")
        for statement in unsure(guide, element):
            assert any(statement in line and "未核实" in line and "以当地公布为准" in line for line in lines), (guide.id, statement)
        if unsure(guide, element):
            assert "12345" in lines[-1], guide.id


def test_there_are_unverified_statements_to_mark(knowledge: Knowledge) -> None:
    assert any(unsure(guide, element) for guide in knowledge.guides.values() for element in TOLD)


def test_what_differs_by_place_is_not_guessed_for_a_place(knowledge: Knowledge) -> None:
    local = [guide for guide in knowledge.guides.values() if guide.promise.certainty is Certainty.LOCAL]
    assert local
    for guide in local:
        text = render_guide(guide, Element.TIME_LIMIT, place=PLACE).text
        assert f"{PLACE}可能有自己的规定" in text and "12345" in text, guide.id


@pytest.mark.parametrize("guide", GUIDES)
def test_no_vague_demand_in_an_answer_on_materials(knowledge: Knowledge, guide: str) -> None:
    lines = render_guide(knowledge.guides[guide], Element.MATERIALS).text.split("\n")
    assert [line for line in lines if VAGUE.search(line)] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_one_more_material_changes_the_answer(knowledge: Knowledge, guide: str) -> None:
    record = knowledge.guides[guide]
    extra = Material(material_name="承诺书样张", form="原件", copies=7, e_license_exempt="no", certainty=Certainty.NATIONAL, note="按手印")
    longer = record.model_copy(update={"materials": (*record.materials, extra)})
    for element in (Element.MATERIALS, Element.OVERVIEW):
        before, after = render_guide(record, element), render_guide(longer, element)
        assert "承诺书样张（原件7份）：按手印" in after.text and "承诺书样张" not in before.text
    block = next(block for block in render_guide(longer, Element.MATERIALS).blocks if block["type"] == "materials")
    assert block["items"][-1]["material_name"] == "承诺书样张"
