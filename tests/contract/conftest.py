"""What the tests of the store save, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.contract.saving import Save, saver


@pytest.fixture
def now() -> datetime:
    """The moment these tests play in."""
    return datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def save(database: sa.Engine, now: datetime) -> Save:
    """Saves a revision, by default the first of a guide, in a transaction of its own."""
    return saver(database, now)
