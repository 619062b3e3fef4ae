"""What goes out is compressed where that helps: files of the pages, once each, and JSON; never a stream of events.

A compressed file is a representation of its own (RFC 9110, 8.8.3): it has its own ETag, and Vary says what it depends on. Answers that
hold secrets of a session are left alone: their length must not tell anything about them (BREACH).
"""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 500
"""Bytes below which the saving is less than the header that tells of it."""
LEFT_ALONE = ("/api/v1/staff", "/api/v1/me", "/api/v1/studio/exports", "/api/v1/studio/template")
"""Sessions and persons; files that are compressed in themselves."""
_TEXT = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
_LEVEL_OF_JSON = 5
"""Made anew each time: the levels above cost more time than they save bytes."""


def accepts_gzip(accepted: str) -> bool:
    """Whether a header Accept-Encoding lets gzip through (RFC 9110, 12.5.3): named, or by *, and not at weight 0."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def compressed_file(path: Path, stat: os.stat_result, scope: Scope) -> Response | None:
    """A text file compressed, for who takes it so; None where the file itself is to be sent. Blocks at a file's first time.

    Args:
        path: the file.
        stat: as it is now; a file that was replaced is compressed again.
        scope: the request.
    """
    asked = Headers(scope=scope)
    kind = _TEXT.get(path.suffix)
    if kind is None or stat.st_size < SMALLEST or "range" in asked or not accepts_gzip(asked.get("accept-encoding", "")):
        return None
    body, etag = _compressed(path, stat.st_mtime_ns, stat.st_size)
    headers = {"etag": etag, "vary": "Accept-Encoding", "content-type": kind}
    known = [tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")]
    if etag in known or known == ["*"]:
        return Response(status_code=304, headers={name: headers[name] for name in ("etag", "vary")})
    headers |= {"content-encoding": "gzip", "content-length": str(len(body))}
    return Response(b"" if scope["method"] == "HEAD" else body, headers=headers)


def depends_on_encoding(path: Path, response: Response) -> Response:
    """The file as it is, saying to caches that others may be sent another form of it."""
    if path.suffix in _TEXT:
        MutableHeaders(raw=response.raw_headers).add_vary_header("Accept-Encoding")
    return response


@lru_cache(maxsize=256)
def _compressed(path: Path, modified: int, size: int) -> tuple[bytes, str]:
    body = gzip.compress(path.read_bytes(), 9, mtime=0)
    return body, f'"{sha256(body).hexdigest()[:24]}-gzip"'


class CompressedJson:
    """ASGI middleware: compresses what the API answers, a stream of events excepted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(
            app, SMALLEST, _LEVEL_OF_JSON, exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, compressed or not."""
        path: str = scope.get("path", "")
        wanted = scope["type"] == "http" and path.startswith("/api/") and not path.startswith(LEFT_ALONE)
        if wanted and accepts_gzip(Headers(scope=scope).get("accept-encoding", "")):
            await self._compressing(scope, receive, send)
        else:
            await self._app(scope, receive, send)
