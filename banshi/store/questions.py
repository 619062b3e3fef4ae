"""The log of real questions and what was answered. Only masked text ever reaches this module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.errors import NotFoundError
from banshi.store.schema import Moment, Words, columns, metadata, portions

Decision = Literal["answer", "clarify", "reject"]

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("text", Words, nullable=False),
    sa.Column("decision", Words, nullable=False),
    sa.Column("item", Words),
    sa.Column("element", Words),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("region", Words),
    sa.Column("conversation", Words, index=True),
    sa.Column("vector", sa.LargeBinary),
    sa.Column("model", Words),
    sa.Column("corrected_by", sa.Integer),
    sa.Column("rating", sa.Integer),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of a citizen and what the search made of it.

    Attributes:
        id: 0 until it is stored.
        text: masked.
        item: id of the guide, Q&A or passage that answered, None when none did.
        confidence: 0 to 1.
        candidates: ids of the candidates, best first.
        vector: half-precision numbers of the question's vector, None when the encoder was away.
        model: id of the encoder that made the vector.
        corrected_by: id of the later question by which the citizen corrected this answer.
        rating: 1 to 5, None where none was given.
    """

    at: datetime
    text: str
    decision: Decision
    item: str | None = None
    element: str | None = None
    confidence: float = 0.0
    candidates: tuple[str, ...] = ()
    region: str | None = None
    conversation: str | None = None
    vector: bytes | None = None
    model: str | None = None
    corrected_by: int | None = None
    rating: int | None = None
    id: int = 0


_ASKED = columns(questions, Asked)


class QuestionLog:
    """Reads and writes questions within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, asked: Asked) -> int:
        """Log one question; the log gives its id.

        Returns:
            The id.
        """
        added = questions.insert().values(_values(asked)).returning(questions.c.id)
        return int(self._connection.execute(added).scalar_one())

    def add_all(self, asked: Iterable[Asked]) -> int:
        """Log many questions.

        Returns:
            How many.
        """
        count = 0
        for portion in portions(asked):
            self._connection.execute(questions.insert(), [_values(one) for one in portion])
            count += len(portion)
        return count

    def get(self, identifier: int) -> Asked | None:
        """One question."""
        found = self.by_ids([identifier])
        return found[0] if found else None

    def by_ids(self, ids: Iterable[int], *, vectors: bool = True) -> list[Asked]:
        """Questions by their ids, in the order of the ids; unknown ones are left out.

        Args:
            ids: which.
            vectors: as for `since`.
        """
        wanted = list(dict.fromkeys(ids))
        found: dict[int, Asked] = {}
        for portion in portions(wanted):
            rows = self._connection.execute(sa.select(*_selected(vectors)).where(questions.c.id.in_(portion)))
            found.update((row.id, _asked(row)) for row in rows)
        return [found[identifier] for identifier in wanted if identifier in found]

    def since(self, at: datetime, *, until: datetime | None = None, vectors: bool = True) -> list[Asked]:
        """Questions from `at` on and before `until`, oldest first.

        Args:
            at: inclusive.
            until: exclusive; None means to the end.
            vectors: False leaves the vectors in the database; `vector` is None.
        """
        wanted = sa.select(*_selected(vectors)).where(questions.c.at >= at).order_by(questions.c.at, questions.c.id)
        if until is not None:
            wanted = wanted.where(questions.c.at < until)
        return [_asked(row) for row in self._connection.execute(wanted)]

    def last_of(self, conversation: str) -> Asked | None:
        """The newest question of a conversation."""
        wanted = sa.select(*_ASKED).where(questions.c.conversation == conversation).order_by(questions.c.id.desc()).limit(1)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else _asked(row)

    def mark(self, identifier: int, *, corrected: int | None = None, rating: int | None = None) -> None:
        """Note what came of the answer; what is None stays as it is.

        Args:
            identifier: the question that was answered.
            corrected: id of the later question by which the citizen corrected it.
            rating: 1 to 5.

        Raises:
            NotFoundError: there is no such question.
        """
        values = {name: value for name, value in (("corrected_by", corrected), ("rating", rating)) if value is not None}
        if not values:
            return
        if self._connection.execute(questions.update().where(questions.c.id == identifier).values(values)).rowcount == 0:
            raise NotFoundError(f"没有第{identifier}号提问记录。")

    def delete_before(self, at: datetime) -> int:
        """Forget what was asked before; gaps forget it too.

        Returns:
            How many.
        """
        return self._connection.execute(questions.delete().where(questions.c.at < at)).rowcount


def _selected(vectors: bool) -> list[sa.ColumnElement[Any]]:
    return [column if vectors or column.name != "vector" else sa.null().label("vector") for column in _ASKED]


def _values(asked: Asked) -> dict[str, Any]:
    values = dict(vars(asked), candidates=list(asked.candidates))
    del values["id"]
    return values


def _asked(row: Any) -> Asked:
    values = dict(row._mapping)
    return Asked(**values | {"candidates": tuple(values["candidates"])})
