"""The engine tells the right thing, asks back, or refuses with a reason; whatever is typed, it never fails."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest

from banshi.knowledge.elements import Element
from banshi.search.engine import Engine
from banshi.search.result import SearchResult
from tests.unit.asking import DAY, EXAMPLE, REISSUE, ask, item, told_from


def test_the_example_of_the_readme(engine: Engine) -> None:
    result = ask(engine, EXAMPLE)
    assert (result.decision, item(result)) == ("answer", REISSUE)
    assert result.answer is not None and "居民身份证" in result.answer.text
    assert result.answer.links and result.answer.links[0]["url"].startswith("https://")


def test_words_alone_answer_the_example_too(words_engine: Engine) -> None:
    assert words_engine.degraded
    result = ask(words_engine, EXAMPLE)
    assert (result.decision, item(result)) == ("answer", REISSUE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀😀😀",
        "。。。？？",
        "12345678",
        "<b></b>",
        "\x00\x01\u202e",
        "how can I renew my passport please",
        "Где получить паспорт",
        "パスポートをなくしました",
        "今天天气怎么样",
        "给我讲个笑话",
        "a" * 10_000,
        "'; DROP TABLE guides; --",
        "{{7*7}} ${jndi:ldap://x}",
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(engine: Engine, words_engine: Engine, text: str) -> None:
    for each in (engine, words_engine):
        result = ask(each, text)
        assert result.decision == "reject"
        assert result.reason.strip()
        assert (result.item, result.answer, result.sources) == (None, None, [])


@pytest.mark.parametrize("text", ["how can I renew my passport please", "Где получить паспорт", "パスポートをなくしました"])
def test_another_language_is_named_as_the_reason(engine: Engine, text: str) -> None:
    assert "中文" in ask(engine, text).reason


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE * 1500,
        "<script>alert(1)</script>" + EXAMPLE,
        "\x00身份\x07证丢了\u200b咋整\r\n",
        "身份證遺失咋整",
        "  身份证 丢了 咋整  ",
        "身份证丢了咋整😭😭",
    ],
)
def test_noise_around_a_question_does_not_hide_it(engine: Engine, text: str) -> None:
    result = ask(engine, text)
    assert (result.decision, item(result)) == ("answer", REISSUE)
    assert result.answer is not None and "<script" not in result.answer.text


@pytest.mark.parametrize("top_k", [1, 2, 5, 20])
@pytest.mark.parametrize("text", ["身份证", "社保", "办证"])
def test_asking_back_offers_two_to_four_alternatives(engine: Engine, text: str, top_k: int) -> None:
    result = ask(engine, text, top_k=top_k)
    assert result.decision == "clarify"
    assert 2 <= len(result.candidates) <= 4
    assert len({candidate.id for candidate in result.candidates}) == len({c.title for c in result.candidates}) == len(result.candidates)
    assert (result.answer, result.item, result.sources) == (None, None, [])


@pytest.mark.parametrize("count", [1, 3, 20])
def test_candidates_are_counted_ordered_and_of_different_items(engine: Engine, count: int) -> None:
    candidates = ask(engine, EXAMPLE, top_k=count).candidates
    assert len(candidates) == count
    confidences = [candidate.confidence for candidate in candidates]
    assert confidences == sorted(confidences, reverse=True) and all(0 <= value <= 1 for value in confidences)
    assert candidates[0].id == REISSUE
    assert len({candidate.item or candidate.id for candidate in candidates}) == count


@pytest.mark.parametrize(("text", "kind"), [(EXAMPLE, "guide"), ("电动自行车要不要登记上牌，怎么上", "qa")])
def test_an_answer_cites_what_it_was_made_from(engine: Engine, text: str, kind: str) -> None:
    result = ask(engine, text)
    assert result.decision == "answer"
    (source,) = result.sources
    assert source.kind == kind and source.title and source.basis
    records = engine.knowledge.guides if kind == "guide" else engine.knowledge.qa
    assert (source.version, source.valid_from) == (records[source.id].version, records[source.id].valid_from)


def test_a_choice_among_alternatives_is_answered(engine: Engine) -> None:
    for candidate in ask(engine, "身份证").candidates:
        result = engine.answer_item(candidate.id, Element.FEE)
        assert result.decision == "answer" and told_from(result) == {candidate.id}
    with pytest.raises(KeyError):
        engine.answer_item("no-such-item", Element.FEE)


@pytest.mark.parametrize("text", [EXAMPLE, "身份证", "", "电动自行车要不要登记上牌，怎么上"])
def test_the_result_is_the_contract_and_survives_json(engine: Engine, text: str) -> None:
    result = ask(engine, text, region="222401")
    raw = json.loads(result.model_dump_json())
    assert SearchResult.model_validate(raw) == result
    assert set(raw) == {
        *("decision", "confidence", "reason", "item", "element", "region", "answer"),
        *("candidates", "sources", "versions", "took_ms", "elements", "also"),
    }
    assert set(raw["region"]) == {"asked", "resolved"} and set(raw["versions"]) == {"knowledge", "index", "model"}
    assert raw["item"] is None or set(raw["item"]) == {"id", "name"}
    assert raw["answer"] is None or set(raw["answer"]) == {"text", "blocks", "links"}
    assert all(set(candidate) == {"kind", "id", "item", "element", "title", "confidence"} for candidate in raw["candidates"])
    assert all(set(source) == {"kind", "id", "title", "basis", "version", "valid_from"} for source in raw["sources"])
    assert all(raw["versions"].values()) and 0 <= raw["confidence"] <= 1


@pytest.mark.parametrize(("text", "context"), [(EXAMPLE, None), (EXAMPLE, REISSUE), ("多少钱", REISSUE)])
@pytest.mark.parametrize("as_of", [date(1900, 1, 1), date(2020, 1, 1), date(2025, 12, 30)])
def test_a_guide_does_not_answer_before_it_is_valid(engine: Engine, text: str, context: str | None, as_of: date) -> None:
    result = ask(engine, text, context=context, as_of=as_of)
    assert REISSUE not in told_from(result) | {candidate.id for candidate in result.candidates}


def test_a_guide_answers_from_its_first_to_its_last_day(engine: Engine) -> None:
    guide = engine.knowledge.guides[REISSUE].model_copy(update={"valid_to": date(2026, 6, 30)})
    knowledge = dataclasses.replace(engine.knowledge, guides={**engine.knowledge.guides, REISSUE: guide})
    ending = Engine(knowledge, engine.snapshot, engine.encoder, today=lambda: DAY, portal_url="https://zwfw.jl.gov.cn/")
    assert item(ask(ending, EXAMPLE, as_of=guide.valid_from)) == REISSUE
    assert item(ask(ending, EXAMPLE, as_of=date(2026, 6, 30))) == REISSUE
    assert REISSUE not in told_from(ask(ending, EXAMPLE, as_of=date(2026, 7, 1)))
    assert REISSUE not in told_from(ask(ending, EXAMPLE, as_of=None))  # the engine's own clock


@pytest.mark.parametrize("words", ["提取公积金", "公积金提取", "我想提取公积金"])
def test_words_that_several_guides_have_in_their_names_are_asked_back(engine: Engine, words: str) -> None:
    result = ask(engine, words)
    assert result.decision == "clarify"
    assert {one.id for one in result.candidates} == {"gjj-buy", "gjj-rent", "gjj-retire"}


def test_words_that_a_guide_is_called_are_told_although_others_hold_them(engine: Engine) -> None:
    result = ask(engine, "租房提取公积金")
    assert (result.decision, result.sources[0].id) == ("answer", "gjj-rent")
