"""One line and one count for each request: which route, how it ended, how long it took; nothing of what was asked."""

from __future__ import annotations

import logging
import secrets
import time

from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from banshi.logs import REQUEST

log = logging.getLogger(__name__)

REQUESTS = Counter("banshi_http_requests_total", "Requests, by the route's template.", ["method", "route", "status"])
SECONDS = Histogram(
    "banshi_http_seconds", "From a request to the end of its answer, in seconds.", ["route"], buckets=(0.01, 0.05, 0.1, 0.5, 1, 3, 6, 15)
)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_UNKNOWN = "(none)"


class RequestLog:
    """ASGI middleware; the outermost, so that it sees what all others answer.

    Args:
        app: what is asked.
        lines: whether a line is written for each request; they are counted either way.
    """

    def __init__(self, app: ASGIApp, *, lines: bool) -> None:
        self._app, self._lines = app, lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and write down how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Made here, never taken over: what a stranger sends does not get into the log.
        identifier, began, status = secrets.token_hex(8), time.monotonic(), 500
        token = REQUEST.set(identifier)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = identifier
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            self._note(_template(scope), scope["method"], status, time.monotonic() - began)
            REQUEST.reset(token)

    def _note(self, route: str, method: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        REQUESTS.labels(method, route, status).inc()
        SECONDS.labels(route).observe(seconds)
        if self._lines:
            line = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            log.info("request", extra={"request_line": line})


def _template(scope: Scope) -> str:
    """The route as the code names it, /api/v1/chat/{conversation}/close, never the address that was asked for."""
    return str(getattr(scope.get("route"), "path", None) or _UNKNOWN)
