"""Word documents (.docx) as blocks."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element as XmlElement

from defusedxml.ElementTree import fromstring

from banshi.knowledge.exchange.blocks import LONGEST_SHOWN, Block, Blocks
from banshi.knowledge.exchange.report import ExchangeError, Passage
from banshi.knowledge.exchange.safety import Limits, open_package, read_part, scan_xml

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*([1-9])|^(?:title|标题)$", re.IGNORECASE)
_MOST_SPANNED = 40


def read_document(data: bytes, limits: Limits) -> Blocks:
    """Read a .docx.

    Raises:
        ExchangeError: damaged, too large, or with a document type.
    """
    package = open_package(data, limits)
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            scan_xml(read_part(package, name))
    try:
        levels = _heading_levels(read_part(package, "word/styles.xml")) if "word/styles.xml" in package.namelist() else {}
        body = fromstring(read_part(package, "word/document.xml"), forbid_dtd=True).find(f"{_W}body")
    except ExchangeError:
        raise
    except Exception as error:
        raise ExchangeError("Word 文件损坏，打不开。请用 Word 或 WPS 打开后另存为 .docx，再导入") from error
    return _WordReader(levels).read(body) if body is not None else Blocks()


def _heading_levels(styles: bytes) -> dict[str, int]:
    """Style id → heading level."""
    levels: dict[str, int] = {}
    for style in fromstring(styles, forbid_dtd=True).iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        match = _HEADING_STYLE.search(name.get(f"{_W}val", "") if name is not None else "")
        if match is not None:
            levels[style.get(f"{_W}styleId", "")] = int(match[1] or 1)
    return levels


class _WordReader:
    def __init__(self, levels: dict[str, int]) -> None:
        self._levels = levels
        self._found = Blocks()
        self._paragraphs = self._tables = 0

    def read(self, body: XmlElement) -> Blocks:
        self._walk(body)
        return self._found

    def _walk(self, parent: XmlElement) -> None:
        for child in parent:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo"):
                self._walk(child)

    def _paragraph(self, paragraph: XmlElement) -> None:
        self._paragraphs += 1
        where = f"第{self._paragraphs}段"
        shown, hidden = self._text(paragraph)
        if hidden.strip():
            self._found.unread.append(Passage(f"{where}（隐藏文字）", hidden.strip()[:LONGEST_SHOWN]))
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        level = self._levels.get(style.get(f"{_W}val", ""), 0) if style is not None else 0
        for line in shown.split("\n"):
            parts = tuple(part.strip() for part in line.split("\t") if part.strip())
            if parts:
                self._found.blocks.append(Block(where, " ".join(parts), level, parts if len(parts) > 1 else ()))

    def _text(self, element: XmlElement) -> tuple[str, str]:
        """Text that is shown and text that is hidden; deleted text is neither."""
        shown: list[str] = []
        hidden: list[str] = []
        for run in element.iter(f"{_W}r"):
            vanish = run.find(f"{_W}rPr/{_W}vanish")
            is_hidden = vanish is not None and vanish.get(f"{_W}val", "1") not in ("0", "false")
            for piece in run:
                if piece.tag == f"{_W}t":
                    (hidden if is_hidden else shown).append(piece.text or "")
                elif piece.tag == f"{_W}tab":
                    shown.append("\t")
                elif piece.tag in (f"{_W}br", f"{_W}cr"):
                    shown.append("\n")
                elif piece.tag == f"{_W}noBreakHyphen":
                    shown.append("-")
        return "".join(shown), "".join(hidden)

    def _table(self, table: XmlElement) -> None:
        self._tables += 1
        where = f"第{self._tables}个表格"
        rows: list[tuple[str, ...]] = []
        above: list[str] = []
        # A row may stand in a content control; the rows of a table inside a cell are that cell's text.
        for row in (*table.findall(f"{_W}tr"), *table.findall(f"{_W}sdt/{_W}sdtContent/{_W}tr")):
            cells: list[str] = []
            for cell in row.findall(f"{_W}tc"):
                merged = cell.find(f"{_W}tcPr/{_W}vMerge")
                goes_on = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
                texts = [self._text(paragraph) for paragraph in cell.iter(f"{_W}p")]
                self._found.unread += [
                    Passage(f"{where}（隐藏文字）", hidden.strip()[:LONGEST_SHOWN]) for _, hidden in texts if hidden.strip()
                ]
                text = "\n".join(filter(None, (shown.strip() for shown, _ in texts)))
                # A cell that goes on from above holds the same.
                text = above[len(cells)] if goes_on and len(cells) < len(above) else text
                span = cell.find(f"{_W}tcPr/{_W}gridSpan")
                width = span.get(f"{_W}val", "1") if span is not None else "1"
                cells += [text, *[""] * (min(int(width), _MOST_SPANNED) - 1 if width.isdecimal() and len(width) < 4 else 0)]
            above = cells
            if any(cells):
                rows.append(tuple(cells))
        if rows:
            self._found.blocks.append(Block(where, rows=tuple(rows)))
