"""Administrators keep the accounts: one-time passwords shown once, sessions that end with rights, and never the last administrator lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from banshi.store.database import write
from banshi.store.staff import StaffRepository
from tests.api.staff_rig import PASSWORD, Rig, stored_bytes, two_administrators_disable_each_other

NEW = "harbour violin basket moon"
TREE = {"220102": "220100", "220100": "220000", "222401": "222400", "222400": "220000"}
SUN: dict[str, Any] = {"account": "sun.li", "name": "孙丽", "roles": ["editor"], "departments": ["人社厅"], "regions": ["220100"]}


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path, parents=TREE.get)
    rig.add("root.li", "admin")
    rig.add("li.hua", "editor")
    return rig


def test_an_administrator_adds_an_account_and_its_owner_chooses_a_password(rig: Rig) -> None:
    admin = rig.signed_in("root.li")
    added = admin.change("POST", "/staff/accounts", SUN)
    assert added.status_code == 201
    told = added.json()
    once = told.pop("password")
    row = SUN | {"disabled": False, "locked_until": None, "last_seen": None, "oidc_subject": None, "has_password": True, "password": None}
    assert told | {"password": None} == row
    owner = rig.browser()
    assert owner.sign_in("sun.li", once).json()["must_change"] is True
    assert owner.change_password(once, NEW).status_code == 200
    assert owner.get("/api/v1/sample/editor").status_code == 200


def test_a_one_time_password_is_shown_once_and_stored_nowhere(rig: Rig, tmp_path: Path) -> None:
    admin = rig.signed_in("root.li")
    once = admin.change("POST", "/staff/accounts", SUN).json()["password"]
    listed = admin.get("/api/v1/staff/accounts")
    assert once not in listed.text and "argon2" not in listed.text
    assert once.encode() not in stored_bytes(tmp_path)
    assert once not in repr(rig.ledger())
    assert listed.headers["cache-control"] == "no-store"


def test_the_list_tells_state_and_no_secret(rig: Rig) -> None:
    browser = rig.browser("10.0.0.7")
    for _ in range(5):
        browser.sign_in("li.hua", "wrong password")
    admin = rig.signed_in("root.li")
    rows = {row["account"]: row for row in admin.get("/api/v1/staff/accounts").json()["rows"]}
    assert rows["li.hua"]["locked_until"] is not None and rows["li.hua"]["last_seen"] is None
    assert rows["root.li"]["locked_until"] is None and rows["root.li"]["last_seen"] is not None
    rig.clock.forward(minutes=20)
    rows = {row["account"]: row for row in admin.get("/api/v1/staff/accounts").json()["rows"]}
    assert rows["li.hua"]["locked_until"] is None


@pytest.mark.parametrize("role", ["operator", "editor", "reviewer"])
def test_only_administrators_see_or_change_accounts(rig: Rig, role: str) -> None:
    rig.add("zhao.min", role)
    browser = rig.signed_in("zhao.min")
    assert browser.get("/api/v1/staff/accounts").status_code == 403
    assert browser.change("POST", "/staff/accounts", SUN).status_code == 403
    for account in ("zhao.min", "li.hua", "nobody"):
        assert browser.change("PATCH", f"/staff/accounts/{account}", {"roles": ["admin"]}).status_code == 403
    assert len(rig.access.accounts.list()) == 3


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"account": "li.hua"}, 409),
        ({"account": "LI.HUA"}, 409),
        ({"account": "x"}, 422),
        ({"account": "李华"}, 422),
        ({"account": "a b"}, 422),
        ({"name": "  "}, 422),
        ({"roles": []}, 422),
        ({"roles": ["root"]}, 422),
        ({"departments": [""]}, 422),
        ({"regions": "220100"}, 422),
        ({"password": "chosen by the administrator"}, 422),
        ({"oidc_subject": "S-1"}, 409),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_sentence(rig: Rig, change: dict[str, Any], status: int) -> None:
    refused = rig.signed_in("root.li").change("POST", "/staff/accounts", SUN | change)
    assert refused.status_code == status
    assert any("\u4e00" <= char <= "\u9fff" for char in refused.json()["detail"])
    assert len(rig.access.accounts.list()) == 2


@pytest.mark.parametrize("change", [{"roles": ["operator"]}, {"disabled": True}, {"reset_password": True}])
def test_sessions_end_with_the_rights_they_were_opened_with(rig: Rig, change: dict[str, Any]) -> None:
    admin, one, other = rig.signed_in("root.li"), rig.signed_in("li.hua"), rig.signed_in("li.hua")
    assert admin.change("PATCH", "/staff/accounts/li.hua", change).status_code == 200
    assert not one.is_in() and not other.is_in() and admin.is_in()


def test_a_new_name_or_scope_ends_no_session_and_holds_at_once(rig: Rig) -> None:
    admin, browser = rig.signed_in("root.li"), rig.signed_in("li.hua")
    change = {"name": "李华（人社）", "departments": ["人社厅"], "regions": ["220102"]}
    assert admin.change("PATCH", "/staff/accounts/li.hua", change).json() | change == admin.get("/api/v1/staff/accounts").json()["rows"][0]
    assert browser.get("/api/v1/staff/me").json() | change == browser.get("/api/v1/staff/me").json()


def test_fields_left_out_stay(rig: Rig) -> None:
    admin = rig.signed_in("root.li")
    admin.change("POST", "/staff/accounts", SUN)
    changed = admin.change("PATCH", "/staff/accounts/sun.li", {"disabled": True}).json()
    assert {field: changed[field] for field in SUN} == SUN and changed["disabled"] is True


def test_a_reset_lifts_the_lock_and_asks_for_a_new_password(rig: Rig) -> None:
    for _ in range(5):
        rig.browser("10.0.0.7").sign_in("li.hua", "wrong password")
    once = rig.signed_in("root.li").change("PATCH", "/staff/accounts/li.hua", {"reset_password": True}).json()["password"]
    browser = rig.browser()
    assert browser.sign_in("li.hua", PASSWORD).status_code == 401
    assert browser.sign_in("li.hua", once).json()["must_change"] is True


def test_a_disabled_account_can_be_enabled_again(rig: Rig) -> None:
    admin = rig.signed_in("root.li")
    admin.change("PATCH", "/staff/accounts/li.hua", {"disabled": True})
    assert rig.browser().sign_in("li.hua").status_code == 403
    admin.change("PATCH", "/staff/accounts/li.hua", {"disabled": False})
    assert rig.browser().sign_in("li.hua").status_code == 200


def test_enabling_brings_no_session_back(rig: Rig) -> None:
    admin, browser = rig.signed_in("root.li"), rig.signed_in("li.hua")
    admin.change("PATCH", "/staff/accounts/li.hua", {"disabled": True})
    admin.change("PATCH", "/staff/accounts/li.hua", {"disabled": False})
    assert not browser.is_in()


def test_a_session_is_worth_nothing_while_its_account_is_disabled(rig: Rig) -> None:
    browser = rig.signed_in("li.hua")
    with write(rig.database) as connection:  # as when somebody changes the table by hand
        StaffRepository(connection).update("li.hua", disabled=True)
    assert not browser.is_in()


def test_an_unknown_account_is_not_found(rig: Rig) -> None:
    refused = rig.signed_in("root.li").change("PATCH", "/staff/accounts/nobody", {"disabled": True})
    assert (refused.status_code, refused.json()) == (404, {"detail": "没有这个账号。"})


@pytest.mark.parametrize(
    "body",
    [{"roles": None}, {"disabled": None}, {"disabled": "maybe"}, {"name": 5}, {"password_hash": "x"}, {"reset_password": False}, [], "x"],
)
def test_a_malformed_change_changes_nothing(rig: Rig, body: Any) -> None:
    before = rig.access.accounts.list()
    browser = rig.signed_in("root.li")
    assert browser.change("PATCH", "/staff/accounts/li.hua", body).status_code == 422
    after = {staff.account: staff for staff in rig.access.accounts.list()}
    assert after["li.hua"] == before[0]


@pytest.mark.parametrize("change", [{"disabled": True}, {"roles": ["editor"]}, {"roles": ["operator", "reviewer"], "disabled": True}])
def test_the_last_administrator_cannot_be_lost(rig: Rig, change: dict[str, Any]) -> None:
    rig.add("idle.admin", "admin")
    rig.access.accounts.change("idle.admin", {"disabled": True}, by="test")
    admin = rig.signed_in("root.li")
    written = len(rig.ledger())
    refused = admin.change("PATCH", "/staff/accounts/root.li", change)
    assert refused.status_code == 409 and "最后一个" in refused.json()["detail"]
    assert admin.is_in() and len(rig.ledger()) == written
    rig.add("zhao.min", "admin")
    assert admin.change("PATCH", "/staff/accounts/root.li", change).status_code == 200


def test_two_administrators_who_disable_each_other_leave_one(rig: Rig) -> None:
    two_administrators_disable_each_other(rig, rounds=5)


def test_an_administrator_of_a_city_hands_out_nothing_beyond_it(rig: Rig) -> None:
    rig.add("city.admin", "admin", regions=("220100",))
    rig.add("town.editor", "editor", regions=("220102",))
    city = rig.signed_in("city.admin")
    assert city.change("POST", "/staff/accounts", SUN | {"regions": ["220102"]}).status_code == 201
    for regions in ([], ["222401"], ["220100", "220000"]):
        assert city.change("POST", "/staff/accounts", SUN | {"account": "other", "regions": regions}).status_code == 403
    assert city.change("PATCH", "/staff/accounts/li.hua", {"reset_password": True}).status_code == 403
    assert city.change("PATCH", "/staff/accounts/li.hua", {"regions": ["220102"]}).status_code == 403, "nor takes anybody over"
    assert city.change("PATCH", "/staff/accounts/root.li", {"disabled": True}).status_code == 403
    assert city.change("PATCH", "/staff/accounts/town.editor", {"roles": ["reviewer"]}).status_code == 200
    assert city.change("PATCH", "/staff/accounts/town.editor", {"regions": []}).status_code == 403
    assert city.change("PATCH", "/staff/accounts/city.admin", {"regions": []}).status_code == 403
    assert {staff.account: staff.regions for staff in rig.access.accounts.list()}["town.editor"] == ("220102",)


def test_every_change_of_an_account_is_in_the_ledger_with_before_and_after(rig: Rig) -> None:
    admin = rig.signed_in("root.li")
    admin.change("POST", "/staff/accounts", SUN)
    admin.change("PATCH", "/staff/accounts/sun.li", {"roles": ["reviewer"], "name": "孙丽"})
    admin.change("PATCH", "/staff/accounts/sun.li", {"disabled": True})
    admin.change("PATCH", "/staff/accounts/sun.li", {"disabled": False, "reset_password": True})
    entries = [entry for entry in rig.ledger() if entry.target == "staff/sun.li"]
    assert [entry.action for entry in entries] == ["staff-add", "staff-change", "staff-disable", "staff-enable", "password-reset"]
    assert {entry.actor for entry in entries} == {"root.li"}
    assert entries[0].detail["regions"] == ["220100"]
    assert entries[1].detail == {"roles": [["editor"], ["reviewer"]]}
    assert rig.ledger_problems() == []
