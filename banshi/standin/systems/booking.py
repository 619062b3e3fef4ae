"""Stand-in of the booking system, with the demo's halls and times behind its codes. What was booked is gone when it ends."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.booking.demo import DemoBooking
from banshi.connect.booking.http import LABELS
from banshi.connect.booking.port import Booked, Matter, Wish
from banshi.connect.resilience.errors import SystemRefusedError
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.settings import ROOT
from banshi.standin.shop import Shop

Holder = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="预约人证件号码的密钥散列（64 位十六进制），同统一身份认证令牌的 identity_hash")
]
ItemCode = Annotated[str, Field(max_length=60, description="事项标识")]
BusinessType = Annotated[str, Field(max_length=4, description="业务领域代码，见代码表：1 户政，2 出入境，3 车驾管，4 社保 …")]


class Hall(BaseModel):
    """可预约的大厅"""

    hallId: str = Field(description="大厅标识")
    hallName: str = Field(description="大厅名称")
    address: str = Field(description="地址")
    windowName: str = Field(description="办理窗口或专区")
    openDays: list[date] = Field(description="放号日期，已除去周末和法定节假日，含调休上班日")
    remark: str = Field(description="提示，可为空")


class Halls(BaseModel):
    """大厅查询结果"""

    halls: list[Hall]


class TimeSlot(BaseModel):
    """一个预约时段"""

    begin: time = Field(description="开始")
    end: time = Field(description="结束")
    left: int = Field(ge=0, description="剩余号数，0 为约满")


class TimeSlots(BaseModel):
    """时段查询结果，按时间先后"""

    slots: list[TimeSlot]


class Wanted(BaseModel):
    """预约申请"""

    model_config = ConfigDict(extra="forbid")
    hallId: str = Field(max_length=60, description="大厅标识")
    itemCode: ItemCode
    itemName: str = Field(max_length=100, description="事项名称")
    businessType: BusinessType
    day: date = Field(description="日期")
    begin: time = Field(description="时段的开始")
    holder: Holder


class MadeBooking(BaseModel):
    """一条预约"""

    bookingId: str = Field(description="预约编号")
    hallId: str
    hallName: str
    address: str
    windowName: str
    itemCode: str
    itemName: str
    day: date
    begin: time
    end: time
    state: int = Field(description="状态：0 已预约，1 已办理，2 已取消，3 已过期")


class Cancelling(BaseModel):
    """取消申请"""

    model_config = ConfigDict(extra="forbid")
    bookingId: str = Field(max_length=60)
    holder: Holder


class OneBooking(BaseModel):
    """一条预约；预约人名下没有这个编号时为 null"""

    booking: MadeBooking | None


class Whose(BaseModel):
    """查询条件"""

    model_config = ConfigDict(extra="forbid")
    holder: Holder


class Bookings(BaseModel):
    """预约人名下的全部预约，未到的在前"""

    bookings: list[MadeBooking]


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="在线预约",
        version="1",
        description="大厅窗口的放号、预约和取消。请求须签名；预约须带 Idempotency-Key，同一个键只产生一条预约。"
        "不受理时返回 422，detail 为可以直接给群众看的一句话。",
    )
    folder = TemporaryDirectory(prefix="banshi-booking-")
    app.state.folder = folder  # lives as long as the stand-in
    system = DemoBooking(Path(folder.name) / "bookings.db", ROOT / "knowledge", now=shop.now)

    def told(booked: Booked) -> MadeBooking:
        return MadeBooking(
            bookingId=booked.id,
            hallId=booked.hall,
            hallName=booked.hall_name,
            address=booked.address,
            windowName=booked.window,
            itemCode=booked.item,
            itemName=booked.item_name,
            day=booked.begins.date(),
            begin=booked.begins.time(),
            end=booked.ends.time(),
            state=9 if shop.wrong_labels else int(LABELS["state"].write(booked.state)),
        )

    @app.get("/halls", summary="查询可预约的大厅")
    def halls(
        itemCode: Annotated[str, Query(max_length=60)],
        businessType: Annotated[str, Query(max_length=4)],
        regionCode: Annotated[str, Query(max_length=20)],
    ) -> Halls:
        """本地有大厅的返回本地的，没有的返回最近一级上级的大厅。"""
        found = system.halls(_matter(itemCode, "", businessType), regionCode)
        return Halls(
            halls=[
                Hall(
                    hallId=one.id,
                    hallName=one.name,
                    address=one.address,
                    windowName=one.window,
                    openDays=list(one.days),
                    remark=one.note,
                )
                for one in found
            ]
        )

    @app.get("/slots", summary="查询一天的时段")
    def slots(
        hallId: Annotated[str, Query(max_length=60)],
        itemCode: Annotated[str, Query(max_length=60)],
        businessType: Annotated[str, Query(max_length=4)],
        day: date,
    ) -> TimeSlots:
        """约满的时段也在结果里，剩余号数为 0；不放号的日子返回空列表。"""
        found = system.slots(hallId, _matter(itemCode, "", businessType), day)
        return TimeSlots(slots=[TimeSlot(begin=one.begins, end=one.ends, left=one.left) for one in found])

    @app.post("/bookings", summary="预约")
    def book(wanted: Wanted, idempotency_key: Annotated[str, Header(min_length=8, max_length=200)]) -> MadeBooking:
        """同一个 Idempotency-Key 再次提交，返回第一次的结果。约满、过时、同一件事重复预约时返回 422。"""
        matter = _matter(wanted.itemCode, wanted.itemName, wanted.businessType)
        begins = datetime.combine(wanted.day, wanted.begin, shop.now().tzinfo)
        try:
            return told(system.book(Wish(wanted.hallId, matter, begins, wanted.holder), idempotency_key))
        except SystemRefusedError as refused:
            raise HTTPException(422, str(refused)) from refused

    @app.post("/bookings/cancel", summary="取消预约")
    def cancel(cancelling: Cancelling) -> OneBooking:
        """重复取消不报错，返回已取消的预约；已过时间的返回 422。"""
        try:
            found = system.cancel(cancelling.bookingId, cancelling.holder)
        except SystemRefusedError as refused:
            raise HTTPException(422, str(refused)) from refused
        return OneBooking(booking=told(found) if found is not None else None)

    @app.post("/bookings/query", summary="查询我的预约")
    def mine(whose: Whose) -> Bookings:
        """预约人名下的全部预约，包括已取消和已过期的。"""
        return Bookings(bookings=[told(one) for one in system.mine(whose.holder)])

    return app


def _matter(item: str, name: str, business_type: str) -> Matter:
    try:
        return Matter(item, name, LABELS["businessType"].read(business_type))
    except UnknownLabelError as unknown:
        raise HTTPException(422, "没有这个业务领域代码。") from unknown
