"""The port to the “跨省通办” zone of the platform: its items, and the way of one between two places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from banshi.knowledge.cross_province import Mode


@dataclass(frozen=True)
class ZoneItem:
    """An item of the zone.

    Attributes:
        code: the zone's own.
        name: as the zone has it; by it the item is found among our guides.
        batch: name of the batch of the national list, such as 第一批.
        year: of the batch.
        mode: how it is handled as a rule; the way between two places says how it is there.
        sample: invented for demonstration, never told to citizens as real.
    """

    code: str
    name: str
    batch: str
    year: int
    mode: Mode
    sample: bool


@dataclass(frozen=True)
class ZoneWindow:
    """“跨省通办”专窗 of a place.

    Attributes:
        phone, hours: empty where the zone does not tell.
    """

    name: str
    address: str
    phone: str
    hours: str


@dataclass(frozen=True)
class Side:
    """收件地 or 办理地.

    Attributes:
        code: of GB/T 2260.
        name: of the place.
        organ: who answers there; empty where the zone does not tell.
        contact: a telephone number or the like for the other side's staff; empty where the zone does not tell.
        windows: where one goes there.
        duties: what this side does, in order.
    """

    code: str
    name: str
    organ: str
    contact: str
    windows: tuple[ZoneWindow, ...]
    duties: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """How an item is handled between two places.

    Attributes:
        mode: how; None: the zone says that it is not opened between these two.
        receiving: 收件地, where the citizen is.
        deciding: 办理地, where the matter belongs and is decided.
        mailing: who sends what and who pays, as the zone tells; empty where nothing is sent.
        workdays: until it is decided; None where the zone does not tell.
        mailing_days: on the road, there and back; None where the zone does not tell.
        time: what is told of the time in words, where there are no days.
        recognised: materials that both sides recognise without the original (互认).
        sample: invented for demonstration.
    """

    item: ZoneItem
    mode: Mode | None
    receiving: Side
    deciding: Side
    mailing: str
    workdays: int | None
    mailing_days: int | None
    time: str
    recognised: tuple[str, ...]
    sample: bool


class CrossProvinceZone(Protocol):
    """The zone. Calls block."""

    def items(self) -> tuple[ZoneItem, ...]:
        """All items, in the zone's order.

        Raises:
            SystemUnavailableError: the zone cannot be asked, or its answer is not what the contract says.
        """
        ...

    def way(self, code: str, here: str, belongs: str) -> Way | None:
        """The way of an item.

        Args:
            code: the zone's code of the item.
            here: code of the place where the citizen is.
            belongs: code of the place where the matter belongs.

        Returns:
            The way, which may say no; None where the zone knows nothing of the item between these two. Nobody guesses then.

        Raises:
            SystemUnavailableError: as of `items`.
            SystemRefusedError: the zone refuses to say; with its reason.
        """
        ...
