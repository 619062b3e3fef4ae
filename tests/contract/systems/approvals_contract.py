"""What every adapter of `Approvals` must do. Inherit the class and give its fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from banshi.connect.approvals.port import Approvals, HandOver
from banshi.connect.resilience.errors import SystemRefusedError

CHANGE = HandOver(
    change="7.1",
    title="居民身份证丢失补领（第 2 版）",
    by="li.hua",
    by_name="李华",
    reason="改了收费",
    link="https://banshi.example/studio/#/records/guide/hz-idcard-reissue",
    at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
)


class ApprovalsContract:
    """Inherited by the tests of each adapter."""

    @pytest.fixture
    def approvals(self) -> Approvals:
        """An OA that answers and has no matter."""
        raise NotImplementedError

    def test_the_same_key_is_the_same_matter(self, approvals: Approvals) -> None:
        assert len({approvals.submit(CHANGE, "approvals:7.1") for _ in range(3)}) == 1
        assert approvals.submit(replace(CHANGE, change="8.1"), "approvals:8.1") != approvals.submit(CHANGE, "approvals:7.1")

    def test_a_matter_without_a_title_is_refused(self, approvals: Approvals) -> None:
        with pytest.raises(SystemRefusedError):
            approvals.submit(replace(CHANGE, title=""), "approvals:9.1")
