"""Excel workbooks (.xlsx): sheets in, sheets out. A workbook is opened only after its parts have been looked through."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from banshi.knowledge.exchange.cells import Failed, Formula, Value, Written
from banshi.knowledge.exchange.report import ExchangeError
from banshi.knowledge.exchange.safety import Limits, guarded, open_package, read_part, scan_xml, unguarded
from banshi.knowledge.exchange.separated import MOST_COLUMNS
from banshi.knowledge.exchange.tables import Span, Table, TableRow

LONGEST_CELL = 32_767
"""characters; Excel's own limit, beyond which openpyxl would cut silently"""
_DAMAGED = "Excel 文件损坏，打不开。请用 Excel 或 WPS 打开后另存为 .xlsx，再导入"
_HEADER_FILL = PatternFill("solid", fgColor="FFDDEBF7")
_REQUIRED_FILL = PatternFill("solid", fgColor="FFFCE4D6")
_WIDEST = 60
_MOST_MERGED = 500
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
"""ECMA-376 part 1, 22.9.2.19: a character that XML cannot hold, or an underscore that would begin such an escape"""


@dataclass
class _Layer:
    """What the reader of values does not tell of a sheet."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Span] = field(default_factory=list)
    last_filled: int = 0
    filled: int = 0
    """rows with a value"""


def read_workbook(data: bytes, limits: Limits) -> list[Table]:
    """Read all sheets.

    Raises:
        ExchangeError: damaged, too large, with a document type, or with macros.
    """
    package = open_package(data, limits)
    names = package.namelist()
    if any(name.endswith("vbaProject.bin") for name in names):
        raise ExchangeError("表格里有宏，不能导入。请另存为不带宏的 .xlsx 再导入")
    layers: dict[str, _Layer] = {}
    for name in names:
        if name.endswith((".xml", ".rels")):
            layer = _Layer()
            scan_xml(read_part(package, name), *_looking_into(layer, limits) if name.startswith("xl/worksheets/") else (None, None))
            layers[name] = layer
    try:
        return _tables(data, layers, _sheets(read_part(package, "xl/workbook.xml"), read_part(package, "xl/_rels/workbook.xml.rels")))
    except ExchangeError:
        raise
    except Exception as error:  # openpyxl fails on damaged files in every way there is
        raise ExchangeError(_DAMAGED) from error


def _looking_into(layer: _Layer, limits: Limits) -> tuple[Any, Any]:
    state = {"row": 0, "filled": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            state["row"] = int(attributes.get("r") or state["row"] + 1)
            if attributes.get("hidden") in ("1", "true"):
                layer.hidden_rows.add(state["row"])
        elif name in ("v", "is", "f") and state["filled"] != state["row"]:
            state["filled"] = layer.last_filled = state["row"]
            layer.filled += 1
            # The heading row is no row of the table.
            if layer.filled > limits.rows + 1:
                raise ExchangeError(f"表格超过 {limits.rows} 行，请拆成几个文件分批导入")
            if layer.last_filled > 2 * limits.rows:
                raise ExchangeError(f"表格第 {layer.last_filled} 行还有内容，中间空了太多行，请删去空行")
        elif name == "c" and _column(attributes.get("r", "")) > MOST_COLUMNS:
            raise ExchangeError(f"表格第 {state['row']} 行用到了第 {MOST_COLUMNS} 列以后的格子，请删去多余的列")
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            layer.hidden_columns.update(range(int(attributes["min"]), min(int(attributes["max"]), MOST_COLUMNS) + 1))
        elif name == "mergeCell" and (match := re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", attributes.get("ref", ""))):
            if len(layer.merged) >= _MOST_MERGED:
                raise ExchangeError(f"一张表里合并的单元格超过 {_MOST_MERGED} 处，请取消合并，把每一格都填上")
            layer.merged.append(Span(int(match[2]), _column(match[1]), int(match[4]), _column(match[3])))

    def guarded_start(name: str, attributes: dict[str, str]) -> None:
        try:
            start(name, attributes)
        except (ValueError, KeyError) as error:
            if isinstance(error, ExchangeError):
                raise
            raise ExchangeError(_DAMAGED) from error

    return guarded_start, None


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789")[:4]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _sheets(workbook: bytes, relations: bytes) -> dict[str, tuple[str, bool]]:
    """Sheet name → the part it is kept in, and whether it is hidden."""
    targets: dict[str, str] = {}
    found: dict[str, tuple[str, bool]] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            found[attributes.get("name", "")] = (targets.get(link, ""), attributes.get("state", "visible") != "visible")

    scan_xml(relations, relation)
    scan_xml(workbook, sheet)
    return found


def _tables(data: bytes, layers: dict[str, _Layer], sheets: dict[str, tuple[str, bool]]) -> list[Table]:
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    tables: list[Table] = []
    for worksheet in workbook.worksheets:
        part, hidden = sheets.get(worksheet.title, ("", False))
        layer = layers.get(part, _Layer())
        rows: list[TableRow] = []
        # Asking for no more rows than hold something keeps a stray format in the last row from costing a million empty ones.
        for cells in worksheet.iter_rows(max_row=layer.last_filled or 1, max_col=MOST_COLUMNS):
            values = {cell.column: _value(cell) for cell in cells if cell.value is not None}
            values = {column: value for column, value in values.items() if not isinstance(value, str) or value.strip()}
            if values:
                number = next(cell.row for cell in cells if cell.value is not None)
                rows.append(TableRow(number, values, number in layer.hidden_rows))
        tables.append(Table(worksheet.title, tuple(rows), hidden, frozenset(layer.hidden_columns), tuple(layer.merged)))
    return tables


def _value(cell: Any) -> Value:
    value = cell.value
    if cell.data_type == "f":
        return Formula()
    if cell.data_type == "e":
        return Failed()
    if isinstance(value, str):
        return unguarded(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), value))
    if isinstance(value, bool | int | float | datetime | date):
        return value
    return str(value)  # times of day and time spans: told as what they look like


def write_sheet(
    workbook: openpyxl.Workbook, name: str, header: Sequence[str], required: Sequence[bool], rows: Sequence[Sequence[Written]]
) -> Worksheet:
    """Add a sheet with a heading row that stays in sight. Every text is written as text, guarded against being taken for a formula.

    Args:
        workbook: the workbook.
        name: the sheet's name.
        header: column headings.
        required: for each column, whether it must be filled in; such a heading has another colour.
        rows: values.

    Raises:
        ExchangeError: a text is longer than a cell of Excel can hold.
    """
    sheet: Worksheet = workbook.create_sheet(name)
    for column, (text, needed) in enumerate(zip(header, required, strict=True), 1):
        head = sheet.cell(1, column, text)
        head.font = Font(bold=True)
        head.fill = _REQUIRED_FILL if needed else _HEADER_FILL
        head.alignment = Alignment(vertical="center", wrap_text=True)
        longest = max((_width(row[column - 1]) for row in rows[:200]), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(12, len(text) * 2 + 2, longest))
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            if value is None:
                continue
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                text = _escaped(guarded(value))
                if len(text) > LONGEST_CELL:
                    raise ExchangeError(
                        f"“{name}”表 {row[0]} 的“{header[column - 1]}”有 {len(text)} 字，Excel 一格放不下，请导出 JSON 或 YAML"
                    )
                cell.value = text
                cell.data_type = "s"
                # Texts like 0-1 and 220000 stay what they are when somebody edits them.
                cell.number_format = "@"
                cell.alignment = Alignment(vertical="top", wrap_text=True)
            else:
                cell.value = value
                cell.alignment = Alignment(vertical="top")
                if isinstance(value, date):
                    cell.number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "B2"
    return sheet


def _escaped(text: str) -> str:
    """_x0041_ would be read as A: the underscore before it is written as its own escape."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def _width(value: Written) -> int:
    return max((sum(2 if c > "\u2e7f" else 1 for c in line) for line in str(value).split("\n")), default=0) + 2 if value is not None else 0


def new_workbook() -> openpyxl.Workbook:
    """A workbook without sheets."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    return workbook


def saved(workbook: openpyxl.Workbook) -> bytes:
    """The workbook as a file."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
