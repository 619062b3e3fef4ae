"""What a citizen reads about an application: where it is, who has it, the days, what to do; and nothing personal."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest

from banshi.connect.applications.port import (
    CHINA_TIME,
    ApplicantKind,
    Application,
    Correction,
    Delivery,
    Pause,
    Result,
    Stage,
    masked_number,
)
from banshi.connect.applications.status_text import StatusExplanation, explain

TODAY = date(2026, 11, 20)  # a Friday
NUMBER = "JL202611000001"


def application(stage: Stage, **changes: Any) -> Application:
    """Accepted on Monday 9 November with a promise of ten workdays, so nine are used on the 20th and the 23rd is the last day."""
    fields: dict[str, Any] = {
        "application_no": NUMBER,
        "item": "hz-idcard-reissue",
        "task_name": "居民身份证丢失补领",
        "region": "220102",
        "dept_name": "公安部门（治安户政）",
        "applicant_kind": ApplicantKind.NATURAL_PERSON,
        "stage": stage,
        "received_on": date(2026, 11, 6),
        "accepted_on": date(2026, 11, 9),
        "promise_workdays": 10,
        "updated_at": datetime(2026, 11, 16, 10, 0, tzinfo=CHINA_TIME),
        "source": "示例数据",
    }
    return Application(**{**fields, **changes})


def explained(stage: Stage, today: date = TODAY, **changes: Any) -> StatusExplanation:
    return explain(application(stage, **changes), today)


CORRECTIONS = (
    Correction(material="从业人员健康证明", reason="没有提交", due=date(2026, 11, 27)),
    Correction(material="经营场所布局图", reason="拍得不清楚，请重新提交", due=date(2026, 11, 25)),
)
SITUATIONS: dict[str, tuple[Stage, dict[str, Any]]] = {
    **{stage.value: (stage, {}) for stage in Stage},
    "收件，未受理": (Stage.RECEIVED, {"accepted_on": None}),
    "补正": (Stage.CORRECTION, {"corrections": CORRECTIONS}),
    "受理前补正": (Stage.CORRECTION, {"corrections": CORRECTIONS, "accepted_on": None}),
    "超期": (Stage.REVIEW, {"promise_workdays": 3}),
    "决定准予": (Stage.DECISION, {"result": Result.GRANTED}),
    "决定不予": (Stage.DECISION, {"result": Result.REFUSED, "result_reason": "材料不实"}),
    "不予没有原因": (Stage.CLOSED, {"result": Result.REFUSED}),
    **{d.value: (Stage.COLLECTION, {"result": Result.GRANTED, "delivery": d}) for d in Delivery},
}


@pytest.mark.parametrize(("stage", "changes"), SITUATIONS.values(), ids=SITUATIONS)
def test_every_situation_says_what_where_and_what_to_do(stage: Stage, changes: dict[str, Any]) -> None:
    told = explained(stage, **changes)
    assert told.stage == stage.value
    assert "居民身份证丢失补领" in told.text
    assert f"“{stage.value}”这一步" in told.text
    assert told.next_step and told.text.endswith(told.next_step)
    assert "None" not in told.text and "不能办" not in told.text
    assert "公安部门" in told.text, "who has it"


@pytest.mark.parametrize(("stage", "changes"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_full_number_is_never_printed(stage: Stage, changes: dict[str, Any]) -> None:
    printed = explained(stage, **changes).model_dump_json()
    assert "JL20****0001" in printed
    assert NUMBER not in printed and "202611000001" not in printed


def test_personal_numbers_in_a_clerks_words_are_not_printed() -> None:
    reason = "申请人身份证号220102199003078515与手机号13900001111登记不一致，与办件 jl202611000001 重复"
    refused = explained(Stage.CLOSED, result=Result.REFUSED, result_reason=reason)
    waiting = explained(Stage.CORRECTION, corrections=(Correction(material="身份证220102199003078515复印件", reason=reason, due=TODAY),))
    for printed in (refused.model_dump_json(), waiting.model_dump_json()):
        assert not re.search(r"\d{9}", printed)
        assert "登记不一致" in printed


@pytest.mark.parametrize(("number", "shown"), [(NUMBER, "JL20****0001"), ("AB12345678901234", "AB12****1234"), ("AB123456", "****")])
def test_numbers_are_masked_to_both_ends(number: str, shown: str) -> None:
    assert masked_number(number) == shown


def test_in_review_the_days_used_and_left_and_the_last_day_are_told() -> None:
    told = explained(Stage.REVIEW)
    assert (told.workdays_used, told.workdays_left, told.overdue, told.due) == (9, 1, False, date(2026, 11, 23))
    for words in ("承诺 10 个工作日", "已经用了 9 个", "还剩 1 个", "11月23日（周一）", "11月9日（周一）受理"):
        assert words in told.text


def test_before_acceptance_no_day_is_used() -> None:
    told = explained(Stage.RECEIVED, accepted_on=None)
    assert (told.workdays_used, told.workdays_left, told.overdue, told.due) == (0, 10, False, None)
    assert "正式受理以后才开始算" in told.text


def test_the_last_day_itself_is_not_overdue_the_next_is() -> None:
    on_the_day = explained(Stage.REVIEW, promise_workdays=9)
    assert (on_the_day.workdays_left, on_the_day.overdue, on_the_day.due) == (0, False, TODAY)
    assert "今天（11月20日）" in on_the_day.text
    # The 21st is a Saturday: no further workday is used, and yet the promise is broken.
    saturday = explained(Stage.REVIEW, promise_workdays=9, today=date(2026, 11, 21))
    assert (saturday.workdays_used, saturday.overdue) == (9, True)
    assert "12345 催办" in saturday.next_step


def test_overdue_is_admitted_with_a_way_to_urge() -> None:
    told = explained(Stage.REVIEW, promise_workdays=6)
    assert (told.workdays_used, told.workdays_left, told.overdue, told.due) == (9, 0, True, date(2026, 11, 17))
    assert "超了 3 个工作日" in told.text
    assert "11月17日（周二）" in told.text
    assert "12345 催办" in told.next_step


def test_in_correction_each_missing_material_is_named_with_reason_and_date() -> None:
    told = explained(
        Stage.CORRECTION,
        corrections=CORRECTIONS,
        pauses=(Pause(stage=Stage.CORRECTION, from_=date(2026, 11, 16)),),
    )
    assert told.missing == ["从业人员健康证明", "经营场所布局图"]
    assert told.due == date(2026, 11, 25), "the earliest of the two"
    assert "从业人员健康证明：没有提交，最晚 11月27日（周五）" in told.text
    assert "经营场所布局图：拍得不清楚，请重新提交，最晚 11月25日（周三）" in told.text
    assert (told.workdays_used, told.workdays_left, told.overdue) == (4, 6, False)
    assert "不算在内" in told.text


def test_a_correction_that_is_too_late_gets_a_way_out() -> None:
    told = explained(Stage.CORRECTION, corrections=CORRECTIONS, today=date(2026, 11, 26))
    assert "日子已经过了" in told.next_step
    assert "12345" in told.next_step and "重新申请" in told.next_step


def test_a_correction_without_a_list_sends_one_to_ask() -> None:
    told = explained(Stage.CORRECTION)
    assert (told.missing, told.due) == ([], None)
    assert "12345" in told.next_step


def test_what_was_handed_in_is_no_longer_missing() -> None:
    assert explained(Stage.REVIEW, corrections=CORRECTIONS).missing == []


@pytest.mark.parametrize("stage", [Stage.CORRECTION, Stage.SPECIAL_PROCEDURE, Stage.SUSPENDED])
def test_the_clock_stands_still_in_a_pause(stage: Stage) -> None:
    begun = Pause(stage=stage, from_=date(2026, 11, 16))
    soon, late = (explained(stage, pauses=(begun,), today=day) for day in (TODAY, date(2027, 11, 19)))
    assert (soon.workdays_used, soon.workdays_left, soon.overdue) == (4, 6, False)
    assert (late.workdays_used, late.workdays_left, late.overdue) == (4, 6, False)
    # Some systems give the stage and forget the pause: it began with the last change.
    assert explained(stage).workdays_used == 4


def test_a_promise_broken_before_the_pause_stays_broken() -> None:
    told = explained(Stage.SUSPENDED, promise_workdays=2, pauses=(Pause(stage=Stage.SUSPENDED, from_=date(2026, 11, 16)),))
    assert told.overdue
    assert "12345 催办" in told.next_step


def test_a_pause_that_is_over_is_left_out_and_said() -> None:
    told = explained(Stage.REVIEW, pauses=(Pause(stage=Stage.CORRECTION, from_=date(2026, 11, 11), to=date(2026, 11, 13)),))
    assert (told.workdays_used, told.due) == (6, date(2026, 11, 26))
    assert "没算进去" in told.text


def test_a_refusal_gives_reason_and_ways_to_object() -> None:
    told = explained(
        Stage.CLOSED, result=Result.REFUSED, result_reason="场所面积不符合要求", decided_on=date(2026, 11, 18), today=date(2027, 8, 2)
    )
    assert "原因是：场所面积不符合要求" in told.text
    assert "2026年11月18日" in told.text, "the year is said once it is another"
    for words in ("60 日内申请行政复议", "6 个月内", "行政诉讼", "重新申请", "12345"):
        assert words in told.next_step
    assert (told.workdays_used, told.overdue, told.due) == (7, False, None)


def test_a_refusal_without_reason_tells_of_the_right_to_one() -> None:
    told = explained(Stage.CLOSED, result=Result.REFUSED)
    assert "有权要他们书面说明" in told.text
    assert "行政复议" in told.text


@pytest.mark.parametrize(
    ("delivery", "words"), [(Delivery.WINDOW, "窗口领取"), (Delivery.COURIER, "快递"), (Delivery.E_LICENSE, "电子证照")]
)
def test_a_finished_application_says_how_to_get_the_result(delivery: Delivery, words: str) -> None:
    told = explained(Stage.COLLECTION, result=Result.GRANTED, delivery=delivery, decided_on=date(2026, 11, 18))
    assert "办成了" in told.text and words in told.next_step
    assert (told.workdays_used, told.workdays_left, told.overdue, told.due) == (7, 3, False, None)


def test_a_late_decision_is_admitted_but_is_no_longer_overdue() -> None:
    told = explained(Stage.CLOSED, result=Result.GRANTED, promise_workdays=5, decided_on=date(2026, 11, 18))
    assert not told.overdue
    assert "晚了 2 个" in told.text and "催办" not in told.text


def test_the_day_of_the_decision_is_taken_in_china() -> None:
    # 17 November 23:00 in Greenwich is the 18th in China.
    told = explained(Stage.CLOSED, result=Result.GRANTED, updated_at=datetime.fromisoformat("2026-11-17T23:00:00+00:00"))
    assert told.workdays_used == 7


def test_an_estimated_last_day_says_so() -> None:
    told = explained(
        Stage.REVIEW, promise_workdays=60, received_on=date(2040, 11, 1), accepted_on=date(2040, 11, 5), today=date(2040, 11, 9)
    )
    assert told.workdays_used == 4
    assert "2040" in told.text and "估算" in told.text
    assert "估算" not in explained(Stage.REVIEW).text


def test_dates_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="早于收件日期"):
        application(Stage.REVIEW, accepted_on=date(2026, 11, 5))
