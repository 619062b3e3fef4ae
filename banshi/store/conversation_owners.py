"""Whose conversation it is: one that was begun by a person whom the platform has named goes on with that person only.

Only a hash stands here, another one in every conversation, so that two conversations of a person cannot be brought together by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from banshi.store.schema import Moment, Name, insert_new, metadata
from banshi.store.transactions import read, write

conversation_owners = sa.Table(
    "conversation_owners",
    metadata,
    sa.Column("conversation", Name(40), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("owner", Name(64), nullable=False),
    sa.Column("bound_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class ConversationOwners:
    """The owners in a database."""

    database: sa.Engine

    def bind(self, conversation: str, subject: str, *, now: datetime) -> None:
        """Make a subject the owner of a conversation that has none; whoever was first stays."""
        with write(self.database, durable=False) as connection:
            values = {"conversation": conversation, "owner": owner_hash(conversation, subject), "bound_at": now}
            connection.execute(insert_new(connection, conversation_owners).values(values))

    def admits(self, conversation: str, subject: str | None) -> bool:
        """Whether somebody may go on with a conversation: its owner, or anybody where it has none.

        Args:
            conversation: its id.
            subject: who it is; None is somebody who shows no token.
        """
        with read(self.database) as connection:
            wanted = sa.select(conversation_owners.c.owner).where(conversation_owners.c.conversation == conversation)
            owner = connection.execute(wanted).scalar_one_or_none()
        return owner is None or (subject is not None and owner == owner_hash(conversation, subject))


def owner_hash(conversation: str, subject: str) -> str:
    """What is stored of a subject in a conversation."""
    return sha256(f"{conversation}\0{subject}".encode()).hexdigest()
