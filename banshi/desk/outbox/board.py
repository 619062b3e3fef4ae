"""What has not reached the systems around us, for the people who see to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from banshi.desk.outbox.handler import OutboxHandler
from banshi.store import application_events, callbacks
from banshi.store.audit import AuditLedger
from banshi.store.outbox import Outbox, Posting
from banshi.store.transactions import read, write


@dataclass(frozen=True)
class Unsent:
    """An entry that has not arrived, without what it holds.

    Attributes:
        name: what people call the system.
        state: waiting is tried again by itself, failed was given up.
        error: of the last try, a sentence.
    """

    id: int
    system: str
    name: str
    key: str
    state: Literal["waiting", "failed"]
    tries: int
    error: str | None
    created_at: datetime
    next_try: datetime | None


class OutboxBoard:
    """Shows and revives entries. Its methods block; call them in a worker thread.

    Args:
        database: the store.
        handlers: by system; give the names.
        now: the clock, time zone included.
    """

    def __init__(self, database: sa.Engine, handlers: Mapping[str, OutboxHandler], *, now: Callable[[], datetime]) -> None:
        self._database, self._handlers, self._now = database, handlers, now

    def unsent(self, *, system: str | None = None, given_up: bool = False) -> list[Unsent]:
        """See `Outbox.unsent`."""
        with read(self._database) as connection:
            return [self._shown(one) for one in Outbox(connection).unsent(system=system, given_up=given_up)]

    def again(self, identifier: int, *, by: str) -> bool | None:
        """Begin anew with an entry that was given up.

        Args:
            identifier: its id.
            by: account.

        Returns:
            False when it was not given up, None when there is none of this id.
        """
        now = self._now()
        with write(self._database) as connection:
            posting = Outbox(connection).get(identifier)
            if posting is None:
                return None
            if not Outbox(connection).again(posting.key, now=now):
                return False
            detail = {"system": posting.system, "tries": posting.tries}
            AuditLedger(connection).append(actor=by, action="outbox.again", target=f"outbox/{posting.key}", detail=detail, now=now)
        return True

    def again_all(self, system: str, *, by: str) -> int:
        """The same with all that was given up of one system; gives how many."""
        now = self._now()
        with write(self._database) as connection:
            count = Outbox(connection).again_all(system, now=now)
            if count:
                detail = {"system": system, "entries": count}
                AuditLedger(connection).append(actor=by, action="outbox.again", target=f"outbox/{system}", detail=detail, now=now)
        return count

    def _shown(self, posting: Posting) -> Unsent:
        handler = self._handlers.get(posting.system)
        return Unsent(
            id=posting.id,
            system=posting.system,
            name=handler.name if handler is not None else posting.system,
            key=posting.key,
            state="waiting" if posting.next_try is not None else "failed",
            tries=posting.tries,
            error=posting.error,
            created_at=posting.created_at,
            next_try=posting.next_try,
        )


def forget_outside(connection: sa.Connection, before: datetime) -> None:
    """Drop what outside systems took, and what they told, before a moment."""
    Outbox(connection).forget_sent(before)
    callbacks.forget_events(connection, before)
    application_events.forget_events(connection, before)
