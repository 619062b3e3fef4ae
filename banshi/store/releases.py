"""Releases: which set of revisions was in use since when, and the index that belongs to it. Exactly one is active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from banshi.store.errors import ReleaseConflictError, StateError
from banshi.store.revisions import revisions
from banshi.store.schema import Moment, Words, columns, metadata

ReleaseKind = Literal["seed", "publish", "rollback", "index"]
"""index: the same knowledge under an index built anew."""
ReleaseState = Literal["building", "active", "superseded", "failed"]

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("author_name", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("base", sa.Integer, sa.ForeignKey("releases.id")),
    sa.Column("impact", sa.JSON(none_as_null=True)),
    sa.Column("snapshot", Words),
    sa.Column("knowledge_version", Words),
    sa.Column("failure", Words),
)
_ACTIVE = sa.text("state = 'active'")
# All active ones have the same state, so that there is room for one.
sa.Index("uq_releases_active", releases.c.state, unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)

release_contents = sa.Table(
    "release_contents",
    metadata,
    sa.Column("release", sa.Integer, sa.ForeignKey("releases.id"), primary_key=True),
    sa.Column("revision", sa.Integer, sa.ForeignKey("revisions.id"), primary_key=True),
)


@dataclass(frozen=True)
class Release:
    """One release.

    Attributes:
        base: the release that was active when this one was begun, None for the first.
        impact: summary of the impact as JSON, None where none was taken.
        snapshot: id of the index snapshot; None, as `knowledge_version`, until it is active.
        failure: why it failed.
    """

    id: int
    kind: ReleaseKind
    state: ReleaseState
    author: str
    author_name: str
    created_at: datetime
    reason: str
    base: int | None = None
    impact: dict[str, Any] | None = None
    snapshot: str | None = None
    knowledge_version: str | None = None
    failure: str | None = None


_RELEASE = columns(releases, Release)


class ReleaseRepository:
    """Reads and writes releases within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def begin(
        self,
        *,
        kind: ReleaseKind,
        author: str,
        author_name: str,
        reason: str,
        now: datetime,
        base: int | None,
        impact: dict[str, Any] | None = None,
    ) -> Release:
        """A release in state building.

        Args:
            base: id of the release on whose knowledge it builds (the active one that its author saw), None when there is none yet.
        """
        values = {"kind": kind, "state": "building", "author": author, "author_name": author_name, "created_at": now, "reason": reason}
        row = self._connection.execute(releases.insert().values(**values, base=base, impact=impact).returning(*_RELEASE)).one()
        return Release(*row)

    def activate(self, identifier: int, snapshot: str, knowledge_version: str) -> Release:
        """Put a release in use and note which revisions are published now; publish or withdraw them before, in the same transaction.

        Args:
            snapshot: id of its index snapshot.
            knowledge_version: version of the knowledge in that snapshot.

        Raises:
            ReleaseConflictError: another release than its base is active; roll the transaction back.
            StateError: it is not in state building, or there is none of this id.
        """
        release = self.get(identifier)
        if release is None or release.state != "building":
            raise StateError(release)
        # Of two that build on the same release, the first takes it out of use; the second waits for the first and finds nothing to take.
        former = self._connection.execute(
            releases.update().where(releases.c.state == "active", releases.c.id == release.base).values(state="superseded")
        )
        if former.rowcount != (release.base is not None):
            raise ReleaseConflictError(self.active())
        try:
            # The savepoint keeps the transaction usable when the unique index refuses: two first releases at once.
            with self._connection.begin_nested():
                row = self._connection.execute(
                    releases.update()
                    .where(releases.c.id == identifier, releases.c.state == "building")
                    .values(state="active", snapshot=snapshot, knowledge_version=knowledge_version)
                    .returning(*_RELEASE)
                ).one_or_none()
        except sa.exc.IntegrityError as error:
            raise ReleaseConflictError(self.active()) from error
        if row is None:
            raise StateError(self.get(identifier))
        in_use = sa.select(sa.literal(identifier), revisions.c.id).where(revisions.c.state == "published")
        self._connection.execute(release_contents.insert().from_select(["release", "revision"], in_use))
        return Release(*row)

    def fail(self, identifier: int, reason: str) -> Release:
        """Note that a release could not be built.

        Raises:
            StateError: it is not in state building, or there is none of this id.
        """
        row = self._connection.execute(
            releases.update()
            .where(releases.c.id == identifier, releases.c.state == "building")
            .values(state="failed", failure=reason)
            .returning(*_RELEASE)
        ).one_or_none()
        if row is None:
            raise StateError(self.get(identifier))
        return Release(*row)

    def get(self, identifier: int) -> Release | None:
        """One release."""
        row = self._connection.execute(sa.select(*_RELEASE).where(releases.c.id == identifier)).one_or_none()
        return None if row is None else Release(*row)

    def active(self) -> Release | None:
        """The release in use, None before the first."""
        row = self._connection.execute(sa.select(*_RELEASE).where(releases.c.state == "active")).one_or_none()
        return None if row is None else Release(*row)

    def contents(self, identifier: int) -> Sequence[int]:
        """Ids of all revisions that were in use as of that release, ascending; empty for one that never was active."""
        wanted = sa.select(release_contents.c.revision).where(release_contents.c.release == identifier)
        return self._connection.execute(wanted.order_by(release_contents.c.revision)).scalars().all()

    def changes(self, identifier: int) -> tuple[Sequence[int], Sequence[int]]:
        """Ids of the revisions that came into use with a release, and of those that went out of use, both against its base."""
        release = self.get(identifier)
        now = set(self.contents(identifier))
        before = set(self.contents(release.base)) if release is not None and release.base is not None else set()
        if release is None or release.state in ("building", "failed"):
            return [], []
        return sorted(now - before), sorted(before - now)

    def count(self) -> int:
        """How many releases there are."""
        return self._connection.execute(sa.select(sa.func.count()).select_from(releases)).scalar_one()

    def list(self, limit: int = 50, offset: int = 0) -> Sequence[Release]:
        """Releases, newest first."""
        rows = self._connection.execute(sa.select(*_RELEASE).order_by(releases.c.id.desc()).limit(limit).offset(offset))
        return [Release(*row) for row in rows]
