"""Several systems that know applications: who has a number is asked; one that is away or slow keeps nothing back that another knows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from banshi.connect.applications.demo_samples import Sample, generate_samples
from banshi.connect.applications.http import HttpApplications
from banshi.connect.applications.port import CHINA_TIME, Application, ApplicationSource
from banshi.connect.applications.registry import ApplicationRegistry, Registered
from banshi.connect.identity.demo_people import demo_identity
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.guard import CallLimits, Guard, guarded
from banshi.connect.resilience.reach import Reach, ReachFileError
from banshi.connecting import connect
from banshi.knowledge.library import Knowledge
from banshi.settings import Settings
from tests.contract.systems.standing_in import KEY, NOW, SECRET, reached, running

PERSON = demo_identity("示例甲")


class Office:
    """A system that knows some applications, and counts who asks."""

    def __init__(self, *known: Application, factor: str = "1234") -> None:
        self.known, self.factor, self.asked = known, factor, 0

    def find(self, application_no: str, second_factor: str) -> Application | None:
        self.asked += 1
        return next((one for one in self.known if one.application_no == application_no and second_factor == self.factor), None)

    def of_person(self, identity: str) -> tuple[Application, ...]:
        self.asked += 1
        return self.known


class Away(Office):
    """One that cannot be reached."""

    def find(self, application_no: str, second_factor: str) -> Application | None:
        self.asked += 1
        raise SystemUnavailableError("away")

    def of_person(self, identity: str) -> tuple[Application, ...]:
        raise SystemUnavailableError("away")


class Hanging(Office):
    """One that says nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def find(self, application_no: str, second_factor: str) -> Application | None:
        self.over.wait(60)
        return None

    def of_person(self, identity: str) -> tuple[Application, ...]:
        self.over.wait(60)
        return ()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    office = Hanging()
    yield office
    office.over.set()


@pytest.fixture(scope="module")
def samples(knowledge: Knowledge) -> list[Sample]:
    return generate_samples(knowledge.guides, NOW.astimezone(CHINA_TIME).date())


@pytest.fixture
def one(samples: list[Sample]) -> Application:
    return samples[0].application


@pytest.fixture
def car(samples: list[Sample]) -> Application:
    return samples[1].application.model_copy(update={"application_no": "CG202611000001", "item": "jt-license-renew"})


def bounded(office: ApplicationSource, deadline: float = 0.3) -> ApplicationSource:
    return guarded(office, Guard("tested", now=lambda: NOW, limits=CallLimits(deadline=deadline)))


def test_whose_number_it_is_alone_is_asked(one: Application, car: Application) -> None:
    approvals, vehicles = Office(one), Office(car)
    registry = ApplicationRegistry([Registered("applications", approvals), Registered("applications.vehicles", vehicles, numbers=("CG",))])
    assert registry.find("cg2026-11000001", "1234") is None, "their own adapters take numbers as they are written"
    assert registry.find(car.application_no, "1234") == car
    assert (approvals.asked, vehicles.asked) == (0, 2)
    assert registry.find(one.application_no, "1234") == one
    assert (approvals.asked, vehicles.asked) == (1, 2), "who has other numbers is told none"


def test_where_the_number_says_nothing_all_are_asked(one: Application, car: Application) -> None:
    registry = ApplicationRegistry([Registered("applications", Office(one)), Registered("applications.own", Office(car))])
    assert registry.find(car.application_no, "1234") == car
    assert registry.find(one.application_no, "1234") == one
    assert registry.find("JL202699999999", "1234") is None
    assert registry.find(one.application_no, "0000") is None


def test_one_that_hangs_keeps_nothing_back(one: Application, hanging: Hanging) -> None:
    registry = ApplicationRegistry([Registered("applications", Office(one)), Registered("applications.own", bounded(hanging, 20))])
    assert registry.find(one.application_no, "1234") == one, "and it is not waited for: the test would take 20 seconds"


def test_what_one_away_might_know_is_not_said_to_be_unknown(one: Application, hanging: Hanging) -> None:
    for office in (Away(), bounded(hanging)):
        registry = ApplicationRegistry([Registered("applications", Office(one)), Registered("applications.own", office)])
        assert registry.find(one.application_no, "1234") == one
        with pytest.raises(SystemUnavailableError):
            registry.find("JL202699999999", "1234")


def test_a_person_sees_what_is_found(one: Application, car: Application, hanging: Hanging) -> None:
    both = ApplicationRegistry([Registered("applications", Office(one)), Registered("applications.own", Office(car))])
    dates = [found.received_on for found in both.of_person(PERSON)]
    assert len(dates) == 2 and dates == sorted(dates, reverse=True)
    half = ApplicationRegistry([Registered("applications", Office(one)), Registered("applications.own", bounded(hanging))])
    assert half.of_person(PERSON) == (one,)
    for nothing in (
        ApplicationRegistry([Registered("a", Away())]),
        ApplicationRegistry([Registered("a", Away()), Registered("b", Office())]),
    ):
        with pytest.raises(SystemUnavailableError):
            nothing.of_person(PERSON)


def test_of_two_copies_that_of_the_system_of_the_item_is_shown(car: Application) -> None:
    copy = car.model_copy(update={"updated_at": car.updated_at - timedelta(days=1), "source": "汇聚"})
    vehicles = Registered("applications.vehicles", Office(car), items=("jt-",))
    for sources in ([Registered("applications", Office(copy)), vehicles], [vehicles, Registered("applications", Office(copy))]):
        assert ApplicationRegistry(sources).of_person(PERSON) == (car,)


def test_items_have_their_systems() -> None:
    registry = ApplicationRegistry(
        [
            Registered("applications", Office()),
            Registered("applications.plates", Office(), items=("jt-plate",)),
            Registered("applications.vehicles", Office(), items=("jt-",)),
        ]
    )
    found = {item: registry.of_item(item).name for item in ("jt-plate-new", "jt-license", "hz-idcard-reissue")}
    assert list(found.values()) == ["applications.plates", "applications.vehicles", "applications"]


def test_what_two_would_claim_is_refused() -> None:
    with pytest.raises(ValueError, match="numbers CG"):
        ApplicationRegistry([Registered("a", Office(), numbers=("CG",)), Registered("b", Office(), numbers=("CG",))])
    with pytest.raises(ValueError, match="at least one"):
        ApplicationRegistry([])


def test_the_file_of_the_systems_names_them(tmp_path: Path) -> None:
    with running("applications") as approvals, running("applications") as vehicles:
        signed = {"key": KEY, "secret": SECRET.decode(), "timeout": 20}
        given = {
            "applications": {"url": f"{approvals.url}/applications", **signed},
            "applications.vehicles": {"url": f"{vehicles.url}/applications", **signed, "numbers": ["CG"], "items": ["jt-"]},
        }
        (tmp_path / "systems.yml").write_text(yaml.safe_dump({"systems": given}), encoding="utf-8")
        for standins in (approvals, vehicles):  # which first make their samples
            HttpApplications(reached(standins, "applications", timeout=20)).find("JL202611000001", "1234")
        systems = connect(Settings(systems=tmp_path / "systems.yml", var_dir=tmp_path), now=lambda: NOW)
        found = systems.applications.find("JL202611000001", "1234")
        assert found is not None and found.source.startswith("全流程审批系统")
        assert systems.applications.find("CG202611000001", "1234") is None
        standing = {one.system: (one.kind, one.standing) for one in systems.reach.health()}
        assert standing["applications"] == standing["applications.vehicles"] == ("http", "working")
        systems.reach.close()


@pytest.mark.parametrize("name", ["applications.", "booking.east", "vehicles", ".applications"])
def test_a_name_that_nobody_would_ask_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "systems.yml").write_text(yaml.safe_dump({"systems": {name: {"url": "http://x"}}}), encoding="utf-8")
    with pytest.raises(ReachFileError, match="which is no system"):
        Reach(tmp_path / "systems.yml", now=lambda: NOW)


def test_a_key_may_be_for_some_callbacks_only(tmp_path: Path) -> None:
    keys = {"hotline": {"secret": "sixteen letters!", "systems": ["tickets"]}, "all": {"secret": "sixteen letters!"}}
    (tmp_path / "systems.yml").write_text(yaml.safe_dump({"callbacks": keys}), encoding="utf-8")
    reach = Reach(tmp_path / "systems.yml", now=lambda: NOW)
    assert [reach.may_call_back(*asked) for asked in (("hotline", "tickets"), ("hotline", "applications"), ("all", "applications"))] == [
        *(True, False, True)
    ]
