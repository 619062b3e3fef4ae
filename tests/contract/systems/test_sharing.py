"""数据共享平台: the demo and the HTTP adapter do what the port says; a platform that fails makes nobody stay at home without a document."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.connect.sharing.demo import DemoSharing
from banshi.connect.sharing.http import LABELS, HttpSharing
from banshi.connect.sharing.port import Obtainable, Sharing
from banshi.knowledge.material_tables import load_shared_data
from banshi.settings import ROOT
from tests.contract.systems.conftest import DEADLINE, PATIENT, Standin


@pytest.fixture
def there(standin: Callable[[str], Standin]) -> Standin:
    return standin("sharing")


class SharingContract:
    """Inherited by the tests of each adapter, over the list of the knowledge."""

    @pytest.fixture
    def sharing(self) -> Sharing:
        raise NotImplementedError

    def test_what_can_be_had_is_told_with_its_department_in_the_order_asked(self, sharing: Sharing) -> None:
        found = sharing.obtainable(["营业执照", "一张照片", "居民身份证"], "220104")
        assert found == (Obtainable("营业执照", "市场监督管理局"), Obtainable("居民身份证", "公安局"))

    def test_a_place_that_is_not_connected_gets_nothing(self, sharing: Sharing) -> None:
        assert sharing.obtainable(["居民户口簿"], "220104") == (Obtainable("居民户口簿", "公安局"),), "朝阳区 lies in 长春市"
        assert sharing.obtainable(["居民户口簿"], "220200") == ()
        assert sharing.obtainable(["居民户口簿"], "nowhere") == ()

    def test_nothing_asked_is_nothing_had(self, sharing: Sharing) -> None:
        assert sharing.obtainable([], "220104") == ()


class TestDemo(SharingContract):
    @pytest.fixture
    def sharing(self) -> Sharing:
        return DemoSharing(ROOT / "knowledge")

    def test_a_list_that_cannot_be_read_is_a_platform_away(self, tmp_path: Path) -> None:
        (tmp_path / "sharing.yml").write_text("- {name: 居民身份证}\n")
        with pytest.raises(SystemUnavailableError):
            DemoSharing(tmp_path).obtainable(["居民身份证"], "220104")


class TestHttp(SharingContract):
    @pytest.fixture
    def sharing(self, there: Standin) -> Sharing:
        return HttpSharing(there.http)


def test_every_department_of_the_list_has_a_code() -> None:
    departments = {one.department for one in load_shared_data(ROOT / "knowledge" / "sharing.yml")}
    assert departments <= set(LABELS["departmentCode"].ours.values())


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open", "wrong_labels"])
def test_a_platform_that_fails_is_told_as_such(there: Standin, mode: str) -> None:
    sharing = there.guarded(HttpSharing(there.http), PATIENT)
    there.behaves(mode)
    began = time.monotonic()
    with pytest.raises(SystemUnavailableError):
        there.guarded(HttpSharing(there.http)).obtainable(["居民身份证"], "220104")
    assert time.monotonic() - began < 5 * DEADLINE
    there.behaves("error", times=1)
    assert sharing.obtainable(["居民身份证"], "220104"), "what passes is not noticed"


def test_codes_and_refusals_are_told(there: Standin) -> None:
    there.behaves("wrong_labels")
    with pytest.raises(UnknownLabelError, match="departmentCode '99'"):
        HttpSharing(there.http).obtainable(["居民身份证"], "220104")
    there.behaves("refuse")
    with pytest.raises(SystemRefusedError, match="不受理"):
        HttpSharing(there.http).obtainable(["居民身份证"], "220104")
