"""Deletion on request and by age: what is forgotten stands nowhere any more, and nothing else goes with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from banshi.governance.forgetting import REMOVED, conversations_of, forget, forget_reminders
from banshi.governance.retention import sweep
from banshi.store.audit import AuditLedger
from banshi.store.conversation_owners import ConversationOwners
from banshi.store.conversations import Message
from banshi.store.database import read, write
from banshi.store.gaps import GapRepository, gaps
from banshi.store.outbox import Outbox, outbox
from banshi.store.questions import QuestionLog
from banshi.store.ratings import Rating
from banshi.store.reminders import consents, reminders
from banshi.store.schema import metadata
from banshi.store.tickets import TicketRepository, tickets
from banshi.store.work_items import WorkItemRepository, work_items
from tests.contract.asked import AT, SECRET, ask, begin


def everything(database: sa.Engine) -> str:
    """Every value of every table."""
    with read(database) as connection:
        return "\n".join(str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(table.select()))


def fill(database: sa.Engine, conversation: str, *, open_ticket: bool) -> None:
    """A conversation of which something stands in every table that knows conversations."""
    store = begin(database, conversation, Message("bot", SECRET, AT))
    store.rate(conversation, Rating(1, [SECRET], SECRET, {}, AT))
    ConversationOwners(database).bind(conversation, "subject-1", now=AT)
    with write(database) as connection:
        asked = ask(connection, None, conversation)
        GapRepository(connection).open(title=SECRET, members=[asked], now=AT)
        WorkItemRepository(connection).open(
            kind="rating", conversation=conversation, text=SECRET, stars=1, now=AT, case={"asked": [SECRET]}
        )
        values: dict[str, Any] = dict.fromkeys(("address", "title", "description", "person", "contact", "reply"), SECRET)
        values |= {"conversation": conversation, "channel": "web", "kind": "投诉", "topics": [], "confidential": False, "urgency": "一般"}
        values |= {"state": "待派遣" if open_ticket else "已办结", "created_by": "citizen", "region": None}
        ticket, _ = TicketRepository(connection).create(values, day=AT.date(), now=AT)
        TicketRepository(connection).note(ticket, actor="citizen", kind="create", text=SECRET, now=AT)
        Outbox(connection).add("hotline", ticket.number, {"text": SECRET}, now=AT)


def test_what_is_forgotten_stands_nowhere_any_more(database: sa.Engine) -> None:
    fill(database, "c-1", open_ticket=False)
    assert SECRET in everything(database)
    with write(database) as connection:
        done = forget(connection, ["c-1"], by="console:root", now=AT)
    left = everything(database)
    assert SECRET not in left and "c-1" not in left
    assert done["messages"] == 2 and done["tickets"] == 1 and done["work_items"] == 1 and "tickets kept" not in done
    with read(database) as connection:
        [entry] = AuditLedger(connection).entries()
        assert entry.action == "privacy.forget" and entry.detail == done and AuditLedger(connection).verify() == []
        # What the reports count is still there.
        assert connection.execute(sa.select(work_items.c.text, work_items.c.stars)).one() == (REMOVED, 1)
        assert connection.execute(sa.select(tickets.c.state)).scalar_one() == "已办结"


def test_a_ticket_that_is_being_handled_stays_and_is_named(database: sa.Engine) -> None:
    fill(database, "c-1", open_ticket=True)
    with write(database) as connection:
        done = forget(connection, ["c-1"], by="root", now=AT)
        assert done["tickets kept"] == 1 and "tickets" not in done
        assert connection.execute(sa.select(tickets.c.description)).scalar_one() == SECRET
        assert connection.execute(sa.select(outbox.c.system)).scalars().all() == ["hotline"]


def test_others_are_not_forgotten_with_one(database: sa.Engine) -> None:
    fill(database, "c-1", open_ticket=False)
    with write(database) as connection:
        mine = ask(connection, None, "c-1", text=SECRET)
        other = ask(connection, None, "c-2", text="别人的话")
        shared = GapRepository(connection).open(title=SECRET, members=[mine, other], now=AT)
    with write(database) as connection:
        forget(connection, ["c-1"], by="root", now=AT)
        assert connection.execute(sa.select(gaps.c.title).where(gaps.c.id == shared.id)).scalar_one() == "别人的话"
        assert QuestionLog(connection).last_of("c-2") is not None
    assert SECRET not in everything(database)


def test_a_persons_conversations_are_found_by_who_they_are(database: sa.Engine) -> None:
    for number in range(3):
        begin(database, f"c-{number}")
        ConversationOwners(database).bind(f"c-{number}", "subject-1" if number else "subject-2", now=AT)
    with read(database) as connection:
        assert sorted(conversations_of(connection, "subject-1")) == ["c-1", "c-2"]
        assert conversations_of(connection, "subject-3") == []


def test_reminders_of_a_person_are_forgotten(database: sa.Engine) -> None:
    owner, other = "a" * 64, "b" * 64
    with write(database) as connection:
        for one in (owner, other):
            connection.execute(consents.insert().values(owner=one, kind="x", wording="1", given_at=AT))
            reminder = {"key": f"k-{one[0]}", "owner": one, "kind": "x", "text": SECRET, "due": AT, "state": "waiting"}
            connection.execute(reminders.insert().values(reminder | {"created_at": AT, "changed_at": AT}))
            Outbox(connection).add("messages", f"k-{one[0]}", {}, now=AT)
        assert forget_reminders(connection, owner, by="root", now=AT) == {"consents": 1, "outbox": 1, "reminders": 1}
        assert connection.execute(sa.select(reminders.c.owner)).scalars().all() == [other]
        assert owner not in str(AuditLedger(connection).entries())


def test_what_is_old_goes_and_what_is_open_stays(database: sa.Engine) -> None:
    with write(database) as connection:
        repository = WorkItemRepository(connection)
        for number in range(3):
            repository.open(kind="cannot", conversation=None, text=str(number), now=AT)
        for number, closed in ((1, AT), (2, AT + timedelta(days=80))):
            repository.close(number, outcome="explained", reason="说明过了的一句话", by="li", now=closed)
        swept = sweep(connection, now=AT + timedelta(days=100), work_item_days=90, usage_days=10)
        assert swept["work_items"] == 1
        assert connection.execute(sa.select(work_items.c.id).order_by(work_items.c.id)).scalars().all() == [2, 3]
