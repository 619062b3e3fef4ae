"""Policy texts as citable passages: 文号, date, issuing organ, one passage a numbered section."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from banshi.knowledge.guide import Record


class Passage(Record):
    """One section of a policy text."""

    number: str
    """Section number as printed: 一, （二）, 十三 …"""
    heading: str
    text: str


class Policy(Record):
    """One policy document."""

    id: str = Field(pattern=r"^policy(-[a-z0-9]+)+$")
    title: str
    document_number: str | None
    """文号, None where the text carries none."""
    organ: str
    """发文机关"""
    issued: date | None
    region: str
    """Region it is valid for; another province's text is never told as valid here."""
    passages: tuple[Passage, ...]
    url: str | None = None
    """公开地址: where the text is published."""
    effective: date | None = None
    """施行日期: before it nothing is answered from the text."""
    expires: date | None = None
    """失效日期: from this day on nothing is."""

    def in_force(self, day: date) -> bool:
        """Whether answers may be taken from it on a day."""
        return (self.effective is None or self.effective <= day) and (self.expires is None or day < self.expires)
