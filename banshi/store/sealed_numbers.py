"""Personal numbers of living conversations, sealed: what stands here says nothing without a key that is not in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, Words, metadata

sealed_numbers = sa.Table(
    "sealed_numbers",
    metadata,
    sa.Column("conversation", Name(40), primary_key=True),
    sa.Column("token", Name(100), primary_key=True),
    sa.Column("sealed", Words, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
)
_OF = sealed_numbers.c


class SealedNumberRepository:
    """Reads and writes sealed numbers within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep(self, conversation: str, sealed: Mapping[str, str], *, expires_at: datetime) -> None:
        """Keep what tokens of a conversation stand for, by token; what is there of the same tokens is replaced."""
        same = sa.and_(_OF.conversation == conversation, _OF.token.in_(list(sealed)))
        self._connection.execute(sealed_numbers.delete().where(same))
        rows = [{"conversation": conversation, "token": token, "sealed": text, "expires_at": expires_at} for token, text in sealed.items()]
        self._connection.execute(sealed_numbers.insert(), rows)

    def find(self, conversation: str, token: str, *, now: datetime) -> str | None:
        """What a token of a conversation stands for, sealed; None when there is nothing, or it has expired."""
        wanted = sa.select(_OF.sealed).where(_OF.conversation == conversation, _OF.token == token, _OF.expires_at > now)
        return self._connection.execute(wanted).scalar_one_or_none()

    def forget(self, conversation: str) -> None:
        """Drop all of a conversation."""
        self._connection.execute(sealed_numbers.delete().where(_OF.conversation == conversation))

    def sweep(self, *, now: datetime) -> int:
        """Drop what has expired; gives how many."""
        return int(self._connection.execute(sealed_numbers.delete().where(_OF.expires_at <= now)).rowcount)
