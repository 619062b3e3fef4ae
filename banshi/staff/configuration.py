"""What sign-in is told: lengths of time, limits, the province's identity provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, get_args
from urllib.parse import urlsplit

from banshi.store.staff import Role

ROLES: Final[tuple[Role, ...]] = get_args(Role)


@dataclass(frozen=True)
class SignInSettings:
    """Settings of sign-in.

    Args:
        session_hours: a session ends so long after sign-in, whatever happens.
        idle_minutes: and so long after the last request.
        lock_after: wrong passwords in a row that lock an account name.
        lock_minutes: for how long.
        address_failures: failed sign-ins from one address within `lock_minutes` before it has to wait; an office may share one
            address, so this is higher than `lock_after`. 0 turns it off.
        public_url: address people type, such as https://banshi.example.gov.cn; when empty the Host header decides.
        cookie_secure: None derives it: secure when `public_url` or the request is https.
        oidc_issuer: issuer of the identity provider; empty turns it off.
        oidc_client_id: our name there.
        oidc_client_secret: empty for a public client.
        oidc_name: the provider's name on the button, in Chinese.
        oidc_roles_claim: claim with groups or roles, dots lead into objects (realm_access.roles); empty: only accounts that an
            administrator linked may enter.
        oidc_roles: value of that claim → role of ours.
        oidc_departments_claim: claim with the departments of a person; empty: accounts made at the first sign-in are for all of them.
        oidc_regions_claim: claim with region codes, likewise.

    Raises:
        ValueError: settings contradict each other; the message says which to set.
    """

    session_hours: float = 12
    idle_minutes: float = 60
    lock_after: int = 5
    lock_minutes: float = 15
    address_failures: int = 30
    public_url: str = ""
    cookie_secure: bool | None = None
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = "统一身份认证"
    oidc_roles_claim: str = ""
    oidc_roles: Mapping[str, Role] = field(default_factory=dict)
    oidc_departments_claim: str = ""
    oidc_regions_claim: str = ""

    def __post_init__(self) -> None:
        """Check what would otherwise fail in front of people."""
        if min(self.session_hours, self.idle_minutes, self.lock_after, self.lock_minutes) <= 0:
            raise ValueError("session_hours, idle_minutes, lock_after and lock_minutes must be above 0.")
        if self.public_url and not _is_origin(self.public_url):
            raise ValueError(
                f"public_url must be an address without a path, such as https://banshi.example.gov.cn, not {self.public_url!r}."
            )
        if self.oidc_issuer and not (self.oidc_client_id and self.public_url):
            raise ValueError("oidc_issuer needs oidc_client_id and public_url: the provider sends people back to public_url.")
        if self.oidc_issuer and not is_protected(self.oidc_issuer):
            raise ValueError(f"oidc_issuer must begin with https:// (http:// only on loopback), not {self.oidc_issuer!r}.")
        if self.oidc_roles_claim and not self.oidc_roles:
            raise ValueError("oidc_roles_claim needs oidc_roles, which maps the claim's values to roles.")
        if unknown := sorted(set(self.oidc_roles.values()) - set(ROLES)):
            raise ValueError(f"oidc_roles leads to unknown roles {unknown}. Roles: {', '.join(ROLES)}.")

    def subject(self, subject: str) -> str:
        """The identity as stored: the provider's id of a person means nothing without the provider (OpenID Connect Core, 2)."""
        return f"{self.oidc_issuer} {subject}"


def is_protected(url: str) -> bool:
    """Whether what is sent to the address cannot be read on the way: https, or this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))


def _is_origin(url: str) -> bool:
    parts = urlsplit(url)
    return (
        parts.scheme in ("http", "https") and bool(parts.netloc) and parts.path in ("", "/") and not parts.query and "@" not in parts.netloc
    )
