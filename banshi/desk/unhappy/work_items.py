"""What an unhappy citizen leaves to do, from 差评, 申诉 or 办不成事 to the word that tells them what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.desk.replies import HAND_OFF, Reply, reply
from banshi.desk.unhappy.cases import NOT_OURS, in_short, is_of_courts, versions_of
from banshi.desk.unhappy.rating import BAD
from banshi.editing.errors import ConflictError, EditingError, NotFoundError
from banshi.knowledge.sources import Address
from banshi.search.engine import Engine
from banshi.store.audit import AuditLedger
from banshi.store.conversations import Conversation, ConversationStore, Message, append_messages, locked
from banshi.store.database import read, write
from banshi.store.errors import NotFoundError as NoneOpenError
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.ratings import Rating, keep_rating, rating_of
from banshi.store.work_items import Outcome, WorkItem, WorkItemRepository
from banshi.text.normalise import clean
from banshi.text.numbers import mask

SHORTEST_REASON = 10
"""Characters of the least that may be told to somebody who was wronged."""
_LATELY = 3
_ABOUT: dict[str, str] = {"rating": "您给的差评", "appeal": "您的申诉", "cannot": "您反映的办不成事"}

Appealed = Literal["opened", "before", "too early"]


@dataclass(frozen=True)
class WorkItems:
    """Opens and closes work items.

    Attributes:
        database: the database.
        engine: gives the engine in use, None while there is none.
        now: the clock, time zone included.
    """

    database: sa.Engine
    engine: Callable[[], Engine | None]
    now: Callable[[], datetime]

    def rate(self, conversation: Conversation, rating: Rating) -> bool:
        """Keep a rating; a bad one opens a work item with it, or not at all. False when the conversation has a rating.

        Args:
            conversation: which.
            rating: masked.
        """
        case = self._case(conversation.id) if rating.stars <= BAD else {}
        with write(self.database, durable=bool(case)) as connection:
            if not keep_rating(connection, conversation.id, rating):
                return False
            if case:
                told = "；".join(filter(None, [*rating.reasons, rating.text]))
                self._open(connection, "rating", conversation, told, case, stars=rating.stars)
        return True

    def appeal(self, conversation: Conversation, text: str) -> Appealed:
        """Take an appeal: once, and not before there is something to appeal against.

        Args:
            conversation: which.
            text: the citizen's words, not masked yet.
        """
        case, words = self._case(conversation.id), mask(clean(text))[0]
        with write(self.database) as connection:
            connection.execute(locked(conversation.id)).one()  # two at once: the second sees the first
            earlier = WorkItemRepository(connection).of_conversation(conversation.id)
            if any(item.kind == "appeal" for item in earlier):
                return "before"
            if rating_of(connection, conversation.id) is None and not any(item.state == "closed" for item in earlier):
                return "too early"
            self._open(connection, "appeal", conversation, words, case)
        return "opened"

    def cannot(self, conversation: Conversation) -> Reply:
        """Take what could not be done, with the case that the conversation makes, and say so."""
        case = self._case(conversation.id)
        lately = [*case["asked"][-_LATELY:], *(one["question"] for one in case["failed"][-_LATELY:])]
        if is_of_courts(lately):
            return reply(NOT_OURS, "redirect", about="cannot", registered=False, buttons=[HAND_OFF])
        with write(self.database) as connection:
            connection.execute(locked(conversation.id)).one()
            earlier = WorkItemRepository(connection).of_conversation(conversation.id)
            standing = next((item for item in earlier if item.kind == "cannot" and item.state == "open"), None)
            item = standing or self._open(connection, "cannot", conversation, _line(case), case)
        matter = f"事项：{case['title']}。" if case["title"] else ""
        asked = f"您问的：“{case['asked'][-1]}”。" if case["asked"] else ""
        first = f"已经登记过了，编号 {item.id}，还在核实。" if standing is not None else f"登记好了，编号 {item.id}。{matter}{asked}"
        text = f"{first}工作人员核实以后，会在这里答复您。着急的话可以转人工、拨打12345，或者到大厅找“办不成事”反映窗口。"
        return reply(text, "redirect", about="cannot", registered=True, number=item.id, buttons=[HAND_OFF])

    def close(self, identifier: int, *, outcome: Outcome, reason: str, record: Address | None, by: str) -> WorkItem:
        """Close a work item and tell the citizen, both or neither.

        Args:
            identifier: its id.
            outcome: changed or explained.
            reason: what the citizen is told; at least `SHORTEST_REASON` characters.
            record: what was changed.
            by: account.

        Raises:
            NotFoundError: no such work item.
            ConflictError: somebody closed it before.
            EditingError: the reason is too short, or nothing was changed since the citizen spoke up.
        """
        told, now = mask(clean(reason))[0], self.now()
        if len(told) < SHORTEST_REASON:
            raise EditingError(f"请把理由写清楚，至少{SHORTEST_REASON}个字：群众会原样看到。")
        if outcome == "changed" and record is None:
            raise EditingError("请写明改了哪一条；没有改内容的，请选“已说明理由”。")
        with write(self.database) as connection:
            repository = WorkItemRepository(connection)
            item = repository.get(identifier)
            if item is None:
                raise NotFoundError("没有这条待办，请刷新。")
            changed = self._changed(connection, record, item) if outcome == "changed" and record is not None else None
            try:
                item = repository.close(identifier, outcome=outcome, reason=told, by=by, now=now, changed=changed)
            except NoneOpenError as error:
                raise ConflictError("这条待办已经有人办结了，请刷新。") from error
            if item.conversation is not None and connection.execute(locked(item.conversation)).one_or_none() is not None:
                appealed = any(one.kind == "appeal" for one in repository.of_conversation(item.conversation))
                said = Message("staff", _told(item, appealed), now, custom=_custom(item))
                append_messages(connection, item.conversation, [said], now)
            detail = {"kind": item.kind, "outcome": outcome, "reason": told, "changed": changed}
            AuditLedger(connection).append(actor=by, action="work-item.close", target=f"work-item/{item.id}", detail=detail, now=now)
        return item

    def _case(self, conversation: str) -> dict[str, Any]:
        return in_short(ConversationStore(self.database).messages(conversation))

    def _open(
        self,
        connection: sa.Connection,
        kind: Literal["rating", "appeal", "cannot"],
        conversation: Conversation,
        text: str,
        case: dict[str, Any],
        *,
        stars: int | None = None,
    ) -> WorkItem:
        engine = self.engine()
        guide = engine.knowledge.guides.get(case["item"]) if engine is not None and case["item"] else None
        return WorkItemRepository(connection).open(
            kind=kind,
            conversation=conversation.id,
            text=text,
            stars=stars,
            versions=versions_of(case),
            case=case,
            region=conversation.region,
            department=guide.dept_name if guide is not None else None,
            now=self.now(),
        )

    def _changed(self, connection: sa.Connection, record: Address, item: WorkItem) -> dict[str, Any]:
        """What citizens read now of the record that was changed."""
        head = KnowledgeRepository(connection).head(record.kind, record.key, record.region)  # type: ignore[arg-type]
        if head is None:
            raise EditingError("知识库里没有这一条，请从列表里选改过的那一条。")
        published = head.published
        if published is None or published.published_at is None or published.published_at < item.opened_at:
            raise EditingError("这一条在群众反映以后还没有发布过，群众看到的还是原来的。请改好、发布以后再办结，或者选“已说明理由”。")
        return {"kind": record.kind, "key": record.key, "region": record.region, "number": published.number}


def read_item(database: sa.Engine, identifier: int) -> tuple[WorkItem, list[Message]]:
    """A work item and its conversation, replayed.

    Raises:
        NotFoundError: no such work item.
    """
    with read(database) as connection:
        item = WorkItemRepository(connection).get(identifier)
    if item is None:
        raise NotFoundError("没有这条待办，请刷新。")
    return item, ConversationStore(database).messages(item.conversation) if item.conversation is not None else []


def _line(case: dict[str, Any]) -> str:
    """A line about a case, for a list."""
    failed = case["failed"][-1]["question"] if case["failed"] else ""
    return failed or (case["asked"][-1] if case["asked"] else "没有说明")


def _told(item: WorkItem, appealed: bool) -> str:
    done = "核实过了，内容已经改好" if item.outcome == "changed" else "核实过了"
    on = "还有意见可以拨打12345。" if appealed else "对这个结果不服，可以申诉一次，也可以拨打12345。"
    end = "" if item.reason[-1:] in "。！？" else "。"
    return f"{_ABOUT[item.kind]}，{done}：{item.reason}{end}{on}"


def _custom(item: WorkItem) -> dict[str, Any]:
    return {"type": "work_item", "number": item.id, "kind": item.kind, "outcome": item.outcome}
