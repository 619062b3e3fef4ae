"""The port to the system that gives out times at the windows of halls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, Protocol

State = Literal["已预约", "已取消", "已办理", "已过期"]


@dataclass(frozen=True)
class Matter:
    """What somebody comes for.

    Attributes:
        item: id of the guide.
        name: 事项名称.
        domain: 领域, by which halls sort their windows.
    """

    item: str
    name: str
    domain: str


@dataclass(frozen=True)
class BookableHall:
    """A hall that takes bookings for a matter.

    Attributes:
        window: where to go in the hall.
        days: on which there are times, in order.
        note: what people must know of it, may be empty.
    """

    id: str
    name: str
    address: str
    window: str
    days: tuple[date, ...]
    note: str = ""


@dataclass(frozen=True)
class Slot:
    """A time on a day; `left` people can still come, 0 when it is full."""

    begins: time
    ends: time
    left: int


@dataclass(frozen=True)
class Wish:
    """What is to be booked, and for whom (the platform's keyed hash of the identity number)."""

    hall: str
    matter: Matter
    begins: datetime
    person: str


@dataclass(frozen=True)
class Booked:
    """A booking. Times are China's and carry the zone."""

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


class Booking(Protocol):
    """The system. Calls block, and raise `SystemUnavailableError` when it cannot be asked."""

    def halls(self, matter: Matter, region: str) -> tuple[BookableHall, ...]:
        """Halls of the region that take bookings for a matter, else of the nearest region above it; none where nobody does."""
        ...

    def slots(self, hall: str, matter: Matter, day: date) -> tuple[Slot, ...]:
        """The times of a day in order, full ones included; none when the hall takes no bookings then."""
        ...

    def book(self, wish: Wish, key: str) -> Booked:
        """Book a time.

        Args:
            wish: what, when, where and for whom.
            key: the same for the same wish; sent again with it, the same booking comes back and nothing new comes into being.

        Raises:
            SystemRefusedError: the time is full or over, or the person has a booking for the matter; a Chinese sentence.
        """
        ...

    def cancel(self, booking: str, person: str) -> Booked | None:
        """Cancel somebody's booking; cancelled a second time it stays as it is. None when this person has none of this id.

        Raises:
            SystemRefusedError: its time is over; a Chinese sentence.
        """
        ...

    def mine(self, person: str) -> tuple[Booked, ...]:
        """Everything that somebody has booked, the next first, then what is over or cancelled."""
        ...
