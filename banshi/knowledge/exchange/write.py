"""Writing records as a file, and the workbook people fill in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from banshi.knowledge.exchange.cells import NONE, Type, Written
from banshi.knowledge.exchange.columns import KEY, Column, Sheet, layout
from banshi.knowledge.exchange.formats import Format
from banshi.knowledge.exchange.gather import GUIDANCE, SAMPLE
from banshi.knowledge.exchange.plain import write_json, write_yaml
from banshi.knowledge.exchange.print_docx import write_docx
from banshi.knowledge.exchange.print_html import write_html
from banshi.knowledge.exchange.print_pdf import write_pdf
from banshi.knowledge.exchange.printing import Block, blocks_of
from banshi.knowledge.exchange.report import KIND_NAMES, Content, ExchangeError, Kind
from banshi.knowledge.exchange.rows import rows_of
from banshi.knowledge.exchange.samples import SAMPLES
from banshi.knowledge.exchange.separated import write_separated
from banshi.knowledge.exchange.workbook import new_workbook, saved, write_sheet
from banshi.knowledge.guide import Guide
from banshi.knowledge.labels import LABELS

_DROP_DOWN_ROWS = 5000
_LONGEST_DROP_DOWN = 255


def export(kind: Kind, records: Sequence[Content], format: str) -> bytes:
    """Write records so that `read_file` gives equal ones.

    Args:
        kind: of all records.
        records: contents, in the order in which they are to stand.
        format: xlsx, json, yaml or, for Q&A, csv.

    Raises:
        ExchangeError: another format, CSV for guides, or a text that does not fit into a cell.
    """
    if format == Format.JSON:
        return write_json(records)
    if format == Format.YAML:
        return write_yaml(records)
    if format == Format.CSV:
        if kind == "guide":
            raise ExchangeError("办事指南有好几张表（申请材料、收费等），CSV 只有一张，装不下。请导出 xlsx、json 或 yaml")
        (sheet,) = layout(kind)
        return write_separated([column.header for column in sheet.columns], rows_of(sheet, records))
    if format == Format.XLSX:
        workbook = new_workbook()
        for sheet in layout(kind):
            _add(workbook, sheet, rows_of(sheet, records))
        return saved(workbook)
    raise ExchangeError(f"不能导出 {format}，可以导出 xlsx、json、yaml，答问还可以导出 csv")


def print_guide(guide: Guide, format: str, place: str | None = None) -> bytes:
    """Set a guide for printing: everything its answers tell, with source, version and date.

    Args:
        guide: the guide.
        format: docx, pdf or html.
        place: the reader's place when it is below the guide's own region.

    Raises:
        ExchangeError: another format.
    """
    writers: dict[str, Callable[[Sequence[Block]], bytes]] = {"docx": write_docx, "pdf": write_pdf, "html": write_html}
    if format not in writers:
        raise ExchangeError(f"不能打印成 {format}，可以打印成 docx、pdf、html")
    return writers[format](blocks_of(guide, place))


def template(kind: Kind) -> bytes:
    """The workbook to fill in: every sheet with a sample row, which an import passes over, and a sheet that explains each column."""
    workbook = new_workbook()
    for sheet in layout(kind):
        _add(workbook, sheet, rows_of(sheet, [SAMPLES[kind]]))
    guidance = write_sheet(workbook, GUIDANCE, ["工作表", "列", "必填", "怎么填", "可以填的选项"], [False] * 5, _guidance(kind))
    guidance.freeze_panes = "A2"
    return saved(workbook)


def _add(workbook, sheet: Sheet, rows: Sequence[Sequence[Written]]) -> None:  # type: ignore[no-untyped-def]
    header = [column.header for column in sheet.columns]
    page = write_sheet(workbook, sheet.name, header, [column.required and not column.group for column in sheet.columns], rows)
    for position, column in enumerate(sheet.columns, 1):
        _drop_down(page, position, column)


def _drop_down(page: Worksheet, position: int, column: Column) -> None:
    labels = _offered(column)
    listed = ",".join(labels)
    # Excel takes a list of so many characters at most, and none with a comma in an entry.
    if column.form.type not in (Type.LABEL, Type.FLAG) or len(listed) > _LONGEST_DROP_DOWN or any("," in label for label in labels):
        return
    validation = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)
    validation.errorTitle, validation.error = column.header, "请从下拉列表里选"
    validation.add(f"{get_column_letter(position)}2:{get_column_letter(position)}{_DROP_DOWN_ROWS}")
    page.add_data_validation(validation)


def _offered(column: Column) -> list[str]:
    if column.form.type is Type.FLAG:
        return ["是", "否"]
    return list(column.form.labels) or list(LABELS.get(column.path[-1], ()))


_TYPE_NOTES = {
    Type.TEXT: "文字",
    Type.WHOLE: "整数",
    Type.NUMBER: "数字",
    Type.DAY: "日期，例如 2026-11-01",
    Type.FLAG: "是 或 否",
    Type.LABEL: "从选项里选一个",
    Type.LINES: f"一行一条，格内换行按 Alt+Enter；没有的写“{NONE}”",
    Type.LABELS: "一行一个，从选项里选",
    Type.WORDS: f"一行一个，或用顿号隔开；没有的写“{NONE}”",
    Type.CONDITION: "问题代号=选项代号；几个选项用“或”，几个问题用“且”；另一种情形另起一行。例如 where=home或away 且 who=self",
    Type.JSON: "JSON",
}


def _guidance(kind: Kind) -> list[list[Written]]:
    rows: list[list[Written]] = [
        ["", "", "", f"一行一条{KIND_NAMES[kind]}；{KEY}以“{SAMPLE}”开头的行是例子，导入时跳过", ""],
        ["", "", "", "公式、合并单元格、隐藏的行和列都会被退回；以 = + - @ 开头的文字，导出时前面会加一个撇号 '，导入时自动去掉", ""],
        ["", "", "", "格里的反斜杠写两个 \\\\，一条里面要换行写 \\n（只在一行一条的列里）", ""],
    ]
    for sheet in layout(kind):
        if sheet.required:
            rows.append([sheet.name, "", "", f"每个{KEY}至少一行；确实没有的，写一行{KEY}，第二列写“{NONE}”，其余留空", ""])
        for column in sheet.columns:
            needed = "停用等一组里填了一列就必填" if column.required and column.group else "是" if column.required else ""
            note = "；".join(part for part in (_TYPE_NOTES[column.form.type], column.note) if part)
            rows.append([sheet.name, column.header, needed, note, "、".join(_offered(column))])
    return rows
