"""Who may call a route: the session behind a request, and types by which routes say whom they are for.

A route asks for the person it needs, and every check (session, CSRF, password due, role) has happened before its first line:

    @router.put("/studio/records/{kind}/{key}")
    def save(change: Change, editor: EditorDep) -> Record: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import Depends, HTTPException, Request, Response

from banshi.desk.attempts import SlidingWindow
from banshi.staff.accounts import Accounts
from banshi.staff.configuration import SignInSettings
from banshi.staff.errors import LockedError, NotAllowedError, NotSignedInError, TooManyAttemptsError
from banshi.staff.identities import IdentitySignIn
from banshi.staff.oidc import Provider
from banshi.staff.passwords import Passwords
from banshi.staff.permissions import Parents, may, no_parents
from banshi.staff.sessions import Opened, Sessions, SignedIn, check_csrf
from banshi.staff.sign_in import SignIn
from banshi.store.staff import Staff

COOKIE = "banshi_staff"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class StaffAccess:
    """What these routes need; kept in `app.state.staff`. Made by `staff_access`."""

    settings: SignInSettings
    sessions: Sessions
    sign_in: SignIn
    identities: IdentitySignIn
    accounts: Accounts
    provider: Provider | None
    failures: SlidingWindow
    now: Callable[[], datetime]
    parents: Parents

    def may(self, staff: Staff, action: str, *, department: str | None = None, region: str | None = None) -> bool:
        """`permissions.may` with this province's tree of regions."""
        return may(staff, action, department=department, region=region, parents=self.parents)


def staff_access(
    database: sa.Engine,
    settings: SignInSettings,
    *,
    now: Callable[[], datetime],
    parents: Parents = no_parents,
    passwords: Passwords | None = None,
) -> StaffAccess:
    """Put sign-in together.

    Args:
        database: the database.
        settings: settings.
        now: the clock, with the time zone people read times in.
        parents: region code → code of the region above.
        passwords: hashing, argon2's defaults when not given.
    """
    passwords = passwords or Passwords()
    sessions = Sessions(database, settings, now=now)
    return StaffAccess(
        settings=settings,
        sessions=sessions,
        sign_in=SignIn(database, settings, passwords, sessions, now=now),
        identities=IdentitySignIn(database, settings, sessions, now=now),
        accounts=Accounts(database, passwords, now=now, parents=parents),
        provider=Provider(settings, now=now) if settings.oidc_issuer else None,
        failures=SlidingWindow(settings.address_failures, settings.lock_minutes * 60),
        now=now,
        parents=parents,
    )


def _access(request: Request) -> StaffAccess:
    access: StaffAccess = request.app.state.staff
    return access


AccessDep = Annotated[StaffAccess, Depends(_access)]


def from_our_pages(request: Request, access: AccessDep) -> None:
    """Refuse changes that a page of another site asks the browser for. Programs that are no browsers send neither header."""
    site, origin = request.headers.get("sec-fetch-site", "same-origin"), request.headers.get("origin")
    own, asked = urlsplit(access.settings.public_url), f"{request.url.scheme}://{request.headers.get('host', '')}"
    if request.method in _SAFE or (site == "same-origin" and origin is None):
        return
    if own.netloc:
        ours = origin in (f"{own.scheme}://{own.netloc}", asked)
    else:  # behind a proxy that ends https only the host is certain
        ours = origin is not None and urlsplit(origin).netloc == urlsplit(asked).netloc
    if site != "same-origin" or not ours:
        raise HTTPException(403, "这个请求不是从本系统的页面发出的，已经拒绝。请从本系统的页面操作。")


def _signed_in(request: Request, access: AccessDep, _: Annotated[None, Depends(from_our_pages)]) -> SignedIn:
    signed_in = access.sessions.find(request.cookies.get(COOKIE))
    if signed_in is None:
        raise HTTPException(401, "请先登录。")
    if request.method not in _SAFE:
        try:
            check_csrf(signed_in.session, request.headers.get(CSRF_HEADER))
        except NotAllowedError as error:
            raise HTTPException(403, error.detail) from error
    return signed_in


SessionDep = Annotated[SignedIn, Depends(_signed_in)]
"""Somebody signed in, even if their password is due. For the few routes that lead out of that state."""


def _staff(signed_in: SessionDep) -> Staff:
    if signed_in.must_change:
        raise HTTPException(403, "请先修改密码：现在用的是一次性密码。")
    return signed_in.staff


StaffDep = Annotated[Staff, Depends(_staff)]
"""Anybody of the staff."""


def allowed_to(*actions: str) -> Callable[[Staff], Staff]:
    """A dependency: somebody with a role for one of the actions. Scope is checked where the thing is known, with `AccessDep.may`."""

    def check(staff: StaffDep) -> Staff:
        if not any(may(staff, action) for action in actions):
            raise HTTPException(403, "您的角色不能进行这项操作。")
        return staff

    return check


OperatorDep = Annotated[Staff, Depends(allowed_to("desk.work", "desk.supervise"))]
"""Somebody at the operators' desk, or who supervises it."""
StudioDep = Annotated[Staff, Depends(allowed_to("studio.read"))]
EditorDep = Annotated[Staff, Depends(allowed_to("knowledge.edit"))]
ReviewerDep = Annotated[Staff, Depends(allowed_to("knowledge.review"))]
AdminDep = Annotated[Staff, Depends(allowed_to("staff.manage"))]


def address_of(request: Request) -> str:
    """Where a request comes from. Behind a proxy the server must be told to trust its header, or everybody is one address."""
    return request.client.host if request.client else "unknown"


@contextmanager
def attempts_from(request: Request, access: StaffAccess) -> Iterator[str]:
    """Around a sign-in: counts failures of an address, and lets none in that has had too many.

    Raises:
        TooManyAttemptsError: before anything is looked at, so that a flood fills neither the processor nor the ledger.
    """
    address, now = address_of(request), access.now().timestamp()
    if access.failures.full(address, now):
        raise TooManyAttemptsError("这个网络地址登录失败的次数太多，请过一会儿再试。")
    try:
        yield address
    except (NotSignedInError, NotAllowedError, LockedError):
        access.failures.count(address, now)
        raise


def set_session_cookie(response: Response, opened: Opened, request: Request, access: StaffAccess) -> None:
    """Give the browser its token. Without an age the cookie goes with the browser's window, as shared desks need."""
    response.set_cookie(COOKIE, opened.token, path="/", httponly=True, samesite="strict", secure=is_secure(request, access))


def is_secure(request: Request, access: StaffAccess) -> bool:
    """Whether cookies may only travel over https."""
    told = access.settings.cookie_secure
    return told if told is not None else "https" in (urlsplit(access.settings.public_url).scheme, request.url.scheme)
