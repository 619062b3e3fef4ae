"""One cell: a field's value as text, number or date in a sheet, and back.

Writing and reading are inverse: what `cell_of` writes, `value_of` reads as the same value. Besides, `value_of` reads what people and
programs make of it: numbers as floats, dates in Chinese, full-width digits, spaces around, labels with another system's code beside them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from enum import Enum
from typing import Any

from banshi.knowledge.exchange.safety import control_character

NONE = "（无）"
"""Says that there is none, where an empty cell would leave it open."""
_LISTED = 20
_LONGEST_NAME = 40
_BLANKS = " \t\n\r\u00a0\u3000\u200b\ufeff"
_SEPARATORS = re.compile("[、，,；;]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?号?(?:[T ]0{1,2}:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_CHINESE_DAY = re.compile(r"([零〇○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]")
_CODE_FIRST = re.compile(r"[A-Za-z0-9]{1,6}\s*[-—_.、:：|/ ]?\s*(?=[^\x00-\x7f])")
_CODE_LAST = re.compile(r"\s*[-—_.、:：|/(（\[]?\s*[A-Za-z0-9]{1,6}\s*[)）\]]?$")
_CONDITION_EXAMPLE = "where=home或away 且 who=self"
_OPTION = re.compile(r"[a-z0-9_]+")


class Type(Enum):
    """What a column holds."""

    TEXT = "文字"
    WHOLE = "整数"
    NUMBER = "数字"
    DAY = "日期"
    FLAG = "是或否"
    LABEL = "选项"
    LINES = "一行一条"
    LABELS = "一行一个选项"
    WORDS = "一行一个"
    """like LINES; the entries are short names, which people also put on one line with 、 between them"""
    CONDITION = "情形条件"
    JSON = "JSON"


class Formula:
    """A cell that computes its value."""


class Failed:
    """A cell that shows an error such as #N/A."""


Value = str | int | float | bool | date | datetime | Formula | Failed | None
"""What a sheet has in a cell."""


Written = str | int | float | date | None
"""What is written into a cell."""


class CellError(ValueError):
    """The cell cannot be read; the message says what is allowed."""


@dataclass(frozen=True)
class Read:
    """A cell's value, None when the cell is empty, and the code that stood beside a label."""

    value: Any
    code: str | None = None


@dataclass(frozen=True)
class Format:
    """How a column's cells are written."""

    type: Type
    labels: Mapping[str, str] = field(default_factory=dict)
    """label → value, for LABEL and LABELS"""


def cell_of(form: Format, value: Any) -> Written:
    """A value as it stands in a cell, without the guard against formulas; None for an empty cell."""
    if value is None:
        return None
    if form.type is Type.DAY:
        return date.fromisoformat(value)
    if form.type is Type.WHOLE:
        return int(value)
    if form.type is Type.NUMBER:
        return float(value)
    if form.type is Type.FLAG:
        return "是" if value else "否"
    if form.type is Type.LABEL:
        return _named(form, value)
    if form.type is Type.LABELS:
        return "\n".join(_named(form, item) for item in value) or NONE
    if form.type is Type.LINES:
        return "\n".join(map(_as_line, value)) or NONE
    if form.type is Type.WORDS:
        return "\n".join(_SEPARATORS.sub(r"\\\g<0>", _as_line(item)) for item in value) or NONE
    if form.type is Type.CONDITION:
        return "\n".join(_conjunction(part) for part in ([value] if isinstance(value, dict) else value)) or None
    if form.type is Type.JSON:
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def value_of(form: Format, cell: Value) -> Read:
    """Read a cell.

    Raises:
        CellError: a formula, an error value, a character that stands for nothing, or not what the column holds.
    """
    if isinstance(cell, Formula):
        raise CellError("是公式，不能导入。请复制后“选择性粘贴—数值”，再导入")
    if isinstance(cell, Failed):
        raise CellError("显示的是表格的错误值（如 #N/A），请改成实际内容")
    if isinstance(cell, str):
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
        if found := control_character(cell):
            raise CellError(f"有看不见的控制字符（{found}），请删掉后重新输入")
        cell = cell.strip(_BLANKS)
    if cell is None or cell == "":
        return Read(None)
    if form.type is Type.DAY:
        return Read(_day(cell).isoformat())
    if isinstance(cell, date):
        raise CellError("被表格当成了日期，请把单元格格式改成“文本”，重新输入")
    if form.type is Type.FLAG:
        return Read(_flag(cell))
    if isinstance(cell, bool):
        raise CellError(f"是 {str(cell).upper()}，应当填{form.type.value}")
    if form.type is Type.WHOLE:
        return Read(_whole(cell))
    if form.type is Type.NUMBER:
        return Read(_number(cell))
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    if form.type is Type.LABEL:
        return _label(form, text)
    if form.type is Type.LABELS:
        return Read([] if text == NONE else [_label(form, part).value for part in _words(text)])
    if form.type is Type.LINES:
        return Read(_lines(text))
    if form.type is Type.WORDS:
        return Read([] if text == NONE else _words(text))
    if form.type is Type.CONDITION:
        return Read([_parsed_conjunction(line) for line in map(str.strip, text.split("\n")) if line])
    if form.type is Type.JSON:
        try:
            return Read(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise CellError("应当是 JSON") from error
    return Read(text)


def plain_digits(text: str) -> str:
    """Full-width digits, letters and signs as ordinary ones, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip(_BLANKS)


def allowed(names: Sequence[str], near: str = "") -> str:
    """The names that are allowed, as a sentence lists them: all of them, or of many the ones nearest to what was written."""
    if len(names) <= _LISTED:
        return "、".join(names)
    close = get_close_matches(near[:_LONGEST_NAME], names, n=5, cutoff=0.3)
    return f"{'、'.join(close or sorted(names)[:5])} 等 {len(names)} 个"


def _as_line(item: Any) -> str:
    r"""One entry on one line: a line end inside it as \n, a backslash as \\."""
    return str(item).replace("\\", "\\\\").replace("\n", "\\n")


def _from_line(line: str) -> str:
    return re.sub(r"\\(\\|n)", lambda match: "\n" if match[1] == "n" else "\\", line)


def _lines(text: str) -> list[str]:
    if text.strip(_BLANKS) == NONE:
        return []
    return [_from_line(line) for part in text.split("\n") if (line := part.strip(_BLANKS))]


def _words(text: str) -> list[str]:
    """Short names, on lines of their own or with separators between them; a separator after a backslash belongs to its name."""
    words = [""]
    for sign in re.findall(r"\\[\\n、，,；;]|[\s\S]", text):
        if sign == "\n" or _SEPARATORS.fullmatch(sign):
            words.append("")
        else:
            words[-1] += sign if len(sign) == 1 else {"\\\\": "\\", "\\n": "\n"}.get(sign, sign[1])
    return [word for part in words if (word := part.strip(_BLANKS))]


def _named(form: Format, value: Any) -> str:
    text = str(value)
    return next((label for label, known in form.labels.items() if known == text), text)


def _label(form: Format, text: str) -> Read:
    """A label, also one with another system's code beside it. What has only a code is refused: systems number in opposite ways."""
    plain = {plain_digits(name): value for label, value in form.labels.items() for name in (label, value)}
    written = plain_digits(text)
    if written in plain:
        return Read(plain[written])
    for pattern in (_CODE_FIRST, _CODE_LAST):
        if (match := pattern.search(written)) and (rest := written[: match.start()] + written[match.end() :]) in plain:
            return Read(plain[rest], match[0].strip(" -—_.、:：|/()（）[]"))
    if re.fullmatch(r"[0-9]{1,6}", written):
        raise CellError(f"“{text}”只是代码，各系统的代码含义不同，请改写成文字：{allowed(list(form.labels))}")
    raise CellError(f"“{text}”不在可用的选项里，可以填：{allowed(list(form.labels), text)}")


def _whole(cell: str | int | float) -> int:
    text = plain_digits(str(cell))
    match = re.fullmatch(r"(-?\d{1,9})(?:\.0+)?\s*[份个件次张]?", text)
    if match is None:
        raise CellError(f"“{cell}”不是整数")
    return int(match[1])


def _number(cell: str | int | float) -> float:
    match = re.fullmatch(r"(-?\d{1,9}(?:\.\d{1,6})?)\s*个?(?:工作日|自然日|日|天)?", plain_digits(str(cell)))
    if match is None:
        raise CellError(f"“{cell}”不是数字")
    return float(match[1])


def _flag(cell: Value) -> bool:
    if isinstance(cell, bool):
        return cell
    known = {"是": True, "否": False, "TRUE": True, "FALSE": False}
    text = plain_digits(str(cell)).upper()
    if text not in known:
        raise CellError(f"“{cell}”应当填 是 或 否")
    return known[text]


def _day(cell: Value) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = re.sub(r"\s*([年月日号])\s*", r"\1", plain_digits(str(cell)))
    text = re.sub(r"\.0$", "", text) if isinstance(cell, float) else text
    if re.fullmatch(r"[2-7]\d{4}", text):
        raise CellError(f"“{text}”像是表格里日期的序号，请把单元格格式改成“日期”")
    if match := _DAY.fullmatch(text):
        parts = [int(part) for part in match.groups() if part is not None]
    elif match := _CHINESE_DAY.fullmatch(text):
        parts = [int("".join(str(_NUMERALS[c]) for c in match[1])), _numeral(match[2]), _numeral(match[3])]
    else:
        raise CellError(f"“{text}”不是日期，请写成 2026-11-01 或 2026年11月1日")
    try:
        return date(*parts)
    except ValueError as error:
        raise CellError(f"“{text}”不是一个真实的日期") from error


def _numeral(text: str) -> int:
    """一 to 九十九."""
    tens, ten, ones = text.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)


def _conjunction(part: Mapping[str, Sequence[str]]) -> str:
    return " 且 ".join(f"{choice}={'或'.join(options)}" for choice, options in part.items())


def _parsed_conjunction(line: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in re.split(r"\s*(?:且|&+|，|,|；|;)\s*", line):
        choice, equals, options = part.replace("＝", "=").partition("=")
        names = [name.strip(_BLANKS) for name in re.split(r"[或|/、]", options)]
        if not equals or not all(_OPTION.fullmatch(name) for name in (choice.strip(_BLANKS), *names)):
            raise CellError(f"“{line}”不是情形条件。写成 问题代号=选项代号，几个选项用“或”，几个问题用“且”，例如 {_CONDITION_EXAMPLE}")
        if choice.strip(_BLANKS) in found:
            raise CellError(f"“{line}”里问题“{choice.strip(_BLANKS)}”写了两次，同一个问题的几个选项用“或”连起来")
        found[choice.strip(_BLANKS)] = names
    return found
