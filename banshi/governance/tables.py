"""A report as a file: xlsx with a sheet for each table, csv with all of them below each other, or JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

import openpyxl
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from banshi.governance.months import MonthReport, Row

Format = Literal["xlsx", "csv", "json"]
FORMATS: dict[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
"""Format → media type."""
_HEAD = ("名称", "编码", "提问", "回答", "追问", "拒答", "回答率", "评价数", "平均星级", "差评", "未补缺口")
Value = str | int | float | None


def month_file(report: MonthReport, kind: Format) -> bytes:
    """The report as the bytes of a file; csv begins with a byte order mark, by which Excel knows UTF-8."""
    if kind == "json":
        return report.model_dump_json(indent=2).encode("utf-8")
    return _csv(_tables(report)) if kind == "csv" else _xlsx(_tables(report))


def _tables(report: MonthReport) -> list[tuple[str, list[Sequence[Value]]]]:
    total, work = report.total, report.work_items
    figures: list[Sequence[Value]] = [
        ("月份", report.month),
        ("地区", report.region or "全省"),
        ("提问", total.asked),
        ("回答", total.answered),
        ("回答率", total.answer_rate),
        ("追问", total.clarified),
        ("拒答", total.refused),
        ("会话", report.conversations),
        ("已结束会话", report.ended),
        ("其中已评价", report.rated_conversations),
        *((f"会话（{channel}）", count) for channel, count in sorted(report.by_channel.items())),
        ("评价数", total.rated),
        ("平均星级", total.mean_stars),
        ("差评", total.bad),
        ("可网办事项的回答占比", report.online),
        ("新增缺口", report.gaps_opened),
        ("未补缺口", report.gaps_open),
        ("新增待办", work.opened),
        ("办结待办", work.closed),
        ("其中已改进", work.changed),
        ("其中已说明", work.explained),
        ("差评待办", work.bad_ratings),
        ("差评已整改", work.bad_ratings_closed),
        ("超期待办", work.overdue),
    ]
    parts = (("部门", report.by_department), ("地区", report.by_region), ("事项", report.by_item), ("服务对象", report.by_applicant))
    return [("总览", [("指标", "数值"), *figures]), *((name, [_HEAD, *map(_cells, rows)]) for name, rows in parts)]


def _cells(row: Row) -> Sequence[Value]:
    counts = (row.asked, row.answered, row.clarified, row.refused, row.answer_rate, row.rated, row.mean_stars, row.bad, row.gaps)
    return (row.name, row.key, *counts)


def _csv(tables: Iterable[tuple[str, list[Sequence[Value]]]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for name, rows in tables:
        writer.writerows((name, *map(_harmless, row)) for row in rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8")


def _harmless(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula gets a mark that makes it text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _xlsx(tables: Iterable[tuple[str, list[Sequence[Value]]]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in tables:
        sheet = book.create_sheet(name)
        assert isinstance(sheet, WriteOnlyWorksheet)
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    return cell
