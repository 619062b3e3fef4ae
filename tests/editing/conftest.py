"""Stores for tests of editing, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.editing.small import Desk, begin


@pytest.fixture(scope="session")
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small knowledge, made once."""
    return tmp_path_factory.mktemp("small")


@pytest.fixture
def desk(database: sa.Engine, tmp_path: Path, small_root: Path) -> Desk:
    """A store with the small knowledge in use."""
    return begin(database, tmp_path / "var", small_root)
