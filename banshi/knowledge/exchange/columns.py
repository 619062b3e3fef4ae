"""The sheets and columns of a kind of record, read off its model: a field that the model gains has a column the same day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from banshi.knowledge.elements import Element
from banshi.knowledge.exchange.cells import Format, Type
from banshi.knowledge.exchange.headings import RECORD_SHEETS, VALUE_LABELS, heading, note, sheet_name
from banshi.knowledge.exchange.report import Kind
from banshi.knowledge.guide import Fact, Guide, Record
from banshi.knowledge.qa import QuestionAnswer

MODELS: dict[Kind, type[Record]] = {"guide": Guide, "qa": QuestionAnswer}
KEY = "编号"
# The columns that come first, in this order, and those that come last: whoever fills in a new sheet need not think of them.
_FIRST: dict[Kind, tuple[str, ...]] = {
    "qa": (
        *("id", "question", "similar", "answer", "topic", "audience", "element", "item", "basis", "department", "certainty", "regions"),
        *("valid_from", "valid_to", "korean"),
    ),
    "guide": ("id", "task_name", "domain", "aliases"),
}
_LAST = ("region", "valid_from", "valid_to", "review_priority", "confused_with", "korean", "version", "retired")
_SHORT_NAMES = {"audience", "regions", "server_type", "handle_type"}


class Shape(Enum):
    """How the rows of a sheet make up a record."""

    RECORD = "one row a record"
    ROWS = "one row an entry of a list"
    NESTED = "one row an entry of a list inside an entry; rows with the same id make up the outer one"
    BY_ELEMENT = "one row an element; a column a field"
    PAIRS = "one row a name and its text"


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    header: str
    path: tuple[str, ...]
    """Where the value stands in the row's object: ("anticipate", "text")."""
    form: Format
    required: bool
    note: str = ""
    """What else an editor should know."""
    group: str = ""
    """The optional object that this column is a part of: all its columns may be empty together."""


@dataclass(frozen=True)
class Sheet:
    """One sheet. Every sheet's first column is the record's 编号."""

    name: str
    shape: Shape
    columns: tuple[Column, ...]
    field: str = ""
    """The record's field that the rows make up; empty for RECORD, the first of several for BY_ELEMENT."""
    required: bool = False
    """Whether a record without rows here says nothing where it must say something, if only that there is none."""
    inner: str = ""
    """For NESTED: the field of the outer entry that holds the inner ones."""

    def column(self, header: str) -> Column | None:
        """The column of that header."""
        return next((column for column in self.columns if column.header == header), None)


@cache
def layout(kind: Kind) -> tuple[Sheet, ...]:
    """The sheets of a kind; the first has one row a record."""
    model = MODELS[kind]
    columns: list[Column] = []
    sheets: list[Sheet] = []
    by_element: list[str] = []
    for name, info in model.model_fields.items():
        annotation, _ = _without_none(info.annotation)
        item = _item_of(annotation)
        if _is_record(item):
            sheets.append(_rows(kind, name, info, item))
        elif get_origin(annotation) is dict and get_args(annotation)[0] is Element:
            by_element.append(name)
        elif get_origin(annotation) is dict:
            sheets.append(Sheet(sheet_name(kind, name), Shape.PAIRS, (_KEY, *_PAIR), name))
        else:
            columns += _columns(kind, name, info, (name,))
    if by_element:
        fields = tuple(Column(heading(kind, name), (name,), Format(Type.LINES), False, note(name)) for name in by_element)
        required = model.model_fields[by_element[0]].is_required()
        sheets.append(Sheet(sheet_name(kind, by_element[0]), Shape.BY_ELEMENT, (_KEY, _ELEMENT, *fields), by_element[0], required))
    columns.sort(key=lambda column: _place(kind, column.path[0]))
    return (Sheet(RECORD_SHEETS[kind], Shape.RECORD, tuple(columns)), *sheets)


def _place(kind: Kind, name: str) -> int:
    if name in _FIRST[kind]:
        return _FIRST[kind].index(name)
    return 1000 + _LAST.index(name) if name in _LAST else 100


_KEY = Column(KEY, ("id",), Format(Type.TEXT), True)
_PAIR = (Column("项目", ("key",), Format(Type.TEXT), True), Column("内容", ("value",), Format(Type.TEXT), False))
_ELEMENT = Column("要素", ("element",), Format(Type.LABEL, {element.label: element.value for element in Element}), True)


def _rows(kind: Kind, name: str, info: FieldInfo, item: type[Record]) -> Sheet:
    columns: list[Column] = [_KEY]
    inner = ""
    for field_name, field_info in item.model_fields.items():
        annotation, _ = _without_none(field_info.annotation)
        nested = _item_of(annotation)
        if _is_record(nested) and not inner and "id" in item.model_fields:
            inner = field_name
            for inner_name, inner_info in nested.model_fields.items():
                columns += _columns(kind, f"{name}.{field_name}.{inner_name}", inner_info, (field_name, inner_name), name)
        else:
            columns += _columns(kind, f"{name}.{field_name}", field_info, (field_name,), name)
    shape = Shape.NESTED if inner else Shape.ROWS
    return Sheet(sheet_name(kind, name), shape, tuple(columns), name, info.is_required(), inner)


def _columns(kind: Kind, name: str, info: FieldInfo, path: tuple[str, ...], inside: str = "", group: str = "") -> Iterator[Column]:
    """The column of a field, or the columns of the object it holds."""
    annotation, optional = _without_none(info.annotation)
    if _is_record(annotation):
        group = path[-1] if optional or not info.is_required() else group
        for field_name, field_info in annotation.model_fields.items():
            for column in _columns(kind, f"{name}.{field_name}", field_info, (*path, field_name), inside, group):
                # The text of a statement is the statement.
                yield replace(column, header=heading(kind, name, inside)) if annotation is Fact and field_name == "text" else column
        return
    yield Column(heading(kind, name, inside), path, _format(path[-1], annotation), info.is_required(), note(name), group)


def _format(name: str, annotation: Any) -> Format:
    labels = labels_of(annotation, name)
    if labels is not None:
        return Format(Type.LABEL, labels)
    if annotation is bool:
        return Format(Type.FLAG)
    if annotation is int:
        return Format(Type.WHOLE)
    if annotation is float:
        return Format(Type.NUMBER)
    if annotation is date:
        return Format(Type.DAY)
    if annotation is str:
        return Format(Type.TEXT)
    item = _item_of(annotation)
    if get_origin(item) is dict:
        return Format(Type.CONDITION)
    if item is str:
        return Format(Type.WORDS if name in _SHORT_NAMES else Type.LINES)
    if item is not None and (labels := labels_of(item, name)) is not None:
        return Format(Type.LABELS, labels)
    return Format(Type.JSON)


def labels_of(annotation: Any, name: str) -> dict[str, str] | None:
    """Label → value of a closed list of values; None for anything else."""
    if get_origin(annotation) is Literal:
        values = [str(value) for value in get_args(annotation)]
    elif isinstance(annotation, type) and issubclass(annotation, StrEnum):
        values = [value.value for value in annotation]
    else:
        return None
    named = VALUE_LABELS.get(name, {})
    return {named.get(value, value): value for value in values}


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, UnionType):
        rest = [part for part in get_args(annotation) if part is not NoneType]
        if len(rest) == 1:
            return rest[0], True
    return annotation, False


def _item_of(annotation: Any) -> Any:
    """X of tuple[X, ...]; None for anything else."""
    arguments = get_args(annotation)
    return arguments[0] if get_origin(annotation) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis else None


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Record)
