"""How an application stands, in words that an old person understands.

Sources of the rights named: 行政复议法 第二十条 (sixty days), 行政诉讼法 第四十六条 (six months). No name and no full number is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from banshi.connect.applications.port import PAUSING_STAGES, Application, Delivery, Pause, Result, Stage, masked_number
from banshi.connect.workdays import last_day, workdays_between
from banshi.text.numbers import mask, without_tokens

_URGE = "您可以打 12345 催办，说清楚是哪件事、哪天受理的。"
_OBJECT = (
    "原因解决以后，可以重新申请。觉得这个决定不对，可以从知道决定那天起 60 日内申请行政复议，"
    "也可以在 6 个月内到法院提起行政诉讼。具体找哪里，看决定书上写的；弄不明白就打 12345 问。"
)
_COLLECT = {
    Delivery.WINDOW: "请带上有效身份证件，到当初办事的窗口领取。自己去不了，先打 12345 问清楚怎么请人代领。",
    Delivery.COURIER: "结果用快递寄给您，请留意电话。好几天还没收到，就打 12345 问。",
    Delivery.E_LICENSE: "结果是电子证照，登录“吉事办”就能看，不用跑腿。",
    None: "怎么领，问当初办事的窗口，或者打 12345。",
}


class StatusExplanation(BaseModel):
    """What a citizen is told about one application."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    """The whole explanation; ends with `next_step`."""
    stage: str
    """Label of the stage: 审核 …"""
    workdays_used: int
    """Workdays of the promise used: up to the decision, or up to today. Pauses are left out."""
    workdays_left: int
    """Workdays of the promise left, never below 0."""
    overdue: bool
    """The promise has run out and there is no decision. False for what was decided, even late."""
    next_step: str
    missing: list[str]
    """Materials still to hand in; empty in every stage but 补齐补正."""
    refused: bool
    """The decision was against the citizen."""
    due: date | None
    """The next day that matters: last day to hand in what is missing, else the last day of the promise. None: no such day."""


@dataclass(frozen=True)
class _Clock:
    """How the promise stands on a day. `last` is None while the clock stands still or has not begun."""

    used: int
    left: int
    over: int
    last: date | None
    overdue: bool
    note: str | None


def explain(application: Application, today: date) -> StatusExplanation:
    """Put the state of an application into plain Chinese.

    Args:
        application: what the source said.
        today: the day to count up to, in China.
    """
    decided = _is_decided(application)
    clock = _clock(application, today)
    if application.result is Result.REFUSED:
        happened, next_step = _refused(application, today)
    elif decided:
        happened, next_step = _granted_or_closed(application)
    else:
        happened, next_step = _in_progress(application, today)
    if clock.overdue:
        next_step = f"{next_step}\n{_URGE}" if application.stage is Stage.CORRECTION else _URGE
    lines = [
        f"您办的“{application.task_name}”（编号 {masked_number(application.application_no)}），现在到了“{application.stage}”这一步。",
        happened,
        _time(application, clock, today),
        clock.note or "",
        next_step,
    ]
    waiting = application.stage is Stage.CORRECTION and not decided
    return StatusExplanation(
        text="\n".join(filter(None, lines)),
        stage=application.stage.value,
        workdays_used=clock.used,
        workdays_left=clock.left,
        overdue=clock.overdue,
        next_step=next_step,
        missing=[private(correction.material) for correction in application.corrections] if waiting else [],
        refused=application.result is Result.REFUSED,
        due=_hand_in_by(application) if waiting else None if decided else clock.last,
    )


def _is_decided(application: Application) -> bool:
    return application.result is not None or application.stage in (Stage.CLOSED, Stage.COLLECTION)


def _clock(application: Application, today: date) -> _Clock:
    promise, accepted, decided = application.promise_workdays, application.accepted_on, _is_decided(application)
    if accepted is None:
        return _Clock(used=0, left=promise, over=0, last=None, overdue=False, note=None)
    end = (application.decided_on or application.updated_on) if decided else today
    pauses = _pauses(application)
    used = workdays_between(accepted, end, pauses)
    last = last_day(accepted, promise, pauses)
    return _Clock(
        used=used.days,
        left=max(0, promise - used.days),
        over=max(0, used.days - promise),
        last=last.day if last else None,
        # By the day, not by the count: on the Saturday after the last Friday nothing was counted, and yet it is late.
        overdue=not decided and last is not None and today > last.day,
        # An estimated last day is of no interest once the matter is decided.
        note=used.note or (last.note if last and not decided else None),
    )


def _pauses(application: Application) -> tuple[Pause, ...]:
    """The pauses; where a source gives a pausing stage without its pause, one that began with the last change."""
    stage = application.stage
    if stage not in PAUSING_STAGES or any(pause.to is None for pause in application.pauses):
        return application.pauses
    return (*application.pauses, Pause(stage=stage, from_=application.updated_on))


def _in_progress(application: Application, today: date) -> tuple[str, str]:
    """What is happening and what comes next, before there is a decision."""
    who, stage = application.dept_name, application.stage
    wait = "您现在不用做什么，等通知就行。"
    if stage is Stage.RECEIVED:
        received = _spoken(application.received_on, today)
        return (
            f"您 {received}交的材料，{who}已经收到，正在看齐不齐。",
            "您现在不用做什么。材料要是不全，会一次跟您说清缺什么。好几天没消息，就打 12345 问。",
        )
    if stage is Stage.CORRECTION:
        return _to_hand_in(application, today)
    happened = {
        Stage.ACCEPTED: f"{who}已经正式受理，接下来就审核。",
        Stage.SPECIAL_PROCEDURE: f"{who}正在走特别程序，比如现场查看、检验检测、专家评审、公示。",
        Stage.SUSPENDED: f"{who}把办理先停了一下，等该弄清的事弄清了再接着办。",
        Stage.REVIEW: f"材料现在在{who}，正在审核。",
        Stage.DECISION: f"材料已经审完，{who}正在作决定。",
    }[stage]
    if stage is Stage.SPECIAL_PROCEDURE:
        return happened, "要您到场或者配合的话，会通知您，请留意电话。别的不用做。"
    if stage is Stage.SUSPENDED:
        return happened, "想知道在等什么、要不要您配合，可以打 12345 问。"
    return happened, wait


def _to_hand_in(application: Application, today: date) -> tuple[str, str]:
    due = _hand_in_by(application)
    if due is None:
        return (
            f"{application.dept_name}看过了，材料还不齐，现在等您补。",
            "系统里没写缺什么。请问当初办事的窗口，或者打 12345，让他们一次说清缺什么、哪天前补。",
        )
    listed = "\n".join(
        f"{number}. {private(correction.material)}：{private(correction.reason)}，最晚 {_spoken(correction.due, today)}补上"
        for number, correction in enumerate(application.corrections, start=1)
    )
    happened = f"{application.dept_name}看过了，材料还不齐，现在等您补这 {len(application.corrections)} 样：\n{listed}"
    if today > due:
        return happened, "补材料的日子已经过了。请马上问当初办事的窗口，或者打 12345，看还能不能补；不能补了，可以重新申请。"
    return happened, f"请最晚 {_spoken(due, today)}把上面的材料补上：在窗口办的送到窗口，在网上办的在网上补传。"


def _hand_in_by(application: Application) -> date | None:
    return min((correction.due for correction in application.corrections), default=None)


def _refused(application: Application, today: date) -> tuple[str, str]:
    when = f" {_spoken(application.decided_on, today)}" if application.decided_on else ""
    reason = application.result_reason
    why = (
        f"原因是：{private(reason).rstrip('。')}。" if reason else "系统里没写原因。您有权要他们书面说明，请问当初办事的窗口或者打 12345。"
    )
    return f"{application.dept_name}{when}决定这次不予办理。{why}", _OBJECT


def _granted_or_closed(application: Application) -> tuple[str, str]:
    if application.result is None:
        return f"{application.dept_name}已经办完了。", _COLLECT[None]
    if application.stage not in (Stage.CLOSED, Stage.COLLECTION):
        return f"办成了，{application.dept_name}已经同意，正在出结果。", "您现在不用做什么，结果出来会通知您。"
    if application.stage is Stage.COLLECTION:
        return f"办成了，{application.dept_name}已经把结果做出来了。", _COLLECT[application.delivery]
    return f"办成了，{application.dept_name}已经办完。", _COLLECT[application.delivery]


def _time(application: Application, clock: _Clock, today: date) -> str:
    """The promise: used, left, and by when."""
    promise = application.promise_workdays
    if application.accepted_on is None:
        if _is_decided(application):
            return ""
        first = "材料补齐、" if application.stage is Stage.CORRECTION else ""
        return f"{first}正式受理以后才开始算时间，承诺 {promise} 个工作日办完。"
    if _is_decided(application):
        if clock.over:
            return f"承诺 {promise} 个工作日办完，实际用了 {clock.used} 个，晚了 {clock.over} 个，让您久等了。"
        return f"承诺 {promise} 个工作日办完，实际用了 {clock.used} 个。" if clock.used else "受理当天就办完了。"
    begin = f"{_spoken(application.accepted_on, today)}受理，承诺 {promise} 个工作日办完（周末和法定节假日不算）。"
    if clock.overdue and clock.last is not None:
        over = f" {clock.over} 个工作日" if clock.over else ""
        return f"{begin}最后一天是 {_spoken(clock.last, today)}，已经用了 {clock.used} 个工作日，超了{over}。这不是您的原因。"
    counted = f"已经用了 {clock.used} 个，还剩 {clock.left} 个"
    if application.stage in PAUSING_STAGES:
        return f"{begin}现在这段时间不算在内，{counted}，接着办的时候再往下算。"
    paused = "中间停下来的日子没算进去。" if application.pauses else ""
    return f"{begin}{paused}{counted}" + (f"，最晚 {_spoken(clock.last, today)}办完。" if clock.last else "。")


def _spoken(day: date, today: date) -> str:
    """A date as said aloud: 11月25日（周三）; with the year where it is another; 今天 said as such."""
    year = "" if day.year == today.year else f"{day.year}年"
    written = f"{year}{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
    return f"今天（{day.month}月{day.day}日）" if day == today else written


def private(written: str) -> str:
    """Text typed by a clerk, with any personal number replaced by the name of its kind."""
    return without_tokens(mask(written)[0])
