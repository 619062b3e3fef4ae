"""A print as PDF, in a font that readers bring themselves (STSong-Light, Adobe-GB1), so that no font file is needed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from banshi.knowledge.exchange.printing import Block, Grid, Heading, Lines, Pairs, Title
from banshi.knowledge.exchange.safety import without_control_characters

FONT = "STSong-Light"
_BODY = ParagraphStyle("body", fontName=FONT, fontSize=10.5, leading=17, wordWrap="CJK")
_LINE = ParagraphStyle("line", _BODY, leftIndent=15, firstLineIndent=-15, spaceAfter=2)
_TITLE = ParagraphStyle("title", _BODY, fontSize=18, leading=26, alignment=TA_CENTER)
_UNDER = ParagraphStyle("under", _BODY, alignment=TA_CENTER, spaceAfter=10)
_HEADING = ParagraphStyle("heading", _BODY, fontSize=13, leading=20, spaceBefore=10, spaceAfter=3, keepWithNext=True)
_GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")])
_WIDTH = A4[0] - 40 * mm


def write_pdf(blocks: Sequence[Block]) -> bytes:
    """The print as PDF; equal for equal blocks."""
    # Registering again is harmless, and a module that registers at import would do so in every process that never prints.
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    title = next((block.text for block in blocks if isinstance(block, Title)), "")
    buffer = io.BytesIO()
    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 18 * mm, "bottomMargin": 18 * mm}
    template = SimpleDocTemplate(buffer, pagesize=A4, title=title, author="", invariant=1, **margins)

    def number_page(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, f"{title}　第 {document.page} 页")

    template.build([flowable for block in blocks for flowable in _flowables(block)], onFirstPage=number_page, onLaterPages=number_page)
    return buffer.getvalue()


def _flowables(block: Block) -> list[Any]:
    if isinstance(block, Title):
        return [_paragraph(block.text, _TITLE), _paragraph(block.under, _UNDER)]
    if isinstance(block, Heading):
        return [_paragraph(block.text, _HEADING)]
    if isinstance(block, Lines):
        return [_paragraph(line, _LINE) for line in block.lines]
    if isinstance(block, Pairs):
        return _table(block.rows, [0.25 * _WIDTH, 0.75 * _WIDTH])
    assert isinstance(block, Grid)
    return _table((block.header, *block.rows), [_WIDTH / len(block.header)] * len(block.header))


def _table(rows: Sequence[Sequence[str]], widths: list[float]) -> list[Any]:
    cells = [[_paragraph(cell, _BODY) for cell in row] for row in rows]
    # A cell may be higher than what is left of a page.
    return [LongTable(cells, colWidths=widths, style=_GRID, splitInRow=1), Spacer(1, 4)]


def _paragraph(text: str, style: ParagraphStyle) -> Any:
    """A paragraph in which nothing is read as markup."""
    return Paragraph(escape(without_control_characters(text)).replace("\n", "<br/>"), style)
