"""`POST /api/v1/chat`: the conversation, for the app's back end, other channels and tests."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from banshi.desk.gateway import Gateway
from banshi.desk.replies import Reply
from banshi.store.conversations import State

router = APIRouter(prefix="/api/v1", tags=["chat"])


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


GatewayDep = Annotated[Gateway, Depends(_gateway)]


class ChatRequest(BaseModel):
    """One message of a citizen."""

    conversation: str | None = Field(default=None, max_length=200, description="id from the reply before; null begins a conversation")
    text: str = Field(max_length=20_000, description="what the citizen wrote, or the payload of a button")
    region: str | None = Field(default=None, max_length=20, description="region code as the app knows it")


class ChatReply(BaseModel):
    """What the assistant says to it."""

    conversation: str
    state: State
    replies: list[Reply]


@router.post("/chat")
async def chat(message: ChatRequest, gateway: GatewayDep) -> ChatReply:
    """Say something; an unknown or closed conversation begins anew, under a new id."""
    turn = await gateway.handle(message.conversation, message.text, region=message.region)
    return ChatReply(conversation=turn.conversation, state=turn.state, replies=turn.replies)
