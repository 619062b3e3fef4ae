"""The queue and taking over: who waits, who has whom, what is said by a person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from banshi.desk.people.deciding import Validating
from banshi.desk.people.operators import ConflictError, Desk, DeskError, InvalidError, NotYoursError, UnknownError
from banshi.desk.people.overview import SHOWN, Overview, Sight
from banshi.desk.people.taking_over import take_over
from banshi.desk.people.watch import QueueWatch, Watcher
from banshi.store.conversations import Conversation
from banshi.store.staff import Staff
from banshi.web.chat import After, ChatMessage, GatewayDep, shown
from banshi.web.staff_access import COOKIE, AccessDep, OperatorDep, StaffAccess
from banshi.web.stream import HEARTBEAT, EventStream, conversation_stream

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
T = TypeVar("T")
_STATUS: dict[type[DeskError], int] = {UnknownError: 404, NotYoursError: 403, ConflictError: 409, InvalidError: 422}


@dataclass(frozen=True)
class DeskServices:
    """What these routes work with; kept in `app.state.desk`."""

    desk: Desk
    overview: Overview
    watch: QueueWatch
    validating: Validating


def _services(request: Request) -> DeskServices:
    services: DeskServices = request.app.state.desk
    return services


DeskDep = Annotated[DeskServices, Depends(_services)]


class Body(BaseModel):
    """A request's body; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class Said(Body):
    """A word of the operator's. `client_id` makes sending it again harmless."""

    text: str = Field(min_length=1, max_length=4000)
    client_id: str | None = Field(default=None, pattern=r"^[!-~]{1,64}$")


class Transfer(Body):
    """To a colleague, or back into the queue, for another department or region or not."""

    to: str | None = Field(default=None, max_length=100)
    department: str | None = Field(default=None, min_length=1, max_length=100)
    region: str | None = Field(default=None, min_length=1, max_length=20)
    note: str = Field(default="", max_length=1000)


class Note(Body):
    """For whoever comes next."""

    note: str = Field(default="", max_length=1000)


class TakeOver(Body):
    """Why a supervisor takes a conversation from a colleague."""

    reason: str = Field(max_length=500)


class Closing(Body):
    """小结: what was done, what is left."""

    summary: str = Field(max_length=4000)


class Reveal(Body):
    """A masked number as the page shows it."""

    token: str = Field(max_length=100)


class Presence(Body):
    """Sent every 15 seconds by an open page."""

    available: bool
    languages: list[Literal["zh", "ko"]] | None = Field(default=None, min_length=1, max_length=2)


async def done(act: Callable[[], T]) -> T:
    """What an act at the desk gives; its refusals as responses."""
    try:
        return await asyncio.to_thread(act)
    except DeskError as error:
        raise HTTPException(_STATUS[type(error)], error.detail) from error


async def _detail(services: DeskServices, staff: Staff, identifier: str) -> dict[str, Any]:
    def look() -> dict[str, Any]:
        return services.overview.detail(staff, identifier)

    told = await done(look)
    return told | {"messages": [shown(one).model_dump(mode="json") for one in told["messages"]]}


@router.get("/overview")
async def overview(staff: OperatorDep, services: DeskDep, most: Annotated[int, Query(ge=1, le=1000)] = SHOWN) -> dict[str, Any]:
    """The queue as one may serve it, its first `most` and how many there are; one's own conversations, colleagues, the day."""
    return await asyncio.to_thread(lambda: services.overview.whole(staff, most=most))


@router.get("/events", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
async def events(request: Request, staff: OperatorDep, services: DeskDep, access: AccessDep) -> Response:
    """Event `queue` whenever anything of the overview changed; a comment every 15 s. Ends with the sign-in."""
    watcher = services.watch.watch()
    return EventStream(_changes(services, watcher, staff, access, request.cookies.get(COOKIE)), watcher)


async def _changes(services: DeskServices, watcher: Watcher, staff: Staff, access: StaffAccess, cookie: str | None) -> AsyncIterator[str]:
    parents, version = services.desk.queue.parents, ""

    def told(sight: Sight) -> dict[str, Any]:
        waiting = [one.conversation for one in sight.waiting_for(staff, parents)]
        newest = max((one.waiting_since for one in waiting if one.waiting_since is not None), default=None)
        shown_at = None if newest is None else newest.astimezone(sight.now.tzinfo).isoformat()
        return {"waiting": len(waiting), "newest": shown_at, "version": sight.version(staff, parents)}

    while True:
        sight = await watcher.sight(HEARTBEAT)
        if sight is None:
            signed_in = await asyncio.to_thread(access.sessions.find, cookie)
            if signed_in is None:
                return
            staff = signed_in.staff
            yield ": \n\n"
            continue
        news = await asyncio.to_thread(told, sight)
        if news["version"] != version:
            version = news["version"]
            yield f"event: queue\ndata: {json.dumps(news)}\n\n"


@router.get("/conversations/{identifier}")
async def conversation(identifier: str, staff: OperatorDep, services: DeskDep) -> dict[str, Any]:
    """A conversation that is one's own, waits, or lies in the scope of who supervises."""
    return await _detail(services, staff, identifier)


@router.get("/conversations/{identifier}/events", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
async def conversation_events(
    identifier: str,
    request: Request,
    staff: OperatorDep,
    services: DeskDep,
    access: AccessDep,
    gateway: GatewayDep,
    after: After = 0,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Messages after an id and whatever comes, as a citizen hears them; ends when one may no longer read."""
    cookie = request.cookies.get(COOKIE)

    def still(standing: Conversation) -> bool:
        signed_in = access.sessions.find(cookie)
        return signed_in is not None and services.desk.may_read(signed_in.staff, standing)

    await done(lambda: services.overview.readable(staff, identifier))
    return conversation_stream(gateway, identifier, after, last_event_id, still=still)


@router.post("/conversations/{identifier}/claim")
async def claim(identifier: str, staff: OperatorDep, services: DeskDep, gateway: GatewayDep) -> dict[str, Any]:
    """Take a conversation over; of several at once one does."""
    await done(lambda: services.desk.claim(staff, identifier))
    gateway.events.wake(identifier)
    return await _detail(services, staff, identifier)


@router.post("/conversations/{identifier}/take-over")
async def take(identifier: str, why: TakeOver, staff: OperatorDep, services: DeskDep, gateway: GatewayDep) -> dict[str, Any]:
    """A supervisor takes a conversation from the colleague who has it; the reason is kept and told to both."""
    await done(lambda: take_over(services.desk, staff, identifier, why.reason))
    gateway.events.wake(identifier)
    return await _detail(services, staff, identifier)


@router.post("/conversations/{identifier}/messages")
async def say(identifier: str, said: Said, staff: OperatorDep, services: DeskDep, gateway: GatewayDep) -> dict[str, ChatMessage]:
    """Answer the citizen."""
    message = await done(lambda: services.desk.say(staff, identifier, said.text, said.client_id))
    gateway.events.wake(identifier)
    return {"message": shown(message)}


@router.post("/conversations/{identifier}/transfer")
async def transfer(identifier: str, passing: Transfer, staff: OperatorDep, services: DeskDep, gateway: GatewayDep) -> dict[str, str]:
    """To a colleague who is there, or back into the queue."""
    await done(lambda: services.desk.pass_on(staff, identifier, **passing.model_dump()))
    gateway.events.wake(identifier)
    return {"id": identifier, "state": "waiting" if passing.to is None else "human"}


@router.post("/conversations/{identifier}/return")
async def give_back(identifier: str, staff: OperatorDep, services: DeskDep, gateway: GatewayDep, note: Note) -> dict[str, str]:
    """Let the bot go on."""
    await done(lambda: services.desk.give_back(staff, identifier, note.note))
    gateway.events.wake(identifier)
    return {"id": identifier, "state": "bot"}


@router.post("/conversations/{identifier}/close")
async def close(identifier: str, closing: Closing, staff: OperatorDep, services: DeskDep, gateway: GatewayDep) -> dict[str, str]:
    """End it, with a 小结; its numbers are forgotten."""
    await done(lambda: services.desk.close(staff, identifier, closing.summary))
    gateway.forget(identifier)
    gateway.events.wake(identifier)
    return {"id": identifier, "state": "closed"}


@router.post("/conversations/{identifier}/reveal")
async def reveal(identifier: str, number: Reveal, staff: OperatorDep, services: DeskDep) -> dict[str, str]:
    """A masked number, for who has the conversation; each look is an entry of the ledger."""
    return {"value": await done(lambda: services.desk.reveal(staff, identifier, number.token))}


@router.post("/presence")
async def presence(here: Presence, staff: OperatorDep, services: DeskDep) -> dict[str, Any]:
    """The page is open; whether its operator takes conversations, and in which languages."""
    operator = await done(lambda: services.desk.present(staff, available=here.available, languages=here.languages))
    return services.overview.me(staff, operator)
