"""Monthly reports, for reviewers and administrators; of their own region for those who have one."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from banshi.governance.months import MonthReport, month_report
from banshi.governance.tables import FORMATS, Format, month_file
from banshi.store.database import read
from banshi.web.staff_access import AccessDep, StaffDep
from banshi.web.studio.services import StudioRoute, StudioServices

router = APIRouter(prefix="/api/v1/studio", tags=["studio"], route_class=StudioRoute)
_NOT_ALLOWED = "月报供审核人员和管理员查看；只负责一个地区的，请选自己的地区。"
_NO_MONTH = "请写明月份，例如 2026-11。"
_NO_REGION = "没有这个地区，请从列表里选。"
_FILES: dict[str, Any] = {FORMATS["xlsx"]: {}, "text/csv": {}}


@router.get(
    "/reports/month",
    response_class=Response,
    responses={200: {"model": MonthReport, "content": _FILES, "description": "the report, as JSON or as a file"}},
)
async def report_month(
    studio: StudioServices,
    access: AccessDep,
    staff: StaffDep,
    month: Annotated[str, Query(max_length=7, description="such as 2026-11")],
    region: Annotated[str | None, Query(max_length=20, description="only this region and what lies under it")] = None,
    format: Annotated[Format, Query(description="json, or a file")] = "json",
) -> Response:
    """What was asked in a month and what became of it, by department, region, matter and kind of applicant; ratings, gaps, work items."""
    if not access.may(staff, "audit.read", region=region if region is not None else ""):
        raise HTTPException(403, _NOT_ALLOWED)

    def made() -> bytes:
        with read(studio.database) as connection:
            return month_file(month_report(connection, studio.knowledge, month, studio.now(), region=region), format)

    try:
        content = await asyncio.to_thread(made)
    except KeyError as error:
        raise HTTPException(422, _NO_REGION) from error
    except ValueError as error:
        raise HTTPException(422, _NO_MONTH) from error
    headers = {} if format == "json" else {"content-disposition": f'attachment; filename="banshi-{month}.{format}"'}
    return Response(content, media_type=FORMATS[format], headers=headers)
