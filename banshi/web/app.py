"""The composition root: the only module that knows both `web` and `actions`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from actions import services as action_services
from banshi import __version__
from banshi.assembly import china_now, open_engine
from banshi.desk.dialogue import RasaDialogue
from banshi.desk.gateway import Gateway
from banshi.search.engine import Engine
from banshi.search.snapshot import SnapshotError
from banshi.settings import Settings
from banshi.store.conversations import ConversationStore
from banshi.store.database import open_database
from banshi.web import chat, search, situations
from banshi.web.errors import sentence_for
from banshi.web.limits import Limits
from banshi.web.webhook import action_router

log = logging.getLogger(__name__)


def create_app(settings: Settings, *, with_rasa: bool = True) -> FastAPI:
    """Build the server.

    Args:
        settings: the settings.
        with_rasa: False answers every message from the search alone.
    """
    engine: Engine | None = None
    try:
        engine = open_engine(settings)
    except SnapshotError as error:
        log.error("%s", error)
    services = action_services.make(settings, engine)
    action_services.use(services)
    dialogue = (
        RasaDialogue(f"http://127.0.0.1:{settings.rasa_port}", settings.secret(), timeout=settings.rasa_timeout) if with_rasa else None
    )
    gateway = Gateway(
        engine=lambda: engine,
        dialogue=dialogue,
        store=ConversationStore(open_database(settings.var_dir / "banshi.db")),
        vault=services.vault,
        urgent=services.urgent,
        now=china_now,
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(_close_idle(gateway, settings.conversation_minutes))
        # The demo applications take two seconds to make; the first citizen should not wait for them.
        warming = asyncio.create_task(asyncio.to_thread(services.applications))
        yield
        for task in (tidying, warming):
            task.cancel()
        if dialogue is not None:
            await dialogue.close()

    app = FastAPI(title="Banshi 办事", version=__version__, lifespan=lifespan)
    app.state.gateway = gateway
    app.state.engine = engine
    app.add_middleware(Limits, max_body=settings.max_body_bytes, per_minute=settings.rate_limit)
    app.include_router(chat.router)
    app.include_router(search.router)
    app.include_router(situations.router)
    app.include_router(action_router("actions", settings.secret()))

    @app.get("/healthz", tags=["operations"])
    async def healthz() -> dict[str, str]:
        """Whether the process runs."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["operations"])
    async def readyz() -> dict[str, str]:
        """What works: the index, and whether it searches by meaning or by words alone."""
        if engine is None:
            return {"index": "missing", "search": "unavailable"}
        return {"index": engine.snapshot.id, "search": "words only" if engine.degraded else "full"}

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # FastAPI's own answer repeats the input, which may hold a personal number, and speaks English.
        return JSONResponse({"detail": sentence_for(error)}, 422)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        known = {400: "请求正文读不出来，请检查格式和编码。", 404: "没有这个地址。", 405: "这个地址不接受这种请求方法。"}
        # A route's own sentence says more than the status; the framework speaks English.
        own = any("\u4e00" <= char <= "\u9fff" for char in str(error.detail))
        told = str(error.detail) if own else known.get(error.status_code, str(error.detail))
        return JSONResponse({"detail": told}, error.status_code)

    @app.exception_handler(Exception)
    async def failed(_: Request, error: Exception) -> JSONResponse:
        log.error("A request failed.", exc_info=error)
        return JSONResponse({"detail": "系统这会儿有点忙，请稍后再试，或拨打12345。"}, 500)

    return app


async def _close_idle(gateway: Gateway, minutes: int) -> None:
    while True:
        await asyncio.sleep(60)
        with contextlib.suppress(Exception):  # a failed tidying is tried again in a minute
            await gateway.close_idle(minutes)
