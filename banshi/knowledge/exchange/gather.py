"""Rows of sheets made into records: finds the heading row, reads every cell, and puts the rows of one 编号 together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from banshi.knowledge.exchange.adding import Adding, Values, add_row, put
from banshi.knowledge.exchange.cells import NONE, CellError, Formula, Value, plain_digits, value_of
from banshi.knowledge.exchange.columns import KEY, Column, Shape, Sheet, layout
from banshi.knowledge.exchange.drafts import Draft, Place, field_name
from banshi.knowledge.exchange.report import KIND_NAMES, ExchangeError, Kind, Passage, RowProblem
from banshi.knowledge.exchange.tables import Span, Table, TableRow, letters

SAMPLE = "示例"
"""A row whose 编号 begins so is an example."""
GUIDANCE = "说明"
"""The sheet that explains the others."""
_HEADING_WITHIN = 10
_FEWEST_HEADINGS = 3


@dataclass
class Gathered:
    """What the sheets of a file hold."""

    drafts: list[Draft] = field(default_factory=list)
    rows: int = 0
    wrong: list[RowProblem] = field(default_factory=list)
    """What concerns a whole sheet, or rows that belong to no record; nothing can be kept of such a file."""
    not_understood: list[Passage] = field(default_factory=list)


def gather(kind: Kind, tables: Sequence[Table]) -> Gathered:
    """Read the sheets of a kind.

    Raises:
        ExchangeError: there is no sheet of that kind at all.
    """
    found = Gathered()
    sheets = layout(kind)
    several = len(sheets) > 1
    matched = _matched(kind, sheets, tables)
    by_key: dict[str, Draft] = {}
    for sheet in sheets:
        table = matched.get(sheet.name)
        if table is None:
            if sheet.required:
                found.wrong.append(RowProblem(0, sheet.name, f"缺少工作表“{sheet.name}”，请用下载的模板填写"))
            continue
        _SheetReader(kind, sheet, table, found, by_key, several).read()
    used = {id(table) for table in matched.values()}
    found.not_understood += [
        Passage(f"工作表“{table.name}”", "这张表没有导入")
        for table in tables
        if id(table) not in used and table.rows and table.name != GUIDANCE
    ]
    for draft in found.drafts:
        _close(sheets, draft)
    return found


def _matched(kind: Kind, sheets: Sequence[Sheet], tables: Sequence[Table]) -> dict[str, Table]:
    """Sheet name → the table that is it. A record sheet is also known by its headings, whatever it is called."""
    by_name = {plain_digits(table.name): table for table in tables}
    matched = {sheet.name: by_name[sheet.name] for sheet in sheets if sheet.name in by_name}
    first = sheets[0]
    if first.name not in matched:
        fitting = [table for table in tables if table not in matched.values() and _is_meant(first, table)]
        if len(fitting) != 1:
            other: Kind = "guide" if kind == "qa" else "qa"
            if any(_is_meant(layout(other)[0], table) for table in tables):
                raise ExchangeError(f"这像是{KIND_NAMES[other]}的表格，不是{KIND_NAMES[kind]}的。请选“{KIND_NAMES[other]}”再导入")
            raise ExchangeError(f"没有找到“{first.name}”表，也没有哪张表的表头认得出来。请下载模板，照着它的表头填写")
        matched[first.name] = fitting[0]
    return matched


def _is_meant(sheet: Sheet, table: Table) -> bool:
    """Whether a table of whatever name is this sheet: it has most of the columns that must be there."""
    row = _heading_row(sheet, table)
    needed = {column.header for column in sheet.columns if column.required and not column.group}
    return row is not None and len(needed & set(map(_heading, row.cells.values()))) * 2 > len(needed)


def _heading_row(sheet: Sheet, table: Table) -> TableRow | None:
    known = {column.header for column in sheet.columns}
    fewest = min(_FEWEST_HEADINGS, len(known))
    for row in table.rows[:_HEADING_WITHIN]:
        headings = {_heading(value) for value in row.cells.values()}
        if KEY in headings and len(headings & known) >= fewest:
            return row
    return None


def _heading(value: Value) -> str:
    """A heading without spaces, line ends and the marks of required columns."""
    if not isinstance(value, str):
        return ""
    return re.sub(r"[\s\u3000]|[（(]必填[)）]", "", value).strip("*＊")


@dataclass
class _SheetReader:
    kind: Kind
    sheet: Sheet
    table: Table
    found: Gathered
    by_key: dict[str, Draft]
    several: bool
    columns: dict[int, Column] = field(default_factory=dict)
    key_column: int = 0

    def __post_init__(self) -> None:
        self.by_number = {row.number: row for row in self.table.rows}

    def read(self) -> None:
        heading = _heading_row(self.sheet, self.table)
        if heading is None:
            if self.table.rows:
                self._structural(
                    1, "", f"“{self.sheet.name}”表没有找到表头，前几行里应当有：{'、'.join(c.header for c in self.sheet.columns)}"
                )
            return
        if not self._headings(heading):
            return
        for row in self.table.rows:
            if row.number < heading.number:
                above = " ".join(value for value in row.cells.values() if isinstance(value, str))
                self.found.not_understood.append(Passage(f"{self.sheet.name} 第{row.number}行（表头以上）", above))
            elif row.number > heading.number:
                self._row(row)

    def _headings(self, heading: TableRow) -> bool:
        """Which column is which; whether the sheet can be read at all."""
        by_header = {column.header: column for column in self.sheet.columns}
        fine = True
        for position, value in heading.cells.items():
            header = _heading(value)
            column = by_header.get(header)
            if column is None:
                told = "公式" if isinstance(value, Formula) else str(value)
                place = f"{self.sheet.name} 第{heading.number}行 {letters(position)}列"
                self.found.not_understood.append(Passage(place, f"列“{told}”没有对应的栏目，这一列没有导入"))
            elif column in self.columns.values():
                fine = self._structural(heading.number, header, f"有两列都叫“{header}”，请删去一列")
            elif position in self.table.hidden_columns:
                fine = self._structural(heading.number, header, "这一列被隐藏了，请取消隐藏，看过内容再导入")
            else:
                self.columns[position] = column
        for column in self.sheet.columns:
            if (
                column.required
                and not column.group
                and column not in self.columns.values()
                and column.header not in map(_heading, heading.cells.values())
            ):
                fine = self._structural(heading.number, column.header, f"缺少“{column.header}”这一列，请用下载的模板填写")
        self.key_column = next((position for position, column in self.columns.items() if column is self.sheet.column(KEY)), 0)
        if self.table.hidden:
            fine = self._structural(0, "", f"工作表“{self.table.name}”被隐藏了，请取消隐藏，看过内容再导入")
        return fine

    def _structural(self, row: int, header: str, message: str) -> bool:
        self.found.wrong.append(RowProblem(row, field_name(self.sheet, header, self.several), message))
        return False

    def _row(self, row: TableRow) -> None:
        cells = {position: value for position, value in row.cells.items() if position in self.columns}
        merged = [
            span for span in self.table.merged if span.top <= row.number <= span.bottom and span.bottom + span.right > span.top + span.left
        ]
        filled_down = next((s for s in merged if s.left == s.right == self.key_column and s.top < row.number), None)
        if filled_down is not None and self.sheet.shape is not Shape.RECORD and (cells or any(v is not None for v in row.cells.values())):
            # The 编号 of several rows of one record merged into one cell can mean only one thing.
            above = self.by_number.get(filled_down.top)
            if above is not None and self.key_column in above.cells:
                cells[self.key_column] = above.cells[self.key_column]
        if not cells:
            return
        key_text = cells.get(self.key_column)
        if isinstance(key_text, str) and key_text.strip().startswith(SAMPLE):
            return
        self.found.rows += 1
        problems = self._unseen(row, merged)
        values: Values = {}
        codes: dict[str, str] = {}
        is_none = self._is_none(cells)
        for position, column in self.columns.items():
            if is_none and position != self.key_column:
                continue
            try:
                read = value_of(column.form, cells.get(position))
            except CellError as error:
                problems.append(RowProblem(row.number, field_name(self.sheet, column.header, self.several), str(error)))
                values[column.path] = None
                continue
            if position == self.key_column:
                key_text = read.value
            elif read.value is not None:
                values[column.path] = read.value
            if read.code is not None:
                codes[".".join(column.path)] = read.code
        if not problems or isinstance(key_text, str):
            self._keep(row, key_text if isinstance(key_text, str) else "", values, codes, problems, is_none)
        else:
            self.found.wrong += problems

    def _unseen(self, row: TableRow, merged: Iterable[Span]) -> list[RowProblem]:
        """What the editor does not see, or sees otherwise than it is stored."""
        problems: list[RowProblem] = []
        if row.hidden:
            problems.append(
                RowProblem(
                    row.number, field_name(self.sheet, "", self.several), "这一行被隐藏或被筛选掉了，请取消筛选和隐藏，看过内容再导入"
                )
            )
        for span in merged:
            of_key = span.left == span.right == self.key_column and self.sheet.shape is not Shape.RECORD
            if not of_key and any(span.left <= position <= span.right for position in self.columns):
                problems.append(
                    RowProblem(
                        row.number, field_name(self.sheet, "", self.several), f"{span.label} 是合并单元格，请取消合并，把每一格都填上"
                    )
                )
        return problems

    def _is_none(self, cells: dict[int, Value]) -> bool:
        others = [value for position, value in cells.items() if position != self.key_column]
        return self.sheet.shape is not Shape.RECORD and len(others) == 1 and isinstance(others[0], str) and others[0].strip() == NONE

    def _keep(self, row: TableRow, key: str, values: Values, codes: dict[str, str], problems: list[RowProblem], is_none: bool) -> None:
        label = field_name(self.sheet, KEY, self.several)
        if self.sheet.shape is Shape.RECORD:
            draft = Draft(row.number, several_sheets=self.several)
            self.found.drafts.append(draft)
            if not key:
                problems.append(RowProblem(row.number, label, "缺少编号"))
            elif key in self.by_key:
                problems.append(RowProblem(row.number, label, f"编号 {key} 与第 {self.by_key[key].row} 行重复，请合成一行或改编号"))
            else:
                self.by_key[key] = draft
            draft.content = {"id": key}
            draft.places[()] = Place(self.sheet, row.number)
            for path, value in values.items():
                put(draft.content, path, value)
        else:
            owner = self.by_key.get(key)
            if owner is None:
                told = f"“{layout(self.kind)[0].name}”表里没有编号 {key}" if key else "缺少编号"
                self.found.wrong += [*problems, RowProblem(row.number, label, told)]
                return
            draft = owner
            add_row(Adding(self.sheet, draft, row.number, values, problems), none=is_none)
        draft.codes.update(codes)
        draft.wrong += problems


def _close(sheets: Sequence[Sheet], draft: Draft) -> None:
    """A list that a record must have is empty only where somebody wrote so."""
    for sheet in sheets:
        if sheet.required and sheet.field not in draft.content:
            message = f"“{sheet.name}”表里没有编号 {draft.content.get('id')} 的行；确实没有的，写一行编号加“{NONE}”"
            draft.wrong.append(RowProblem(draft.row, sheet.name, message))
