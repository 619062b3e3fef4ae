"""From an identity at the provider to an account and a session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.staff.accounts import ACCOUNT, canonical_account, is_last_administrator, locked_row
from banshi.staff.configuration import SignInSettings
from banshi.staff.errors import NotAllowedError
from banshi.staff.oidc import Identity
from banshi.staff.sessions import Opened, Sessions
from banshi.staff.sign_in import note
from banshi.store.audit import AuditLedger
from banshi.store.database import write
from banshi.store.sessions import SessionRepository
from banshi.store.staff import Staff, StaffRepository

_ACTOR = "oidc"
_UNKNOWN = "您已通过身份认证，但还没有本系统的账号，请联系管理员开通。"
_NO_ROLE = "您已通过身份认证，但没有本系统的角色，请联系管理员。"
_NO_SCOPE = "您已通过身份认证，但身份信息里没有所属部门或地区，不能确定权限范围，请联系管理员。"
_DISABLED = "这个账号已经停用，请联系管理员。"


class IdentitySignIn:
    """Opens sessions for people whom the provider has identified.

    With a roles claim the province decides for every account without a local password: roles and scope follow the claims at each
    sign-in, and nobody enters without a role. Accounts with a local password, and all accounts where there is no roles claim, keep what
    an administrator gave them. An account is only ever found by its subject, never by a name that happens to be the same.

    Args:
        database: the database.
        settings: whether there is a roles claim.
        sessions: sessions.
        now: the clock.
    """

    def __init__(self, database: sa.Engine, settings: SignInSettings, sessions: Sessions, *, now: Callable[[], datetime]) -> None:
        self._database, self._sessions, self._now = database, sessions, now
        self._province_decides = bool(settings.oidc_roles_claim)

    def open(self, identity: Identity, *, address: str, former: str | None = None) -> Opened:
        """Sign in.

        Raises:
            NotAllowedError: no account, no role, no scope, or the account is disabled.
        """
        with write(self._database) as connection:
            repository = StaffRepository(connection)
            staff = repository.by_subject(identity.subject)
            if staff is not None:
                staff = locked_row(repository, staff.account)
            refusal = self._refusal(identity, staff)
            if refusal is None:
                entered = {"by": "oidc", "address": address}
                if staff is None:
                    staff = self._create(connection, repository, identity)
                    note(connection, "sign-in", staff, entered, self._now())
                else:
                    # Noted before the administrators are counted: on PostgreSQL others who change accounts queue here.
                    note(connection, "sign-in", staff, entered, self._now())
                    staff = self._updated(connection, repository, identity, staff)
                return self._sessions.begin(connection, staff, former=former)
            detail = {"by": "oidc", "address": address, "reason": refusal, "oidc_subject": identity.subject}
            note(connection, "sign-in-refused", staff, detail, self._now())
        raise NotAllowedError(refusal)

    def refused(self, reason: str, *, address: str) -> None:
        """Note an attempt that ended before anybody was identified."""
        with write(self._database) as connection:
            note(connection, "sign-in-refused", None, {"by": "oidc", "address": address, "reason": reason}, self._now())

    def _refusal(self, identity: Identity, staff: Staff | None) -> str | None:
        if staff is not None and staff.disabled:
            return _DISABLED
        if staff is None and not self._province_decides:
            return _UNKNOWN
        if staff is not None and not self._follows(staff):
            return None
        if not identity.roles:
            return _UNKNOWN if staff is None else _NO_ROLE
        # An empty scope would mean everywhere.
        return _NO_SCOPE if () in (identity.departments, identity.regions) else None

    def _follows(self, staff: Staff) -> bool:
        return self._province_decides and staff.password_hash is None

    def _create(self, connection: sa.Connection, repository: StaffRepository, identity: Identity) -> Staff:
        told, account = _told(identity), _free_account(repository, identity)
        staff = repository.create(account=account, oidc_subject=identity.subject, **({"name": account} | told))
        self._note(connection, "staff-add", account, {**told, "oidc_subject": identity.subject})
        return staff

    def _updated(self, connection: sa.Connection, repository: StaffRepository, identity: Identity, staff: Staff) -> Staff:
        if not self._follows(staff):
            return staff
        told = _told(identity)
        if "admin" not in identity.roles and is_last_administrator(repository, staff.account):
            told["roles"] = (*identity.roles, "admin")  # somebody must be able to let others in
        changed = {field: value for field, value in told.items() if getattr(staff, field) != value}
        if not changed:
            return staff
        self._note(connection, "staff-change", staff.account, {field: [getattr(staff, field), value] for field, value in changed.items()})
        if "roles" in changed:
            SessionRepository(connection).delete_of(staff.account)
        return repository.update(staff.account, **changed)

    def _note(self, connection: sa.Connection, action: str, account: str, detail: dict[str, Any]) -> None:
        AuditLedger(connection).append(actor=_ACTOR, action=action, target=f"staff/{account}", detail=detail, now=self._now())


def _told(identity: Identity) -> dict[str, Any]:
    told = {"name": identity.name, "roles": identity.roles, "departments": identity.departments, "regions": identity.regions}
    return {field: value for field, value in told.items() if value}


def _free_account(repository: StaffRepository, identity: Identity) -> str:
    wanted = canonical_account(identity.account)
    if ACCOUNT.fullmatch(wanted) and repository.get(wanted) is None:
        return wanted
    return f"oidc-{hashlib.sha256(identity.subject.encode()).hexdigest()[:16]}"
