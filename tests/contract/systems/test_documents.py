"""The document library: as a demo, over HTTP, and when it misbehaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from banshi.connect.documents.demo import DemoDocuments
from banshi.connect.documents.http import HttpDocuments
from banshi.connect.documents.port import DocumentLibrary
from banshi.connect.resilience.errors import SystemRefusedError, SystemUnavailableError
from banshi.connect.resilience.labels import UnknownLabelError
from tests.contract.systems.conftest import PATIENT, Standin
from tests.contract.systems.documents_contract import DocumentLibraryContract, all_answers, all_documents


class TestDemo(DocumentLibraryContract):
    @pytest.fixture
    def library(self) -> DocumentLibrary:
        return DemoDocuments()


class TestHttp(DocumentLibraryContract):
    @pytest.fixture
    def library(self, standin: Callable[[str], Standin]) -> DocumentLibrary:
        return HttpDocuments(standin("documents").http)


def test_the_demo_and_the_stand_in_tell_the_same(standin: Callable[[str], Standin]) -> None:
    there = HttpDocuments(standin("documents").http)
    assert all_documents(there) == all_documents(DemoDocuments())
    assert all_answers(there) == all_answers(DemoDocuments())


def test_whether_a_text_is_in_force_is_never_guessed(standin: Callable[[str], Standin]) -> None:
    there = standin("documents")
    there.behaves("wrong_labels")
    with pytest.raises(UnknownLabelError, match="standing '77'"):
        there.guarded(HttpDocuments(there.http), PATIENT).changes(None)


@pytest.mark.parametrize("mode", ["slow", "error", "broken", "half_open"])
def test_whatever_is_wrong_is_one_error(standin: Callable[[str], Standin], mode: str) -> None:
    there = standin("documents")
    there.behaves(mode)
    library = there.guarded(HttpDocuments(there.http))
    asks: list[Callable[[], object]] = [lambda: library.changes(None), lambda: library.answers(None), lambda: library.search("演示")]
    for ask in asks:
        with pytest.raises(SystemUnavailableError):
            ask()


def test_a_passing_error_is_passed_over(standin: Callable[[str], Standin]) -> None:
    there = standin("documents")
    there.behaves("error", times=1)
    assert there.guarded(HttpDocuments(there.http), PATIENT).search("演示")


def test_a_refusal_says_why(standin: Callable[[str], Standin]) -> None:
    there = standin("documents")
    there.behaves("refuse")
    with pytest.raises(SystemRefusedError, match="不受理"):
        there.guarded(HttpDocuments(there.http), PATIENT).changes(None)
