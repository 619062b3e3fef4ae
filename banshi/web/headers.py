"""What every response says to the browser, and the pages themselves: citizens' and the two consoles'."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from banshi.web.compression import compressed_file, depends_on_encoding

STATIC = Path(__file__).resolve().parent / "static"
"""Where `make setup` puts the built pages."""
PLACEHOLDER = "__CSP_NONCE__"
"""Stands in the built pages where the response's nonce goes."""
NOT_BUILT = "The pages are not built yet. Run make setup."

_EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
}
# Nothing but a page of ours may load anything; a JSON answer opened as a page stays text.
_NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def citizen_policy(frame_ancestors: Iterable[str] = ()) -> str:
    """Content security policy of the citizens' page.

    Args:
        frame_ancestors: origins that may embed it, those of 吉事办; none when empty.
    """
    embedding = " ".join(frame_ancestors) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        f"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {embedding}"
    )


def console_policy(nonce: str) -> str:
    """Content security policy of the consoles.

    Their component library puts style tags into the page, which carry the nonce, and style attributes, which cannot.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """ASGI middleware: adds to every response what it does not say itself.

    Args:
        app: what is protected.
        citizen_paths: paths of the citizens' page, which other sites may embed.
        frame_ancestors: origins that may do so.
        https: the public address is https: browsers are told never to use another.
        unprotected: path prefixes that keep their own policy, such as FastAPI's documentation pages in development.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        citizen_paths: Iterable[str] = ("/", "/index.html", "/citizen/"),
        frame_ancestors: Iterable[str] = (),
        https: bool = False,
        unprotected: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._citizen_paths = frozenset(citizen_paths)
        self._citizen_policy = citizen_policy(frame_ancestors)
        self._https = https
        self._unprotected = tuple(unprotected)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), path)
            await send(message)

        await self._app(scope, receive, answer)

    def _complete(self, headers: MutableHeaders, path: str) -> None:
        for name, value in _EVERYWHERE.items():
            headers.setdefault(name, value)
        if self._https:
            headers.setdefault("strict-transport-security", "max-age=31536000")
        citizen = path in self._citizen_paths
        if not (self._unprotected and path.startswith(self._unprotected)):
            headers.setdefault("content-security-policy", self._citizen_policy if citizen else _NO_PAGE)
        if not citizen:
            # For browsers that do not know frame-ancestors; a list of origins cannot be said this way.
            headers.setdefault("x-frame-options", "DENY")
            headers.setdefault("cross-origin-opener-policy", "same-origin")
            headers.setdefault("cross-origin-resource-policy", "same-origin")
        if path.startswith("/api/"):
            # Answers hold what a shared computer must not keep.
            headers.setdefault("cache-control", "no-store")


def pages(static: Path = STATIC, *, nonce: Callable[[int], str] = secrets.token_urlsafe) -> APIRouter:
    """Serve the citizens' page, the consoles and their assets.

    Args:
        static: folder with `studio/index.html`, `desk/index.html` and `assets/`, and `citizen/` with its own `index.html`, `embed.js` and
            `assets/`.
        nonce: makes random text of so many bytes; a fresh one goes into each page and its policy.
    """
    router = APIRouter(include_in_schema=False)
    assets = _Assets(static / "assets")

    def console(face: str) -> None:
        @router.api_route(f"/{face}", methods=["GET", "HEAD"])
        def without_slash() -> RedirectResponse:
            return RedirectResponse(f"/{face}/", 308)

        @router.api_route(f"/{face}/", methods=["GET", "HEAD"])
        def page() -> Response:
            return _console(static / face / "index.html", nonce(18))

    console("studio")
    console("desk")
    _citizens(router, static / "citizen")
    router.mount("/assets", assets)
    return router


def _citizens(router: APIRouter, folder: Path) -> None:
    @router.api_route("/", methods=["GET", "HEAD"])
    @router.api_route("/index.html", methods=["GET", "HEAD"])
    @router.api_route("/citizen/", methods=["GET", "HEAD"])
    def page(request: Request) -> Response:
        # The policy comes from the middleware, which knows who may embed the page.
        return _file(request, folder / "index.html", {"cache-control": "no-cache"})

    @router.api_route("/citizen", methods=["GET", "HEAD"])
    def without_slash() -> RedirectResponse:
        return RedirectResponse("/citizen/", 308)

    @router.api_route("/citizen/embed.js", methods=["GET", "HEAD"])
    def embed(request: Request) -> Response:
        # Pages of other sites load it, by a name that stays when its content changes.
        return _file(request, folder / "embed.js", {"cache-control": "no-cache", "cross-origin-resource-policy": "cross-origin"})

    router.mount("/citizen/assets", _Assets(folder / "assets"))


def _file(request: Request, path: Path, headers: dict[str, str]) -> Response:
    if not path.is_file():
        return PlainTextResponse(NOT_BUILT, 503)
    response = compressed_file(path, path.stat(), request.scope) or depends_on_encoding(path, FileResponse(path))
    response.headers.update(headers)
    return response


def _console(index: Path, nonce: str) -> Response:
    try:
        text = index.read_text(encoding="utf-8")
    except FileNotFoundError:
        return PlainTextResponse(NOT_BUILT, 503)
    return HTMLResponse(
        text.replace(PLACEHOLDER, nonce),
        headers={"content-security-policy": console_policy(nonce), "cache-control": "no-store"},
    )


class _Assets(StaticFiles):
    """Files with a hash of their content in the name: what was fetched once never changes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._folder.is_dir():
            await PlainTextResponse(NOT_BUILT, 503)(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        path = Path(full_path)
        if status_code == 200 and (compressed := compressed_file(path, stat_result, scope)) is not None:
            return compressed
        return depends_on_encoding(path, super().file_response(full_path, stat_result, scope, status_code))

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            # Answered here: a page built since this one was loaded asks for files that are gone.
            return PlainTextResponse("Not found.", 404, {"cache-control": "no-store"})
        if response.status_code in (200, 206, 304):
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
