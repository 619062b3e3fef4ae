"""What the pieces of a document mean, field by field. Where a document says nothing of how certain a fact is, it is unsure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from banshi.knowledge.exchange import told
from banshi.knowledge.exchange.adding import put
from banshi.knowledge.exchange.columns import layout
from banshi.knowledge.exchange.entries import (
    fee_entry,
    fee_line,
    law_entry,
    material_entry,
    material_line,
    procedure_entry,
    split_items,
    step_entry,
)
from banshi.knowledge.exchange.headings import heading
from banshi.knowledge.exchange.report import Content, Passage
from banshi.knowledge.exchange.values import Values
from banshi.knowledge.fields import FIELD_LABELS, label_of
from banshi.knowledge.guide import Guide

Path = tuple[str, ...]
_LISTS = frozenset(
    (
        "accept_condition",
        "materials",
        "fees",
        "process",
        "steps",
        "by_law",
        "special_procedure",
        "situations",
        "plain",
        "choices",
        "open_points",
    )
)
_ONLY_OURS = ("situations", "plain", "choices", "open_points", "steps", "special_procedure")
"""Lists whose lines only a print of ours has in a form that can be read."""
_FREE = re.compile(r"(?:本事项|办理|全程)?(?:不收费|免费|无|否|不收取任何费用|无需缴费|不收取费用)[。；]?")
_DOOR = re.compile(r"\d+\s*(?:号|楼|层|室|单元)")


@dataclass(frozen=True)
class _Piece:
    where: str
    text: str


@dataclass
class Meaning:
    """Collects pieces and makes a content of them."""

    own: bool
    codes: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, list[_Piece]] = field(default_factory=dict)
    _entries: dict[str, list[tuple[str, dict[str, str]]]] = field(default_factory=dict)
    _values: dict[Path, _Piece] = field(default_factory=dict)
    _details: dict[tuple[str | int, ...], str] = field(default_factory=dict)
    _passages: list[Passage] = field(default_factory=list)

    def add_line(self, name: str, where: str, text: str) -> None:
        """A line under the heading of a field."""
        self._lines.setdefault(name, []).append(_Piece(where, text))

    def add_value(self, path: Path, where: str, value: str) -> None:
        """A value beside the label of a field. What is said twice must be the same."""
        if path[0] in _LISTS and len(path) == 1:
            for line in filter(None, map(str.strip, value.split("\n"))):
                self.add_line(path[0], where, line)
            return
        if path == ("transact_place",) and not self.own and _DOOR.search(value):
            path = ("transact_addr",)  # a place with a house number is an address
        known = self._values.setdefault(path, _Piece(where, value))
        if known.text != value:
            self._pass(where, f"{label_of('guide', '.'.join(path))}：{value}（前面已经写了“{known.text}”）")

    def add_entry(self, name: str, where: str, parts: dict[str, str]) -> None:
        """A row of a table of entries."""
        self._entries.setdefault(name, []).append((where, parts))

    def add_part(self, name: str, part: str, where: str, value: str) -> None:
        """A labelled line that is part of an entry: an entry ends where a part comes again."""
        entries = self._entries.setdefault(name, [])
        if not entries or part in entries[-1][1]:
            entries.append((where, {}))
        entries[-1][1][part] = value

    def add_detail(self, path: tuple[str | int, ...], value: str) -> None:
        """A value inside an entry of a list, in a print of ours."""
        self._details[path] = value

    def content(self) -> tuple[Content, list[Passage]]:
        """The content in the order of the model, and what could not be understood."""
        found: Content = {}
        columns = {column.path: column for column in layout("guide")[0].columns}
        values = Values(self.own, self._pass, self.codes)
        for name, lines in self._lines.items():
            if name in _LISTS or name not in FIELD_LABELS["guide"]:
                continue
            # A field that holds one value takes one line: what follows may be anything.
            kept = lines if FIELD_LABELS["guide"][name].type in ("texts", "labels") else lines[:1]
            self.add_value((name,), kept[0].where, "\n".join(told.without_bullet(line.text).rstrip("；;") for line in kept))
            self._pass_all(lines[len(kept) :])
        for path, piece in self._values.items():
            value = values.read(path, columns.get(path), piece.text, piece.where)
            if value is not None:
                put(found, path, value)
        self._choices(found)
        for name in _LISTS - {"choices"}:
            if entries := self._list(name, found):
                found[name] = entries
        self._fees(found)
        self._add_details(found)
        order = list(Guide.model_fields)
        return dict(sorted(found.items(), key=lambda item: order.index(item[0]))), self._passages

    def _pass(self, where: str, text: str) -> None:
        self._passages.append(Passage(where, text))

    def _choices(self, found: Content) -> None:
        lines = self._lines.get("choices", [])
        if not lines:
            return
        read = told.choices_and_items([line.text for line in lines], f"{heading('guide', 'handle_items')}：") if self.own else None
        if read is None:
            self._pass_all(lines)
            return
        found.update({name: entries for name, entries in zip(("choices", "handle_items"), read, strict=True) if entries})

    def _pass_all(self, lines: Sequence[_Piece]) -> None:
        for line in lines:
            self._pass(line.where, line.text)

    def _list(self, name: str, found: Content) -> list[Any]:
        lines = self._lines.get(name, [])
        entries = self._entries.get(name, [])
        if name in _ONLY_OURS and not self.own:
            self._pass_all(lines)
            lines = []
        readers = {
            "materials": material_entry,
            "fees": fee_entry,
            "by_law": law_entry,
            "special_procedure": procedure_entry,
            "steps": step_entry,
        }
        if name == "process":
            steps = [step_entry(parts, self._refuser(where)) for where, parts in entries]
            if len(steps) > 0 and all("days" in step for step in steps):
                found.setdefault("steps", steps)
            return [*(step["name"] for step in steps if "name" in step), *(item for line in lines for item in self._items(line))]
        read = [readers[name](parts, self._refuser(where)) for where, parts in entries] if name in readers else []
        from_lines = [value for line in lines for value in self._from_line(name, line, found)]
        if name == "materials" and self.own and read and from_lines:
            # Our own table tells more of the materials above it, one row each.
            rows: list[dict[str, Any]] = [entry for entry in read if isinstance(entry, dict)]
            return [{**more, **entry} for entry, more in zip(from_lines, rows, strict=False)]
        if name == "materials" and read and from_lines:
            # Beside a table a line is a remark, not a document.
            self._pass_all(lines)
            return read
        return [*read, *from_lines]

    def _refuser(self, where: str) -> Any:
        return lambda text: self._pass(where, text)

    def _items(self, line: _Piece) -> list[str]:
        return [told.without_bullet(line.text)] if self.own else split_items(line.text)

    def _from_line(self, name: str, line: _Piece, found: Content) -> Iterator[Any]:
        if not self.own:
            for item in split_items(line.text):
                if name == "accept_condition":
                    yield {"text": item, "certainty": "unsure"}
                elif name == "materials":
                    yield material_line(item)
                elif name == "by_law":
                    yield item
                elif name == "fees" and not _FREE.fullmatch(item):
                    yield fee_line(item)
            return
        text = told.without_bullet(line.text)
        choices = told.as_choices(found.get("choices", ()))
        if name == "by_law":
            yield text
            return
        if (name == "materials" and text == "不用提交材料。") or (name == "fees" and text == "不收费。"):
            return
        readers = {
            "accept_condition": told.fact,
            "materials": lambda text: told.material(text, choices),
            "fees": told.fee,
            "situations": lambda text: told.situation(text, choices),
            "plain": told.plain,
            "open_points": told.open_point,
        }
        read = readers[name](text) if name in readers else None
        if read is None:
            self._pass(line.where, line.text)
        else:
            yield read

    def _fees(self, found: Content) -> None:
        """That nothing is charged is something said, not something left out."""
        said_free = any(_FREE.fullmatch(told.without_bullet(line.text)) for line in self._lines.get("fees", ()))
        if "fees" not in found and (said_free or found.get("is_fee") is False):
            found["fees"] = []
            if not self.own:
                found["is_fee"] = False
        if "materials" not in found and self.own and any(line.text == "不用提交材料。" for line in self._lines.get("materials", ())):
            found["materials"] = []

    def _add_details(self, found: Content) -> None:
        for line in self._lines.get("白话版", ()):
            text = told.without_bullet(line.text)
            path = next(
                (path for path in _plain_version_paths(found) if text.startswith(f"{label_of('guide', '.'.join(map(str, path[:-1])))}：")),
                None,
            )
            if path is None:
                self._pass(line.where, line.text)
            else:
                self._details[path] = text.partition("：")[2]
        for path, value in self._details.items():
            target: Any = found
            for part in path[:-1]:
                target = (
                    target[part]
                    if isinstance(target, list) and isinstance(part, int) and part < len(target)
                    else target.get(part)
                    if isinstance(target, dict)
                    else None
                )
            if isinstance(target, dict):
                target[str(path[-1])] = value


def _plain_version_paths(found: Content) -> Iterator[tuple[str | int, ...]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield (name, "plain_version")
        elif isinstance(value, list):
            yield from ((name, index, "plain_version") for index in range(len(value)))
