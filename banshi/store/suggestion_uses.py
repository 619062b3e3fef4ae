"""What operators made of suggestions. Only masked text ever reaches this module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, columns, metadata

UseAction = Literal["shown", "inserted", "sent", "useful", "reported"]
"""shown: to an operator, for something a citizen said. The others are what the operator did with it."""

suggestion_uses = sa.Table(
    "suggestion_uses",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("account", Words, nullable=False),
    sa.Column("conversation", Name(40), index=True),
    sa.Column("call", Name(80)),
    sa.Column("said", Words, nullable=False),
    sa.Column("key", Words),
    sa.Column("item", Words),
    sa.Column("element", Words),
    sa.Column("domain", Words),
    sa.Column("version", sa.Integer),
    sa.Column("action", Name(20), nullable=False),
    sa.Column("reason", Words),
    sa.Column("edit_distance", sa.Integer),
    sa.Column("kept", sa.Float),
    sa.Column("first_ms", sa.Integer),
)


@dataclass(frozen=True, kw_only=True)
class SuggestionUse:
    """One suggestion shown, or one thing done with it.

    Attributes:
        id: 0 until it is stored.
        account: the operator's; "" where nobody had the call.
        conversation, call: where; one of them.
        said: the citizen's words it answers, masked.
        key: of the suggestion; of several shown at once the first one's.
        reason: of a report.
        edit_distance: characters put in, left out or replaced between the suggestion and what was sent.
        kept: share of the suggestion that was sent, 0 to 1.
        first_ms: from the end of the words to the first suggestion.
    """

    at: datetime
    account: str
    said: str
    action: UseAction
    conversation: str | None = None
    call: str | None = None
    key: str | None = None
    item: str | None = None
    element: str | None = None
    domain: str | None = None
    version: int | None = None
    reason: str | None = None
    edit_distance: int | None = None
    kept: float | None = None
    first_ms: int | None = None
    id: int = 0


_USE = columns(suggestion_uses, SuggestionUse)


class SuggestionUses:
    """Reads and writes uses within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, use: SuggestionUse) -> int:
        """Keep one; the store gives its id.

        Returns:
            The id.
        """
        values = dict(vars(use))
        del values["id"]
        added = suggestion_uses.insert().values(values).returning(suggestion_uses.c.id)
        return int(self._connection.execute(added).scalar_one())

    def since(self, at: datetime, *, account: str | None = None) -> Sequence[SuggestionUse]:
        """Uses from a moment on, oldest first.

        Args:
            at: inclusive.
            account: of one operator; None means of all.
        """
        wanted = sa.select(*_USE).where(suggestion_uses.c.at >= at).order_by(suggestion_uses.c.at, suggestion_uses.c.id)
        if account is not None:
            wanted = wanted.where(suggestion_uses.c.account == account)
        return [SuggestionUse(**row._mapping) for row in self._connection.execute(wanted)]

    def delete_before(self, at: datetime) -> int:
        """Forget what was done before.

        Returns:
            How many.
        """
        return self._connection.execute(suggestion_uses.delete().where(suggestion_uses.c.at < at)).rowcount
