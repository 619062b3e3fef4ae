"""Whatever is wrong with the system of applications, who asks for their application soon hears a sentence with a way on."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from banshi.assembly import china_now
from banshi.connect.applications.http import HttpApplications
from banshi.connect.resilience.http import HttpSystem, SystemSettings
from banshi.standin.server import RunningStandins
from banshi.standin.shop import Fault
from tests.api.small_product import Citizen, Small
from tests.api.systems_rig import KEY, SECRET, standins, systems_file

FAULTS = (
    *(Fault(mode="slow", seconds=60), Fault(mode="half_open", seconds=60), Fault(mode="error"), Fault(mode="error", status=401)),
    *(Fault(mode="broken"), Fault(mode="refuse"), Fault(mode="wrong_labels")),
)
BUSY = 3
"""By so much more than six seconds this may take on a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    folder = tmp_path_factory.mktemp("away")
    (folder / "var").mkdir()
    return Small(folder, folder / "var")


@pytest.fixture(scope="module")
def around() -> Iterator[RunningStandins]:
    with standins(china_now, "applications") as running:
        settings = SystemSettings.model_validate(
            {"url": f"{running.url}/applications", "key": KEY, "secret": SECRET.decode(), "timeout": 30}
        )
        HttpApplications(HttpSystem("applications", settings, now=china_now)).find("JL202611000001", "1234")  # the samples are made
        yield running


def asked(citizen: Citizen) -> dict[str, object]:
    citizen.say("查进度")
    citizen.say("JL202611000001")
    [reply] = citizen.say("1234")
    return reply


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.mode}-{fault.status}")
def test_the_citizen_hears_a_sentence_with_a_way_on(small: Small, around: RunningStandins, tmp_path: Path, fault: Fault) -> None:
    citizen = Citizen(small.app(systems=systems_file(tmp_path, around)), region="220102")
    around.shops["applications"].fault = fault
    began = time.monotonic()
    reply = asked(citizen)
    assert time.monotonic() - began < 6 + BUSY
    assert reply["custom"]["found"] is False  # type: ignore[index]
    assert "暂时查不到进度，不是您的办件有问题" in str(reply["text"]) and "12345" in str(reply["text"])
    assert [button["title"] for button in reply["buttons"]] == ["转人工"]  # type: ignore[attr-defined]
    around.shops["applications"].fault = Fault()
    reply = asked(citizen)
    assert "审核" in str(reply["text"]) and reply["custom"]["found"] is True, "and the next time it is told"  # type: ignore[index]


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a Rasa that takes every message and never answers."""
    with socket.socket() as rasa:
        rasa.bind(("127.0.0.1", 0))
        rasa.listen(50)
        yield rasa.getsockname()[1]


@pytest.mark.parametrize("fault", [Fault(), Fault(mode="slow", seconds=60)], ids=["alone", "and-the-system"])
def test_a_silent_rasa_adds_nothing_to_the_six_seconds(
    small: Small, around: RunningStandins, tmp_path: Path, silent: int, fault: Fault
) -> None:
    citizen = Citizen(small.app(with_rasa=True, rasa_port=silent, rasa_secret="s" * 32, systems=systems_file(tmp_path, around)))
    around.shops["applications"].fault = fault
    waits = []
    for words in ("帮我查办件JL202611000001，尾号1234", "查进度", "JL202611000001", "1234"):
        began = time.monotonic()
        replies = citizen.say(words)
        waits.append(time.monotonic() - began)
        assert replies and replies[-1]["text"]
    around.shops["applications"].fault = Fault()
    assert max(waits) < 6 + BUSY / 3, waits


def test_a_wrong_factor_is_told_as_ever(small: Small, around: RunningStandins, tmp_path: Path) -> None:
    citizen = Citizen(small.app(systems=systems_file(tmp_path, around)))
    citizen.say("查进度")
    citizen.say("JL202611000001")
    [reply] = citizen.say("9999")
    assert "没有查到" in reply["text"]


def test_a_system_that_is_away_is_left_alone_for_a_while(small: Small, around: RunningStandins, tmp_path: Path) -> None:
    app = small.app(systems=systems_file(tmp_path, around), status_attempts=0)
    around.shops["applications"].fault = Fault(mode="error")
    citizen = Citizen(app)
    for _ in range(6):
        assert "暂时查不到" in str(asked(citizen)["text"])
    [health] = [one for one in app.state.systems.reach.health() if one.system == "applications"]
    assert (health.kind, health.standing) == ("http", "resting")
    around.shops["applications"].fault = Fault()
