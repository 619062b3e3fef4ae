"""Stand-in of the platform's message system: it takes messages, knows one sent again by its key, and sends nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.messages.http import LABELS, SHUT
from banshi.standin.shop import Shop

_UNKNOWN_CODE = 9
_SHUT_RECIPIENT = "f" * 64


class Message(BaseModel):
    """一条提醒"""

    model_config = ConfigDict(extra="forbid")
    recipient: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="收件人证件号码的密钥散列（64 位十六进制），与令牌中的 identity_hash 相同"
    )
    templateCode: int = Field(ge=101, le=104, description="模板代码：101 补正期限，102 办结，103 证照到期，104 预约")
    text: str = Field(min_length=1, max_length=500, description="正文：手机锁屏上能看到，不含姓名和完整编号")


class Accepted(BaseModel):
    """受理结果"""

    messageNo: str = Field(description="消息编号；同一个 Idempotency-Key 总是同一个编号")
    stateCode: int = Field(description="状态：1 已受理，2 已发送，3 收件人已关闭通知（不会送达，不要再发）")


class Kept(Message):
    """One message that was taken."""

    messageNo: str


def make(shop: Shop) -> FastAPI:
    """The stand-in. Whose hash is 64 times f has shut messages off."""
    app = FastAPI(
        title="消息系统",
        version="1",
        description="把提醒发到本人在平台登记的手机。我方只知道收件人的散列，不知道号码。请求须签名；同一个 Idempotency-Key 只送达一次。",
    )
    kept: dict[str, Kept] = {}

    @app.post("/messages", summary="发一条提醒")
    def send(
        message: Message, idempotency_key: Annotated[str, Header(description="同一条提醒相同，最长 80 个字符", max_length=80)]
    ) -> Accepted:
        """发一条提醒。断线后可以用同一个 Idempotency-Key 重发，收件人不会收到两次。"""
        if message.recipient == _SHUT_RECIPIENT:
            return Accepted(messageNo="XX-0", stateCode=int(LABELS["state"].write(SHUT)))
        number = f"XX-{shop.now():%Y%m%d}-{len(kept) + 1:06}"
        one = kept.setdefault(idempotency_key, Kept(**message.model_dump(), messageNo=number))
        return Accepted(messageNo=one.messageNo, stateCode=_UNKNOWN_CODE if shop.wrong_labels else int(LABELS["state"].write("已受理")))

    @app.get("/_standin/messages", include_in_schema=False)
    def listing() -> list[Kept]:
        """What was taken, for demonstrations."""
        return list(kept.values())

    return app
