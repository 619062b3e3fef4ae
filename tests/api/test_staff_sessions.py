"""Sessions: they end when they should, belong to one browser, and no other site can act through them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.staff_rig import PASSWORD, Browser, Rig, stored_bytes

NEW = "harbour violin basket moon"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.add("li.hua", "editor")
    rig.add("zhao.min", "editor")
    return rig


def test_only_the_hash_of_the_token_is_stored(rig: Rig, tmp_path: Path) -> None:
    token = rig.signed_in("li.hua").cookies["banshi_staff"]
    assert token.encode() not in stored_bytes(tmp_path)
    assert b"li.hua" in stored_bytes(tmp_path)


def test_a_session_ends_an_hour_after_the_last_request(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    for _ in range(5):
        rig.clock.forward(minutes=59)
        assert browser.is_in()
    rig.clock.forward(minutes=60)
    assert not browser.is_in()
    rig.clock.forward(minutes=-10)
    assert not browser.is_in(), "what has ended does not come back"


def test_a_session_ends_after_twelve_hours_of_work(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    for _ in range(12 * 2 - 1):
        rig.clock.forward(minutes=30)
        assert browser.is_in()
    rig.clock.forward(minutes=30)
    assert not browser.is_in()


def test_frequent_requests_keep_a_session_as_well_as_rare_ones(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    for _ in range(40):
        rig.clock.forward(seconds=50)
        assert browser.is_in()
    rig.clock.forward(minutes=58)
    assert browser.is_in()


def test_lengths_are_settings(tmp_path: Path) -> None:
    rig = Rig(tmp_path, session_hours=1, idle_minutes=10)
    rig.add("li.hua")
    browser = rig.signed_in("li.hua")
    rig.clock.forward(minutes=10)
    assert not browser.is_in()


def test_a_planted_token_is_never_taken_over(rig: Rig) -> None:
    browser = rig.browser()
    browser.cookies.set("banshi_staff", "planted-by-somebody-who-waits")
    assert browser.sign_in("li.hua").status_code == 200
    waiting = rig.browser()
    waiting.cookies.set("banshi_staff", "planted-by-somebody-who-waits")
    assert not waiting.is_in()


def test_an_attackers_own_session_planted_in_a_browser_does_not_become_the_victims(rig: Rig) -> None:
    attacker = rig.signed_in("zhao.min")
    victim = rig.browser()
    victim.cookies.set("banshi_staff", attacker.cookies["banshi_staff"], domain="testserver.local", path="/")
    assert victim.sign_in("li.hua").json()["account"] == "li.hua"
    assert not attacker.is_in()


def test_signing_in_again_ends_the_session_before(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    old = browser.cookies["banshi_staff"]
    browser.sign_in("li.hua")
    assert browser.cookies["banshi_staff"] != old
    other = rig.browser()
    other.cookies.set("banshi_staff", old)
    assert not other.is_in()


def test_two_browsers_of_one_account_live_side_by_side(rig: Rig) -> None:
    office, home = rig.signed_in("li.hua"), rig.signed_in("li.hua")
    assert office.is_in() and home.is_in()
    assert office.change("POST", "/staff/sign-out").status_code == 204
    assert not office.is_in() and home.is_in()


@pytest.mark.parametrize("value", ["", "x", "a" * 5000, "null", "banshi_staff"])
def test_a_cookie_that_is_no_token_opens_nothing(rig: Rig, value: str) -> None:
    response = rig.browser().get("/api/v1/staff/me", headers={"cookie": f"banshi_staff={value}"})
    assert response.status_code == 401
    assert response.json() == {"detail": "请先登录。"}


def test_reading_needs_no_csrf_token_and_changing_does(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    assert browser.get("/api/v1/sample/editor").status_code == 200
    assert browser.post("/api/v1/sample/editor").status_code == 403
    assert browser.change("POST", "/sample/editor").status_code == 200


@pytest.mark.parametrize("sent", ["", "wrong", "x" * 43, "é"])
def test_a_wrong_csrf_token_changes_nothing(rig: Rig, sent: str) -> None:
    browser = rig.signed_in("li.hua")
    for path in ("sample/editor", "staff/sign-out"):
        refused = browser.post(f"/api/v1/{path}", headers={"X-CSRF-Token": sent.encode()})
        assert refused.status_code == 403 and "刷新" in refused.json()["detail"]
    assert browser.is_in()


def test_the_csrf_token_of_another_session_does_not_fit(rig: Rig) -> None:
    one, other = rig.signed_in("li.hua"), rig.signed_in("li.hua")
    assert one.csrf != other.csrf
    one.csrf = other.csrf
    assert one.change("POST", "/sample/editor").status_code == 403


def test_a_csrf_token_without_a_session_is_worth_nothing(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    browser.cookies.clear()
    assert browser.change("POST", "/sample/editor").status_code == 401


FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "http://testserver.evil.example"},
    {"origin": "http://testserver:8080"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_changes_that_another_site_asks_for_are_refused(rig: Rig, headers: dict[str, str]) -> None:
    browser = rig.signed_in("li.hua")
    refused = browser.change("POST", "/sample/editor", **headers)
    assert refused.status_code == 403 and "页面" in refused.json()["detail"]


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_other_site_can_sign_a_browser_in(rig: Rig, headers: dict[str, str]) -> None:
    browser = rig.browser()
    refused = browser.post("/api/v1/staff/sign-in", json={"account": "li.hua", "password": PASSWORD}, headers=headers)
    assert refused.status_code == 403 and "set-cookie" not in refused.headers


@pytest.mark.parametrize("headers", [{}, {"origin": "http://testserver"}, {"origin": "http://testserver", "sec-fetch-site": "same-origin"}])
def test_changes_from_our_own_pages_pass(rig: Rig, headers: dict[str, str]) -> None:
    assert rig.signed_in("li.hua").change("POST", "/sample/editor", **headers).status_code == 200


@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        ("https://banshi.example", True),
        ("http://10.0.0.5:8000", True),  # the server's own address, without the proxy
        ("http://banshi.example", False),
        ("https://banshi.example:8443", False),
        ("https://sub.banshi.example", False),
    ],
)
def test_with_a_public_address_the_origin_must_be_that_one(tmp_path: Path, origin: str, passes: bool) -> None:
    rig = Rig(tmp_path, public_url="https://banshi.example", cookie_secure=False)
    rig.add("li.hua")
    browser = rig.browser(base_url="http://10.0.0.5:8000")
    browser.sign_in("li.hua")
    assert (browser.change("POST", "/sample/editor", origin=origin).status_code == 200) is passes


def test_behind_a_proxy_that_ends_https_the_host_decides(rig: Rig) -> None:
    assert rig.signed_in("li.hua").change("POST", "/sample/editor", origin="https://testserver").status_code == 200


def test_a_new_password_ends_every_other_session_and_renews_this_one(rig: Rig) -> None:
    browser, other, bystander = rig.signed_in("li.hua"), rig.signed_in("li.hua"), rig.signed_in("zhao.min")
    token, csrf = browser.cookies["banshi_staff"], browser.csrf
    assert browser.change_password(PASSWORD, NEW).status_code == 200
    assert browser.cookies["banshi_staff"] != token and browser.csrf != csrf
    assert browser.is_in() and bystander.is_in() and not other.is_in()
    stale = rig.browser()
    stale.cookies.set("banshi_staff", token)
    assert not stale.is_in()


def test_what_ends_sessions_ends_them_between_two_requests(rig: Rig) -> None:
    browser: Browser = rig.signed_in("li.hua")
    rig.access.accounts.change("li.hua", {"roles": ("operator",)}, by="test")
    assert browser.change("POST", "/sample/editor").status_code == 401
    again = rig.signed_in("li.hua")
    assert again.change("POST", "/sample/editor").status_code == 403
    assert again.change("POST", "/sample/operator").status_code == 200
