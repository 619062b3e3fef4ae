"""What an operator says where no suggestion fits: emergencies, complaints, matters without a guide, other provinces."""

from __future__ import annotations

from banshi.desk.advice.advice import Redirect
from banshi.desk.advice.reading_aloud import aloud
from banshi.desk.replies import who_answers
from banshi.desk.tickets.complaints import is_complaint, is_report
from banshi.knowledge.library import Knowledge
from banshi.knowledge.urgent import find_urgent
from banshi.search.result import ELSEWHERE, SearchResult

_OUTSIDE = "没有指南的事项："


def diversion(knowledge: Knowledge, text: str) -> Redirect | None:
    """What is said instead of any suggestion: emergencies first, then complaints; None for an ordinary question."""
    danger = find_urgent(text, knowledge.lexicon.urgent)
    if danger is not None:
        return Redirect(title="紧急情况", script=aloud(danger.text))
    if is_complaint(text):
        kind = "举报" if is_report(text) else "投诉"
        return Redirect(title=kind, script=_COMPLAINT.format(kind=kind))
    return None


_COMPLAINT = (
    "您要反映的情况我来登记成{kind}工单，由有关部门办理，谁对谁错由他们核实，我不先下结论。"
    "请您说一下时间、地点、哪个单位和事情经过；需要保密的话，我在工单上注明。"
)


def outside(result: SearchResult) -> Redirect | None:
    """What is known to lie outside: who to ask instead."""
    if result.decision != "reject" or result.also:
        return None
    if result.reason.startswith(_OUTSIDE):
        name, _, body = result.reason.removeprefix(_OUTSIDE).partition("，")
        return Redirect(
            title=f"没有指南：{name}", script=f"您问的{aloud(name)}，我这里没有办事指南，不敢随便答。{aloud(body)}，请向他们问清楚。"
        )
    if result.reason.startswith(ELSEWHERE):
        place = result.reason.removeprefix(ELSEWHERE)
        script = f"您问的是{place}自己的规定，我这里只有吉林省的办事指南，不能拿吉林的规定来答。请您向{who_answers(place)}咨询。"
        return Redirect(title=f"{ELSEWHERE}{place}", script=script)
    return None
