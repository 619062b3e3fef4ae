"""工单: what a citizen wants done, who does it, until when, and what became of it. Only masked text ever reaches this module."""

from __future__ import annotations

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("number", Name(40), nullable=False, unique=True),
    sa.Column("conversation", Name(40), index=True),
    sa.Column("channel", Name(20), nullable=False),
    sa.Column("kind", Name(10), nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("region", Name(20)),
    sa.Column("address", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("description", Words, nullable=False),
    sa.Column("person", Words, nullable=False),
    sa.Column("contact", Words, nullable=False),
    sa.Column("confidential", sa.Boolean, nullable=False),
    sa.Column("urgency", Name(10), nullable=False),
    sa.Column("department", Words),
    sa.Column("state", Name(20), nullable=False, index=True),
    sa.Column("reply", Words, nullable=False),
    sa.Column("result", Name(20)),
    sa.Column("satisfaction", sa.Integer),
    sa.Column("created_by", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
    sa.Column("dispatched_at", Moment),
    sa.Column("due_on", sa.Date),
    sa.Column("handled_at", Moment),
    sa.Column("visited_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("outside_number", Name(60)),
    sa.Column("edition", sa.Integer, nullable=False),
)
ticket_events = sa.Table(
    "ticket_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("kind", Name(20), nullable=False),
    sa.Column("text", Words, nullable=False),
)
