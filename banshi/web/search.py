"""`POST /api/v1/search`: the search contract, for the app, the desk and other systems."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request

from banshi.desk.metrics import SEARCH_SECONDS
from banshi.search.engine import Engine
from banshi.search.result import SearchRequest, SearchResult

router = APIRouter(prefix="/api/v1", tags=["search"])


def _engine(request: Request) -> Engine:
    engine: Engine | None = request.app.state.engine()
    if engine is None:
        raise HTTPException(503, "知识索引还没有建好，暂时查不了；请稍后再试或拨打12345。")
    return engine


EngineDep = Annotated[Engine, Depends(_engine)]


@router.post("/search", responses={503: {"description": "there is no index"}})
async def search(request: SearchRequest, engine: EngineDep) -> SearchResult:
    """Find the answer to one question. Runs in a worker thread: the same server answers Rasa's action calls."""
    result = await asyncio.to_thread(engine.search, request)
    SEARCH_SECONDS.observe(result.took_ms / 1000)
    return result
