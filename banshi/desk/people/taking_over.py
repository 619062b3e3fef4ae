"""A supervisor takes a conversation from the operator who has it, with a reason that both of them and the ledger keep."""

from __future__ import annotations

from banshi.desk.people.operators import NOBODY_TWICE, ConflictError, Desk, InvalidError, NotYoursError, UnknownError
from banshi.staff.permissions import may
from banshi.store.audit import AuditLedger
from banshi.store.conversations import Message
from banshi.store.operators import OperatorRepository, note_handover
from banshi.store.queue import QueueRepository
from banshi.store.staff import Staff
from banshi.store.transactions import write
from banshi.text.normalise import clean
from banshi.text.numbers import mask

_MOVED = "这个会话刚刚换了人或者结束了，没有接管成。请看一眼现在是谁在接待。"


def take_over(desk: Desk, staff: Staff, identifier: str, reason: str) -> None:
    """Take a conversation from whoever has it; the citizen is told who serves them now.

    Args:
        desk: the desk.
        staff: who takes it; supervises its department and region.
        identifier: the conversation.
        reason: why, for the colleague and the ledger; masked before it is kept.

    Raises:
        InvalidError: without a reason.
        UnknownError, NotYoursError: see there.
        ConflictError: nobody has it, or it has just changed hands.
    """
    now, why = desk.now(), mask(clean(reason))[0].strip()
    if not why:
        raise InvalidError("请写明为什么接管，原来的坐席会看到。")
    with write(desk.database) as connection:
        me, queue = OperatorRepository(connection).seen(staff.account, now=now), QueueRepository(connection)
        standing = queue.standing(identifier)
        if standing is None:
            raise UnknownError("没有这个会话。")
        one = standing.conversation
        if not may(staff, "desk.supervise", department=one.department, region=one.region, parents=desk.queue.parents):
            raise NotYoursError("只有负责这个部门和地区的主管能从同事手上接管会话。")
        if one.state != "human" or one.operator is None:
            raise ConflictError("现在没有坐席在接待这个会话，不用接管。")
        if one.operator == staff.account:
            raise ConflictError("会话已经在您这里了。")
        # Names the operator that was seen: who passed it on or ended it meanwhile is not overruled unseen.
        if not queue.pass_on(identifier, one.operator, now=now, to=staff.account):
            raise ConflictError(_MOVED)
        note_handover(connection, identifier, "taken_over", now=now, account=staff.account, note=why)
        note_handover(connection, identifier, "taken_from", now=now, account=one.operator, note=why)
        custom = {"type": "staff", "staff": me.told, "name": None, "event": "taken_over"}
        queue.say(identifier, Message("staff", f"现在由工号{me.told}接着为您服务。{NOBODY_TWICE}", now, custom=custom))
        AuditLedger(connection).append(
            actor=staff.account,
            action="desk.take-over",
            target=f"conversation/{identifier}",
            detail={"from": one.operator, "reason": why},
            now=now,
        )
