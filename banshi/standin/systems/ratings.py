"""Stand-in of the 好差评 system: it keeps one rating of each service."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from banshi.standin.shop import Shop

_UNKNOWN_RESULT = "9"


class Rating(BaseModel):
    """一次评价；不含评价人姓名、证件号码和电话"""

    model_config = ConfigDict(extra="forbid")
    serviceNo: str = Field(min_length=1, max_length=40, description="会话编号，一次服务一个")
    level: int = Field(ge=1, le=5, description="满意度：5 非常满意，4 满意，3 基本满意，2 不满意，1 非常不满意")
    channel: int = Field(ge=1, le=7, description="评价渠道：1 网页，2 移动端，6 电话")
    indicators: list[Annotated[int, Field(ge=100, le=199)]] = Field(
        max_length=10,
        description="评价指标（不满意的方面）：101 没听懂问题，102 答案不对或过时，103 说得太复杂，104 找不到办理入口，105 等待时间太长",
    )
    content: str = Field(max_length=2000, description="评价内容，可为空")
    versions: dict[str, Any] = Field(description="最后一次回答所依据的内容及其版本，供差评核查")
    ratedAt: datetime = Field(description="评价时刻，带时区")


class Answer(BaseModel):
    """已接收"""

    resultCode: str = Field(description="结果代码：0 已接收")
    ratingNo: str = Field(description="评价编号；同一个 Idempotency-Key 总是同一个编号")


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="政务服务“好差评”系统",
        version="1",
        description="评价的接收。所有请求须签名，须带 Idempotency-Key：同一个键再发，不产生新的评价。"
        "一次一评：同一个 serviceNo 换一个键再评，返回 409。",
    )
    lock, by_key, rated = threading.Lock(), dict[str, str](), dict[str, Rating]()

    @app.post("/ratings", summary="接收一次评价", status_code=201, responses={409: {"description": "这次服务评价过了"}})
    def rate(rating: Rating, key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=80)]) -> Answer:
        """评价在群众评完后送来；没有送到的会用同一个键再送。"""
        with lock:
            if key not in by_key:
                if rating.serviceNo in rated:
                    raise HTTPException(409, "这次服务已经评价过了，一次服务只能评价一次。")
                rated[rating.serviceNo] = rating
                by_key[key] = f"PJ{shop.now():%Y%m%d}{len(by_key) + 1:06}"
            return Answer(resultCode=_UNKNOWN_RESULT if shop.wrong_labels else "0", ratingNo=by_key[key])

    @app.get("/_standin/ratings", include_in_schema=False)
    def kept() -> list[Rating]:
        return list(rated.values())

    return app
