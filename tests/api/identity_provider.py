"""An identity provider of one's own: OpenID Connect over HTTP on loopback, with keys that change and tokens that lie when told to."""

from __future__ import annotations

import base64
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlencode

import httpx2
import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Form, Header
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.api.staff_rig import Browser, Rig

PUBLIC = "http://testserver"
Forge = Callable[[dict[str, Any], dict[str, Any]], str | None]
"""Gets header and claims of the token to be; changes them, or answers with a whole token of its own."""


class IdentityProvider:
    """The provider.

    Attributes:
        person: claims of whoever signs in next.
        forge: what happens to the next tokens.
        now: the clock tokens are dated by.
        requests: paths that were asked for.
    """

    client_id, client_secret = "banshi", "the client's secret"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.person: dict[str, Any] = {"sub": "S-0001", "name": "周静", "preferred_username": "Zhou.Jing"}
        self.forge: Forge | None = None
        self.requests: list[str] = []
        self.refuses = False
        self.metadata: dict[str, Any] = {}
        self.key = self._new_key()
        self.published = [self.key]
        self._codes: dict[str, dict[str, str]] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{port}/realms/jilin"
        self._server = uvicorn.Server(uvicorn.Config(self._app(), host="127.0.0.1", port=port, log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        until = time.monotonic() + 30
        while not self._server.started:
            assert time.monotonic() < until, "the identity provider did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Go away."""
        self._server.should_exit = True
        self._thread.join(10)

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is no longer published."""
        self.key = self._new_key()
        self.published = [self.key]

    @staticmethod
    def _new_key() -> RSAKey:
        return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.middleware("http")
        async def note(request: Any, call_next: Any) -> Any:
            self.requests.append(request.url.path.rsplit("/", 1)[-1])
            return await call_next(request)

        @app.get("/realms/jilin/.well-known/openid-configuration")
        def discover() -> dict[str, Any]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "none"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            } | self.metadata

        @app.get("/realms/jilin/keys")
        def keys() -> dict[str, Any]:
            # Beside ours a key of a kind nobody here knows, as a provider with SM2 publishes.
            return {
                "keys": [
                    *(key.as_dict(private=False) for key in self.published),
                    {"kty": "EC", "crv": "SM2", "kid": "sm2", "x": "AA", "y": "AA"},
                ]
            }

        @app.get("/realms/jilin/authorize")
        def authorize(
            client_id: str,
            redirect_uri: str,
            response_type: str,
            scope: str,
            state: str,
            nonce: str,
            code_challenge: str,
            code_challenge_method: str,
        ) -> RedirectResponse:
            assert (client_id, response_type, code_challenge_method) == (self.client_id, "code", "S256")
            assert "openid" in scope.split()
            if self.refuses:
                return RedirectResponse(f"{redirect_uri}?{urlencode({'error': 'access_denied', 'state': state})}", 302)
            code = secrets.token_urlsafe(16)
            self._codes[code] = {"redirect_uri": redirect_uri, "nonce": nonce, "challenge": code_challenge}
            return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state, 'iss': self.issuer})}", 302)

        @app.post("/realms/jilin/token")
        def token(
            grant_type: Annotated[str, Form()],
            code: Annotated[str, Form()],
            redirect_uri: Annotated[str, Form()],
            code_verifier: Annotated[str, Form()],
            authorization: Annotated[str, Header()],
        ) -> JSONResponse:
            expected = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
            issued = self._codes.pop(code, None)
            if (
                authorization != f"Basic {expected}"
                or grant_type != "authorization_code"
                or issued is None
                or issued["redirect_uri"] != redirect_uri
                or create_s256_code_challenge(code_verifier) != issued["challenge"]
            ):
                return JSONResponse({"error": "invalid_grant"}, 400)
            return JSONResponse(
                {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": self._id_token(issued["nonce"])}
            )

        return app

    def _id_token(self, nonce: str) -> str:
        moment = int(self.now().timestamp())
        header = {"alg": "RS256", "kid": self.key.kid}
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": moment, "exp": moment + 300, "nonce": nonce} | self.person
        forged = self.forge(header, claims) if self.forge else None
        return forged or jwt.encode(header, claims, self.key)


class Office:
    """Provider and server side by side, on one clock."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.provider = IdentityProvider(lambda: self.rig.clock())
        self.rig = Rig(
            folder,
            public_url=PUBLIC,
            oidc_issuer=self.provider.issuer,
            oidc_client_id=self.provider.client_id,
            oidc_client_secret=self.provider.client_secret,
            **settings,
        )
        self.provider.__enter__()

    def link(self, account: str, *roles: str, subject: str = "S-0001", **more: Any) -> None:
        given = {"password": None, "chosen_by_owner": False, **more}
        self.rig.add(account, *roles, subject=self.rig.settings.subject(subject), **given)

    def arrive(self, browser: Browser, face: str = "studio") -> str:
        """Leave for the provider and come back with its answer: the callback's path and query, not yet opened."""
        started = browser.get("/api/v1/staff/oidc/start", params={"face": face})
        assert started.status_code == 303, started.text
        answered = httpx2.get(started.headers["location"], trust_env=False)
        assert answered.status_code == 302, answered.text
        assert answered.headers["location"].startswith(f"{PUBLIC}/api/v1/staff/oidc/callback?")
        return answered.headers["location"].removeprefix(PUBLIC)

    def enter(self, browser: Browser, face: str = "studio") -> Any:
        return browser.get(self.arrive(browser, face))
