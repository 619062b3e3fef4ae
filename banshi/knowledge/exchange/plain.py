"""JSON and YAML: records as the knowledge folder keeps them, one alone or a list."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from banshi.knowledge.exchange.drafts import Draft
from banshi.knowledge.exchange.report import KIND_NAMES, Content, ExchangeError, Kind, RowProblem
from banshi.knowledge.exchange.safety import Limits

try:
    _Loader: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML without libyaml
    _Loader = yaml.SafeLoader
_DEEPEST = 30
_MARKS: dict[Kind, str] = {"guide": "task_name", "qa": "question"}


def parse_json(text: str) -> Any:
    """Parse JSON.

    Raises:
        ExchangeError: not JSON, a key twice in one object, or nested too deeply.
    """

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if (twice := _repeated(name for name, _ in found)) is not None:
            raise ExchangeError(f"JSON 里同一项的“{twice}”写了两次，请删去一个")
        return dict(found)

    def refuse(name: str) -> Any:
        raise ExchangeError(f"JSON 里有 {name}，不是可用的值")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise ExchangeError(f"不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 字附近有误") from error
    except RecursionError as error:
        raise ExchangeError("JSON 套得太深，不是导出的格式") from error
    except ExchangeError:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise ExchangeError("JSON 里有过长的数字，读不了") from error


def parse_yaml(text: str) -> Any:
    """Parse YAML.

    Raises:
        ExchangeError: not YAML, with references, a key twice in one mapping, or nested too deeply.
    """
    try:
        _look_through(text)
        node = yaml.compose(text, Loader=_Loader)
        _no_key_twice(node)
        # The tree has no loops and is not deep, so building it ends.
        return SafeConstructor().construct_document(node) if node is not None else None
    except ExchangeError:
        raise
    except yaml.MarkedYAMLError as error:
        raise ExchangeError(f"不是有效的 YAML：{_line(error.problem_mark)}附近有误") from error
    except Exception as error:  # impossible dates, numbers of thousands of digits, unhashable keys
        raise ExchangeError("不是有效的 YAML，请检查格式") from error


def _look_through(text: str) -> None:
    """References are how a small file grows without end; deep nesting is how it breaks what builds it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise ExchangeError(f"YAML {_line(event.start_mark)}用了引用（*），请把内容写全")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise ExchangeError(f"YAML {_line(event.start_mark)}套得太深，不是导出的格式")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _no_key_twice(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        if (twice := _repeated(str(key.value) for key, _ in node.value)) is not None:
            raise ExchangeError(f"YAML {_line(node.start_mark)}起的一项里“{twice}”写了两次，请删去一个")
        for _, value in node.value:
            _no_key_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _no_key_twice(item)


def _line(mark: Any) -> str:
    return f"第 {mark.line + 1} 行" if mark is not None else ""


def _repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def drafts_of(kind: Kind, parsed: Any, limits: Limits) -> list[Draft]:
    """One draft an entry.

    Raises:
        ExchangeError: neither a record nor a list of them, of the other kind, or too many.
    """
    entries = parsed if isinstance(parsed, list) else [parsed]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ExchangeError(f"文件里应当是一条{KIND_NAMES[kind]}，或它们的列表，每条是“栏目: 内容”")
    if len(entries) > limits.rows:
        raise ExchangeError(f"文件里有 {len(entries)} 条，超过上限 {limits.rows} 条，请拆成几个文件分批导入")
    other: Kind = "guide" if kind == "qa" else "qa"
    if not any(_MARKS[kind] in entry for entry in entries) and any(_MARKS[other] in entry for entry in entries):
        raise ExchangeError(f"这像是{KIND_NAMES[other]}，不是{KIND_NAMES[kind]}。请选“{KIND_NAMES[other]}”再导入")
    drafts: list[Draft] = []
    first: dict[str, int] = {}
    for row, entry in enumerate(entries, 1):
        content = _json_values(entry)
        draft = Draft(row, content)
        key = str(content.get("id"))
        if key in first:
            draft.wrong.append(RowProblem(row, "编号", f"编号 {key} 与第 {first[key]} 条重复，请合成一条或改编号"))
        first.setdefault(key, row)
        drafts.append(draft)
    return drafts


def _json_values(entry: Any) -> Any:
    """Days as text; and yes and no without quotation marks, which YAML takes for true and false, as the words they were."""
    if isinstance(entry, dict):
        words = {str(key): _json_values(value) for key, value in entry.items()}
        if isinstance(words.get("e_license_exempt"), bool):
            words["e_license_exempt"] = "yes" if words["e_license_exempt"] else "no"
        return words
    if isinstance(entry, list):
        return [_json_values(item) for item in entry]
    if isinstance(entry, date):
        return entry.isoformat()
    if isinstance(entry, float) and not math.isfinite(entry):
        raise ExchangeError("文件里有无穷大或不是数的数字，请改正")
    if entry is not None and not isinstance(entry, str | int | float):
        raise ExchangeError("文件里有认不得的内容类型，只能有文字、数字、是否、日期、列表和“栏目: 内容”")
    return entry


def write_json(contents: Sequence[Content]) -> bytes:
    """A list of records as JSON."""
    return (json.dumps(list(contents), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def write_yaml(contents: Sequence[Content]) -> bytes:
    """A list of records as YAML, as the knowledge folder has it."""
    return yaml.safe_dump(list(contents), allow_unicode=True, sort_keys=False, width=4096).encode("utf-8")
