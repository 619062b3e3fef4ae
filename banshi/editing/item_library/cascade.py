"""What follows from a change: 基本目录 → 实施清单 → 办事指南. Each step down is a task for an editor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone

import sqlalchemy as sa

from banshi.connect.items.port import ADDED, CANCELLED, CATALOGUE, GUIDE, LIST, ItemChange
from banshi.editing.item_library.clock import month_after
from banshi.editing.item_library.linking import Guides, Linked
from banshi.knowledge.regions import PROVINCE
from banshi.store.audit import AuditLedger
from banshi.store.item_library import Change, ItemLibraryRepository, LibraryEntry, TaskKind

_CHINA = timezone(timedelta(hours=8))
KnownRegion = Callable[[str], bool]


def take_changes(connection: sa.Connection, changes: tuple[ItemChange, ...], now: datetime, *, known_region: KnownRegion) -> int:
    """Keep changes and open the tasks that follow, within the caller's transaction.

    Args:
        connection: the store.
        changes: in the order in which they were made.
        now: the moment.
        known_region: whether there is a region of a code.

    Returns:
        How many were new; a change that is known changes nothing.
    """
    repository, new = ItemLibraryRepository(connection), 0
    guides = Guides(connection) if changes else None
    for change in changes:
        row = _row(change, now)
        if not repository.keep(row):
            continue
        new += 1
        assert guides is not None
        if row.state == "refused":
            _refused(repository, change, now)
        else:
            _Cascade(repository, guides, now, known_region).follow(change)
    if new:
        AuditLedger(connection).append(
            actor="system:items", action="items.pull", target="items", detail={"new": new, "last": changes[-1].id}, now=now
        )
    return new


def read_again(connection: sa.Connection, change: ItemChange, now: datetime, *, known_region: KnownRegion) -> bool:
    """Take a change that was refused and is understood now; False when it is not, or was taken before."""
    repository = ItemLibraryRepository(connection)
    row = _row(change, now)
    if row.state == "refused" or not repository.understood(row):
        return False
    _Cascade(repository, Guides(connection), now, known_region).follow(change)
    return True


def _row(change: ItemChange, now: datetime) -> Change:
    return Change(
        id=change.id,
        layer=change.layer,
        code=change.code,
        parent=change.parent,
        region=change.region,
        name=change.name,
        kind=change.kind,
        at=change.at,
        fields=dict(change.fields),
        codes=dict(change.codes),
        raw=dict(change.raw),
        state="refused" if change.problems or change.at is None else "kept",
        problems=[asdict(problem) | {"known": list(problem.known)} for problem in change.problems],
        received_at=now,
    )


def _refused(repository: ItemLibraryRepository, change: ItemChange, now: datetime) -> None:
    told = " ".join(f"第{problem.row}行：{problem.message}" for problem in change.problems)
    note = f"这条变更没有采用，原样留存。请与事项库核对，或补充代码对照表。{told}"
    repository.open_task(
        change=change.id, kind="refused", target=change.id, title=f"读不懂的变更：{change.name}", note=note, now=now, region=change.region
    )


class _Cascade:
    """Follows one change down."""

    def __init__(self, repository: ItemLibraryRepository, guides: Guides, now: datetime, known_region: KnownRegion) -> None:
        self._repository, self._guides, self._now, self._known_region = repository, guides, now, known_region

    def follow(self, change: ItemChange) -> None:
        assert change.at is not None
        linked = self._linked(change.layer, change.code, change.parent, change.name)
        guide = linked[0].head.key if linked else None
        before = self._repository.entry(change.layer, change.code)
        self._repository.put(
            LibraryEntry(
                layer=change.layer,
                code=change.code,
                parent=change.parent,
                region=change.region,
                name=change.name,
                gone=change.kind == CANCELLED,
                fields=dict(change.fields),
                guide=guide or (before.guide if before is not None else None),
                changed_at=change.at,
            )
        )
        if change.layer == CATALOGUE:
            self._below_catalogue(change, linked)
        elif change.layer == LIST:
            self._below_list(change, linked)
        elif change.layer == GUIDE:
            self._guide(change, linked)

    def _linked(self, layer: str, code: str, parent: str | None, name: str) -> list[Linked]:
        codes = [code] if layer != GUIDE or parent is None else [parent, code]
        found = self._guides.of(layer, codes, name)
        known = self._repository.entry(layer, code)
        if not found and known is not None and known.guide is not None:
            head = self._guides.at(known.guide, PROVINCE)
            found = [Linked(head, by_name=False)] if head is not None else []
        return found

    def _below_catalogue(self, change: ItemChange, linked: list[Linked]) -> None:
        """A task for each 清单 of the code, and one for each guide; a new entry has none below it yet."""
        what = f"基本目录“{change.name}”（{change.code}）已{change.kind}"
        keys = {one.head.key: one for one in linked}
        for below in self._repository.entries(LIST, parent=change.code):
            note = f"{what}，请核对实施清单 {below.code} 是否要跟着调整。"
            self._open(change, "review-list", below.code, f"核对实施清单：{below.name}", note, below.region, None)
            for one in self._linked(LIST, below.code, below.parent, below.name):
                keys.setdefault(one.head.key, one)
        if change.kind == ADDED and not self._repository.entries(LIST, parent=change.code):
            return
        for key, one in keys.items():
            note = f"{what}，请核对办事指南的目录要素。{_how(one)}"
            self._open(change, "review-guide", key, f"核对办事指南：{change.name}", note, None, one)

    def _below_list(self, change: ItemChange, linked: list[Linked]) -> None:
        """One task for its guide, due a month after; or one that says there is none."""
        assert change.at is not None
        due = month_after(change.at.astimezone(_CHINA).date())
        what = f"实施清单“{change.name}”（{change.code}）已{change.kind}"
        if not linked and change.kind != CANCELLED:
            note = f"{what}，还没有对应的办事指南，应当在 {due:%Y-%m-%d} 前编制并公布。"
            self._open(change, "missing-guide", change.code, f"缺办事指南：{change.name}", note, change.region, None, due=due)
        for one in linked:
            task = "停用" if change.kind == CANCELLED else "修订并公布"
            note = f"{what}，办事指南应当在 {due:%Y-%m-%d} 前{task}。{_how(one)}"
            self._open(change, "review-guide", one.head.key, f"修订办事指南：{change.name}", note, change.region, one, due=due)

    def _guide(self, change: ItemChange, linked: list[Linked]) -> None:
        what = f"办事指南“{change.name}”（{change.code}）在事项库已{change.kind}"
        if not linked:
            if change.kind != CANCELLED:
                note = f"{what}，这里还没有这份办事指南。"
                self._open(change, "missing-guide", change.code, f"缺办事指南：{change.name}", note, change.region, None)
            return
        one = linked[0]
        if change.kind == CANCELLED:
            note = f"{what}，请核对后停用。{_how(one)}"
            self._open(change, "review-guide", one.head.key, f"停用办事指南：{change.name}", note, change.region, one)
            return
        # Without a note yet: the draft is made after this transaction, and the note tells of it.
        self._open(change, "review-draft", one.head.key, f"审核预填的草稿：{change.name}", "", change.region, one)

    def _open(
        self,
        change: ItemChange,
        kind: TaskKind,
        target: str,
        title: str,
        note: str,
        region: str | None,
        linked: Linked | None,
        *,
        due: date | None = None,
    ) -> None:
        place = region if region is not None and self._known_region(region) else PROVINCE
        if region is not None and place != region and note:
            note += f"事项库写的地区代码 {region} 这里没有，任务记在全省。"
        self._repository.open_task(
            change=change.id,
            kind=kind,
            target=target,
            title=title,
            note=note,
            now=self._now,
            guide=linked.head.key if linked is not None else None,
            region=place,
            department=str(linked.content.get("dept_name") or "") or None if linked is not None else _department(change),
            due_on=due,
        )


def _how(linked: Linked) -> str:
    return "（按事项名称对应，办事指南里还没有填编码。）" if linked.by_name else ""


def _department(change: ItemChange) -> str | None:
    told = change.fields.get("dept_name")
    return str(told) if told else None
