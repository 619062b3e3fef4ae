"""`banshi staff`: the first administrator comes from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from banshi.staff_commands import app
from tests.api.staff_rig import PASSWORD, Rig


class Console:
    def __init__(self, folder: Path) -> None:
        self._environment = {"BANSHI_VAR_DIR": str(folder)}

    def __call__(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, list(arguments), input=typed, env=self._environment)


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


def test_there_is_no_account_before_one_is_added(console: Console, tmp_path: Path) -> None:
    listed = console("list")
    assert listed.exit_code == 0 and listed.stdout == ""
    assert "banshi staff add NAME --role admin" in listed.stderr
    for account, password in (("admin", "admin"), ("admin", ""), ("root", "root"), ("banshi", "banshi")):
        assert Rig(tmp_path).browser().sign_in(account, password).status_code == 401


def test_a_typed_password_is_asked_for_twice_and_never_shown(console: Console, tmp_path: Path) -> None:
    added = console("add", "root.li", "--name", "李建国", "--role", "admin", "--role", "editor", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert added.exit_code == 0
    assert PASSWORD not in added.output
    told = Rig(tmp_path).browser().sign_in("root.li").json()
    assert (told["name"], told["roles"], told["must_change"]) == ("李建国", ["editor", "admin"], False)


def test_two_different_passwords_are_asked_for_again(console: Console, tmp_path: Path) -> None:
    added = console("add", "root.li", "--role", "admin", typed=f"{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n")
    assert added.exit_code == 0
    assert Rig(tmp_path).browser().sign_in("root.li").status_code == 200


def test_a_weak_password_is_refused_with_the_rule_and_adds_nothing(console: Console) -> None:
    added = console(
        "add", "root.li", "--role", "admin", typed="Password1234\nPassword1234\nshort\nshort\nroot.li-root.li\nroot.li-root.li\n"
    )
    assert added.exit_code == 1
    for rule in ("among the first to be guessed", "at least 12 characters", "must not contain the account name"):
        assert rule in added.stderr
    assert json.loads(console("list", "--json").stdout) == []


def test_a_generated_password_is_printed_alone_and_must_be_changed(console: Console, tmp_path: Path) -> None:
    added = console("add", "root.li", "--role", "admin", "--generate")
    once = added.stdout.strip()
    assert added.exit_code == 0 and added.stdout == once + "\n" and once not in added.stderr
    assert Rig(tmp_path).browser().sign_in("root.li", once).json()["must_change"] is True


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "root.li", "--role", "boss", "--generate"), "operator, editor, reviewer, admin"),
        (("add", "Root Li", "--role", "admin", "--generate"), "small letters"),
        (("disable", "nobody"), "There is no account nobody"),
        (("reset", "nobody", "--generate"), "There is no account nobody"),
    ],
)
def test_mistakes_are_told_in_english_sentences(console: Console, arguments: tuple[str, ...], told: str) -> None:
    failed = console(*arguments)
    assert failed.exit_code == 1 and told in failed.stderr
    assert failed.stdout == "" and failed.output.isascii()


def test_a_second_account_of_the_name_is_refused(console: Console) -> None:
    console("add", "root.li", "--role", "admin", "--generate")
    again = console("add", "root.li", "--role", "operator", "--generate")
    assert again.exit_code == 1 and "exists already" in again.stderr and again.stdout == ""


def test_the_last_administrator_cannot_be_disabled(console: Console) -> None:
    console("add", "root.li", "--role", "admin", "--generate")
    refused = console("disable", "root.li")
    assert refused.exit_code == 1 and "last active administrator" in refused.stderr
    console("add", "zhao.min", "--role", "admin", "--generate")
    assert console("disable", "root.li").exit_code == 0
    rows = {row["account"]: row for row in json.loads(console("list", "--json").stdout)}
    assert rows["root.li"]["disabled"] is True and rows["zhao.min"]["disabled"] is False


def test_disabling_ends_sessions_of_the_running_server(console: Console, tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.add("root.li", "admin")
    rig.add("li.hua", "editor")
    browser = rig.signed_in("li.hua")
    assert console("disable", "li.hua").exit_code == 0
    assert not browser.is_in()


def test_a_reset_lets_a_locked_administrator_in_again(console: Console, tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.add("root.li", "admin")
    for _ in range(5):
        rig.browser().sign_in("root.li", "wrong password")
    once = console("reset", "root.li", "--generate").stdout.strip()
    assert rig.browser().sign_in("root.li", once).json()["must_change"] is True


def test_a_typed_reset_must_be_changed_too(console: Console, tmp_path: Path) -> None:
    Rig(tmp_path).add("root.li", "admin")
    new = "harbour violin basket moon"
    assert console("reset", "root.li", typed=f"{new}\n{new}\n").exit_code == 0
    assert Rig(tmp_path).browser().sign_in("root.li", new).json()["must_change"] is True


def test_the_list_says_who_may_do_what_where(console: Console) -> None:
    console("add", "sun.li", "--name", "孙丽", "--role", "editor", "--department", "人社厅", "--region", "220100", "--generate")
    console("add", "zhao.min", "--role", "operator", "--role", "reviewer", "--generate")
    lines = console("list").stdout.splitlines()
    assert lines == ["sun.li  孙丽  editor  人社厅, 220100  never seen", "zhao.min  zhao.min  operator, reviewer  everywhere  never seen"]


def test_the_ledger_names_the_person_at_the_console(console: Console, tmp_path: Path) -> None:
    once = console("add", "root.li", "--role", "admin", "--generate").stdout.strip()
    console("reset", "root.li", "--generate")
    entries = Rig(tmp_path).ledger()
    assert [entry.action for entry in entries] == ["staff-add", "password-reset"]
    assert all(entry.actor.startswith("console:") and len(entry.actor) > len("console:") for entry in entries)
    assert once not in repr(entries)
