"""A small knowledge with a store and an index of words, for tests of publishing that need neither encoder nor the whole."""

from __future__ import annotations

import functools
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from banshi.editing.actor import Actor
from banshi.editing.checking import Checker
from banshi.editing.holdings import intake, release_intake
from banshi.editing.publishing import Publisher
from banshi.editing.workflow import Workflow
from banshi.knowledge.library import Knowledge, load_knowledge
from banshi.knowledge.sources import Address
from banshi.search.build import Built, build
from banshi.search.calibration import Calibration, Head
from banshi.search.engine import Engine
from banshi.search.result import SearchRequest, SearchResult
from banshi.search.snapshot import activate, load_current, write_snapshot
from banshi.settings import Settings
from banshi.store.database import write

GUIDES = ("hz-idcard-reissue", "sb-card-reissue", "crj-passport-first")
REISSUE = Address("guide", "hz-idcard-reissue")
LI, WANG = Actor("li.hua", "李华"), Actor("wang.fang", "王芳")
PORTAL = "https://zwfw.jl.gov.cn/"


def now() -> datetime:
    """The real time: releases and snapshots are ordered by it."""
    return datetime.now(UTC)


@functools.cache
def small_knowledge(root: Path) -> Knowledge:
    """Three guides and five Q&A of the real knowledge, written to a folder."""
    real = Settings().knowledge_dir
    for folder in ("guides", "qa"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for guide in GUIDES:
        shutil.copy(real / "guides" / f"{guide}.yml", root / "guides")
    records = [record for path in sorted((real / "qa").glob("*.yml")) for record in yaml.safe_load(path.read_text(encoding="utf-8"))]
    general = [record for record in records if record.get("item") is None][:5]
    (root / "qa" / "some.yml").write_text(yaml.safe_dump(general, allow_unicode=True), encoding="utf-8")
    shutil.copy(real / "regions.csv", root)
    shutil.copytree(real / "lexicon", root / "lexicon", dirs_exist_ok=True)
    return load_knowledge(root)


@functools.cache
def small_index(root: Path) -> Built:
    """Its index, by words alone. Without labelled questions there is no calibration: whatever comes first is answered."""
    index = build(small_knowledge(root / "knowledge"), None, cache=root / "vectors", golden=[], out_of_scope=[])
    head = replace(Head.unlearned(), answer_at=0.0, reject_below=0.0)
    return replace(index, calibration=Calibration(head, head))


@dataclass
class Desk:
    """A store with this knowledge in use, and everything that changes it."""

    database: sa.Engine
    var: Path
    workflow: Workflow
    publisher: Publisher
    checker: Checker

    @property
    def snapshots(self) -> Path:
        """Folder of the indexes."""
        return self.var / "snapshots"

    def engine(self, today: date | None = None) -> Engine:
        """What citizens are answered from now."""
        current = load_current(self.snapshots)
        return Engine(current.knowledge, current, None, today=lambda: today or now().date(), portal_url=PORTAL)

    def ask(self, text: str, *, today: date | None = None, **rest: Any) -> SearchResult:
        """A citizen's question."""
        return self.engine(today).search(SearchRequest(text=text, **rest))


def open_desk(database: sa.Engine, var: Path) -> Desk:
    """The workflow over a store and a folder as they are."""

    def knowledge() -> Knowledge:
        return load_current(var / "snapshots").knowledge

    checker = Checker(knowledge, today=lambda: now().date())
    publisher = Publisher(
        database=database,
        snapshots=var / "snapshots",
        workspace=var / "editing",
        vectors=var / "vectors",
        golden=var / "golden",
        encoder=lambda: None,
        errors_in=checker.errors_in,
        now=now,
        anchor=var / "audit.anchor",
    )
    return Desk(database, var, Workflow(database, checker.lint, now=now), publisher, checker)


def begin(database: sa.Engine, var: Path, root: Path) -> Desk:
    """Put the small knowledge in use."""
    knowledge, index = small_knowledge(root / "knowledge"), small_index(root)
    identifier = write_snapshot(index, var / "snapshots", knowledge=knowledge, created=now())
    assert knowledge.sources is not None
    with write(database) as connection:
        taken = intake(connection, knowledge.sources)
        release_intake(connection, taken, base=None, snapshot=identifier, version=knowledge.version, now=now(), reason="文件")
    activate(var / "snapshots", identifier)
    return open_desk(database, var)
