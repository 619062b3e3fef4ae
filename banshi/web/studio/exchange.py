"""Import, export, template and print."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from banshi.editing.errors import EditingError, NotFoundError
from banshi.knowledge.exchange.report import ExchangeError
from banshi.knowledge.exchange.write import export, print_guide, template
from banshi.knowledge.regions import PROVINCE
from banshi.store.database import read
from banshi.store.knowledge import KnowledgeRepository
from banshi.web.staff_access import EditorDep, StudioDep
from banshi.web.studio.services import StudioRoute, StudioServices, actor_of, started

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)

_Kind = Literal["guide", "qa"]
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "yaml": "application/yaml",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


def _files(*formats: str) -> dict[int | str, dict[str, Any]]:
    """Documentation of an answer that is a file of one of these formats."""
    return {200: {"description": "the file", "content": {_TYPES[one].partition(";")[0]: {} for one in formats}}}


class Apply(BaseModel):
    """What to do with a report."""

    model_config = ConfigDict(extra="forbid")

    skip_wrong: bool = Field(default=False, description="import the good rows although others are wrong")
    reason: str = Field(default="", max_length=500)


@router.post("/imports", status_code=202)
async def look(file: Annotated[UploadFile, File()], kind: _Kind, studio: StudioServices, staff: EditorDep) -> dict[str, Any]:
    """Read a file; the job's result says row by row what is wrong and what would change. Nothing is saved."""
    data = await file.read(studio.max_upload + 1)
    if len(data) > studio.max_upload:
        raise EditingError(f"文件超过 {studio.max_upload // 1_000_000} MB，太大了。请拆成几个文件分批导入。")
    name = file.filename or "文件"
    return started(studio.jobs.start("import", staff.account, lambda job: studio.importing.look(name, data, kind, job)))


@router.post("/imports/{identifier}/apply")
async def apply(identifier: str, how: Apply, studio: StudioServices, staff: EditorDep) -> dict[str, Any]:
    """Save what a report found as drafts."""
    return await asyncio.to_thread(studio.importing.apply, identifier, skip_wrong=how.skip_wrong, reason=how.reason, actor=actor_of(staff))


@router.get("/template", response_class=Response, responses=_files("xlsx"))
async def workbook(kind: _Kind, _: StudioDep) -> Response:
    """The workbook that people fill in."""
    return _file(await asyncio.to_thread(template, kind), "xlsx", f"banshi-{kind}-template")


@router.get("/exports", response_class=Response, responses=_files("xlsx", "csv", "json", "yaml"))
async def exports(
    kind: _Kind, studio: StudioServices, _: StudioDep, file_format: Annotated[Literal["xlsx", "csv", "json", "yaml"], Query(alias="format")]
) -> Response:
    """Everything published of one kind, of the whole province."""

    def write() -> bytes:
        with read(studio.database) as connection:
            revisions = KnowledgeRepository(connection).published(kind=kind)
        try:
            return export(kind, [revision.content for revision in revisions if revision.region == PROVINCE], file_format)
        except ExchangeError as error:
            raise EditingError(str(error)) from error

    return _file(await asyncio.to_thread(write), file_format, f"banshi-{kind}")


@router.get("/records/guide/{key}/print", response_class=Response, responses=_files("docx", "pdf", "html"))
async def printed(
    key: str,
    studio: StudioServices,
    _: StudioDep,
    file_format: Annotated[Literal["docx", "pdf", "html"], Query(alias="format")],
    region: Annotated[str | None, Query(max_length=20)] = None,
) -> Response:
    """A guide as it is in force, to hand out."""
    knowledge = studio.knowledge
    if key not in knowledge.guides:
        raise NotFoundError(f"没有编号为 {key} 的已发布办事指南。")
    guide = knowledge.guide_at(key, region).guide
    place = knowledge.regions.name_below(region, guide.region)
    return _file(await asyncio.to_thread(print_guide, guide, file_format, place), file_format, key)


def _file(data: bytes, file_format: str, name: str) -> Response:
    extension = "yml" if file_format == "yaml" else file_format
    return Response(data, media_type=_TYPES[file_format], headers={"content-disposition": f'attachment; filename="{name}.{extension}"'})
