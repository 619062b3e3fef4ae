"""Web pages as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from banshi.knowledge.exchange.blocks import LONGEST_SHOWN, Block, Blocks
from banshi.knowledge.exchange.report import ExchangeError, Passage
from banshi.knowledge.exchange.safety import Limits

_MOST_SPANNED = 40
_DROPPED = ("script", "style", "noscript", "template", "head", "iframe", "svg", "object", "button", "select", "input")
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure", "footer"),
    *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table"),
    *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
)
_FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|footer|foot|header|copyright|breadcrumb|crumb|sidebar|toolbar)(?:$|[-_ ])", re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_page(text: str, limits: Limits) -> Blocks:
    """Read a web page.

    Raises:
        ExchangeError: too large, or with entities of its own.
    """
    if len(text.encode("utf-8")) > limits.page:
        raise ExchangeError("网页太大，不像一份办事指南。请只保存指南那一页（“网页，仅 HTML”），再导入")
    if re.search(r"<!ENTITY", text, re.IGNORECASE):
        raise ExchangeError("网页里有实体声明（ENTITY），正常的网页没有它，已拒绝")
    try:
        soup = BeautifulSoup(text, "lxml")
    except Exception as error:
        raise ExchangeError("网页读不出来，请另存为“网页，仅 HTML”后再导入") from error
    found = Blocks()
    for tag in soup(list(_DROPPED)):
        tag.decompose()
    for tag in soup(lambda tag: tag.has_attr("hidden") or bool(_HIDDEN.search(str(tag.get("style", ""))))):
        if not tag.decomposed:
            if hidden := " ".join(tag.stripped_strings):
                found.unread.append(Passage("网页里的隐藏内容", hidden[:LONGEST_SHOWN]))
            tag.decompose()
    _PageReader(found).walk(soup)
    return found


class _PageReader:
    def __init__(self, found: Blocks) -> None:
        self._found = found
        self._paragraphs = self._tables = 0
        self._aside = False

    def walk(self, parent: Tag) -> None:
        """Blocks in the order of the page; text between them makes paragraphs of its own."""
        loose: list[Any] = []
        for child in parent.children:
            if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(_BLOCKS) is not None):
                self._paragraph(loose)
                loose = []
                outside, self._aside = self._aside, self._aside or _is_furniture(child)
                self._block(child)
                self._aside = outside
            else:
                loose.append(child)
        self._paragraph(loose)

    def _block(self, tag: Tag) -> None:
        if tag.name == "table" and tag.find("table") is None:
            self._table(tag)
        elif tag.name == "dl":
            self._definitions(tag)
        elif re.fullmatch("h[1-6]", tag.name) and tag.find(_BLOCKS) is None:
            self._paragraph(list(tag.children), int(tag.name[1]))
        else:
            self.walk(tag)

    def _paragraph(self, pieces: list[Any], level: int = 0) -> None:
        texts = _lines_of(pieces)
        if not any(texts):
            return
        self._paragraphs += 1
        where = f"第{self._paragraphs}段"
        inline = tuple(text for piece in pieces if (text := " ".join(filter(None, _lines_of([piece])))))
        for line in filter(None, texts):
            self._found.blocks.append(Block(where, line, level, inline if len(inline) > 1 and len(texts) == 1 else (), aside=self._aside))

    def _table(self, table: Tag) -> None:
        self._tables += 1
        rows: list[tuple[str, ...]] = []
        hanging: dict[int, tuple[int, str]] = {}
        for row in table.find_all("tr"):
            cells: list[str] = []
            for cell in row.find_all(["td", "th"], recursive=False):
                _fill_down(cells, hanging)
                text = "\n".join(filter(None, _lines_of([cell])))
                width, height = _span(cell.get("colspan")), _span(cell.get("rowspan"))
                if height > 1:
                    hanging[len(cells)] = (height - 1, text)
                cells += [text, *[""] * (width - 1)]
            _fill_down(cells, hanging)
            if any(cells):
                rows.append(tuple(cells))
        if rows:
            self._found.blocks.append(Block(f"第{self._tables}个表格", rows=tuple(rows), aside=self._aside))

    def _definitions(self, tag: Tag) -> None:
        rows: list[list[str]] = []
        for child in tag.find_all(["dt", "dd"]):
            text = "\n".join(filter(None, _lines_of([child])))
            if child.name == "dt" or not rows:
                rows.append([text, ""])
            else:
                rows[-1][1] = "\n".join(filter(None, (rows[-1][1], text)))
        self._tables += 1
        if rows:
            self._found.blocks.append(Block(f"第{self._tables}个表格", rows=tuple(map(tuple, rows)), aside=self._aside))


def _is_furniture(tag: Tag) -> bool:
    names = " ".join((str(tag.get("id", "")), *(tag.get("class") or ())))
    return tag.name in ("nav", "footer", "aside") or bool(_FURNITURE.search(names))


def _fill_down(cells: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """A cell that reaches down from a row above stands in this one too."""
    while (entry := hanging.get(len(cells))) is not None:
        left, text = entry
        if left > 1:
            hanging[len(cells)] = (left - 1, text)
        else:
            del hanging[len(cells)]
        cells.append(text)


def _span(value: Any) -> int:
    return min(int(value), _MOST_SPANNED) if isinstance(value, str) and value.isdecimal() and len(value) < 4 and int(value) > 0 else 1


def _lines_of(pieces: list[Any]) -> list[str]:
    """Text of pieces of a page, one entry a line: <br> and blocks break lines, other white space does not."""
    text = "".join(_raw(piece) for piece in pieces)
    return [re.sub(r"\s+", " ", line).strip() for line in text.split("\x00")]


def _raw(piece: Any) -> str:
    return "".join(_tokens(piece))


def _tokens(piece: Any) -> Iterator[str]:
    if isinstance(piece, PreformattedString):
        return  # comments, the document type and other things that are not shown
    if isinstance(piece, NavigableString):
        yield str(piece).replace("\x00", "")
    elif isinstance(piece, Tag):
        if piece.name == "br":
            yield "\x00"
            return
        breaks = piece.name in _BLOCKS
        if breaks:
            yield "\x00"
        for child in piece.children:
            yield from _tokens(child)
        if breaks:
            yield "\x00"
