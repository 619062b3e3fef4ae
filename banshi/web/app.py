"""The composition root: the only module that knows both `web` and `actions`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from actions import services as action_services
from banshi import __version__
from banshi.assembly import china_now, citizen_identity, encoder_or_none, parents_of, sign_in_settings
from banshi.connecting import connect
from banshi.desk.dialogue import RasaDialogue
from banshi.desk.gateway import Gateway
from banshi.desk.hours import ServiceHours
from banshi.desk.notices import NoticeBoard
from banshi.desk.people.deciding import Validating
from banshi.desk.people.holding import Holding
from banshi.desk.people.operators import Desk
from banshi.desk.people.overview import Overview
from banshi.desk.people.queue import Queue
from banshi.desk.people.watch import QueueWatch
from banshi.desk.start import StartPage
from banshi.desk.tickets.outbox_sender import OutboxSender
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.unhappy.work_items import WorkItems
from banshi.editing.publishing import Publisher
from banshi.editing.question_recorder import QuestionRecorder
from banshi.search.current import CurrentEngine
from banshi.settings import Settings
from banshi.store.conversation_owners import ConversationOwners
from banshi.store.conversations import ConversationStore
from banshi.store.database import open_database, write
from banshi.store.questions import QuestionLog
from banshi.store.suggestion_uses import SuggestionUses
from banshi.web import chat, citizen, citizen_tickets, my_applications, search, situations, staff, stream, themes
from banshi.web.citizen_identity import CitizenAccess, guard_conversations
from banshi.web.compression import CompressedJson
from banshi.web.desk import routers as desk_routers
from banshi.web.desk import suggestions
from banshi.web.desk.conversations import DeskServices
from banshi.web.errors import refusals, sentence_for
from banshi.web.headers import SecurityHeaders, pages
from banshi.web.limits import Limits
from banshi.web.staff_access import staff_access
from banshi.web.studio import routers as studio_routers
from banshi.web.studio.making import make_studio
from banshi.web.webhook import action_router

log = logging.getLogger(__name__)
_FOLLOW_SECONDS = 0.5
_RECONCILE_EVERY = 20
_SWEEP_SECONDS = 5
_LAPSE_SECONDS = 0.5


def create_app(settings: Settings, *, with_rasa: bool = True) -> FastAPI:
    """Build the server.

    Args:
        settings: the settings.
        with_rasa: False answers every message from the search alone.
    """
    database = open_database(settings.database_url)
    engine = CurrentEngine(settings.snapshots, encoder_or_none(settings), today=lambda: china_now().date(), portal_url=settings.portal_url)
    recorder = QuestionRecorder(database)
    services = action_services.make(settings, engine, recorder)
    action_services.use(services)
    dialogue = (
        RasaDialogue(f"http://127.0.0.1:{settings.rasa_port}", settings.secret(), timeout=settings.rasa_timeout) if with_rasa else None
    )
    notices = NoticeBoard(database, now=china_now, parents=parents_of(engine))
    work_items = WorkItems(database, engine, now=china_now)
    queue = Queue(database, ServiceHours(settings.service_hours), china_now, parents_of(engine))
    systems = connect(settings, now=china_now)
    tickets = Tickets(
        database,
        knowledge=lambda: current.knowledge if (current := engine()) is not None else None,
        vault=services.vault,
        hotline=systems.hotline,
        now=china_now,
    )
    sender = OutboxSender(database, systems.hotline, now=china_now, chance=random.Random())
    gateway = Gateway(
        engine=engine,
        dialogue=dialogue,
        store=ConversationStore(database),
        vault=services.vault,
        urgent=services.urgent,
        now=china_now,
        recorder=recorder,
        status=services.status,
        notices=notices,
        work_items=work_items,
        queue=queue,
        tickets=tickets,
        holding=Holding(database, engine=engine, queue=queue, now=china_now),
    )
    validating = Validating(database, queue=queue, now=china_now)
    desk = Desk(database, queue=queue, vault=services.vault, now=china_now)

    studio = make_studio(settings, database, engine)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(_close_idle(gateway, settings.conversation_minutes))
        forgetting = asyncio.create_task(_forget(database, studio.publisher, settings.question_days))
        following = asyncio.create_task(_follow_releases(engine, studio.publisher))
        sweeping = asyncio.create_task(_sweep_desk(desk, gateway))
        lapsing = asyncio.create_task(_lapse_validations(validating, gateway))
        sending = asyncio.create_task(sender.run())
        hanging_up = asyncio.create_task(app.state.calls.tidy())
        # The demo applications take two seconds to make; the first citizen should not wait for them.
        warming = asyncio.create_task(asyncio.to_thread(services.applications))
        yield
        for task in (tidying, forgetting, following, sweeping, lapsing, sending, hanging_up, warming):
            task.cancel()
        studio.jobs.close()
        recorder.close()
        systems.reach.close()
        if dialogue is not None:
            await dialogue.close()

    app = FastAPI(
        title="Banshi 办事",
        version=__version__,
        lifespan=lifespan,
        dependencies=[Depends(guard_conversations)],
        responses=refusals(400, 413, 422, 429),
    )
    app.state.gateway = gateway
    app.state.engine = engine
    app.state.systems = systems
    app.state.start = StartPage(ServiceHours(settings.service_hours), china_now, settings.portal_url, notices.banner)
    app.state.studio = studio
    app.state.queue = queue
    app.state.tickets = tickets
    app.state.desk = DeskServices(desk, Overview(desk, engine), QueueWatch(database, china_now), validating)
    app.state.work_items = work_items
    suggestions.provide(app, database, engine, china_now, token=settings.telephony_token, portal_url=settings.portal_url)
    app.state.citizens = CitizenAccess(citizen_identity(settings), ConversationOwners(database))
    app.state.applications = services.applications
    app.state.themes = services.themes
    app.state.staff = staff_access(database, sign_in_settings(settings), now=china_now, parents=parents_of(engine))
    app.add_middleware(Limits, max_body=settings.max_body_bytes, max_upload=settings.max_upload_bytes, per_minute=settings.rate_limit)
    app.add_middleware(
        SecurityHeaders,
        frame_ancestors=settings.frame_ancestors.split(),
        https=settings.public_url.startswith("https://"),
        unprotected=("/docs", "/redoc"),
    )
    app.add_middleware(CompressedJson)
    citizens = (chat, search, situations, stream, citizen, citizen_tickets, my_applications, themes)
    for router in (module.router for module in citizens):
        app.include_router(router)
    for router in (staff.router, *studio_routers, *desk_routers):
        app.include_router(router, responses=refusals(401, 403, 404, 409, 503))
    app.include_router(pages())
    app.include_router(action_router("actions", settings.secret()))

    @app.get("/healthz", tags=["operations"])
    async def healthz() -> dict[str, str]:
        """Whether the process runs."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["operations"])
    async def readyz() -> dict[str, str]:
        """What works: the index, and whether it searches by meaning or by words alone."""
        current = engine()
        if current is None:
            return {"index": "missing", "search": "unavailable"}
        return {"index": current.snapshot.id, "search": "words only" if current.degraded else "full"}

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


async def _follow_releases(engine: CurrentEngine, publisher: Publisher) -> None:
    """Take what was published in any process, within a second; now and then mend what a killed one left behind."""
    turn = 0
    while True:
        with contextlib.suppress(Exception):  # a failed look is taken again
            await asyncio.to_thread(engine.refresh)
            if turn % _RECONCILE_EVERY == 0:
                if mended := await asyncio.to_thread(publisher.reconcile):
                    log.warning("%s", mended)
                await asyncio.to_thread(publisher.anchor)
        turn += 1
        await asyncio.sleep(_FOLLOW_SECONDS)


async def _forget(database: sa.Engine, publisher: Publisher, days: int) -> None:
    """Once a day delete what is older than the retention allows, and what nobody published."""

    def forget() -> None:
        with write(database) as connection:
            QuestionLog(connection).delete_before(china_now() - timedelta(days=days))
            SuggestionUses(connection).delete_before(china_now() - timedelta(days=days))
        publisher.sweep()

    while True:
        with contextlib.suppress(Exception):  # tried again tomorrow
            await asyncio.to_thread(forget)
        await asyncio.sleep(86_400)


async def _sweep_desk(desk: Desk, gateway: Gateway) -> None:
    """Every few seconds put back into the queue who was left by an operator whose page is gone."""
    while True:
        with contextlib.suppress(Exception):  # a failed look is taken again
            for identifier in await asyncio.to_thread(desk.sweep):
                gateway.events.wake(identifier)
        await asyncio.sleep(_SWEEP_SECONDS)


async def _lapse_validations(validating: Validating, gateway: Gateway) -> None:
    """Send answers that nobody looked at in time."""
    while True:
        with contextlib.suppress(Exception):  # a failed look is taken again
            for identifier in await asyncio.to_thread(validating.lapse):
                gateway.events.wake(identifier)
        await asyncio.sleep(_LAPSE_SECONDS)


async def _close_idle(gateway: Gateway, minutes: int) -> None:
    while True:
        await asyncio.sleep(60)
        with contextlib.suppress(Exception):  # a failed tidying is tried again in a minute
            await gateway.close_idle(minutes)
