"""What reading a file gives: the records, what is wrong row by row, and what was not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.library import Knowledge

Kind = Literal["guide", "qa"]
Content = dict[str, Any]
"""The YAML form of a record as JSON values."""

KIND_NAMES: dict[Kind, str] = {"guide": "办事指南", "qa": "答问"}


class ExchangeError(KnowledgeError):
    """A file cannot be read or written at all; a Chinese sentence that says what to do instead."""


@dataclass(frozen=True)
class Known:
    """What a record may refer to. An empty collection is not checked against."""

    guides: Mapping[str, str] = field(default_factory=dict)
    """id → 事项名称"""
    qa: Mapping[str, str] = field(default_factory=dict)
    """id → 标准问"""
    departments: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    """领域 of guides"""
    topics: frozenset[str] = frozenset()
    """主题 of Q&A"""
    regions: Mapping[str, str] = field(default_factory=dict)
    """code → name"""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """field → the only labels it may hold, for fields whose model allows any text (server_type, handle_type, audience …)"""

    @classmethod
    def of(cls, knowledge: Knowledge, labels: Mapping[str, tuple[str, ...]] | None = None) -> Known:
        """All that the present knowledge names."""
        guides, qa = knowledge.guides.values(), knowledge.qa.values()
        return cls(
            guides={guide.id: guide.task_name for guide in guides},
            qa={entry.id: entry.question for entry in qa},
            departments=frozenset((*(guide.dept_name for guide in guides), *(entry.department for entry in qa))),
            domains=frozenset(guide.domain for guide in guides),
            topics=frozenset(entry.topic for entry in qa),
            regions={region.id: region.name for region in knowledge.regions.regions.values()},
            labels=labels or {},
        )


@dataclass(frozen=True)
class ImportedRecord:
    """One record that can be kept as a draft."""

    kind: Kind
    key: str
    title: str
    content: Content
    row: int
    """Where it stands: sheet row, line of a list (from 1); 1 for a document that is one record."""
    missing: tuple[str, ...] = ()
    """Fields by their Chinese names that the document does not tell and an editor must fill in; only for documents."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """field → code that stood beside a label. Systems number their labels differently, so a code is kept and never interpreted."""


@dataclass(frozen=True)
class RowProblem:
    """One thing that is wrong."""

    row: int
    """Row as the editor's program counts it, from 1; 0 where it concerns the whole sheet."""
    field: str
    """Column; in a workbook of several sheets with the sheet before it: 申请材料·份数."""
    message: str
    """What is wrong and what is allowed."""


@dataclass(frozen=True)
class Passage:
    """Something that was read and has no place in a record."""

    where: str
    text: str


@dataclass(frozen=True)
class ImportReport:
    """A file as read. Records named in `wrong` are not among `records`; whether the others are kept is the caller's decision."""

    file: str
    format: str
    rows: int
    """Rows, list entries or, for a document, 1."""
    records: tuple[ImportedRecord, ...]
    wrong: tuple[RowProblem, ...]
    not_understood: tuple[Passage, ...]
