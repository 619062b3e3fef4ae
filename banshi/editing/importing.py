"""Files of guides and Q&A into drafts: read, compared with what there is, and saved only when somebody says so."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from banshi.editing.actor import Actor
from banshi.editing.errors import EditingError, NotFoundError
from banshi.editing.jobs import Job
from banshi.editing.workflow import Workflow
from banshi.knowledge.exchange.read import read_file
from banshi.knowledge.exchange.report import ExchangeError, ImportReport, Kind, Known
from banshi.knowledge.exchange.safety import Limits
from banshi.knowledge.labels import LABELS
from banshi.knowledge.library import Knowledge
from banshi.knowledge.sources import Address
from banshi.store.database import read
from banshi.store.knowledge import KnowledgeRepository

_IDENTIFIER = re.compile(r"[0-9a-f]{16}")
_CHECKED_LABELS = ("server_type", "handle_type", "audience")


class Importing:
    """Imports in two steps: a report, then drafts.

    Args:
        database: the store.
        workflow: saves drafts.
        knowledge: gives the knowledge in use, whose guides, departments and regions a file may refer to.
        folder: where reports wait.
        limits: how large a file may be.
    """

    def __init__(
        self, database: sa.Engine, workflow: Workflow, knowledge: Callable[[], Knowledge], *, folder: Path, limits: Limits
    ) -> None:
        self._database, self._workflow, self._knowledge, self._folder, self._limits = database, workflow, knowledge, folder, limits

    def look(self, name: str, data: bytes, kind: str, job: Job) -> dict[str, Any]:
        """Read a file and say what it would change. Nothing is saved.

        Raises:
            EditingError: the file cannot be read; the message says what to do.
        """
        job.tell("正在读文件")
        labels = {field: LABELS[field] for field in _CHECKED_LABELS if field in LABELS}
        try:
            report = read_file(name, data, cast(Kind, kind), Known.of(self._knowledge(), labels), self._limits)
        except ExchangeError as error:
            raise EditingError(str(error)) from error
        job.tell("正在与现有内容比较")
        changes = self._changes(report)
        identifier = secrets.token_hex(8)
        told = {
            "import": identifier,
            "kind": kind,
            "file": report.file,
            "format": str(report.format),
            "rows": report.rows,
            "good": len(report.records),
            "wrong": [asdict(problem) for problem in report.wrong],
            "changes": [{name: change[name] for name in ("kind", "key", "title", "change", "missing")} for change in changes],
            "not_understood": [asdict(passage) for passage in report.not_understood],
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {"wrong": len(report.wrong), "file": report.file, "changes": changes}
        (self._folder / f"{identifier}.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        return told

    def apply(self, identifier: str, *, skip_wrong: bool, reason: str, actor: Actor) -> dict[str, Any]:
        """Save the good records as drafts. Importing the same file again changes nothing.

        Raises:
            NotFoundError: there is no such report.
            EditingError: rows are wrong and were not to be left out.
        """
        path = self._folder / f"{identifier}.json"
        if not _IDENTIFIER.fullmatch(identifier) or not path.is_file():
            raise NotFoundError("没有这次导入，或它已经完成；请重新上传文件。")
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["wrong"] and not skip_wrong:
            raise EditingError(f"文件里有 {kept['wrong']} 处错误，什么都没有导入。请改好后重新上传，或选择“跳过有错的行”。")
        saved = []
        for change in kept["changes"]:
            if change["change"] == "same":
                continue
            address = Address(change["kind"], change["key"])
            note = reason or f"导入 {kept['file']}"
            self._workflow.save(address, change["content"], expected=change["expected"], reason=note, actor=actor)
            saved.append(change["key"])
        path.unlink(missing_ok=True)
        return {"saved": len(saved), "keys": saved}

    def _changes(self, report: ImportReport) -> list[dict[str, Any]]:
        found = []
        with read(self._database) as connection:
            heads = {(head.kind, head.key): head for head in KnowledgeRepository(connection).heads() if head.region == "220000"}
        for record in report.records:
            head = heads.get((record.kind, record.key))
            content = record.content
            # The editor's file has no version of its own: the one there is goes on counting.
            if head is not None and "version" in head.head.content:
                content = {**content, "version": head.head.content["version"]}
            change = "new" if head is None else "same" if head.head.content == content else "changed"
            found.append(
                {
                    "kind": record.kind,
                    "key": record.key,
                    "title": record.title,
                    "change": change,
                    "missing": list(record.missing),
                    "content": content,
                    "expected": head.head.number if head is not None else None,
                }
            )
        return found
