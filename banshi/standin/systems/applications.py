"""Stand-in of 全流程审批系统: the sample applications behind its codes, and a way to move one on, which is called back."""

from __future__ import annotations

import functools
import hmac
import threading
import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.applications.demo_samples import Sample, generate_samples
from banshi.connect.applications.http import LABELS
from banshi.connect.applications.port import CHINA_TIME, Application, Stage, canonical_number
from banshi.knowledge.guide import Guide
from banshi.knowledge.library import load_knowledge
from banshi.settings import Settings
from banshi.standin.calling_back import call_back
from banshi.standin.shop import Shop

_UNKNOWN_CODE = 99
_STAGES = "办件环节代码：1 收件，2 受理，3 补齐补正，4 特别程序，5 挂起，6 审核，7 决定，8 办结，9 领取"

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=80, description="同一次查询重发时不变；查询不改变任何数据")]


class Query(BaseModel):
    """办件查询条件；放在请求正文里，不得放在地址里"""

    model_config = ConfigDict(extra="forbid")
    projectNo: str = Field(max_length=32, description="办件编号，半角大写，无空格")
    secondFactor: str = Field(max_length=32, description="申请人证件号码后四位；末位为 X 的大写")


class Whose(BaseModel):
    """申请人"""

    model_config = ConfigDict(extra="forbid")
    identityHash: str = Field(
        pattern="^[0-9a-f]{64}$", description="申请人证件号码的密钥散列（64 位十六进制），同统一身份认证令牌的 identity_hash"
    )


class PauseData(BaseModel):
    """不计入承诺时限的一段时间，首尾两天都在内"""

    stage: int = Field(description="3 补齐补正，4 特别程序，5 挂起")
    begin: date = Field(description="开始日期")
    end: date | None = Field(description="结束日期；还没有结束的为 null")


class CorrectionData(BaseModel):
    """现在还缺的一样材料"""

    material: str = Field(description="材料名称")
    reason: str = Field(description="为什么要补")
    due: date = Field(description="补正的最后一天")


class ApplicationData(BaseModel):
    """一件办件；不含申请人姓名、证件号码和电话"""

    projectNo: str = Field(description="办件编号")
    itemCode: str = Field(description="事项实施编码；没有编码的为约定的事项标识")
    taskName: str = Field(description="事项名称")
    areaCode: str = Field(description="行政区划代码；开发区等功能区为约定代码")
    deptName: str = Field(description="实施主体")
    applicantType: int = Field(description="申请人类型：1 自然人，2 法人")
    stage: int = Field(description=_STAGES)
    receiveDate: date = Field(description="收件日期")
    acceptDate: date | None = Field(description="受理日期；没有受理的为 null")
    promiseDays: int = Field(ge=1, description="承诺办结时限，工作日；即办件为 1")
    pauses: list[PauseData] = Field(description="中止计时的各段")
    corrections: list[CorrectionData] = Field(description="还没有补齐的材料；补齐后为空")
    result: int | None = Field(description="办理结果：1 准予，2 不予；没有决定的为 null")
    resultReason: str | None = Field(description="不予的理由")
    decideDate: date | None = Field(description="决定日期")
    deliveryType: int | None = Field(description="领取方式：1 窗口领取，2 快递，3 电子证照")
    updateTime: datetime = Field(description="最后变动的时刻，带时区")
    systemName: str = Field(description="数据来自哪个系统，群众看得到")


class Found(BaseModel):
    """查询结果。编号不存在、证件后四位不符，结果相同，用时相同"""

    application: ApplicationData | None = Field(description="查到的办件；没有查到为 null")


class Theirs(BaseModel):
    """申请人名下的全部办件；没有的为空"""

    applications: list[ApplicationData]


class Step(BaseModel):
    """环节变动通知。请求须签名；没有收到 200 就按同一个 eventId 再发，直到收到为止"""

    eventId: str = Field(max_length=80, description="通知编号，同一件事再发时不变")
    projectNo: str = Field(max_length=64, description="办件编号")
    stage: int = Field(description=_STAGES)
    at: datetime = Field(description="进入这个环节的时刻，带时区")


class Moving(BaseModel):
    """演示用：把一件办件推到下一个环节"""

    projectNo: str
    stage: Stage


@functools.cache
def _guides() -> Mapping[str, Guide]:
    return load_knowledge(Settings().knowledge_dir).guides


class _Applications:
    """The samples of the day, and what was changed of them."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._lock = shop, threading.Lock()
        self._day: date | None = None
        self._samples: dict[str, Sample] = {}
        self._moved: dict[str, Application] = {}

    def of_today(self) -> dict[str, Sample]:
        with self._lock:
            today = self._shop.now().astimezone(CHINA_TIME).date()
            if self._day != today:
                self._samples = {one.application.application_no: one for one in generate_samples(_guides(), today)}
                self._day = today
            return self._samples

    def shown(self, sample: Sample) -> ApplicationData:
        one, code = self._moved.get(sample.application.application_no, sample.application), LABELS
        return ApplicationData(
            projectNo=one.application_no,
            itemCode=one.item,
            taskName=one.task_name,
            areaCode=one.region,
            deptName=one.dept_name,
            applicantType=int(code["applicantType"].write(one.applicant_kind)),
            stage=_UNKNOWN_CODE if self._shop.wrong_labels else int(code["stage"].write(one.stage)),
            receiveDate=one.received_on,
            acceptDate=one.accepted_on,
            promiseDays=one.promise_workdays,
            pauses=[PauseData(stage=int(code["stage"].write(p.stage)), begin=p.from_, end=p.to) for p in one.pauses],
            corrections=[CorrectionData(material=c.material, reason=c.reason, due=c.due) for c in one.corrections],
            result=int(code["result"].write(one.result)) if one.result is not None else None,
            resultReason=one.result_reason,
            decideDate=one.decided_on,
            deliveryType=int(code["deliveryType"].write(one.delivery)) if one.delivery is not None else None,
            updateTime=one.updated_at,
            systemName="全流程审批系统（替身，示例数据）",
        )

    def move(self, number: str, stage: Stage) -> None:
        """Put it into a stage. Missing materials are handed in with that, and a pause that lasts ends."""
        one = self._moved.get(number, self.of_today()[number].application)
        now = self._shop.now().astimezone(CHINA_TIME)
        ended = tuple(
            p if p.to is not None else p.model_copy(update={"to": max(p.from_, now.date() - timedelta(days=1))}) for p in one.pauses
        )
        accepted = one.accepted_on or (now.date() if stage is not Stage.RECEIVED else None)
        self._moved[number] = one.model_copy(
            update={"stage": stage, "corrections": (), "pauses": ended, "accepted_on": accepted, "updated_at": now}
        )


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="全流程审批系统",
        version="1",
        description="办件查询，和环节变动的通知。部委垂管系统、部门自建系统按同样的约定提供，各用各的地址和密钥。"
        "所有请求须签名。代码表之外的代码不得使用，增加代码要先通知对接方。",
    )
    applications = _Applications(shop)
    # Made before anybody asks: it takes longer than anybody waits.
    threading.Thread(target=applications.of_today, daemon=True).start()

    @app.post("/query", summary="凭办件编号和证件后四位查询")
    def query(wanted: Query, key: Key = None) -> Found:
        """两样都对上才返回办件。编号和证件后四位只放在请求正文里。"""
        sample = applications.of_today().get(canonical_number(wanted.projectNo))
        # The comparison is made for an unknown number, too, with what fits nothing.
        expected = sample.second_factor if sample is not None else "----"
        fits = hmac.compare_digest(canonical_number(wanted.secondFactor).encode(), expected.encode())
        return Found(application=applications.shown(sample) if sample is not None and fits else None)

    @app.post("/person", summary="查询一名申请人的全部办件")
    def person(whose: Whose, key: Key = None) -> Theirs:
        """申请人由统一身份认证确认，不再核对证件后四位。"""
        samples = [one for one in applications.of_today().values() if one.identity == whose.identityHash]
        return Theirs(applications=[applications.shown(one) for one in samples])

    @app.webhooks.post("applications", summary="环节变动通知，发到 /api/v1/callbacks/applications")
    def step(told: Step) -> None:
        """每进入一个环节发一次；先后以 at 为准，到达的先后不作数。"""

    @app.post("/_standin/move", include_in_schema=False)
    def move(wanted: Moving) -> dict[str, list[int]]:
        number = canonical_number(wanted.projectNo)
        if number not in applications.of_today():
            raise HTTPException(404, "没有这个编号的示例办件。")
        applications.move(number, wanted.stage)
        code = _UNKNOWN_CODE if shop.wrong_labels else int(LABELS["stage"].write(wanted.stage))
        told = Step(eventId=uuid.uuid4().hex, projectNo=number, stage=code, at=shop.now())
        return {"answered": call_back(shop, told.model_dump(mode="json"))}

    return app
