"""Time limits: 承诺 within 法定, licences within the statute, steps within the promise.

Sources: 行政许可法 §42 (20 days unless a law or regulation says otherwise), §45 (hearing, inspection, review are not counted), §82
(days are working days).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from banshi.knowledge.labels import NOT_COUNTED_STAGES
from banshi.knowledge.lint.amounts import WEEK, Limit, Span, count_of, limit_of, spans
from banshi.knowledge.lint.content import path_of_text, text_of, write_text
from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_LONGEST_PERMIT = 20
_SHORTEST_SURVEY = 5
_ON_SITE = re.compile("(?:现场|实地|上门)(?:勘|踏|核|查|看|检|验|评|审)|踏勘|勘查|勘验|勘察|实地查看")
_STEP_DAYS = re.compile(r"(\d{1,3})\s*个工作日")


def _is_over(promise: Span, statutory: Span) -> bool:
    """Whether a promise is longer, in the reading that is kindest to it where one counts working days and the other calendar days."""
    if promise.working == statutory.working:
        return promise.high > statutory.high
    return promise.high > (statutory.high if promise.working else statutory.high * WEEK + 2)


def _over_limit(draft: Draft) -> Iterator[Found]:
    promise, statutory = limit_of(draft.content, "promise"), limit_of(draft.content, "anticipate")
    if promise is None or statutory is None:
        return
    # With one figure on each side they speak of the same; else only what exceeds everything the law allows is surely over.
    plain = len(statutory.main) == 1 and _is_over(promise.main[0], statutory.main[0])
    if plain or _is_over(promise.longest, statutory.longest_of_all):
        path = _path(draft, "promise")
        told = f"承诺办结时限（{promise.text}）长于法定办结时限（{statutory.text}），承诺只能更短"
        yield Found(path, told, promise.text, "改为与法定办结时限相同" if len(statutory.main) == 1 else None)


def _path(draft: Draft, name: str) -> str:
    return f"{name}_day" if count_of(draft.content.get(f"{name}_day")) is not None else path_of_text(draft.content, name)


def _as_statutory(draft: Draft, _: str) -> None:
    content = draft.content
    statutory = limit_of(content, "anticipate")
    assert statutory is not None
    span = statutory.main[0]
    if count_of(content.get("promise_day")) is not None:
        # Whole days only: what is done at once or within hours is 0.
        content["promise_day"], content["promise_type"] = int(span.high), "工作日" if span.working else "自然日"
    else:
        write_text(content, "promise", statutory.text[span.start : span.end] or statutory.text)


def _long_permit(draft: Draft) -> Iterator[Found]:
    statutory = limit_of(draft.content, "anticipate")
    if draft.label("task_type") != "行政许可" or statutory is None:
        return
    span = statutory.longest
    if span.high > (_LONGEST_PERMIT if span.working else _LONGEST_PERMIT * WEEK):
        message = (
            f"行政许可的法定时限（{statutory.text}）超过20个工作日。《行政许可法》第四十二条：法律、法规另有规定的才可以更长，请核对依据"
        )
        yield Found(_path(draft, "anticipate"), message, statutory.text)


def _short_survey(draft: Draft) -> Iterator[Found]:
    texts = [text for _, text in draft.lines("process")]
    texts += [text_of(row.get("name")) for table in ("special_procedure", "steps") for _, row in draft.rows(table)]
    survey = next((text for text in texts if _ON_SITE.search(text)), None)
    name = "promise" if limit_of(draft.content, "promise") is not None else "anticipate"
    limit = limit_of(draft.content, name)
    if survey is not None and limit is not None and limit.longest.high < _SHORTEST_SURVEY and not _counts_apart(limit):
        message = f"要现场勘查（“{survey}”），时限却只有“{limit.text}”，不到{_SHORTEST_SURVEY}天，请核对能否做到"
        yield Found(_path(draft, name), message, limit.text)


def _counts_apart(limit: Limit) -> bool:
    return re.search("不含|另计|除外|不计", limit.text) is not None


def _steps(draft: Draft) -> Iterator[Found]:
    promise = limit_of(draft.content, "promise")
    if promise is None:
        return
    counted = [(row, days) for _, row in draft.rows("steps") if (days := count_of(row.get("days"))) is not None]
    counted = [(row, days) for row, days in counted if not any(stage in text_of(row.get("name")) for stage in NOT_COUNTED_STAGES)]
    path = "steps"
    total = sum(Span(days, days, row.get("day_type") != "自然日", 0, 0).calendar for row, days in counted)
    if not counted:
        path = "process"
        lines = [line for _, line in draft.lines("process") if not any(stage in line for stage in NOT_COUNTED_STAGES)]
        total = sum(int(match[1]) * WEEK for line in lines if (match := _STEP_DAYS.search(line)))
    # A step in a guide's prose may name a time of the applicant's; one alone proves nothing.
    if total > promise.longest_of_all.calendar and (path == "steps" or sum(bool(spans(line)) for _, line in draft.lines("process")) > 1):
        message = f"各环节的天数加起来（{total / WEEK:g}个工作日）超过承诺办结时限（{promise.text}）"
        yield Found(path, message, promise.text)


RULES = (
    Rule("promise-over-limit", "error", ("guide",), _over_limit, _as_statutory),
    Rule("permit-limit-long", "warning", ("guide",), _long_permit),
    Rule("survey-limit-short", "warning", ("guide",), _short_survey),
    Rule("steps-over-promise", "warning", ("guide",), _steps),
)
