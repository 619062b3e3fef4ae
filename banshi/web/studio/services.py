"""What the studio's routes work with, and how its errors become responses."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from banshi.editing.actor import Actor
from banshi.editing.approvals.deciding import OaAccounts
from banshi.editing.catalogue import Catalogue
from banshi.editing.checking import Checker
from banshi.editing.documents.pulling import DocumentPulling
from banshi.editing.errors import ConflictError, EditingError, ForbiddenError, NotFoundError
from banshi.editing.importing import Importing
from banshi.editing.item_library.pulling import ItemPulling
from banshi.editing.item_library.reviewing import ItemReview
from banshi.editing.jobs import Job, Jobs
from banshi.editing.publishing import Publisher
from banshi.editing.workflow import Workflow
from banshi.knowledge.library import Knowledge
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address
from banshi.search.current import CurrentEngine
from banshi.search.engine import Engine
from banshi.search.entries import Entry
from banshi.search.snapshot import read_entries
from banshi.store.staff import Staff
from banshi.web.staff_access import StaffAccess

_T = TypeVar("_T")


@dataclass(frozen=True)
class Studio:
    """Everything behind the studio; kept in `app.state.studio`.

    Attributes:
        database: the store.
        engine: gives the engine in use.
        workflow, publisher, catalogue, checker, importing, jobs: see `banshi.editing`.
        items, item_review, documents, oa_accounts: what the systems around tell editors.
        now: the clock, time zone included.
        anchor: file that holds the newest entry of the audit ledger.
        max_upload: bytes of a file.
        snapshots: folder of the indexes.
    """

    database: sa.Engine
    engine: CurrentEngine
    workflow: Workflow
    publisher: Publisher
    catalogue: Catalogue
    checker: Checker
    importing: Importing
    jobs: Jobs
    items: ItemPulling
    item_review: ItemReview
    documents: DocumentPulling
    oa_accounts: OaAccounts
    now: Callable[[], datetime]
    anchor: Path
    max_upload: int
    snapshots: Path
    _kept: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def remembered(self, name: str, make: Callable[[], _T]) -> _T:
        """What follows from the knowledge in use alone, made once for each index."""
        index = self.searching.snapshot.id
        if self._kept.get(name, ("", None))[0] != index:
            self._kept[name] = (index, make())
        found: _T = self._kept[name][1]
        return found

    def entries(self) -> list[Entry]:
        """The texts of the index in use."""
        return self.remembered("entries", lambda: read_entries(self.snapshots / self.searching.snapshot.id))

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge in use.

        Raises:
            EditingError: there is none.
        """
        return self.searching.knowledge

    @property
    def searching(self) -> Engine:
        """The engine in use.

        Raises:
            EditingError: there is none.
        """
        engine = self.engine()
        if engine is None:
            raise EditingError("知识索引还没有建好，请管理员先运行 banshi index。")
        return engine


def _studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


StudioServices = Annotated[Studio, Depends(_studio)]

_STATUS: tuple[tuple[type[EditingError], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (EditingError, 422),
)


class StudioRoute(APIRoute):
    """Answers refusals of `banshi.editing` with their status and sentence."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler FastAPI calls."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except EditingError as error:
                status = next(status for kind, status in _STATUS if isinstance(error, kind))
                return JSONResponse({"detail": error.detail, **error.more}, status)

        return handle


def actor_of(staff: Staff) -> Actor:
    """Somebody of the staff as one who acts."""
    return Actor(staff.account, staff.name)


def address(kind: str, key: str, region: str | None) -> Address:
    """The address that a request names."""
    return Address(kind, key, region or PROVINCE)


def require_scope(access: StaffAccess, staff: Staff, action: str, where: Address, department: str) -> None:
    """Refuse what lies outside somebody's departments and regions.

    Raises:
        HTTPException: 403, with a sentence.
    """
    if not access.may(staff, action, department=department or None, region=where.region):
        raise HTTPException(403, "这一条不在您负责的部门或地区范围内，请找负责的同事处理。")


def started(job: Job) -> dict[str, Any]:
    """What a route that starts a job answers."""
    return {"job": job.id}
