"""Changes that are handed in go to the OA once each; what it decides is its mapped account's word here, and no more than that."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from banshi.connect.approvals.http import HttpApprovals
from banshi.connect.resilience.http import HttpSystem, SystemSettings
from banshi.desk.outbox.sender import OutboxSender
from banshi.editing.actor import Actor
from banshi.editing.approvals.deciding import OaAccounts, OaDecisions, Told
from banshi.editing.approvals.handing_over import SYSTEM, HandingOver
from banshi.editing.errors import NotFoundError
from banshi.editing.workflow import Workflow
from banshi.staff.permissions import no_parents
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.store.approvals import ApprovalRepository
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.knowledge import KnowledgeRepository, Revision
from banshi.store.outbox import Outbox, Posting
from banshi.store.staff import StaffRepository
from banshi.web.studio.handing_over import ApprovalHandler
from tests.editing.library_rig import Clock
from tests.editing.small import LI, REISSUE, WANG, Desk, now

ADMIN = Actor("zhao.min", "赵敏")


@pytest.fixture
def workflow(desk: Desk) -> Workflow:
    """The workflow with the OA behind it, people who may review, and whom the OA calls what."""
    people = (
        ("li.hua", "李华", "reviewer", ()),
        ("wang.fang", "王芳", "reviewer", ()),
        ("ed", "只编辑", "editor", ()),
        ("far", "外地", "reviewer", ("222400",)),
    )
    with write(desk.database) as connection:
        for account, name, role, regions in people:
            StaffRepository(connection).create(account=account, name=name, roles=[role], regions=regions)  # type: ignore[list-item]
    accounts = OaAccounts(desk.database, now=now)
    for account in ("li.hua", "wang.fang", "ed", "far"):
        accounts.map(f"oa.{account}", account, by=ADMIN)
    return Workflow(desk.database, desk.checker.lint, now=now, handed_in=HandingOver("https://banshi.example", now=now))


@pytest.fixture
def decisions(desk: Desk, workflow: Workflow) -> OaDecisions:
    return OaDecisions(desk.database, workflow, parents=no_parents, now=now)


def postings(database: sa.Engine) -> list[Posting]:
    with read(database) as connection:
        return Outbox(connection).unsent(system=SYSTEM)


def newest(database: sa.Engine) -> Revision:
    with read(database) as connection:
        head = KnowledgeRepository(connection).head("guide", REISSUE.key, "220000")
    assert head is not None
    return head.head


def hand_in(desk: Desk, workflow: Workflow) -> str:
    """Li hands a change in; gives what the OA calls it."""
    head = newest(desk.database)
    content = {**head.content, "transact_place": f"派出所第{head.number}窗口"}
    saved = workflow.save(REISSUE, content, expected=head.number, reason="换了窗口", actor=LI).head
    workflow.submit(REISSUE, expected=saved.number, reason="请审", actor=LI)
    return str(postings(desk.database)[-1].payload["change"])


def told(change: str, outside: str = "oa.wang.fang", decision: str = "同意", event: str = "E-1") -> Told:
    return Told(event, change, outside, decision, "没意见", now())


def test_what_is_handed_in_goes_out_once_with_who_and_where(desk: Desk, workflow: Workflow) -> None:
    change = hand_in(desk, workflow)
    [posting] = postings(desk.database)
    assert posting.key == f"approvals:{change}"
    assert (posting.payload["by"], posting.payload["by_name"], posting.payload["reason"]) == ("li.hua", "李华", "请审")
    assert posting.payload["title"] == "居民身份证丢失补领（第 2 版）"
    assert posting.payload["link"] == "https://banshi.example/studio/#/records/guide/hz-idcard-reissue"


def test_without_the_oa_nothing_goes_out(desk: Desk) -> None:
    head = newest(desk.database)
    desk.workflow.save(REISSUE, {**head.content, "transact_place": "派出所"}, expected=1, reason="", actor=LI)
    desk.workflow.submit(REISSUE, expected=2, reason="", actor=LI)
    assert postings(desk.database) == []


def test_a_change_is_handed_in_and_goes_out_or_neither(desk: Desk) -> None:
    over = HandingOver("", now=now)

    def killed(connection: sa.Connection, revision: Revision, actor: Actor, reason: str) -> None:
        over(connection, revision, actor, reason)
        raise RuntimeError("the process is killed before the end of the transaction")

    workflow = Workflow(desk.database, desk.checker.lint, now=now, handed_in=killed)
    head = newest(desk.database)
    workflow.save(REISSUE, {**head.content, "transact_place": "派出所"}, expected=1, reason="", actor=LI)
    with pytest.raises(RuntimeError):
        workflow.submit(REISSUE, expected=2, reason="", actor=LI)
    assert postings(desk.database) == [] and newest(desk.database).state == "draft"


def test_an_agreement_approves_as_its_mapped_account(desk: Desk, workflow: Workflow, decisions: OaDecisions) -> None:
    change = hand_in(desk, workflow)
    kept, new = decisions.take(told(change))
    assert (kept.outcome, kept.account, new) == ("approved", "wang.fang", True)
    revision = newest(desk.database)
    assert (revision.state, revision.reviewer, revision.review_reason) == ("approved", "wang.fang", "OA 审批：没意见")
    with read(desk.database) as connection:
        assert [entry.action for entry in AuditLedger(connection).entries(2)] == ["approvals.decision", "knowledge.approve"]


def test_a_disagreement_sends_back(desk: Desk, workflow: Workflow, decisions: OaDecisions) -> None:
    kept, _ = decisions.take(told(hand_in(desk, workflow), decision="不同意"))
    assert kept.outcome == "sent-back"
    assert newest(desk.database).state == "draft"


@pytest.mark.parametrize(
    ("outside", "why"),
    [
        ("oa.nobody", "没有对应的工作人员"),
        ("oa.li.hua", "不能审核自己写的"),
        ("oa.ed", "没有审核这一条的权限"),
        ("oa.far", "没有审核这一条的权限"),
    ],
)
def test_who_may_not_approve_here_does_not_through_the_oa(
    desk: Desk, workflow: Workflow, decisions: OaDecisions, outside: str, why: str
) -> None:
    kept, _ = decisions.take(told(hand_in(desk, workflow), outside))
    assert kept.outcome == "noted" and why in kept.told
    assert newest(desk.database).state == "submitted"
    with read(desk.database) as connection:
        [entry] = AuditLedger(connection).entries(1)
    assert (entry.action, entry.detail["outcome"]) == ("approvals.decision", "noted")


def test_a_disabled_account_approves_nothing(desk: Desk, workflow: Workflow, decisions: OaDecisions) -> None:
    change = hand_in(desk, workflow)
    with write(desk.database) as connection:
        StaffRepository(connection).update("wang.fang", disabled=True)
    assert decisions.take(told(change))[0].outcome == "noted"
    assert newest(desk.database).state == "submitted"


def test_a_decision_that_comes_twice_counts_once(desk: Desk, workflow: Workflow, decisions: OaDecisions) -> None:
    change = hand_in(desk, workflow)
    first, _ = decisions.take(told(change))
    again, new = decisions.take(told(change))
    assert (again, new) == (first, False)
    with read(desk.database) as connection:
        assert len(ApprovalRepository(connection).decisions(10)) == 1
        assert sum(entry.action == "knowledge.approve" for entry in AuditLedger(connection).entries(50)) == 1


def test_a_process_killed_after_it_approved_finds_that(desk: Desk, workflow: Workflow, decisions: OaDecisions) -> None:
    change = hand_in(desk, workflow)
    workflow.approve(REISSUE, expected=2, reason="OA 审批：没意见", actor=WANG)  # and no decision was kept
    assert decisions.take(told(change))[0].outcome == "approved"


def test_a_decision_on_an_earlier_handing_in_decides_nothing(desk: Desk, workflow: Workflow, decisions: OaDecisions) -> None:
    first = hand_in(desk, workflow)
    workflow.withdraw(REISSUE, expected=2, reason="再想想", actor=LI)
    workflow.submit(REISSUE, expected=2, reason="", actor=LI)
    second = str(postings(desk.database)[-1].payload["change"])
    assert first != second
    assert "重新送审过" in decisions.take(told(first))[0].told
    assert newest(desk.database).state == "submitted"
    assert decisions.take(told(second, event="E-2"))[0].outcome == "approved"


@pytest.mark.parametrize("change", ["", "x", "99999.1", "1", "1.0", "-1.1", "99999999999999999999.1", "１.1"])
def test_a_change_that_never_was_is_noted(desk: Desk, decisions: OaDecisions, change: str) -> None:
    assert decisions.take(told(change))[0].outcome == "noted"


def test_accounts_are_mapped_by_administrators_and_in_the_ledger(desk: Desk, workflow: Workflow) -> None:
    accounts = OaAccounts(desk.database, now=now)
    accounts.map("oa.wang.fang", "li.hua", by=ADMIN)
    assert {one.outside: one.account for one in accounts.list()}["oa.wang.fang"] == "li.hua", "the last word counts"
    accounts.unmap("oa.wang.fang", by=ADMIN)
    with pytest.raises(NotFoundError):
        accounts.unmap("oa.wang.fang", by=ADMIN)
    with pytest.raises(NotFoundError):
        accounts.map("oa.new", "nobody", by=ADMIN)
    with read(desk.database) as connection:
        assert [entry.action for entry in AuditLedger(connection).entries(2)] == ["approvals.unmap", "approvals.map"]


@pytest.fixture
def standins() -> Iterator[RunningStandins]:
    with RunningStandins(now=now, names=("approvals",)) as running:
        yield running


def test_it_arrives_once_the_oa_is_back(desk: Desk, workflow: Workflow, standins: RunningStandins) -> None:
    clock = Clock()
    system = HttpSystem("approvals", SystemSettings.model_validate({"url": f"{standins.url}/approvals", "timeout": 20}), now=clock)
    sender = OutboxSender(desk.database, [ApprovalHandler(HttpApprovals(system))], now=clock, chance=random.Random(1))
    change = hand_in(desk, workflow)
    clock.moment = now()  # however long that took
    standins.shops["approvals"].fault = Fault(mode="broken")  # it takes the change, and nobody hears of it
    assert sender.send_one(SYSTEM)
    standins.shops["approvals"].fault = Fault()
    assert [one.next_try is not None for one in postings(desk.database)] == [True], "it is tried again"
    clock.moment += timedelta(minutes=5)
    assert sender.send_one(SYSTEM) and not sender.send_one(SYSTEM)
    system.close()
    with read(desk.database) as connection:
        answer = Outbox(connection).of([f"approvals:{change}"])[f"approvals:{change}"].answer
        [entry] = AuditLedger(connection).entries(1)
    assert answer is not None and str(answer["matter"]).endswith("-00001"), "the first try had arrived"
    assert (entry.action, entry.target) == ("approvals.handed-over", f"change/{change}")


def test_two_that_agree_at_once_approve_once(desk: Desk, workflow: Workflow, decisions: OaDecisions) -> None:
    change = hand_in(desk, workflow)
    OaAccounts(desk.database, now=now).map("oa.wang.2", "wang.fang", by=ADMIN)
    first, second = told(change), replace(told(change), event="E-2", outside="oa.wang.2")
    assert {decisions.take(first)[0].outcome, decisions.take(second)[0].outcome} == {"approved"}
    with read(desk.database) as connection:
        assert sum(entry.action == "knowledge.approve" for entry in AuditLedger(connection).entries(50)) == 1
