"""The parity audit: which questions it asks, what it takes for the same, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from banshi.desk.actions_asked import act_asked
from banshi.desk.answer_object import FIELDS, Told, canonical, digest, of_result
from banshi.desk.counter import serve
from banshi.desk.direct import picked_from
from banshi.desk.live import Live
from banshi.desk.replies import replies_for
from banshi.desk.unhappy.stuck import with_ways_on
from banshi.governance.parity.audit import ParityReport, audit
from banshi.governance.parity.ends import EndFailedError, fields_that_differ
from banshi.governance.parity.kept import keep, last_result
from banshi.governance.parity.questions import ParityQuestion, parity_questions, read_questions
from banshi.governance.parity.replies import of_replies
from banshi.knowledge.library import Knowledge
from banshi.knowledge.stored import StoredQuestions
from banshi.parity_running import seconds_until
from banshi.search.engine import Engine
from banshi.search.result import SearchRequest, SearchResult
from banshi.text.normalise import is_korean

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def said(engine: Engine, text: str, region: str | None = None) -> tuple[SearchResult, list[dict[str, Any]]]:
    """What is found, and the replies that tell it."""
    result = engine.search(SearchRequest(text=text, region=region))
    return result, [one.model_dump(mode="json") for one in replies_for(result, korean=is_korean(text))]


@pytest.mark.parametrize(
    "text",
    [
        "身份证丢了咋整",
        "营业执照",
        "身份证丢了怎么补，还有护照多少钱",
        "신분증을 잃어버렸는데 어떻게 합니까?",
        "今天天气怎么样",
        "北京的居住证怎么办",
        "12345是什么电话",
    ],
)
def test_a_reply_carries_the_whole_answer_object(words_engine: Engine, text: str) -> None:
    for region in (None, "222401"):
        result, replies = said(words_engine, text, region)
        assert canonical(of_replies(replies)) == canonical(of_result(result))


def test_what_stands_after_an_answer_is_no_part_of_it(words_engine: Engine) -> None:
    result = words_engine.search(SearchRequest(text="身份证丢了咋整"))
    angry = with_ways_on([], "气死我了，身份证丢了咋整", replies_for(result))
    assert angry[-1].custom["stuck"] == "anger"
    assert canonical(of_replies([one.model_dump(mode="json") for one in angry])) == canonical(of_result(result))


CHANGES: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("text", lambda reply: reply.update(text=reply["text"].replace("。", "", 1))),
    ("text", lambda reply: reply.update(text=reply["text"].rpartition("\n")[0])),
    ("item", lambda reply: reply["custom"].update(item="another")),
    ("blocks", lambda reply: reply["custom"]["blocks"].pop()),
    ("sources", lambda reply: reply["custom"]["sources"][0].update(version=99)),
    ("versions", lambda reply: reply["custom"]["versions"].update(index="older")),
    ("region", lambda reply: reply["custom"]["region"].update(resolved="222401")),
]


@pytest.mark.parametrize(("field", "change"), CHANGES)
def test_any_other_byte_is_noticed(words_engine: Engine, field: str, change: Callable[[dict[str, Any]], object]) -> None:
    result, replies = said(words_engine, "身份证丢了咋整")
    change(replies[0])
    assert field in fields_that_differ(of_replies(replies), of_result(result))


def test_a_reply_too_many_is_noticed(words_engine: Engine) -> None:
    result, replies = said(words_engine, "身份证丢了咋整")
    assert fields_that_differ(of_replies([*replies, *replies]), of_result(result)) == ["parts"]


def test_how_sure_and_how_fast_make_no_difference(words_engine: Engine) -> None:
    one, other = (words_engine.search(SearchRequest(text="身份证丢了咋整")) for _ in range(2))
    other = other.model_copy(update={"confidence": 0.1, "took_ms": 99.0})
    assert [digest(told) for told in of_result(one)] == [digest(told) for told in of_result(other)]
    assert set(of_result(one)[0]) == set(FIELDS)


def test_the_questions_are_stored_ones_by_a_fixed_rule(knowledge: Knowledge) -> None:
    asked = parity_questions(knowledge, 1000)
    assert asked == parity_questions(knowledge, 1000) and asked[:10] == parity_questions(knowledge, 10)
    assert len({one.text for one in asked}) == 1000
    stored = StoredQuestions(knowledge)
    assert all(stored.holds(one.text) for one in asked)
    assert not any(act_asked(one.text, knowledge.lexicon.urgent) for one in asked)
    somewhere = [one.region for one in asked if one.region is not None]
    assert 400 < len(somewhere) < 600 and set(somewhere) <= set(knowledge.regions.regions)
    assert any(is_korean(one.text) for one in asked)


def test_questions_of_a_file_are_words_or_objects() -> None:
    lines = ["身份证丢了咋整", "", '{"text": "护照怎么办", "region": "222401"}']
    assert read_questions(lines) == [ParityQuestion(1, "身份证丢了咋整", None), ParityQuestion(2, "护照怎么办", "222401")]
    for wrong in ('{"text": 1}', "{broken", '{"region": "1"}'):
        with pytest.raises(ValueError, match="Line 1"):
            read_questions([wrong])


class _OtherEnd:
    """An end that tells something else to some questions, and nothing to others."""

    name = "other"

    def differs(self, question: ParityQuestion, result: SearchResult, expected: list[Told]) -> list[str]:
        if question.id == 3:
            raise EndFailedError("it is away")
        return ["text"] if question.id % 2 == 0 else []


def test_differences_are_counted_and_named(words_engine: Engine) -> None:
    asked = [ParityQuestion(number, "身份证丢了咋整", None) for number in range(1, 6)]
    report = audit(words_engine, [_OtherEnd()], asked, now=lambda: NOW)
    assert (report.asked, report.equal, report.by_end, report.whole) == (5, 2, {"other": 3}, False)
    assert [(one.question, one.fields) for one in report.differences] == [(2, ["text"]), (3, ["no answer: it is away"]), (4, ["text"])]
    assert not audit(words_engine, [], [], now=lambda: NOW).whole


def test_the_last_result_is_kept(words_engine: Engine, tmp_path: Path) -> None:
    assert last_result(tmp_path) is None
    report: ParityReport = audit(words_engine, [], [ParityQuestion(1, "x", None)], now=lambda: NOW)
    keep(report, tmp_path)
    assert last_result(tmp_path) == report
    (tmp_path / "parity.json").write_text("{half", encoding="utf-8")
    assert last_result(tmp_path) is None


def test_the_nightly_audit_begins_at_its_time() -> None:
    china = timezone(timedelta(hours=8))
    assert seconds_until("03:30", datetime(2026, 11, 22, 3, 0, tzinfo=china)) == 1800
    assert seconds_until("03:30", datetime(2026, 11, 22, 3, 30, tzinfo=china)) == 86_400
    assert seconds_until("00:00", datetime(2026, 11, 22, 23, 59, 59, tzinfo=china)) == 1


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("着火了打哪个", "urgent"),
        ("转人工", "person"),
        ("投诉窗口", "complaint"),
        ("查进度", "status"),
        ("政务中心在哪", "halls"),
        ("身份证丢了咋整", None),
        ("差评匿名吗", None),
    ],
)
def test_what_is_to_be_done_is_told_from_what_is_asked(knowledge: Knowledge, text: str, act: str | None) -> None:
    assert act_asked(text, knowledge.lexicon.urgent) == act


def test_who_asks_about_bad_ratings_has_given_none() -> None:
    ask = partial(serve, Live(), "差评匿名吗", payload=False, region=None, knowledge=None, status=None, now=NOW)
    given = ask(stored=False)
    assert given is not None and given.custom == {"type": "rating", "level": 1}
    assert ask(stored=True) is None


@pytest.mark.parametrize(("words", "meant"), [("2", "b"), ("2.", "b"), ("第二个", "b"), ("第3个", "c"), ("第四个", None), ("两个", None)])
def test_an_alternative_is_picked_by_its_place(words: str, meant: str | None) -> None:
    assert picked_from(Live(alternatives=("a", "b", "c")), words) == meant


def test_a_stored_question_is_known_however_it_is_punctuated(knowledge: Knowledge) -> None:
    stored = StoredQuestions(knowledge)
    question = knowledge.guides["hz-idcard-reissue"].questions
    wording = next(iter(question.values()))[0]
    assert stored.holds(wording) and stored.holds(f" {wording}？！ ")
    assert not stored.holds(f"{wording}呀呀") and not stored.holds("")


def test_of_a_new_version_only_new_questions_are_gone_through(knowledge: Knowledge) -> None:
    before = StoredQuestions(knowledge)
    before.prepare()
    guide = knowledge.guides["hz-idcard-reissue"]
    wording = "身份证叫我家狗给啃了"
    more = guide.model_copy(update={"questions": {**guide.questions, "overview": (wording,)}})
    changed = replace(knowledge, guides={**knowledge.guides, guide.id: more})
    after = StoredQuestions(changed)
    assert after.prepare(before) == StoredQuestions(changed).prepare()
    assert after.holds(f"{wording}！") and not before.holds(wording)
