"""统一身份认证 as its stand-in has it: citizens' tokens, the staff's sign-in, and what each makes of a provider that misbehaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from banshi.connect.identity.citizens import CitizenIdentity, IdentityUnavailableError, TokenRefusedError
from banshi.connect.identity.demo_people import IN_CORRECTION_PERSON, demo_identity
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from banshi.standin.systems.identity import CITIZENS, CLIENT_SECRET, STAFF
from tests.api.staff_rig import Clock, Rig

PUBLIC = "http://testserver"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[RunningStandins]:
    with RunningStandins(now=clock, keys={"banshi": b"a secret that nobody shows"}, names=("identity",)) as running:
        yield running


@pytest.fixture
def identity(provider: RunningStandins, clock: Clock) -> CitizenIdentity:
    base = f"{provider.url}/identity"
    return CitizenIdentity(base, CITIZENS, f"{base}/jwks", now=clock)


def asked(provider: RunningStandins, path: str, **query: str) -> httpx2.Response:
    return httpx2.get(f"{provider.url}/identity{path}", params=query, trust_env=False)


def token(provider: RunningStandins, person: str = "citizen-2") -> str:
    return str(asked(provider, "/_standin/token", person=person).json()["token"])


def test_a_citizen_is_named_without_a_number(provider: RunningStandins, identity: CitizenIdentity) -> None:
    citizen = identity.citizen(token(provider))
    assert (citizen.name, citizen.identity) == (IN_CORRECTION_PERSON, demo_identity(IN_CORRECTION_PERSON))
    assert identity.citizen(token(provider, "citizen-3")).identity == "", "whose identity nobody has verified"


def test_keys_that_are_rotated_are_fetched_and_the_old_ones_believed_no_more(
    provider: RunningStandins, identity: CitizenIdentity, clock: Clock
) -> None:
    old = token(provider)
    identity.citizen(old)
    provider.shops["identity"].fault = Fault(mode="keys_rotated")
    new = token(provider)
    clock.forward(seconds=61)
    identity.citizen(new)
    identity.citizen(token(provider))
    with pytest.raises(TokenRefusedError):
        identity.citizen(old)


@pytest.mark.parametrize("mode", ["wrong_audience", "wrong_clock"])
def test_tokens_that_are_wrong_prove_nothing(provider: RunningStandins, identity: CitizenIdentity, mode: str) -> None:
    provider.shops["identity"].fault = Fault.model_validate({"mode": mode})
    with pytest.raises(TokenRefusedError):
        identity.citizen(token(provider))
    provider.shops["identity"].fault = Fault()
    assert identity.citizen(token(provider)).name == IN_CORRECTION_PERSON


@pytest.mark.parametrize("mode", ["error", "broken", "refuse"])
def test_a_provider_that_is_away_says_nothing_of_the_token(provider: RunningStandins, identity: CitizenIdentity, mode: str) -> None:
    shown = token(provider)
    provider.shops["identity"].fault = Fault.model_validate({"mode": mode})
    with pytest.raises(IdentityUnavailableError):
        identity.citizen(shown)


class Door:
    """The staff's sign-in with the provider behind it."""

    def __init__(self, provider: RunningStandins, clock: Clock, folder: Path) -> None:
        self.provider = provider
        self.rig = Rig(
            folder,
            public_url=PUBLIC,
            oidc_issuer=f"{provider.url}/identity",
            oidc_client_id=STAFF,
            oidc_client_secret=CLIENT_SECRET,
            oidc_roles_claim="groups",
            oidc_roles={"zsk-bj": "editor", "zsk-sh": "reviewer", "zsk-zx": "operator"},
        )
        self.rig.clock = clock

    def back(self, person: str) -> str:
        """Choose a person on the provider's page: the callback's path and query."""
        self.browser = self.rig.browser()
        started = self.browser.get("/api/v1/staff/oidc/start", params={"face": "studio"})
        page = httpx2.get(started.headers["location"], trust_env=False)
        assert page.status_code == 200 and "示例编辑" in page.text and "person=staff-1" in page.text
        answered = httpx2.get(f"{started.headers['location']}&person={person}", trust_env=False)
        return str(answered.headers["location"]).removeprefix(PUBLIC)

    def enter(self, person: str) -> httpx2.Response:
        """Sign in as a person."""
        back = self.back(person)
        entered: httpx2.Response = self.browser.get(back)
        return entered


@pytest.fixture
def door(provider: RunningStandins, clock: Clock, tmp_path: Path) -> Door:
    return Door(provider, clock, tmp_path)


def test_staff_enter_with_the_roles_of_their_groups(door: Door) -> None:
    assert door.enter("staff-1").headers["location"] == "/studio/"
    me = door.browser.get("/api/v1/staff/me").json()
    assert (me["name"], me["roles"]) == ("示例编辑", ["editor"])


def test_who_does_not_agree_does_not_enter(door: Door) -> None:
    door.enter("refuse")
    assert door.browser.get("/api/v1/staff/me").status_code == 401


@pytest.mark.parametrize("mode", ["wrong_audience", "wrong_clock", "error", "broken"])
def test_staff_do_not_enter_while_the_provider_misbehaves(door: Door, mode: str) -> None:
    back = door.back("staff-1")
    door.provider.shops["identity"].fault = Fault.model_validate({"mode": mode})
    door.browser.get(back)
    assert door.browser.get("/api/v1/staff/me").status_code == 401


def test_a_code_is_used_once_and_with_its_own_verifier_and_secret(provider: RunningStandins) -> None:
    query = {"client_id": STAFF, "redirect_uri": f"{PUBLIC}/back", "response_type": "code", "scope": "openid", "state": "s", "nonce": "n"}
    # The verifier and challenge of RFC 7636, appendix B.
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    def code() -> str:
        answered = asked(provider, "/authorize", person="staff-1", code_challenge=challenge, code_challenge_method="S256", **query)
        return parse_qs(urlsplit(answered.headers["location"]).query)["code"][0]

    def exchanged(one: str, verifier: str = verifier, secret: str = CLIENT_SECRET) -> int:
        form = {"grant_type": "authorization_code", "code": one, "redirect_uri": f"{PUBLIC}/back", "code_verifier": verifier}
        answer = httpx2.post(f"{provider.url}/identity/token", data=form, auth=(STAFF, secret), trust_env=False)
        return answer.status_code

    one = code()
    assert (exchanged(one), exchanged(one)) == (200, 400)
    assert exchanged(code(), verifier="another") == 400
    assert exchanged(code(), secret="another") == 400


@pytest.mark.parametrize("there", ["https://evil.example/back", "//evil.example"])
def test_nobody_is_sent_to_strangers(provider: RunningStandins, there: str) -> None:
    query = {"response_type": "code", "scope": "openid", "state": "s", "nonce": "n", "code_challenge": "c", "code_challenge_method": "S256"}
    assert asked(provider, "/authorize", client_id=STAFF, redirect_uri=there, person="staff-1", **query).status_code == 400
    assert asked(provider, "/logout", post_logout_redirect_uri=there).status_code == 200
    assert asked(provider, "/_standin/host", server=there, person="citizen-1").status_code == 400
    assert asked(provider, "/logout", post_logout_redirect_uri=PUBLIC, state="s").headers["location"] == f"{PUBLIC}?state=s"


def test_the_host_page_lets_choose_and_passes_the_token_on(provider: RunningStandins, identity: CitizenIdentity) -> None:
    chosen: Callable[..., str] = lambda **query: asked(provider, "/_standin/host", **query).text  # noqa: E731
    assert "person=citizen-2" in chosen()
    page = chosen(person="citizen-2", server="http://127.0.0.1:9")
    shown = page.split("data-token='")[1].split("'")[0]
    assert identity.citizen(shown).name == IN_CORRECTION_PERSON and "http://127.0.0.1:9/citizen/embed.js" in page
