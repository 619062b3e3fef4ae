"""What holds of every `CrossProvinceZone`."""

from __future__ import annotations

import pytest

from banshi.connect.cross_province.port import CrossProvinceZone
from banshi.knowledge.cross_province import Mode

BEIJING, CHANGCHUN, SHANGHAI = "110000", "220100", "310000"


class CrossProvinceContract:
    """Give a fixture `zone`."""

    @pytest.fixture
    def zone(self) -> CrossProvinceZone:
        raise NotImplementedError

    def test_140_items_load_in_three_batches(self, zone: CrossProvinceZone) -> None:
        items = zone.items()
        assert len({one.code for one in items}) == len({one.name for one in items}) == len(items) == 140
        assert [sum(one.batch == batch for one in items) for batch in ("第一批", "第二批", "第三批")] == [58, 74, 8]
        assert all((one.batch, one.year) in {("第一批", 2020), ("第二批", 2021), ("第三批", 2022)} for one in items)

    def test_names_without_a_source_are_samples_and_say_so(self, zone: CrossProvinceZone) -> None:
        assert all(one.sample == one.name.startswith("示例") for one in zone.items())
        assert {"社会保障卡申领", "户口迁移", "结婚登记"} <= {one.name for one in zone.items() if not one.sample}

    def test_each_item_resolves_with_a_mode_or_a_no_and_with_duties(self, zone: CrossProvinceZone) -> None:
        modes = set()
        for item in zone.items():
            for here, belongs in ((BEIJING, CHANGCHUN), (CHANGCHUN, SHANGHAI)):
                way = zone.way(item.code, here, belongs)
                assert way is not None and way.item == item
                assert (way.receiving.code, way.deciding.code) == (here, belongs)
                modes.add(way.mode)
                if way.mode is not None:
                    assert way.receiving.duties and way.deciding.duties
                    assert bool(way.mailing) == (way.mode is Mode.COLLECTED)
        assert modes - {None} == set(Mode)

    @pytest.mark.parametrize(
        ("here", "belongs"),
        [(BEIJING, SHANGHAI), (CHANGCHUN, "220200"), (CHANGCHUN, CHANGCHUN), ("990000", CHANGCHUN), (BEIJING, "000000")],
    )
    def test_a_pair_that_is_not_known_is_not_guessed(self, zone: CrossProvinceZone, here: str, belongs: str) -> None:
        assert zone.way(zone.items()[0].code, here, belongs) is None

    def test_an_item_that_is_not_known_is_not_guessed(self, zone: CrossProvinceZone) -> None:
        assert zone.way("no/such?item", BEIJING, CHANGCHUN) is None
