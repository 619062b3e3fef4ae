"""The “跨省通办” zone: as a demo, over HTTP, and when it misbehaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from banshi.connect.cross_province.demo import DemoZone
from banshi.connect.cross_province.http import HttpZone
from banshi.connect.cross_province.port import CrossProvinceZone
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.knowledge.cross_province import Mode, load_cross_province
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.settings import Settings
from tests.contract.systems.conftest import Standin
from tests.contract.systems.cross_province_contract import BEIJING, CHANGCHUN, CrossProvinceContract

SYSTEM = "cross_province"
Start = Callable[[str], Standin]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(Settings().knowledge_dir)


class TestDemo(CrossProvinceContract):
    @pytest.fixture
    def zone(self, knowledge: Knowledge) -> CrossProvinceZone:
        catalogue = load_cross_province(Settings().knowledge_dir / "cross_province.yml", knowledge.guides)
        return DemoZone(catalogue, lambda: knowledge)

    def test_windows_and_times_are_those_of_the_knowledge(self, zone: CrossProvinceZone) -> None:
        code = next(one.code for one in zone.items() if one.name == "社会保障卡申领")
        way = zone.way(code, CHANGCHUN, BEIJING)
        assert way is not None and way.receiving.windows[0].name == "长春市政务服务中心“跨省通办”专窗"
        assert way.receiving.windows[0].address.startswith("示例") and way.deciding.windows == ()
        back = zone.way(code, BEIJING, CHANGCHUN)
        assert back is not None and "10个工作日" in back.time and "有效身份证件" in back.recognised


class TestHttp(CrossProvinceContract):
    @pytest.fixture
    def zone(self, standin: Start) -> CrossProvinceZone:
        return HttpZone(standin(SYSTEM).http)

    def test_not_opened_between_two_places_is_a_no(self, zone: CrossProvinceZone) -> None:
        ways = [zone.way(one.code, BEIJING, CHANGCHUN) for one in zone.items()[:13]]
        assert [way is not None and way.mode is None for way in ways] == [False] * 12 + [True]
        assert all(way is not None and way.workdays == (10 if way.mode else None) for way in ways)


def hurried(running: Standin) -> CrossProvinceZone:
    zone: CrossProvinceZone = HttpZone(running.http)
    return running.guarded(zone)


def test_a_passing_failure_is_asked_again(standin: Start) -> None:
    running = standin(SYSTEM)
    running.behaves("error", times=1)
    assert len(hurried(running).items()) == 140


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open", "refuse", "wrong_labels"])
def test_whatever_goes_wrong_is_one_of_two_errors(standin: Start, mode: str) -> None:
    running = standin(SYSTEM)
    running.behaves(mode, seconds=3)
    zone = hurried(running)
    expected = SystemRefusedError if mode == "refuse" else SystemUnavailableError
    with pytest.raises(expected):
        zone.items()
    with pytest.raises(expected):
        zone.way("2020-001", BEIJING, CHANGCHUN)
    running.behaves("none")
    way = zone.way("2020-001", BEIJING, CHANGCHUN)
    assert way is not None and way.mode is Mode.ONLINE


def test_a_code_that_the_contract_does_not_name_is_told_with_its_field(standin: Start) -> None:
    running = standin(SYSTEM)
    running.behaves("wrong_labels")
    with pytest.raises(UnknownLabelError, match=r"mode '9'.*全程网办"):
        HttpZone(running.http).items()
