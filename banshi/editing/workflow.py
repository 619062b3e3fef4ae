"""From a draft to what citizens are told: save, submit, approve, send back, retire, restore. Nobody approves their own text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from banshi.editing.actor import Actor, is_person
from banshi.editing.errors import ConflictError, EditingError, ForbiddenError, NotFoundError
from banshi.knowledge.lint import Finding
from banshi.knowledge.sources import KINDS, Address
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.errors import StaleRevisionError, StateError
from banshi.store.knowledge import Head, Kind, KnowledgeRepository, Revision, State

Lint = Callable[[Address, dict[str, Any]], list[Finding]]
HandedIn = Callable[[sa.Connection, Revision, Actor, str], None]
"""Connection of the transaction, what was handed in, by whom and why."""

_KEY = {
    "guide": re.compile(r"[a-z0-9]+(-[a-z0-9]+)+"),
    "qa": re.compile(r"qa(-[a-z0-9]+)+"),
    "policy": re.compile(r"policy(-[a-z0-9]+)+"),
    "lexicon": re.compile(r"[a-z_]+"),
}
_LARGEST = 600_000
_PENDING = ("draft", "submitted", "approved")
STATES = {
    "draft": "草稿",
    "submitted": "待审核",
    "approved": "已通过",
    "published": "已发布",
    "superseded": "已被替换",
    "withdrawn": "已撤下",
    "discarded": "已作废",
}


class Workflow:
    """All changes of records short of publishing them. Every one leaves a row in the audit ledger.

    Args:
        database: the store.
        lint: finds what is wrong with content at an address.
        now: the clock, time zone included.
        handed_in: hears of every change that is handed in, within its transaction.
    """

    def __init__(self, database: sa.Engine, lint: Lint, *, now: Callable[[], datetime], handed_in: HandedIn | None = None) -> None:
        self._database, self._lint, self._now, self._handed_in = database, lint, now, handed_in

    def save(self, address: Address, content: dict[str, Any], *, expected: int | None, reason: str, actor: Actor) -> Head:
        """Save a draft.

        Args:
            address: the record.
            content: all of its fields.
            expected: number of the revision that the editor saw; None for a new record.
            reason: why.
            actor: who.

        Raises:
            ConflictError: somebody saved meanwhile; `more` has who and when, their content, and the content both began with.
            EditingError: no such kind of record, or it is too large.
        """
        _check_address(address)
        if len(json.dumps(content, ensure_ascii=False)) > _LARGEST:
            raise EditingError(f"这一条太大了，内容不能超过 {_LARGEST // 1000} 千字。")
        with write(self._database) as connection:
            repository = KnowledgeRepository(connection)
            before = repository.head(*_name(address))
            base = before.published.number if before is not None and before.head.state == "discarded" and before.published else None
            try:
                revision = repository.save(
                    kind=cast(Kind, address.kind),
                    key=address.key,
                    region=address.region,
                    content=content,
                    author=actor.account,
                    author_name=actor.name,
                    reason=reason,
                    expected=expected,
                    now=self._now(),
                    base=base,
                )
            except StaleRevisionError as error:
                raise self._stale(repository, address, expected, error.head) from error
            if before is not None and before.head.state in _PENDING:
                note = f"被第 {revision.number} 版代替"
                self._move(repository, before.head, "discarded", actor, note)
            self._audit(connection, "save", revision, actor, reason)
            return Head(revision.kind, revision.key, revision.region, revision, before.published if before is not None else None)

    def submit(self, address: Address, *, expected: int, reason: str, actor: Actor) -> Head:
        """Hand a draft in for review.

        Raises:
            EditingError: it has errors.
        """
        revision = self._current(address, expected, "draft", "送审")
        self._refuse_errors(address, revision, "送审")
        return self._step(address, revision, "submitted", "submit", actor, reason)

    def approve(self, address: Address, *, expected: int, reason: str, actor: Actor) -> Head:
        """Approve what somebody else wrote.

        Raises:
            ForbiddenError: the reviewer wrote it.
            EditingError: it has errors.
        """
        revision = self._current(address, expected, "submitted", "通过")
        if actor.account in self._authors(revision):
            raise ForbiddenError("不能审核自己写的内容，请另一位审核人来审。")
        self._refuse_errors(address, revision, "通过")
        return self._step(address, revision, "approved", "approve", actor, reason)

    def send_back(self, address: Address, *, expected: int, reason: str, actor: Actor) -> Head:
        """Return it to its author, with a reason."""
        if not reason.strip():
            raise EditingError("退回要写明理由，作者才知道改什么。")
        revision = self._current(address, expected, None, "退回")
        if revision.state not in ("submitted", "approved"):
            raise ConflictError(f"现在是“{STATES[revision.state]}”，不能退回。")
        return self._step(address, revision, "draft", "send-back", actor, reason)

    def discard(self, address: Address, *, expected: int, reason: str, actor: Actor) -> Head:
        """Give a draft up; what is published stays."""
        revision = self._current(address, expected, None, "作废")
        if revision.state not in _PENDING:
            raise ConflictError(f"现在是“{STATES[revision.state]}”，只有草稿、待审核和已通过而没有发布的可以作废。")
        return self._step(address, revision, "discarded", "discard", actor, reason)

    def withdraw(self, address: Address, *, expected: int, reason: str, actor: Actor, told: str = "", instead: str | None = None) -> Head:
        """Take back what was handed in; or, of what is published, draft its retirement: it is then answered with what is told here.

        Raises:
            EditingError: nothing is said that people could be told.
        """
        revision = self._current(address, expected, None, "撤回")
        if revision.state in ("submitted", "approved"):
            if actor.account not in self._authors(revision):
                raise ForbiddenError("只有作者能撤回；审核人请用“退回”。")
            return self._step(address, revision, "draft", "withdraw", actor, reason)
        if len(told.strip()) < 4:
            raise EditingError("停用要写明告诉群众的话，例如“吉祥码已停止使用，办事不再需要出示”。")
        content = self._shown(address, revision)
        retired = {"since": self._now().date().isoformat(), "told": told.strip(), **({"instead": instead} if instead else {})}
        return self.save(address, {**content, "retired": retired}, expected=expected, reason=f"停用：{reason}", actor=actor)

    def restore(self, address: Address, *, number: int, expected: int, reason: str, actor: Actor) -> Head:
        """Make a new draft of an older revision.

        Raises:
            NotFoundError: there is no such revision.
        """
        with read(self._database) as connection:
            old = KnowledgeRepository(connection).revision(*_name(address), number)
        if old is None:
            raise NotFoundError(f"没有第 {number} 版。")
        return self.save(address, old.content, expected=expected, reason=f"恢复第 {number} 版：{reason}", actor=actor)

    def _shown(self, address: Address, revision: Revision) -> dict[str, Any]:
        if revision.state != "discarded":
            return revision.content
        with read(self._database) as connection:
            head = KnowledgeRepository(connection).head(*_name(address))
        return head.published.content if head is not None and head.published is not None else revision.content

    def _current(self, address: Address, expected: int, state: State | None, what: str) -> Revision:
        with read(self._database) as connection:
            repository = KnowledgeRepository(connection)
            head = repository.head(*_name(address))
            if head is None:
                raise NotFoundError(f"没有{address.label}这一条。")
            if head.head.number != expected:
                raise self._stale(repository, address, expected, head.head)
        if state is not None and head.head.state != state:
            raise ConflictError(f"现在是“{STATES[head.head.state]}”，不能{what}；请刷新看看。")
        return head.head

    def _step(self, address: Address, revision: Revision, to: State, action: str, actor: Actor, reason: str) -> Head:
        with write(self._database) as connection:
            repository = KnowledgeRepository(connection)
            moved = self._move(repository, revision, to, actor, reason)
            self._audit(connection, action, moved, actor, reason)
            if to == "submitted" and self._handed_in is not None:
                self._handed_in(connection, moved, actor, reason)
            head = repository.head(*_name(address))
        assert head is not None
        return head

    def _move(self, repository: KnowledgeRepository, revision: Revision, to: State, actor: Actor, reason: str) -> Revision:
        try:
            return repository.move(
                revision.id, to=to, by=actor.account, by_name=actor.name, reason=reason, now=self._now(), expected_state=revision.state
            )
        except StateError as error:
            raise ConflictError("这一条刚刚被别人处理过了，请刷新看看。") from error

    def _authors(self, revision: Revision) -> set[str]:
        """Who wrote what would be approved: everybody since the last published revision. What a program wrote is theirs who handed it
        in, or one person could do both."""
        with read(self._database) as connection:
            repository = KnowledgeRepository(connection)
            rows = repository.revisions(revision.kind, revision.key, revision.region)
            moves = [] if is_person(revision.author) else repository.moves([revision.id])
        authors = {revision.author, *(move.by for move in moves if move.after == "submitted")}
        for row in rows:
            if row.number >= revision.number:
                continue
            if row.published_at is not None:
                break
            authors.add(row.author)
        return authors

    def _refuse_errors(self, address: Address, revision: Revision, what: str) -> None:
        errors = [finding for finding in self._lint(address, revision.content) if finding.severity == "error"]
        if errors:
            first = errors[0]
            raise EditingError(
                f"有 {len(errors)} 处错误，不能{what}。{first.label or '整条'}：{first.message}",
                errors=[finding.rule for finding in errors],
            )

    def _stale(self, repository: KnowledgeRepository, address: Address, expected: int | None, head: Revision | None) -> EditingError:
        if head is None:
            return NotFoundError(f"没有{address.label}这一条。")
        if expected is None:
            return ConflictError(f"已经有编号为 {address.key} 的内容了，请换一个编号，或去修改那一条。")
        base = repository.revision(*_name(address), expected)
        return ConflictError(
            f"{head.author_name}在 {head.created_at.astimezone(self._now().tzinfo):%-m月%-d日 %H:%M} 保存了第 {head.number} 版，"
            "您看到的已经不是最新的；您的修改没有丢，可以合并后再保存。",
            by=head.author,
            by_name=head.author_name,
            at=head.created_at.isoformat(),
            number=head.number,
            content=head.content,
            base_content=base.content if base is not None else None,
        )

    def _audit(self, connection: sa.Connection, action: str, revision: Revision, actor: Actor, reason: str) -> None:
        AuditLedger(connection).append(
            actor=actor.account,
            action=f"knowledge.{action}",
            target=f"{revision.kind}/{revision.key}/{revision.region}",
            detail={"number": revision.number, "reason": reason, "hash": revision.content_hash},
            now=self._now(),
        )


def _check_address(address: Address) -> None:
    if address.kind not in KINDS:
        raise EditingError(f"没有“{address.kind}”这类内容，可用：{'、'.join(KINDS)}。")
    if not _KEY[address.kind].fullmatch(address.key) or len(address.key) > 80:
        raise EditingError(f"编号“{address.key}”不合格：用小写字母、数字和短横线，例如 hz-idcard-reissue 或 qa-life-dog。")


def _name(address: Address) -> tuple[Kind, str, str]:
    return cast(Kind, address.kind), address.key, address.region
