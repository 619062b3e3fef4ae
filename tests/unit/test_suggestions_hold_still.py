"""While somebody speaks, what an operator reads stays where it is; what changes says why."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banshi.assembly import china_now
from banshi.desk.advice.gate import Gate
from banshi.desk.advice.recent_changes import RecentChanges
from banshi.desk.advice.steady import MOST, Found, hold, owner_of
from banshi.desk.advice.suggestions import Adviser, Wanted
from banshi.search.engine import Engine
from banshi.store.database import open_database

KEYS = [f"guide:hz-{name}:{element}" for name in "abcde" for element in ("fee", "materials")] + ["qa:qa-one", "qa:qa-two"]
LABELS = {"fee": "费用", "materials": "材料"}


@pytest.fixture(scope="module")
def adviser(tmp_path_factory: pytest.TempPathFactory) -> Adviser:
    database = open_database(tmp_path_factory.mktemp("adviser") / "banshi.db")
    return Adviser(RecentChanges(database, china_now), china_now, portal_url="https://portal.example/")


def one(key: str, confidence: float, *, plainly: bool = False) -> Found:
    return Found(key, f"标题{key}", LABELS.get(key.rpartition(":")[2], ""), confidence, plainly)


@st.composite
def findings(draw: st.DrawFn) -> list[Found]:
    keys = draw(st.lists(st.sampled_from(KEYS), max_size=6, unique_by=owner_of))
    found = [one(key, draw(st.floats(0, 1)), plainly=draw(st.booleans())) for key in keys]
    return sorted(found, key=lambda one: -one.confidence)


SHOWN = st.lists(st.sampled_from(KEYS), max_size=MOST, unique_by=owner_of)


@given(SHOWN, findings(), st.booleans())
def test_never_more_than_three_and_no_matter_twice(shown: list[str], found: list[Found], partial: bool) -> None:
    keys = hold(shown, found, partial=partial).keys
    assert len(keys) <= MOST
    assert len({owner_of(key) for key in keys}) == len(keys)


@given(SHOWN, findings(), st.booleans())
def test_what_stays_keeps_its_order_and_what_goes_has_a_reason(shown: list[str], found: list[Found], partial: bool) -> None:
    held = hold(shown, found, partial=partial)
    stays = [key for key in shown if key in held.keys]
    assert stays == [key for key in held.keys if key in shown]
    reasons = dict(held.changes)
    assert {key for key in shown if key not in held.keys} <= set(reasons)
    assert all(reasons.values())


@given(SHOWN, findings())
def test_at_the_end_of_the_sentence_the_likeliest_three_are_shown(shown: list[str], found: list[Found]) -> None:
    held = {owner_of(key) for key in hold(shown, found, partial=False).keys}
    if found:
        least = min((one.confidence for one in found if one.owner in held), default=0.0)
        assert len(held) == min(MOST, len(found))
        assert all(one.confidence <= least for one in found if one.owner not in held)


@given(SHOWN, findings())
def test_partial_words_only_add_or_replace_in_place(shown: list[str], found: list[Found]) -> None:
    held = hold(shown, found, partial=True)
    assert len(held.keys) >= len(shown)
    replaced = {key for key, _ in held.changes}
    for place, key in enumerate(shown):
        assert held.keys[place] == key or key in replaced


@given(SHOWN, findings())
def test_the_same_words_again_change_nothing(shown: list[str], found: list[Found]) -> None:
    once = hold(shown, found, partial=True)
    again = hold(once.keys, found, partial=True)
    assert (again.keys, again.changes) == (once.keys, ())


def test_a_full_row_gives_way_only_to_what_is_clearly_better() -> None:
    shown = ["qa:qa-one", "qa:qa-two", "guide:hz-a:fee"]
    seen = [one("qa:qa-one", 0.4), one("qa:qa-two", 0.35), one("guide:hz-a:fee", 0.3)]
    little = hold(shown, [one("guide:hz-b:fee", 0.4), *seen], partial=True)
    assert (list(little.keys), little.changes) == (shown, ())
    much = hold(shown, [one("guide:hz-b:fee", 0.9), *seen], partial=True)
    assert much.keys == ("qa:qa-one", "qa:qa-two", "guide:hz-b:fee")
    assert much.changes == (("guide:hz-a:fee", "更像是“标题guide:hz-b:fee”"),)


def test_another_element_is_taken_when_the_words_name_it() -> None:
    guess = hold(["guide:hz-a:fee"], [one("guide:hz-a:materials", 0.9)], partial=True)
    assert guess.keys == ("guide:hz-a:fee",)
    named = hold(["guide:hz-a:fee"], [one("guide:hz-a:materials", 0.9, plainly=True)], partial=True)
    assert (named.keys, named.changes) == (("guide:hz-a:materials",), (("guide:hz-a:fee", "听清了，问的是材料"),))


def test_at_the_end_of_the_sentence_what_does_not_fit_goes() -> None:
    held = hold(["qa:qa-one", "guide:hz-a:fee"], [one("guide:hz-a:fee", 0.9)], partial=False)
    assert (held.keys, [key for key, _ in held.changes]) == (("guide:hz-a:fee",), ["qa:qa-one"])


def test_words_that_find_nothing_take_nothing_away() -> None:
    assert hold(["qa:qa-one"], [], partial=False).keys == ("qa:qa-one",)
    held = hold(["qa:qa-one", "qa:qa-two"], [], partial=False, fleeting={"qa:qa-two"})
    assert (held.keys, held.changes) == (("qa:qa-one",), (("qa:qa-two", "听完整句，没有合适的"),))


def test_a_sentence_spoken_slowly_moves_nothing(engine: Engine, adviser: Adviser) -> None:
    said = "我身份证弄丢了想问一下再补一张要带什么材料得花多少钱"
    shown: tuple[str, ...] = ()
    for end in (*range(4, len(said), 4), len(said)):
        advice = adviser.advise(engine, Wanted(said[:end], partial=end < len(said), shown=shown))
        keys = tuple(suggestion.key for suggestion in advice.suggestions)
        gone = {change.key for change in advice.changes}
        stayed = [key for key in shown if key not in gone]
        # Places stay while words come; at the end what does not fit goes, and the others close up in their order.
        assert [key for key in keys if key in stayed] == stayed, (said[:end], shown, keys)
        if end < len(said):
            assert all(keys[place] == key for place, key in enumerate(shown) if key in stayed), (said[:end], shown, keys)
        shown = keys
    assert shown[0].startswith("guide:hz-idcard-reissue:")


def test_complaints_and_emergencies_take_the_place_of_every_suggestion(engine: Engine, adviser: Adviser) -> None:
    shown = ("guide:hz-idcard-reissue:fee",)
    for said, title in (("我要投诉窗口的人态度太差", "投诉"), ("我家着火了快来人啊", "紧急情况"), ("我要举报村干部冒领低保", "举报")):
        advice = adviser.advise(engine, Wanted(said, shown=shown))
        assert advice.redirect is not None and advice.redirect.title == title
        assert (advice.suggestions, [change.key for change in advice.changes]) == ([], list(shown))
    fire = adviser.advise(engine, Wanted("我家着火了")).redirect
    assert fire is not None and "119" in fire.script


def test_small_talk_suggests_nothing_and_leaves_what_is_shown(engine: Engine, adviser: Adviser) -> None:
    assert adviser.advise(engine, Wanted("喂，你好，麻烦问个事儿")).suggestions == []
    key = "guide:hz-idcard-reissue:fee"
    advice = adviser.advise(engine, Wanted("嗯，好的，谢谢你", item="hz-idcard-reissue", shown=(key,), earlier={key: "补身份证多少钱"}))
    assert [(one.key, one.utterance) for one in advice.suggestions] == [(key, "补身份证多少钱")]


def test_a_question_without_a_subject_is_about_the_matter_under_way(engine: Engine, adviser: Adviser) -> None:
    advice = adviser.advise(engine, Wanted("那得带啥材料啊", item="hz-idcard-reissue"))
    assert advice.suggestions[0].key == "guide:hz-idcard-reissue:materials"
    assert advice.ask is not None and advice.ask.item == "hz-idcard-reissue"


def test_slips_of_the_recogniser_find_the_same(engine: Engine, adviser: Adviser) -> None:
    assert adviser.advise(engine, Wanted("身分正丢了补半一个多少钱")).suggestions[0].key == "guide:hz-idcard-reissue:fee"


def test_a_key_of_what_is_gone_is_taken_away_with_a_reason(engine: Engine, adviser: Adviser) -> None:
    advice = adviser.advise(engine, Wanted("身份证丢了咋", partial=True, shown=("guide:no-such:fee",)))
    assert "guide:no-such:fee" not in [one.key for one in advice.suggestions]
    assert [(change.key, change.reason) for change in advice.changes] == [("guide:no-such:fee", "已经下线，不能再用")]


def test_whole_sentences_go_before_partial_ones_and_late_partial_ones_are_sent_on() -> None:
    served: list[str] = []

    async def caller(gate: Gate, key: str, *, urgent: bool) -> bool:
        admitted = await gate.enter(key, urgent=urgent)
        if admitted:
            served.append(key)
            await asyncio.get_running_loop().run_in_executor(None, list, range(200_000))
            gate.leave()
        return admitted

    async def rush() -> list[bool]:
        gate = Gate(1, patience=60)
        assert await gate.enter("first", urgent=False)
        waiting = [asyncio.create_task(caller(gate, f"partial {number}", urgent=False)) for number in range(3)]
        whole = asyncio.create_task(caller(gate, "whole", urgent=True))
        done, _ = await asyncio.wait({*waiting, whole}, timeout=0.01)
        assert not done
        gate.leave()
        admitted = await asyncio.gather(*waiting, whole)
        hasty = Gate(1, patience=0.0)
        assert await hasty.enter("first", urgent=False)
        assert not await hasty.enter("late", urgent=False) and hasty.sent_on == 1
        hasty.leave()
        assert await hasty.enter("next", urgent=False)
        return admitted

    assert asyncio.run(rush()) == [True] * 4
    assert served[0] == "whole" and len(served) == 4


def test_a_caller_who_hangs_up_while_waiting_takes_no_place() -> None:
    async def leave_early() -> None:
        gate = Gate(1, patience=60)
        assert await gate.enter("first", urgent=True)
        waiting = asyncio.create_task(gate.enter("second", urgent=True))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        gate.leave()
        assert await asyncio.wait_for(gate.enter("third", urgent=False), 5)

    asyncio.run(leave_early())
