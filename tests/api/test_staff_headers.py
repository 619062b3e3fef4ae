"""What every answer tells the browser, and the consoles' pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from banshi.web.headers import NOT_BUILT, SecurityHeaders, pages
from tests.api.staff_rig import Browser, Rig

INDEX = '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="/assets/app-1a2b.js"></script>'


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    for face in ("studio",):
        (tmp_path / "static" / face).mkdir(parents=True)
        (tmp_path / "static" / face / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / "static" / "assets").mkdir()
    (tmp_path / "static" / "assets" / "app-1a2b.js").write_text("let built = 1", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return Rig(tmp_path, static=tmp_path / "static").browser()


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.mark.parametrize("face", ["studio"])
def test_a_console_gets_a_fresh_nonce_in_page_and_policy(browser: Browser, face: str) -> None:
    nonces = set()
    for _ in range(3):
        response = browser.get(f"/{face}/")
        assert response.status_code == 200 and response.headers["content-type"].startswith("text/html")
        found = set(re.findall(r'nonce="([^"]+)"', response.text))
        assert len(found) == 1 and "__CSP_NONCE__" not in response.text
        nonce = found.pop()
        nonces.add(nonce)
        policy = directives(response.headers["content-security-policy"])
        assert policy["script-src"] == policy["style-src"] == f"'self' 'nonce-{nonce}'"
        assert response.headers["cache-control"] == "no-store"
    assert len(nonces) == 3 and all(len(nonce) >= 22 for nonce in nonces)


def test_a_consoles_policy_allows_nothing_from_elsewhere(browser: Browser) -> None:
    policy = directives(browser.get("/studio/").headers["content-security-policy"])
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy.pop("style-src-attr") == "'unsafe-inline'"
    assert not re.search(r"unsafe|\*|http", " ".join(policy.values()))


@pytest.mark.parametrize("path", ["/studio/", "/api/v1/staff/me", "/api/v1/staff/options", "/assets/app-1a2b.js", "/nowhere"])
def test_no_answer_can_be_framed_sniffed_or_left_without_a_policy(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_answers_about_people_are_not_kept(browser: Browser) -> None:
    assert browser.get("/api/v1/staff/me").headers["cache-control"] == "no-store"


def test_https_is_insisted_on_where_the_public_address_has_it(tmp_path: Path) -> None:
    browser = Rig(tmp_path, public_url="https://banshi.example").browser()
    assert browser.get("/api/v1/staff/options").headers["strict-transport-security"] == "max-age=31536000"


def test_an_asset_is_kept_for_a_year_and_a_missing_one_is_not(browser: Browser) -> None:
    found = browser.get("/assets/app-1a2b.js")
    assert found.text == "let built = 1" and "javascript" in found.headers["content-type"]
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = browser.get("/assets/app-1a2b.js", headers={"if-none-match": found.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "public, max-age=31536000, immutable")
    missing = browser.get("/assets/app-0000.js")
    assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize(
    "path", ["/assets/../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/assets/", "/assets"]
)
def test_nothing_outside_the_assets_is_served(browser: Browser, path: str) -> None:
    response = browser.get(path, follow_redirects=True)
    assert response.status_code in (404, 405) and "secret" not in response.text


def test_a_console_without_its_slash_leads_to_it(browser: Browser) -> None:
    response = browser.get("/studio")
    assert (response.status_code, response.headers["location"]) == (308, "/studio/")


def test_pages_answer_to_head_and_to_no_other_method(browser: Browser) -> None:
    assert browser.head("/studio/").status_code == 200
    assert browser.post("/studio/").status_code == 405


@pytest.mark.parametrize("path", ["/studio/", "/assets/app-1a2b.js"])
def test_without_a_build_the_answer_says_what_to_run(tmp_path: Path, path: str) -> None:
    response = Rig(tmp_path).browser().get(path)
    assert (response.status_code, response.text) == (503, NOT_BUILT)
    assert "make setup" in response.text


def test_the_citizens_page_may_be_embedded_where_it_was_agreed_and_nowhere_else(tmp_path: Path) -> None:
    app = FastAPI()
    app.add_middleware(SecurityHeaders, frame_ancestors=("https://zwfw.jl.gov.cn", "https://jsb.example"))
    app.include_router(pages(tmp_path))

    @app.get("/")
    def citizens() -> str:
        return "page"

    browser = TestClient(app)
    headers = browser.get("/").headers
    policy = directives(headers["content-security-policy"])
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "https://zwfw.jl.gov.cn https://jsb.example",
    }
    assert "x-frame-options" not in headers
    assert browser.get("/studio/").headers["x-frame-options"] == "DENY"
