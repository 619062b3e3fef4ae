"""The port to the systems that know applications (办件): what an application is, and how one is found.

Stages and what the promise does not count follow the 办件环节 of the exchange tables: 补齐补正, 特别程序 and 挂起 stop the clock
(行政许可法 第四十五条 for the special procedures).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from typing import Protocol, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

CHINA_TIME = timezone(timedelta(hours=8), "CST")
"""Days are counted in it. China has one time and no summer time."""


class Stage(StrEnum):
    """办件环节: where the application is. The value is the label shown to people."""

    RECEIVED = "收件"
    ACCEPTED = "受理"
    CORRECTION = "补齐补正"
    SPECIAL_PROCEDURE = "特别程序"
    SUSPENDED = "挂起"
    REVIEW = "审核"
    DECISION = "决定"
    CLOSED = "办结"
    COLLECTION = "领取"


PAUSING_STAGES = frozenset({Stage.CORRECTION, Stage.SPECIAL_PROCEDURE, Stage.SUSPENDED})
"""Stages whose days are not counted against the promise."""


class ApplicantKind(StrEnum):
    """服务对象, as far as guides tell them apart."""

    NATURAL_PERSON = "自然人"
    LEGAL_PERSON = "法人"


class Result(StrEnum):
    """办理结果."""

    GRANTED = "准予"
    REFUSED = "不予"


class Delivery(StrEnum):
    """How the result reaches the applicant."""

    WINDOW = "窗口领取"
    COURIER = "快递"
    E_LICENSE = "电子证照"


class ApplicationRecord(BaseModel):
    """Base of what an outside system tells: unknown fields are an error, records do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)


class Pause(ApplicationRecord):
    """A time in which the clock stands still. Both ends belong to it; `to` None means that it lasts."""

    stage: Stage
    # `from` is a keyword of Python; in data the field has its plain name.
    from_: date = Field(validation_alias="from", serialization_alias="from")
    to: date | None = None

    @field_validator("stage")
    @classmethod
    def _stage_pauses(cls, stage: Stage) -> Stage:
        if stage not in PAUSING_STAGES:
            raise ValueError(f"环节“{stage}”不能中止计时，可用 {'、'.join(s for s in Stage if s in PAUSING_STAGES)}")
        return stage

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.to is not None and self.to < self.from_:
            raise ValueError(f"{self.stage}的结束日期 {self.to} 早于开始日期 {self.from_}")
        return self


class Correction(ApplicationRecord):
    """补正: one thing that is still missing, why, and the last day on which it can be handed in."""

    material: str = Field(min_length=1)
    reason: str
    due: date


class Application(ApplicationRecord):
    """One application (办件). Holds no name and no document number of the applicant."""

    application_no: str = Field(min_length=1)
    """办件编号"""
    item: str
    """Id of the guide."""
    task_name: str
    """事项名称"""
    region: str
    """Region id as in `regions.csv`."""
    dept_name: str
    """实施主体: who has the application."""
    applicant_kind: ApplicantKind
    stage: Stage
    received_on: date
    """收件日期"""
    accepted_on: date | None
    """受理日期; None before acceptance. The promise runs from the day after it."""
    promise_workdays: int = Field(ge=1, le=1000)
    """承诺办结时限 in workdays; 1 for what is done at once (即办件)."""
    pauses: tuple[Pause, ...] = ()
    corrections: tuple[Correction, ...] = ()
    """What is still missing now; empty once it was handed in."""
    result: Result | None = None
    result_reason: str | None = None
    decided_on: date | None = None
    """Day of the decision, on which the promise is kept or broken; where it is not known, `updated_on` stands in."""
    delivery: Delivery | None = None
    updated_at: AwareDatetime
    source: str
    """Which system said so, as shown to people."""

    @property
    def updated_on(self) -> date:
        """The day of the last change, in China."""
        return self.updated_at.astimezone(CHINA_TIME).date()

    @model_validator(mode="after")
    def _accepted_after_received(self) -> Self:
        if self.accepted_on is not None and self.accepted_on < self.received_on:
            raise ValueError(f"受理日期 {self.accepted_on} 早于收件日期 {self.received_on}")
        return self


class ApplicationSource(Protocol):
    """Where applications are found. Adapters block; call them in a worker thread."""

    def find(self, application_no: str, second_factor: str) -> Application | None:
        """The application, if both the number and the second factor are right.

        Wrong number, another person's number and wrong second factor give the same None after the same work: an adapter
        compares a salted hash in constant time even for a number that it does not know, so neither the answer nor its
        time tells which part was wrong. Limiting attempts is the caller's duty: four characters can be guessed.

        Args:
            application_no: 办件编号 as the citizen wrote it; case, width, spaces and hyphens do not matter.
            second_factor: last four characters of the applicant's document (身份证, 统一社会信用代码), written as freely.

        Raises:
            SystemUnavailableError: the system does not answer.
        """
        ...

    def of_person(self, identity: str) -> tuple[Application, ...]:
        """All applications of one person, the one received last first; empty for somebody who has none or is not known.

        Args:
            identity: the keyed hash of the person's identity number, 64 hex digits, as a checked token of the platform has it. Never
                anything that the citizen wrote: there is no second factor here.

        Raises:
            SystemUnavailableError: the system does not answer.
        """
        ...


_LONGEST_INPUT = 64
_GAP = re.compile(r"[\s\-]+")
_NUMBER = re.compile(r"[0-9A-Z]{1,32}")


def canonical_number(written: str) -> str:
    """The one written form of a number: half width, upper case, no gaps. Empty, which matches nothing, for what is no number."""
    if len(written) > _LONGEST_INPUT:
        return ""
    plain = _GAP.sub("", unicodedata.normalize("NFKC", written)).upper()
    return plain if _NUMBER.fullmatch(plain) else ""


def masked_number(application_no: str) -> str:
    """First four and last four characters, the only form in which a number is shown: JL20****0001."""
    # From a short number the eight characters shown would give (nearly) all of it away.
    return f"{application_no[:4]}****{application_no[-4:]}" if len(application_no) >= 12 else "****"


def number_hash(application_no: str) -> str:
    """What stands for a number in tables: SHA-256 in hex, the same however it is written. It keeps numbers out of what is stored; it does
    not protect them from somebody who tries all there can be, and a number alone opens nothing.
    """
    return sha256(f"application:{canonical_number(application_no)}".encode()).hexdigest()
