"""`/api/v1/booking`: 在线预约. Where and when is told to everybody; a booking is made by whom the platform names."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.booking.port import BookableHall, Booked, Booking, Matter, Slot, State, Wish
from banshi.connect.identity.citizens import Citizen
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.waiting import waited
from banshi.search.engine import Engine
from banshi.web.citizen import Region, StartDep
from banshi.web.citizen_identity import NamedDep, signed_in
from banshi.web.search import EngineDep

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/v1/booking", tags=["citizens' page"])
_T = TypeVar("_T")

_AWAY = "预约系统这会儿连不上，请过一会儿再试；也可以直接去窗口现场取号，或拨打12345。"
_UNHEARD = "预约系统这会儿没有回话，不知道约上没有。请再点一次（不会重复预约），或在“我的预约”里看；也可以拨打12345。"
_NOT_SIGNED_IN = "您还没有登录。请在吉事办登录以后再看您的预约。"
_NO_IDENTITY = "身份核验这会儿连不上，请过一会儿再试；也可以直接去窗口现场取号，或拨打12345。"
_NO_NUMBER = "登录信息里没有核验过的证件，不能预约。请在吉事办完成实名认证以后再约。"
_FURTHEST = timedelta(days=366)
_NO_SUCH = "您名下没有这个预约。"
_READING: dict[int | str, dict[str, Any]] = {
    404: {"description": "no such guide"},
    409: {"description": "the system says no"},
    503: {"description": "cannot be asked"},
}
ItemId = Annotated[str, Query(max_length=60, description="id of a guide")]
HallId = Annotated[str, Query(max_length=60)]


def _booking(request: Request) -> Booking:
    booking: Booking = request.app.state.systems.booking
    return booking


BookingDep = Annotated[Booking, Depends(_booking)]
BookerDep = Annotated[Citizen, Depends(signed_in(_NOT_SIGNED_IN, _NO_IDENTITY))]


class HallRow(BaseModel):
    """A hall that takes bookings, the window in it, and the days on which it has times."""

    id: str
    name: str
    address: str
    window: str
    days: list[date]
    note: str


class BookableHalls(BaseModel):
    """Halls of the place, or of the nearest place above it. Without any, `text` says what to do instead; `link` is 吉事办's own way."""

    item: str
    name: str
    halls: list[HallRow]
    text: str
    link: str


class SlotRow(BaseModel):
    """A time; `left` 0 is full."""

    begins: time
    ends: time
    left: int


class Slots(BaseModel):
    """The times of a day."""

    hall: str
    day: date
    slots: list[SlotRow]


class Wanted(BaseModel):
    """What is to be booked."""

    model_config = ConfigDict(extra="forbid")

    hall: str = Field(max_length=60)
    item: str = Field(max_length=60)
    day: date
    begins: time = Field(description="beginning of a time that the hall offers, such as 09:00")
    client_id: str = Field(pattern=r"^[!-~]{8,64}$", description="sent again with the same one, nothing is booked twice")


class BookingRow(BaseModel):
    """A booking as its person sees it. `cancellable`: it is still to come."""

    id: str
    hall: str
    hall_name: str
    address: str
    window: str
    item: str
    item_name: str
    begins: datetime
    ends: datetime
    state: State
    cancellable: bool
    text: str


class Bookings(BaseModel):
    """我的预约: the next first, then what is over or cancelled."""

    bookings: list[BookingRow]


class SignInFirst(BaseModel):
    """Nobody is named: a sentence, and the address where one can book instead."""

    detail: str
    link: str


@router.get("/halls", responses=_READING)
async def halls(item: ItemId, engine: EngineDep, booking: BookingDep, page: StartDep, region: Region = None) -> BookableHalls:
    """Where a matter can be booked: halls of the region that handle it, nearest first."""
    matter, takes = _matter(engine, item, region, page.now().date())
    place = region if region is not None and region in engine.knowledge.regions else None
    found: tuple[BookableHall, ...] = ()
    text = "先告诉我您在哪个市、县或者开发区，再看能约的大厅。"
    if not takes:
        text = "这件事不用预约，办理时间里直接去窗口就行。"
    elif place is not None:
        found = await _asked(lambda: booking.halls(matter, place), _AWAY)
        text = "" if found else "这里还没有能在线预约的大厅，可以直接去窗口现场取号，或拨打12345。"
    rows = [HallRow(**{**vars(one), "days": list(one.days)}) for one in found]
    return BookableHalls(item=matter.item, name=matter.name, halls=rows, text=text, link=page.portal_url)


@router.get("/slots", responses=_READING)
async def slots(hall: HallId, item: ItemId, day: date, engine: EngineDep, booking: BookingDep, page: StartDep) -> Slots:
    """The times of a day at a hall, full ones included."""
    matter, _ = _matter(engine, item, None, page.now().date())
    found: tuple[Slot, ...] = await _asked(lambda: booking.slots(hall, matter, day), _AWAY)
    return Slots(hall=hall, day=day, slots=[SlotRow(**vars(one)) for one in found])


@router.get(
    "",
    responses={
        401: {"description": "no valid token"},
        403: {"description": "no verified identity"},
        409: {"description": "the system says no"},
        503: {"description": "cannot be asked"},
    },
)
async def mine(citizen: BookerDep, booking: BookingDep, page: StartDep) -> Bookings:
    """我的预约: this person's, and nobody else's."""
    identity = _identity(citizen.identity)
    found = await _asked(lambda: booking.mine(identity), _AWAY)
    return Bookings(bookings=[_row(one, page.now()) for one in found])


@router.post(
    "",
    status_code=201,
    response_model=BookingRow,
    responses={
        401: {"model": SignInFirst, "description": "nobody is named"},
        403: {"description": "no verified identity"},
        404: {"description": "no such guide"},
        409: {"description": "the time is full or over, or there is a booking for the matter"},
        503: {"description": "cannot be asked; sent again with the same client_id nothing is booked twice"},
    },
)
async def book(wanted: Wanted, citizen: NamedDep, engine: EngineDep, booking: BookingDep, page: StartDep) -> BookingRow | JSONResponse:
    """Book a time for whom the token names."""
    now = page.now()
    if citizen is None:
        told = SignInFirst(detail="在线预约要用您在吉事办的身份：请登录以后再约，或者到吉事办里预约。", link=page.portal_url)
        return JSONResponse(told.model_dump(), 401)
    identity = _identity(citizen.identity)
    matter, takes = _matter(engine, wanted.item, None, now.date())
    if not takes:
        raise HTTPException(409, "这件事不用预约，办理时间里直接去窗口就行。")
    if not now.date() <= wanted.day <= now.date() + _FURTHEST:
        raise HTTPException(409, "这一天不能预约，请换一天。")
    begins = datetime.combine(wanted.day, wanted.begins.replace(tzinfo=None), now.tzinfo)
    # Somebody else's id of a message is not theirs to find a booking by.
    key = hashlib.sha256(f"{identity}\0{wanted.client_id}".encode()).hexdigest()
    wish = Wish(wanted.hall, matter, begins, identity)
    return _row(await _asked(lambda: booking.book(wish, key), _UNHEARD), now)


@router.delete(
    "/{booking}",
    responses={
        401: {"description": "no valid token"},
        403: {"description": "no verified identity"},
        404: {"description": "this person has no such booking"},
        409: {"description": "its time is over"},
        503: {"description": "cannot be asked"},
    },
)
async def cancel(booking: Annotated[str, Path(max_length=60)], citizen: BookerDep, system: BookingDep, page: StartDep) -> BookingRow:
    """Cancel a booking; a second time it stays cancelled."""
    identity = _identity(citizen.identity)
    found = await _asked(lambda: system.cancel(booking, identity), _AWAY)
    if found is None:
        raise HTTPException(404, _NO_SUCH)
    return _row(found, page.now())


def _identity(identity: str) -> str:
    if not identity:
        raise HTTPException(403, _NO_NUMBER)
    return identity


def _matter(engine: Engine, item: str, region: str | None, today: date) -> tuple[Matter, bool]:
    """The matter of an item, and whether it may be booked: a guide says no (is_schedule), or leaves it to the halls."""
    try:
        guide = engine.knowledge.guide_at(item, region, today).guide
    except KeyError as error:
        raise HTTPException(404, "没有这个事项的办事指南。") from error
    return Matter(guide.id, guide.task_name, guide.domain), guide.is_schedule is not False and not guide.retired_on(today)


async def _asked(ask: Callable[[], _T], away: str) -> _T:
    try:
        return await waited(ask)
    except SystemUnavailableError as error:
        log.error("The booking system cannot be asked: %s", error)
        raise HTTPException(503, away) from error
    except SystemRefusedError as refused:
        raise HTTPException(409, str(refused)) from refused


def _row(booked: Booked, now: datetime) -> BookingRow:
    begins = booked.begins.astimezone(now.tzinfo)
    where = f"{booked.hall_name}{booked.window}" if booked.window else booked.hall_name
    text = f"{begins.month}月{begins.day}日{begins:%H:%M}，{where}，办{booked.item_name}（{booked.state}）"
    return BookingRow(**vars(booked), cancellable=booked.state == "已预约" and begins > now, text=text)
