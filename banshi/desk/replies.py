"""What is said: a reply's text, its buttons and its structured object, the same with and without Rasa."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from banshi.desk.offered_related import related_of
from banshi.desk.offered_themes import theme_of
from banshi.knowledge.elements import Element
from banshi.knowledge.places import PROVINCES
from banshi.search.result import ELSEWHERE, NO_SUBJECT, PERHAPS_ELSEWHERE, SearchResult

ReplyType = Literal["answer", "clarify", "reject", "status", "handoff", "link", "window", "rating", "redirect", "ask", "ticket", "checking"]

ABILITIES = "我能查办事指南（材料、条件、时限、费用、去哪办、网上怎么办），查办件进度，找政务大厅，也能帮您转人工。"
HAND_OFF = {"title": "转人工", "payload": "/hand_off"}
DEGRADED = "系统这会儿有点忙，没能处理好您这句话。请稍后再说一遍，或点“转人工”，也可以直接拨打12345。"


class Button(BaseModel):
    """One choice; `payload` is sent back when it is taken."""

    model_config = ConfigDict(extra="forbid")

    title: str
    payload: str


class Reply(BaseModel):
    """One message to the citizen."""

    model_config = ConfigDict(extra="forbid")

    text: str
    buttons: list[Button] = []
    custom: dict[str, Any]


def reply(text: str, kind: ReplyType, *, buttons: list[dict[str, str]] | None = None, **custom: Any) -> Reply:
    """Make a reply; every one carries its type."""
    return Reply(text=text, buttons=[Button(**button) for button in buttons or []], custom={"type": kind, **custom})


def empty_message() -> Reply:
    """For a message that holds nothing to understand: empty, only emoji, only punctuation."""
    return reply(
        f"没看到您要问的事，请用一句话说说要办什么，比如“身份证丢了怎么补”。{ABILITIES}", "reject", buttons=[HAND_OFF], decision="reject"
    )


def foreign_message() -> Reply:
    """For other languages than the two that are served."""
    text = f"我只会中文和朝鲜语，请用中文（조선어도 됩니다）再说一遍，或者转人工。{ABILITIES}"
    return reply(text, "reject", buttons=[HAND_OFF], decision="reject")


def typed_command() -> Reply:
    """For /something that no button of this conversation offered."""
    return reply(f"这样的指令我不认识，请直接用一句话说要办的事。{ABILITIES}", "reject", buttons=[HAND_OFF], decision="reject")


def number_expected(slot: str) -> Reply:
    """For digits of another shape than the status form asked for."""
    shapes = {
        "application_no": "这不像办件编号。办件编号是两个字母加12到14位数字，比如 JL202611000001，请再发一次；不查了就说“不查了”。",
        "second_factor": "要的是证件号码的最后四位，比如1234或123X，请再发一次；不查了就说“不查了”。",
    }
    text = shapes.get(slot, "请用一句话说，比如“延吉市”。")
    return reply(text, "ask", slot=slot, buttons=[{"title": "不查了", "payload": "/cancel"}])


def only_numbers() -> Reply:
    """For a bare number that nobody asked for."""
    return reply(
        "您只发来了一串数字，我不知道要做什么。查办件进度请说“查进度”，办事请说要办的事，比如“身份证丢了怎么补”。",
        "reject",
        buttons=[{"title": "查办件进度", "payload": "/query_status"}, HAND_OFF],
        decision="reject",
    )


_KOREAN = {
    "clarify": "어느 업무를 물으십니까? 아래에서 고르거나 번호를 보내 주십시오.",
    "reject": "죄송합니다. 믿을 만한 근거를 찾지 못해 답을 드릴 수 없습니다. "
    "다르게 물어보시거나 상담원 연결(转人工) 또는 12345 전화를 리용해 주십시오.",
}
KOREAN_BESIDE_QA = "아래는 공식 중국어 안내입니다."
"""Stands before an answer that has no Korean of its own."""


def citation(title: str, basis: str) -> str:
    """The end of every answer: its first source."""
    return f"\n——依据：{title}" + (f"（{basis}）" if basis else "")


def replies_for(result: SearchResult, *, korean: bool = False) -> list[Reply]:
    """Tell a search result, one reply for each question of the message, in order. An answer from a guide is bilingual already when the
    question was in Korean; anything else gets one Korean sentence in front."""
    told: list[Reply] = []
    parts = (result, *result.also)
    answered = {part.item.id for part in parts if part.item is not None and part.decision == "answer"}
    for part in parts:
        reply_ = _reply_for(part, answered)
        if korean and not (part.decision == "answer" and part.item is not None and part.sources[0].kind == "guide"):
            reply_ = reply_.model_copy(update={"text": f"{_KOREAN.get(part.decision, KOREAN_BESIDE_QA)}\n{reply_.text}"})
        for way_on in ("theme", "related"):
            if any(way_on in before.custom for before in told):  # one of a kind is enough
                reply_.custom.pop(way_on, None)
        told.append(reply_)
    return told


def reply_for(result: SearchResult) -> Reply:
    """Tell a result that has one part."""
    return _reply_for(result)


def _reply_for(result: SearchResult, answered: Collection[str] = ()) -> Reply:
    common: dict[str, Any] = {
        "item": result.item.id if result.item else None,
        "element": result.element.value,
        "elements": [element.value for element in result.elements],
        "decision": result.decision,
        "confidence": result.confidence,
        "region": result.region.model_dump(),
        "sources": [source.model_dump(mode="json") for source in result.sources],
        "versions": result.versions.model_dump(mode="json"),
    }
    if (theme := theme_of(result)) is not None:
        common["theme"] = theme
    if related := related_of(result, answered):
        common["related"] = related
    if result.decision == "answer" and result.answer is not None:
        source = result.sources[0]
        cited = result.answer.text + citation(source.title, source.basis)
        buttons = [
            {"title": "按我的情形列清单", "payload": f'/guide_situation{{"item_id": "{block["item"]}"}}'}
            for block in result.answer.blocks
            if block["type"] == "situation"
        ]
        return reply(
            cited,
            "answer",
            buttons=buttons,
            blocks=result.answer.blocks,
            links=result.answer.links,
            **common,
        )
    if result.decision == "clarify":
        buttons = [{"title": candidate.title, "payload": f'/choose{{"target": "{candidate.id}"}}'} for candidate in result.candidates]
        listed = "\n".join(f"{number}. {candidate.title}" for number, candidate in enumerate(result.candidates, 1))
        which = "您问的是下面哪一件？点一下，或者回复序号："
        if result.reason.startswith(PERHAPS_ELSEWHERE):
            place = result.reason.removeprefix(PERHAPS_ELSEWHERE)
            theirs = f"您说到了{place}。要问{place}自己的规定，请向{who_answers(place)}咨询"
            which = f"{theirs}；在吉林办的话，是下面哪一件？点一下，或者回复序号："
        return reply(
            f"{which}\n{listed}\n都不是的话，请换个说法，或者转人工。",
            "clarify",
            buttons=[*buttons, {"title": "都不是，转人工", "payload": "/hand_off"}],
            alternatives=[candidate.model_dump(mode="json") for candidate in result.candidates],
            **common,
        )
    kind: ReplyType = "redirect" if result.reason.startswith(ELSEWHERE) else "reject"
    return reply(refusal(result), kind, buttons=[HAND_OFF], **common)


def who_answers(place: str) -> str:
    """Who tells the rules of a place outside the province: its own 12345, where there is one."""
    return f"{place}当地的12345" if place in PROVINCES else "当地的主管部门" if place == "国外" else f"{place}的主管部门"


_WANTED = {
    Element.MATERIALS: "要带什么",
    Element.FEE: "要多少钱",
    Element.TIME_LIMIT: "要几天",
    Element.LOCATION: "去哪办",
    Element.ONLINE: "能不能网上办",
    Element.ELIGIBILITY: "能不能别人代办",
}


def refusal(result: SearchResult) -> str:
    """Why not, and what instead: never a flat no."""
    if result.reason.startswith("没有指南的事项"):
        name, _, department = result.reason.removeprefix("没有指南的事项：").partition("，")
        return f"“{name}”我这里还没有办事指南，不敢乱说。{department}可拨打12345问清楚，也可以转人工。{ABILITIES}"
    if result.reason.startswith(ELSEWHERE):
        province = result.reason.removeprefix(ELSEWHERE)
        near = result.candidates[0].title if result.candidates else ""
        across = f"如果是吉林的事、人在{province}，请把“户口（参保、登记）在吉林”一起说，我查“{near}”能不能跨省通办。" if near else ""
        return (
            f"您问的是{province}自己的规定，我只有吉林省的办事指南，不能拿吉林的规定来答。"
            f"请向{who_answers(province)}咨询，或到当地政务服务网查。{across}"
        )
    if result.reason == NO_SUBJECT:
        wanted = _WANTED.get(result.element, "怎么办")
        return f"您要问的是哪一件事？请连要办的事一起说，比如“身份证补办{wanted}”“换驾驶证{wanted}”。"
    if result.reason.startswith("只会"):
        return foreign_message().text
    return f"这个我答不上来，没有查到可靠的依据，不能乱说。您可以换个说法再问一次，或者转人工、拨打12345。{ABILITIES}"
