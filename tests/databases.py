"""Fixtures of both databases, for the whole test run: a test that takes `url` or `database` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from banshi.store.database import open_database
from tests.postgres import Postgres, shared_postgres

_TEMPLATE = "banshi_template"
_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The PostgreSQL of this test run."""
    return shared_postgres(request.config)


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'banshi.db'}"
        return
    server, name = shared_postgres(request.config), f"empty_{next(_numbers)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with all tables and no rows."""
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    open_database(path).dispose()
    return path


@pytest.fixture(scope="session")
def migrated_template(request: pytest.FixtureRequest) -> str:
    """A database of PostgreSQL with all tables and no rows, to be copied."""
    open_database(shared_postgres(request.config).create(_TEMPLATE)).dispose()
    return _TEMPLATE


@pytest.fixture
def database(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An open database with all tables and no rows."""
    if backend == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        engine = open_database(path)
        yield engine
        engine.dispose()
        return
    server, name = shared_postgres(request.config), f"store_{next(_numbers)}"
    engine = open_database(server.create(name, template=request.getfixturevalue("migrated_template")))
    yield engine
    engine.dispose()
    server.drop(name)
