"""Sign-in through the province's identity provider, which runs here for real, and lies where a test tells it to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from banshi.staff.configuration import SignInSettings
from tests.api.identity_provider import PUBLIC, Office
from tests.api.staff_rig import PASSWORD, Rig

ROLES: dict[str, Any] = {
    "oidc_roles_claim": "realm_access.roles",
    "oidc_roles": {"bs-editors": "editor", "bs-reviewers": "reviewer", "bs-admins": "admin"},
}


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, **getattr(request, "param", {}))
    yield office
    office.provider.stop()


by_roles = pytest.mark.parametrize("office", [ROLES], indirect=True, ids=["roles by claim"])


def test_a_linked_account_enters_without_a_local_password(office: Office) -> None:
    office.link("zhou.jing", "editor")
    browser = office.rig.browser()
    assert browser.get("/api/v1/staff/options").json() == {"oidc": True, "oidc_name": "统一身份认证"}
    entered = office.enter(browser)
    assert (entered.status_code, entered.headers["location"]) == (303, "/studio/")
    me = browser.get("/api/v1/staff/me").json()
    assert (me["account"], me["roles"], me["must_change"]) == ("zhou.jing", ["editor"], False)
    browser.csrf = me["csrf"]
    assert browser.change("POST", "/sample/editor").status_code == 200
    assert [(entry.action, entry.actor, entry.detail["by"]) for entry in office.rig.ledger("sign-in")] == [("sign-in", "zhou.jing", "oidc")]
    assert office.rig.browser().sign_in("zhou.jing", "").status_code == 401


def test_the_desk_is_where_one_came_from(office: Office) -> None:
    office.link("zhou.jing", "operator")
    assert office.enter(office.rig.browser(), "desk").headers["location"] == "/desk/"
    assert office.rig.browser().get("/api/v1/staff/oidc/start", params={"face": "//evil.example"}).status_code == 422


def test_what_leaves_and_what_stays(office: Office) -> None:
    browser = office.rig.browser()
    started = browser.get("/api/v1/staff/oidc/start")
    query = parse_qs(urlsplit(started.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"] and query["response_type"] == ["code"]
    assert len(query["state"][0]) >= 43 and len(query["nonce"][0]) >= 43 and query["state"] != query["nonce"]
    verifier = browser.cookies["banshi_oidc"].split(".")[2]
    assert verifier not in started.headers["location"] and office.provider.client_secret not in started.headers["location"]
    attributes = {part.strip().lower() for part in started.headers["set-cookie"].split(";")[1:]}
    assert attributes == {"httponly", "samesite=lax", "path=/api/v1/staff/oidc", "max-age=600"}


def test_somebody_without_an_account_is_told_whom_to_ask(office: Office) -> None:
    browser = office.rig.browser()
    refused = office.enter(browser)
    assert refused.status_code == 403 and "还没有本系统的账号，请联系管理员" in refused.text
    assert not browser.is_in() and office.rig.access.accounts.list() == []
    entry = office.rig.ledger("sign-in-refused")[0]
    assert entry.detail["oidc_subject"] == f"{office.provider.issuer} S-0001"


def test_an_account_is_found_by_its_subject_and_never_by_a_name(office: Office) -> None:
    office.rig.add("zhou.jing", "admin")
    assert office.enter(office.rig.browser()).status_code == 403


def test_a_subject_of_another_provider_is_somebody_else(office: Office) -> None:
    office.rig.add("zhou.jing", "editor", password=None, chosen_by_owner=False, subject="https://other.example S-0001")
    assert office.enter(office.rig.browser()).status_code == 403


def test_a_disabled_account_stays_out(office: Office) -> None:
    office.link("zhou.jing", "editor")
    office.rig.access.accounts.change("zhou.jing", {"disabled": True}, by="test")
    refused = office.enter(office.rig.browser())
    assert refused.status_code == 403 and "停用" in refused.text


def test_an_administrator_links_an_identity(office: Office) -> None:
    office.rig.add("root.li", "admin")
    admin = office.rig.signed_in("root.li")
    body = {"account": "zhou.jing", "name": "周静", "roles": ["operator"], "oidc_subject": "S-0001"}
    added = admin.change("POST", "/staff/accounts", body).json()
    assert (added["password"], added["has_password"]) == (None, False)
    assert office.enter(office.rig.browser()).status_code == 303
    assert admin.change("PATCH", "/staff/accounts/root.li", {"oidc_subject": "S-0001"}).status_code == 409
    assert admin.change("PATCH", "/staff/accounts/zhou.jing", {"reset_password": True}).status_code == 409
    assert admin.change("PATCH", "/staff/accounts/zhou.jing", {"oidc_subject": None}).json()["oidc_subject"] is None
    assert office.enter(office.rig.browser()).status_code == 403


@by_roles
def test_roles_by_claim_make_an_account_at_the_first_sign_in(office: Office) -> None:
    office.provider.person["realm_access"] = {"roles": ["bs-editors", "offline_access", "bs-reviewers"]}
    browser = office.rig.browser()
    assert office.enter(browser).status_code == 303
    me = browser.get("/api/v1/staff/me").json()
    assert (me["account"], me["name"], me["roles"]) == ("zhou.jing", "周静", ["editor", "reviewer"])
    assert [staff.password_hash for staff in office.rig.access.accounts.list()] == [None]
    assert [entry.actor for entry in office.rig.ledger("staff-add")] == ["oidc"]


@by_roles
@pytest.mark.parametrize(
    "access", [None, {"roles": []}, {"roles": ["other"]}, {"roles": "bs-editor"}, {"roles": {"bs-editors": 1}}, "bs-editors"]
)
def test_without_a_mapped_role_nobody_enters(office: Office, access: Any) -> None:
    office.provider.person["realm_access"] = access
    assert office.enter(office.rig.browser()).status_code == 403
    assert office.rig.access.accounts.list() == []


@by_roles
def test_a_name_that_is_taken_does_not_lead_into_the_other_account(office: Office) -> None:
    office.rig.add("zhou.jing", "admin")
    office.provider.person["realm_access"] = {"roles": ["bs-editors"]}
    browser = office.rig.browser()
    assert office.enter(browser).status_code == 303
    me = browser.get("/api/v1/staff/me").json()
    assert me["account"].startswith("oidc-") and me["roles"] == ["editor"]
    assert office.enter(office.rig.browser()).status_code == 303, "and it is the same account the next time"
    assert len(office.rig.access.accounts.list()) == 2


@by_roles
def test_roles_follow_the_province_and_sessions_end_with_them(office: Office) -> None:
    office.provider.person["realm_access"] = {"roles": ["bs-reviewers"]}
    before = office.rig.browser()
    office.enter(before)
    office.provider.person["realm_access"] = {"roles": ["bs-editors"]}
    after = office.rig.browser()
    office.enter(after)
    assert after.get("/api/v1/staff/me").json()["roles"] == ["editor"] and not before.is_in()
    office.provider.person["realm_access"] = {"roles": []}
    refused = office.enter(office.rig.browser())
    assert refused.status_code == 403 and "没有本系统的角色" in refused.text


@by_roles
def test_an_account_with_a_local_password_keeps_the_roles_it_was_given(office: Office) -> None:
    office.link("zhou.jing", "reviewer", password=PASSWORD, chosen_by_owner=True)
    office.provider.person["realm_access"] = {"roles": ["bs-admins"]}
    browser = office.rig.browser()
    office.enter(browser)
    assert browser.get("/api/v1/staff/me").json()["roles"] == ["reviewer"]


@by_roles
def test_the_last_administrator_keeps_the_role_whatever_the_claim_says(office: Office) -> None:
    office.provider.person["realm_access"] = {"roles": ["bs-admins"]}
    office.enter(office.rig.browser())
    office.provider.person["realm_access"] = {"roles": ["bs-editors"]}
    browser = office.rig.browser()
    office.enter(browser)
    assert browser.get("/api/v1/staff/me").json()["roles"] == ["editor", "admin"]


@pytest.mark.parametrize(
    "office", [ROLES | {"oidc_departments_claim": "organ", "oidc_regions_claim": "areas"}], indirect=True, ids=["scopes by claim"]
)
def test_scopes_come_by_claims_and_no_scope_is_not_everywhere(office: Office) -> None:
    office.provider.person |= {"realm_access": {"roles": ["bs-editors"]}, "organ": "人社厅", "areas": ["220100", "222400"]}
    browser = office.rig.browser()
    office.enter(browser)
    me = browser.get("/api/v1/staff/me").json()
    assert (me["departments"], me["regions"]) == (["人社厅"], ["220100", "222400"])
    office.provider.person |= {"areas": []}
    refused = office.enter(office.rig.browser())
    assert refused.status_code == 403 and "部门或地区" in refused.text


def test_an_answer_without_an_attempt_of_this_browser_is_refused(office: Office) -> None:
    office.link("zhou.jing", "editor")
    arrival = office.arrive(office.rig.browser())
    victim = office.rig.browser()
    assert victim.get(arrival).status_code == 401
    office.arrive(victim)
    assert victim.get(arrival).status_code == 401, "an attempt of its own does not help: the state is another"
    assert not victim.is_in()


def test_an_answer_with_another_state_is_refused(office: Office) -> None:
    office.link("zhou.jing", "editor")
    browser = office.rig.browser()
    path, query = office.arrive(browser).split("?")
    answer = {name: values[0] for name, values in parse_qs(query).items()}
    assert browser.get(path, params=answer | {"state": answer["state"][::-1]}).status_code == 401


def test_an_answer_is_good_once(office: Office) -> None:
    office.link("zhou.jing", "editor")
    browser = office.rig.browser()
    arrival = office.arrive(browser)
    kept = browser.cookies["banshi_oidc"]
    assert browser.get(arrival).status_code == 303
    assert "banshi_oidc" not in browser.cookies
    replayed = office.rig.browser()
    assert replayed.get(arrival, headers={"cookie": f"banshi_oidc={kept}"}).status_code == 401


def test_a_stolen_code_does_not_fit_another_attempt(office: Office) -> None:
    office.link("zhou.jing", "editor")
    code = parse_qs(urlsplit(office.arrive(office.rig.browser())).query)["code"][0]
    thief = office.rig.browser()
    own = parse_qs(urlsplit(office.arrive(thief)).query)["state"][0]
    assert thief.get("/api/v1/staff/oidc/callback", params={"state": own, "code": code}).status_code == 401


def test_an_answer_of_another_provider_is_refused(office: Office) -> None:
    browser = office.rig.browser()
    state = parse_qs(urlsplit(office.arrive(browser)).query)["state"][0]
    asked = len(office.provider.requests)
    answered = browser.get("/api/v1/staff/oidc/callback", params={"state": state, "code": "x", "iss": "https://evil.example"})
    assert answered.status_code == 401 and len(office.provider.requests) == asked


def test_a_refusal_at_the_provider_is_told(office: Office) -> None:
    office.provider.refuses = True
    refused = office.enter(office.rig.browser())
    assert refused.status_code == 401 and "没有同意" in refused.text


@pytest.mark.parametrize("cookie", ["", "a", "a.b.c", "a.b.c.d.e", "...", "<script>.b.c.d"])
def test_a_cookie_that_is_no_attempt_leads_nowhere(office: Office, cookie: str) -> None:
    refused = office.rig.browser().get("/api/v1/staff/oidc/callback?state=a&code=<script>", headers={"cookie": f"banshi_oidc={cookie}"})
    assert refused.status_code == 401 and "script" not in refused.text


def test_answers_nobody_asked_for_do_not_fill_the_ledger(office: Office) -> None:
    browser = office.rig.browser()
    statuses = [browser.get("/api/v1/staff/oidc/callback?state=a&code=b").status_code for _ in range(35)]
    assert statuses == [401] * 30 + [429] * 5
    assert len(office.rig.ledger("sign-in-refused")) == 30


def test_signing_in_ends_the_session_before(office: Office) -> None:
    office.link("zhou.jing", "editor")
    office.rig.add("li.hua", "editor")
    browser = office.rig.signed_in("li.hua")
    old = browser.cookies["banshi_staff"]
    office.enter(browser)
    assert browser.get("/api/v1/staff/me").json()["account"] == "zhou.jing"
    other = office.rig.browser()
    other.cookies.set("banshi_staff", old)
    assert not other.is_in()


def test_while_the_provider_is_away_local_sign_in_goes_on(office: Office) -> None:
    office.rig.add("li.hua", "editor")
    office.provider.stop()
    away = office.rig.browser().get("/api/v1/staff/oidc/start")
    assert away.status_code == 503 and "连不上" in away.text and "账号和密码" in away.text
    assert office.rig.browser().sign_in("li.hua").status_code == 200
    assert office.rig.browser().get("/api/v1/staff/options").json()["oidc"] is True


def test_a_provider_that_goes_away_on_the_way_back_is_told_too(office: Office) -> None:
    browser = office.rig.browser()
    arrival = office.arrive(browser)
    office.provider.stop()
    assert browser.get(arrival).status_code == 503
    assert not browser.is_in()


def test_without_a_provider_there_is_no_way_round(tmp_path: Path) -> None:
    browser = Rig(tmp_path).browser()
    assert browser.get("/api/v1/staff/options").json() == {"oidc": False, "oidc_name": ""}
    assert browser.get("/api/v1/staff/oidc/start").status_code == 404
    assert browser.get("/api/v1/staff/oidc/callback?state=a&code=b").status_code == 404


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"oidc_issuer": "https://id.example"}, "oidc_client_id and public_url"),
        ({"oidc_issuer": "http://id.example", "oidc_client_id": "banshi", "public_url": PUBLIC}, "https://"),
        ({"public_url": "banshi.example"}, "such as https://"),
        ({"public_url": "https://banshi.example/studio"}, "without a path"),
        ({"oidc_roles_claim": "roles"}, "needs oidc_roles"),
        ({"oidc_roles_claim": "roles", "oidc_roles": {"a": "boss"}}, "operator, editor, reviewer, admin"),
        ({"lock_after": 0}, "above 0"),
    ],
)
def test_settings_that_contradict_each_other_are_refused_with_the_way_out(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        SignInSettings(**settings)


def test_the_clients_secret_is_not_shown_with_the_settings() -> None:
    assert "s3cret" not in repr(SignInSettings(oidc_client_secret="s3cret"))
