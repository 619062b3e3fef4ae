"""A question that leaves out its subject or its place is answered for the item before and the citizen's place; a named subject is not."""

from __future__ import annotations

import pytest

from banshi.knowledge.elements import Element
from banshi.search.engine import Engine
from banshi.search.result import NO_SUBJECT, Context, SearchRequest
from tests.unit.asking import EXAMPLE, REISSUE, ask, item, told_from


@pytest.mark.parametrize(
    ("text", "element", "words"),
    [
        ("多少钱", Element.FEE, "40元"),
        ("那得拿啥去", Element.MATERIALS, "户口簿"),
        ("几天能下来", Element.TIME_LIMIT, "60日"),
        ("在哪办", Element.LOCATION, "派出所"),
        ("能网上办吗", Element.ONLINE, "网办深度"),
        ("얼마예요", Element.FEE, "40元"),
    ],
)
def test_a_question_without_a_subject_stays_on_the_item(engine: Engine, text: str, element: Element, words: str) -> None:
    result = ask(engine, text, context=REISSUE)
    assert (result.decision, item(result), result.element) == ("answer", REISSUE, element)
    assert result.answer is not None and words in result.answer.text


def test_a_word_that_only_the_name_of_the_item_before_has_says_nothing_new(engine: Engine) -> None:
    result = ask(engine, "那得啥时候报名啊", context="jy-school")
    assert (result.decision, item(result), result.element) == ("answer", "jy-school", Element.TIME_LIMIT)
    assert ask(engine, "那得啥时候报名啊").decision != "answer"
    assert ask(engine, "身份证", context=REISSUE).decision == "clarify", "others have the name too"


def test_a_question_about_what_is_still_to_be_chosen_offers_it_again(engine: Engine) -> None:
    offered = tuple(candidate.id for candidate in ask(engine, "身份证").candidates[:3])
    again = engine.search(SearchRequest(text="那多少钱", context=Context(item=REISSUE, offered=offered)))
    assert (again.decision, again.element) == ("clarify", Element.FEE)
    assert tuple(candidate.id for candidate in again.candidates) == offered
    other = engine.search(SearchRequest(text="社保卡丢了怎么补", context=Context(offered=offered)))
    assert item(other) == "sb-card-reissue"


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("多少钱", Element.FEE),
        ("都要什么材料", Element.MATERIALS),
        ("几天能办好", Element.TIME_LIMIT),
        ("上哪整去", Element.LOCATION),
        ("这个咋办", Element.PROCESS),
    ],
)
def test_without_context_it_is_asked_which_matter_is_meant(engine: Engine, text: str, element: Element) -> None:
    result = ask(engine, text)
    assert (result.decision, result.reason, result.element) == ("reject", NO_SUBJECT, element)


@pytest.mark.parametrize("text", ["周末能办不", "工本费是啥费", "异地", "车的事上哪办", "你好", "啊啊啊啊"])
def test_what_has_an_answer_or_alternatives_without_a_matter_keeps_them(engine: Engine, text: str) -> None:
    assert ask(engine, text).reason != NO_SUBJECT


def test_another_subject_leaves_the_item_and_keeps_what_was_asked(engine: Engine) -> None:
    result = ask(engine, "那社保卡丢了呢", context=REISSUE, element=Element.MATERIALS)
    assert (item(result), result.element) == ("sb-card-reissue", Element.MATERIALS)


@pytest.mark.parametrize(
    "text",
    [
        "护照多少钱",
        "驾驶证多少钱",
        "结婚证去哪办",
        "居住证带啥",
        "低保啥条件",
        "公积金咋取",
        "医保多少钱",
        "营业执照几天下来",
        "房产证多少钱",
    ],
)
def test_a_named_subject_is_never_answered_with_the_item_before(engine: Engine, text: str) -> None:
    result = ask(engine, text, context=REISSUE, element=Element.OVERVIEW)
    assert item(result) != REISSUE and REISSUE not in told_from(result)


def test_a_context_that_does_not_exist_is_ignored(engine: Engine) -> None:
    assert item(ask(engine, EXAMPLE, context="no-such-item")) == REISSUE
    assert ask(engine, "多少钱", context="no-such-item").decision != "answer"


@pytest.mark.parametrize(
    ("text", "given", "asked"),
    [
        (EXAMPLE, None, None),
        (EXAMPLE, "222401", "222401"),
        ("我在延吉，" + EXAMPLE, None, "222401"),
        ("我在延吉，" + EXAMPLE, "220100", "222401"),
        (EXAMPLE, "JL-CBS", "JL-CBS"),
        (EXAMPLE, "999999", None),
        (EXAMPLE, "", None),
    ],
)
def test_the_region_asked_about_and_the_one_that_answers(engine: Engine, text: str, given: str | None, asked: str | None) -> None:
    region = ask(engine, text, region=given).region
    assert (region.asked, region.resolved) == (asked, "220000")


def test_what_differs_in_the_citizens_place_is_said(engine: Engine) -> None:
    for text, region in (("多少天", "222401"), ("延吉多少天", None)):
        result = ask(engine, text, context=REISSUE, region=region)
        assert result.answer is not None and "延边朝鲜族自治州延吉市可能有自己的规定" in result.answer.text
