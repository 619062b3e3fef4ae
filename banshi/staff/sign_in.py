"""Sign-in with account and password, sign-out, and a new password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from banshi.staff.accounts import canonical_account, locked_row
from banshi.staff.configuration import SignInSettings
from banshi.staff.errors import ConflictError, InvalidError, LockedError, NotAllowedError, NotSignedInError
from banshi.staff.passwords import Passwords, are_same, check_new_password
from banshi.staff.sessions import Opened, Sessions, SignedIn
from banshi.staff.strangers import Strangers
from banshi.store.audit import AuditLedger
from banshi.store.database import write
from banshi.store.sessions import SessionRepository
from banshi.store.staff import Staff, StaffRepository

WRONG = "账号或密码不对。"


class SignIn:
    """Opens and ends sessions of people with a local password.

    Args:
        database: the database.
        settings: limits.
        passwords: hashing.
        sessions: sessions.
        now: the clock.
    """

    def __init__(
        self, database: sa.Engine, settings: SignInSettings, passwords: Passwords, sessions: Sessions, *, now: Callable[[], datetime]
    ) -> None:
        self._database, self._passwords, self._sessions, self._now = database, passwords, sessions, now
        self._lock_after, self._lock_for = settings.lock_after, timedelta(minutes=settings.lock_minutes)
        self._strangers = Strangers(settings.lock_after, self._lock_for)

    def open(self, account: str, password: str, *, address: str, former: str | None = None) -> Opened:
        """Sign in.

        A wrong password and an unknown account cost the same time, count the same and give the same sentence.

        Args:
            account: as typed.
            password: as typed.
            address: where from, for the ledger.
            former: token of the session the browser had before; it ends.

        Raises:
            NotSignedInError: account or password is wrong.
            LockedError: too many wrong passwords for this name.
            NotAllowedError: the password is right, and the account is disabled.
        """
        account = canonical_account(account)
        staff, until, locks_now = self._attempt(account, address)
        stored = None if staff is None else staff.password_hash
        if not self._passwords.verify(stored, password):
            self._refuse(staff, address, until, locks_now, "wrong password")
            raise NotSignedInError(WRONG) if until is None else _locked(until)
        assert staff is not None and stored is not None
        renewed = self._passwords.rehash(stored, password)
        with write(self._database) as connection:
            repository = StaffRepository(connection)
            # Between the look at the hash and now, an administrator may have reset the password or disabled the account.
            current = locked_row(repository, account)
            changed, disabled = current.password_hash != stored, current.disabled
            if not changed and not disabled:
                staff = repository.record_success(account)
                if renewed:
                    staff = repository.update(account, password_hash=renewed)
                note(connection, "sign-in", staff, {"by": "password", "address": address}, self._now())
                return self._sessions.begin(connection, staff, former=former)
            reason = "disabled" if disabled else "changed meanwhile"
            note(connection, "sign-in-refused", staff, {"by": "password", "address": address, "reason": reason}, self._now())
        if disabled:
            raise NotAllowedError("这个账号已经停用，请联系管理员。")
        raise NotSignedInError(WRONG)

    def close(self, signed_in: SignedIn, token: str) -> None:
        """Sign out of this session; others of the account go on."""
        self._sessions.end(token)
        with write(self._database) as connection:
            note(connection, "sign-out", signed_in.staff, {}, self._now())

    def change_password(self, signed_in: SignedIn, old: str, new: str, *, address: str) -> Opened:
        """Choose a new password. All sessions of the account end; the one who chose goes on in a new one.

        Raises:
            WeakPasswordError: the new one breaks a rule.
            InvalidError: the old one is wrong, or both are the same.
            LockedError: too many wrong old passwords; whoever sits down at an open screen must not guess on.
            ConflictError: the account has no local password.
        """
        account = signed_in.staff.account
        if signed_in.staff.password_hash is None:
            raise ConflictError("这个账号通过统一身份认证登录，没有本地密码。")
        check_new_password(new, account=account, name=signed_in.staff.name)
        if are_same(old, new):
            raise InvalidError("新密码不能和原密码相同。")
        staff, until, locks_now = self._attempt(account, address)
        if staff is None or not self._passwords.verify(staff.password_hash, old):
            self._refuse(staff, address, until, locks_now, "wrong old password")
            raise InvalidError("原密码不对。") if until is None else _locked(until)
        hashed = self._passwords.hash(new)
        with write(self._database) as connection:
            repository = StaffRepository(connection)
            if locked_row(repository, account).password_hash != staff.password_hash:
                raise ConflictError("密码刚刚被别处修改过，请重新登录。")
            changed = repository.update(account, password_hash=hashed, failed_attempts=0, locked_until=None)
            note(connection, "password-change", changed, {"address": address}, self._now())
            SessionRepository(connection).delete_of(account)
            return self._sessions.begin(connection, changed, former=None)

    def _attempt(self, account: str, address: str) -> tuple[Staff | None, datetime | None, bool]:
        """Count an attempt before the password is looked at, so that many at once get no more tries than one after another.

        Returns:
            The account, None when there is none; until when it is locked if this attempt fails; whether this attempt locks it.
        """
        now = self._now()
        # The same transaction for a name that does not exist, so that the time does not tell. Nothing here must outlive a power cut.
        with write(self._database, durable=False) as connection:
            repository = StaffRepository(connection)
            staff = repository.get(account)
            if staff is not None:
                staff = locked_row(repository, account)  # attempts at the same moment count one after another
            if staff is None:
                until, locks_now = self._strangers.attempt(account, now)
            elif staff.locked_until is not None and now < staff.locked_until:
                until, locks_now = staff.locked_until, False
            else:
                if staff.locked_until is not None:  # the lock is over; it takes as many failures again
                    repository.record_success(account)
                staff = repository.record_failure(account, limit=self._lock_after, locked_until=now + self._lock_for)
                until, locks_now = staff.locked_until, staff.locked_until is not None
        if until is not None:
            # One form, whether it comes from the database or from memory.
            until = until.astimezone(now.tzinfo).replace(microsecond=0)
            if not locks_now:
                self._refuse(staff, address, until, False, "locked")
                raise _locked(until)
        return staff, until, locks_now

    def _refuse(self, staff: Staff | None, address: str, until: datetime | None, locks_now: bool, reason: str) -> None:
        now = self._now()
        detail = {"by": "password", "address": address, "reason": reason if staff else f"{reason}, unknown account"}
        with write(self._database) as connection:
            note(connection, "sign-in-refused", staff, detail, now)
            if locks_now and until is not None:
                note(connection, "lock", staff, {"address": address, "until": until.isoformat()}, now)


def note(connection: sa.Connection, action: str, staff: Staff | None, detail: dict[str, Any], now: datetime) -> None:
    """Write into the audit ledger what happened at the door.

    An unknown account is not named: people type passwords into the wrong field.
    """
    account = "?" if staff is None else staff.account
    AuditLedger(connection).append(actor=account, action=action, target=f"staff/{account}", detail=detail, now=now)


def _locked(until: datetime) -> LockedError:
    return LockedError(f"输错次数太多，{until:%H:%M}以后再试；也可以请管理员重置密码。", until)
