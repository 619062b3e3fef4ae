"""A guide out of a document: which field each piece belongs to. What cannot be placed is handed on with its place, never guessed.

Understood are headings that name a field, lines like 法定办结时限：20个工作日, tables with labels beside values, and tables of materials,
charges, steps and legal bases under a heading row.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from banshi.knowledge.exchange.blocks import Block, Blocks
from banshi.knowledge.exchange.checking import sentence_of, unfit_text
from banshi.knowledge.exchange.lines import LONGEST_LABEL, apart, names_field, split_label, title_of
from banshi.knowledge.exchange.meaning import Meaning
from banshi.knowledge.exchange.printing import LEGEND, UNDER_TITLE
from banshi.knowledge.exchange.report import ExchangeError, ImportedRecord, ImportReport, Known, Passage, RowProblem
from banshi.knowledge.exchange.safety import Limits
from banshi.knowledge.exchange.synonyms import GRIDS, SECTIONS, fields_by_label, label_text, parts_by_heading
from banshi.knowledge.fields import label_of
from banshi.knowledge.guide import Guide

_LONGEST_QUOTE = 300
_FURNITURE = re.compile(r"版权所有|主办单位|ICP备|公网安备|网站地图|网站标识码|^当前位置|^您现在的位置|^打印本?页?$|^关闭窗口$|^分享到")
_FEWEST_FIELDS = 3
_TITLE_END = re.compile(r"(?:[（(]?(?:办事|服务|办理)指南[）)]?|办事流程|一次性告知单?)$")
_OWN_ONLY = {"id", "version", "region", "review_priority", "retired"}
_NAMED_PARTS = {
    "materials": "material_name",
    "fees": "fee_stand",
    "by_law": "name",
    "process": "name",
    "steps": "name",
    "special_procedure": "name",
}


def read_guide(file: str, format: str, document: Blocks, known: Known, limits: Limits) -> ImportReport:
    """Read one guide.

    Returns:
        One draft with `missing` naming what the document does not tell, or none when its text is damaged.

    Raises:
        ExchangeError: hardly anything in it is a field of a guide.
    """
    placing = _Placing(own=any(block.text == LEGEND for block in document.blocks))
    placing.read(document.blocks)
    content, passages = placing.meaning.content()
    if len(content) < _FEWEST_FIELDS:
        raise ExchangeError("没有认出办事指南的栏目。文档里要有“受理条件”“申请材料”“办理流程”这样的小标题，或一栏名称一栏内容的表格")
    title = str(content.get("task_name") or placing.title or file)
    if "task_name" not in content and placing.title:
        content = {"task_name": placing.title, **content}
    content = {"id": content.get("id") or _key(title, known), **content}
    wrong = [RowProblem(1, label_of("guide", ".".join(map(str, at))), message) for at, message in unfit_text(content, limits)]
    missing: list[str] = []
    try:
        Guide.model_validate(content)
    except ValidationError as error:
        for found in error.errors():
            label = label_of("guide", ".".join(map(str, found["loc"])))
            if found["type"] == "missing":
                missing.append(label)
            else:
                passages.append(Passage(label, f"{sentence_of(found)}，请改正"))
    record = ImportedRecord("guide", str(content["id"]), title, content, 1, tuple(dict.fromkeys(missing)), placing.meaning.codes)
    unread = (*document.unread, *_joined(placing.unplaced), *passages)
    return ImportReport(file, format, 1, () if wrong else (record,), tuple(wrong), unread)


def _key(title: str, known: Known) -> str:
    """The guide of that name; for a new one an id that is the same at every import."""
    found = [key for key, name in known.guides.items() if name == title]
    return found[0] if len(found) == 1 else f"guide-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _joined(passages: Sequence[Passage]) -> list[Passage]:
    """Neighbouring paragraphs that were not understood as one passage: a page's menu is one thing, not a hundred."""
    joined: list[Passage] = []
    for passage in passages:
        if joined and joined[-1].where.startswith("第") and passage.where.endswith("段") and _follows(joined[-1].where, passage.where):
            first = joined[-1].where.split("至")[0]
            text = f"{joined[-1].text} / {passage.text}"
            joined[-1] = Passage(f"{first}至{passage.where}", text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…")
        else:
            joined.append(Passage(passage.where, passage.text[:_LONGEST_QUOTE]))
    return joined


def _follows(before: str, after: str) -> bool:
    numbers = [int(re.findall(r"\d+", place)[-1]) for place in (before, after)] if before.endswith("段") else [0, 9]
    return numbers[1] - numbers[0] in (0, 1)


@dataclass
class _Grid:
    """A table whose rows are entries of one field."""

    name: str
    parts: dict[int, str]
    others: dict[int, str]
    """columns that no part of an entry is called"""


@dataclass
class _Placing:
    own: bool
    """whether we printed the document ourselves, so that its marks mean something"""
    meaning: Meaning = field(init=False)
    unplaced: list[Passage] = field(default_factory=list)
    title: str = ""
    section: str | None = None
    """the field that lines belong to; empty where only labelled lines do, None where nothing is known"""

    def __post_init__(self) -> None:
        self.meaning = Meaning(self.own)

    def read(self, blocks: Sequence[Block]) -> None:
        title = title_of(blocks)
        for number, block in enumerate(blocks):
            if block.aside:
                # What is around the guide belongs to no section, and ends the one before it.
                self.unplaced += [Passage(block.where, block.text or " | ".join(cell for row in block.rows for cell in row if cell))]
                self.section = None
            elif block.rows:
                self._table(block)
            elif block is title:
                self.title = _TITLE_END.sub("", block.text).strip("【】 　")
            else:
                self._paragraph(block, number)

    def _paragraph(self, block: Block, number: int) -> None:
        text, label = block.text, label_text(block.text)
        if self.own and (block.text == LEGEND or (number == 1 and block.text.startswith(UNDER_TITLE))):
            return
        if names_field(text) and (block.level or not self._in_own_list()):
            self._open(label)
        elif self.own and self.section == "下一步":
            return
        elif block.level or _FURNITURE.search(text):
            self.unplaced.append(Passage(block.where, block.text))
            self.section = None
        elif not self._in_own_list() and self._labelled(block):
            return
        elif self.section:
            self.meaning.add_line(self.section, block.where, text)
        else:
            self.unplaced.append(Passage(block.where, text))

    def _in_own_list(self) -> bool:
        """In a print of ours the lines under these headings are entries, whatever they begin with."""
        return self.own and self.section in (
            "accept_condition",
            "materials",
            "fees",
            "process",
            "by_law",
            "situations",
            "plain",
            "choices",
            "open_points",
            "白话版",
        )

    def _open(self, label: str) -> None:
        path = fields_by_label().get(label)
        self.section = path[0] if path is not None and len(path) <= 2 and path[0] not in _OWN_ONLY else ""
        if self.own and label in ("白话版", "下一步"):
            self.section = label
        elif label in SECTIONS and path is None:
            self.section = ""

    def _labelled(self, block: Block) -> bool:
        """A line that names its field itself; whether it does."""
        pieces = list(block.parts)
        if len(pieces) < 2 or label_text(pieces[0]) not in self._labels():
            split = split_label(block.text)
            if split is None or split[0] not in self._labels():
                return False
            pieces = [block.text]
        for piece in apart(pieces, self._labels()):
            self._pairs(piece, block.where)
        return True

    def _labels(self) -> set[str]:
        own_parts = parts_by_heading(self.section).keys() if self.section in GRIDS else ()
        return {*fields_by_label(), *own_parts, *SECTIONS}

    def _pairs(self, cells: Sequence[str], where: str) -> None:
        """Labels with their values behind them; a label directly after a label has none."""
        label = ""
        for cell in cells:
            named = label_text(cell)
            if not label or (named in fields_by_label() and len(cell) <= LONGEST_LABEL):
                label = named
            else:
                self._pair(label, cell.strip(), where)
                label = ""

    def _pair(self, label: str, value: str, where: str) -> None:
        part = parts_by_heading(self.section).get(label) if self.section in GRIDS and not self.own else None
        path = fields_by_label().get(label)
        if not value:
            return
        if part:
            assert self.section is not None
            self.meaning.add_part(self.section, part, where, value)
        elif path is None or (path[0] in _OWN_ONLY and not self.own):
            self.unplaced.append(Passage(where, f"{label}：{value}"))
        else:
            self.meaning.add_value(path, where, value)

    def _table(self, block: Block) -> None:
        grid: _Grid | None = None
        for number, row in enumerate(block.rows, 1):
            where = f"{block.where}第{number}行"
            filled = [cell for cell in row if cell.strip()]
            heading = self._grid(row)
            if heading is not None:
                grid = heading
                continue
            first = label_text(filled[0])
            if grid is not None and not (first in fields_by_label() and len(filled) <= 2 < len(grid.parts)):
                self._entry(grid, row, where)
                continue
            grid = None
            if len(filled) == 1:
                if names_field(filled[0]):
                    self._open(first)
                elif self.section:
                    self._lines(self.section, filled[0], where)
                else:
                    self.unplaced.append(Passage(where, filled[0]))
            elif first in fields_by_label() and len(filled[0]) <= LONGEST_LABEL:
                self._pairs(filled, where)
            elif self.own and (path := self._own_detail(filled[0])) is not None:
                self.meaning.add_detail(path, filled[1])
            else:
                self.unplaced.append(Passage(where, " | ".join(filled)))

    def _lines(self, name: str, text: str, where: str) -> None:
        for line in filter(None, map(str.strip, text.split("\n"))):
            self.meaning.add_line(name, where, line)

    def _grid(self, row: Sequence[str]) -> _Grid | None:
        """The row as the heading of a table of entries; of the section's field if that fits, else of the field that fits best."""
        headings = {position: label_text(cell) for position, cell in enumerate(row) if cell.strip()}
        best: _Grid | None = None
        for name in sorted(GRIDS, key=lambda name: name != self.section):
            known = parts_by_heading(name)
            parts = {position: known[label] for position, label in headings.items() if label in known}
            told = [part for part in parts.values() if part]
            fits = _NAMED_PARTS[name] in told and len(told) == len(set(told)) and len(parts) >= min(2, len(headings))
            if fits and (len(parts) >= 2 or name == self.section) and (best is None or len(parts) > len(best.parts)):
                others = {position: label for position, label in headings.items() if label not in known}
                best = _Grid(name, parts, others)
        # Half of the headings must be known: a table of labels and values can begin with words that are headings elsewhere.
        return best if best is not None and len(best.parts) * 2 >= len(headings) else None

    def _entry(self, grid: _Grid, row: Sequence[str], where: str) -> None:
        parts = {
            part: row[position].strip() for position, part in grid.parts.items() if part and position < len(row) and row[position].strip()
        }
        if parts:
            self.meaning.add_entry(grid.name, where, parts)
        for position, label in grid.others.items():
            if position < len(row) and row[position].strip():
                self.unplaced.append(Passage(where, f"{label}：{row[position].strip()}"))

    def _own_detail(self, label: str) -> tuple[str | int, ...] | None:
        match = re.fullmatch(r"受理条件 第(\d{1,3})项 依据", label)
        return ("accept_condition", int(match[1]) - 1, "basis") if match else None
