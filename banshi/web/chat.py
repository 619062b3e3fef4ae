"""`/api/v1/chat`: the conversation, for the citizens' page, the app's back end, other channels and tests."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from banshi.desk.gateway import Gateway
from banshi.desk.metrics import count_turn
from banshi.desk.people.queue import Queue
from banshi.desk.replies import Button, Reply
from banshi.desk.unhappy.rating import RATED
from banshi.desk.unhappy.work_items import WorkItems
from banshi.store.conversations import Message, Sender, State
from banshi.text.normalise import has_words
from banshi.web.citizen_identity import UNKNOWN, VisitorDep
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1", tags=["chat"])
_APPEALED = "申诉收到了。会换人核实，结果在这里告诉您；着急请拨打12345。"
_APPEALED_BEFORE = "这件事已经申诉过一次了，正在核实或者已经答复。还有意见请拨打12345。"
_TOO_EARLY = "先给这次服务打个分，或者等反映的事有了答复，才能申诉。现在就要人办，请点“转人工”或拨打12345。"
_NO_WORDS = "请写明不满意的是什么，一两句话就行。"


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


def _work_items(request: Request) -> WorkItems:
    work_items: WorkItems = request.app.state.work_items
    return work_items


GatewayDep = Annotated[Gateway, Depends(_gateway)]
WorkItemsDep = Annotated[WorkItems, Depends(_work_items)]
After = Annotated[RowId, Query(description="only messages with a larger id")]


class ChatRequest(BaseModel):
    """One message of a citizen."""

    conversation: str | None = Field(default=None, max_length=200, description="id from the reply before; null begins a conversation")
    text: str = Field(max_length=20_000, description="what the citizen wrote, or the payload of a button")
    region: str | None = Field(default=None, max_length=20, description="region code as the app knows it")
    channel: Literal["app", "web", "hotline"] = Field(default="web", description="where the citizen writes")
    elder: bool | None = Field(default=None, description="whether the page is in 长辈版; the desk shows it")
    client_id: str | None = Field(
        default=None,
        pattern=r"^[!-~]{1,64}$",
        description="the sender's id of the message: sent again with the same one, it is told the replies of the first time. From 22 "
        "characters on, which nobody should be able to guess, a first message sent again finds the conversation that it began",
    )


class ChatMessage(BaseModel):
    """One message as stored: personal numbers are masked."""

    id: int
    sender: Sender
    text: str
    buttons: list[Button]
    custom: dict[str, Any]
    at: datetime
    client_id: str | None


class Messages(BaseModel):
    """A conversation's state and messages."""

    conversation: str
    state: State
    messages: list[ChatMessage]
    last: int = Field(description="id of the newest message")


class ChatReply(Messages):
    """What the assistant says to a message; `messages` are those from that message on."""

    replies: list[Reply]


class Waiting(BaseModel):
    """Where somebody stands who waits for a person; all null when they do not."""

    state: State
    place: int | None = Field(description="1 is next")
    wait_minutes: int | None = Field(description="an estimate from the last conversations; null when nobody can say")
    operators: int | None = Field(description="how many are there who may take it")
    open: bool | None = Field(description="whether it is service time")
    text: str = Field(description="when people answer")


class RatingRequest(BaseModel):
    """好差评."""

    model_config = ConfigDict(extra="forbid")

    stars: int = Field(ge=1, le=5, strict=True)
    reasons: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=10)
    text: str = Field(default="", max_length=1000)


class Closed(BaseModel):
    """The conversation is over."""

    conversation: str
    state: State = "closed"


class AppealRequest(BaseModel):
    """Why the citizen does not accept a rating's or a case's outcome."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=2, max_length=1000)


class Appealed(BaseModel):
    """The appeal is taken."""

    conversation: str
    text: str = Field(description="what the citizen reads")


class Rated(BaseModel):
    """The rating is kept."""

    conversation: str
    stars: int


def shown(message: Message) -> ChatMessage:
    """A stored message as it is told."""
    return ChatMessage(
        id=message.id,
        sender=message.sender,
        text=message.text,
        buttons=[Button(**button) for button in message.buttons],
        custom=message.custom,
        at=message.created_at,
        client_id=message.client_id,
    )


def unknown() -> HTTPException:
    """The same for ids that are malformed, unknown or long over: nobody learns which ids there are."""
    return HTTPException(404, UNKNOWN)


@router.post("/chat")
async def chat(message: ChatRequest, gateway: GatewayDep, visitor: VisitorDep, connection: HTTPConnection) -> ChatReply:
    """Say something; an unknown or closed conversation, or somebody else's, begins anew, under a new id."""
    known = message.conversation is not None and await visitor.may_continue(message.conversation)
    before = message.conversation if known else None
    about = message.model_dump(include={"region", "client_id", "channel", "elder"})
    began = time.monotonic()
    turn = await gateway.handle(before, message.text, **about)
    count_turn(turn.replies, time.monotonic() - began)
    if turn.conversation != before:
        await visitor.began(turn.conversation, connection)
    told = [shown(one) for one in turn.messages]
    return ChatReply(conversation=turn.conversation, state=turn.state, replies=turn.replies, messages=told, last=turn.last)


@router.get("/chat/{conversation}/messages", responses={404: {"description": "no such conversation"}})
async def messages(conversation: str, gateway: GatewayDep, after: After = 0) -> Messages:
    """Messages after an id, oldest first; of very many the newest 500."""
    standing = await gateway.standing(conversation)
    if standing is None:
        raise unknown()
    found = await gateway.messages(conversation, after=after)
    last = found[-1].id if found else standing.last_message
    return Messages(conversation=conversation, state=standing.state, messages=[shown(one) for one in found], last=last)


@router.get("/chat/{conversation}/waiting", responses={404: {"description": "no such conversation"}})
async def waiting(conversation: str, gateway: GatewayDep, request: Request) -> Waiting:
    """Place in the queue, and how long it takes as far as that is known."""
    standing = await gateway.standing(conversation)
    if standing is None:
        raise unknown()
    queue: Queue = request.app.state.queue
    prospect = await asyncio.to_thread(queue.of, standing)
    if prospect is None:
        return Waiting(state=standing.state, place=None, wait_minutes=None, operators=None, open=None, text="")
    told = {name: getattr(prospect, name) for name in ("place", "wait_minutes", "operators", "open", "text")}
    return Waiting(state=standing.state, **told)


@router.post("/chat/{conversation}/close", responses={404: {"description": "no such conversation"}})
async def close(conversation: str, gateway: GatewayDep) -> Closed:
    """The citizen leaves; personal numbers are forgotten at once."""
    if not await gateway.close(conversation):
        raise unknown()
    return Closed(conversation=conversation)


@router.post("/chat/{conversation}/rating", responses={404: {"description": "no such conversation"}, 409: {"description": "rated before"}})
async def rate(conversation: str, rating: RatingRequest, gateway: GatewayDep) -> Rated:
    """Rate a conversation, once."""
    kept = await gateway.rate(conversation, rating.stars, rating.reasons, rating.text)
    if kept is None:
        raise unknown()
    if not kept:
        raise HTTPException(409, RATED)
    return Rated(conversation=conversation, stars=rating.stars)


@router.post(
    "/chat/{conversation}/appeal",
    status_code=201,
    responses={404: {"description": "no such conversation"}, 409: {"description": "too early, or appealed before"}},
)
async def appeal(conversation: str, words: AppealRequest, gateway: GatewayDep, work_items: WorkItemsDep) -> Appealed:
    """Appeal against how a rating or a case was met: once, after a rating or a closed case."""
    standing = await gateway.standing(conversation)
    if standing is None:
        raise unknown()
    if not has_words(words.text):
        raise HTTPException(422, _NO_WORDS)
    outcome = await asyncio.to_thread(work_items.appeal, standing, words.text)
    if outcome != "opened":
        raise HTTPException(409, _APPEALED_BEFORE if outcome == "before" else _TOO_EARLY)
    return Appealed(conversation=conversation, text=_APPEALED)
