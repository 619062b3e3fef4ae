"""Stand-in of the 12345 system: it takes tickets, says how far they are, and answers when it is told to."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.hotline.http import LABELS
from banshi.standin.calling_back import call_back
from banshi.standin.shop import Shop

_UNKNOWN_CODE = 99
_STATES = "工单状态代码：10 待受理，20 已受理，30 办理中，40 已答复，50 已退回，60 已办结"


class Order(BaseModel):
    """一件工单；证件号码和电话号码已经去掉，要求保密的不含反映人"""

    model_config = ConfigDict(extra="forbid")
    sourceNo: str = Field(min_length=1, max_length=80, description="来源系统的工单编号")
    channel: int = Field(ge=1, le=4, description="渠道：1 电话，2 手机端，3 网站，4 坐席录入")
    kind: int = Field(ge=1, le=5, description="诉求类型：1 咨询，2 求助，3 投诉，4 举报，5 建议")
    topics: list[str] = Field(max_length=4, description="分类，从大到小")
    area: str = Field(description="地区名称，可为空")
    address: str = Field(description="地址，可为空")
    title: str = Field(min_length=1, max_length=200, description="标题")
    content: str = Field(min_length=1, max_length=10_000, description="描述")
    contactName: str = Field(description="反映人，可为空；“保密”表示要求保密")
    contactPhone: str = Field(description="来电号码，可为空；“保密”表示要求保密")
    confidential: bool = Field(description="是否要求保密")
    urgency: int = Field(ge=0, le=2, description="紧急程度：0 一般，1 紧急，2 特急")
    department: str = Field(description="主责部门，可为空")
    acceptTime: datetime = Field(description="受理时间，带时区")
    dueDate: date | None = Field(description="期限")


class Created(BaseModel):
    """已接收"""

    orderNo: str = Field(max_length=60, description="本系统的工单编号；同一个 Idempotency-Key 总是同一个编号")


class Status(BaseModel):
    """一件工单到了哪一步"""

    orderNo: str
    status: int = Field(description=_STATES)
    content: str = Field(description="答复内容、退回理由，或者办理情况；可为空")


class Change(BaseModel):
    """工单状态变动通知。请求须签名；没有收到 200 就按同一个 eventId 再发，直到收到为止"""

    eventId: str = Field(max_length=80, description="通知编号，同一件事再发时不变")
    orderNo: str = Field(max_length=60, description="本系统的工单编号")
    sourceNo: str = Field(max_length=80, description="来源系统的工单编号")
    status: int = Field(description=_STATES)
    content: str = Field(max_length=5000, description="答复内容、退回理由，或者办理情况；可为空，40 和 50 不可为空")
    at: datetime = Field(description="变动的时刻，带时区")


class Moving(BaseModel):
    """演示用：把一件工单推到一个状态"""

    orderNo: str = Field(description="本系统或来源系统的工单编号")
    state: Literal["待受理", "已受理", "办理中", "已答复", "已退回", "已办结"]
    content: str = ""
    silent: bool = Field(default=False, description="不发通知，如同通知丢了")


@dataclass
class _Kept:
    number: str
    source: str
    state: str = "已受理"
    content: str = ""


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="12345政务服务便民热线",
        version="1",
        description="工单的接收、查询，和状态变动的通知。所有请求须签名；建单须带 Idempotency-Key，同一个键只产生一件工单。"
        "不受理时返回 422，detail 是理由。",
    )
    lock, kept = threading.Lock(), dict[str, _Kept]()

    def find(number: str) -> _Kept:
        for one in list(kept.values()):
            if number in (one.number, one.source):
                return one
        raise HTTPException(404, "没有这个编号的工单。")

    def code(one: _Kept) -> int:
        return _UNKNOWN_CODE if shop.wrong_labels else int(LABELS["state"].write(one.state))

    @app.post("/orders", summary="接收一件工单", status_code=201)
    def create(order: Order, key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=80)]) -> Created:
        """同一个 Idempotency-Key 再发，返回同一个编号，不产生新的工单。"""
        with lock:
            number = f"TS{shop.now():%Y%m%d}{len(kept) + 1:06}"
            return Created(orderNo=kept.setdefault(key, _Kept(number, order.sourceNo)).number)

    @app.get("/orders/{orderNo}", summary="查询一件工单的状态", responses={404: {"description": "没有这个编号"}})
    def status(orderNo: str) -> Status:
        """通知丢了的时候用；平时以通知为准。"""
        one = find(orderNo)
        return Status(orderNo=one.number, status=code(one), content=one.content)

    @app.webhooks.post("tickets", summary="工单状态变动通知，发到 /api/v1/callbacks/tickets")
    def change(told: Change) -> None:
        """每变动一次发一次。40 和 60 的 content 原样给群众看。"""

    @app.post("/_standin/move", include_in_schema=False)
    def move(wanted: Moving) -> dict[str, list[int]]:
        one = find(wanted.orderNo)
        one.state, one.content = wanted.state, wanted.content
        if wanted.silent:
            return {"answered": []}
        told = Change(
            eventId=uuid.uuid4().hex, orderNo=one.number, sourceNo=one.source, status=code(one), content=one.content, at=shop.now()
        )
        return {"answered": call_back(shop, told.model_dump(mode="json"), system="tickets")}

    return app
