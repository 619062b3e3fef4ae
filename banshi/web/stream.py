"""`/api/v1/chat/{conversation}/events`: what happens in a conversation, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Protocol

from fastapi import APIRouter, Header, HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from banshi.desk.events import Subscription, TooManyStreamsError
from banshi.desk.gateway import Gateway
from banshi.store.conversations import Conversation
from banshi.web.chat import After, GatewayDep, shown, unknown

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1", tags=["chat"])

HEARTBEAT = 15.0
"""Seconds without news after which a comment is sent: proxies end silent connections, and pages notice dead ones."""
_AT_ONCE = 100
"""Messages held for a reader; the next are read when these have been taken."""
_TAKES_NOTHING = 30.0
"""Seconds after which a reader that takes nothing is left; it comes back with the id of the last message it has."""
_FULL = "现在在线的人太多，实时连接开不了。消息照常能发、能收，页面会每隔几秒自己查看。"
_HEADERS = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no"}


@router.get(
    "/chat/{conversation}/events",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "events message (with its id), state; a comment every 15 s"},
        404: {"description": "no such conversation"},
        503: {"description": "too many streams"},
    },
)
async def events(
    conversation: str, gateway: GatewayDep, after: After = 0, last_event_id: Annotated[str | None, Header(max_length=200)] = None
) -> Response:
    """Messages after an id (header Last-Event-ID, or `after`) and then whatever comes; ends when the conversation does."""
    if await gateway.standing(conversation) is None:
        raise unknown()
    return conversation_stream(gateway, conversation, after, last_event_id)


def conversation_stream(
    gateway: Gateway, conversation: str, after: int, last_event_id: str | None, *, still: Callable[[Conversation], bool] | None = None
) -> Response:
    """What happens in a conversation, from an id on.

    Args:
        gateway: that leads it.
        conversation: its id.
        after: id of the last message the reader has.
        last_event_id: the same as a browser says it when it comes back.
        still: for somebody at the desk: whether they may go on reading; asked before anything is told. Called in a worker thread.

    Raises:
        HTTPException: 503, too many are listening.
    """
    # What is no id of ours, as a proxy or an old page may send, is no reason to tell nothing.
    sent = int(last_event_id) if last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit() else after
    try:
        subscription = gateway.events.subscribe(conversation, staff=still is not None)
    except TooManyStreamsError as error:
        log.warning("%s Another reader was refused.", error)
        raise HTTPException(503, _FULL) from error
    return EventStream(_told(gateway, subscription, min(sent, 2**31 - 1), still), subscription)


async def _told(
    gateway: Gateway, subscription: Subscription, sent: int, still: Callable[[Conversation], bool] | None
) -> AsyncIterator[str]:
    conversation, state = subscription.conversation, ""
    while True:
        standing = await gateway.standing(conversation)
        if standing is None or (still is not None and not await asyncio.to_thread(still, standing)):
            return
        while batch := await gateway.messages(conversation, after=sent, first=_AT_ONCE):
            for message in batch:
                sent = message.id
                yield f"id: {sent}\nevent: message\ndata: {shown(message).model_dump_json()}\n\n"
        if standing.state != state:
            state = standing.state
            yield f"event: state\ndata: {json.dumps({'state': state})}\n\n"
        if state == "closed" or subscription.ended:
            return
        while not await subscription.news(HEARTBEAT):
            yield ": \n\n"
            if still is not None:
                break  # a sign-in may have ended


class Closable(Protocol):
    """Something that a reader holds."""

    def close(self) -> None:
        """Let go."""


class EventStream(Response):
    """Sends until there is no more to tell, the reader has gone, or takes nothing."""

    def __init__(self, parts: AsyncIterator[str], subscription: Closable) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._parts, self._subscription = parts, subscription

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        telling, leaving = asyncio.create_task(self._tell(send)), asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._subscription.close()
            telling.cancel()
            leaving.cancel()
            outcome, _ = await asyncio.gather(telling, leaving, return_exceptions=True)
            if isinstance(outcome, Exception) and not isinstance(outcome, TimeoutError):
                log.error("A stream of events broke off.", exc_info=outcome)

    async def _tell(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for part in self._parts:
            sending = send({"type": "http.response.body", "body": part.encode(), "more_body": True})
            await asyncio.wait_for(sending, _TAKES_NOTHING)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
