"""The composition root: the only module that knows both `web` and `actions`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from actions import services as action_services
from banshi import __version__
from banshi.assembly import china_now, citizen_identity, encoder_or_none, parents_of, sign_in_settings
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connecting import Systems, connect
from banshi.desk.advice.switchboard import Switchboard
from banshi.desk.bringing import Bringing
from banshi.desk.crossing.crossing import Crossing
from banshi.desk.crossing.resolver import Resolver
from banshi.desk.dialogue import RasaDialogue
from banshi.desk.events import Events
from banshi.desk.gateway import Gateway
from banshi.desk.hours import ServiceHours
from banshi.desk.notices import NoticeBoard
from banshi.desk.outbox.board import OutboxBoard, forget_outside
from banshi.desk.outbox.handler import OutboxHandler
from banshi.desk.outbox.sender import OutboxSender
from banshi.desk.people.deciding import Validating
from banshi.desk.people.holding import Holding
from banshi.desk.people.operators import Desk
from banshi.desk.people.overview import Overview
from banshi.desk.people.queue import Queue
from banshi.desk.people.watch import QueueWatch
from banshi.desk.reminders.outgoing import ReminderHandler
from banshi.desk.reminders.reminding import Matters, Reminding
from banshi.desk.servers.redis_bell import RedisBell
from banshi.desk.servers.sealed_numbers import SealedNumbers, keys_of
from banshi.desk.start import StartPage
from banshi.desk.tickets.outgoing import TicketHandler
from banshi.desk.tickets.outside import OutsideNews
from banshi.desk.tickets.tickets import Tickets
from banshi.desk.unhappy.outgoing_ratings import RatingHandler
from banshi.desk.unhappy.work_items import WorkItems
from banshi.desk.vault import Vault
from banshi.editing.approvals.deciding import OaDecisions
from banshi.editing.feeding import pull_for_ever
from banshi.editing.publishing import Publisher
from banshi.editing.question_recorder import QuestionRecorder
from banshi.governance.retention import sweep
from banshi.knowledge.cross_province import cross_province_or_none
from banshi.parity_running import nightly
from banshi.partners.admission import Partners
from banshi.search.current import CurrentEngine
from banshi.settings import Settings
from banshi.store.conversation_owners import ConversationOwners
from banshi.store.conversations import ConversationStore
from banshi.store.database import open_database, write
from banshi.store.questions import QuestionLog
from banshi.web import (
    application_callbacks,
    approval_callbacks,
    booking,
    bringing,
    chat,
    citizen,
    citizen_tickets,
    cross_province,
    help_requests,
    metrics,
    my_applications,
    my_reminders,
    readiness,
    search,
    situations,
    staff,
    stream,
    supervision,
    themes,
    ticket_callbacks,
)
from banshi.web.callbacks import CallbackDoor
from banshi.web.citizen_identity import CitizenAccess, guard_conversations
from banshi.web.compression import CompressedJson
from banshi.web.desk import routers as desk_routers
from banshi.web.desk import suggestions
from banshi.web.desk.conversations import DeskServices
from banshi.web.errors import refusals, sentence_for
from banshi.web.headers import SecurityHeaders, pages
from banshi.web.limits import Limits
from banshi.web.partners import PartnerAccess
from banshi.web.request_log import RequestLog
from banshi.web.staff_access import staff_access
from banshi.web.studio import routers as studio_routers
from banshi.web.studio.handing_over import ApprovalHandler
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
    sealed = SealedNumbers(database, keys_of(settings.vault_key), china_now) if settings.vault_key else None
    bell = RedisBell(settings.redis, random.Random()) if settings.redis else None
    systems = connect(settings, now=china_now, knowledge=lambda: current.knowledge if (current := engine()) is not None else None)
    services = replace(action_services.make(settings, engine, systems, recorder), vault=Vault(sealed))
    action_services.use(services)
    dialogue = (
        RasaDialogue(f"http://127.0.0.1:{settings.rasa_port}", settings.secret(), timeout=settings.rasa_timeout) if with_rasa else None
    )
    notices = NoticeBoard(database, now=china_now, parents=parents_of(engine))
    work_items = WorkItems(database, engine, now=china_now)
    queue = Queue(database, ServiceHours(settings.service_hours), china_now, parents_of(engine))
    tickets = Tickets(
        database,
        knowledge=lambda: current.knowledge if (current := engine()) is not None else None,
        vault=services.vault,
        hotline=systems.hotline,
        now=china_now,
    )
    handlers: tuple[OutboxHandler, ...] = (
        TicketHandler(systems.hotline),
        ReminderHandler(database, systems.messages),
        RatingHandler(systems.ratings),
        ApprovalHandler(systems.approvals),
    )
    ticket_news = OutsideNews(database, systems.hotline, now=china_now)
    sender = OutboxSender(database, handlers, now=china_now, chance=random.Random())
    store = ConversationStore(database)
    resolver = Resolver(
        systems.cross_province,
        cross_province_or_none(settings.knowledge_dir, {}),
        knowledge=lambda: current.knowledge if (current := engine()) is not None else None,
    )
    matters = Matters(systems.applications, systems.certificates, systems.booking)
    reminding = Reminding(database, matters, now=china_now)
    gateway = Gateway(
        engine=engine,
        dialogue=dialogue,
        store=store,
        vault=services.vault,
        urgent=services.urgent,
        now=china_now,
        events=Events(store.several, bell=bell),
        recorder=recorder,
        status=services.status,
        notices=notices,
        work_items=work_items,
        queue=queue,
        tickets=tickets,
        holding=Holding(database, engine=engine, queue=queue, now=china_now),
        crossing=Crossing(resolver, settings.portal_url),
    )
    validating = Validating(database, queue=queue, now=china_now)
    desk = Desk(database, queue=queue, vault=services.vault, now=china_now)

    studio = make_studio(settings, database, engine, systems)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(_close_idle(gateway, settings.conversation_minutes))
        forgetting = asyncio.create_task(_forget(database, studio.publisher, settings))
        following = asyncio.create_task(_follow_releases(engine, studio.publisher))
        sweeping = asyncio.create_task(_sweep_desk(desk, gateway))
        lapsing = asyncio.create_task(_lapse_validations(validating, gateway))
        reminders = asyncio.create_task(reminding.run())
        sending = asyncio.create_task(sender.run())
        asking = asyncio.create_task(ticket_news.run(gateway.events.wake))
        # A demo's invented changes become nobody's task unasked; `banshi items pull` and the studio ask for them.
        feeds = {"items": studio.items.pull, "documents": studio.documents.pull}
        pulling = [asyncio.create_task(pull_for_ever(pull, name)) for name, pull in feeds.items() if systems.reach.sources(name)]
        auditing = [asyncio.create_task(nightly(settings.parity_at, china_now))] if settings.parity_at else []
        hanging_up = asyncio.create_task(app.state.switchboard.tidy())
        sharing = [asyncio.create_task(work) for work in ([bell.run()] if bell else []) + ([sealed.tidy()] if sealed else [])]
        # The demo applications take two seconds to make; the first citizen should not wait for them.
        warming = asyncio.create_task(asyncio.to_thread(_warm, systems))
        yield
        for task in (
            tidying,
            forgetting,
            following,
            sweeping,
            lapsing,
            reminders,
            sending,
            asking,
            hanging_up,
            warming,
            *sharing,
            *pulling,
            *auditing,
        ):
            task.cancel()
        studio.jobs.close()
        recorder.close()
        if sealed is not None:
            sealed.close()
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
    app.state.recorder = recorder
    app.state.var_dir, app.state.metrics_token = settings.var_dir, settings.metrics_token
    app.state.engine = engine
    app.state.systems = systems
    app.state.start = StartPage(ServiceHours(settings.service_hours), china_now, settings.portal_url, notices.banner)
    app.state.studio = studio
    app.state.oa_decisions = OaDecisions(database, studio.workflow, parents=parents_of(engine), now=china_now)
    app.state.queue = queue
    app.state.tickets = tickets
    app.state.ticket_news = ticket_news
    app.state.outbox = OutboxBoard(database, sender.handlers, now=china_now)
    app.state.callbacks = CallbackDoor(database, systems.reach)
    app.state.desk = DeskServices(desk, Overview(desk, engine), QueueWatch(database, china_now, bell=bell), validating)
    app.state.work_items = work_items
    suggestions.provide(app, database, engine, china_now, token=settings.telephony_token, portal_url=settings.portal_url)
    # On SQLite there is one server, which hears all calls itself.
    shared = database if database.dialect.name == "postgresql" else None
    app.state.switchboard = Switchboard(app.state.calls, china_now, database=shared, bell=bell)
    app.state.zone = cross_province.Zone(resolver, settings.portal_url)
    app.state.reminding = reminding
    app.state.citizens = CitizenAccess(citizen_identity(settings), ConversationOwners(database))
    app.state.themes = services.themes
    app.state.bringing = Bringing(systems.certificates, systems.sharing, settings.knowledge_dir)
    app.state.staff = staff_access(database, sign_in_settings(settings), now=china_now, parents=parents_of(engine))
    app.add_middleware(Limits, max_body=settings.max_body_bytes, max_upload=settings.max_upload_bytes, per_minute=settings.rate_limit)
    app.add_middleware(PartnerAccess, partners=Partners(database, china_now))
    app.add_middleware(
        SecurityHeaders,
        frame_ancestors=settings.frame_ancestors.split(),
        https=settings.public_url.startswith("https://"),
        unprotected=("/docs", "/redoc"),
    )
    app.add_middleware(CompressedJson)
    app.add_middleware(RequestLog, lines=settings.log == "json")
    citizens = (
        chat,
        search,
        situations,
        stream,
        citizen,
        citizen_tickets,
        my_applications,
        themes,
        bringing,
        booking,
        help_requests,
        cross_province,
        my_reminders,
    )
    for router in (module.router for module in citizens):
        app.include_router(router)
    for module in (application_callbacks, approval_callbacks, ticket_callbacks):
        app.include_router(module.router, responses=refusals(401))
    for router in (supervision.router, staff.router, *studio_routers, *desk_routers, cross_province.desk_router):
        app.include_router(router, responses=refusals(401, 403, 404, 409, 503))
    for module in (metrics, readiness):
        app.include_router(module.router)
    app.include_router(pages())
    app.include_router(action_router("actions", settings.secret()))

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


def _warm(systems: Systems) -> None:
    with contextlib.suppress(SystemUnavailableError):  # whoever asks next is told
        systems.applications.of_person("")


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


async def _forget(database: sa.Engine, publisher: Publisher, settings: Settings) -> None:
    """Once a day delete what is older than the retention allows, and what nobody published."""

    def forget() -> None:
        with write(database) as connection:
            QuestionLog(connection).delete_before(china_now() - timedelta(days=settings.question_days))
            forget_outside(connection, china_now() - timedelta(days=settings.question_days))
            sweep(connection, now=china_now(), work_item_days=settings.work_item_days, usage_days=settings.usage_days)
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
