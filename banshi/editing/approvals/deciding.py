"""What a decision of the OA does here: the mapped account approves or sends back, under the same rules as in the studio."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from banshi.connect.approvals.port import AGREED
from banshi.editing.actor import Actor
from banshi.editing.approvals.handing_over import SYSTEM, change_id
from banshi.editing.errors import EditingError, NotFoundError
from banshi.editing.workflow import Workflow
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address
from banshi.staff.permissions import Parents, may
from banshi.store.approvals import ApprovalDecision, ApprovalOutcome, ApprovalRepository, OutsideAccount
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.knowledge import KnowledgeRepository, Revision
from banshi.store.staff import Staff, StaffRepository

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """A decision as it came; `decision` by its label."""

    event: str
    change: str
    outside: str
    decision: str
    opinion: str
    decided_at: datetime


class OaDecisions:
    """Takes decisions, each once.

    Args:
        database: the store.
        workflow: approves and sends back.
        parents: region code → code of the region above.
        now: the clock, time zone included.
    """

    def __init__(self, database: sa.Engine, workflow: Workflow, *, parents: Parents, now: Callable[[], datetime]) -> None:
        self._database, self._workflow, self._parents, self._now = database, workflow, parents, now

    def take(self, told: Told) -> tuple[ApprovalDecision, bool]:
        """Take a decision: what is kept of it, and whether it is new. What cannot be done here is noted, never done in part."""
        with read(self._database) as connection:
            known = ApprovalRepository(connection).decision(told.event)
            staff, revision = self._who(connection, told), _revision(connection, told.change)
            current = revision is not None and change_id(connection, revision) == told.change
            department = _department(connection, revision) if revision is not None else ""
        if known is not None:
            return known, False
        outcome, why = self._act(told, staff, revision if current else None, department)
        kept = ApprovalDecision(
            event=told.event,
            change=told.change,
            outside=told.outside,
            account=staff.account if staff is not None else None,
            decision=told.decision,
            opinion=told.opinion,
            decided_at=told.decided_at,
            received_at=self._now(),
            outcome=outcome,
            told=why,
        )
        with write(self._database) as connection:
            new = ApprovalRepository(connection).keep(kept)
            if new:
                detail = {"event": told.event, "outside": told.outside, "decision": told.decision, "outcome": outcome, "reason": why}
                AuditLedger(connection).append(
                    actor=kept.account or "system:approvals",
                    action="approvals.decision",
                    target=f"change/{told.change}",
                    detail=detail,
                    now=kept.received_at,
                )
        if outcome == "noted":
            log.warning("The OA's decision %s on change %s was noted only: %s", told.event, told.change, why)
        return kept, new

    def _who(self, connection: sa.Connection, told: Told) -> Staff | None:
        account = ApprovalRepository(connection).account(SYSTEM, told.outside)
        return StaffRepository(connection).get(account) if account is not None else None

    def _act(self, told: Told, staff: Staff | None, revision: Revision | None, department: str) -> tuple[ApprovalOutcome, str]:
        if staff is None:
            return "noted", f"OA 账号“{told.outside}”没有对应的工作人员，没有采用；请管理员先登记对应关系。"
        if revision is None:
            return "noted", "没有这次送审，或之后又重新送审过，没有采用。"
        if not may(staff, "knowledge.review", department=department or None, region=revision.region, parents=self._parents):
            return "noted", f"{staff.name}没有审核这一条的权限，没有采用。"
        agreed = told.decision == AGREED
        if revision.state == ("approved" if agreed else "draft") and revision.reviewer == staff.account:
            # A process was killed after it had done this and before it had kept the decision.
            return ("approved" if agreed else "sent-back"), told.opinion
        address, actor = Address(revision.kind, revision.key, revision.region), Actor(staff.account, staff.name)
        reason = f"OA 审批：{told.opinion or told.decision}"
        try:
            if agreed:
                self._workflow.approve(address, expected=revision.number, reason=reason, actor=actor)
                return "approved", told.opinion
            self._workflow.send_back(address, expected=revision.number, reason=reason, actor=actor)
            return "sent-back", told.opinion
        except EditingError as error:
            return "noted", f"没有采用：{error.detail}"


class OaAccounts:
    """Who of the staff is who in the OA.

    Args:
        database: the store.
        now: the clock, time zone included.
    """

    def __init__(self, database: sa.Engine, *, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def list(self) -> tuple[OutsideAccount, ...]:
        """All of them."""
        with read(self._database) as connection:
            return tuple(ApprovalRepository(connection).accounts(SYSTEM))

    def map(self, outside: str, account: str, *, by: Actor) -> OutsideAccount:
        """Say who somebody is.

        Raises:
            NotFoundError: there is no such account here.
        """
        now = self._now()
        with write(self._database) as connection:
            if StaffRepository(connection).get(account) is None:
                raise NotFoundError(f"没有账号“{account}”。")
            mapped = OutsideAccount(SYSTEM, outside, account, by.account, now)
            ApprovalRepository(connection).map(mapped)
            self._note(connection, "approvals.map", outside, {"account": account}, by, now)
        return mapped

    def unmap(self, outside: str, *, by: Actor) -> None:
        """Forget who somebody is.

        Raises:
            NotFoundError: that was not known.
        """
        now = self._now()
        with write(self._database) as connection:
            if not ApprovalRepository(connection).unmap(SYSTEM, outside):
                raise NotFoundError(f"没有登记 OA 账号“{outside}”。")
            self._note(connection, "approvals.unmap", outside, {}, by, now)

    def _note(self, connection: sa.Connection, action: str, outside: str, detail: dict[str, str], by: Actor, now: datetime) -> None:
        AuditLedger(connection).append(actor=by.account, action=action, target=f"oa-account/{outside}", detail=detail, now=now)


def _revision(connection: sa.Connection, change: str) -> Revision | None:
    number = change.partition(".")[0]
    # No id of a row is longer.
    return (
        KnowledgeRepository(connection).revision_by_id(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    )


def _department(connection: sa.Connection, revision: Revision) -> str:
    """The department of a record; a region's guide has that of the province's."""
    own = revision.content.get("dept_name") or revision.content.get("department")
    if own or revision.kind != "guide" or revision.region == PROVINCE:
        return str(own or "")
    head = KnowledgeRepository(connection).head("guide", revision.key, PROVINCE)
    return str(head.head.content.get("dept_name") or "") if head is not None else ""
