"""`/api/v1/chat`: the conversation, for the citizens' page, the app's back end, other channels and tests."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from banshi.desk.gateway import Gateway
from banshi.desk.replies import Button, Reply
from banshi.store.conversations import Message, Sender, State

router = APIRouter(prefix="/api/v1", tags=["chat"])
UNKNOWN = "没有这个会话，或者它已经结束了。请重新开始。"
_RATED = "这次服务已经评价过了，谢谢您。"
_LARGEST_ID = 2**31 - 1


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


GatewayDep = Annotated[Gateway, Depends(_gateway)]
After = Annotated[int, Query(ge=0, le=_LARGEST_ID, description="only messages with a larger id")]


class ChatRequest(BaseModel):
    """One message of a citizen."""

    conversation: str | None = Field(default=None, max_length=200, description="id from the reply before; null begins a conversation")
    text: str = Field(max_length=20_000, description="what the citizen wrote, or the payload of a button")
    region: str | None = Field(default=None, max_length=20, description="region code as the app knows it")
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
async def chat(message: ChatRequest, gateway: GatewayDep) -> ChatReply:
    """Say something; an unknown or closed conversation begins anew, under a new id."""
    turn = await gateway.handle(message.conversation, message.text, region=message.region, client_id=message.client_id)
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
        raise HTTPException(409, _RATED)
    return Rated(conversation=conversation, stars=rating.stars)
