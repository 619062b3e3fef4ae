"""Reading a file of records: bytes in, report out. Nothing is kept here; whoever calls decides what is."""

from __future__ import annotations

from pathlib import PurePath

from banshi.knowledge.exchange.checking import checked
from banshi.knowledge.exchange.formats import ACCEPTED, Format, recognise
from banshi.knowledge.exchange.gather import gather
from banshi.knowledge.exchange.page import read_page
from banshi.knowledge.exchange.plain import drafts_of, parse_json, parse_yaml
from banshi.knowledge.exchange.reading import read_guide
from banshi.knowledge.exchange.report import ExchangeError, ImportReport, Kind, Known
from banshi.knowledge.exchange.safety import DEFAULT_LIMITS, Limits, check_size
from banshi.knowledge.exchange.separated import read_separated
from banshi.knowledge.exchange.word import read_document
from banshi.knowledge.exchange.workbook import read_workbook


def read_file(name: str, data: bytes, kind: Kind, known: Known, limits: Limits = DEFAULT_LIMITS) -> ImportReport:
    """Read a file of guides or of Q&A.

    Args:
        name: its name, for the report; the format is found in the content.
        data: its bytes.
        kind: what it holds.
        known: what the records may refer to.
        limits: how large it may be.

    Returns:
        The good records and, apart from them, what is wrong. Where a whole sheet is wrong or a row belongs to no record, no record
        is good: a guide could lack the material of the stray row.

    Raises:
        ExchangeError: the file cannot be read at all, or is not accepted; a sentence that says what to do. Nothing else is raised,
            whatever the bytes are.
    """
    file = PurePath(name.replace("\\", "/")).name
    try:
        check_size(data, limits)
        return _read(file, data, kind, known, limits)
    except RecursionError as error:
        raise ExchangeError("文件套得太深，读不了。请用模板重新整理后导入") from error
    except MemoryError as error:
        raise ExchangeError("文件太大，读不了。请拆成几个文件分批导入") from error


def _read(file: str, data: bytes, kind: Kind, known: Known, limits: Limits) -> ImportReport:
    found = recognise(file, data, kind, limits)
    if found.format in (Format.DOCX, Format.HTML):
        if kind != "guide":
            raise ExchangeError(f"Word 文档和网页只能作为办事指南导入，答问请用 Excel 模板。{ACCEPTED}")
        blocks = read_document(data, limits) if found.format is Format.DOCX else read_page(found.text, limits)
        return read_guide(file, found.format, blocks, known, limits)
    if found.format in (Format.JSON, Format.YAML):
        drafts = drafts_of(kind, (parse_json if found.format is Format.JSON else parse_yaml)(found.text), limits)
        records, wrong = checked(kind, drafts, known, limits)
        return ImportReport(file, found.format, len(drafts), tuple(records), tuple(wrong), ())
    if found.format is Format.CSV:
        if kind == "guide":
            raise ExchangeError("办事指南有好几张表（申请材料、收费等），CSV 只有一张，装不下。请用 Excel 模板")
        tables = [read_separated(found.text, limits)]
    else:
        tables = read_workbook(data, limits)
    gathered = gather(kind, tables)
    if not gathered.drafts and not gathered.wrong:
        raise ExchangeError("表格里只有表头，没有内容")
    records, wrong = checked(kind, gathered.drafts, known, limits)
    return ImportReport(
        file,
        found.format,
        gathered.rows,
        () if gathered.wrong else tuple(records),
        (*gathered.wrong, *wrong),
        tuple(gathered.not_understood),
    )
