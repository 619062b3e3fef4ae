"""All tables. Whoever needs the whole metadata imports this module, so that no table is forgotten."""

from __future__ import annotations

from banshi.store.audit import audit
from banshi.store.conversation_owners import conversation_owners
from banshi.store.conversations import conversations, messages
from banshi.store.gaps import gap_members, gaps
from banshi.store.live_calls import live_call_events, live_calls
from banshi.store.notices import notices
from banshi.store.operators import handovers, operators
from banshi.store.outbox import outbox
from banshi.store.questions import questions
from banshi.store.ratings import ratings
from banshi.store.releases import release_contents, releases
from banshi.store.revisions import revision_moves, revisions
from banshi.store.schema import metadata
from banshi.store.sealed_numbers import sealed_numbers
from banshi.store.sessions import sessions
from banshi.store.staff import staff
from banshi.store.suggestion_uses import suggestion_uses
from banshi.store.tickets import ticket_events, tickets
from banshi.store.validation_rules import validation_rules
from banshi.store.validations import validations
from banshi.store.work_items import work_items

__all__ = [
    "audit",
    "conversation_owners",
    "conversations",
    "gap_members",
    "gaps",
    "handovers",
    "live_call_events",
    "live_calls",
    "messages",
    "metadata",
    "notices",
    "operators",
    "outbox",
    "questions",
    "ratings",
    "release_contents",
    "releases",
    "revision_moves",
    "revisions",
    "sealed_numbers",
    "sessions",
    "staff",
    "suggestion_uses",
    "ticket_events",
    "tickets",
    "validation_rules",
    "validations",
    "work_items",
]
