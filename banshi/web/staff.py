"""Sign-in of staff over HTTP, and accounts for administrators."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from banshi.staff import errors
from banshi.staff.passwords import one_time_password
from banshi.staff.sessions import SignedIn
from banshi.store.staff import Staff, StaffChanges
from banshi.web import staff_oidc
from banshi.web.staff_access import (
    COOKIE,
    AccessDep,
    AdminDep,
    SessionDep,
    StaffAccess,
    address_of,
    attempts_from,
    from_our_pages,
    set_session_cookie,
)

STATUS: dict[type[errors.StaffError], int] = {
    errors.NotSignedInError: 401,
    errors.NotAllowedError: 403,
    errors.UnknownAccountError: 404,
    errors.ConflictError: 409,
    errors.InvalidError: 422,
    errors.WeakPasswordError: 422,
    errors.LockedError: 423,
    errors.TooManyAttemptsError: 429,
    errors.ProviderError: 503,
}


class _StaffRoute(APIRoute):
    """Answers refusals of `banshi.staff` with their status and sentence."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except errors.StaffError as error:
                more = {"until": error.until.isoformat()} if isinstance(error, errors.LockedError) else {}
                return JSONResponse({"detail": error.detail, **more}, STATUS[type(error)])

        return handle


router = APIRouter(prefix="/api/v1/staff", tags=["staff"], route_class=_StaffRoute)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


_Scopes = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=200)]
_Roles = Annotated[list[Literal["operator", "editor", "reviewer", "admin"]], Field(min_length=1, max_length=4)]


class SignInRequest(_Body):
    """Account and password."""

    account: str = Field(max_length=100)
    password: str = Field(max_length=1000)


class PasswordRequest(_Body):
    """A new password."""

    old: str = Field(max_length=1000)
    new: str = Field(max_length=1000)


class AccountRequest(_Body):
    """A new account; with `oidc_subject` it has no local password."""

    account: str = Field(max_length=100)
    name: str = Field(max_length=60)
    roles: _Roles
    departments: _Scopes = []
    regions: _Scopes = []
    oidc_subject: str | None = Field(default=None, min_length=1, max_length=255)


class AccountChange(_Body):
    """What changes; fields left out stay."""

    name: str = Field(default="", max_length=60)
    roles: _Roles = ["operator"]
    departments: _Scopes = []
    regions: _Scopes = []
    disabled: bool = False
    oidc_subject: str | None = Field(default=None, min_length=1, max_length=255)
    reset_password: Literal[True] | None = None


class Me(BaseModel):
    """Who is signed in, and the token that goes with every change, in the header X-CSRF-Token."""

    account: str
    name: str
    roles: tuple[str, ...]
    departments: tuple[str, ...]
    regions: tuple[str, ...]
    csrf: str
    must_change: bool = Field(description="only /staff/password and /staff/me answer before the password is changed")

    @classmethod
    def of(cls, signed_in: SignedIn) -> Me:
        """For the page."""
        staff = signed_in.staff
        return cls(
            account=staff.account,
            name=staff.name,
            roles=staff.roles,
            departments=staff.departments,
            regions=staff.regions,
            csrf=signed_in.session.csrf,
            must_change=signed_in.must_change,
        )


class AccountRow(BaseModel):
    """One account as administrators see it."""

    account: str
    name: str
    roles: tuple[str, ...]
    departments: tuple[str, ...]
    regions: tuple[str, ...]
    disabled: bool
    locked_until: datetime | None
    last_seen: datetime | None
    oidc_subject: str | None
    has_password: bool
    password: str | None = Field(default=None, description="a one-time password just made; it cannot be shown again")


class AccountRows(BaseModel):
    """All accounts."""

    rows: list[AccountRow]


@router.post(
    "/sign-in", dependencies=[Depends(from_our_pages)], responses={401: {}, 423: {"description": "locked, `until` says until when"}}
)
def sign_in(given: SignInRequest, request: Request, response: Response, access: AccessDep) -> Me:
    """Sign in with account and password."""
    with attempts_from(request, access) as address:
        opened = access.sign_in.open(given.account, given.password, address=address, former=request.cookies.get(COOKIE))
    set_session_cookie(response, opened, request, access)
    return Me.of(opened.signed_in)


@router.post("/sign-out", status_code=204)
def sign_out(signed_in: SessionDep, request: Request, response: Response, access: AccessDep) -> None:
    """End this session."""
    access.sign_in.close(signed_in, request.cookies[COOKIE])
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


@router.get("/me")
def me(signed_in: SessionDep) -> Me:
    """Who is signed in."""
    return Me.of(signed_in)


@router.post("/password")
def change_password(given: PasswordRequest, signed_in: SessionDep, request: Request, response: Response, access: AccessDep) -> Me:
    """Choose a new password; every other session of the account ends, this one goes on under a new token."""
    opened = access.sign_in.change_password(signed_in, given.old, given.new, address=address_of(request))
    set_session_cookie(response, opened, request, access)
    return Me.of(opened.signed_in)


@router.get("/options")
def options(access: AccessDep) -> dict[str, Any]:
    """How one can sign in."""
    return {"oidc": access.provider is not None, "oidc_name": access.settings.oidc_name if access.provider else ""}


@router.get("/accounts")
def accounts(_: AdminDep, access: AccessDep) -> AccountRows:
    """All accounts."""
    return AccountRows(rows=[_row(staff, access) for staff in access.accounts.list()])


@router.post("/accounts", status_code=201, responses={409: {"description": "the name or identity is taken"}})
def add_account(given: AccountRequest, admin: AdminDep, access: AccessDep) -> AccountRow:
    """Add an account; the answer is the only place its one-time password is ever shown."""
    password = None if given.oidc_subject else one_time_password()
    added = access.accounts.add(
        account=given.account,
        name=given.name,
        roles=given.roles,
        departments=given.departments,
        regions=given.regions,
        subject=_subject(given.oidc_subject, access),
        password=password,
        by=admin,
    )
    return _row(added, access, password)


@router.patch("/accounts/{account}", responses={404: {}, 409: {"description": "the last administrator, or an identity that is taken"}})
def change_account(account: str, given: AccountChange, admin: AdminDep, access: AccessDep) -> AccountRow:
    """Change an account; with `reset_password` the answer holds a one-time password."""
    changes = {field: getattr(given, field) for field in given.model_fields_set - {"reset_password"}}
    for field in ("roles", "departments", "regions"):
        if field in changes:
            changes[field] = tuple(changes[field])
    if "oidc_subject" in changes:
        changes["oidc_subject"] = _subject(given.oidc_subject, access)
    password = one_time_password() if given.reset_password else None
    changed = access.accounts.change(account, cast(StaffChanges, changes), one_time=password, by=admin)
    return _row(changed, access, password)


# Opened by the browser itself, not by a page's script.
_PAGES: dict[int | str, dict[str, Any]] = {status: {"content": {"text/html": {}}} for status in (401, 403, 404, 429, 503)}
router.add_api_route("/oidc/start", staff_oidc.start, status_code=303, response_class=RedirectResponse, responses=_PAGES)
router.add_api_route("/oidc/callback", staff_oidc.callback, status_code=303, response_class=RedirectResponse, responses=_PAGES)


def _subject(given: str | None, access: StaffAccess) -> str | None:
    if given is None:
        return None
    if access.provider is None:
        raise errors.ConflictError("还没有配置统一身份认证，不能关联身份。")
    return access.settings.subject(given)


def _row(staff: Staff, access: StaffAccess, password: str | None = None) -> AccountRow:
    return AccountRow(
        account=staff.account,
        name=staff.name,
        roles=staff.roles,
        departments=staff.departments,
        regions=staff.regions,
        disabled=staff.disabled,
        locked_until=staff.locked_until if staff.locked_until and staff.locked_until > access.now() else None,
        last_seen=staff.last_seen,
        oidc_subject=staff.oidc_subject,
        has_password=staff.password_hash is not None,
        password=password,
    )
