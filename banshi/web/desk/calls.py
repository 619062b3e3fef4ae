"""Telephone calls: the telephone system says what it hears, operators' pages follow."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, WebSocket
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect

from banshi.desk.advice.calls import Call, Calls, Heard, TooManyCallsError
from banshi.desk.advice.switchboard import Switchboard
from banshi.store.staff import Staff
from banshi.web.staff_access import AccessDep, OperatorDep, StaffAccess

log = logging.getLogger(__name__)
router = APIRouter()

LONGEST_MESSAGE = 8192
"""Characters of one message; a minute of speech has some 300."""
_MOST_WRONG = 20
"""After so many messages that cannot be read the connection is closed."""
_HEARTBEAT = 15.0
_UNKNOWN = "没有这个通话，或者它已经结束了。"
_REFUSED, _FULL, _TOO_WRONG, _ELSEWHERE = 1008, 1013, 1007, 1012


def _calls(connection: HTTPConnection) -> Calls:
    calls: Calls = connection.app.state.calls
    return calls


def _switchboard(connection: HTTPConnection) -> Switchboard:
    switchboard: Switchboard = connection.app.state.switchboard
    return switchboard


CallsDep = Annotated[Calls, Depends(_calls)]
SwitchboardDep = Annotated[Switchboard, Depends(_switchboard)]


class HeardMessage(BaseModel):
    """One message of the telephone system."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["partial", "final", "end"]
    text: str = Field(default="", max_length=2000, description="the whole sentence so far")
    speaker: Literal["citizen", "operator"] = "citizen"
    region: str | None = Field(default=None, max_length=20)
    operator: str | None = Field(default=None, max_length=64, description="account of who has the call")


class CallShown(BaseModel):
    """A call under way."""

    call: str
    region: str | None
    operator: str | None
    started_at: datetime
    last: str = Field(description="what was said last, masked")


class CallsShown(BaseModel):
    """Calls under way, the newest first."""

    calls: list[CallShown]


@router.websocket("/calls/{call}")
async def hear(websocket: WebSocket, call: str, calls: CallsDep, switchboard: SwitchboardDep) -> None:
    """The telephone system's end of a call: what it hears comes in, advice goes out."""
    if not _is_telephony(websocket) or not _is_name(call):
        await websocket.close(_REFUSED)  # before it is accepted: the answer is 403
        return
    await websocket.accept()
    try:
        under_way = await switchboard.begin(call)
    except TooManyCallsError as error:
        log.warning("%s Another one was refused.", error)
        await _say(websocket, "同时进行的通话太多，这一路暂时给不了参考答复，请稍后再接入。")
        await websocket.close(_FULL)
        return
    telling = asyncio.create_task(_tell(websocket, calls, under_way))
    try:
        await _listen(websocket, calls, switchboard, under_way)
    except WebSocketDisconnect:
        pass
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _listen(websocket: WebSocket, calls: Calls, switchboard: Switchboard, call: Call) -> None:
    wrong = 0
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        heard = _read(message.get("text"))
        if isinstance(heard, str):
            wrong += 1
            await _say(websocket, heard)
            if wrong >= _MOST_WRONG:
                await websocket.close(_TOO_WRONG)
                return
            continue
        if not switchboard.hears(call):  # another server does, or it was silent for too long; the telephone system comes back
            await websocket.close(_ELSEWHERE)
            return
        calls.hear(call, heard)


def _read(raw: str | None) -> Heard | str:
    """What was heard; a sentence when the message cannot be read."""
    if raw is None:
        return "只收文字消息（JSON），不收二进制消息。"
    if len(raw) > LONGEST_MESSAGE:
        return f"一条消息最多{LONGEST_MESSAGE}个字符，请分句发送。"
    try:
        message = HeardMessage.model_validate_json(raw)
    except ValidationError as error:
        fields = "、".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        return f"消息的这些项不对：{fields}。" if fields else "消息不是完整的 JSON 对象，读不出来。"
    except (ValueError, RecursionError):
        return "消息不是完整的 JSON 对象，读不出来。"
    return Heard(**message.model_dump())


async def _tell(websocket: WebSocket, calls: Calls, call: Call) -> None:
    async for event in calls.follow(call, call.number, _HEARTBEAT):
        if event is not None and event.name == "suggestions":
            await websocket.send_text(json.dumps(event.data, ensure_ascii=False))


async def _say(websocket: WebSocket, sentence: str) -> None:
    await websocket.send_text(json.dumps({"detail": sentence}, ensure_ascii=False))


def _is_name(call: str) -> bool:
    return len(call) <= 80 and call.isascii() and call[0].isalnum() and all(char.isalnum() or char in "_.:-" for char in call)


def _is_telephony(websocket: WebSocket) -> bool:
    """Whether the connection carries the telephone system's token; nobody does while none is set."""
    expected: str = websocket.app.state.telephony_token
    scheme, _, token = websocket.headers.get("authorization", "").partition(" ")
    if not expected or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(token.strip().encode(), expected.encode())


@router.get("/calls")
async def under_way(operator: OperatorDep, access: AccessDep, switchboard: SwitchboardDep) -> CallsShown:
    """Calls that I have, or that nobody has yet; for who supervises all of them."""
    found = [call for call in await switchboard.under_way() if _may_follow(access, operator, call)]
    return CallsShown(
        calls=[CallShown(call=one.id, region=one.region, operator=one.operator, started_at=one.started_at, last=one.last) for one in found]
    )


def _may_follow(access: StaffAccess, staff: Staff, call: Call) -> bool:
    if access.may(staff, "desk.supervise", region=call.region):
        return True
    return call.operator in (None, staff.account) and access.may(staff, "desk.work", region=call.region)


@router.get(
    "/calls/{call}/events",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "events utterance, suggestions; a comment every 15 s"},
        404: {"description": "no such call"},
    },
)
async def events(
    call: str,
    operator: OperatorDep,
    access: AccessDep,
    switchboard: SwitchboardDep,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> StreamingResponse:
    """What was said so far and whatever comes, until the call is over."""
    found = await switchboard.find(call)
    if found is None or not _may_follow(access, operator, found):
        raise HTTPException(404, _UNKNOWN)
    after = int(last_event_id) if last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit() else 0
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_stream(switchboard, found, after), media_type="text/event-stream", headers=headers)


async def _stream(switchboard: Switchboard, call: Call, after: int) -> AsyncIterator[str]:
    # A number of an earlier call of this id is beyond what this one has told.
    async with aclosing(switchboard.follow(call, after if after <= call.number else 0, _HEARTBEAT)) as events:
        async for event in events:
            if event is None:
                yield ": \n\n"
                continue
            yield f"id: {event.number}\nevent: {event.name}\ndata: {_data(event.data)}\n\n"


def _data(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
