"""Trying a set of changes, putting it in use, and taking it back.

A candidate index is built and tried aside. Putting it in use is one transaction in the store; the pointer to the index follows it, and
is repaired from the store by the next process when this one is killed in between. Servers follow the pointer; the old index serves
until they have loaded the new one.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from banshi.editing.actor import SYSTEM, Actor
from banshi.editing.errors import ConflictError, EditingError, NotFoundError
from banshi.editing.holdings import published_sources, sources_of_release, with_changes
from banshi.editing.impact import Impact, Impacts, compare, new_id
from banshi.editing.jobs import Job
from banshi.editing.probes import golden_probes, real_probes, stored_probes
from banshi.editing.replay import answer_probes, engines_over, replay_in_processes
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.library import Knowledge, Lexicon, assemble
from banshi.knowledge.sources import Sources
from banshi.search.build import Encoder, rebuild
from banshi.search.question import Question, QuestionReader
from banshi.search.snapshot import Snapshot, SnapshotError, activate, current_id, load_current, load_snapshot, read_entries, write_snapshot
from banshi.store.audit import AuditLedger
from banshi.store.database import read, write
from banshi.store.errors import ReleaseConflictError, StateError
from banshi.store.knowledge import KnowledgeRepository, Revision
from banshi.store.questions import QuestionLog
from banshi.store.releases import Release, ReleaseKind, ReleaseRepository

log = logging.getLogger(__name__)

DAYS = 30
"""Real questions of so many days are asked again."""
FEW = 300
"""So many questions are asked here; more are asked in processes of their own."""
_CANDIDATE_DAYS = 3
LEAST_OVERRIDE = 10
"""Characters of a reason for publishing although golden questions break."""

Check = Callable[[Revision], int]
"""How many errors lint finds in a revision."""


@dataclass
class _Reading:
    """Stored texts as they were read with one lexicon; a process that publishes again need not read them again."""

    lexicon: Lexicon | None = None
    known: dict[str, Question] = field(default_factory=dict)

    def reader(self, lexicon: Lexicon) -> Callable[[str], Question]:
        if lexicon != self.lexicon:
            self.lexicon, self.known = lexicon, {}
        read_text = QuestionReader(lexicon).stored
        known = self.known

        def stored(text: str) -> Question:
            if text not in known:
                known[text] = read_text(text)
            return known[text]

        return stored


class Publisher:
    """Tries, publishes and rolls back.

    Args:
        database: the store.
        snapshots: folder of the indexes in use.
        workspace: folder for candidates and trials; on the same disk as `snapshots`.
        vectors: folder of the vector cache.
        golden: folder of the labelled questions.
        encoder: gives the encoder, None where there is none.
        errors_in: counts lint errors of a revision.
        now: the clock, time zone included.
        anchor: file that holds the newest entry of the audit ledger.
    """

    def __init__(
        self,
        *,
        database: sa.Engine,
        snapshots: Path,
        workspace: Path,
        vectors: Path,
        golden: Path,
        encoder: Callable[[], Encoder | None],
        errors_in: Check,
        now: Callable[[], datetime],
        anchor: Path,
    ) -> None:
        self._database, self._snapshots, self._vectors, self._golden = database, snapshots, vectors, golden
        self._candidates = workspace / "candidates"
        self._impacts = Impacts(workspace / "impacts")
        self._encoder, self._errors_in, self._now, self._anchor = encoder, errors_in, now, anchor
        self._reading = _Reading()
        self._building = threading.Lock()

    def try_out(self, revision_ids: Sequence[int], job: Job) -> Impact:
        """Build the index that these revisions would make, ask old and new the same questions, and keep the result.

        Raises:
            EditingError: a revision cannot be published; the message says which and why.
        """
        started = time.monotonic()
        with read(self._database) as connection:
            active = ReleaseRepository(connection).active()
            revisions = KnowledgeRepository(connection).by_ids(revision_ids)
            asked = QuestionLog(connection).since(self._now() - timedelta(days=DAYS))
        if active is None or active.snapshot is None:
            raise EditingError("知识库还没有建好，请管理员先运行 banshi index。")
        if not revisions or len(revisions) != len(set(revision_ids)):
            raise NotFoundError("要评估的内容有的已经不在了，请刷新后重选。")
        before = self._loaded(active.snapshot)
        job.tell("正在建立试用索引")
        identifier = self._build(with_changes(self._sources(), revisions), before, self._candidates)
        folder = self._candidates / identifier
        after = load_snapshot(folder)
        encoder = self._encoder()
        changed = sorted({revision.key for revision in revisions})
        probes = [*golden_probes(self._golden), *real_probes(asked, after.built.model_id)]
        probes += stored_probes(before, read_entries(self._snapshots / active.snapshot), after, changed, encoder)
        job.tell(f"正在用 {len(probes)} 个问题比较前后的答案", 0, len(probes))
        if len(probes) <= FEW:
            old, new, seeded = engines_over(before, after, encoder, self._now().date())
            verdicts = list(answer_probes(old, new, seeded, probes))
        else:
            verdicts = replay_in_processes(
                self._snapshots / active.snapshot,
                folder,
                probes,
                progress=lambda done, total: job.tell(f"已比较 {done} / {total} 个问题", done, total),
            )
        result = compare(probes, verdicts, changed, started=started)
        result["lint_errors"] = sum(map(self._errors_in, revisions))
        result["base_release"] = active.id
        impact = Impact(new_id(), active.id, identifier, tuple(revision.id for revision in revisions), result)
        result["impact"] = impact.id
        self._impacts.keep(impact)
        return impact

    def publish(self, impact_id: str, *, actor: Actor, reason: str, override_reason: str | None = None) -> Release:
        """Put the tried revisions in use, all or none.

        Raises:
            NotFoundError: there is no such trial.
            ConflictError: something else was published, or a revision changed, since the trial.
            EditingError: a revision is not approved or has errors, or golden questions break and no reason is given.
        """
        impact = self._impacts.get(impact_id)
        if impact is None or not (self._candidates / impact.snapshot).is_dir():
            raise NotFoundError("这次影响评估已经过期，请重新运行影响评估。")
        with read(self._database) as connection:
            revisions = KnowledgeRepository(connection).by_ids(impact.revisions)
        for revision in revisions:
            if revision.state != "approved":
                raise ConflictError(f"“{revision.key}”第 {revision.number} 版现在不是“已通过”状态，不能发布；请刷新后重新评估。")
            if self._errors_in(revision):
                raise EditingError(f"“{revision.key}”第 {revision.number} 版有检查错误，改好并重新送审后才能发布。")
        if impact.broken and len((override_reason or "").strip()) < LEAST_OVERRIDE:
            raise EditingError(
                f"有 {impact.broken} 道黄金题会答错，不能发布；确有理由的，请写明理由（不少于 {LEAST_OVERRIDE} 个字）再发布。"
            )
        snapshot = load_snapshot(self._candidates / impact.snapshot)  # checks every file once more
        summary = {key: impact.result[key] for key in ("questions", "changed_total", "by_kind", "seconds")}
        summary |= {"broken": impact.broken, "stolen": len(impact.result["stolen"]), "override_reason": override_reason}

        def change(connection: sa.Connection, release: Release) -> None:
            KnowledgeRepository(connection).publish(impact.revisions, release.id, self._now())

        release = self._put_in_use(snapshot, "publish", impact.base, actor, reason, change, impact=summary)
        self._impacts.forget(impact_id)
        return release

    def roll_back(self, release_id: int, *, actor: Actor, reason: str, job: Job) -> Release:
        """Put the knowledge of an earlier release in use again, as a release of its own.

        Raises:
            NotFoundError: there is no such release.
            ConflictError: it is the one in use, or another one was put in use meanwhile.
        """
        with read(self._database) as connection:
            releases = ReleaseRepository(connection)
            wanted, active = releases.get(release_id), releases.active()
            contents = releases.contents(release_id)
        if wanted is None or active is None or not contents:
            raise NotFoundError("没有这个版本，或它从未发布成功。")
        if wanted.id == active.id:
            raise ConflictError("这个版本正在使用中，不用回退。")
        before = self._loaded(active.snapshot or "")
        with read(self._database) as connection:
            sources = sources_of_release(connection, contents, dict(before.knowledge.sources.frame) if before.knowledge.sources else {})
        snapshot = self._kept(wanted.snapshot, sources)
        if snapshot is None:
            job.tell("正在重建那时的索引")
            identifier = self._build(sources, before, self._candidates)
            snapshot = load_snapshot(self._candidates / identifier)

        def change(connection: sa.Connection, release: Release) -> None:
            KnowledgeRepository(connection).publish_exactly(contents, release.id, self._now())

        return self._put_in_use(snapshot, "rollback", active.id, actor, reason, change, target=wanted.id)

    def reconcile(self) -> str | None:
        """Make the pointer agree with the store, after a process was killed or a disk was restored.

        Returns:
            What was repaired, in a sentence; None when they agreed.

        Raises:
            SnapshotError: the index of the release in use is gone and there is no other to build its successor from.
        """
        with read(self._database) as connection:
            active = ReleaseRepository(connection).active()
        if active is None or active.snapshot is None:
            return None
        folder = self._snapshots / active.snapshot
        if current_id(self._snapshots) == active.snapshot and (folder / "manifest.json").is_file():
            return None
        candidate = self._candidates / active.snapshot
        if not folder.is_dir() and candidate.is_dir():
            candidate.rename(folder)
        try:
            load_snapshot(folder)
        except SnapshotError as error:
            log.error("%s", error)
            return self._rebuild_active(active)
        activate(self._snapshots, active.snapshot)
        return f"The index in use is {active.snapshot} again, as release {active.id} says."

    def sweep(self) -> None:
        """Drop candidates and trials that nobody published for some days."""
        oldest = time.time() - _CANDIDATE_DAYS * 86400
        for path in (*self._candidates.glob("*"), *self._impacts.folder.glob("*.json")):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

    def _rebuild_active(self, active: Release) -> str:
        with read(self._database) as connection:
            contents = ReleaseRepository(connection).contents(active.id)
            previous = load_current(self._snapshots)
            frame = dict(previous.knowledge.sources.frame) if previous.knowledge.sources else {}
            sources = sources_of_release(connection, contents, frame)
        snapshot = load_snapshot(self._candidates / self._build(sources, previous, self._candidates))
        release = self._put_in_use(snapshot, "index", active.id, SYSTEM, "索引损坏，按已发布的知识重建", lambda *_: None)
        return f"The index of release {active.id} was lost; it was built again as {release.snapshot}."

    def _put_in_use(
        self,
        snapshot: Snapshot,
        kind: ReleaseKind,
        base: int,
        actor: Actor,
        reason: str,
        change: Callable[[sa.Connection, Release], None],
        *,
        impact: dict[str, Any] | None = None,
        target: int | None = None,
    ) -> Release:
        """One transaction: revisions, release and audit row. The index stands ready before it, the pointer follows after it."""
        candidate, folder = self._candidates / snapshot.id, self._snapshots / snapshot.id
        moved = candidate.is_dir() and not folder.exists()
        if moved:
            candidate.rename(folder)
        try:
            with write(self._database) as connection:
                releases = ReleaseRepository(connection)
                release = releases.begin(
                    kind=kind, author=actor.account, author_name=actor.name, reason=reason, now=self._now(), base=base, impact=impact
                )
                change(connection, release)
                release = releases.activate(release.id, snapshot.id, snapshot.knowledge_version)
                detail = {"kind": kind, "snapshot": snapshot.id, "reason": reason, **({"to": target} if target is not None else {})}
                if impact is not None and impact.get("override_reason"):
                    detail["override_reason"] = impact["override_reason"]
                ledger = AuditLedger(connection)
                ledger.append(
                    actor=actor.account, action=f"knowledge.{kind}", target=f"release/{release.id}", detail=detail, now=self._now()
                )
        except (ReleaseConflictError, StateError) as error:
            if moved:
                folder.rename(candidate)
            raise ConflictError("这期间有别的内容发布了，请重新运行影响评估再发布。") from error
        except BaseException:
            if moved and folder.is_dir() and not candidate.exists():
                folder.rename(candidate)
            raise
        activate(self._snapshots, snapshot.id)
        self.anchor()
        return release

    def anchor(self) -> None:
        """Note the newest audit entry outside the store, so that a tail that is cut off is missed."""
        with read(self._database) as connection:
            AuditLedger(connection).anchor(self._anchor)

    def _sources(self) -> Sources:
        current = load_current(self._snapshots)
        with read(self._database) as connection:
            return published_sources(connection, dict(current.knowledge.sources.frame) if current.knowledge.sources else {})

    def _build(self, sources: Sources, previous: Snapshot, into: Path) -> str:
        knowledge = self._assembled(sources)
        encoder = self._encoder()
        usable = encoder if encoder is not None and encoder.model_id == previous.built.model_id else None
        with self._building:
            reader = self._reading.reader(knowledge.lexicon)
            built = rebuild(knowledge, usable, previous.built, cache=self._vectors, read=reader)
        return write_snapshot(built, into, knowledge=knowledge, created=self._now())

    def _assembled(self, sources: Sources) -> Knowledge:
        try:
            return assemble(sources)
        except KnowledgeError as error:
            raise EditingError(f"这些修改合不进知识库：{error}") from error

    def _loaded(self, identifier: str) -> Snapshot:
        try:
            return load_snapshot(self._snapshots / identifier)
        except SnapshotError as error:
            raise EditingError("正在使用的索引读不出来，请管理员运行 banshi index。") from error

    def _kept(self, identifier: str | None, sources: Sources) -> Snapshot | None:
        """The snapshot of a release when it is still on disk, whole, and of these very sources."""
        try:
            snapshot = load_snapshot(self._snapshots / (identifier or "none"))
        except SnapshotError:
            return None
        return snapshot if snapshot.knowledge_version == sources.version else None
