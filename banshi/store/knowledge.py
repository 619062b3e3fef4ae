"""Records of knowledge and their revisions. The content of a revision never changes; only its state does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from banshi.store.canonical import content_hash
from banshi.store.errors import StaleRevisionError, StateError
from banshi.store.revisions import Head, Kind, Move, Revision, State, revision_moves, revisions, searchable
from banshi.store.schema import columns, insert_new, portions

__all__ = ["Head", "Kind", "KnowledgeRepository", "Move", "Revision", "State"]

_APPROVED: Final[tuple[State, ...]] = ("approved",)
_REVISION = columns(revisions, Revision)


class KnowledgeRepository:
    """Reads and writes revisions within the caller's transaction.

    Args:
        connection: of `read` or `write`; whoever writes needs `write`.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def heads(self, *, kind: Kind | None = None, states: Collection[State] | None = None, text: str | None = None) -> list[Head]:
        """All records, by kind, key and region.

        Args:
            kind: only of this kind.
            states: only where the newest revision is in one of these.
            text: only where the newest revision has this in its key or in any text of its content, capitals aside.
        """
        of_kind = sa.true() if kind is None else revisions.c.kind == kind
        newest = (
            sa.select(revisions.c.kind, revisions.c.key, revisions.c.region, sa.func.max(revisions.c.number).label("number"))
            .where(of_kind)
            .group_by(revisions.c.kind, revisions.c.key, revisions.c.region)
            .subquery()
        )
        wanted = sa.select(*_REVISION).join(newest, sa.and_(*(revisions.c[column.name] == column for column in newest.c)))
        if states is not None:
            wanted = wanted.where(revisions.c.state.in_(states))
        if text:
            wanted = wanted.where(revisions.c.words.contains(text.casefold(), autoescape=True))
        found = sorted((Revision(*row) for row in self._connection.execute(wanted)), key=_record)
        in_use = {_record(revision): revision for revision in found if revision.state == "published"}
        if len(in_use) < len(found):
            of_record = sa.and_(*(revisions.c[name] == newest.c[name] for name in ("kind", "key", "region")))
            older = sa.select(*_REVISION).join(newest, sa.and_(of_record, revisions.c.number < newest.c.number))
            rows = self._connection.execute(older.where(revisions.c.state == "published"))
            in_use |= {_record(revision): revision for revision in (Revision(*row) for row in rows)}
        return [Head(revision.kind, revision.key, revision.region, revision, in_use.get(_record(revision))) for revision in found]

    def head(self, kind: Kind, key: str, region: str) -> Head | None:
        """One record, None when there is none of this name."""
        newest = self._newest(kind, key, region)
        if newest is None:
            return None
        published = self._one(*_address(kind, key, region), revisions.c.state == "published")
        return Head(newest.kind, newest.key, newest.region, newest, published)

    def revisions(self, kind: Kind, key: str, region: str) -> list[Revision]:
        """All revisions of a record, newest first."""
        rows = self._connection.execute(sa.select(*_REVISION).where(*_address(kind, key, region)).order_by(revisions.c.number.desc()))
        return [Revision(*row) for row in rows]

    def revision(self, kind: Kind, key: str, region: str, number: int) -> Revision | None:
        """One revision by its number."""
        return self._one(*_address(kind, key, region), revisions.c.number == number)

    def revision_by_id(self, identifier: int) -> Revision | None:
        """One revision by its id."""
        return self._one(revisions.c.id == identifier)

    def by_ids(self, ids: Iterable[int]) -> list[Revision]:
        """Revisions by their ids, in the order of the ids; unknown ones are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[int, Revision] = {}
        for portion in portions(wanted):
            rows = self._connection.execute(sa.select(*_REVISION).where(revisions.c.id.in_(portion)))
            found.update((row.id, Revision(*row)) for row in rows)
        return [found[identifier] for identifier in wanted if identifier in found]

    def save(
        self,
        *,
        kind: Kind,
        key: str,
        region: str,
        content: dict[str, Any],
        author: str,
        author_name: str,
        reason: str,
        expected: int | None,
        now: datetime,
        base: int | None = None,
    ) -> Revision:
        """Add a draft after the revision that its editor saw.

        Args:
            content: JSON; it comes back equal.
            expected: number of the newest revision when editing began, None for a new record.
            base: the number whose content was edited, when that is another than `expected` (an older one restored).

        Raises:
            StaleRevisionError: somebody saved meanwhile, or the record exists already. The transaction remains usable.
            ValueError: the content is no JSON (a number is not finite).
        """
        newest = self._newest(kind, key, region)
        if (None if newest is None else newest.number) != expected:
            raise StaleRevisionError(newest)
        # Where two pass the check at once (PostgreSQL), the unique number lets one in; the other waits for it and then adds nothing.
        added = self._connection.execute(
            insert_new(self._connection, revisions)
            .values(
                kind=kind,
                key=key,
                region=region,
                number=(expected or 0) + 1,
                state="draft",
                content=content,
                content_hash=content_hash(content),
                words=searchable(key, content),
                author=author,
                author_name=author_name,
                created_at=now,
                reason=reason,
                base=expected if base is None else base,
            )
            .returning(*_REVISION)
        ).one_or_none()
        if added is None:
            raise StaleRevisionError(self._newest(kind, key, region))
        return Revision(*added)

    def move(self, identifier: int, *, to: State, by: str, by_name: str, reason: str, now: datetime, expected_state: State) -> Revision:
        """Change the state of a revision and note who did it.

        Approving and sending back (submitted → draft) also set the revision's reviewer.

        Raises:
            StateError: it is not in `expected_state`, or there is none of this id.
            ValueError: `to` or `expected_state` is published, or `to` is superseded: these are for `publish` and `withdraw`.
        """
        if to in ("published", "superseded") or expected_state == "published":
            raise ValueError(f"From {expected_state} to {to} a revision comes through publish or withdraw, not through move.")
        return self._move(identifier, expected_state, to, by=by, by_name=by_name, reason=reason, now=now)

    def _move(
        self,
        identifier: int,
        expected: State,
        to: State,
        *,
        by: str,
        by_name: str,
        reason: str,
        now: datetime,
        release: int | None = None,
    ) -> Revision:
        values: dict[str, Any] = {"state": to}
        if to in ("approved", "withdrawn") or (expected, to) == ("submitted", "draft"):
            values |= {"reviewer": by, "reviewer_name": by_name, "reviewed_at": now, "review_reason": reason}
        moved = self._connection.execute(
            revisions.update().where(revisions.c.id == identifier, revisions.c.state == expected).values(values).returning(*_REVISION)
        ).one_or_none()
        if moved is None:
            raise StateError(self.revision_by_id(identifier))
        self._connection.execute(
            revision_moves.insert().values(
                revision=identifier, before=expected, after=to, by=by, by_name=by_name, reason=reason, at=now, release=release
            )
        )
        return Revision(*moved)

    def moves(self, ids: Iterable[int]) -> list[Move]:
        """All changes of state of these revisions by people, oldest first."""
        selected = sa.select(revision_moves.c.id, *columns(revision_moves, Move))
        rows = [
            row for portion in portions(ids) for row in self._connection.execute(selected.where(revision_moves.c.revision.in_(portion)))
        ]
        return [Move(*row[1:]) for row in sorted(rows, key=lambda row: row.id)]

    def published(self, *, kind: Kind | None = None) -> list[Revision]:
        """What is in use, by kind, key and region."""
        wanted = sa.select(*_REVISION).where(revisions.c.state == "published")
        if kind is not None:
            wanted = wanted.where(revisions.c.kind == kind)
        return sorted((Revision(*row) for row in self._connection.execute(wanted)), key=_record)

    def ever_in_use(self) -> list[Revision]:
        """What is in use and what a successor replaced, by kind, key, region and number; not what was rolled back or withdrawn."""
        wanted = sa.select(*_REVISION).where(revisions.c.state.in_(("published", "superseded")))
        return sorted((Revision(*row) for row in self._connection.execute(wanted)), key=lambda found: (*_record(found), found.number))

    def publish(self, ids: Sequence[int], release: int, now: datetime, *, expected_states: Collection[State] = _APPROVED) -> list[Revision]:
        """Put revisions in use; what was in use of the same records becomes superseded.

        Args:
            ids: at most one revision of each record.
            release: id of the release that does it.
            expected_states: which states they may come from; ("draft",) fits a first import.

        Raises:
            StateError: one is in another state, or there is none of this id.
            ValueError: two revisions of one record.
        """
        wanted = self.by_ids(ids)
        if missing := set(ids) - {revision.id for revision in wanted}:
            raise StateError(None) from KeyError(min(missing))
        if len({_record(revision) for revision in wanted}) < len(wanted):
            raise ValueError("Of one record only one revision can be published.")
        for revision in wanted:
            if revision.state not in expected_states:
                raise StateError(revision)
        successor = revisions.alias("successor")
        same = sa.and_(*(successor.c[name] == revisions.c[name] for name in ("kind", "key", "region")))
        for portion in portions(ids):
            replaced = sa.exists().where(successor.c.id.in_(portion), same, successor.c.id != revisions.c.id)
            self._connection.execute(revisions.update().where(revisions.c.state == "published", replaced).values(state="superseded"))
        self._put_in_use(wanted, release, now)
        return self.by_ids(ids)

    def publish_exactly(self, ids: Sequence[int], release: int, now: datetime) -> None:
        """Put exactly these revisions in use, as a roll back does; all others in use become withdrawn.

        Raises:
            StateError: one of them never was in use, or there is none of this id.
        """
        wanted = self.by_ids(ids)
        if missing := set(ids) - {revision.id for revision in wanted}:
            raise StateError(None) from KeyError(min(missing))
        for revision in wanted:
            if revision.state not in ("published", "superseded", "withdrawn"):
                raise StateError(revision)
        in_use = set(self._connection.execute(sa.select(revisions.c.id).where(revisions.c.state == "published")).scalars())
        for portion in portions(sorted(in_use - set(ids))):
            self._connection.execute(revisions.update().where(revisions.c.id.in_(portion)).values(state="withdrawn"))
        self._put_in_use([revision for revision in wanted if revision.id not in in_use], release, now)

    def withdraw(self, identifier: int, release: int, *, by: str, by_name: str, reason: str, now: datetime) -> Revision:
        """Take a revision out of use without a successor.

        Args:
            release: id of the release that does it; the revision keeps the one that published it.

        Raises:
            StateError: it is not in use.
        """
        return self._move(identifier, "published", "withdrawn", by=by, by_name=by_name, reason=reason, now=now, release=release)

    def _put_in_use(self, wanted: Sequence[Revision], release: int, now: datetime) -> None:
        for portion in portions(wanted):
            # What was judged by its state above must still be in it: on PostgreSQL another transaction may have come between.
            unmoved = sa.or_(
                *(
                    sa.and_(
                        revisions.c.state == state, revisions.c.id.in_([revision.id for revision in portion if revision.state == state])
                    )
                    for state in {revision.state for revision in portion}
                )
            )
            put = self._connection.execute(revisions.update().where(unmoved).values(state="published", release=release, published_at=now))
            if put.rowcount != len(portion):
                raise StateError(self.revision_by_id(portion[0].id))

    def _newest(self, kind: Kind, key: str, region: str) -> Revision | None:
        newest = sa.select(*_REVISION).where(*_address(kind, key, region)).order_by(revisions.c.number.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else Revision(*row)

    def _one(self, *conditions: sa.ColumnElement[bool]) -> Revision | None:
        row = self._connection.execute(sa.select(*_REVISION).where(*conditions)).one_or_none()
        return None if row is None else Revision(*row)


def _record(revision: Revision) -> tuple[str, str, str]:
    return revision.kind, revision.key, revision.region


def _address(kind: Kind, key: str, region: str) -> tuple[sa.ColumnElement[bool], ...]:
    return revisions.c.kind == kind, revisions.c.key == key, revisions.c.region == region
