"""A citizen leaves a message in the conversation: a button asks for it, and the next thing said becomes a ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from banshi.desk.live import Live
from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.desk.tickets.complaints import LEAVE_MESSAGE, is_complaint
from banshi.desk.tickets.moves import TicketError
from banshi.desk.tickets.tickets import Tickets
from banshi.knowledge.urgent import Urgent, find_urgent
from banshi.store.tickets import Ticket
from banshi.text.normalise import has_words, normalise
from banshi.text.numbers import TOKEN

SLOT = "leave_message"
_AS_SAID = {"title": "就用刚才说的", "payload": '/leave_message{"said": true}'}
_CANCEL = {"title": "不提交了", "payload": "/cancel"}
_ALONE: dict[str, Any] = {"alone": True}
"""Rasa hears nothing of this, whatever form it may be in."""
_STORY = 8
"""From so many characters on a complaint can stand as it is."""
_NOT_NOW = re.compile(r"\W*(?:算了|不用了|不提交了?|不说了|不留(?:言)?了?|取消|先不(?:说|提|留)了?|没事了?)(?:吧|了)?\W*")
_PERSON = re.compile(r"\W*(?:给我|帮我|我要)?(?:转|找|接|要)(?:个)?人工(?:服务|客服)?\W*|\W*人工(?:服务|客服)?\W*")
_COMMAND = re.compile(r"\s*/[a-z_]+(?:\{.*\})?\s*", re.DOTALL)


def take_message(
    tickets: Tickets, urgent: Sequence[Urgent], live: Live, conversation: str, text: str, *, payload: bool, message: int
) -> list[Reply] | None:
    """What is said when this turn belongs to a message that is being left; None when it does not. Blocks.

    Args:
        tickets: where it goes.
        urgent: emergencies, which go before anything.
        live: the conversation so far.
        conversation: its id.
        text: the masked message, or a payload.
        payload: whether it is one.
        message: id of the citizen's message; answered a second time, it is told of the same ticket.
    """
    if payload and text == LEAVE_MESSAGE["payload"]:
        return [ask(live.words)]
    if payload and text == _AS_SAID["payload"]:
        return [_taken(tickets, conversation, live.words, message)] if is_complaint(live.words) else [ask("")]
    if live.asked != SLOT:
        return None
    if payload:
        return [_cancelled()] if text == _CANCEL["payload"] else None
    danger = find_urgent(text, tuple(urgent))
    if danger is not None:
        return [reply(danger.text, "redirect", about=danger.kind), ask(live.words)]
    plain = normalise(text)
    if _COMMAND.fullmatch(text) or _PERSON.fullmatch(plain):
        return None
    if _NOT_NOW.fullmatch(plain):
        return [_cancelled()]
    if not has_words(TOKEN.sub("", text)):
        return [ask(live.words)]
    return [_taken(tickets, conversation, text, message)]


def ask(words: str) -> Reply:
    """The question for the message.

    Args:
        words: what the citizen said last; a complaint that tells what happened can be handed in as it is.
    """
    told = is_complaint(words) and len(words) >= _STORY
    text = (
        "请用一条消息把事情说清楚：什么时间、在哪里、找的谁、怎么回事、希望怎么办。我原样交给工作人员，不改您的话，"
        "答复发在这个会话里。不想让人知道是谁反映的，请写“保密”。"
    )
    return reply(text, "ask", slot=SLOT, **_ALONE, buttons=[*([_AS_SAID] if told else []), _CANCEL])


def confirmation(ticket: Ticket) -> Reply:
    """What is said when a ticket has been made of a message."""
    due = f"答复期限是{ticket.due_on.month}月{ticket.due_on.day}日。" if ticket.due_on is not None else ""
    secret = "已注明保密，反映人和联系方式不对外透露。" if ticket.confidential else ""
    text = f"已经提交，工单编号{ticket.number}（{ticket.kind}）。{due}{secret}有了答复会发在这个会话里，请记下编号，回来就能看到。"
    return reply(text, "ticket", ticket=ticket.number, state=ticket.state, title=ticket.title, **_ALONE)


def _taken(tickets: Tickets, conversation: str, text: str, message: int) -> Reply:
    try:
        return confirmation(tickets.leave_message(conversation, text, origin=f"{conversation}/said/{message}"))
    except TicketError as error:
        return reply(error.detail, "reject", decision="reject", buttons=[HAND_OFF])


def _cancelled() -> Reply:
    return reply("好的，没有提交。想反映的时候随时再说；要问办事，直接说就行。", "answer", small_talk="cancel", **_ALONE)
