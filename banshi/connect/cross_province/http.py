"""The zone over HTTP: its contract is docs/contracts/cross_province.json."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel, Field

from banshi.connect.cross_province.port import Side, Way, ZoneItem, ZoneWindow
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import load_labels
from banshi.knowledge.cross_province import Mode

LABELS = load_labels("cross_province", Path(__file__).with_name("labels.yml"))
_CLOSED = "未开通"
_MOST_PAGES = 50


class _Item(BaseModel):
    code: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=200)
    batch: int
    year: int
    mode: int
    sample: bool = False


class _Items(BaseModel):
    total: int = Field(ge=0)
    items: list[_Item]


class _Window(BaseModel):
    name: str
    address: str
    phone: str = ""
    hours: str = ""


class _Side(BaseModel):
    code: str
    name: str
    organ: str = ""
    contact: str = ""
    windows: list[_Window] = []
    duties: list[str] = []


class _Way(BaseModel):
    item: _Item
    mode: int
    receiving: _Side
    deciding: _Side
    mailing: str = ""
    workdays: int | None = Field(default=None, ge=0, le=1000)
    mailing_days: int | None = Field(default=None, ge=0, le=100)
    time: str = ""
    recognised: list[str] = []
    sample: bool = False


class HttpZone:
    """`CrossProvinceZone` over HTTP.

    Args:
        system: the way to it.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def items(self) -> tuple[ZoneItem, ...]:
        """See `CrossProvinceZone.items`."""
        found: list[_Item] = []
        for page in range(1, _MOST_PAGES + 1):
            answer = self._system.get("/items", _Items, {"page": page})
            found += answer.items
            if len(found) >= answer.total:
                return tuple(_item(one) for one in found)
            if not answer.items:
                break
        raise SystemUnavailableError(f"cross_province announced more items than it gave ({len(found)}).")

    def way(self, code: str, here: str, belongs: str) -> Way | None:
        """See `CrossProvinceZone.way`."""
        found = self._system.find(f"/items/{quote(code, safe='')}/way", _Way, {"here": here, "belongs": belongs})
        if found is None:
            return None
        mode = LABELS["mode"].read(found.mode)
        return Way(
            item=_item(found.item),
            mode=None if mode == _CLOSED else Mode(mode),
            receiving=_side(found.receiving),
            deciding=_side(found.deciding),
            mailing=found.mailing,
            workdays=found.workdays,
            mailing_days=found.mailing_days,
            time=found.time,
            recognised=tuple(found.recognised),
            sample=found.sample,
        )


def _item(one: _Item) -> ZoneItem:
    mode = LABELS["mode"].read(one.mode)
    if mode == _CLOSED:
        raise SystemUnavailableError(f"cross_province lists {one.code}, which it says is not opened.")
    return ZoneItem(one.code, one.name, LABELS["batch"].read(one.batch), one.year, Mode(mode), one.sample)


def _side(one: _Side) -> Side:
    windows = tuple(ZoneWindow(window.name, window.address, window.phone, window.hours) for window in one.windows)
    return Side(one.code, one.name, one.organ, one.contact, windows, tuple(one.duties))
