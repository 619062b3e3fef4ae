"""Stand-in of the library of electronic certificates, with the demo's invented people behind its codes."""

from __future__ import annotations

from datetime import date

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.certificates.demo import DemoCertificates
from banshi.connect.certificates.http import LABELS
from banshi.standin.shop import Shop


class Holder(BaseModel):
    """查询条件"""

    model_config = ConfigDict(extra="forbid")
    holder: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="持证人证件号码的密钥散列（64 位十六进制），同统一身份认证令牌的 identity_hash"
    )


class HeldCertificate(BaseModel):
    """一份电子证照；不含证照号码和影像"""

    typeCode: str = Field(description="证照类型代码，见去重汇总证照清单")
    stateCode: int = Field(description="证照状态：1 有效，2 过期，3 注销，4 挂失")
    issuer: str = Field(description="发证机关")
    validTo: date | None = Field(description="有效期截止日，长期有效为 null")


class HeldCertificates(BaseModel):
    """查询结果"""

    certificates: list[HeldCertificate]


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="电子证照库",
        version="1",
        description="按持证人查询其名下的电子证照类型、状态和有效期。请求须签名；证照号码和影像不在本接口提供。",
    )
    library = DemoCertificates(now=shop.now)

    @app.post("/holders/query", summary="查询持证人名下的电子证照")
    def query(holder: Holder) -> HeldCertificates:
        """按持证人查询，一次返回全部证照；名下没有证照时返回空列表。可以重复查询。"""
        held = [
            HeldCertificate(
                typeCode="999" if shop.wrong_labels else LABELS["typeCode"].write(one.kind),
                stateCode=int(LABELS["stateCode"].write(one.state)),
                issuer=one.organ,
                validTo=one.valid_until,
            )
            for one in library.of_person(holder.holder)
        ]
        return HeldCertificates(certificates=held)

    return app
