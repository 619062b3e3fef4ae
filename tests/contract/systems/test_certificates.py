"""电子证照库: the demo and the HTTP adapter do what the port says; a library that fails is told as such, and never as having nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from banshi.connect.certificates.demo import DemoCertificates
from banshi.connect.certificates.http import LABELS, HttpCertificates
from banshi.connect.certificates.port import Certificate, Certificates
from banshi.connect.identity.demo_people import demo_identity
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.labels import UnknownLabelError
from banshi.knowledge.material_tables import load_certificate_kinds
from banshi.settings import ROOT
from tests.contract.systems.conftest import DEADLINE, PATIENT, Clock, Standin

FIRST, SECOND, NOBODY = demo_identity("示例甲"), demo_identity("示例乙"), demo_identity("谁也不是")


@pytest.fixture
def there(standin: Callable[[str], Standin]) -> Standin:
    return standin("certificates")


class CertificatesContract:
    """Inherited by the tests of each adapter. Two people hold certificates, some of which are over."""

    @pytest.fixture
    def certificates(self) -> Certificates:
        raise NotImplementedError

    def test_a_person_finds_what_is_theirs(self, certificates: Certificates, clock: Clock) -> None:
        today = clock().date()
        first = {one.kind: one for one in certificates.of_person(FIRST)}
        second = {one.kind: one for one in certificates.of_person(SECOND)}
        assert first["居民身份证"].holds_on(today)
        assert first["居民户口簿"].valid_until is None
        assert second["居民身份证"].expired_on(today)
        assert not second["居民身份证"].holds_on(today)
        assert set(second) != set(first)

    def test_what_is_over_by_its_date_is_over_whatever_the_state_says(self, certificates: Certificates, clock: Clock) -> None:
        licence = next(one for one in certificates.of_person(FIRST) if one.kind == "机动车驾驶证")
        assert licence.state == "有效"
        assert licence.expired_on(clock().date())

    def test_what_was_reported_lost_neither_holds_nor_is_over(self, certificates: Certificates, clock: Clock) -> None:
        permit = next(one for one in certificates.of_person(FIRST) if one.state == "挂失")
        assert not permit.holds_on(clock().date())
        assert not permit.expired_on(clock().date())

    def test_who_holds_nothing_has_an_empty_list(self, certificates: Certificates) -> None:
        assert certificates.of_person(NOBODY) == ()


class TestDemo(CertificatesContract):
    @pytest.fixture
    def certificates(self, clock: Clock) -> Certificates:
        return DemoCertificates(now=clock)


class TestHttp(CertificatesContract):
    @pytest.fixture
    def certificates(self, there: Standin) -> Certificates:
        return HttpCertificates(there.http)


def test_the_last_day_still_counts(clock: Clock) -> None:
    today = clock().date()
    card = Certificate("居民身份证", "公安局", today, "有效")
    assert card.holds_on(today)
    assert card.expired_on(today + timedelta(days=1))


def test_every_kind_of_the_table_has_a_code_and_every_code_a_kind() -> None:
    kinds = {kind.name for kind in load_certificate_kinds(ROOT / "knowledge" / "certificates.yml")}
    assert kinds == set(LABELS["typeCode"].ours.values())


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open", "wrong_labels"])
def test_a_library_that_fails_is_no_empty_list(there: Standin, mode: str) -> None:
    certificates = there.guarded(HttpCertificates(there.http), PATIENT)
    there.behaves(mode)
    began = time.monotonic()
    with pytest.raises(SystemUnavailableError):
        there.guarded(HttpCertificates(there.http)).of_person(FIRST)
    assert time.monotonic() - began < 5 * DEADLINE
    there.behaves("none")
    assert certificates.of_person(FIRST)


def test_an_unknown_code_is_named_and_not_guessed(there: Standin) -> None:
    there.behaves("wrong_labels")
    with pytest.raises(UnknownLabelError, match=r"typeCode '999'.*居民身份证"):
        HttpCertificates(there.http).of_person(FIRST)


def test_an_error_that_passes_is_not_noticed_and_a_refusal_is_a_sentence(there: Standin) -> None:
    certificates = there.guarded(HttpCertificates(there.http), PATIENT)
    there.behaves("error", times=1)
    assert certificates.of_person(FIRST)
    there.behaves("refuse")
    with pytest.raises(SystemRefusedError, match="不受理"):
        certificates.of_person(FIRST)
