"""What every adapter of `ApplicationSource` must do. Inherit the class and give its three fixtures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from banshi.connect.applications.port import Application, ApplicationSource, Stage
from banshi.connect.resilience.errors import SystemUnavailableError


@dataclass(frozen=True)
class Known:
    """An application that the source holds, and what opens it."""

    application_no: str
    second_factor: str
    stage: Stage


class ApplicationSourceContract:
    """Inherited by the tests of each adapter, which override the fixtures."""

    @pytest.fixture
    def source(self) -> ApplicationSource:
        """A source that answers."""
        raise NotImplementedError

    @pytest.fixture
    def known(self) -> Sequence[Known]:
        """At least two applications of the source, with different second factors, one of which ends with X."""
        raise NotImplementedError

    @pytest.fixture
    def persons(self) -> Sequence[str]:
        """Hashes of the identity numbers of those whose applications `known` are."""
        raise NotImplementedError

    @pytest.fixture
    def broken_source(self) -> ApplicationSource:
        """A source whose system is out of reach."""
        raise NotImplementedError

    def test_number_and_second_factor_open_the_application(self, source: ApplicationSource, known: Sequence[Known]) -> None:
        assert len(known) >= 2
        for entry in known:
            found = source.find(entry.application_no, entry.second_factor)
            assert isinstance(found, Application)
            assert (found.application_no, found.stage) == (entry.application_no, entry.stage)
            assert found.source and found.task_name and found.dept_name

    @pytest.mark.parametrize("second_factor", ["", "0000", "12345678", "X", "%", "' OR 1=1 --", "一二三四", "\ud800", "9" * 100_000])
    def test_a_wrong_second_factor_opens_nothing(self, source: ApplicationSource, known: Sequence[Known], second_factor: str) -> None:
        assert source.find(known[0].application_no, second_factor) is None

    @pytest.mark.parametrize("number", ["", "JL", "JL209912999999", "JL2026%", "' OR 1=1 --", "\x00", "\ud800", "J" * 100_000])
    def test_an_unknown_number_opens_nothing(self, source: ApplicationSource, known: Sequence[Known], number: str) -> None:
        assert source.find(number, known[0].second_factor) is None

    def test_another_persons_second_factor_opens_nothing(self, source: ApplicationSource, known: Sequence[Known]) -> None:
        first, second = known[0], known[1]
        assert source.find(first.application_no, second.second_factor) is None
        assert source.find(second.application_no, first.second_factor) is None

    def test_a_second_factor_is_not_matched_in_part(self, source: ApplicationSource, known: Sequence[Known]) -> None:
        entry = known[0]
        assert source.find(entry.application_no, entry.second_factor[:3]) is None
        assert source.find(entry.application_no, f"{entry.second_factor}0") is None

    def test_numbers_may_be_written_freely(self, source: ApplicationSource, known: Sequence[Known]) -> None:
        entry = next(entry for entry in known if entry.second_factor.endswith("X"))
        number, factor = entry.application_no, entry.second_factor
        full_width = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
        for written_number, written_factor in [
            (number.lower(), factor.lower()),
            (f" {number[:2]} {number[2:8]}-{number[8:]} ", f" {factor} "),
            (number.translate(full_width), factor.translate(full_width)),
        ]:
            assert source.find(written_number, written_factor) == source.find(number, factor) is not None

    def test_failed_attempts_change_nothing(self, source: ApplicationSource, known: Sequence[Known]) -> None:
        entry = known[0]
        before = source.find(entry.application_no, entry.second_factor)
        assert source.find(entry.application_no, "0000") is None
        assert source.find(entry.application_no, entry.second_factor) == before is not None

    def test_a_person_finds_what_is_theirs(self, source: ApplicationSource, known: Sequence[Known], persons: Sequence[str]) -> None:
        assert len(persons) >= 2
        lists = [{one.application_no for one in source.of_person(person)} for person in persons]
        assert all(lists)
        assert len(set.union(*lists)) == sum(map(len, lists)), "one application belongs to one person"
        for entry in known:
            assert sum(entry.application_no in numbers for numbers in lists) == 1
        dates = [one.received_on for one in source.of_person(persons[0])]
        assert dates == sorted(dates, reverse=True)

    @pytest.mark.parametrize("person", ["", "%", "0" * 64, "' OR 1=1 --", "\ud800", "9" * 100_000])
    def test_nobody_else_finds_anything(self, source: ApplicationSource, person: str) -> None:
        assert source.of_person(person) == ()

    def test_a_source_out_of_reach_says_so(self, broken_source: ApplicationSource, known: Sequence[Known], persons: Sequence[str]) -> None:
        with pytest.raises(SystemUnavailableError):
            broken_source.of_person(persons[0])
        for number, factor in [(known[0].application_no, known[0].second_factor), ("JL209912999999", "0000")]:
            with pytest.raises(SystemUnavailableError):
                broken_source.find(number, factor)
