"""Sessions of the staff. Only the hash of a token is stored: who reads the database cannot sign in with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from banshi.store.schema import Moment, Words, columns, metadata
from banshi.store.staff import staff

sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("token_hash", Words, primary_key=True),
    sa.Column("account", Words, sa.ForeignKey("staff.account", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("csrf", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
    sa.Column("seen_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Session:
    """One signed-in browser. Whether it is still good is the caller's to judge by `expires_at` and `seen_at`."""

    token_hash: str
    account: str
    csrf: str
    created_at: datetime
    expires_at: datetime
    seen_at: datetime


_SESSION = columns(sessions, Session)


class SessionRepository:
    """Reads and writes sessions within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def create(self, *, token_hash: str, account: str, csrf: str, now: datetime, expires_at: datetime) -> Session:
        """Begin a session."""
        session = Session(token_hash, account, csrf, now, expires_at, now)
        self._connection.execute(sessions.insert().values(asdict(session)))
        self._seen(account, now)
        return session

    def get(self, token_hash: str) -> Session | None:
        """One session, an expired one too."""
        row = self._connection.execute(sa.select(*_SESSION).where(sessions.c.token_hash == token_hash)).one_or_none()
        return None if row is None else Session(*row)

    def touch(self, token_hash: str, now: datetime) -> None:
        """Note that the session, and so its account, was used. A session that is gone stays gone."""
        account = self._connection.execute(
            sessions.update().where(sessions.c.token_hash == token_hash).values(seen_at=now).returning(sessions.c.account)
        ).scalar_one_or_none()
        if account is not None:
            self._seen(account, now)

    def delete(self, token_hash: str) -> None:
        """End a session."""
        self._connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash))

    def delete_of(self, account: str, *, keep: str | None = None) -> int:
        """End all sessions of an account but the one of this token hash.

        Returns:
            How many were ended.
        """
        ended = sessions.delete().where(sessions.c.account == account)
        if keep is not None:
            ended = ended.where(sessions.c.token_hash != keep)
        return self._connection.execute(ended).rowcount

    def delete_expired(self, now: datetime) -> int:
        """Clear away what expired before now.

        Returns:
            How many.
        """
        return self._connection.execute(sessions.delete().where(sessions.c.expires_at <= now)).rowcount

    def _seen(self, account: str, now: datetime) -> None:
        self._connection.execute(staff.update().where(staff.c.account == account).values(last_seen=now))
