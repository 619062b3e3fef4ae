"""Applications over HTTP, as `docs/contracts/applications.json` has it: 全流程审批系统, and the systems beside it that speak the same.

Number and second factor travel in the signed body of a POST, never in an address, which proxies and servers write down. Whether they fit
together the system checks; here nothing of it is known.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import AwareDatetime, BaseModel, ValidationError

from banshi.connect.applications.port import (
    ApplicantKind,
    Application,
    Correction,
    Delivery,
    Pause,
    Result,
    Stage,
    canonical_number,
)
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import load_labels

LABELS = load_labels("applications", Path(__file__).with_name("labels.yml"))
M = TypeVar("M", bound=BaseModel)
_HASH = re.compile(r"[0-9a-f]{64}")


class _Pause(BaseModel):
    stage: int
    begin: date
    end: date | None


class _Correction(BaseModel):
    material: str
    reason: str
    due: date


class _Application(BaseModel):
    projectNo: str
    itemCode: str
    taskName: str
    areaCode: str
    deptName: str
    applicantType: int
    stage: int
    receiveDate: date
    acceptDate: date | None
    promiseDays: int
    pauses: tuple[_Pause, ...]
    corrections: tuple[_Correction, ...]
    result: int | None
    resultReason: str | None
    decideDate: date | None
    deliveryType: int | None
    updateTime: AwareDatetime
    systemName: str


class _Found(BaseModel):
    application: _Application | None


class _Theirs(BaseModel):
    applications: tuple[_Application, ...]


class HttpApplications:
    """`ApplicationSource` over one system.

    Args:
        system: the way to it.
        item_of: its code of an item → our id.
    """

    def __init__(self, system: HttpSystem, *, item_of: Callable[[str], str] = str) -> None:
        self._system, self._item_of = system, item_of

    def find(self, application_no: str, second_factor: str) -> Application | None:
        """See `ApplicationSource.find`."""
        number, factor = canonical_number(application_no), canonical_number(second_factor)
        if not number or not factor:
            return None  # no number of anybody's
        found = self._ask("/query", _Found, {"projectNo": number, "secondFactor": factor}).application
        if found is None:
            return None
        if canonical_number(found.projectNo) != number:
            raise SystemUnavailableError(f"{self._system.system} answered with another application than it was asked for.")
        return self._ours(found)

    def of_person(self, identity: str) -> tuple[Application, ...]:
        """See `ApplicationSource.of_person`."""
        if not _HASH.fullmatch(identity):
            return ()
        found = [self._ours(one) for one in self._ask("/person", _Theirs, {"identityHash": identity}).applications]
        return tuple(sorted(found, key=lambda one: (one.received_on, one.application_no), reverse=True))

    def _ask(self, path: str, answer: type[M], body: dict[str, str]) -> M:
        try:
            # A question does no harm when it is asked twice; the key lets it be.
            return self._system.post(path, answer, body, key=uuid.uuid4().hex)
        except SystemRefusedError as error:
            # Not found is no refusal: the system does not take our question, and nothing is known of the application.
            raise SystemUnavailableError(f"{self._system.system} refuses to be asked: {error}") from error

    def _ours(self, given: _Application) -> Application:
        stage, result = Stage(LABELS["stage"].read(given.stage)), given.result
        try:
            return Application(
                application_no=canonical_number(given.projectNo),
                item=self._item_of(given.itemCode),
                task_name=given.taskName,
                region=given.areaCode,
                dept_name=given.deptName,
                applicant_kind=ApplicantKind(LABELS["applicantType"].read(given.applicantType)),
                stage=stage,
                received_on=given.receiveDate,
                accepted_on=given.acceptDate,
                promise_workdays=given.promiseDays,
                pauses=tuple(Pause(stage=Stage(LABELS["stage"].read(one.stage)), from_=one.begin, to=one.end) for one in given.pauses),
                corrections=tuple(Correction(material=one.material, reason=one.reason, due=one.due) for one in given.corrections),
                result=Result(LABELS["result"].read(result)) if result is not None else None,
                result_reason=given.resultReason,
                decided_on=given.decideDate,
                delivery=Delivery(LABELS["deliveryType"].read(given.deliveryType)) if given.deliveryType is not None else None,
                updated_at=given.updateTime,
                source=given.systemName,
            )
        except ValidationError as error:
            places = "; ".join(".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_context=False)[:3])
            # The values stay out of the log: they are somebody's. So does the cause, which holds them.
            raise SystemUnavailableError(f"{self._system.system} told of an application that cannot be ({places}).") from None
