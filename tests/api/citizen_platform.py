"""The platform that names citizens: signs tokens and publishes its keys over HTTP on loopback, and lies when told to."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

ISSUER, AUDIENCE = "https://id.example.gov.cn", "banshi"


class Platform:
    """The platform.

    Attributes:
        published: the keys it shows.
        key: the one it signs with.
        fetches: how often its keys were asked for.
        broken: answers with an error while set.
    """

    def __init__(self, now: Any) -> None:
        self.now, self.fetches, self.broken = now, 0, False
        self.key: RSAKey | ECKey = rsa()
        self.published: list[RSAKey | ECKey] = [self.key]
        platform = self

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                platform.fetches += 1
                self.send_response(503 if platform.broken else 200)
                self.end_headers()
                self.wfile.write(b"" if platform.broken else platform.jwks().encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        self.url = f"http://127.0.0.1:{self._server.server_port}/jwks"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def jwks(self) -> str:
        """Its public keys."""
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.published]})

    def rotate(self, key: RSAKey | ECKey | None = None) -> None:
        """Sign with another key from now on; the old one is shown no more."""
        self.key = key or rsa()
        self.published = [self.key]

    def claims(self, sub: str = "person-1", **more: Any) -> dict[str, Any]:
        """Claims of a good token; None takes one away."""
        now: datetime = self.now()
        good = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sub,
            "name": "王小芳",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=10)).timestamp()),
        }
        return {name: value for name, value in {**good, **more}.items() if value is not None}

    def token(
        self, sub: str = "person-1", *, key: Any = None, alg: str | None = None, header: dict[str, Any] | None = None, **more: Any
    ) -> str:
        """A token; by default a good one."""
        own = key or self.key
        named = alg or ("RS256" if own.key_type == "RSA" else "ES256")
        fields = {"alg": named, "kid": self.key.kid, **(header or {})}
        fields = {name: value for name, value in fields.items() if value is not None}
        registry = JWSRegistry(algorithms=[named], strict_check_header=False)
        return jwt.encode(fields, self.claims(sub, **more), own, registry=registry)

    def confused(self) -> str:
        """Signed with the published key as if it were a shared secret: who takes the algorithm from the token believes it."""
        # By hand: the library refuses to forge it.
        head, claims = (_part({"alg": "HS256", "kid": self.key.kid}), _part(self.claims()))
        signature = hmac.digest(self.key.as_pem(private=False), f"{head}.{claims}".encode(), "sha256")
        return f"{head}.{claims}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    def unsigned(self) -> str:
        """With the algorithm none and no signature."""
        return f"{_part({'alg': 'none', 'kid': self.key.kid})}.{_part(self.claims())}."


def with_header(token: str, header: dict[str, Any]) -> str:
    """A token with another header over the same signature."""
    return f"{_part(header)}.{token.split('.', 1)[1]}"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def rsa(bits: int = 2048) -> RSAKey:
    """A fresh RSA key."""
    return RSAKey.generate_key(bits, {"kid": secrets.token_hex(4), "use": "sig"})


def ec(curve: str = "P-256") -> ECKey:
    """A fresh key on a curve."""
    return ECKey.generate_key(curve, {"kid": secrets.token_hex(4), "use": "sig"})
