"""Every row of the demonstration is either shown by a function that is there, or says why it is not; and the document is the list."""

from __future__ import annotations

import inspect

import pytest

from scripts.demo.__main__ import SHOWS
from scripts.demo.document import PATH, document
from scripts.demo.rows import ROWS, TEXTS, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_shown_or_says_why_not(row: Row) -> None:
    assert row.text in TEXTS
    if not row.shows:
        assert row.note
        return
    name, *arguments = row.shows.split("|")
    [function] = [getattr(module, name) for module in SHOWS if name in vars(module) and getattr(module, name).__module__ == module.__name__]
    assert function.__doc__
    inspect.signature(function).bind(None, *arguments)


def test_no_row_stands_there_twice() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)


def test_the_document_is_written_from_the_list() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), "run python -m scripts.demo.document"
