"""Records: table, editor, lint, and every step up to approval."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from banshi.editing.differences import differences
from banshi.editing.errors import EditingError, NotFoundError
from banshi.knowledge.lint import NoRepairError
from banshi.knowledge.regions import PROVINCE
from banshi.knowledge.sources import Address
from banshi.store.database import read
from banshi.store.knowledge import Kind, KnowledgeRepository, Revision
from banshi.store.staff import Staff
from banshi.web.staff_access import AccessDep, EditorDep, StaffAccess, StudioDep
from banshi.web.studio.services import Studio, StudioRoute, StudioServices, actor_of, address, require_scope
from banshi.web.values import RowId

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)

_Kind = Literal["guide", "qa", "policy", "lexicon"]
_Region = Annotated[str | None, Query(max_length=20)]
_NEEDS = {
    "save": "knowledge.edit",
    "submit": "knowledge.edit",
    "withdraw": "knowledge.edit",
    "discard": "knowledge.edit",
    "restore": "knowledge.edit",
    "approve": "knowledge.review",
    "send-back": "knowledge.review",
    "publish": "knowledge.publish",
}
"""What a step asks of the person who takes it."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewRecord(_Body):
    """A record that does not exist yet."""

    kind: _Kind
    key: str = Field(max_length=80)
    region: str = Field(default=PROVINCE, max_length=20)
    content: dict[str, Any]
    reason: str = Field(default="", max_length=500)


class Change(_Body):
    """New content of a record; `expected` is the number of the revision that the editor saw."""

    region: str = Field(default=PROVINCE, max_length=20)
    content: dict[str, Any]
    expected: RowId
    reason: str = Field(default="", max_length=500)


class Content(_Body):
    """Content to look at, not to save."""

    kind: _Kind
    key: str = Field(default="", max_length=80)
    region: str = Field(default=PROVINCE, max_length=20)
    content: dict[str, Any]


class ToRepair(Content):
    """And the finding to repair in it."""

    rule: str = Field(max_length=80)
    path: str = Field(max_length=200)


class Step(_Body):
    """A step of the workflow."""

    region: str = Field(default=PROVINCE, max_length=20)
    expected: RowId
    reason: str = Field(default="", max_length=500)
    number: RowId | None = Field(default=None, description="restore: the revision")
    told: str = Field(default="", max_length=1000, description="withdraw: what people are told from now on")
    instead: str | None = Field(default=None, max_length=1000, description="withdraw: what takes its place")


@router.get("/records")
async def records(
    studio: StudioServices,
    _: StudioDep,
    kind: _Kind | None = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    text: Annotated[str | None, Query(max_length=100)] = None,
    domain: Annotated[str | None, Query(max_length=40)] = None,
    department: Annotated[str | None, Query(max_length=60)] = None,
    lint: Literal["error", "warning", "advice"] | None = None,
    region: _Region = None,
    sort: Literal["updated", "title", "key", "state", "errors"] = "updated",
    offset: RowId = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """One page of the table."""
    return await asyncio.to_thread(
        studio.catalogue.rows,
        kind=kind,
        state=state,
        text=text,
        domain=domain,
        department=department,
        lint=lint,
        region=region,
        sort=sort,
        offset=offset,
        limit=limit,
    )


@router.post("/records", status_code=201)
async def create(new: NewRecord, studio: StudioServices, access: AccessDep, staff: EditorDep) -> dict[str, Any]:
    """Begin a record, as a draft."""
    where = Address(new.kind, new.key, new.region)
    if where.region not in studio.knowledge.regions:
        raise EditingError(f"没有代码为 {where.region} 的地区。")
    require_scope(access, staff, "knowledge.edit", where, _department(studio, where, new.content))
    await asyncio.to_thread(studio.workflow.save, where, new.content, expected=None, reason=new.reason or "新建", actor=actor_of(staff))
    return await _told(studio, access, staff, where)


@router.get("/records/{kind}/{key}")
async def record(
    kind: _Kind, key: str, studio: StudioServices, access: AccessDep, staff: StudioDep, region: _Region = None
) -> dict[str, Any]:
    """One record with content, findings, what it inherits and what may be done with it."""
    return await _told(studio, access, staff, address(kind, key, region))


@router.put("/records/{kind}/{key}")
async def save(kind: _Kind, key: str, change: Change, studio: StudioServices, access: AccessDep, staff: EditorDep) -> dict[str, Any]:
    """Save a draft; 409 tells who saved meanwhile, with their content and the one both began with."""
    where = address(kind, key, change.region)
    require_scope(access, staff, "knowledge.edit", where, _department(studio, where, change.content))
    await asyncio.to_thread(
        studio.workflow.save, where, change.content, expected=change.expected, reason=change.reason or "修改", actor=actor_of(staff)
    )
    return await _told(studio, access, staff, where)


@router.post("/records/{kind}/{key}/{action}")
async def step(
    kind: _Kind,
    key: str,
    action: Literal["submit", "approve", "send-back", "withdraw", "discard", "restore"],
    taken: Step,
    studio: StudioServices,
    access: AccessDep,
    staff: StudioDep,
) -> dict[str, Any]:
    """One step of the workflow."""
    where, actor, workflow = address(kind, key, taken.region), actor_of(staff), studio.workflow
    current = await asyncio.to_thread(_content, studio, where)
    require_scope(access, staff, _NEEDS[action], where, _department(studio, where, current))
    expected, reason = taken.expected, taken.reason
    if action == "restore" and taken.number is None:
        raise EditingError("恢复要说明恢复第几版。")
    calls: dict[str, Any] = {
        "submit": lambda: workflow.submit(where, expected=expected, reason=reason, actor=actor),
        "approve": lambda: workflow.approve(where, expected=expected, reason=reason, actor=actor),
        "send-back": lambda: workflow.send_back(where, expected=expected, reason=reason, actor=actor),
        "withdraw": lambda: workflow.withdraw(where, expected=expected, reason=reason, actor=actor, told=taken.told, instead=taken.instead),
        "discard": lambda: workflow.discard(where, expected=expected, reason=reason, actor=actor),
        "restore": lambda: workflow.restore(where, number=taken.number or 0, expected=expected, reason=reason, actor=actor),
    }
    await asyncio.to_thread(calls[action])
    return await _told(studio, access, staff, where)


@router.get("/records/{kind}/{key}/revisions")
async def revisions(kind: _Kind, key: str, studio: StudioServices, _: StudioDep, region: _Region = None) -> dict[str, Any]:
    """All revisions, the newest first: who, when, why, and what became of them."""

    def rows() -> list[dict[str, Any]]:
        with read(studio.database) as connection:
            found = KnowledgeRepository(connection).revisions(kind, key, region or PROVINCE)
        return [_row(revision) for revision in found]

    return {"rows": await asyncio.to_thread(rows)}


@router.get("/records/{kind}/{key}/revisions/{number}")
async def revision(kind: _Kind, key: str, number: RowId, studio: StudioServices, _: StudioDep, region: _Region = None) -> dict[str, Any]:
    """One revision with its content."""
    found = await asyncio.to_thread(_revision, studio, address(kind, key, region), str(number))
    return {**_row(found), "content": found.content}


@router.get("/records/{kind}/{key}/diff")
async def diff(
    kind: _Kind,
    key: str,
    studio: StudioServices,
    _: StudioDep,
    since: Annotated[str, Query(alias="from", pattern=r"^(\d{1,9}|published)$")],
    to: Annotated[str, Query(pattern=r"^(\d{1,9}|published)$")],
    region: _Region = None,
) -> dict[str, Any]:
    """What differs between two revisions, field by field; `published` names the one in use."""
    where = address(kind, key, region)

    def compare() -> dict[str, Any]:
        before = None if since == "published" and not _has_published(studio, where) else _revision(studio, where, since)
        after = _revision(studio, where, to)
        fields = differences(kind, before.content if before is not None else {}, after.content)
        return {"from": before.number if before is not None else None, "to": after.number, "fields": [asdict(field) for field in fields]}

    return await asyncio.to_thread(compare)


@router.post("/lint")
async def lint(draft: Content, studio: StudioServices, _: StudioDep) -> dict[str, Any]:
    """What is wrong with content that is being written."""
    found = await asyncio.to_thread(studio.checker.lint, Address(draft.kind, draft.key, draft.region), draft.content)
    return {"findings": [asdict(finding) for finding in found]}


@router.post("/repair")
async def repair(draft: ToRepair, studio: StudioServices, _: EditorDep) -> dict[str, Any]:
    """The content with one finding repaired; nothing is saved."""
    where = Address(draft.kind, draft.key, draft.region)
    try:
        content = await asyncio.to_thread(studio.checker.repair, where, draft.content, draft.rule, draft.path)
    except NoRepairError as error:
        raise EditingError(str(error)) from error
    found = await asyncio.to_thread(studio.checker.lint, where, content)
    return {"content": content, "findings": [asdict(finding) for finding in found]}


async def _told(studio: Studio, access: StaffAccess, staff: Staff, where: Address) -> dict[str, Any]:
    allowed = [name for name, action in _NEEDS.items() if access.may(staff, action)]
    found = await asyncio.to_thread(studio.catalogue.record, where, account=staff.account, allowed=allowed)
    if not access.may(staff, "studio.read", department=found["department"] or None, region=where.region):
        found["allowed"] = []
    return found


def _content(studio: Studio, where: Address) -> dict[str, Any]:
    with read(studio.database) as connection:
        head = KnowledgeRepository(connection).head(where.kind, where.key, where.region)  # type: ignore[arg-type]
    if head is None:
        raise NotFoundError(f"没有{where.label}这一条。")
    return head.head.content


def _department(studio: Studio, where: Address, content: dict[str, Any]) -> str:
    own = content.get("dept_name") or content.get("department")
    guide = studio.knowledge.guides.get(where.key)
    return str(own or (guide.dept_name if guide is not None else ""))


def _has_published(studio: Studio, where: Address) -> bool:
    with read(studio.database) as connection:
        head = KnowledgeRepository(connection).head(where.kind, where.key, where.region)  # type: ignore[arg-type]
    return head is not None and head.published is not None


def _revision(studio: Studio, where: Address, number: str) -> Revision:
    kind: Kind = where.kind  # type: ignore[assignment]
    with read(studio.database) as connection:
        repository = KnowledgeRepository(connection)
        if number == "published":
            head = repository.head(kind, where.key, where.region)
            found = head.published if head is not None else None
        else:
            found = repository.revision(kind, where.key, where.region, int(number))
    if found is None:
        raise NotFoundError(f"{where.label}没有这一版。")
    return found


def _row(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "state": revision.state,
        "author": revision.author,
        "author_name": revision.author_name,
        "created_at": revision.created_at.isoformat(),
        "reason": revision.reason,
        "base": revision.base,
        "reviewer_name": revision.reviewer_name,
        "reviewed_at": revision.reviewed_at.isoformat() if revision.reviewed_at is not None else None,
        "review_reason": revision.review_reason,
        "release": revision.release,
    }
