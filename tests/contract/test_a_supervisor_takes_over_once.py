"""While a supervisor takes a conversation over, its operator may end it or pass it on, and another supervisor may want it: one has it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.desk.hours import ServiceHours
from banshi.desk.people.operators import ConflictError, Desk
from banshi.desk.people.queue import Queue
from banshi.desk.people.taking_over import take_over
from banshi.desk.vault import Vault
from banshi.store.audit import AuditLedger
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.operators import handovers_of
from banshi.store.staff import StaffRepository
from tests.contract.together import together

ROUNDS = 5


def test_of_two_supervisors_and_the_operator_one_is_first(database: sa.Engine, now: datetime) -> None:
    desk = Desk(database, queue=Queue(database, ServiceHours("09:00-17:00"), lambda: now), vault=Vault(), now=lambda: now)
    with write(database) as connection:
        people = StaffRepository(connection)
        staff = [
            people.create(account="op", name="坐席", roles=["operator"]),
            people.create(account="s1", name="主管一", roles=["operator", "admin"]),
            people.create(account="s2", name="主管二", roles=["operator", "admin"]),
        ]
    store = ConversationStore(database)
    for turn in range(ROUNDS):
        identifier = f"c-{turn}"
        first = Message("citizen", "转人工", now)
        _, number = store.begin(identifier, first, region=None, begun_by=None, now=now, claim=timedelta(seconds=10))
        store.finish_turn(identifier, number, [], before="bot", to="waiting", region=None, now=now)
        desk.claim(staff[0], identifier)

        def act(which: int, identifier: str = identifier) -> object:
            if which == 0:
                return desk.close(staff[0], identifier, "办好了")
            return take_over(desk, staff[which], identifier, "有投诉")

        results = together(3, act)
        assert {type(one) for one in results if isinstance(one, Exception)} <= {ConflictError}
        standing = store.get(identifier)
        assert standing is not None
        with read(database) as connection:
            kinds = [(one.kind, one.account) for one in handovers_of(connection, identifier)]
            ledger = [one for one in AuditLedger(connection).entries(limit=100) if one.target == f"conversation/{identifier}"]
        takers = [account for kind, account in kinds if kind == "taken_over"]
        lost = [account for kind, account in kinds if kind == "taken_from"]
        assert len(takers) == len(lost) == len(ledger) == len([one for one in results[1:] if not isinstance(one, Exception)])
        if results[0] is None:
            assert (standing.state, standing.operator) == ("closed", "op") and takers == []
        else:
            assert standing.state == "human" and standing.operator == takers[-1] and lost == ["op", *takers[:-1]]
