"""Label tables: what is not named is refused, with what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.labels import Labels, UnknownLabelError, load_labels

KIND = Labels("items", "projectType", {"1": "即办件", "2": "承诺件"})


def test_codes_are_read_and_written_by_the_table() -> None:
    assert KIND.read(1) == KIND.read("1 ") == "即办件"
    assert KIND.write("承诺件") == "2"


@pytest.mark.parametrize("code", ["3", "", "01", 0, "即办件", "1" * 10_000])
def test_what_the_table_does_not_name_is_refused(code: str | int) -> None:
    with pytest.raises(UnknownLabelError, match=r"projectType.*does not name; known: 1 .即办件., 2 .承诺件.") as told:
        KIND.read(code)
    assert isinstance(told.value, SystemUnavailableError)
    assert len(str(told.value)) < 300


def test_a_word_they_have_no_code_for_is_not_sent() -> None:
    with pytest.raises(UnknownLabelError, match="has no projectType for '上报件'"):
        KIND.write("上报件")


@pytest.mark.parametrize("text", ["", "- a\n", "projectType: 1\n", "projectType: {}\n"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "labels.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"labels\.yml"):
        load_labels("items", path)


def test_numbers_in_a_file_are_codes_as_they_are_sent(tmp_path: Path) -> None:
    path = tmp_path / "labels.yml"
    path.write_text("projectType: {1: 即办件, '02': 承诺件}\n", encoding="utf-8")
    table = load_labels("items", path)["projectType"]
    assert (table.read(1), table.read("02")) == ("即办件", "承诺件")
