"""Accounts: added, changed, disabled and reset by an administrator or from the command line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.staff.configuration import ROLES
from banshi.staff.errors import ConflictError, InvalidError, NotAllowedError, UnknownAccountError
from banshi.staff.passwords import Passwords, as_one_time, check_new_password
from banshi.staff.permissions import Parents, covers, no_parents
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.errors import AlreadyExistsError, NotFoundError
from banshi.store.sessions import SessionRepository
from banshi.store.staff import Role, Staff, StaffChanges, StaffRepository

ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_ENDS_SESSIONS = frozenset({"roles", "disabled", "password_hash", "oidc_subject"})
_MOST_SCOPES = 200


def canonical_account(typed: str) -> str:
    """An account name as stored: half-width, lower case, without spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_last_administrator(repository: StaffRepository, account: str) -> bool:
    """Whether this account administers and no other does."""
    return {one.account for one in repository.list() if "admin" in one.roles and not one.disabled} == {account}


def locked_row(repository: StaffRepository, account: str) -> Staff:
    """The account as it is now and stays until the transaction ends, on PostgreSQL too.

    Everything that changes accounts locks in one order, the account, the ledger, sessions, so that nobody waits in a circle.
    """
    return repository.update(account)


class Accounts:
    """Reads and changes accounts; every change goes to the audit ledger, without passwords.

    Args:
        database: the database.
        passwords: hashing.
        now: the clock.
        parents: the tree of regions, for administrators with a scope.
    """

    def __init__(self, database: sa.Engine, passwords: Passwords, *, now: Callable[[], datetime], parents: Parents = no_parents) -> None:
        self._database, self._passwords, self._now, self._parents = database, passwords, now, parents

    def list(self) -> Sequence[Staff]:
        """All accounts."""
        with read(self._database) as connection:
            return StaffRepository(connection).list()

    def add(
        self,
        *,
        account: str,
        name: str,
        roles: Sequence[str],
        departments: Sequence[str] = (),
        regions: Sequence[str] = (),
        subject: str | None = None,
        password: str | None,
        chosen_by_owner: bool = False,
        by: Staff | str,
    ) -> Staff:
        """Add an account.

        Args:
            account: its name.
            name: the person's.
            roles: at least one.
            departments: scope; empty for all.
            regions: scope; empty for all.
            subject: identity at the provider, as `SignInSettings.subject` makes it.
            password: None for an account that only the identity opens.
            chosen_by_owner: the password is held against the rules and stays; otherwise it must be changed at the first sign-in.
            by: the administrator, or the name of whoever acts outside the web.

        Raises:
            InvalidError: name, roles or password are not allowed.
            ConflictError: account or identity is taken.
            NotAllowedError: the scope reaches beyond the administrator's own.
        """
        account, name = canonical_account(account), checked_name(name)
        if not ACCOUNT.fullmatch(account):
            raise InvalidError(
                "账号由2到40个小写字母、数字、点、横线或下划线组成，以字母或数字开头。",
                "An account is 2 to 40 small letters, digits, dots, hyphens or underscores and begins with a letter or digit.",
            )
        if password is not None and chosen_by_owner:
            check_new_password(password, account=account, name=name)
        stored = None if password is None else self._passwords.hash(password)
        if stored is not None and not chosen_by_owner:
            stored = as_one_time(stored)
        rights, places, areas = checked_roles(roles), _scope(departments), _scope(regions)
        with write(self._database) as connection:
            try:
                added = StaffRepository(connection).create(
                    account=account,
                    name=name,
                    roles=rights,
                    departments=places,
                    regions=areas,
                    password_hash=stored,
                    oidc_subject=subject,
                )
            except AlreadyExistsError as error:
                raise ConflictError("这个账号或统一身份已经存在。", f"The account {account} exists already.") from error
            self._check_reach(by, added)
            detail = {"name": name, "roles": rights, "departments": places, "regions": areas, "oidc_subject": subject}
            self._note(connection, by, "staff-add", account, detail)
        return added

    def change(self, account: str, changes: StaffChanges, *, one_time: str | None = None, by: Staff | str) -> Staff:
        """Change an account; its sessions end where roles, password or identity change or it is disabled.

        Args:
            account: which.
            changes: name, roles, departments, regions, disabled, oidc_subject with new values.
            one_time: a password to set, which must be changed at the next sign-in; it lifts a lock.
            by: the administrator, or the name of whoever acts outside the web.

        Raises:
            UnknownAccountError: there is none of this name.
            InvalidError: a value is not allowed.
            ConflictError: the last administrator would be lost, the identity is taken, or there is no local password to reset.
            NotAllowedError: the account, before or after, lies beyond the administrator's scope.
        """
        account, wanted = canonical_account(account), _checked(changes)
        stored = None if one_time is None else as_one_time(self._passwords.hash(one_time))
        with write(self._database) as connection:
            repository = StaffRepository(connection)
            try:
                before = locked_row(repository, account)
            except NotFoundError as error:
                raise UnknownAccountError("没有这个账号。", f"There is no account {account}. banshi staff list shows all.") from error
            if stored is not None and before.password_hash is None:
                raise ConflictError(
                    "这个账号通过统一身份认证登录，没有本地密码可以重置。",
                    f"The account {account} signs in through the identity provider and has no password to reset.",
                )
            self._check_reach(by, before)
            changed = {name: value for name, value in wanted.items() if getattr(before, name) != value}
            # Noted before the administrators are counted: on PostgreSQL two who disable each other queue here.
            for action, detail in _entries(before, changed, reset=stored is not None):
                self._note(connection, by, action, account, detail)
            loses = changed.get("disabled") is True or "admin" not in changed.get("roles", before.roles)
            if loses and is_last_administrator(repository, account):
                raise ConflictError(
                    "这是最后一个可用的管理员账号，不能停用，也不能去掉管理员角色。请先指定另一位管理员。",
                    f"{account} is the last active administrator. Add another one first: banshi staff add NAME --role admin.",
                )
            if stored is not None:
                changed |= {"password_hash": stored, "failed_attempts": 0, "locked_until": None}
            try:
                after = repository.update(account, **changed)
            except AlreadyExistsError as error:
                raise ConflictError("这个统一身份已经关联了别的账号。") from error
            self._check_reach(by, after)
            if _ENDS_SESSIONS & changed.keys():
                SessionRepository(connection).delete_of(account)
        return after

    def _check_reach(self, by: Staff | str, staff: Staff) -> None:
        if isinstance(by, Staff) and not covers(by, departments=staff.departments, regions=staff.regions, parents=self._parents):
            raise NotAllowedError("这个账号的部门或地区超出了您的管理范围。")

    def _note(self, connection: sa.Connection, by: Staff | str, action: str, account: str, detail: dict[str, Any]) -> None:
        actor = by if isinstance(by, str) else by.account
        AuditLedger(connection).append(actor=actor, action=action, target=f"staff/{account}", detail=detail, now=self._now())


def checked_name(name: str) -> str:
    """A person's name without spaces around it.

    Raises:
        InvalidError: it is empty or too long.
    """
    name = name.strip()
    if not 1 <= len(name) <= 60:
        raise InvalidError("姓名应为1到60个字。", "A name has 1 to 60 characters.")
    return name


def checked_roles(roles: Sequence[str]) -> tuple[Role, ...]:
    """Roles in their usual order.

    Raises:
        InvalidError: there is none, or an unknown one.
    """
    if not roles or set(roles) - set(ROLES):
        raise InvalidError(f"角色至少一个，可选：{'、'.join(ROLES)}。", f"Give at least one role of: {', '.join(ROLES)}.")
    return tuple(role for role in ROLES if role in roles)


def _scope(values: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(value.strip() for value in values))
    if len(kept) > _MOST_SCOPES or not all(1 <= len(value) <= 60 for value in kept):
        raise InvalidError("部门和地区的每一项应为1到60个字，不能为空。", "A department or region has 1 to 60 characters.")
    return kept


def _checked(changes: StaffChanges) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(changes)
    for field, check in (("name", checked_name), ("roles", checked_roles), ("departments", _scope), ("regions", _scope)):
        if field in wanted:
            wanted[field] = check(wanted[field])
    return wanted


def _entries(before: Staff, changed: dict[str, Any], *, reset: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    if "disabled" in changed:
        yield "staff-disable" if changed["disabled"] else "staff-enable", {}
    fields = {field: [getattr(before, field), value] for field, value in changed.items() if field != "disabled"}
    if fields:
        yield "staff-change", fields
    if reset:
        yield "password-reset", {}
