"""Sample applications for demonstrations and tests: invented people, real items, dates relative to a given day.

Numbers are JL, the year and month of receipt, and a running number of six digits: JL202611000001. The two documented samples
keep their numbers whatever the day. An item whose guide names no number of workdays gets no sample: a promise is not invented.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from banshi.connect.applications.port import (
    CHINA_TIME,
    PAUSING_STAGES,
    ApplicantKind,
    Application,
    Correction,
    Delivery,
    Pause,
    Result,
    Stage,
)
from banshi.connect.identity.demo_people import IN_CORRECTION_PERSON, IN_REVIEW_PERSON, demo_identity
from banshi.connect.workdays import is_workday, last_day
from banshi.knowledge.guide import Guide

VERSION = 2
"""Raised whenever the samples change, so that files filled by an older generator are filled again."""

SOURCE = "示例数据"
REGIONS = (
    *("220102", "220103", "220104", "220106", "220122", "220184", "220202", "220204", "220284", "220302", "220322", "220402"),
    *("220421", "220502", "220521", "220581", "220605", "220621", "220702", "220721", "220802", "220881", "222401", "222403"),
    *("222404", "222424", "JL-CBS", "JL-CC-XQ"),
)
"""Counties of every prefecture, and two zones."""

IN_REVIEW = ("JL202611000001", "1234")
IN_CORRECTION = ("JL202611000002", "567X")
"""The documented samples: number and second factor."""

_ALSO_OF_THE_FIRST = 23
"""Every so many further samples of natural persons belong to the applicant of the first documented one, who so has several."""

_COUNTS = {
    Stage.RECEIVED: 20,
    Stage.ACCEPTED: 26,
    Stage.CORRECTION: 24,
    Stage.SPECIAL_PROCEDURE: 16,
    Stage.SUSPENDED: 12,
    Stage.REVIEW: 46,
    Stage.DECISION: 16,
    Stage.CLOSED: 40,
    Stage.COLLECTION: 30,
}
_OVERDUE_BY = (3, 8)
"""Workdays over the promise; as many applications are overdue as there are entries."""
_REFUSED_EVERY = 3
_SHORTEST_PENDING = 3
"""Workdays; what is promised sooner is not found waiting."""
_MISSING = ("没有提交", "拍得不清楚，请重新提交", "缺页，请补齐", "没有签字", "已经过了有效期，请换新的")


@dataclass(frozen=True)
class Sample:
    """A sample application and the second factor that opens it."""

    application: Application
    second_factor: str
    identity: str
    """Whose it is, see `demo_identity`."""


def generate_samples(guides: Mapping[str, Guide], today: date, *, seed: int = 20211) -> list[Sample]:
    """The samples for a day, the two documented ones first; the same arguments always give the same list.

    Raises:
        ValueError: no guide is a 承诺件 that names its workdays, so nothing can be shown waiting.
    """
    return _Generator(guides, today, random.Random(seed)).samples()


def promise_workdays(guide: Guide) -> int | None:
    """承诺办结时限 of a guide as a number of workdays, the upper end of a range; None where its words hold none."""
    if guide.project_type == "即办件":
        return 1
    named = re.search(r"(?:\d+至)?(\d+)个工作日", guide.promise.text)
    return int(named[1]) if named else None


class _Generator:
    def __init__(self, guides: Mapping[str, Guide], today: date, rng: random.Random) -> None:
        self._today = today
        self._rng = rng
        # Sorted, because the order in which files were read must not change the samples.
        known = [(guides[key], promise_workdays(guides[key])) for key in sorted(guides)]
        self._promises = {guide.id: workdays for guide, workdays in known if workdays is not None}
        self._all = [guide for guide, _ in known if guide.id in self._promises]
        self._pending = [
            guide
            for guide in self._all
            if guide.project_type == "承诺件" and self._promises[guide.id] >= _SHORTEST_PENDING and guide.materials
        ]
        if not self._pending:
            raise ValueError(
                "sample applications need at least one guide with 办件类型 承诺件, materials and 承诺办结时限 of 3 工作日 or more"
            )

    def samples(self) -> list[Sample]:
        documented = [
            Sample(self._in_review().model_copy(update={"application_no": IN_REVIEW[0]}), IN_REVIEW[1], demo_identity(IN_REVIEW_PERSON)),
            Sample(
                self._in_correction().model_copy(update={"application_no": IN_CORRECTION[0]}),
                IN_CORRECTION[1],
                demo_identity(IN_CORRECTION_PERSON),
            ),
        ]
        drafts = [self._draft(stage, number) for stage, count in _COUNTS.items() for number in range(count)]
        drafts += [self._overdue(over) for over in _OVERDUE_BY]
        return [*documented, *self._numbered(sorted(drafts, key=lambda draft: draft.received_on))]

    def _numbered(self, drafts: list[Application]) -> list[Sample]:
        """Running numbers in order of receipt; 1 and 2 of every month are left to the documented samples."""
        running: dict[str, int] = {}
        samples: list[Sample] = []
        persons = 0
        for draft in drafts:
            persons += draft.applicant_kind is ApplicantKind.NATURAL_PERSON
            month = f"{draft.received_on:%Y%m}"
            running[month] = running.get(month, 2) + 1
            factor = f"{self._rng.randrange(1000):03d}{self._rng.choice('0123456789X')}"
            number, person = f"JL{month}{running[month]:06d}", f"示例{len(samples)}"
            if draft.applicant_kind is ApplicantKind.NATURAL_PERSON and persons % _ALSO_OF_THE_FIRST == 0:
                person, factor = IN_REVIEW_PERSON, IN_REVIEW[1]
            samples.append(Sample(draft.model_copy(update={"application_no": number}), factor, demo_identity(person)))
        return samples

    def _draft(self, stage: Stage, number: int) -> Application:
        if stage is Stage.RECEIVED:
            guide = self._rng.choice(self._pending)
            received = self._workday_before(self._today, self._rng.randrange(4))
            return self._application(guide, stage, received_on=received, accepted_on=None, updated_on=received)
        if stage in (Stage.CLOSED, Stage.COLLECTION):
            return self._decided(stage, refused=stage is Stage.CLOSED and number % _REFUSED_EVERY == 0)
        guide = self._rng.choice(self._pending)
        used = self._rng.randrange(self._promises[guide.id])
        if stage in PAUSING_STAGES:
            return self._paused(guide, stage, used=used, paused_for=1 + self._rng.randrange(4), late=number == 0)
        return self._running(guide, stage, used=used, paused_before=self._rng.choice((0, 0, 0, 2, 5)))

    def _in_review(self) -> Application:
        guide = self._preferred("hz-idcard-reissue")
        used = min(9, self._promises[guide.id] - 1)
        return self._running(guide, Stage.REVIEW, used=used, paused_before=0, region="220102", kind=ApplicantKind.NATURAL_PERSON)

    def _in_correction(self) -> Application:
        guide = self._preferred("sc-food")
        missing = tuple(
            Correction(material=material.material_name, reason=reason, due=self._workday_after(self._today, 6))
            for material, reason in zip(guide.materials[-2:], ("没有提交", "没有签字"), strict=False)
        )
        paused = self._paused(guide, Stage.CORRECTION, used=2, paused_for=2, region="222401", kind=ApplicantKind.NATURAL_PERSON)
        return paused.model_copy(update={"corrections": missing})

    def _overdue(self, over: int) -> Application:
        guide = self._rng.choice(self._pending)
        return self._running(guide, Stage.REVIEW, used=self._promises[guide.id] + over, paused_before=0)

    def _running(
        self,
        guide: Guide,
        stage: Stage,
        *,
        used: int,
        paused_before: int,
        region: str | None = None,
        kind: ApplicantKind | None = None,
    ) -> Application:
        """The clock runs; `used` workdays count, `paused_before` do not, because something had to be handed in."""
        accepted = self._workday_before(self._today, used + paused_before)
        pauses: tuple[Pause, ...] = ()
        if paused_before:
            first = self._workday_after(accepted, used // 2 + 1)
            last = self._workday_after(accepted, used // 2 + paused_before)
            pauses = (Pause(stage=Stage.CORRECTION, from_=first, to=last),)
        updated = pauses[0].to or accepted if pauses else accepted
        return self._application(guide, stage, accepted_on=accepted, pauses=pauses, updated_on=updated, region=region, kind=kind)

    def _paused(
        self,
        guide: Guide,
        stage: Stage,
        *,
        used: int,
        paused_for: int,
        late: bool = False,
        region: str | None = None,
        kind: ApplicantKind | None = None,
    ) -> Application:
        """The clock stands still since `paused_for` workdays, after `used`; `late`: the day to hand in is over."""
        begun = self._workday_before(self._today, paused_for)
        corrections: tuple[Correction, ...] = ()
        if stage is Stage.CORRECTION:
            due = self._workday_before(self._today, 1) if late else self._workday_after(self._today, 2 + self._rng.randrange(9))
            materials = self._rng.sample(guide.materials, k=min(len(guide.materials), 1 + self._rng.randrange(2)))
            corrections = tuple(Correction(material=m.material_name, reason=self._rng.choice(_MISSING), due=due) for m in materials)
        return self._application(
            guide,
            stage,
            # The day on which the pause begins is no longer counted, hence one more.
            accepted_on=self._workday_before(begun, used + 1),
            pauses=(Pause(stage=stage, from_=begun),),
            corrections=corrections,
            updated_on=begun,
            region=region,
            kind=kind,
        )

    def _decided(self, stage: Stage, *, refused: bool) -> Application:
        guide = self._rng.choice(self._refusable() if refused else self._all)
        decided = self._workday_before(self._today, 1 + self._rng.randrange(25))
        at_once = guide.project_type == "即办件"
        accepted = self._workday_before(decided, 0 if at_once else 1 + self._rng.randrange(self._promises[guide.id]))
        return self._application(
            guide,
            stage,
            received_on=accepted if at_once else None,
            accepted_on=accepted,
            result=Result.REFUSED if refused else Result.GRANTED,
            result_reason=f"交来的材料经核查，不能证明符合这一条受理条件：“{self._rng.choice(guide.accept_condition).text}”"
            if refused
            else None,
            delivery=None if refused else self._delivery(guide, stage),
            decided_on=decided,
            updated_on=decided,
        )

    def _refusable(self) -> list[Guide]:
        # A gas company's or an agency's service is not refused by an administrative decision that one can appeal against.
        return [guide for guide in self._pending if guide.task_type.startswith("行政") and guide.accept_condition] or self._pending

    def _delivery(self, guide: Guide, stage: Stage) -> Delivery:
        # What was delivered electronically does not wait for collection.
        ways = [Delivery.WINDOW, Delivery.COURIER]
        if stage is Stage.CLOSED and guide.task_type == "行政许可":
            ways.append(Delivery.E_LICENSE)
        return self._rng.choice(ways)

    def _application(
        self,
        guide: Guide,
        stage: Stage,
        *,
        accepted_on: date | None,
        updated_on: date,
        received_on: date | None = None,
        region: str | None = None,
        kind: ApplicantKind | None = None,
        pauses: tuple[Pause, ...] = (),
        corrections: tuple[Correction, ...] = (),
        result: Result | None = None,
        result_reason: str | None = None,
        delivery: Delivery | None = None,
        decided_on: date | None = None,
    ) -> Application:
        if received_on is None:
            received_on = self._workday_before(accepted_on or updated_on, self._rng.randrange(4))
        return Application(
            application_no="待编号",
            item=guide.id,
            task_name=guide.task_name,
            region=region or self._rng.choice(REGIONS),
            dept_name=guide.dept_name,
            applicant_kind=kind or self._rng.choice([ApplicantKind(label) for label in guide.server_type]),
            stage=stage,
            received_on=received_on,
            accepted_on=accepted_on,
            promise_workdays=self._promises[guide.id],
            pauses=pauses,
            corrections=corrections,
            result=result,
            result_reason=result_reason,
            decided_on=decided_on,
            delivery=delivery,
            updated_at=datetime.combine(updated_on, time(9 + self._rng.randrange(8), self._rng.randrange(60)), CHINA_TIME),
            source=SOURCE,
        )

    def _preferred(self, item: str) -> Guide:
        return next((guide for guide in self._pending if guide.id == item), self._pending[0])

    def _workday_before(self, day: date, workdays: int) -> date:
        """The workday from which `workdays` are counted up to and including `day`."""
        left = workdays
        while not is_workday(day) or left:
            left -= is_workday(day)
            day -= timedelta(days=1)
        return day

    def _workday_after(self, day: date, workdays: int) -> date:
        found = last_day(day, workdays)
        assert found is not None, "without a pause there is a last day"
        return found.day
