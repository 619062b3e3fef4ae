"""A print as a Word document."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell

from banshi.knowledge.exchange.printing import Block, Grid, Heading, Lines, Pairs, Title
from banshi.knowledge.exchange.safety import without_control_characters

_BODY = "宋体"
_HEADINGS = "黑体"
_LONGEST_PROPERTY = 255
"""characters; python-docx refuses more"""


def write_docx(blocks: Sequence[Block]) -> bytes:
    """The print as .docx; Chinese in 宋体 and 黑体 wherever the document is opened."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    for name, font, size in (("Normal", _BODY, 10.5), ("Title", _HEADINGS, 18), ("Subtitle", _BODY, 10.5), ("Heading 1", _HEADINGS, 13)):
        _set(document, name, font, size)
    for block in blocks:
        _add(document, block)
    properties = document.core_properties
    properties.author = properties.comments = ""
    title = next((block.text for block in blocks if isinstance(block, Title)), "")
    properties.title = without_control_characters(title)[:_LONGEST_PROPERTY]
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set(document: Document, name: str, font: str, size: float) -> None:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    style.font.name, style.font.size, style.font.color.rgb = font, Pt(size), RGBColor(0, 0, 0)
    style.font.italic = False
    # Without the East Asian font Word falls back to the theme's, whatever `name` says; the theme's own must go too.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]
    for slot in ("w:eastAsia", "w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(slot), font)


def _add(document: Document, block: Block) -> None:
    if isinstance(block, Title):
        for text, style in ((block.text, "Title"), (block.under, "Subtitle")):
            paragraph = document.add_paragraph(without_control_characters(text), style=style)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif isinstance(block, Heading):
        document.add_heading(without_control_characters(block.text), level=1)
    elif isinstance(block, Lines):
        for line in block.lines:
            paragraph = document.add_paragraph(without_control_characters(line))
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Pt(15), Pt(-15)
            paragraph.paragraph_format.space_after = Pt(3)
    elif isinstance(block, Pairs):
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for row in block.rows:
            cells = table.add_row().cells
            for cell, text, width in zip(cells, row, (Cm(4), Cm(12)), strict=True):
                cell.width = width
                _fill(cell, text)
    elif isinstance(block, Grid):
        table = document.add_table(rows=0, cols=len(block.header), style="Table Grid")
        for grid_row in (block.header, *block.rows):
            for cell, text in zip(table.add_row().cells, grid_row, strict=True):
                _fill(cell, text)


def _fill(cell: _Cell, text: str) -> None:
    cell.paragraphs[0].text = without_control_characters(text)
