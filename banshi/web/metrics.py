"""`GET /metrics`: what a collector of figures reads, from this machine, or with a token."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.responses import Response

from banshi.store.conversations import conversations
from banshi.store.outbox import outbox
from banshi.store.transactions import read
from banshi.web.errors import refusals

router = APIRouter(tags=["operations"])
_LOOPBACK = frozenset(("127.0.0.1", "::1"))
_PROXIED = ("x-forwarded-for", "forwarded", "via", "x-real-ip")
_NOT_FOR_YOU = "运行指标只供本机或持有令牌的采集程序读取。"


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text format"}, **refusals(403)},
)
async def metrics(request: Request) -> Response:
    """Turns, searches, requests, queue, streams, outbox, outside systems and the process, in Prometheus' text format."""
    if not _may_read(request, request.app.state.metrics_token):
        raise HTTPException(403, _NOT_FOR_YOU)
    now = CollectorRegistry()
    now.register(_Standing(request.app))
    told = await asyncio.to_thread(lambda: generate_latest(REGISTRY) + generate_latest(now))
    return Response(told, media_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request, token: str) -> bool:
    """Whoever shows the token; without one, a program of this machine that no proxy speaks for."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode()):
        return True
    here = request.client is not None and request.client.host in _LOOPBACK
    return here and not any(name in request.headers for name in _PROXIED)


class _Standing(Collector):
    """How things stand at this moment; looked up when it is asked for."""

    def __init__(self, app: Starlette) -> None:
        self._state: Any = app.state

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        state = self._state
        with read(state.studio.database) as connection:
            by_state = connection.execute(
                sa.select(conversations.c.state, sa.func.count())
                .where(conversations.c.state.in_(("waiting", "human")))
                .group_by(conversations.c.state)
            )
            talking = {str(name): int(count) for name, count in by_state}
            unsent = sa.select(outbox.c.system, sa.func.count(), sa.func.count(outbox.c.next_try)).where(outbox.c.sent_at.is_(None))
            posted = connection.execute(unsent.group_by(outbox.c.system)).all()
        yield _gauge("banshi_queue_waiting", "Conversations that wait for a person.", talking.get("waiting", 0))
        yield _gauge("banshi_queue_talking", "Conversations that a person has.", talking.get("human", 0))
        yield _gauge("banshi_streams_open", "Open streams of conversations at this server.", state.gateway.events.open_streams)
        waiting = GaugeMetricFamily("banshi_outbox_waiting", "Messages to outside systems that have not arrived yet.", labels=["system"])
        given_up = GaugeMetricFamily("banshi_outbox_given_up", "Messages to outside systems that are no longer tried.", labels=["system"])
        for system, all_unsent, due in posted:
            waiting.add_metric([system], due)
            given_up.add_metric([system], all_unsent - due)
        yield waiting
        yield given_up
        engine = state.engine()
        yield _gauge("banshi_index_loaded", "1 while there is an index.", float(engine is not None))
        yield _gauge("banshi_search_by_meaning", "1 while the encoder works.", float(engine is not None and not engine.degraded))
        yield _gauge("banshi_questions_lost", "Questions that could not be kept since the start.", state.recorder.lost)


def _gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, value=value)
