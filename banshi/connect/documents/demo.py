"""A document library that needs no network: a few invented documents and public answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from banshi.connect.documents.invented import INVENTED_ANSWERS, INVENTED_DOCUMENTS
from banshi.connect.documents.port import AnswerPage, DocumentPage, PolicyDocument
from banshi.connect.resilience.errors import SystemRefusedError

_T = TypeVar("_T")


def page_after(rows: Sequence[_T], since: str | None, size: int) -> tuple[tuple[_T, ...], str, bool]:
    """One page behind a cursor that counts rows.

    Raises:
        SystemRefusedError: it is no such cursor.
    """
    begin = int(since or 0) if (since or "0").isascii() and (since or "0").isdigit() else -1
    if not 0 <= begin <= len(rows):
        raise SystemRefusedError("文件资料库不认识这个读取位置。")
    end = min(begin + size, len(rows))
    return tuple(rows[begin:end]), str(end), end < len(rows)


def found_by(words: str, limit: int) -> tuple[PolicyDocument, ...]:
    """Invented documents that hold all words, the newest first."""
    wanted = words.split()
    hits = [one for one in INVENTED_DOCUMENTS if all(word in f"{one.title} {one.document_number} {one.text}" for word in wanted)]
    return tuple(sorted(hits, key=lambda one: one.issued or date.min, reverse=True)[:limit])


class DemoDocuments:
    """`DocumentLibrary` over invented documents.

    Args:
        page: rows a page.

    Example:
        >>> DemoDocuments().search("文件资料库")[0].document_number
        '吉演办发〔2026〕1号'
    """

    def __init__(self, page: int = 3) -> None:
        self._page = page

    def search(self, words: str, limit: int = 10) -> tuple[PolicyDocument, ...]:
        """See `DocumentLibrary.search`."""
        return found_by(words, limit)

    def changes(self, since: str | None) -> DocumentPage:
        """See `DocumentLibrary.changes`."""
        return DocumentPage(*page_after(INVENTED_DOCUMENTS, since, self._page))

    def answers(self, since: str | None) -> AnswerPage:
        """See `DocumentLibrary.answers`."""
        return AnswerPage(*page_after(INVENTED_ANSWERS, since, self._page))
