"""Putting the studio together from the settings."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from banshi.assembly import china_now, encoder_or_none
from banshi.connecting import Systems, connect
from banshi.editing.approvals.deciding import OaAccounts
from banshi.editing.approvals.handing_over import HandingOver
from banshi.editing.catalogue import Catalogue
from banshi.editing.checking import Checker
from banshi.editing.documents.pulling import DocumentPulling
from banshi.editing.holdings import intake, release_intake
from banshi.editing.importing import Importing
from banshi.editing.item_library.pulling import ItemPulling
from banshi.editing.item_library.reviewing import ItemReview
from banshi.editing.jobs import Jobs
from banshi.editing.publishing import Publisher
from banshi.editing.workflow import Workflow
from banshi.knowledge.exchange.safety import Limits
from banshi.knowledge.library import Knowledge
from banshi.search.current import CurrentEngine
from banshi.settings import Settings
from banshi.store.database import open_database, write
from banshi.store.errors import ReleaseConflictError, StaleRevisionError
from banshi.store.releases import ReleaseRepository
from banshi.web.studio.services import Studio

log = logging.getLogger(__name__)


def make_publisher(settings: Settings, database: sa.Engine, engine: CurrentEngine, checker: Checker) -> Publisher:
    """The publisher of this machine."""
    return Publisher(
        database=database,
        snapshots=settings.snapshots,
        workspace=settings.var_dir / "editing",
        vectors=settings.var_dir / "vectors",
        golden=settings.knowledge_dir / "golden",
        encoder=lambda: engine.encoder,
        errors_in=checker.errors_in,
        now=china_now,
        anchor=settings.audit_anchor,
    )


def make_studio(settings: Settings, database: sa.Engine, engine: CurrentEngine, systems: Systems) -> Studio:
    """Everything behind the studio's routes."""

    def knowledge() -> Knowledge | None:
        current = engine()
        return current.knowledge if current is not None else None

    checker = Checker(knowledge, today=lambda: china_now().date())
    handed_in = HandingOver(settings.public_url, now=china_now) if settings.approvals_in_oa else None
    workflow = Workflow(database, checker.lint, now=china_now, handed_in=handed_in)
    publisher = make_publisher(settings, database, engine, checker)
    adopt_index(database, engine)
    limits = Limits(upload=settings.max_upload_bytes)
    services: Studio

    def in_use() -> Knowledge:
        return services.knowledge

    services = Studio(
        database=database,
        engine=engine,
        workflow=workflow,
        publisher=publisher,
        catalogue=Catalogue(database, checker, knowledge),
        checker=checker,
        importing=Importing(database, workflow, in_use, folder=settings.var_dir / "editing" / "imports", limits=limits),
        jobs=Jobs(),
        items=ItemPulling(database, systems.items, workflow, knowledge, now=china_now),
        item_review=ItemReview(database, now=china_now),
        documents=DocumentPulling(database, systems.documents, workflow, knowledge, now=china_now),
        oa_accounts=OaAccounts(database, now=china_now),
        now=china_now,
        anchor=settings.audit_anchor,
        max_upload=settings.max_upload_bytes,
        snapshots=settings.snapshots,
    )
    return services


def open_studio(settings: Settings) -> Studio:
    """The studio without a server, for commands."""
    engine = CurrentEngine(settings.snapshots, encoder_or_none(settings), today=lambda: china_now().date(), portal_url=settings.portal_url)
    return make_studio(settings, open_database(settings.database_url), engine, connect(settings, now=china_now))


def adopt_index(database: sa.Engine, engine: CurrentEngine) -> None:
    """Begin the store with the knowledge of the index in use, when the store has none: an empty database, or one from before."""
    current = engine()
    if current is None or current.snapshot.knowledge.sources is None:
        return
    try:
        with write(database) as connection:
            if ReleaseRepository(connection).active() is not None:
                return
            taken = intake(connection, current.snapshot.knowledge.sources)
            release_intake(
                connection,
                taken,
                base=None,
                snapshot=current.snapshot.id,
                version=current.snapshot.knowledge_version,
                now=china_now(),
                reason="索引里的知识",
            )
    except (ReleaseConflictError, StaleRevisionError):
        log.info("Another process has just begun the store.")
