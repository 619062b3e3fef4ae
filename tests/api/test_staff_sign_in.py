"""Signing in: what opens the door, what does not, and that nobody learns which accounts exist."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from banshi.staff.passwords import Passwords
from banshi.store.database import read
from banshi.store.staff import StaffRepository
from tests.api.staff_rig import PASSWORD, QUICK, Rig, stored_bytes


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.add("li.hua", "editor", "reviewer", departments=("人社厅",), regions=("220100",))
    return rig


def test_account_and_password_open_a_session_until_sign_out(rig: Rig) -> None:
    browser = rig.browser()
    assert not browser.is_in()
    told = browser.sign_in("li.hua").json()
    assert told == {
        "account": "li.hua",
        "name": "王晓梅",
        "roles": ["editor", "reviewer"],
        "departments": ["人社厅"],
        "regions": ["220100"],
        "csrf": browser.csrf,
        "must_change": False,
    }
    assert browser.get("/api/v1/staff/me").json() == told
    assert browser.get("/api/v1/sample/staff").json() == {"account": "li.hua"}
    assert browser.change("POST", "/staff/sign-out").status_code == 204
    assert not browser.is_in()


@pytest.mark.parametrize("typed", ["LI.HUA", " li.hua ", "ｌｉ．ｈｕａ"])
def test_the_account_is_found_however_the_input_method_writes_it(rig: Rig, typed: str) -> None:
    assert rig.browser().sign_in(typed).json()["account"] == "li.hua"


def test_a_password_typed_in_full_width_mode_fits(rig: Rig) -> None:
    full_width = "".join(chr(ord(char) + 0xFEE0) if char != " " else "\u3000" for char in PASSWORD)
    assert rig.browser().sign_in("li.hua", full_width).status_code == 200


@pytest.mark.parametrize(
    ("settings", "base_url", "secure"),
    [
        ({}, "http://testserver", False),
        ({}, "https://testserver", True),
        ({"public_url": "https://banshi.example"}, "http://testserver", True),
    ],
)
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path, settings: dict, base_url: str, secure: bool) -> None:
    rig = Rig(tmp_path, **settings)
    rig.add("li.hua")
    cookie = rig.browser(base_url=base_url).sign_in("li.hua").headers["set-cookie"]
    value, *attributes = [part.strip() for part in cookie.split(";")]
    assert value.startswith("banshi_staff=") and len(value.split("=", 1)[1]) >= 43
    assert {one.lower() for one in attributes} == {"httponly", "samesite=strict", "path=/"} | ({"secure"} if secure else set())


def test_unknown_account_and_wrong_password_get_the_same_answers_all_the_way(rig: Rig) -> None:
    known, unknown = rig.browser("10.0.0.1"), rig.browser("10.0.0.2")
    for number in range(16):
        one, other = known.sign_in("li.hua", "wrong password"), unknown.sign_in("nobody", "wrong password")
        assert (one.status_code, one.content) == (other.status_code, other.content)
        assert one.headers.keys() == other.headers.keys()
        rig.clock.forward(seconds=7)
        if number == 7:  # and after the lock as before it
            rig.clock.forward(minutes=15)


def test_unknown_account_and_wrong_password_cost_the_same_work(tmp_path: Path) -> None:
    rig = Rig(tmp_path, passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=32768, parallelism=1)), lock_after=100)
    rig.add("li.hua")
    rig.add("guo.oidc", password=None, chosen_by_owner=False, subject="x")
    browser = rig.browser()

    def work(account: str) -> float:
        # Processor time, so that what else the machine does has little part in it.
        before = time.process_time()
        assert browser.sign_in(account, "wrong password").status_code == 401
        return time.process_time() - before

    accounts = ("li.hua", "nobody", "guo.oidc")
    known, unknown, without_password = (min(found) for found in zip(*([work(one) for one in accounts] for _ in range(6)), strict=True))
    assert 0.5 < unknown / known < 2
    assert 0.5 < without_password / known < 2


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(rig: Rig) -> None:
    browser = rig.browser()
    for _ in range(4):
        assert browser.sign_in("li.hua", "wrong password").status_code == 401
    locked = browser.sign_in("li.hua", "wrong password")
    assert locked.status_code == 423
    assert "09:15" in locked.json()["detail"]
    assert datetime.fromisoformat(locked.json()["until"]) == datetime.fromisoformat("2026-11-23T09:15:00+08:00")
    rig.clock.forward(minutes=14, seconds=59)
    assert browser.sign_in("li.hua").status_code == 423
    rig.clock.forward(seconds=1)
    assert browser.sign_in("li.hua").status_code == 200


def test_after_a_lock_it_takes_five_again(rig: Rig) -> None:
    browser = rig.browser()
    for _ in range(5):
        browser.sign_in("li.hua", "wrong password")
    rig.clock.forward(minutes=15)
    assert [browser.sign_in("li.hua", "wrong password").status_code for _ in range(5)] == [401, 401, 401, 401, 423]


def test_a_locked_account_locks_nobody_else_and_no_open_session(rig: Rig) -> None:
    rig.add("zhao.min")
    inside = rig.signed_in("li.hua")
    browser = rig.browser()
    for _ in range(5):
        browser.sign_in("li.hua", "wrong password")
    assert browser.sign_in("zhao.min").status_code == 200
    assert inside.is_in()


def test_the_right_password_forgives_the_wrong_ones_before(rig: Rig) -> None:
    browser = rig.browser()
    for _ in range(3):
        assert [browser.sign_in("li.hua", "wrong password").status_code for _ in range(4)] == [401] * 4
        assert browser.sign_in("li.hua").status_code == 200


@pytest.mark.parametrize("account", ["li.hua", "nobody"])
def test_many_attempts_at_once_get_no_more_tries(rig: Rig, account: str) -> None:
    with ThreadPoolExecutor(12) as pool:
        statuses = Counter(pool.map(lambda _: rig.browser().sign_in(account, "wrong password").status_code, range(12)))
    assert statuses == {401: 4, 423: 8}


def test_a_disabled_account_is_told_so_only_with_the_right_password(rig: Rig) -> None:
    rig.access.accounts.change("li.hua", {"disabled": True}, by="test")
    assert rig.browser().sign_in("li.hua", "wrong password").status_code == 401
    refused = rig.browser().sign_in("li.hua")
    assert refused.status_code == 403 and "停用" in refused.json()["detail"]
    assert "set-cookie" not in refused.headers


def test_an_address_that_fails_too_often_has_to_wait(tmp_path: Path) -> None:
    rig = Rig(tmp_path, address_failures=6)
    rig.add("li.hua")
    browser = rig.browser("10.0.0.9")
    for number in range(6):
        assert browser.sign_in(f"guess{number}", "wrong password").status_code == 401
    written = len(rig.ledger())
    assert browser.sign_in("li.hua").status_code == 429
    assert len(rig.ledger()) == written
    assert rig.browser("10.0.0.10").sign_in("li.hua").status_code == 200
    rig.clock.forward(minutes=15)
    assert browser.sign_in("li.hua").status_code == 200


def test_a_hash_of_weaker_parameters_is_made_anew_at_sign_in(tmp_path: Path) -> None:
    old = Rig(tmp_path)
    old.add("li.hua")
    new = Rig(tmp_path, passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=2048, parallelism=1)))

    def stored() -> str:
        with read(new.database) as connection:
            found = StaffRepository(connection).get("li.hua")
        assert found and found.password_hash
        return found.password_hash

    assert "m=1024,t=1" in stored()
    assert new.browser().sign_in("li.hua", "wrong password").status_code == 401
    assert "m=1024,t=1" in stored()
    assert new.browser().sign_in("li.hua").status_code == 200
    assert stored().startswith("$argon2id$") and "m=2048,t=2" in stored()
    assert new.browser().sign_in("li.hua").status_code == 200


def test_hashes_are_argon2id_with_the_parameters_of_rfc_9106() -> None:
    # RFC 9106, 4: second recommended option, 64 MiB, three passes, four lanes.
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Passwords(QUICK).hash(PASSWORD) != Passwords(QUICK).hash(PASSWORD)


SECRET = "a secret nobody may see"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"\xff\xfe\x00", "application/json", 400),
        (json.dumps({"account": "li.hua"}).encode(), "application/json", 422),
        (json.dumps({"account": ["li.hua"], "password": SECRET}).encode(), "application/json", 422),
        (json.dumps({"account": "li.hua", "password": {"$ne": SECRET}}).encode(), "application/json", 422),
        (json.dumps({"account": "li.hua", "password": SECRET, "admin": True}).encode(), "application/json", 422),
        (json.dumps({"account": "li.hua", "password": SECRET * 60}).encode(), "application/json", 422),
        (json.dumps({"account": "li.hua", "password": PASSWORD}).encode(), "text/plain", 422),
        (b"account=li.hua&password=" + PASSWORD.encode(), "application/x-www-form-urlencoded", 422),
        (json.dumps({"account": "li.hua", "password": SECRET * 5000}).encode(), "application/json", 413),
    ],
)
def test_a_malformed_body_is_refused_and_not_repeated(rig: Rig, body: bytes, kind: str, status: int) -> None:
    response = rig.browser().post("/api/v1/staff/sign-in", content=body, headers={"content-type": kind})
    assert response.status_code == status
    assert SECRET not in response.text and "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "odd",
    ["", "'; drop table staff; --", "li.hua\x00", "\ud83d", "𠮷" * 50, "../../etc"],
    ids=["empty", "sql", "nul", "half a character", "long", "path"],
)
def test_odd_accounts_and_passwords_are_simply_wrong(rig: Rig, odd: str) -> None:
    body = json.dumps({"account": odd, "password": odd}).encode()
    answered = rig.browser().post("/api/v1/staff/sign-in", content=body, headers={"content-type": "application/json"})
    assert answered.status_code in (400, 401, 422)
    assert rig.signed_in("li.hua").is_in()


def test_everything_at_the_door_is_in_the_ledger_and_no_secret_is(rig: Rig, tmp_path: Path) -> None:
    browser = rig.browser("10.1.2.3")
    for _ in range(5):
        browser.sign_in("li.hua", "my-wrong-password")
    browser.sign_in("my-password-in-the-wrong-field", "x")
    rig.clock.forward(minutes=15)
    browser.sign_in("li.hua")
    token, csrf = browser.cookies["banshi_staff"], browser.csrf
    browser.change("POST", "/staff/sign-out")
    entries = rig.ledger("sign-in", "sign-in-refused", "lock", "sign-out")
    assert [(entry.action, entry.actor) for entry in entries] == [
        *[("sign-in-refused", "li.hua")] * 5,
        ("lock", "li.hua"),
        ("sign-in-refused", "?"),
        ("sign-in", "li.hua"),
        ("sign-out", "li.hua"),
    ]
    assert all(entry.detail["address"] == "10.1.2.3" for entry in entries[:-1])
    assert rig.ledger_problems() == []
    told = repr(rig.ledger())
    stored = stored_bytes(tmp_path)
    for secret in (PASSWORD, "my-wrong-password", "my-password-in-the-wrong-field", token):
        assert secret not in told and secret.encode() not in stored
    assert csrf not in told
