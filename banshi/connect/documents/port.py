"""The port to the library of policy documents (政务公开平台, 文件资料库) and to the platform of public questions (互动交流)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

STANDINGS = ("有效", "已修改", "失效", "废止")


@dataclass(frozen=True)
class PolicyDocument:
    """One version of one document.

    Attributes:
        id: the library's own; another version of the document has another.
        document_number: 文号; None where it carries none.
        organ: 发文机关.
        issued: 成文日期.
        effective: 施行日期.
        expires: 失效日期: the first day on which it is no longer in force.
        standing: one of `STANDINGS`.
        url: where it is published.
        text: the whole text, one paragraph a line, without title and 文号.
    """

    id: str
    title: str
    document_number: str | None
    organ: str
    issued: date | None
    effective: date | None
    expires: date | None
    standing: str
    url: str
    text: str


@dataclass(frozen=True)
class PublicAnswer:
    """A question that somebody asked in public, and what the department answered there.

    Attributes:
        id: the platform's own.
        department: who answered.
        answered: the day.
        region: code of the place; None for the province.
        url: where it stands.
    """

    id: str
    question: str
    answer: str
    department: str
    answered: date
    region: str | None
    url: str


@dataclass(frozen=True)
class DocumentPage:
    """Documents in the order in which they changed; `cursor` and `more` as in the item library."""

    documents: tuple[PolicyDocument, ...]
    cursor: str | None
    more: bool


@dataclass(frozen=True)
class AnswerPage:
    """Public answers in the order in which they were given, likewise."""

    answers: tuple[PublicAnswer, ...]
    cursor: str | None
    more: bool


class DocumentLibrary(Protocol):
    """Both. Calls block."""

    def search(self, words: str, limit: int = 10) -> tuple[PolicyDocument, ...]:
        """Documents whose title, 文号 or text holds all of the words, the newest first.

        Raises:
            SystemUnavailableError: try again later.
        """
        ...

    def changes(self, since: str | None) -> DocumentPage:
        """Documents that are new or changed after a cursor; None begins with the first.

        Raises:
            SystemUnavailableError: try again later, with the same cursor.
            SystemRefusedError: the library knows no such cursor.
        """
        ...

    def answers(self, since: str | None) -> AnswerPage:
        """Public answers after a cursor, likewise."""
        ...
