"""Reading the document library and the platform of public questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from banshi.connect.documents.port import DocumentLibrary, PolicyDocument, PublicAnswer
from banshi.editing.actor import DOCUMENT_LIBRARY
from banshi.editing.documents.drafting import NotDraftedError, policy_draft, qa_draft, with_version
from banshi.editing.errors import EditingError
from banshi.editing.feeding import Feed, FeedFailedError, Page
from banshi.editing.workflow import Workflow
from banshi.knowledge.library import Knowledge
from banshi.knowledge.sources import Address
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.documents import DocumentKind, DocumentState, Received, ReceivedRepository
from banshi.store.knowledge import Kind, KnowledgeRepository
from banshi.text.numbers import mask, without_tokens

DOCUMENTS, ANSWERS = "documents", "public-answers"
_PENDING = ("draft", "submitted", "approved")
_OVER = ("失效", "废止")


@dataclass(frozen=True)
class Drafted:
    """What one reading brought: new documents and answers, and drafts made."""

    new: int
    drafted: int


class DocumentPulling:
    """Reads what is new.

    Args:
        database: the store.
        library: the port, guarded.
        workflow: saves drafts.
        knowledge: gives the knowledge in use, for its regions; None while there is none.
        now: the clock, time zone included.
    """

    def __init__(
        self,
        database: sa.Engine,
        library: DocumentLibrary,
        workflow: Workflow,
        knowledge: Callable[[], Knowledge | None],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._library, self._workflow, self._knowledge, self._now = database, library, workflow, knowledge, now
        self._documents = Feed(DOCUMENTS, database, ask=self._ask_documents, take=self._take, now=now)
        self._answers = Feed(ANSWERS, database, ask=self._ask_answers, take=self._take, now=now)

    def pull(self, *, even_if_early: bool = False) -> Drafted | None:
        """Read both to their ends, as far as they are due; None when neither is, or another process reads them.

        Raises:
            FeedFailedError: see `Feed.pull`; the other of the two was read.
        """
        counts: list[int | None] = []
        failures: list[FeedFailedError] = []
        for feed in (self._documents, self._answers):
            try:
                counts.append(feed.pull(even_if_early=even_if_early))
            except FeedFailedError as error:
                failures.append(error)
        new = [count for count in counts if count is not None]
        drafted = self._drafted() if new else 0
        if failures:
            raise failures[0]
        return Drafted(sum(new), drafted) if new else None

    def _ask_documents(self, cursor: str | None) -> Page[Received]:
        page = self._library.changes(cursor)
        return Page(tuple(self._document(one) for one in page.documents), page.cursor, page.more)

    def _ask_answers(self, cursor: str | None) -> Page[Received]:
        page = self._library.answers(cursor)
        return Page(tuple(self._answer(one) for one in page.answers), page.cursor, page.more)

    def _document(self, one: PolicyDocument) -> Received:
        over, told = one.standing in _OVER, ""
        if over:
            told = f"文件已经{one.standing}，没有收入；这里若有同一文号的文件，请停用。"
        return Received(
            id=f"document:{one.id}",
            kind="policy",
            title=one.title,
            text=one.text,
            document_number=one.document_number,
            organ=one.organ,
            department=None,
            region=None,
            day=one.issued,
            effective=one.effective,
            expires=one.expires,
            url=one.url,
            state="refused" if over else "received",
            record=None,
            number=None,
            problem=told,
            received_at=self._now(),
        )

    def _answer(self, one: PublicAnswer) -> Received:
        # People write their numbers even where everybody reads them.
        question, answer = (without_tokens(mask(text)[0]) for text in (one.question, one.answer))
        return Received(
            id=f"answer:{one.id}",
            kind="qa",
            title=question,
            text=answer,
            document_number=None,
            organ=None,
            department=one.department,
            region=one.region,
            day=one.answered,
            effective=None,
            expires=None,
            url=one.url,
            state="received",
            record=None,
            number=None,
            problem="",
            received_at=self._now(),
        )

    def _take(self, connection: sa.Connection, rows: tuple[Received, ...], now: datetime) -> int:
        repository = ReceivedRepository(connection)
        new = sum(repository.keep(row) for row in rows)
        if new:
            AuditLedger(connection).append(
                actor=DOCUMENT_LIBRARY.account, action="documents.pull", target="documents", detail={"new": new}, now=now
            )
        return new

    def _drafted(self) -> int:
        kinds: tuple[DocumentKind, ...] = ("policy", "qa")
        with read(self._database) as connection:
            waiting = [one for kind in kinds for one in ReceivedRepository(connection).waiting(kind)]
        return sum(self._draft(one) for one in waiting)

    def _draft(self, one: Received) -> bool:
        record: str | None = None
        number: int | None = None
        state: DocumentState = "refused"
        problem = ""
        try:
            record, content = policy_draft(one) if one.kind == "policy" else qa_draft(one, self._known)
            state, number = self._saved(one, Address(one.kind, record), content)
        except (NotDraftedError, EditingError) as error:
            problem = str(error)
        with write(self._database) as connection:
            ReceivedRepository(connection).settle(one.id, state, record=record, number=number, problem=problem)
        return state == "drafted"

    def _known(self, region: str) -> bool:
        knowledge = self._knowledge()
        return knowledge is not None and region in knowledge.regions

    def _saved(self, one: Received, address: Address, content: dict[str, object]) -> tuple[DocumentState, int | None]:
        with read(self._database) as connection:
            head = KnowledgeRepository(connection).head(cast(Kind, address.kind), address.key, address.region)
        if head is not None:
            before = head.published.content if head.published is not None and head.head.state not in _PENDING else head.head.content
            content = with_version(content, before)
            if before == content:  # also when a process was killed after it had saved this very draft
                own = head.head.author == DOCUMENT_LIBRARY.account and head.head.state == "draft"
                return ("drafted", head.head.number) if own else ("unchanged", head.head.number)
            if one.kind == "policy" and before.get("title") != content.get("title"):
                raise NotDraftedError(f"编号 {address.key} 已经是另一份文件《{before.get('title')}》，没有预填草稿，请人工新建。")
            if head.head.state in _PENDING and head.head.author != DOCUMENT_LIBRARY.account:
                raise NotDraftedError(f"{head.head.author_name}正在改{address.label}（第 {head.head.number} 版），没有预填，以免盖掉。")
        saved = self._workflow.save(
            address,
            content,
            expected=head.head.number if head is not None else None,
            reason=f"{'文件资料库' if one.kind == 'policy' else '互动交流平台'} {one.id}",
            actor=DOCUMENT_LIBRARY,
        )
        return "drafted", saved.head.number
