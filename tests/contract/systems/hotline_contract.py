"""What every adapter of `Hotline` must do. Inherit the class and give its fixture."""

from __future__ import annotations

from typing import Any

import pytest

from banshi.connect.hotline.port import Hotline
from banshi.connect.resilience.errors import SystemRefusedError

LAMP: dict[str, Any] = {
    **{"工单编号": "GD20261123-0001", "渠道": "web", "诉求类型": "求助", "分类": ["市政"], "地区": "长春市", "地址": ""},
    **{"标题": "路灯不亮", "描述": "楼下路灯三天不亮了", "反映人": "", "来电号码": "", "保密": False, "紧急程度": "一般"},
    **{"主责部门": "城市管理局", "受理时间": "2026-11-23T09:00:00+08:00", "期限": "2026-11-30"},
}


class HotlineContract:
    """Inherited by the tests of each adapter."""

    @pytest.fixture
    def hotline(self) -> Hotline:
        """A system that answers and knows no ticket."""
        raise NotImplementedError

    def test_a_ticket_gets_a_number_and_a_state(self, hotline: Hotline) -> None:
        number = hotline.create(LAMP, "GD20261123-0001")
        status = hotline.status(number)
        assert status is not None
        assert (status.number, status.state) == (number, "已受理")

    def test_the_same_key_is_the_same_ticket(self, hotline: Hotline) -> None:
        numbers = [hotline.create(LAMP, "GD20261123-0001") for _ in range(3)]
        assert len(set(numbers)) == 1
        assert hotline.create(LAMP, "GD20261123-0002") != numbers[0]

    @pytest.mark.parametrize("kind", ["咨询", "求助", "投诉", "举报", "建议"])
    @pytest.mark.parametrize("more", [{}, {"渠道": "hotline", "紧急程度": "特急", "保密": True, "反映人": "保密", "期限": ""}])
    def test_every_kind_is_taken(self, hotline: Hotline, kind: str, more: dict[str, Any]) -> None:
        assert hotline.create({**LAMP, "诉求类型": kind, **more}, "GD20261123-0001")

    @pytest.mark.parametrize("name", ["标题", "描述"])
    def test_a_ticket_without_words_is_refused_for_good(self, hotline: Hotline, name: str) -> None:
        with pytest.raises(SystemRefusedError):
            hotline.create({**LAMP, name: ""}, "GD20261123-0003")

    @pytest.mark.parametrize("number", ["", "TS", "nothing/of it?x=1", "没有"])
    def test_an_unknown_number_has_no_state(self, hotline: Hotline, number: str) -> None:
        assert hotline.status(number) is None
