"""Answers that wait for an operator's word, and what became of each; within the caller's transaction.

Every decision is one UPDATE that names the state it expects: of an operator's click, a colleague's and the end of the time, in whichever
process, one changes the row. Whoever decides locks the conversation's row before, so that what is said with it follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, metadata

ValidationState = Literal["waiting", "approved", "edited", "refused", "lapsed", "withdrawn"]

validations = sa.Table(
    "validations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", Name(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("message", sa.Integer, nullable=False),
    sa.Column("question", Words, nullable=False),
    sa.Column("reply", sa.JSON, nullable=False),
    sa.Column("item", Words),
    sa.Column("domain", Words),
    sa.Column("department", Words),
    sa.Column("region", Name(20)),
    sa.Column("language", Name(5), nullable=False),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("decided_at", Moment),
    sa.Column("decided_by", Words),
    sa.Column("text", Words),
)


@dataclass(frozen=True)
class Held:
    """An answer that is not said yet.

    Attributes:
        question: the citizen's words, masked.
        reply: text, buttons and custom of the answer.
        item, domain, department: whose matter it is, as far as that is known.
        region: where the citizen is.
        language: zh or ko, the question's.
        created_at, due_at: since when and until when it waits.
    """

    question: str
    reply: dict[str, Any]
    item: str | None
    domain: str | None
    department: str | None
    region: str | None
    language: str
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Validation(Held):
    """A held answer as it is kept.

    Attributes:
        message: id of the citizen's message that it answers.
        state: waiting; approved, edited or refused by an operator; lapsed when nobody did; withdrawn when a person has the conversation,
            or it is over.
        decided_by: account; None unless an operator decided.
        text: what the operator made of it, masked.
    """

    id: int
    conversation: str
    message: int
    state: ValidationState
    decided_at: datetime | None
    decided_by: str | None
    text: str | None


_VALIDATION = columns(validations, Validation)


def hold(connection: sa.Connection, conversation: str, message: int, held: Iterable[Held]) -> None:
    """Keep answers until somebody decides, in the transaction that tells the citizen so."""
    rows = [vars(one) | {"conversation": conversation, "message": message, "state": "waiting"} for one in held]
    if rows:
        connection.execute(validations.insert(), rows)


class ValidationRepository:
    """Reads and decides held answers."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, identifier: int) -> Validation | None:
        """One of them."""
        row = self._connection.execute(sa.select(*_VALIDATION).where(validations.c.id == identifier)).one_or_none()
        return None if row is None else Validation(*row)

    def waiting(self) -> Sequence[Validation]:
        """Those that wait, the one whose time ends first in front."""
        wanted = sa.select(*_VALIDATION).where(validations.c.state == "waiting").order_by(validations.c.due_at, validations.c.id)
        return [Validation(*row) for row in self._connection.execute(wanted)]

    def due(self, now: datetime) -> Sequence[int]:
        """Ids of those whose time is over and which nobody has decided."""
        over = sa.and_(validations.c.state == "waiting", validations.c.due_at <= now)
        return list(self._connection.execute(sa.select(validations.c.id).where(over).order_by(validations.c.id)).scalars())

    def decide(self, identifier: int, state: ValidationState, *, now: datetime, by: str | None = None, text: str | None = None) -> bool:
        """Decide one that waits; False when it is decided already."""
        waits = sa.and_(validations.c.id == identifier, validations.c.state == "waiting")
        changed = validations.update().where(waits).values(state=state, decided_at=now, decided_by=by, text=text)
        return self._connection.execute(changed).rowcount == 1
