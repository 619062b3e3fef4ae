"""The knowledge that the store holds: what is published, as sources; taking in the files; what a set of changes would make of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from banshi.editing.actor import SEED
from banshi.knowledge.sources import Address, Content, Sources, editions_of
from banshi.store.audit import AuditLedger
from banshi.store.knowledge import KnowledgeRepository, Revision, State
from banshi.store.releases import Release, ReleaseRepository

_DRAFT: Final[tuple[State, ...]] = ("draft",)


def address_of(revision: Revision) -> Address:
    """Where a revision's record stands."""
    return Address(revision.kind, revision.key, revision.region)


def published_sources(connection: sa.Connection, frame: dict[str, Any], origins: Mapping[Address, str] | None = None) -> Sources:
    """Everything published, each record with its earlier editions.

    Args:
        connection: the store.
        frame: regions, halls and what else is no record; see `Sources`.
        origins: the files that records came from, for messages.
    """
    revisions = KnowledgeRepository(connection).ever_in_use()
    return Sources(_editions(revisions, {revision.id for revision in revisions if revision.state == "published"}), frame, origins or {})


def sources_of_release(connection: sa.Connection, contents: Collection[int], frame: dict[str, Any]) -> Sources:
    """What was published as of a release, by the ids of its revisions."""
    repository = KnowledgeRepository(connection)
    # What was in use then may have been rolled back since.
    known = {revision.id: revision for revision in (*repository.ever_in_use(), *repository.by_ids(contents))}
    return Sources(_editions(known.values(), set(contents)), frame)


def _editions(revisions: Iterable[Revision], in_use: Collection[int]) -> dict[Address, tuple[Content, ...]]:
    by_record: dict[Address, list[Revision]] = defaultdict(list)
    for revision in revisions:
        by_record[address_of(revision)].append(revision)
    found: dict[Address, tuple[Content, ...]] = {}
    for address, of_record in by_record.items():
        newest = next((revision for revision in of_record if revision.id in in_use), None)
        if newest is None:
            continue
        # An edition in force before the newest one begins; what was in use for the same day was corrected by it.
        begins = str(newest.content.get("valid_from") or "")
        before = [
            revision.content
            for revision in sorted(of_record, key=lambda revision: revision.number)
            if revision.state in ("superseded", "published")
            and revision.number < newest.number
            and str(revision.content.get("valid_from") or "") < begins
        ]
        found[address] = editions_of([*before, newest.content])
    return found


def with_changes(sources: Sources, publish: Sequence[Revision]) -> Sources:
    """What the sources would be with these revisions published."""
    changes: dict[Address, tuple[Content, ...]] = {}
    for revision in publish:
        begins = str(revision.content.get("valid_from") or "")
        editions = sources.records.get(address_of(revision), ())
        before = [content for content in editions if str(content.get("valid_from") or "") < begins]
        changes[address_of(revision)] = editions_of([*before, revision.content])
    return sources.replaced(changes)


@dataclass(frozen=True)
class Intake:
    """What the files bring to the store.

    Attributes:
        contents: records that are new or that no person has changed since they were taken in.
        gone: records taken in before and left alone since, which the files no longer hold.
        kept: labels of the records where the files differ from what people made of them.
    """

    contents: dict[Address, Content]
    gone: tuple[Address, ...]
    kept: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.contents or self.gone)

    def changes(self) -> dict[Address, tuple[Content, ...]]:
        """As `Sources.replaced` takes them."""
        return {**{address: (content,) for address, content in self.contents.items()}, **dict.fromkeys(self.gone, ())}


def intake(connection: sa.Connection, files: Sources) -> Intake:
    """Compare the files with the store."""
    contents: dict[Address, Content] = {}
    kept: list[str] = []
    heads = {Address(head.kind, head.key, head.region): head for head in KnowledgeRepository(connection).heads()}
    for address, editions in files.records.items():
        head = heads.get(address)
        if head is not None and head.head.author == SEED.account and head.head.state == "published" and head.head.content == editions[-1]:
            continue
        if head is None or head.head.author == SEED.account:
            contents[address] = editions[-1]
        elif head.head.content != editions[-1]:
            kept.append(address.label)
    gone = [
        address
        for address, head in heads.items()
        if head.head.author == SEED.account and head.published is not None and address not in files.records
    ]
    return Intake(contents, tuple(gone), tuple(kept))


def release_intake(
    connection: sa.Connection, taken: Intake, *, base: int | None, snapshot: str, version: str, now: datetime, reason: str
) -> Release:
    """Publish what the files bring, or the same knowledge under a new index; within the caller's transaction.

    Args:
        connection: the store.
        taken: what the files bring.
        base: the release in use when the index was built.
        snapshot: the new index.
        version: of its knowledge.
        now: the time.
        reason: why.

    Raises:
        ReleaseConflictError, StaleRevisionError: somebody published or edited meanwhile.
    """
    repository, releases = KnowledgeRepository(connection), ReleaseRepository(connection)
    release = releases.begin(
        kind="seed" if taken else "index", author=SEED.account, author_name=SEED.name, reason=reason, now=now, base=base
    )
    saved = []
    for address, content in taken.contents.items():
        head = repository.head(address.kind, address.key, address.region)  # type: ignore[arg-type]
        revision = repository.save(
            kind=address.kind,  # type: ignore[arg-type]
            key=address.key,
            region=address.region,
            content=content,
            author=SEED.account,
            author_name=SEED.name,
            reason=reason,
            expected=head.head.number if head is not None else None,
            now=now,
        )
        saved.append(revision.id)
    if saved:
        repository.publish(saved, release.id, now, expected_states=_DRAFT)
    for address in taken.gone:
        head = repository.head(address.kind, address.key, address.region)  # type: ignore[arg-type]
        if head is not None and head.published is not None:
            repository.withdraw(head.published.id, release.id, by=SEED.account, by_name=SEED.name, reason=reason, now=now)
    release = releases.activate(release.id, snapshot, version)
    detail = {"snapshot": snapshot, "taken_in": len(saved), "gone": len(taken.gone), "reason": reason}
    AuditLedger(connection).append(actor=SEED.account, action="knowledge.index", target=f"release/{release.id}", detail=detail, now=now)
    return release
