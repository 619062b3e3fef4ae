"""The value that stands beside a label in a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from banshi.knowledge.exchange import told
from banshi.knowledge.exchange.cells import CellError, Format, Type, plain_digits, value_of
from banshi.knowledge.exchange.columns import Column
from banshi.knowledge.fields import FIELD_LABELS, label_of
from banshi.knowledge.labels import LABELS, is_known, nearest_label

_VISITS = re.compile(r"(\d+(?:[-—~至]\d+)?)\s*次")


@dataclass(frozen=True)
class Values:
    """Reads values; notes what it could not read, and what it took for something else."""

    own: bool
    """whether we printed the document ourselves"""
    note: Callable[[str, str], None]
    """takes a place and a sentence"""
    codes: dict[str, str]
    """field → code that stood beside its label; grows"""

    def read(self, path: tuple[str, ...], column: Column | None, text: str, where: str) -> Any:
        """The value of a field; None when it cannot be read."""
        name, label = path[-1], label_of("guide", ".".join(path))
        found = FIELD_LABELS["guide"].get(".".join(path))
        if found is not None and found.type == "fact":
            return self._fact(name, text)
        if column is None:
            self.note(where, f"{label}：{text}")
            return None
        if path == ("region",):
            text = text.split(" ")[0]
        if column.form.type in (Type.WORDS, Type.LINES):
            return self._words(name, label, text, where)
        values = "flag" if column.form.type is Type.FLAG else name
        try:
            read = value_of(column.form, text)
        except CellError as error:
            near = nearest_label(values, text) if values in LABELS else None
            if near is None:
                self.note(where, f"{label}：{error}")
                return None
            self.note(where, f"{label}写的是“{text}”，按“{near}”读入，请核对")
            return near == "是" if values == "flag" else near
        if read.code is not None:
            self.codes[name] = read.code
        return read.value

    def _fact(self, name: str, text: str) -> dict[str, Any]:
        if self.own:
            return told.fact(
                text.removesuffix("次") if name == "limit_scene_num" else text, with_basis=name in ("anticipate", "handle_area")
            )
        if name == "limit_scene_num" and (visits := _VISITS.fullmatch(plain_digits(text))):
            text = visits[1]
        # A document does not say what kind of fact it tells.
        return {"text": text, "certainty": "unsure"}

    def _words(self, name: str, label: str, text: str, where: str) -> list[str]:
        # Short names stand in one line with 、 between them; in a print of ours, lines of their own mean that 、 belongs to a name.
        words: list[str] = value_of(Format(Type.LINES if "\n" in text and self.own else Type.WORDS), text).value
        if name not in LABELS:
            return words
        fitting: dict[str, None] = {}
        for word in words:
            near = word if is_known(name, word) else nearest_label(name, word)
            if near is None:
                self.note(where, f"{label}：“{word}”不在可用的选项里，可以填：{'、'.join(LABELS[name])}")
                continue
            fitting[near] = None
            if near != word:
                self.note(where, f"{label}写的是“{word}”，按“{near}”读入，请核对")
        return list(fitting)
