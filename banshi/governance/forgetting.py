"""Deletion on request: a conversation, or all of a person's, with everything that stands in the store about them.

What was done is in the audit ledger, without the content. Work items and finished tickets keep their figures (when, what kind, how they
ended), from which the reports are made, and lose every word of the citizen; tickets that are still being handled stay, because a
department must answer them, and are counted as kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from banshi.store.audit import AuditLedger
from banshi.store.conversation_owners import conversation_owners, owner_hash
from banshi.store.conversations import conversations
from banshi.store.gaps import gap_members, gaps
from banshi.store.outbox import outbox
from banshi.store.questions import questions
from banshi.store.ratings import rating_key
from banshi.store.reminders import consents, reminder_looks, reminders, watched_applications
from banshi.store.schema import metadata, portions
from banshi.store.tickets import ticket_events, tickets
from banshi.store.work_items import work_items

REMOVED = "（应本人要求删除）"
_FINISHED = ("已办结", "退单")
_KEPT_FIGURES = frozenset(("conversations", "tickets", "work_items"))
"""Tables with a column `conversation` whose rows are not simply deleted, and the conversations themselves."""


def conversations_of(connection: sa.Connection, subject: str) -> list[str]:
    """Conversations that the platform has named a person in.

    Args:
        connection: the store.
        subject: as the citizen's token gives it, see `banshi.connect.identity.citizens`.
    """
    # Every conversation has a hash of its own, so that nobody can bring them together who does not know the person.
    owned = connection.execute(sa.select(conversation_owners.c.conversation, conversation_owners.c.owner))
    return [conversation for conversation, owner in owned if owner == owner_hash(conversation, subject)]


def forget(connection: sa.Connection, identifiers: Sequence[str], *, by: str, now: datetime) -> dict[str, int]:
    """Delete conversations with all that hangs on them, in the caller's transaction.

    Args:
        connection: of `write`.
        identifiers: of the conversations; unknown ones may still have questions or work items.
        by: account or console that does it.
        now: the moment.

    Returns:
        Table → rows deleted or emptied; `tickets kept` are those that are still being handled.
    """
    done: Counter[str] = Counter()
    for portion in portions(identifiers):
        done["gaps"] += _forget_gaps(connection, portion)
        done.update(_empty_tickets(connection, portion))
        ratings_posted = outbox.c.key.in_([rating_key(one) for one in portion])
        done["outbox"] += connection.execute(outbox.delete().where(ratings_posted)).rowcount
        emptied: dict[str, Any] = {"conversation": None, "text": REMOVED, "versions": {}, "case": {}}
        done["work_items"] += connection.execute(work_items.update().where(work_items.c.conversation.in_(portion)).values(emptied)).rowcount
        # All tables that name a conversation, those of the future included; children before the conversation itself.
        for table in reversed(metadata.sorted_tables):
            if "conversation" in table.c and table.name not in _KEPT_FIGURES:
                done[table.name] += connection.execute(table.delete().where(table.c.conversation.in_(portion))).rowcount
        done["conversations"] += connection.execute(conversations.delete().where(conversations.c.id.in_(portion))).rowcount
    counted = {name: count for name, count in sorted(done.items()) if count}
    for identifier in identifiers:
        target = f"conversation/{sha256(identifier.encode()).hexdigest()[:16]}"
        AuditLedger(connection).append(actor=by, action="privacy.forget", target=target, detail=dict(counted), now=now)
    return counted


def forget_reminders(connection: sa.Connection, owner: str, *, by: str, now: datetime) -> dict[str, int]:
    """Delete what reminders know of a person.

    Args:
        connection: of `write`.
        owner: the platform's keyed hash of the identity number, 64 hexadecimal digits.
        by: account or console that does it.
        now: the moment.
    """
    keys = connection.execute(sa.select(reminders.c.key).where(reminders.c.owner == owner)).scalars().all()
    done: Counter[str] = Counter()
    for portion in portions(keys):
        done["outbox"] += connection.execute(outbox.delete().where(outbox.c.key.in_(portion))).rowcount
    for table in (reminders, consents, reminder_looks, watched_applications):
        done[table.name] += connection.execute(table.delete().where(table.c.owner == owner)).rowcount
    counted = {name: count for name, count in sorted(done.items()) if count}
    target = f"person/{sha256(owner.encode()).hexdigest()[:16]}"
    AuditLedger(connection).append(actor=by, action="privacy.forget", target=target, detail=dict(counted), now=now)
    return counted


def _forget_gaps(connection: sa.Connection, identifiers: Sequence[str]) -> int:
    """Titles of gaps are a citizen's words: those of nobody else's are emptied."""
    theirs = sa.select(questions.c.id).where(questions.c.conversation.in_(identifiers))
    of_theirs = sa.select(gap_members.c.gap).where(gap_members.c.question.in_(theirs))
    of_others = sa.select(gap_members.c.gap).where(gap_members.c.question.not_in(theirs))
    alone = sa.and_(gaps.c.id.in_(of_theirs), gaps.c.id.not_in(of_others))
    changed = connection.execute(gaps.update().where(alone).values(title=REMOVED)).rowcount
    # Where others asked the same, one of their wordings takes the place of the title.
    shared = connection.execute(sa.select(gaps.c.id).where(gaps.c.id.in_(of_theirs), gaps.c.title != REMOVED)).scalars().all()
    for gap in shared:
        wording = sa.select(questions.c.text).join(gap_members, gap_members.c.question == questions.c.id)
        other = wording.where(gap_members.c.gap == gap, questions.c.id.not_in(theirs)).order_by(questions.c.id).limit(1)
        own = sa.select(questions.c.text).where(questions.c.id.in_(theirs))
        replaced = gaps.update().where(gaps.c.id == gap, gaps.c.title.in_(own))
        changed += connection.execute(replaced.values(title=connection.execute(other).scalar_one())).rowcount
    return changed


def _empty_tickets(connection: sa.Connection, identifiers: Sequence[str]) -> Counter[str]:
    of_theirs = tickets.c.conversation.in_(identifiers)
    finished = connection.execute(sa.select(tickets.c.id, tickets.c.number).where(of_theirs, tickets.c.state.in_(_FINISHED))).all()
    done: Counter[str] = Counter()
    ids, numbers = [row.id for row in finished], [row.number for row in finished]
    if ids:
        nothing: dict[str, Any] = dict.fromkeys(("address", "person", "contact", "reply"), "")
        nothing |= {"conversation": None, "title": REMOVED, "description": REMOVED, "origin": None}
        done["tickets"] = connection.execute(tickets.update().where(tickets.c.id.in_(ids)).values(nothing)).rowcount
        done["ticket_events"] = connection.execute(ticket_events.update().where(ticket_events.c.ticket.in_(ids)).values(text="")).rowcount
        done["outbox"] = connection.execute(outbox.delete().where(outbox.c.key.in_(numbers))).rowcount
    kept = sa.select(sa.func.count()).select_from(tickets).where(of_theirs, tickets.c.state.not_in(_FINISHED))
    done["tickets kept"] = int(connection.execute(kept).scalar_one())
    return done
