"""Time in force: dates that contradict each other, and what has run out and is still asked for."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from banshi.knowledge.lint.context import Draft
from banshi.knowledge.lint.finding import Found, Rule

_UNTIL = re.compile(
    r"(?:截至|截止(?:到|至|日期为?)?|有效期至|执行(?:到|至)|延续(?:到|至)|实施(?:到|至)|申请(?:到|至)|受理(?:到|至)|优惠(?:到|至)|持续到|(?<![一-龥])至|(?<=日)至|(?<=日起)至)"
    r"\s*(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?|底|末)?"
)
_HISTORY = re.compile("此前|以前|之前|原|曾|起施行|发布|公布|逐步|延至|提高")


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _since(draft: Draft) -> date | None:
    retired = draft.content.get("retired")
    return _day(retired.get("since")) if isinstance(retired, Mapping) else None


def _reversed(draft: Draft) -> Iterator[Found]:
    start, end = _day(draft.content.get("valid_from")), _day(draft.content.get("valid_to"))
    if start is not None and end is not None and end < start:
        yield Found("valid_to", f"失效日期（{end}）早于生效日期（{start}）", str(end))
    since = _since(draft)
    if start is not None and since is not None and since < start:
        yield Found("retired.since", f"停用日期（{since}）早于生效日期（{start}）", str(since))


def _expired(draft: Draft) -> Iterator[Found]:
    today, end = draft.context.today, _day(draft.content.get("valid_to"))
    if _since(draft) is not None:
        return  # people are told that it is out of use
    if today is not None and end is not None and end < today:
        yield Found("valid_to", f"已于{end}失效，群众还会问到。请更新内容，或登记停用并写明怎么告知", str(end))
    if (state := draft.label("task_state")) in ("取消", "暂停"):
        yield Found("task_state", f"事项状态是“{state}”，还没有登记停用，群众问到时仍会得到原来的办法", state)


def _past(draft: Draft) -> Iterator[Found]:
    today = draft.context.today
    if today is None:
        return
    for path, text in draft.formal:
        for match in _UNTIL.finditer(text):
            year, month = int(match[1]), int(match[2] or 12)
            if not 1990 < year < 2100 or not 1 <= month <= 12 or _HISTORY.search(text[max(0, match.start() - 12) : match.start()]):
                continue
            last = calendar.monthrange(year, month)[1]
            if date(year, month, min(int(match[3] or last), last) or 1) < today:
                yield Found(path, f"“{match[0]}”已经过了，请核对现在怎么规定", match[0])
                break


RULES = (
    Rule("dates-reversed", "error", ("guide", "qa"), _reversed),
    Rule("expired", "warning", ("guide", "qa"), _expired),
    Rule("date-past", "advice", ("guide", "qa"), _past),
)
