"""Which format a file is in, by what is in it; its name only decides where the content could be several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from banshi.knowledge.exchange.columns import layout
from banshi.knowledge.exchange.report import ExchangeError, Kind
from banshi.knowledge.exchange.safety import Limits, decoded, open_package


class Format(StrEnum):
    """What is read; all but DOCX and HTML are written too."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    YAML = "yaml"
    DOCX = "docx"
    HTML = "html"


ACCEPTED = "可以导入：Excel 表格（.xlsx）、CSV、JSON、YAML；办事指南还可以导入 Word 文档（.docx）和网页（.html）"
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|div|h[1-6]|p)[\s>/]", re.IGNORECASE)
_YAML = re.compile(r"^(?:- )?\s{0,4}[A-Za-z_]+\s*:(?:\s|$)", re.MULTILINE)
_NAMED = {".csv": Format.CSV, ".json": Format.JSON, ".yml": Format.YAML, ".yaml": Format.YAML, ".html": Format.HTML, ".htm": Format.HTML}


@dataclass(frozen=True)
class Recognised:
    """A file's format and, where it is text, its text."""

    format: Format
    text: str = ""


def recognise(name: str, data: bytes, kind: Kind, limits: Limits) -> Recognised:
    """Find the format.

    Raises:
        ExchangeError: it is none that is read; the sentence says which are.
    """
    if data.startswith(b"PK"):
        parts = open_package(data, limits).namelist()
        if "xl/workbook.xml" in parts:
            return Recognised(Format.XLSX)
        if "word/document.xml" in parts:
            return Recognised(Format.DOCX)
        raise ExchangeError(f"压缩包或不认得的文件，请解开后逐个导入。{ACCEPTED}")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ExchangeError(f"这是旧版 .xls、.doc 文件，或加了密码的文件，请另存为不加密码的 .xlsx 或 .docx。{ACCEPTED}")
    if data.startswith(b"%PDF"):
        raise ExchangeError(f"PDF 读不出可靠的栏目，请用原来的 Word 或 Excel 文件。{ACCEPTED}")
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ExchangeError(f"不认得这种文件。{ACCEPTED}")
    text = decoded(data)
    return Recognised(_of_text(name, text, kind), text)


def _of_text(name: str, text: str, kind: Kind) -> Format:
    begins = text.lstrip()
    first_line = begins.partition("\n")[0]
    headers = [column.header for column in layout(kind)[0].columns]
    if begins.startswith(("{", "[")) and not begins.startswith(("{{", "[[")):
        return Format.JSON
    if begins.startswith("<") and _HTML.search(begins[:4096]):
        return Format.HTML
    if sum(header in first_line for header in headers) >= 3 and re.search("[,\t;，]", first_line):
        return Format.CSV
    named = _NAMED.get(PurePath(name).suffix.lower())
    if named is not None:
        return named
    if _YAML.match(begins):
        return Format.YAML
    raise ExchangeError(f"不认得这种文件。{ACCEPTED}")
