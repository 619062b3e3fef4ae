"""Sign-in through the province's identity provider: two addresses that the browser itself opens, so refusals are small pages."""

from __future__ import annotations

import asyncio
import html
from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from banshi.staff.errors import NoProviderError, NotAllowedError, NotSignedInError, ProviderError, StaffError, TooManyAttemptsError
from banshi.staff.oidc import Flow
from banshi.web.staff_access import COOKIE, AccessDep, StaffAccess, attempts_from, is_secure, set_session_cookie

FLOW_COOKIE = "banshi_oidc"
_PATH = "/api/v1/staff/oidc"
_SECONDS = 600
_STATUS: dict[type[StaffError], int] = {
    NotSignedInError: 401,
    NotAllowedError: 403,
    NoProviderError: 404,
    TooManyAttemptsError: 429,
    ProviderError: 503,
}


async def start(request: Request, access: AccessDep, face: Literal["studio", "desk"] = "studio") -> Response:
    """Send the browser to the provider."""
    try:
        if access.provider is None:
            raise NoProviderError("没有配置统一身份认证，请用账号和密码登录。")
        url, flow = await access.provider.start(face)
    except (ProviderError, NoProviderError) as error:
        return _page(error, face)
    response = RedirectResponse(url, 303)
    # Lax, not strict: the provider sends the browser back, and that navigation begins on another site.
    secure = is_secure(request, access)
    response.set_cookie(FLOW_COOKIE, flow.cookie(), max_age=_SECONDS, path=_PATH, httponly=True, samesite="lax", secure=secure)
    return response


async def callback(
    request: Request,
    access: AccessDep,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    iss: Annotated[str, Query(max_length=500)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Where the provider sends the browser back."""
    flow = Flow.from_cookie(request.cookies.get(FLOW_COOKIE, ""))
    face = flow.face if flow and flow.face in ("studio", "desk") else "studio"
    try:
        response = await _finish(request, access, flow, face, state=state, code=code, issuer=iss, error=error)
    except StaffError as refusal:
        response = _page(refusal, face)
    response.delete_cookie(FLOW_COOKIE, path=_PATH, httponly=True, samesite="lax")
    return response


async def _finish(
    request: Request, access: StaffAccess, flow: Flow | None, face: str, *, state: str, code: str, issuer: str, error: str
) -> Response:
    if access.provider is None:
        raise NoProviderError("没有配置统一身份认证，请用账号和密码登录。")
    with attempts_from(request, access) as address:
        try:
            identity = await access.provider.finish(flow, state=state, code=code, issuer=issuer, error=error)
        except NotSignedInError as refusal:
            await asyncio.to_thread(access.identities.refused, refusal.detail, address=address)
            raise
        opened = await asyncio.to_thread(access.identities.open, identity, address=address, former=request.cookies.get(COOKIE))
    response = RedirectResponse(f"/{face}/", 303)
    set_session_cookie(response, opened, request, access)
    return response


def _page(refusal: StaffError, face: str) -> HTMLResponse:
    return HTMLResponse(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>登录没有成功</title><h1>登录没有成功</h1><p role="alert">{html.escape(refusal.detail)}</p>'
        f'<p><a href="/{face}/">返回登录页</a></p></html>',
        _STATUS[type(refusal)],
    )
