"""Accounts of the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

import sqlalchemy as sa

from banshi.store.errors import AlreadyExistsError, NotFoundError
from banshi.store.schema import Moment, Words, columns, insert_new, metadata

Role = Literal["operator", "editor", "reviewer", "admin"]

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("account", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("departments", sa.JSON, nullable=False),
    sa.Column("regions", sa.JSON, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("password_hash", Words),
    sa.Column("failed_attempts", sa.Integer, nullable=False),
    sa.Column("locked_until", Moment),
    sa.Column("oidc_subject", Words),
    sa.Column("last_seen", Moment),
    sa.UniqueConstraint("oidc_subject", name="uq_staff_oidc_subject"),
)


@dataclass(frozen=True)
class Staff:
    """One account.

    Attributes:
        roles: what the account may do; departments and regions (GB/T codes) are where. What an empty one means is the caller's rule.
        password_hash: as the sign-in made it, None where only the outside identity opens the account.
        failed_attempts: since the last success.
        locked_until: the last moment set by a failure; it may have passed.
        oidc_subject: identity at the OpenID provider.
        last_seen: when a session of the account was last used.
    """

    account: str
    name: str
    roles: tuple[Role, ...]
    departments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    disabled: bool = False
    password_hash: str | None = None
    failed_attempts: int = 0
    locked_until: datetime | None = None
    oidc_subject: str | None = None
    last_seen: datetime | None = None


class StaffChanges(TypedDict, total=False):
    """What can be changed of an account; see `Staff`."""

    name: str
    roles: tuple[Role, ...]
    departments: tuple[str, ...]
    regions: tuple[str, ...]
    disabled: bool
    password_hash: str | None
    failed_attempts: int
    locked_until: datetime | None
    oidc_subject: str | None


_STAFF = columns(staff, Staff)


class StaffRepository:
    """Reads and writes accounts within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def create(
        self,
        *,
        account: str,
        name: str,
        roles: Sequence[Role],
        departments: Sequence[str] = (),
        regions: Sequence[str] = (),
        password_hash: str | None = None,
        oidc_subject: str | None = None,
    ) -> Staff:
        """Add an account.

        Raises:
            AlreadyExistsError: the account or the outside identity is taken. The transaction remains usable.
        """
        row = self._connection.execute(
            insert_new(self._connection, staff)
            .values(
                account=account,
                name=name,
                roles=list(roles),
                departments=list(departments),
                regions=list(regions),
                disabled=False,
                password_hash=password_hash,
                failed_attempts=0,
                oidc_subject=oidc_subject,
            )
            .returning(*_STAFF)
        ).one_or_none()
        if row is None:
            raise AlreadyExistsError(f"账号“{account}”或其统一身份已经存在。")
        return _staff(row)

    def get(self, account: str) -> Staff | None:
        """One account."""
        return self._one(staff.c.account == account)

    def by_subject(self, subject: str) -> Staff | None:
        """The account of an outside identity."""
        return self._one(staff.c.oidc_subject == subject)

    def update(self, account: str, **changes: Unpack[StaffChanges]) -> Staff:
        """Change the fields that are given.

        Raises:
            NotFoundError: there is no such account.
            AlreadyExistsError: another account has this outside identity. The transaction remains usable.
        """
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()}
        if not values:
            values = {"account": account}
        try:
            # The savepoint keeps the transaction usable when the unique constraint refuses.
            with self._connection.begin_nested():
                return self._update(account, values)
        except sa.exc.IntegrityError as error:
            raise AlreadyExistsError("这个统一身份已经属于另一个账号。") from error

    def record_failure(self, account: str, *, limit: int, locked_until: datetime) -> Staff:
        """Count a failed sign-in; from the `limit`-th in a row on, lock the account until then. One statement, so that none is lost.

        A lock that has passed leaves the count: the next failure locks again.

        Raises:
            NotFoundError: there is no such account.
        """
        failures = staff.c.failed_attempts + 1
        until = sa.case((failures >= limit, sa.literal(locked_until, Moment)), else_=staff.c.locked_until)
        return self._update(account, {"failed_attempts": failures, "locked_until": until})

    def record_success(self, account: str) -> Staff:
        """Forget the failures and the lock.

        Raises:
            NotFoundError: there is no such account.
        """
        return self._update(account, {"failed_attempts": 0, "locked_until": None})

    def _update(self, account: str, values: dict[str, Any]) -> Staff:
        row = self._connection.execute(staff.update().where(staff.c.account == account).values(values).returning(*_STAFF)).one_or_none()
        if row is None:
            raise NotFoundError(f"没有账号“{account}”。")
        return _staff(row)

    def list(self) -> Sequence[Staff]:
        """All accounts, by account."""
        return [_staff(row) for row in self._connection.execute(sa.select(*_STAFF).order_by(staff.c.account))]

    def _one(self, condition: sa.ColumnElement[bool]) -> Staff | None:
        row = self._connection.execute(sa.select(*_STAFF).where(condition)).one_or_none()
        return None if row is None else _staff(row)


def _staff(row: Any) -> Staff:
    read = Staff(*row)
    return replace(read, roles=tuple(read.roles), departments=tuple(read.departments), regions=tuple(read.regions))
