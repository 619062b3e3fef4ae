"""一次告知: every answer holds all that the guide says, whatever is missing from one is noticed, and then it is not sent.

What a guide says is read here from its rows, and lost on purpose in the place where the answer tells it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from banshi.desk.replies import replies_for
from banshi.knowledge.completeness import catch_all, missing, missing_of_case
from banshi.knowledge.elements import Element
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Choice, Guide, Material, Option
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.knowledge.render import Rendering, render_case, render_elements, render_guide
from banshi.knowledge.situations import Case, SituationTree
from banshi.search.engine import Engine
from banshi.settings import Settings
from tests.unit.asking import REISSUE, ask

GUIDES = sorted(path.stem for path in (Settings().knowledge_dir / "guides").glob("*.yml"))
BOUND = (Element.MATERIALS, Element.CONDITIONS, Element.TIME_LIMIT, Element.FEE)
PLACE = "延边朝鲜族自治州延吉市"
AT_HOME = "可用电子证照免交"


def of_material(material: Material) -> list[str]:
    values = [material.material_name, f"{material.form}{material.copies}份", material.note or ""]
    return [value for value in [*values, "" if material.e_license_exempt == "no" else AT_HOME] if value]


def rows(guide: Guide, element: Element) -> list[tuple[str, list[str]]]:
    """What an answer tells of an element line by line: how the line begins, and the values that it tells in their order."""
    if element is Element.MATERIALS:
        return [(f"{number}. ", of_material(material)) for number, material in enumerate(guide.materials, 1)]
    if element is Element.CONDITIONS:
        return [(f"{number}. ", [fact.text]) for number, fact in enumerate(guide.accept_condition, 1)]
    if element is Element.TIME_LIMIT:
        return [
            ("· 一般多久：", [guide.promise.text]),
            ("· 法定最长：", [guide.anticipate.text]),
            ("· 办件类型：", [guide.project_type]),
        ]
    return [(f"· {fee.fee_name}：", [fee.fee_name, fee.fee_stand, *([fee.fee_basis] if fee.fee_basis else [])]) for fee in guide.fees]


def told_values(guide: Guide, element: Element, text: str) -> Iterator[tuple[int, str]]:
    """Where each value stands in the answer, and the value as it stands there."""
    for begin, values in rows(guide, element):
        start = text.index(f"\n{begin}") + 1
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        # The values of a line follow each other; what it is needed for stands before the first of them.
        first = line.rindex(f"{values[0]}（{values[1]}") if element is Element.MATERIALS else 2 if element is Element.FEE else len(begin)
        at = first
        for value in values:
            value = value.rstrip("。；;")
            at = line.index(value, at)
            yield start + at, value
            at += len(value)


@pytest.fixture(scope="module", params=GUIDES)
def guide(request: pytest.FixtureRequest, knowledge: Knowledge) -> Guide:
    return knowledge.guides[request.param]


@pytest.fixture(params=BOUND)
def element(request: pytest.FixtureRequest) -> Element:
    return request.param


@pytest.mark.parametrize("place", [None, PLACE])
def test_every_answer_on_every_guide_is_complete(guide: Guide, place: str | None) -> None:
    for element in Element:
        assert missing(guide, (element,), render_guide(guide, element, place=place).text) == [], element


def test_answers_on_several_elements_are_complete(guide: Guide) -> None:
    for first in Element:
        for then in BOUND:
            if then is not first:
                assert missing(guide, (first, then), render_elements(guide, (first, then)).text) == [], (first, then)


def test_an_answer_on_one_element_lacks_what_the_others_tell(guide: Guide) -> None:
    lacking = missing(guide, (Element.CONDITIONS, Element.MATERIALS), render_guide(guide, Element.CONDITIONS).text)
    assert any(guide.materials[0].material_name in value for value in lacking)


def test_a_value_that_is_nowhere_in_the_answer_is_named(guide: Guide, element: Element) -> None:
    text = render_guide(guide, element).text
    for _, value in told_values(guide, element, text):
        lacking = missing(guide, (element,), text.replace(value, ""))
        assert any(value in named for named in lacking), value


def test_a_value_lost_from_its_line_is_named_though_its_words_stand_elsewhere(knowledge: Knowledge, element: Element) -> None:
    unnoticed = []
    for guide in knowledge.guides.values():
        text = render_guide(guide, element).text
        for at, value in told_values(guide, element, text):
            lacking = missing(guide, (element,), text[:at] + text[at + len(value) :])
            if not any(value in named for named in lacking):
                unnoticed.append((guide.id, value))
    assert unnoticed == []


def test_a_lost_line_is_noticed(knowledge: Knowledge, element: Element) -> None:
    unnoticed = []
    for guide in knowledge.guides.values():
        lines = render_guide(guide, element).text.split("\n")
        for begin, _ in rows(guide, element):
            lost = next(number for number, line in enumerate(lines) if line.startswith(begin))
            if not missing(guide, (element,), "\n".join(lines[:lost] + lines[lost + 1 :])):
                unnoticed.append((guide.id, lines[lost]))
    assert unnoticed == []


def test_a_changed_number_is_noticed(knowledge: Knowledge, element: Element) -> None:
    unnoticed = []
    for guide in knowledge.guides.values():
        text = render_guide(guide, element).text
        for at, value in told_values(guide, element, text):
            for number in re.finditer(r"\d+", value):
                other = f"{text[: at + number.start()]}{int(number[0]) + 1}{text[at + number.end() :]}"
                if not missing(guide, (element,), other):
                    unnoticed.append((guide.id, value, number[0]))
    assert unnoticed == []


def test_what_two_elements_share_is_named_once(guide: Guide) -> None:
    lacking = missing(guide, (Element.OVERVIEW, Element.MATERIALS, Element.FEE), "")
    assert lacking and len(lacking) == len(set(lacking))


def test_a_free_item_says_that_it_is_free(guide: Guide) -> None:
    free = guide.model_copy(update={"fees": ()})
    text = render_guide(free, Element.FEE).text
    assert missing(free, (Element.FEE,), text) == []
    assert missing(free, (Element.FEE,), text.replace("不收费", "")) == ["不收费"]


# The exact list of a situation


@pytest.fixture(scope="module")
def leaves(guide: Guide) -> list[tuple[Case, str]]:
    return [(case, render_case(guide, case).text) for case in SituationTree(guide).leaves()]


def document_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if re.match(r"\d+\. ", line)]


def test_every_exact_list_is_complete(guide: Guide, leaves: list[tuple[Case, str]]) -> None:
    for case, text in leaves:
        assert missing_of_case(case, text) == [], case.answers
        assert missing_of_case(case, render_case(guide, case, place=PLACE).text) == [], case.answers
        names = [material.material_name for material in case.materials]
        assert len(document_lines(text)) == len(names)
        assert all(name in line for name, line in zip(names, document_lines(text), strict=True))


def test_a_document_removed_from_an_exact_list_is_noticed(leaves: list[tuple[Case, str]]) -> None:
    for case, text in leaves:
        for number, line in enumerate(document_lines(text)):
            others = [other for other in document_lines(text) if other != line]
            rest = text.replace(f"{line}\n", "")
            renumbered = rest
            for place, other in enumerate(others, 1):
                renumbered = renumbered.replace(other, re.sub(r"^\d+", str(place), other))
            assert missing_of_case(case, rest), (case.answers, number)
            assert missing_of_case(case, renumbered), (case.answers, number)


def test_a_document_added_to_an_exact_list_is_noticed(leaves: list[tuple[Case, str]]) -> None:
    for case, text in leaves:
        count = len(case.materials)
        after = document_lines(text)[-1] if count else "不用提交材料。"
        assert missing_of_case(case, text.replace(after, f"{after}\n{count + 1}. 无犯罪记录证明（原件1份）", 1)), case.answers


def test_a_document_exchanged_in_an_exact_list_is_named(leaves: list[tuple[Case, str]]) -> None:
    for case, text in leaves:
        for number, (material, line) in enumerate(zip(case.materials, document_lines(text), strict=True), 1):
            lacking = missing_of_case(case, text.replace(line, f"{number}. 别的东西（原件1份）"))
            assert any(material.material_name in named for named in lacking), (case.answers, material.material_name)


def test_the_list_of_another_situation_is_noticed(leaves: list[tuple[Case, str]]) -> None:
    for case, _ in leaves:
        for other, text in leaves:
            if case.materials != other.materials:
                assert missing_of_case(case, text), (case.answers, other.answers)


def test_an_open_question_gives_no_list(knowledge: Knowledge) -> None:
    asking = next(guide for guide in knowledge.guides.values() if guide.choices)
    with pytest.raises(ValueError, match=re.escape(asking.choices[0].ask)):
        render_case(asking, SituationTree(asking).case({}))


# 兜底条款

VAGUE = (
    "其他材料",
    "其它材料",
    "其他证明材料",
    "相关证明",
    "相关材料",
    "有关证件",
    "规定的材料",
    "需要的证明",
    "身份证等材料",
    "视情况提供",
    "按规定提交",
    "按要求准备",
    "必要时提供",
    "登记机关认为需要的文件",
    "法律法规规定的其他文件",
)
PRECISE = ("居民身份证", "其他股东的身份证", "与房屋有关的贷款合同", "婚姻关系材料", "满足年龄要求的本人照片", "等额的发票")


def with_words(guide: Guide, where: str, words: str) -> Guide:
    """The guide with these words as a document, in a note, a condition, a question or an option."""
    material, fact = guide.materials[0], guide.accept_condition[0]
    option = Option(id="other", label=words if where == "option" else "别的")
    asks = Choice(id="extra", ask=words if where == "question" else "还有吗？", options=(option, Option(id="none", label="没有")))
    return guide.model_copy(
        update={
            "document": {"materials": (*guide.materials, material.model_copy(update={"material_name": words}))},
            "note": {"materials": (*guide.materials, material.model_copy(update={"note": f"{words}，原件"}))},
            "condition": {"accept_condition": (*guide.accept_condition, fact.model_copy(update={"text": f"应当{words}"}))},
            "question": {"choices": (*guide.choices, asks)},
            "option": {"choices": (*guide.choices, asks)},
        }[where]
    )


@pytest.mark.parametrize("where", ["document", "note", "condition", "question", "option"])
@pytest.mark.parametrize("words", VAGUE)
def test_words_that_nobody_can_prepare_for_are_found(knowledge: Knowledge, words: str, where: str) -> None:
    (found,) = catch_all(with_words(knowledge.guides[REISSUE], where, words))
    assert words in found


@pytest.mark.parametrize("where", ["document", "note", "condition", "option"])
@pytest.mark.parametrize("words", PRECISE)
def test_words_that_say_what_is_meant_are_let_through(knowledge: Knowledge, words: str, where: str) -> None:
    assert catch_all(with_words(knowledge.guides[REISSUE], where, words)) == []


def test_no_guide_holds_such_words(guide: Guide) -> None:
    assert catch_all(guide) == []


def test_no_answer_on_materials_or_conditions_holds_such_words(guide: Guide) -> None:
    answers = [render_guide(guide, element).text for element in (Element.MATERIALS, Element.CONDITIONS, Element.OVERVIEW)]
    answers += [render_case(guide, case).text for case in SituationTree(guide).leaves()]
    vague = ["等材料", *(re.sub("^身份证|提供$|提交$|准备$", "", words) for words in VAGUE)]
    assert [(words, line) for text in answers for line in text.split("\n") for words in vague if words in line] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The knowledge, free to be changed."""
    return Path(shutil.copytree(Settings().knowledge_dir, tmp_path / "knowledge", ignore=shutil.ignore_patterns("golden")))


def change(folder: Path, field: str, row: dict[str, object]) -> None:
    path = folder / "guides" / f"{REISSUE}.yml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    raw[field].append(row)
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")


MATERIAL = {"material_name": "挂失凭证", "form": "原件", "copies": 1, "e_license_exempt": "no", "certainty": "local"}


@pytest.mark.parametrize(
    ("field", "row", "words"),
    [
        ("materials", {**MATERIAL, "material_name": "派出所要求的其他材料"}, "其他材料"),
        ("materials", {**MATERIAL, "note": "视情况提供"}, "视情况"),
        ("accept_condition", {"text": "提交相关证明", "certainty": "local"}, "相关证明"),
    ],
)
def test_a_folder_with_such_a_guide_is_refused(folder: Path, field: str, row: dict[str, object], words: str) -> None:
    change(folder, field, row)
    with pytest.raises(KnowledgeError, match=rf"{REISSUE}\.yml.*兜底.*{words}"):
        load_knowledge(folder)


def test_a_folder_with_a_further_precise_document_is_taken(folder: Path) -> None:
    change(folder, "materials", MATERIAL)
    assert load_knowledge(folder).guides[REISSUE].materials[-1].material_name == "挂失凭证"


# What the engine does with an incomplete answer

FOLLOW_UPS = {"那得拿啥去": Element.MATERIALS, "有什么条件": Element.CONDITIONS, "几天能下来": Element.TIME_LIMIT, "多少钱": Element.FEE}


@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_an_incomplete_answer_is_not_sent(engine: Engine, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    element = FOLLOW_UPS[question]
    whole = ask(engine, question, context=REISSUE)
    assert whole.decision == "answer" and whole.item is not None and whole.element is element
    guide = engine.knowledge.guides[whole.item.id]
    for begin, values in rows(guide, element):

        def lossy(*args: object, begin: str = begin, **rest: object) -> Rendering:
            rendering = render_elements(*args, **rest)  # type: ignore[arg-type]
            kept = [line for line in rendering.text.split("\n") if not line.startswith(begin)]
            return Rendering("\n".join(kept), rendering.blocks)

        with monkeypatch.context() as patch:
            patch.setattr("banshi.search.answering.render_elements", lossy)
            results = [ask(engine, question, context=REISSUE), engine.answer_item(guide.id, element)]
        for result in results:
            assert result.decision == "reject", begin
            assert (result.answer, result.item, result.sources) == (None, None, [])
            assert "不完整" in result.reason
            (told,) = replies_for(result)
            assert told.custom["type"] == "reject" and "12345" in told.text
            assert values[0] not in told.text
            assert "转人工" in [button.title for button in told.buttons]
    assert ask(engine, question, context=REISSUE).decision == "answer", "the whole answer is sent again"
