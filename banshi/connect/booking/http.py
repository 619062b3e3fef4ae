"""The booking system over HTTP, in its own codes."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from banshi.connect.booking.port import BookableHall, Booked, Matter, Slot, State, Wish
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import load_labels

LABELS = load_labels("booking", Path(__file__).with_name("labels.yml"))
"""By field of its requests and answers."""
_CHINA = ZoneInfo("Asia/Shanghai")


class _Hall(BaseModel):
    hallId: str
    hallName: str
    address: str
    windowName: str = ""
    openDays: list[date] = Field(max_length=100)
    remark: str = ""


class _Halls(BaseModel):
    halls: list[_Hall] = Field(max_length=200)


class _Slot(BaseModel):
    begin: time
    end: time
    left: int = Field(ge=0)


class _Slots(BaseModel):
    slots: list[_Slot] = Field(max_length=200)


class _Booking(BaseModel):
    bookingId: str
    hallId: str
    hallName: str
    address: str
    windowName: str = ""
    itemCode: str
    itemName: str
    day: date
    begin: time
    end: time
    state: int


class _OneBooking(BaseModel):
    booking: _Booking | None


class _Bookings(BaseModel):
    bookings: list[_Booking] = Field(max_length=1000)


class HttpBooking:
    """`Booking` over HTTP. Who books stands in the body, never in an address.

    Args:
        system: the way there.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def halls(self, matter: Matter, region: str) -> tuple[BookableHall, ...]:
        """See `Booking.halls`."""
        found = self._system.get("/halls", _Halls, {**_theirs(matter), "regionCode": region})
        return tuple(
            BookableHall(one.hallId, one.hallName, one.address, one.windowName, tuple(one.openDays), one.remark) for one in found.halls
        )

    def slots(self, hall: str, matter: Matter, day: date) -> tuple[Slot, ...]:
        """See `Booking.slots`."""
        found = self._system.get("/slots", _Slots, {**_theirs(matter), "hallId": hall, "day": day.isoformat()})
        return tuple(Slot(one.begin, one.end, one.left) for one in found.slots)

    def book(self, wish: Wish, key: str) -> Booked:
        """See `Booking.book`."""
        begins = wish.begins.astimezone(_CHINA)
        body = {
            **_theirs(wish.matter),
            "itemName": wish.matter.name,
            "hallId": wish.hall,
            "day": begins.date().isoformat(),
            "begin": f"{begins:%H:%M}",
            "holder": wish.person,
        }
        return _ours(self._system.post("/bookings", _Booking, body, key=key))

    def cancel(self, booking: str, person: str) -> Booked | None:
        """See `Booking.cancel`."""
        # Cancelling twice does no harm there, so it may be tried twice.
        found = self._system.post("/bookings/cancel", _OneBooking, {"bookingId": booking, "holder": person}, key=secrets.token_hex(16))
        return _ours(found.booking) if found.booking is not None else None

    def mine(self, person: str) -> tuple[Booked, ...]:
        """See `Booking.mine`."""
        found = self._system.post("/bookings/query", _Bookings, {"holder": person}, key=secrets.token_hex(16))
        return tuple(_ours(one) for one in found.bookings)


def _theirs(matter: Matter) -> dict[str, str]:
    return {"itemCode": matter.item, "businessType": LABELS["businessType"].write(matter.domain)}


def _ours(theirs: _Booking) -> Booked:
    return Booked(
        id=theirs.bookingId,
        hall=theirs.hallId,
        hall_name=theirs.hallName,
        address=theirs.address,
        window=theirs.windowName,
        item=theirs.itemCode,
        item_name=theirs.itemName,
        begins=datetime.combine(theirs.day, theirs.begin, _CHINA),
        ends=datetime.combine(theirs.day, theirs.end, _CHINA),
        state=cast(State, LABELS["state"].read(theirs.state)),
    )
