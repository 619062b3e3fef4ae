"""Stand-in of the OA: it takes matters, and whoever demonstrates it decides them; the decision goes out as a callback."""

from __future__ import annotations

import threading
from typing import Annotated, Literal

from fastapi import FastAPI, Header, HTTPException
from pydantic import AwareDatetime, BaseModel, Field

from banshi.connect.approvals.decisions import DecisionCallback
from banshi.standin.calling_back import call_back
from banshi.standin.shop import Shop

_NOBODY_KNOWS = "77"


class Matter(BaseModel):
    """一件要审批的知识变更。"""

    changeId: str = Field(description="变更编号，审批结果里原样带回", min_length=1, max_length=80)
    title: str = Field(description="标题", min_length=1, max_length=500)
    submitter: str = Field(description="送审人账号", max_length=200)
    submitterName: str = Field(description="送审人姓名", max_length=200)
    reason: str = Field(description="送审说明", max_length=2000)
    link: str = Field(description="查看变更的地址", max_length=1000)
    submittedAt: AwareDatetime = Field(description="送审时间，带时区")


class Taken(BaseModel):
    """已经收下。"""

    matterNo: str = Field(description="OA 的事项编号；同一个 Idempotency-Key 再送，编号不变")


class Refused(BaseModel):
    """不受理的原因。"""

    detail: str


class Decide(BaseModel):
    """谁怎么审批。"""

    user: str = Field(min_length=1, max_length=120)
    decision: Literal["0", "1"] = "0"
    opinion: str = ""


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="吉林政务OA（替身）",
        version="1",
        description="知识变更送审：送来的事项由审批人在 OA 里审批，结果回调到送审方的 /api/v1/callbacks/approvals（见 DecisionCallback）。",
    )
    matters: dict[str, tuple[str, Matter]] = {}
    lock = threading.Lock()

    @app.post("/v1/matters", summary="送审", responses={422: {"model": Refused, "description": "不受理"}})
    def submit(
        matter: Matter, idempotency_key: Annotated[str, Header(description="同一次送审不变", min_length=1, max_length=120)]
    ) -> Taken:
        """收下一件要审批的变更。"""
        with lock:
            number, _ = matters.setdefault(idempotency_key, (f"OA-{shop.now():%Y%m%d}-{len(matters) + 1:05}", matter))
        return Taken(matterNo=number)

    @app.webhooks.post("approvals", summary="审批结果回调")
    def decided(body: DecisionCallback) -> None:
        """审批以后发往送审方。同一次审批可能发不止一次，event 相同。"""

    @app.get("/_standin/matters", include_in_schema=False)
    def waiting() -> list[dict[str, str]]:
        with lock:
            return [{"matterNo": number, "changeId": one.changeId, "title": one.title} for number, one in matters.values()]

    @app.post("/_standin/matters/{number}/decide", include_in_schema=False)
    def decide(number: str, how: Decide) -> dict[str, list[int]]:
        with lock:
            found = next((one for known, one in matters.values() if known == number), None)
        if found is None:
            raise HTTPException(404, "没有这件事项。")
        body = DecisionCallback(
            event=f"{number}-{how.user}-{how.decision}",
            changeId=found.changeId,
            userId=how.user,
            decision=_NOBODY_KNOWS if shop.wrong_labels else how.decision,
            opinion=how.opinion,
            decidedAt=shop.now(),
        )
        return {"answered": call_back(shop, body.model_dump(mode="json"))}

    return app
