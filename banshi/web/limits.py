"""Bounds on what comes in, before anything looks at it: size of the body, messages a minute."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from banshi.desk.attempts import SlidingWindow
from banshi.web.partners import PARTNER

TOO_LARGE = "发来的内容太长了，请用几句话说说要办的事。"
TOO_LARGE_FILE = "文件或内容太大了，请拆成几个分批提交。"
TOO_MANY = "您发得太快了，请过一分钟再试。"

_UPLOAD = "/api/v1/studio/imports"
_FORM = 10_000
"""Bytes that a form needs around a file."""
_LARGEST_RECORD = 2_000_000


class Limits:
    """ASGI middleware.

    Args:
        app: what is protected.
        max_body: bytes; the actions' own route is not limited, since Rasa sends whole conversations there.
        max_upload: bytes of an imported file.
        per_minute: requests a minute from one address; 0 turns it off.
    """

    def __init__(self, app: ASGIApp, *, max_body: int, max_upload: int, per_minute: int) -> None:
        self._app, self._max_body, self._max_upload = app, max_body, max_upload
        self._window = SlidingWindow(per_minute, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer 413 or 429 in a sentence."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        client = scope["client"][0] if scope.get("client") else "unknown"
        now = time.monotonic()
        path: str = scope["path"]
        # A call centre stands behind one address, and each of its pages asks several times a minute; without a sign-in, whose failures
        # are counted on their own, nothing is done there. Systems that call back have much to tell, and without a signature tell nothing.
        # A partner has a quota of its own.
        if not path.startswith(("/api/v1/desk/", "/api/v1/callbacks/")) and PARTNER not in scope:
            if self._window.full(client, now):
                await _refuse(send, 429, TOO_MANY)
                return
            self._window.count(client, now)
        # Editors sign in before anything of theirs is looked at, and a long guide is larger than a citizen's message.
        staff = path.startswith("/api/v1/studio/")
        largest = self._max_upload + _FORM if path == _UPLOAD else _LARGEST_RECORD if staff else self._max_body
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > largest:
                await _refuse(send, 413, TOO_LARGE_FILE if staff else TOO_LARGE)
                return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"detail": sentence}, ensure_ascii=False).encode()
    headers: list[Any] = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
