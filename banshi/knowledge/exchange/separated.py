"""CSV: one sheet as text. UTF-8 with or without a byte order mark, or GBK, is read; UTF-8 with a mark is written, as Excel wants it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from banshi.knowledge.exchange.cells import Written
from banshi.knowledge.exchange.report import ExchangeError
from banshi.knowledge.exchange.safety import Limits, guarded, unguarded
from banshi.knowledge.exchange.tables import Table, TableRow

MOST_COLUMNS = 200
_DELIMITERS = (",", "\t", ";", "，")


def read_separated(text: str, limits: Limits) -> Table:
    """Read CSV text; the delimiter is the one its first line has most of.

    Raises:
        ExchangeError: an unclosed quotation mark, too many rows or columns, or a cell that is too long.
    """
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[TableRow] = []
    number = 0
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise ExchangeError(f"CSV 第 {number + 1} 行读不了：可能是引号没有成对，或一格的内容太长。请用 Excel 打开检查后另存") from error
        number += 1
        if len(fields) > MOST_COLUMNS:
            raise ExchangeError(f"CSV 第 {number} 行有 {len(fields)} 列，超过上限 {MOST_COLUMNS}")
        cells = {column: unguarded(field) for column, field in enumerate(fields, 1) if field.strip()}
        if cells:
            rows.append(TableRow(number, dict(cells)))
        # The heading row is no row of the table.
        if len(rows) > limits.rows + 1:
            raise ExchangeError(f"表格超过 {limits.rows} 行，请拆成几个文件分批导入")
    return Table("", tuple(rows))


def write_separated(header: Sequence[str], rows: Iterable[Sequence[Written]]) -> bytes:
    """Write a sheet; no cell can be taken for a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def _text(cell: Written) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else cell.isoformat() if isinstance(cell, date) else str(cell)
