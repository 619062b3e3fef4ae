"""The demo adapter keeps the contract, fills itself, and shows every situation a citizen can be in."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from banshi.connect.applications.demo import DemoApplications
from banshi.connect.applications.demo_samples import Sample, generate_samples, promise_workdays
from banshi.connect.applications.port import PAUSING_STAGES, Application, ApplicationSource, Result, Stage
from banshi.connect.applications.status_text import explain
from banshi.connect.identity.demo_people import demo_identity
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.knowledge.guide import Guide
from banshi.knowledge.regions import RegionTree
from tests.contract.application_source import ApplicationSourceContract, Known

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TODAY = date(2026, 11, 21)
# A workday, days inside the two long holidays, the turn of the year, a leap day, a year whose holidays are not known.
DAYS = [TODAY, date(2026, 11, 23), date(2026, 2, 19), date(2026, 10, 5), date(2027, 1, 1), date(2024, 2, 29), date(2031, 6, 2)]


@pytest.fixture(scope="module")
def guides() -> dict[str, Guide]:
    read = [Guide.model_validate(yaml.safe_load(path.read_text("utf-8"))) for path in (KNOWLEDGE / "guides").glob("*.yml")]
    return {guide.id: guide for guide in read}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, guides: Mapping[str, Guide]) -> Path:
    filled = tmp_path_factory.mktemp("demo") / "new folder %20?" / "applications.db"
    DemoApplications(filled, guides=guides, today=TODAY)
    return filled


@pytest.fixture(scope="module")
def samples(guides: Mapping[str, Guide]) -> list[Sample]:
    return generate_samples(guides, TODAY)


def content(path: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT * FROM demo_applications ORDER BY application_no").fetchall()
    finally:
        connection.close()


class TestDemoApplications(ApplicationSourceContract):
    @pytest.fixture
    def source(self, path: Path, guides: Mapping[str, Guide]) -> ApplicationSource:
        return DemoApplications(path, guides=guides, today=TODAY)

    @pytest.fixture
    def known(self) -> Sequence[Known]:
        # As printed in README.
        return [Known("JL202611000001", "1234", Stage.REVIEW), Known("JL202611000002", "567X", Stage.CORRECTION)]

    @pytest.fixture
    def persons(self) -> Sequence[str]:
        return [demo_identity("示例甲"), demo_identity("示例乙")]

    @pytest.fixture
    def broken_source(self, tmp_path: Path, path: Path, guides: Mapping[str, Guide]) -> ApplicationSource:
        copy = tmp_path / "applications.db"
        copy.write_bytes(path.read_bytes())
        source = DemoApplications(copy, guides=guides, today=TODAY)
        copy.unlink()
        return source

    def test_every_sample_is_found_by_its_own_second_factor(self, source: ApplicationSource, samples: list[Sample]) -> None:
        for sample in samples[:: len(samples) // 25]:
            assert source.find(sample.application.application_no, sample.second_factor) == sample.application

    def test_wrong_number_and_wrong_second_factor_cost_the_same(
        self, source: ApplicationSource, known: Sequence[Known], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings: list[object] = []
        real = hashlib.scrypt

        def recorded(password: bytes, **options: object) -> bytes:
            settings.append({**options, "salt": len(options["salt"])})  # type: ignore[arg-type]
            return real(password, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(hashlib, "scrypt", recorded)
        attempts = [(known[0].application_no, "0000"), ("JL209912999999", "1234"), ("not a number", "1234"), ("", "")]
        assert [source.find(*attempt) for attempt in attempts] == [None] * 4
        assert len(settings) == 4
        assert all(setting == settings[0] for setting in settings)


def test_the_file_holds_no_second_factor(path: Path, samples: list[Sample]) -> None:
    rows = content(path)
    opened_by = {sample.application.application_no: sample for sample in samples}
    assert {row[0] for row in rows} == set(opened_by)
    for number, salt, digest, person, document in rows:
        # The document is the application and nothing else, and an application has no place for the second factor.
        assert Application.model_validate_json(document) == opened_by[number].application
        assert len(salt) >= 16
        assert opened_by[number].second_factor.encode() != digest
        assert person == opened_by[number].identity != demo_identity(opened_by[number].second_factor)
    assert len({row[1] for row in rows}) == len(rows), "every application has its own salt"


def test_the_same_day_gives_the_same_file(path: Path, tmp_path: Path, guides: Mapping[str, Guide]) -> None:
    other = tmp_path / "other.db"
    DemoApplications(other, guides=dict(reversed(list(guides.items()))), today=TODAY)
    assert content(other) == content(path)


def test_a_file_of_the_same_version_is_left_alone(path: Path, guides: Mapping[str, Guide]) -> None:
    before = path.stat().st_mtime_ns, path.stat().st_ino
    DemoApplications(path, guides=guides, today=TODAY)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_a_file_of_another_day_is_filled_again(path: Path, tmp_path: Path, guides: Mapping[str, Guide]) -> None:
    copy = tmp_path / "applications.db"
    copy.write_bytes(path.read_bytes())
    later = date(2027, 3, 1)
    found = DemoApplications(copy, guides=guides, today=later).find("JL202611000001", "1234")
    assert found is not None
    assert found.stage is Stage.REVIEW and not explain(found, later).overdue
    assert list(tmp_path.iterdir()) == [copy], "nothing is left lying about"


def test_a_file_of_something_else_is_not_overwritten(tmp_path: Path, guides: Mapping[str, Guide]) -> None:
    notes, database = tmp_path / "notes.txt", tmp_path / "other.db"
    notes.write_text("开会记录" * 1000, "utf-8")
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE people (name TEXT)")
    connection.close()
    for foreign in (notes, database):
        before = foreign.read_bytes()
        with pytest.raises(SystemUnavailableError, match=r"not a file of sample applications"):
            DemoApplications(foreign, guides=guides, today=TODAY)
        assert foreign.read_bytes() == before


def test_no_guide_means_no_samples(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one guide"):
        DemoApplications(tmp_path / "applications.db", guides={}, today=TODAY)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_samples_show_every_situation(day: date, guides: Mapping[str, Guide]) -> None:
    samples = generate_samples(guides, day)
    applications = [sample.application for sample in samples]
    explained = [explain(application, day) for application in applications]
    assert len(applications) >= 200
    assert len({application.application_no for application in applications}) == len(applications)
    assert {stage for stage, count in Counter(application.stage for application in applications).items() if count >= 10} == set(Stage)
    assert len({application.item for application in applications}) >= 40
    assert len({application.region for application in applications}) >= 20
    assert sum(explanation.overdue for explanation in explained) == 2
    assert all((explanation.missing != []) == (explanation.stage == "补齐补正") for explanation in explained)
    refused = [application for application in applications if application.result is Result.REFUSED]
    assert len(refused) >= 5
    assert all(application.result_reason for application in refused)
    assert sum(application.stage is Stage.COLLECTION and application.delivery is not None for application in applications) >= 10


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_samples_do_not_contradict_themselves(day: date, guides: Mapping[str, Guide]) -> None:
    regions = RegionTree.load(KNOWLEDGE / "regions.csv")
    for position, sample in enumerate(generate_samples(guides, day)):
        application: Application = sample.application
        guide = guides[application.item]
        assert application.region in regions
        assert (application.task_name, application.dept_name) == (guide.task_name, guide.dept_name)
        assert application.promise_workdays == promise_workdays(guide)
        assert application.applicant_kind.value in guide.server_type
        assert (application.accepted_on is None) == (application.stage is Stage.RECEIVED)
        times = [application.received_on, application.accepted_on, *(pause.from_ for pause in application.pauses), application.decided_on]
        known = [moment for moment in times if moment is not None]
        assert known == sorted(known)
        assert max(*known, application.updated_on) <= day
        assert [p.stage for p in application.pauses if p.to is None] == [application.stage] * (application.stage in PAUSING_STAGES)
        assert {correction.material for correction in application.corrections} <= {m.material_name for m in guide.materials}
        if position >= 2:  # the documented numbers stay the same whatever the day
            assert application.application_no.startswith(f"JL{application.received_on:%Y%m}")


@pytest.mark.parametrize(
    ("kind", "words", "workdays"),
    [
        ("承诺件", "一般20个工作日内", 20),
        ("承诺件", "一般3至5个工作日，不少城市当日或1小时", 5),
        ("承诺件", "办证7个工作日，自助机签注立等可取，异地20日内", 7),
        ("承诺件", "各地压缩至30日左右", None),
        ("承诺件", "各地不一", None),
        ("即办件", "当场办结", 1),
    ],
)
def test_promises_are_read_from_the_guide(guides: Mapping[str, Guide], kind: str, words: str, workdays: int | None) -> None:
    guide = guides["hz-idcard-reissue"]
    changed = guide.model_copy(update={"project_type": kind, "promise": guide.promise.model_copy(update={"text": words})})
    assert promise_workdays(changed) == workdays
