"""`/api/v1/callbacks`: what outside systems tell us by themselves. Each request is signed, and used once.

A route takes what its contract says as its body, and `callback_from` as a dependency; before its first line the signature has been
checked. It answers 200 when it has taken the event, and also when it had taken it before: whoever gets no 200 sends it again.

    @router.post("/messages")
    async def receipts(told: Receipt, callback: Annotated[Callback, Depends(callback_from("messages"))]) -> Taken: ...
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from fastapi import HTTPException, Request
from pydantic import BaseModel

from banshi.connect.resilience.reach import Reach
from banshi.connect.resilience.signing import SignatureRefusedError, check_signature
from banshi.store.callbacks import first_seen
from banshi.store.transactions import write

log = logging.getLogger(__name__)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Bounds of moments in callbacks: those beyond are somebody's mistake, and some of them no database holds."""
_REFUSED = "签名不对，请求没有受理。请核对密钥、时钟和签名的写法，重新签名后再发。"


class Taken(BaseModel):
    """The event is known."""

    taken: bool
    """False: it was known before, and nothing was done again."""


@dataclass(frozen=True)
class CallbackDoor:
    """Lets in who signs; kept in `app.state.callbacks`.

    Attributes:
        database: the store, which remembers nonces for all processes.
        reach: the secrets, and the clock.
    """

    database: sa.Engine
    reach: Reach

    def admit(self, request: Request, body: bytes, system: str) -> str:
        """The key that signed a request. Blocks; call it in a worker thread.

        Raises:
            SignatureRefusedError: it is forged, too old, was sent before, or its key is for another system.
        """
        now = self.reach.now()
        target = request.scope["raw_path"].decode("latin-1") + (f"?{request.url.query}" if request.url.query else "")

        def first(nonce: str, until: datetime) -> bool:
            with write(self.database) as connection:
                return first_seen(connection, nonce, until, now=now)

        key = check_signature(dict(request.headers), self.reach.callback_secrets, request.method, target, body, now=now, first_seen=first)
        if not self.reach.may_call_back(key, system):
            raise SignatureRefusedError(f"the key {key} may not call back for {system}")
        return key


@dataclass(frozen=True)
class Callback:
    """A request that is believed.

    Attributes:
        key: who signed it.
        system: whose callback it is.
        database: the store, for what it changes.
        now: the moment it came.
    """

    key: str
    system: str
    database: sa.Engine
    now: datetime


def callback_from(system: str) -> Callable[[Request], Awaitable[Callback]]:
    """A dependency: a request that this system has signed; 401 for anybody else.

    Args:
        system: short name.
    """

    async def check(request: Request) -> Callback:
        door: CallbackDoor = request.app.state.callbacks
        body = await request.body()
        try:
            key = await asyncio.to_thread(door.admit, request, body, system)
        except SignatureRefusedError as error:
            log.warning("A callback for %s was refused: %s.", system, error)
            raise HTTPException(401, _REFUSED) from error
        return Callback(key, system, door.database, door.reach.now())

    return check
