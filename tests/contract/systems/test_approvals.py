"""The OA: as a demo, over HTTP, and when it misbehaves. Each change arrives there, once."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from banshi.connect.approvals.decisions import DecisionCallback
from banshi.connect.approvals.demo import DemoApprovals
from banshi.connect.approvals.http import HttpApprovals
from banshi.connect.approvals.port import Approvals
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.standin.shop import Fault, Shop
from banshi.standin.systems.approvals import make
from tests.contract.systems.approvals_contract import CHANGE, ApprovalsContract
from tests.contract.systems.conftest import PATIENT, Clock, Standin


class TestDemo(ApprovalsContract):
    @pytest.fixture
    def approvals(self) -> Approvals:
        return DemoApprovals()


class TestHttp(ApprovalsContract):
    @pytest.fixture
    def approvals(self, standin: Callable[[str], Standin]) -> Approvals:
        return HttpApprovals(standin("approvals").http)


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open"])
def test_whatever_is_wrong_is_one_error_and_sending_again_doubles_nothing(standin: Callable[[str], Standin], mode: str) -> None:
    there = standin("approvals")
    there.behaves(mode)
    with pytest.raises(SystemUnavailableError):
        there.guarded(HttpApprovals(there.http)).submit(CHANGE, "approvals:7.1")
    there.shop.fault = Fault()
    again = there.guarded(HttpApprovals(there.http), PATIENT)
    assert again.submit(CHANGE, "approvals:7.1") == again.submit(CHANGE, "approvals:7.1") == "OA-20261123-00001"


def test_a_passing_error_is_passed_over(standin: Callable[[str], Standin]) -> None:
    there = standin("approvals")
    there.behaves("error", times=1)
    assert there.guarded(HttpApprovals(there.http), PATIENT).submit(CHANGE, "approvals:7.1")


def test_a_refusal_says_why(standin: Callable[[str], Standin]) -> None:
    there = standin("approvals")
    there.behaves("refuse")
    with pytest.raises(SystemRefusedError, match="不受理"):
        there.guarded(HttpApprovals(there.http), PATIENT).submit(CHANGE, "approvals:7.1")


def test_its_zero_is_an_agreement_and_other_numbers_are_never_guessed(clock: Clock) -> None:
    told = DecisionCallback(event="E-1", changeId="7.1", userId="oa.wang", decision="0", decidedAt=clock())
    assert told.label() == "同意"
    assert told.model_copy(update={"decision": "1"}).label() == "不同意"
    with pytest.raises(UnknownLabelError, match="known: 0 "):
        told.model_copy(update={"decision": "77"}).label()


def test_its_contract_describes_the_callback(clock: Clock) -> None:
    described = make(Shop("approvals", clock)).openapi()
    assert described["webhooks"]["approvals"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert list(described["paths"]) == ["/v1/matters"], "what only demonstrates is no part of a contract"


def test_nobody_decides_on_what_was_never_handed_over(standin: Callable[[str], Standin]) -> None:
    url = standin("approvals").url
    assert httpx2.get(f"{url}/_standin/matters", trust_env=False).json() == []
    assert httpx2.post(f"{url}/_standin/matters/OA-1/decide", json={"user": "oa.wang"}, trust_env=False).status_code == 404
