"""The province's identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

Sources: OpenID Connect Core 1.0 (3.1.2, 3.1.3.7), OpenID Connect Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry

from banshi.staff.configuration import SignInSettings, is_protected
from banshi.staff.errors import NotSignedInError, ProviderError
from banshi.store.staff import Role

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with public keys only: neither `none` nor a secret shared with us, which would let us forge what we check."""
SKEW_SECONDS = 60
_METADATA_HOURS = 1
_TIMEOUT_SECONDS = 5.0
_PATH = "/api/v1/staff/oidc/callback"


@dataclass(frozen=True)
class Flow:
    """One attempt, kept in the browser between leaving and coming back.

    Attributes:
        state: ties the answer to this browser.
        nonce: ties the token to this attempt.
        verifier: PKCE: ties the code to this attempt.
        face: where to go afterwards, studio or desk.
    """

    state: str
    nonce: str
    verifier: str
    face: str

    def cookie(self) -> str:
        """As a cookie value."""
        return ".".join((self.state, self.nonce, self.verifier, self.face))

    @classmethod
    def from_cookie(cls, value: str) -> Self | None:
        """Back from the cookie; None when it is not one of ours."""
        parts = value.split(".")
        return cls(*parts) if len(parts) == 4 and all(parts) else None


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is.

    Attributes:
        subject: the provider and its lasting id of the person, as `SignInSettings.subject` joins them.
        name: display name, may be empty.
        account: the provider's account name, may be empty.
        roles: our roles by the claim mapping; empty when there is none.
        departments: the scope by claims; None when the provider is not asked for it.
        regions: likewise.
    """

    subject: str
    name: str
    account: str
    roles: tuple[Role, ...]
    departments: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None


class Provider:
    """The identity provider. Keys and addresses are fetched when first needed, so that the server starts without it.

    Args:
        settings: with `oidc_issuer`.
        now: the clock.
        token: makes random text of so many bytes.
    """

    def __init__(
        self, settings: SignInSettings, *, now: Callable[[], datetime], token: Callable[[int], str] = secrets.token_urlsafe
    ) -> None:
        self._settings, self._now, self._token = settings, now, token
        self._redirect = settings.public_url.rstrip("/") + _PATH
        self._metadata: dict[str, Any] = {}
        self._keys: list[Key] = []
        self._fetched_at: datetime | None = None

    async def start(self, face: str) -> tuple[str, Flow]:
        """Where to send the browser, and what it keeps meanwhile.

        Raises:
            ProviderError: the provider is away.
        """
        metadata = await self._discover()
        flow = Flow(self._token(32), self._token(32), self._token(48), face)
        async with self._client(metadata) as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier
            )
        return str(url), flow

    async def finish(self, flow: Flow | None, *, state: str, code: str, issuer: str = "", error: str = "") -> Identity:
        """Turn what the browser brought back into a person.

        Args:
            flow: from the browser's cookie.
            state: query parameter of the same name.
            code: the authorization code.
            issuer: query parameter `iss`, when the provider sends it.
            error: query parameter `error`, such as access_denied.

        Raises:
            NotSignedInError: the answer belongs to no attempt of this browser, or the token is not valid.
            ProviderError: the provider is away.
        """
        if flow is None or not secrets.compare_digest(flow.state.encode(), state.encode()):
            raise NotSignedInError("这次登录已经过期，或不是从这个浏览器发起的，请重新登录。")
        if issuer and issuer != self._settings.oidc_issuer:
            raise NotSignedInError("返回的登录结果不是来自本系统的统一身份认证，已经拒绝。请重新登录。")
        if error or not code:
            log.info("The identity provider refused a sign-in: %s", error[:100])
            raise NotSignedInError("统一身份认证没有同意这次登录，请重试，或用本地账号登录。")
        metadata = await self._discover()
        try:
            async with self._client(metadata) as client:
                answer = await client.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=flow.verifier, grant_type="authorization_code"
                )
        except OAuthError as refused:
            log.warning("The identity provider refused the code: %s", refused.error)
            raise NotSignedInError("统一身份认证没有同意这次登录，请重试，或用本地账号登录。") from refused
        except (httpx2.HTTPError, ValueError) as away:
            raise self._away(away) from away
        try:
            claims = await self._claims(answer, flow.nonce, metadata)
        except httpx2.HTTPError as away:
            raise self._away(away) from away
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as forged:
            # The token itself is never logged.
            log.warning("An ID token was refused: %s", type(forged).__name__)
            raise NotSignedInError("统一身份认证返回的凭证没有通过校验，不能登录。请重试；仍不行请联系管理员。") from forged
        told = self._settings
        return Identity(
            subject=self._settings.subject(claims["sub"]),
            name=_text(claims.get("name"))[:60],
            account=_text(claims.get("preferred_username")),
            roles=tuple(dict.fromkeys(told.oidc_roles[one] for one in values_at(claims, told.oidc_roles_claim) if one in told.oidc_roles)),
            departments=values_at(claims, told.oidc_departments_claim) if told.oidc_departments_claim else None,
            regions=values_at(claims, told.oidc_regions_claim) if told.oidc_regions_claim else None,
        )

    async def _claims(self, answer: dict[str, Any], nonce: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Claims of a valid ID token. Signature first, then issuer, audience, times, nonce and the access token's hash."""
        told = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        allowed = [name for name in ALGORITHMS if name in told]
        if not allowed:  # an empty list would let the library's own defaults in
            raise ValueError("the provider offers no signature that is known here")
        registry = JWSRegistry(algorithms=allowed, strict_check_header=False)
        encoded = answer["id_token"]
        try:
            token = jwt.decode(encoded, KeySet(self._keys), registry=registry)
        except InvalidKeyIdError:
            # The provider has changed its keys since we asked: ask once more, then believe it.
            await self._fetch_keys(metadata)
            token = jwt.decode(encoded, KeySet(self._keys), registry=registry)
        required = {
            "iss": {"essential": True, "value": self._settings.oidc_issuer},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
        }
        expected = {"nonce": nonce, "client_id": self._settings.oidc_client_id, "access_token": answer.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, required, expected)
        claims.validate(now=int(self._now().timestamp()), leeway=SKEW_SECONDS)
        # The library compares lists by membership; an issuer or a subject is one string.
        if not all(isinstance(claims[name], str) and claims[name] for name in ("iss", "sub")) or len(claims["sub"]) > 255:
            raise ValueError("iss and sub are strings")
        return dict(claims)

    async def _discover(self) -> dict[str, Any]:
        now = self._now()
        if self._fetched_at is not None and now - self._fetched_at < timedelta(hours=_METADATA_HOURS):
            return self._metadata
        try:
            metadata = await self._get_json(self._settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration")
            if metadata.get("issuer") != self._settings.oidc_issuer:
                raise ValueError(f"issuer is {metadata.get('issuer')!r}, not {self._settings.oidc_issuer!r}")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not is_protected(_text(metadata.get(name))):
                    raise ValueError(f"{name} is not an https address")
            await self._fetch_keys(metadata)
        except (httpx2.HTTPError, ValueError) as error:
            raise self._away(error) from error
        self._metadata, self._fetched_at = metadata, now
        return metadata

    async def _fetch_keys(self, metadata: dict[str, Any]) -> None:
        keys: list[Key] = []
        for key in (await self._get_json(metadata["jwks_uri"])).get("keys", []):
            try:
                keys.append(JWKRegistry.import_key(key))
            except (JoseError, ValueError, TypeError, KeyError) as error:
                log.info("A key of the identity provider is of a kind unknown here: %s", type(error).__name__)
        self._keys = keys

    async def _get_json(self, url: str) -> dict[str, Any]:
        async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
            response = await client.get(url)
        response.raise_for_status()
        found = response.json()
        if not isinstance(found, dict):
            raise ValueError(f"{url} is not a JSON object")
        return found

    def _client(self, metadata: dict[str, Any]) -> Any:
        offered = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        secret = self._settings.oidc_client_secret
        method = "none" if not secret else "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        return AsyncOAuth2Client(
            self._settings.oidc_client_id,
            secret or None,
            token_endpoint_auth_method=method,
            scope="openid profile",
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )

    def _away(self, error: Exception) -> ProviderError:
        log.error("The identity provider %s does not answer as it should: %s", self._settings.oidc_issuer, error)
        return ProviderError(f"{self._settings.oidc_name}这会儿连不上，请稍后再试；有本地账号的可以用账号和密码登录。")


def values_at(claims: dict[str, Any], path: str) -> tuple[str, ...]:
    """Texts at a claim, whether it is one or a list.

    Args:
        claims: of the token.
        path: name of the claim; dots lead into objects, as in realm_access.roles.
    """
    value: Any = claims
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    given = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(one for one in given if isinstance(one, str) and one))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
