"""Tokens and keys of the identity provider: what is not in order opens nothing, and changed keys are followed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.api.identity_provider import Forge, IdentityProvider, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.provider.stop()


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header | {'alg': 'none'})}.{part(claims)}."


def without(name: str) -> Forge:
    def forge(_: dict[str, Any], claims: dict[str, Any]) -> None:
        del claims[name]

    return forge


def with_claims(**changes: Any) -> Forge:
    def forge(_: dict[str, Any], claims: dict[str, Any]) -> None:
        claims.update({name: value(claims) if callable(value) else value for name, value in changes.items()})

    return forge


def other_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return jwt.encode(header, claims, RSAKey.generate_key(2048, {"kid": header["kid"]}))


def unknown_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return jwt.encode(header | {"kid": "unknown"}, claims, RSAKey.generate_key(2048))


def client_secret_as_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return jwt.encode(header | {"alg": "HS256"}, claims, OctKey.import_key(IdentityProvider.client_secret.ljust(32)), algorithms=["HS256"])


def changed_after_signing(header: dict[str, Any], claims: dict[str, Any]) -> str:
    head, body, signature = other_key(header, claims).split(".")
    return f"{head}.{body[:-4]}AAAA.{signature}"


FORGERIES: dict[str, Forge] = {
    "no signature": unsigned,
    "signed with another key": other_key,
    "signed with an unknown key": unknown_key,
    "signed with the client's secret": client_secret_as_key,
    "changed after signing": changed_after_signing,
    "no token at all": lambda *_: "nothing",
    "expired": with_claims(exp=lambda claims: claims["iat"] - 61),
    "never expires": without("exp"),
    "expires at no number": with_claims(exp="tomorrow"),
    "from the future": with_claims(iat=lambda claims: claims["iat"] + 120),
    "not valid yet": with_claims(nbf=lambda claims: claims["iat"] + 120),
    "for another client": with_claims(aud="somebody-else"),
    "for another client, issued to us": with_claims(aud="somebody-else", azp="banshi"),
    "for several clients, issued to another": with_claims(aud=["banshi", "somebody-else"], azp="somebody-else"),
    "for several clients, issued to nobody": with_claims(aud=["banshi", "somebody-else"]),
    "for nobody": without("aud"),
    "by another issuer": with_claims(iss="https://evil.example"),
    "by several issuers": with_claims(iss=lambda claims: [claims["iss"], "https://evil.example"]),
    "of another attempt": with_claims(nonce="another"),
    "of no attempt": without("nonce"),
    "about nobody": without("sub"),
    "about an empty subject": with_claims(sub=""),
    "about a number": with_claims(sub=1),
    "about several people": with_claims(sub=["S-0001"]),
    "with another access token": with_claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_token_that_is_not_in_order_opens_nothing(office: Office, forge: Forge) -> None:
    office.link("zhou.jing", "editor")
    office.provider.forge = forge
    browser = office.rig.browser()
    refused = office.enter(browser)
    assert refused.status_code == 401 and "没有通过校验" in refused.text
    assert not browser.is_in() and "banshi_staff" not in refused.headers["set-cookie"]
    assert [entry.detail["by"] for entry in office.rig.ledger("sign-in-refused")] == ["oidc"]
    office.provider.forge = None
    assert office.enter(browser).status_code == 303


@pytest.mark.parametrize(("behind", "status"), [(300 + 59, 303), (300 + 60, 401), (-59, 303), (-61, 401)])
def test_clocks_may_differ_by_a_minute(office: Office, behind: int, status: int) -> None:
    office.link("zhou.jing", "editor")

    def shift(_: dict[str, Any], claims: dict[str, Any]) -> None:
        claims.update(iat=claims["iat"] - behind, exp=claims["exp"] - behind)

    office.provider.forge = shift
    assert office.enter(office.rig.browser()).status_code == status


def test_a_new_key_of_the_provider_is_fetched_once(office: Office) -> None:
    office.link("zhou.jing", "editor")
    office.enter(office.rig.browser())
    office.enter(office.rig.browser())
    assert office.provider.requests.count("keys") == 1
    office.provider.rotate()
    assert office.enter(office.rig.browser()).status_code == 303
    assert office.enter(office.rig.browser()).status_code == 303
    assert office.provider.requests.count("keys") == 2
    office.provider.forge = unknown_key
    assert office.enter(office.rig.browser()).status_code == 401
    assert office.provider.requests.count("keys") == 3


def test_a_withdrawn_key_is_forgotten_within_the_hour(office: Office) -> None:
    office.link("zhou.jing", "editor")
    office.enter(office.rig.browser())
    stolen = office.provider.key
    office.provider.rotate()
    office.provider.forge = lambda header, claims: jwt.encode(header | {"kid": stolen.kid}, claims, stolen)
    office.rig.clock.forward(hours=1)
    assert office.enter(office.rig.browser()).status_code == 401


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "ftp://x"},
        {"authorization_endpoint": None},
    ],
    ids=["issuer", "token endpoint", "keys", "authorization endpoint"],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(office: Office, metadata: dict[str, Any]) -> None:
    office.provider.metadata = metadata
    assert office.rig.browser().get("/api/v1/staff/oidc/start").status_code == 503


def test_a_provider_that_comes_back_is_used_again(office: Office) -> None:
    office.link("zhou.jing", "editor")
    office.provider.metadata = {"issuer": "https://evil.example"}
    assert office.rig.browser().get("/api/v1/staff/oidc/start").status_code == 503
    office.provider.metadata = {}
    assert office.enter(office.rig.browser()).status_code == 303


def test_a_provider_with_signatures_unknown_here_is_refused(office: Office) -> None:
    office.link("zhou.jing", "editor")
    office.provider.metadata = {"id_token_signing_alg_values_supported": ["SM2SM3", "HS256", "none"]}
    assert office.enter(office.rig.browser()).status_code == 401
