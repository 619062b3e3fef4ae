"""Who a citizen is: the platform (吉事办) signs a short token, this checks it with the platform's public keys.

Sources: RFC 7519 (JWT), RFC 7517 (JWK sets), RFC 8725 (what to refuse). A token says who, never what may be done.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "ES256")
"""Signatures with public keys only: neither `none` nor a secret shared with us, which would let us forge what we check."""
LEEWAY = 60
"""Seconds by which the platform's clock and ours may differ."""
REFETCH_AFTER = timedelta(minutes=1)
"""A token that names an unknown key makes us ask for the keys again, but not more often than this, whoever sends such tokens."""
KEPT_FOR = timedelta(hours=1)
"""Keys are asked for again after so long, so that one that was withdrawn stops being believed."""
_TIMEOUT_SECONDS = 5.0
_LONGEST = 8192
_SMALLEST_RSA = 2048
_HASH = re.compile(r"[0-9a-f]{64}")


class TokenRefusedError(ValueError):
    """The token proves nothing. The message names the reason for the log and holds nothing of the token."""


class IdentityUnavailableError(RuntimeError):
    """The platform's keys cannot be had just now. Says nothing about the token."""


@dataclass(frozen=True)
class Citizen:
    """Whom a valid token is about.

    Attributes:
        subject: SHA-256 over issuer and `sub`, in hex; the platform's own id goes no further.
        name: as the platform has it, may be empty. Shown masked only.
        identity: claim `identity_hash`, 64 hex digits: the platform's keyed hash of the identity number, the same by which application
            systems know their applicants. Empty when the token has none. The number itself never comes here.
    """

    subject: str
    name: str
    identity: str


class CitizenIdentity:
    """Checks tokens. Blocks while keys are fetched; call it in a worker thread.

    Args:
        issuer: claim `iss` must be this.
        audience: claim `aud` must be this, or a list that has it.
        jwks: address (https, or http on this machine) or file of the platform's JWK set.
        now: the clock, zone included.

    Raises:
        ValueError: an address that is not protected, or a setting is missing; the message says which.

    Example:
        >>> identity = CitizenIdentity("https://id.example.gov.cn", "banshi", "https://id.example.gov.cn/jwks", now=china_now)
        >>> identity.citizen(token).subject
    """

    def __init__(self, issuer: str, audience: str, jwks: str, *, now: Callable[[], datetime]) -> None:
        if not (issuer and audience and jwks):
            raise ValueError(
                "BANSHI_CITIZEN_ISSUER, BANSHI_CITIZEN_AUDIENCE and BANSHI_CITIZEN_JWKS belong together: set all of them, or none."
            )
        self._url = jwks if "://" in jwks else None
        if self._url is not None and not _is_protected(self._url):
            raise ValueError("BANSHI_CITIZEN_JWKS must be a file, an https address, or an http address on this machine.")
        self._issuer, self._audience, self._jwks, self._now = issuer, audience, jwks, now
        self._keys: dict[str | None, RSAKey | ECKey] = {}
        self._asked_at: datetime | None = None
        self._got_at: datetime | None = None
        self._lock = threading.Lock()

    def citizen(self, token: str) -> Citizen:
        """Whom a token is about.

        Raises:
            TokenRefusedError: it is forged, expired, or for somebody else.
            IdentityUnavailableError: its key is not known, and the keys cannot be fetched.
        """
        try:
            claims = self._claims(token)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            if isinstance(error, TokenRefusedError):
                raise
            raise TokenRefusedError(type(error).__name__) from error
        sub, name, identity = claims["sub"], claims.get("name"), claims.get("identity_hash")
        return Citizen(
            subject=sha256(f"{self._issuer}\0{sub}".encode()).hexdigest(),
            name=name.strip()[:60] if isinstance(name, str) else "",
            identity=identity if isinstance(identity, str) and _HASH.fullmatch(identity) else "",
        )

    def _claims(self, token: str) -> dict[str, Any]:
        header = _header(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise TokenRefusedError("signed by an algorithm that is not allowed")
        if "crit" in header:
            raise TokenRefusedError("asks for extensions that are not known here")
        if kid is not None and not isinstance(kid, str):
            raise TokenRefusedError("names a key that is no text")
        # Which key it is, we say: an address or a key in the token's own header is never looked at.
        key = self._key(kid)
        if not _fits(key, algorithm):
            raise TokenRefusedError("signed by an algorithm that is not its key's")
        claims: dict[str, Any] = jwt.decode(token, key, registry=JWSRegistry(algorithms=[algorithm], strict_check_header=False)).claims
        self._check(claims)
        return claims

    def _check(self, claims: dict[str, Any]) -> None:
        sub, audience = claims.get("sub"), claims.get("aud")
        if claims.get("iss") != self._issuer:
            raise TokenRefusedError("of another issuer")
        if audience != self._audience and not (isinstance(audience, list) and self._audience in audience):
            raise TokenRefusedError("for another audience")
        if not isinstance(sub, str) or not 0 < len(sub) <= 255:
            raise TokenRefusedError("without a subject")
        now = self._now().timestamp()
        if _moment(claims, "exp") + LEEWAY <= now:
            raise TokenRefusedError("expired")
        if _moment(claims, "iat") - LEEWAY > now or ("nbf" in claims and _moment(claims, "nbf") - LEEWAY > now):
            raise TokenRefusedError("from the future")

    def _key(self, kid: str | None) -> RSAKey | ECKey:
        now = self._now()
        if kid not in self._keys or self._got_at is None or now - self._got_at >= KEPT_FOR:
            with self._lock:  # one asks, the others wait for what it learns
                stale = self._got_at is None or now - self._got_at >= KEPT_FOR
                if (stale or kid not in self._keys) and (self._asked_at is None or now - self._asked_at >= REFETCH_AFTER):
                    self._asked_at = now
                    self._fetch(now)
        if kid in self._keys:
            return self._keys[kid]
        if not self._keys:
            raise IdentityUnavailableError("the platform's keys are not known")
        raise TokenRefusedError("signed by an unknown key")

    def _fetch(self, now: datetime) -> None:
        try:
            found = self._read()
        except (httpx2.HTTPError, OSError, ValueError) as error:
            # Keys that we have go on being believed: the platform being away is no reason to send citizens away.
            log.error("The citizens' keys cannot be had from %s: %s", self._jwks, error)
            return
        keys: dict[str | None, RSAKey | ECKey] = {}
        for one in found:
            key = _imported(one)
            if key is not None:
                keys[key.kid if isinstance(one.get("kid"), str) else None] = key
        # A token that names no key can only mean the only one.
        if len(keys) == 1:
            keys[None] = next(iter(keys.values()))
        elif None in keys:
            del keys[None]
        self._keys, self._got_at = keys, now

    def _read(self) -> list[Any]:
        if self._url is None:
            raw = json.loads(Path(self._jwks).read_text(encoding="utf-8"))
        else:
            with httpx2.Client(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
                response = client.get(self._url)
            response.raise_for_status()
            raw = response.json()
        keys = raw.get("keys") if isinstance(raw, dict) else None
        if not isinstance(keys, list):
            raise ValueError("it is not a JWK set")
        return keys


def masked_name(name: str) -> str:
    """A name as it is shown: 王小芳 → 王*芳, 王芳 → 王*; empty stays empty."""
    if len(name) <= 2:
        return f"{name[:-1]}*" if name else ""
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def _header(token: str) -> dict[str, Any]:
    if len(token) > _LONGEST or token.count(".") != 2:
        raise TokenRefusedError("not a signed token")
    header = json.loads(urlsafe_b64decode(token.split(".")[0].encode()))
    if not isinstance(header, dict):
        raise TokenRefusedError("without a header")
    return header


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefusedError(f"without {name}")
    return float(value)


def _imported(raw: Any) -> RSAKey | ECKey | None:
    """A public key for signatures; None for any other kind, which is left aside."""
    if not isinstance(raw, dict) or raw.get("use", "sig") != "sig" or raw.get("kty") not in ("RSA", "EC"):
        return None
    try:
        key = JWKRegistry.import_key(raw)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        log.warning("One of the citizens' keys cannot be used: %s", type(error).__name__)
        return None
    assert isinstance(key, RSAKey | ECKey)
    if isinstance(key, RSAKey) and key.public_key.key_size < _SMALLEST_RSA:
        log.warning("One of the citizens' keys is too short: %d bits.", key.public_key.key_size)
        return None
    return key


def _fits(key: RSAKey | ECKey, algorithm: str) -> bool:
    own = key.get("alg")
    if own is not None and own != algorithm:
        return False
    return isinstance(key, RSAKey) if algorithm == "RS256" else isinstance(key, ECKey) and key.curve_name == "P-256"


def _is_protected(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
