"""All tables. Whoever needs the whole metadata imports this module, so that no table is forgotten."""

from __future__ import annotations

from banshi.store.application_events import application_events
from banshi.store.approvals import approval_decisions, outside_accounts
from banshi.store.audit import audit
from banshi.store.callbacks import callback_events, callback_nonces
from banshi.store.conversation_owners import conversation_owners
from banshi.store.conversations import conversations, messages
from banshi.store.documents import received_documents
from banshi.store.feeds import feeds
from banshi.store.gaps import gap_members, gaps
from banshi.store.item_library import catalogue_changes, catalogue_entries, catalogue_tasks
from banshi.store.live_calls import live_call_events, live_calls
from banshi.store.notices import notices
from banshi.store.operators import handovers, operators
from banshi.store.outbox import outbox
from banshi.store.partners import partner_usage, partners
from banshi.store.questions import questions
from banshi.store.ratings import ratings
from banshi.store.releases import release_contents, releases
from banshi.store.reminders import consents, reminder_looks, reminders, watched_applications
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
    "application_events",
    "approval_decisions",
    "audit",
    "callback_events",
    "callback_nonces",
    "catalogue_changes",
    "catalogue_entries",
    "catalogue_tasks",
    "consents",
    "conversation_owners",
    "conversations",
    "feeds",
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
    "outside_accounts",
    "partner_usage",
    "partners",
    "questions",
    "ratings",
    "received_documents",
    "release_contents",
    "releases",
    "reminder_looks",
    "reminders",
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
    "watched_applications",
    "work_items",
]
