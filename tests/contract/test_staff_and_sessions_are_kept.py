"""Accounts and sessions of the staff."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.store.database import read, write
from banshi.store.errors import AlreadyExistsError, NotFoundError
from banshi.store.sessions import Session, SessionRepository
from banshi.store.staff import Staff, StaffRepository
from tests.contract.together import together


def created(database: sa.Engine, account: str = "li", **values: Any) -> Staff:
    with write(database) as connection:
        return StaffRepository(connection).create(**{"account": account, "name": "李", "roles": ["editor"], **values})


def found(database: sa.Engine, account: str = "li") -> Staff:
    with read(database) as connection:
        staff = StaffRepository(connection).get(account)
    assert staff is not None
    return staff


def test_an_account_comes_back_as_it_was_made(database: sa.Engine) -> None:
    made = created(database, roles=["editor", "reviewer"], departments=["公安厅"], regions=["220100"], password_hash="$argon2id$x")
    assert made == found(database) == Staff("li", "李", ("editor", "reviewer"), ("公安厅",), ("220100",), password_hash="$argon2id$x")
    created(database, "an", oidc_subject="https://id|7")
    with read(database) as connection:
        repository = StaffRepository(connection)
        assert [staff.account for staff in repository.list()] == ["an", "li"]
        assert repository.by_subject("https://id|7") == found(database, "an")
        assert repository.by_subject("https://id|8") is None
        assert repository.get("LI") is None


def test_an_account_and_an_outside_identity_exist_once(database: sa.Engine) -> None:
    first = created(database, oidc_subject="s1")
    created(database, "wang")
    created(database, "zhao")  # several have no outside identity
    with write(database) as connection:
        repository = StaffRepository(connection)
        for values in ({"account": "li", "oidc_subject": None}, {"account": "new", "oidc_subject": "s1"}):
            with pytest.raises(AlreadyExistsError):
                repository.create(name="别人", roles=["admin"], **values)
        with pytest.raises(AlreadyExistsError):
            repository.update("wang", oidc_subject="s1")
        repository.update("wang", oidc_subject="s2")
    assert found(database) == first
    assert found(database, "wang").oidc_subject == "s2"


def test_of_several_who_make_one_account_one_wins(database: sa.Engine) -> None:
    results = together(6, lambda which: created(database, name=f"{which}"))
    assert sum(isinstance(result, Staff) for result in results) == 1
    assert sum(isinstance(result, AlreadyExistsError) for result in results) == 5


def test_only_what_is_given_is_changed(database: sa.Engine, now: datetime) -> None:
    before = created(database, departments=["公安厅"], password_hash="a")
    with write(database) as connection:
        repository = StaffRepository(connection)
        changed = repository.update("li", roles=("admin",), disabled=True)
        assert (changed.roles, changed.disabled, changed.departments, changed.password_hash) == (("admin",), True, ("公安厅",), "a")
        assert repository.update("li", departments=(), password_hash=None, locked_until=now).departments == ()
        assert repository.update("li").roles == ("admin",)
        with pytest.raises(NotFoundError, match="没有账号“nobody”"):
            repository.update("nobody", name="x")
        with pytest.raises(NotFoundError):
            repository.update("nobody")
    after = found(database)
    assert (after.name, after.password_hash, after.locked_until, after.departments) == (before.name, None, now, ())


def test_failures_are_counted_one_by_one_however_many_come_at_once(database: sa.Engine, now: datetime) -> None:
    created(database)

    def fail(_: int) -> Staff:
        with write(database) as connection:
            return StaffRepository(connection).record_failure("li", limit=5, locked_until=now + timedelta(minutes=15))

    results = together(8, fail)
    counted = sorted((result.failed_attempts, result.locked_until) for result in results if isinstance(result, Staff))
    assert [count for count, _ in counted] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [until for _, until in counted] == [None] * 4 + [now + timedelta(minutes=15)] * 4
    with write(database) as connection:
        repository = StaffRepository(connection)
        fresh = repository.record_success("li")
        assert (fresh.failed_attempts, fresh.locked_until) == (0, None)
        for act in (repository.record_success, lambda account: repository.record_failure(account, limit=1, locked_until=now)):
            with pytest.raises(NotFoundError):
                act("nobody")


def test_a_session_lives_until_it_is_ended(database: sa.Engine, now: datetime) -> None:
    created(database)
    created(database, "wang")
    hour = timedelta(hours=1)
    with write(database) as connection:
        sessions = SessionRepository(connection)
        for token, account, expires in (("t1", "li", now + hour), ("t2", "li", now + 2 * hour), ("t3", "wang", now + hour)):
            sessions.create(token_hash=token, account=account, csrf=f"c-{token}", now=now, expires_at=expires)
    with write(database) as connection:
        sessions = SessionRepository(connection)
        assert sessions.get("t1") == Session("t1", "li", "c-t1", now, now + hour, now)
        sessions.touch("t1", now + hour / 2)
        sessions.touch("gone", now + hour)
        assert sessions.get("t1") == Session("t1", "li", "c-t1", now, now + hour, now + hour / 2)
        assert StaffRepository(connection).get("li").last_seen == now + hour / 2  # type: ignore[union-attr]
        assert StaffRepository(connection).get("wang").last_seen == now  # type: ignore[union-attr]
        assert sessions.delete_of("li", keep="t2") == 1
        assert sessions.get("t1") is None and sessions.get("t2") is not None
        sessions.delete("t2")
        assert sessions.get("t2") is None
        assert sessions.delete_expired(now + hour - timedelta(seconds=1)) == 0
        assert sessions.delete_expired(now + hour) == 1
        assert sessions.get("t3") is None
        assert sessions.delete_of("li") == 0


def test_a_session_needs_an_account_and_a_token_is_used_once(database: sa.Engine, now: datetime) -> None:
    created(database)
    with write(database) as connection:
        SessionRepository(connection).create(token_hash="t", account="li", csrf="c", now=now, expires_at=now)
    for token, account in (("other", "nobody"), ("t", "li")):
        with pytest.raises(sa.exc.IntegrityError), write(database) as connection:
            SessionRepository(connection).create(token_hash=token, account=account, csrf="c", now=now, expires_at=now)
