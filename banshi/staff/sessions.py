"""Sessions: who is behind a request. The browser holds a random token, the database only its hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from banshi.staff.accounts import locked_row
from banshi.staff.configuration import SignInSettings
from banshi.staff.errors import NotAllowedError
from banshi.staff.passwords import is_one_time
from banshi.store.database import read, write
from banshi.store.sessions import Session, SessionRepository
from banshi.store.staff import Staff, StaffRepository

TOKEN_BYTES = 32
_LONGEST_TOKEN = 100
_TOUCH_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class SignedIn:
    """Somebody signed in."""

    staff: Staff
    session: Session

    @property
    def must_change(self) -> bool:
        """Whether nothing is open to them before they choose a password of their own."""
        return is_one_time(self.staff.password_hash)


@dataclass(frozen=True)
class Opened:
    """A session just begun; the only moment its token exists outside the browser."""

    token: str
    signed_in: SignedIn


class Sessions:
    """Begins, finds and ends sessions.

    Args:
        database: the database.
        settings: how long sessions last.
        now: the clock.
        token: makes random text of so many bytes.
    """

    def __init__(
        self,
        database: sa.Engine,
        settings: SignInSettings,
        *,
        now: Callable[[], datetime],
        token: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self._database, self._now, self._token = database, now, token
        self._lasts = timedelta(hours=settings.session_hours)
        self._idle = timedelta(minutes=settings.idle_minutes)

    def begin(self, connection: sa.Connection, staff: Staff, *, former: str | None) -> Opened:
        """Begin a session within the caller's transaction.

        The token is always new, whatever the browser brought: nobody can plant one that they know.

        Args:
            connection: of a write.
            staff: who.
            former: token of the session the browser had; it ends.
        """
        sessions, now = SessionRepository(connection), self._now()
        if former:
            sessions.delete(_hash(former))
        sessions.delete_expired(now)
        token = self._token(TOKEN_BYTES)
        session = sessions.create(
            token_hash=_hash(token), account=staff.account, csrf=self._token(TOKEN_BYTES), now=now, expires_at=now + self._lasts
        )
        return Opened(token, SignedIn(staff, session))

    def find(self, token: str | None) -> SignedIn | None:
        """Who holds the token; None when nobody does any more."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        now = self._now()
        with read(self._database) as connection:
            session = SessionRepository(connection).get(_hash(token))
            staff = None if session is None else StaffRepository(connection).get(session.account)
        if session is None or staff is None or staff.disabled:
            return None
        if now >= session.expires_at or now - session.seen_at >= self._idle:
            self.end(token)
            return None
        if now - session.seen_at >= min(_TOUCH_EVERY, self._idle / 10):  # not a write for every request
            with write(self._database, durable=False) as connection:
                locked_row(StaffRepository(connection), staff.account)
                SessionRepository(connection).touch(session.token_hash, now)
        return SignedIn(staff, session)

    def end(self, token: str) -> None:
        """End one session."""
        with write(self._database) as connection:
            SessionRepository(connection).delete(_hash(token))


def check_csrf(session: Session, sent: str | None) -> None:
    """Hold the token in a request's header against the session's, in constant time.

    Raises:
        NotAllowedError: it is missing or another.
    """
    if not hmac.compare_digest(session.csrf.encode(), (sent or "").encode()):
        raise NotAllowedError("页面已经过期，请刷新页面后再操作。")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
