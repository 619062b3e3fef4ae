"""Requests of other departments' agents: `Authorization: Bearer bk_…`, with a quota of their own in place of their address's.

Where the same request also carries a citizen's token in `Authorization`, the key comes as `X-Banshi-Key`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from banshi.desk.attempts import SlidingWindow
from banshi.partners.admission import Admission, Partners
from banshi.partners.keys import PREFIX

log = logging.getLogger(__name__)

PARTNER = "banshi_partner"
"""Entry of the scope that says which partner asks, once it is known."""
UNKNOWN_KEY = "接口密钥不对，或者已经停用。请核对密钥，或联系吉事办平台管理员。"
_END = "这把接口密钥不能用于“{end}”端，可用的是：{ends}。请联系吉事办平台管理员开通。"
_OVER_MINUTE = "这一分钟的调用次数已到上限（每分钟{limit}次），请{wait}秒后再试。"
_OVER_DAY = "今天的调用次数已到上限（每天{limit}次），明天零点恢复；需要提高请联系吉事办平台管理员。"
_STAFF = ("/api/v1/staff", "/api/v1/studio", "/api/v1/desk", "/api/v1/callbacks")
_FAILURES = 30
"""Wrong keys a minute from one address; further ones are not looked up."""


class PartnerAccess:
    """ASGI middleware. Requests without a key go on as they are.

    Args:
        app: what is asked.
        partners: who may ask.
    """

    def __init__(self, app: ASGIApp, *, partners: Partners) -> None:
        self._app, self._partners = app, partners
        self._failures = SlidingWindow(_FAILURES, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer 401, 403 or 429 in a sentence."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/v1/") or scope["path"].startswith(_STAFF):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = _key_in(headers)
        if key is None:
            await self._app(scope, receive, send)
            return
        address, now = (scope["client"] or ("unknown",))[0] if scope.get("client") else "unknown", time.monotonic()
        if self._failures.full(address, now):
            await _refuse(send, 401, UNKNOWN_KEY, [])
            return
        admission = await asyncio.to_thread(self._partners.admit, key, headers.get("x-banshi-end"))
        if admission.partner is None:
            self._failures.count(address, now)
            await _refuse(send, 401, UNKNOWN_KEY, [(b"www-authenticate", b"Bearer")])
        elif not admission.allowed:
            await _refuse(send, 403, _END.format(end=admission.end[:20], ends="、".join(admission.partner.ends)), [])
        elif admission.wait is not None:
            await _refuse(send, 429, _over(admission), [(b"retry-after", str(admission.wait).encode())])
        else:
            # The key ends here: what is behind reads citizens' tokens from the same header, and writes headers to no log.
            scope["headers"] = [(name, value) for name, value in scope["headers"] if not _holds_key(name, value)]
            scope[PARTNER] = admission.partner.id
            await self._app(scope, receive, send)


def _key_in(headers: Headers) -> str | None:
    if (own := headers.get("x-banshi-key")) is not None:
        return own.strip()
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip().startswith(PREFIX) else None


def _holds_key(name: bytes, value: bytes) -> bool:
    return name == b"x-banshi-key" or (name == b"authorization" and value.partition(b" ")[2].strip().startswith(PREFIX.encode()))


def _over(admission: Admission) -> str:
    assert admission.partner is not None
    if admission.over == "minute":
        return _OVER_MINUTE.format(limit=admission.partner.per_minute, wait=admission.wait)
    return _OVER_DAY.format(limit=admission.partner.per_day)


async def _refuse(send: Send, status: int, sentence: str, more: Iterable[tuple[bytes, bytes]]) -> None:
    body = json.dumps({"detail": sentence}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
