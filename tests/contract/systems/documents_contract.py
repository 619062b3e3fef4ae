"""What every adapter of `DocumentLibrary` must do. Inherit the class and give its fixture."""

from __future__ import annotations

import pytest

from banshi.connect.documents.port import STANDINGS, DocumentLibrary, PolicyDocument, PublicAnswer
from banshi.connect.resilience.errors import SystemRefusedError


def all_documents(library: DocumentLibrary) -> list[PolicyDocument]:
    """All documents, page by page."""
    page = library.changes(None)
    found = [*page.documents]
    while page.more:
        page = library.changes(page.cursor)
        found += page.documents
    return found


def all_answers(library: DocumentLibrary) -> list[PublicAnswer]:
    """All public answers, page by page."""
    page = library.answers(None)
    found = [*page.answers]
    while page.more:
        page = library.answers(page.cursor)
        found += page.answers
    return found


class DocumentLibraryContract:
    """Inherited by the tests of each adapter."""

    @pytest.fixture
    def library(self) -> DocumentLibrary:
        """A library that answers, with several pages of documents, one of them with 文号 and days, and one out of force."""
        raise NotImplementedError

    def test_all_documents_come_once(self, library: DocumentLibrary) -> None:
        documents = all_documents(library)
        assert library.changes(None).more, "one page says nothing about cursors"
        assert len({one.id for one in documents}) == len(documents)
        assert {one.standing for one in documents} <= set(STANDINGS)

    def test_what_is_printed_on_a_document_comes_with_it(self, library: DocumentLibrary) -> None:
        one = all_documents(library)[0]
        assert one.document_number is not None and one.organ and one.url.startswith("https://")
        assert one.issued is not None and one.effective is not None and one.expires is not None
        assert one.issued <= one.effective < one.expires

    def test_a_search_finds_what_holds_all_words(self, library: DocumentLibrary) -> None:
        one = all_documents(library)[0]
        assert one.document_number is not None
        assert [found.id for found in library.search(one.document_number)] == [one.id]
        assert library.search(f"{one.document_number} 没有的词") == ()
        days = [found.issued for found in library.search("演示", 3) if found.issued is not None]
        assert days == sorted(days, reverse=True) and len(days) == 3

    def test_answers_come_with_day_and_department(self, library: DocumentLibrary) -> None:
        answers = all_answers(library)
        assert answers and all(one.department and one.answered and one.question and one.answer for one in answers)

    def test_an_unknown_cursor_is_refused(self, library: DocumentLibrary) -> None:
        with pytest.raises(SystemRefusedError):
            library.changes("别处的游标")
        with pytest.raises(SystemRefusedError):
            library.answers("-1")
