"""What the document library and the public Q&A platform told, as it came, and what was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, insert_new, metadata

DocumentKind = Literal["policy", "qa"]
DocumentState = Literal["received", "drafted", "unchanged", "refused"]

received_documents = sa.Table(
    "received_documents",
    metadata,
    sa.Column("id", Name(120), primary_key=True),
    sa.Column("kind", Name(10), nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("document_number", Words),
    sa.Column("organ", Words),
    sa.Column("department", Words),
    sa.Column("region", Name(20)),
    sa.Column("day", sa.Date),
    sa.Column("effective", sa.Date),
    sa.Column("expires", sa.Date),
    sa.Column("url", Words),
    sa.Column("state", Name(10), nullable=False, index=True),
    sa.Column("record", Name(80)),
    sa.Column("number", sa.Integer),
    sa.Column("problem", Words, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Received:
    """One document or public answer.

    Attributes:
        id: the other side's own, with its version.
        kind: policy: a policy text; qa: a question with its public answer.
        title: of the document, or the question.
        text: of the document, or the answer; personal numbers of a question and its answer are masked.
        day: when it was issued or answered.
        effective, expires: 施行日期 and 失效日期.
        state: received: nothing was made of it yet; refused with `problem`; drafted as `number` of `record`; unchanged: `record` says it.
    """

    id: str
    kind: DocumentKind
    title: str
    text: str
    document_number: str | None
    organ: str | None
    department: str | None
    region: str | None
    day: date | None
    effective: date | None
    expires: date | None
    url: str | None
    state: DocumentState
    record: str | None
    number: int | None
    problem: str
    received_at: datetime


_RECEIVED = columns(received_documents, Received)


class ReceivedRepository:
    """Reads and writes received documents within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep(self, document: Received) -> bool:
        """Keep one; False, with nothing changed, when it is known."""
        return self._connection.execute(insert_new(self._connection, received_documents).values(vars(document))).rowcount == 1

    def waiting(self, kind: DocumentKind) -> Sequence[Received]:
        """Those of which nothing was made yet, in the order in which they came."""
        wanted = sa.select(*_RECEIVED).where(received_documents.c.state == "received", received_documents.c.kind == kind)
        order = (received_documents.c.received_at, received_documents.c.id)
        return [Received(*row) for row in self._connection.execute(wanted.order_by(*order))]

    def settle(
        self, identifier: str, state: DocumentState, *, record: str | None = None, number: int | None = None, problem: str = ""
    ) -> None:
        """Note what became of one."""
        one = received_documents.update().where(received_documents.c.id == identifier)
        self._connection.execute(one.values(state=state, record=record, number=number, problem=problem))

    def list(self, kind: DocumentKind | None, state: DocumentState | None, limit: int) -> Sequence[Received]:
        """The last received first."""
        wanted = sa.select(*_RECEIVED).order_by(received_documents.c.received_at.desc(), received_documents.c.id.desc()).limit(limit)
        if kind is not None:
            wanted = wanted.where(received_documents.c.kind == kind)
        if state is not None:
            wanted = wanted.where(received_documents.c.state == state)
        return [Received(*row) for row in self._connection.execute(wanted)]

    def refused(self) -> int:
        """How many were refused."""
        wanted = sa.select(sa.func.count()).select_from(received_documents).where(received_documents.c.state == "refused")
        return int(self._connection.execute(wanted).scalar_one())
