"""Lint of files: a knowledge folder, a folder of guides, or one file, YAML or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.lint.context import LintContext, gather
from banshi.knowledge.lint.finding import Finding
from banshi.knowledge.lint.run import lint
from banshi.knowledge.regions import PROVINCE, RegionTree
from banshi.knowledge.sources import plain

try:
    _Loader: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML without libyaml
    _Loader = yaml.SafeLoader

_FOLDERS = {"guides": "guide", "qa": "qa", "policies": "policy", "lexicon": "lexicon"}
_SUFFIXES = (".yml", ".yaml", ".json")
SUPERSEDED = "superseded.yml"
"""文号 no longer in force → the one in its place, or empty; may stand in a knowledge folder."""


@dataclass(frozen=True)
class _Row:
    """One record of a file."""

    where: str
    kind: str
    key: str
    region: str
    content: Any


def lint_folder(path: Path | str, *, today: date | None = None) -> list[tuple[str, Finding]]:
    """Lint files.

    Args:
        path: a knowledge folder (guides/, qa/, policies/, lexicon/), a folder with records of one kind, or one file. Inside a
            knowledge folder everything in it is known: other guides, Q&A, regions, departments.
        today: for what has expired; without it nothing is said of it.

    Returns:
        Where (file, and the record's key where the file holds several) and what, file by file. A file that cannot be parsed is one
        finding, rule `unreadable`, with its line.

    Raises:
        KnowledgeError: there is nothing at the path.
    """
    path = Path(path)
    if not path.exists():
        raise KnowledgeError(f"{path}：没有这个文件或目录")
    root = _knowledge_root(path)
    base = path if path.is_dir() else path.parent
    read: dict[Path, list[_Row]] = {}
    results: list[tuple[str, Finding]] = []
    for file in _files(path):
        try:
            read[file.resolve()] = _rows(file, str(file.relative_to(base)))
        except _UnreadableError as error:
            read[file.resolve()] = []
            results.append((str(file.relative_to(base)), Finding("unreadable", "error", "", "整个文件", str(error), "", None)))
    rows = [row for found in read.values() for row in found]
    context = _context(root, read, today)
    uppers = {row.key: row.content for row in rows if row.kind == "guide" and row.region == PROVINCE}
    uppers = {**{key: dict(guide) for key, guide in context.guides.items()}, **uppers}
    for row in rows:
        if not isinstance(row.content, dict):
            results.append((row.where, Finding("shape", "error", "", "整条", "应当是有各个字段的一组内容", str(row.content)[:60], None)))
            continue
        own = replace(context, key=row.key)
        if row.kind == "guide" and row.region != PROVINCE and row.key in uppers:
            own = replace(own, region=row.region, upper=uppers[row.key])
        results += [(row.where, finding) for finding in lint(row.kind, row.content, own)]
    order = {where: number for number, where in enumerate(dict.fromkeys(where for where, _ in results))}
    return sorted(results, key=lambda result: order[result[0]])


class _UnreadableError(ValueError):
    """A file that cannot be parsed."""


def _knowledge_root(path: Path) -> Path | None:
    """The knowledge folder that a path is or lies in."""
    start = path if path.is_dir() else path.parent
    return next(
        (folder for folder in (start, *start.resolve().parents) if (folder / "guides").is_dir() and (folder / "regions.csv").is_file()),
        None,
    )


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / "guides").is_dir():
        return [file for name in _FOLDERS for file in sorted((path / name).rglob("*")) if file.suffix in _SUFFIXES]
    return [file for file in sorted(path.rglob("*")) if file.suffix in _SUFFIXES and file.is_file()]


def _parse(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise _UnreadableError(f"第{line}行有不是 UTF-8 的文字，请用 UTF-8 保存") from error
    try:
        return json.loads(text) if file.suffix == ".json" else yaml.load(text, Loader=_Loader)  # noqa: S506  (the safe loader)
    except json.JSONDecodeError as error:
        raise _UnreadableError(f"第{error.lineno}行第{error.colno}字起不是有效的 JSON：{error.msg}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行第{mark.column + 1}字起" if mark is not None else ""
        raise _UnreadableError(f"{place}不是有效的 YAML：{getattr(error, 'problem', None) or error}") from error
    except (RecursionError, ValueError) as error:
        raise _UnreadableError(f"读不了这个文件：{error}") from error


def _rows(file: Path, where: str) -> list[_Row]:
    raw = _parse(file)
    folder = next((part for part in reversed(file.parent.parts) if part in _FOLDERS), None)
    kind = _FOLDERS[folder] if folder else None
    if kind == "lexicon":
        return [_Row(where, "lexicon", file.stem, PROVINCE, {"entries": plain(raw)})]
    # guides/222400/x.yml holds what a region changes.
    local = file.parent.name if folder == "guides" and file.parent.name != "guides" else None
    many = raw if isinstance(raw, list) else [raw]
    return [row for entry in many for row in _row(plain(entry), kind, where if len(many) == 1 else None, where, file.stem, local)]


def _row(entry: Any, kind: str | None, alone: str | None, where: str, stem: str, local: str | None) -> Iterator[_Row]:
    key, region = stem, local or PROVINCE
    if isinstance(entry, dict) and isinstance(entry.get("content"), dict) and entry.get("kind") in _FOLDERS.values():
        kind, key, region = str(entry["kind"]), str(entry.get("key") or ""), str(entry.get("region") or PROVINCE)
        entry = entry["content"]
    if isinstance(entry, dict):
        kind = kind or _kind_of(entry)
        key = entry["id"] if isinstance(entry.get("id"), str) else key
        if kind == "guide" and local is None and isinstance(entry.get("region"), str):
            region = entry["region"]
    yield _Row(alone or f"{where} {key}", kind or "guide", key, region, entry)


def _kind_of(content: Mapping[str, Any]) -> str:
    if "passages" in content:
        return "policy"
    if "entries" in content and len(content) == 1:
        return "lexicon"
    return "qa" if "answer" in content or "similar" in content else "guide"


def _context(root: Path | None, read: Mapping[Path, list[_Row]], today: date | None) -> LintContext:
    """What the records of the folder know of each other, and of the knowledge around them."""
    known = {(row.kind, row.key, row.region): row for rows in read.values() for row in rows}
    regions = None
    departments: list[str] = []
    superseded: dict[str, str] = {}
    if root is not None:
        for file in (file for file in _files(root) if file.resolve() not in read):
            try:
                for row in _rows(file, file.name):
                    known.setdefault((row.kind, row.key, row.region), row)
            except _UnreadableError:
                continue
        try:
            regions = RegionTree.load(root / "regions.csv")
        except (KnowledgeError, KeyError, UnicodeDecodeError):
            regions = None
        if (root / SUPERSEDED).is_file():
            table = _parse(root / SUPERSEDED)
            superseded = {str(old): str(new or "") for old, new in table.items()} if isinstance(table, dict) else {}
    entries = known[key].content["entries"] if (key := ("lexicon", "departments", PROVINCE)) in known else {}
    if isinstance(entries, dict):
        departments = [str(name) for formal, names in entries.items() for name in (formal, *(names if isinstance(names, list) else []))]
    contents = [row for row in known.values() if isinstance(row.content, dict)]
    context = gather(
        guides=[row.content for row in contents if row.kind == "guide" and row.region == PROVINCE],
        qa=[row.content for row in contents if row.kind == "qa"],
        regions=regions,
        departments=departments,
        superseded=superseded,
        today=today,
    )
    # Alone in a folder, a guide's Q&A are not to be seen.
    return context if root is not None else replace(context, items_with_qa=None)
