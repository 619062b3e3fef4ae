"""Stand-in of the “跨省通办” zone: 140 items in the zone's own codes, and invented windows and days."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, HTTPException, Query
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from banshi.connect.cross_province.demo import listed
from banshi.connect.cross_province.duties import DECIDING, MAILED, RECEIVING
from banshi.connect.cross_province.http import LABELS
from banshi.connect.cross_province.port import ZoneItem
from banshi.knowledge.cross_province import load_cross_province
from banshi.knowledge.places import PROVINCES
from banshi.settings import ROOT
from banshi.standin.shop import Shop

_PAGE = 50
_UNKNOWN_CODE = 9
"""Named by no table."""
_HOME = "22"
_NAMES = {code[:2]: name for name, code in PROVINCES.items()}
_CLOSED_EVERY = 13
"""Some pairs are not opened, so that a no can be shown: the last digits of the item's code, by this."""


class Item(BaseModel):
    """通办事项"""

    code: str = Field(description="专区事项编码")
    name: str = Field(description="事项名称")
    batch: int = Field(description="批次：1 第一批，2 第二批，3 第三批")
    year: int = Field(description="批次年份")
    mode: int = Field(description="办理方式：1 全程网办，2 异地代收代办，3 多地联办，4 全国通办")
    sample: bool = Field(description="是否为示例数据")


class Items(BaseModel):
    """一页事项"""

    total: int = Field(description="事项总数")
    items: list[Item]


class Window(BaseModel):
    """“跨省通办”专窗"""

    name: str = Field(description="名称")
    address: str = Field(description="地址")
    phone: str = Field(description="电话")
    hours: str = Field(description="办公时间，如 08:30-11:30,13:00-16:30")


class OneSide(BaseModel):
    """收件地或者办理地"""

    code: str = Field(description="行政区划代码（GB/T 2260，六位）")
    name: str = Field(description="地名")
    organ: str = Field(description="经办单位")
    contact: str = Field(description="供对方工作人员联系的方式")
    windows: list[Window] = Field(description="专窗")
    duties: list[str] = Field(description="职责，依次")


class OneWay(BaseModel):
    """一个事项在两地之间的办法"""

    item: Item
    mode: int = Field(description="办理方式：0 两地之间未开通，1 全程网办，2 异地代收代办，3 多地联办，4 全国通办")
    receiving: OneSide = Field(description="收件地：申请人所在地")
    deciding: OneSide = Field(description="办理地：业务属地")
    mailing: str = Field(description="寄递：谁寄给谁、谁付费；不用寄的为空")
    workdays: int | None = Field(description="承诺办结工作日数，没有的为 null")
    mailing_days: int | None = Field(description="来回寄递的天数，不用寄的为 null")
    time: str = Field(description="没有天数时的时限说明")
    recognised: list[str] = Field(description="两地互认、不用交原件的材料")
    sample: bool = Field(description="是否为示例数据")


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="“跨省通办”服务专区",
        version="1",
        description="全国一体化政务服务平台“跨省通办”服务专区：事项检索，以及一个事项从申请人所在地到业务属地怎么办。请求须签名。",
    )
    items = {one.code: one for one in listed(load_cross_province(ROOT / "knowledge" / "cross_province.yml", {}))}

    def told(one: ZoneItem) -> Item:
        mode = _UNKNOWN_CODE if shop.wrong_labels else int(LABELS["mode"].write(one.mode))
        batch = int(LABELS["batch"].write(one.batch))
        return Item(code=one.code, name=one.name, batch=batch, year=one.year, mode=mode, sample=one.sample)

    @app.get("/items", summary="事项清单")
    def listing(page: Annotated[int, Query(ge=1, le=1000, description="页码，每页 50 项")] = 1) -> Items:
        """分页列出全部通办事项，直到取满 total。可以重复查询。"""
        return Items(total=len(items), items=[told(one) for one in list(items.values())[(page - 1) * _PAGE : page * _PAGE]])

    @app.get("/items/{code}/way", summary="一个事项在两地之间怎么办")
    def way(
        code: Annotated[str, InPath(max_length=40, description="专区事项编码")],
        here: Annotated[str, Query(pattern=r"^\d{6}$", description="申请人所在地的行政区划代码")],
        belongs: Annotated[str, Query(pattern=r"^\d{6}$", description="业务属地的行政区划代码")],
    ) -> OneWay:
        """两地之间的办理方式、专窗、职责、寄递和时限。没有这个事项，或者两地之间没有登记的，返回 404，不作推测。"""
        one = items.get(code)
        if one is None or (here[:2] == _HOME) == (belongs[:2] == _HOME) or not {here[:2], belongs[:2]} <= set(_NAMES):
            raise HTTPException(404, "专区没有登记这个事项在两地之间的办法。")
        opened = int(code[-3:]) % _CLOSED_EVERY != 0
        mode = told(one).mode if opened else int(LABELS["mode"].write("未开通"))
        mailed = opened and one.mode in MAILED
        return OneWay(
            item=told(one),
            mode=mode,
            receiving=_side(here, RECEIVING[one.mode] if opened else ()),
            deciding=_side(belongs, DECIDING[one.mode] if opened else ()),
            mailing="材料由收件地寄给办理地，结果寄给申请人；示例：邮费由收件地财政负担。" if mailed else "",
            workdays=10 if opened else None,
            mailing_days=4 if mailed else None,
            time="",
            recognised=["居民身份证"] if opened else [],
            sample=True,
        )

    return app


def _side(code: str, duties: tuple[str, ...]) -> OneSide:
    name = _NAMES[code[:2]] if code.endswith("0000") else f"{_NAMES[code[:2]]}（{code}）"
    window = Window(name=f"{name}示例政务服务中心“跨省通办”专窗", address="示例：示例路1号", phone="", hours="09:00-17:00")
    return OneSide(code=code, name=name, organ=f"{name}示例经办单位", contact="示例：专区工作台", windows=[window], duties=list(duties))
