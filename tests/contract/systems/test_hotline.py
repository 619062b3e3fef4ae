"""The 12345 system: as a demo, over HTTP, and when it misbehaves: no ticket is lost, none is there twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from banshi.connect.hotline.demo import DemoHotline
from banshi.connect.hotline.http import HttpHotline
from banshi.connect.hotline.port import Hotline
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.desk.outbox.sender import OutboxSender
from banshi.desk.tickets.drafts import Fields
from banshi.desk.tickets.outgoing import TicketHandler
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.vault import Vault
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from tests.contract.systems.hotline_contract import LAMP, HotlineContract
from tests.contract.systems.standing_in import AWAY, NOW, chance, named, reached, running, through_a_guard


@pytest.fixture
def standins() -> Iterator[RunningStandins]:
    with running("hotline") as started:
        yield started


class TestDemo(HotlineContract):
    @pytest.fixture
    def hotline(self, tmp_path: Path) -> Hotline:
        return DemoHotline(tmp_path / "hotline.db", now=lambda: NOW)


class TestHttp(HotlineContract):
    @pytest.fixture
    def hotline(self, standins: RunningStandins) -> Hotline:
        return HttpHotline(reached(standins, "hotline"))


def misbehave(standins: RunningStandins, fault: Fault) -> None:
    standins.shops["hotline"].fault = fault


@pytest.mark.parametrize("fault", AWAY, ids=named)
def test_whatever_is_wrong_is_one_error_and_sending_again_doubles_nothing(standins: RunningStandins, fault: Fault) -> None:
    hotline = through_a_guard(HttpHotline(reached(standins, "hotline")), 0.5 if fault.mode in ("slow", "half_open") else 5)
    misbehave(standins, fault)
    for ask in (lambda: hotline.create(LAMP, "GD1"), lambda: hotline.status("TS20261123000001")):
        with pytest.raises(SystemUnavailableError):
            ask()
    misbehave(standins, Fault())
    again = HttpHotline(reached(standins, "hotline"))
    assert again.create(LAMP, "GD1") == again.create(LAMP, "GD1") == "TS20261123000001"


def test_a_refusal_says_why(standins: RunningStandins) -> None:
    misbehave(standins, Fault(mode="refuse"))
    with pytest.raises(SystemRefusedError, match="不受理"):
        HttpHotline(reached(standins, "hotline")).create(LAMP, "GD1")


def test_a_state_that_nobody_has_named_is_not_guessed(standins: RunningStandins) -> None:
    hotline = HttpHotline(reached(standins, "hotline"))
    number = hotline.create(LAMP, "GD1")
    misbehave(standins, Fault(mode="wrong_labels"))
    with pytest.raises(SystemUnavailableError, match=r"state '99'.*10 \(待受理\)"):
        hotline.status(number)


def test_an_error_that_passes_is_not_noticed(standins: RunningStandins) -> None:
    hotline = through_a_guard(HttpHotline(reached(standins, "hotline")), 5)
    misbehave(standins, Fault(mode="error", times=1))
    number = hotline.create(LAMP, "GD1")
    misbehave(standins, Fault(mode="error", times=1))
    assert hotline.status(number) is not None


@pytest.mark.parametrize("fault", [Fault(mode="broken"), Fault(mode="error"), Fault(mode="slow", seconds=30)], ids=named)
def test_tickets_wait_until_the_system_is_back(database: sa.Engine, standins: RunningStandins, fault: Fault) -> None:
    clock: list[Any] = [NOW]
    hotline = through_a_guard(HttpHotline(reached(standins, "hotline")), 1.0 if fault.mode == "slow" else 5)
    desk = Tickets(database, knowledge=lambda: None, vault=Vault(), hotline=hotline, now=lambda: clock[0])
    sender = OutboxSender(database, [TicketHandler(hotline)], now=lambda: clock[0], chance=chance())
    number = desk.create(Fields(kind="求助", title="路灯不亮", description="不亮"), conversation=None, actor="op").number
    misbehave(standins, fault)
    assert sender.send_one("hotline")
    posting = desk.whole(number).posting
    assert posting is not None and posting.next_try is not None and posting.error == "12345系统暂时连不上，会自动再推送。"
    misbehave(standins, Fault())
    clock[0] = posting.next_try
    assert sender.send_one("hotline")
    whole = desk.whole(number)
    assert (whole.ticket.state, whole.ticket.outside_number) == ("办理中", "TS20261123000001"), "and not a second one"
