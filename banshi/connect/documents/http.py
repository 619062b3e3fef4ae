"""The document library over HTTP."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.documents.port import AnswerPage, DocumentPage, PolicyDocument, PublicAnswer
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import load_labels

LABELS = load_labels("documents", Path(__file__).with_name("labels.yml"))
_PAGE = 50


class _Answered(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Document(_Answered):
    docId: str = Field(min_length=1, max_length=100)
    revision: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=500)
    documentNumber: str | None = Field(default=None, max_length=100)
    organ: str = Field(max_length=200)
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    status: str
    url: str = Field(max_length=1000)
    text: str = Field(max_length=1_000_000)

    def ours(self) -> PolicyDocument:
        standing = LABELS["standing"].read(self.status)
        identifier = f"{self.docId}@{self.revision}"
        return PolicyDocument(
            identifier,
            self.title,
            self.documentNumber,
            self.organ,
            self.issued,
            self.effective,
            self.expires,
            standing,
            self.url,
            self.text,
        )


class _Found(_Answered):
    documents: list[_Document] = Field(max_length=1000)


class _Documents(_Found):
    nextCursor: str | None = Field(max_length=200)
    hasMore: bool


class _PublicAnswer(_Answered):
    answerId: str = Field(min_length=1, max_length=100)
    question: str = Field(min_length=1, max_length=5000)
    answer: str = Field(min_length=1, max_length=20_000)
    department: str = Field(max_length=200)
    answeredOn: date
    regionCode: str | None = Field(default=None, max_length=20)
    url: str = Field(max_length=1000)

    def ours(self) -> PublicAnswer:
        return PublicAnswer(self.answerId, self.question, self.answer, self.department, self.answeredOn, self.regionCode, self.url)


class _Answers(_Answered):
    answers: list[_PublicAnswer] = Field(max_length=1000)
    nextCursor: str | None = Field(max_length=200)
    hasMore: bool


class HttpDocuments:
    """`DocumentLibrary` over HTTP. A standing that the labels do not name keeps the page from being read: whether a text is in force is
    nothing to guess.

    Args:
        system: the way there.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def search(self, words: str, limit: int = 10) -> tuple[PolicyDocument, ...]:
        """See `DocumentLibrary.search`."""
        found = self._system.get("/v1/documents/search", _Found, {"words": words, "limit": limit})
        return tuple(one.ours() for one in found.documents)

    def changes(self, since: str | None) -> DocumentPage:
        """See `DocumentLibrary.changes`."""
        page = self._system.get("/v1/documents", _Documents, _behind(since))
        return DocumentPage(tuple(one.ours() for one in page.documents), page.nextCursor, page.hasMore)

    def answers(self, since: str | None) -> AnswerPage:
        """See `DocumentLibrary.answers`."""
        page = self._system.get("/v1/answers", _Answers, _behind(since))
        return AnswerPage(tuple(one.ours() for one in page.answers), page.nextCursor, page.hasMore)


def _behind(since: str | None) -> dict[str, str | int]:
    return {"limit": _PAGE, **({"cursor": since} if since is not None else {})}
