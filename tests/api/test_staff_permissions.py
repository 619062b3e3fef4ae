"""Who may do what, where: roles at the routes, scopes of departments and regions."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from banshi.staff.permissions import ROLES_OF, covers, may
from banshi.store.staff import Role, Staff
from tests.api.staff_rig import Rig

# 长春 governs 南关 and the high-tech zone, whose code stands outside the city's six digits as zones' codes do.
TREE = {
    "220102": "220100",
    "GX0001": "220100",
    "220100": "220000",
    "222401": "222400",
    "222400": "220000",
    "loop-a": "loop-b",
    "loop-b": "loop-a",
}
OPENS: dict[str, set[str]] = {
    "operator": {"staff", "operator"},
    "editor": {"staff", "studio", "editor"},
    "reviewer": {"staff", "studio", "editor", "reviewer"},
    "admin": {"staff", "studio", "admin", "operator"},
}


def somebody(*roles: Role, departments: tuple[str, ...] = (), regions: tuple[str, ...] = (), disabled: bool = False) -> Staff:
    return Staff("li.hua", "李华", roles, departments, regions, disabled)


@pytest.mark.parametrize("roles", [("operator",), ("editor",), ("reviewer",), ("admin",), ("operator", "admin"), ("editor", "admin")])
def test_a_route_opens_for_its_roles_only(tmp_path: Path, roles: tuple[str, ...]) -> None:
    rig = Rig(tmp_path)
    rig.add("li.hua", *roles)
    browser = rig.signed_in("li.hua")
    opens = set().union(*(OPENS[role] for role in roles))
    for route, method in product(("staff", "operator", "studio", "editor", "reviewer", "admin"), ("GET", "POST")):
        response = browser.change(method, f"/sample/{route}")
        assert response.status_code == (200 if route in opens else 403), route
        if response.status_code == 403:
            assert response.json()["detail"] == "您的角色不能进行这项操作。"


@pytest.mark.parametrize("route", ["staff", "operator", "studio", "editor", "reviewer", "admin"])
def test_no_route_opens_for_nobody(tmp_path: Path, route: str) -> None:
    browser = Rig(tmp_path).browser()
    assert browser.get(f"/api/v1/sample/{route}").status_code == 401
    assert browser.change("POST", f"/sample/{route}").status_code == 401


def test_every_role_has_something_to_do_and_no_action_is_free_to_all() -> None:
    assert set().union(*ROLES_OF.values()) == {"operator", "editor", "reviewer", "admin"}
    assert all(0 < len(roles) < 4 for roles in ROLES_OF.values())


def test_who_hands_out_rights_does_not_write_answers() -> None:
    assert not may(somebody("admin"), "knowledge.edit")
    assert not may(somebody("admin"), "knowledge.publish")
    assert may(somebody("admin", "reviewer"), "knowledge.publish")


def test_an_action_nobody_defined_is_an_error_and_no_permission() -> None:
    with pytest.raises(KeyError):
        may(somebody("admin"), "knowledge.anything")


def test_a_disabled_account_may_nothing() -> None:
    assert not any(may(somebody("operator", "editor", "reviewer", "admin", disabled=True), action) for action in ROLES_OF)


def test_a_department_limits_to_its_things() -> None:
    editor = somebody("editor", departments=("公安厅", "人社厅"))
    assert may(editor, "knowledge.edit")
    assert may(editor, "knowledge.edit", department="人社厅")
    assert not may(editor, "knowledge.edit", department="民政厅")
    assert not may(editor, "knowledge.edit", department="")
    assert may(somebody("editor"), "knowledge.edit", department="民政厅")
    assert may(somebody("editor"), "knowledge.edit", department="")


@pytest.mark.parametrize(
    ("region", "allowed"),
    [
        ("220100", True),
        ("220102", True),
        ("GX0001", True),
        ("220000", False),
        ("222401", False),
        ("220199", False),  # looks like a part of the city by its digits, and is not
        ("loop-a", False),
        ("", False),
    ],
)
def test_a_region_reaches_to_all_below_it_and_no_further(region: str, allowed: bool) -> None:
    editor = somebody("editor", regions=("220100",))
    assert may(editor, "knowledge.edit", region=region, parents=TREE.get) is allowed
    assert may(somebody("editor"), "knowledge.edit", region=region, parents=TREE.get)


def test_both_scopes_hold_at_once() -> None:
    editor = somebody("editor", departments=("人社厅",), regions=("220100", "222400"))
    assert may(editor, "knowledge.edit", department="人社厅", region="222401", parents=TREE.get)
    assert not may(editor, "knowledge.edit", department="公安厅", region="222401", parents=TREE.get)
    assert not may(editor, "knowledge.edit", department="人社厅", region="220000", parents=TREE.get)


def test_a_scope_covers_what_lies_inside_it() -> None:
    city = somebody("admin", regions=("220100",))
    assert covers(city, departments=("人社厅",), regions=("220102", "GX0001"), parents=TREE.get)
    assert not covers(city, departments=(), regions=("220102", "222401"), parents=TREE.get)
    assert not covers(city, departments=(), regions=(), parents=TREE.get), "no regions means everywhere"
    department = somebody("admin", departments=("人社厅",))
    assert covers(department, departments=("人社厅",), regions=(), parents=TREE.get)
    assert not covers(department, departments=(), regions=(), parents=TREE.get)
