"""What depends on transactions holds on PostgreSQL too, where writers do not simply wait for each other as on SQLite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from tests.api.staff_rig import PASSWORD, Rig, two_administrators_disable_each_other
from tests.postgres import shared_postgres

NEW = "harbour violin basket moon"
_numbers = count(1)


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    server, name = shared_postgres(request.config), f"staff_{next(_numbers)}"
    rig = Rig(tmp_path, database=server.create(name))
    rig.add("root.li", "admin")
    rig.add("li.hua", "editor")
    yield rig
    rig.database.dispose()
    server.drop(name)


def test_the_whole_flow(rig: Rig) -> None:
    admin = rig.signed_in("root.li")
    once = admin.change("POST", "/staff/accounts", {"account": "sun.li", "name": "孙丽", "roles": ["editor"]}).json()["password"]
    browser = rig.browser()
    assert browser.sign_in("sun.li", once).status_code == 200
    assert browser.get("/api/v1/sample/editor").status_code == 403
    assert browser.change_password(once, NEW).status_code == 200
    assert browser.change("POST", "/sample/editor").status_code == 200
    rig.clock.forward(minutes=59)
    assert browser.is_in()
    assert admin.change("PATCH", "/staff/accounts/sun.li", {"disabled": True}).status_code == 200
    assert not browser.is_in()
    assert rig.browser().sign_in("sun.li", NEW).status_code == 403
    assert rig.ledger_problems() == []


def test_many_attempts_at_once_get_no_more_tries(rig: Rig) -> None:
    with ThreadPoolExecutor(12) as pool:
        statuses = Counter(pool.map(lambda _: rig.browser().sign_in("li.hua", "wrong password").status_code, range(12)))
    assert statuses == {401: 4, 423: 8}
    assert rig.browser().sign_in("li.hua").json()["until"].startswith("2026-11-23T09:15:00+08:00")


def test_two_administrators_who_disable_each_other_leave_one(rig: Rig) -> None:
    two_administrators_disable_each_other(rig, rounds=10)


def test_two_new_passwords_at_once_leave_one_and_one_session(rig: Rig) -> None:
    browsers = [rig.signed_in("li.hua") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda n: browsers[n].change_password(PASSWORD, f"{NEW} {n}").status_code, range(4)))
    assert statuses.count(200) == 1
    assert [browser.is_in() for browser in browsers] == [status == 200 for status in statuses]
    assert [rig.browser().sign_in("li.hua", f"{NEW} {n}").status_code == 200 for n in range(4)] == [status == 200 for status in statuses]
