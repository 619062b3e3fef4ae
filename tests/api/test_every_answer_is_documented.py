"""Whatever is sent, by whoever: no failure of the server, and no answer that its own OpenAPI does not tell of."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from banshi.assembly import china_now
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database
from tests.api.product import Product

PASSWORD = "opera gravel lime tusk"
EVERYTHING = ("operator", "editor", "reviewer", "admin")
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EXAMPLES = 20
"""For each route, of each who asks."""
APART = r"(/events|/staff/(sign-out|password|sign-in))$"
"""Streams have tests of their own, and so has what would sign this test out."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The whole server without Rasa, with an account that may do everything."""
    folder: Path = tmp_path_factory.mktemp("documented")
    (folder / "var").mkdir()
    database = open_database(folder / "var" / "banshi.db")
    Accounts(database, Passwords(), now=china_now).add(
        account="zhao.min", name="赵敏", roles=EVERYTHING, password=PASSWORD, chosen_by_owner=True, by="test"
    )
    database.dispose()
    with Product(folder, [str(Path(sys.executable).with_name("banshi")), "up", "--no-rasa"]) as product:
        yield product


def _all_wrong(server: Product, **sent: Any) -> dict[str, list[str]]:
    """What is wrong, by route."""
    told = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()
    wrong: dict[str, list[str]] = {}
    for found in schemathesis.openapi.from_dict(told).exclude(path_regex=APART).get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(base_url=server.url, checks=CHECKS, timeout=30, **sent)

        try:
            ask()
        except (Exception, BaseExceptionGroup) as error:  # each route is asked, and all that is wrong told together
            wrong[operation.label] = [str(one) for one in getattr(error, "exceptions", [error])]
    return wrong


def test_strangers_are_answered_as_documented(server: Product) -> None:
    assert _all_wrong(server) == {}


def test_staff_are_answered_as_documented(server: Product) -> None:
    told = httpx.post(f"{server.url}/api/v1/staff/sign-in", json={"account": "zhao.min", "password": PASSWORD}, trust_env=False)
    assert told.status_code == 200, told.text
    signed_in = {"cookies": dict(told.cookies), "headers": {"X-CSRF-Token": told.json()["csrf"]}}
    assert _all_wrong(server, **signed_in) == {}
