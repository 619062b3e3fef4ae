"""The bell over Redis: one channel of its publish and subscribe. Redis keeps nothing of it, and may come, go and die at any time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from banshi.desk.servers.bell import Bell

log = logging.getLogger(__name__)

CHANNEL = "banshi"
SILENCE = 2.0
"""Seconds after which a silent Redis is asked whether it is there; as long again, and it counts as gone."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


class RedisBell(Bell):
    """Rings at every server that listens on the same Redis.

    Args:
        url: redis://[:PASSWORD@]HOST[:PORT], or rediss:// with TLS.
        chance: spreads the tries of servers that lost the same Redis.

    Raises:
        ValueError: the URL is none of Redis.
    """

    def __init__(self, url: str, chance: random.Random) -> None:
        super().__init__()
        self._chance, self._name = chance, secrets.token_hex(4)
        # A try that fails ends the connection here; trying again is this module's own affair.
        options: dict[str, Any] = {"socket_connect_timeout": SILENCE, "socket_timeout": SILENCE, "retry": Retry(NoBackoff(), 0)}
        self._redis: Redis = Redis.from_url(url, **options)
        self._rung: set[str] = set()
        self._ringing = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self, what: str) -> None:
        """Let the other servers look. While Redis is away nothing is kept for later: they look by themselves then."""
        loop = self._loop
        if self.up and loop is not None:
            with contextlib.suppress(RuntimeError):  # the server ends
                loop.call_soon_threadsafe(self._remember, what)

    def _remember(self, what: str) -> None:
        self._rung.add(what)
        self._ringing.set()

    async def run(self) -> None:
        """Be connected, for ever."""
        self._loop = asyncio.get_running_loop()
        pause, told = _FIRST_PAUSE, False
        try:
            while _wanted():
                try:
                    await self._connected()
                except Exception as error:  # whatever it is, the database tells all the same
                    if self.up or not told:
                        log.warning("Redis is away (%s); the database is looked at every second until it is back.", type(error).__name__)
                    pause, told = _FIRST_PAUSE if self.up else min(2 * pause, _LONGEST_PAUSE), True
                    self._become(up=False)
                await asyncio.sleep(pause * self._chance.uniform(0.5, 1.0))
        finally:
            self._become(up=False)
            await self._redis.aclose()

    async def _connected(self) -> None:
        """Listen and ring until the connection breaks."""
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(CHANNEL)
            if await subscription.get_message(timeout=SILENCE) is None:
                raise TimeoutError
            if not _wanted():
                return
            log.info("Redis is there; servers hear of each other at once.")
            # Only now, since everything before the subscription was not heard: this makes everybody look.
            self._become(up=True)
            working = {asyncio.ensure_future(self._listen(subscription)), asyncio.ensure_future(self._send())}
            try:
                done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in working:
                    task.cancel()
                await asyncio.gather(*working, return_exceptions=True)

    async def _listen(self, subscription: PubSub) -> None:
        asked = False
        while _wanted():
            message = await subscription.get_message(timeout=SILENCE)
            if message is None:
                if asked:
                    raise TimeoutError
                await subscription.ping()
            asked = message is None
            if message is not None and message["type"] == "message":
                sender, _, what = bytes(message["data"]).decode(errors="replace").partition(" ")
                if sender != self._name:
                    self._tell(what)

    async def _send(self) -> None:
        while _wanted():
            await self._ringing.wait()
            self._ringing.clear()
            rung, self._rung = self._rung, set()
            async with self._redis.pipeline(transaction=False) as pipeline:
                for what in rung:
                    pipeline.publish(CHANNEL, f"{self._name} {what}")
                await pipeline.execute()

    def _become(self, *, up: bool) -> None:
        if up != self.up:
            self.up = up
            self._rung.clear()
            self._tell(None)


def _wanted() -> bool:
    """Whether the running task is to go on. The client swallows a cancellation that comes at the same moment as an answer."""
    task = asyncio.current_task()
    return task is None or not task.cancelling()
