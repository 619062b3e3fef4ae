"""What all stand-ins share: a clock, faults on demand, and the check of signatures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from banshi.connect.resilience.signing import SignatureRefusedError, check_signature

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FAULTS = "/_standin/faults"
"""Where faults are set: POST {system, mode, …}. No part of any contract."""
_CONTROLS = "/_standin/"
"""In the path of what moves a stand-in's things on, in demonstrations. No part of any contract: without signatures and faults."""
_LONGEST_BODY = 1_000_000


class Fault(BaseModel):
    """How a system misbehaves from now on."""

    mode: Literal[
        "none",
        "slow",
        "error",
        "broken",
        "half_open",
        "wrong_labels",
        "duplicate_callbacks",
        "refuse",
        "keys_rotated",
        "wrong_audience",
        "wrong_clock",
    ] = "none"
    """slow answers after `seconds`; error with `status`; broken with half of the JSON; half_open sends the head and nothing more;
    wrong_labels and duplicate_callbacks are up to the system; refuse says no (422); the last three are the identity provider's."""
    seconds: float = Field(default=30.0, ge=0, le=600)
    status: int = Field(default=500, ge=400, le=599)
    times: int | None = Field(default=None, ge=1)
    """After so many requests it behaves again; None: until told."""


@dataclass
class Shop:
    """What a stand-in gets.

    Attributes:
        system: its short name.
        now: the clock, time zone included.
        fault: how it misbehaves now.
        callback: address of the server that it calls back; empty: it calls nobody.
        callback_key: by which that server knows it.
        callback_secret: shared with that server.
    """

    system: str
    now: Callable[[], datetime]
    fault: Fault = field(default_factory=Fault)
    callback: str = ""
    callback_key: str = "standin"
    callback_secret: bytes = b""

    @property
    def wrong_labels(self) -> bool:
        """Whether it is to send codes that its contract does not name."""
        return self.fault.mode == "wrong_labels"


class Misbehaving:
    """ASGI: a stand-in with the faults that its shop tells.

    Args:
        app: the stand-in.
        shop: of it.
        keys: key → secret of those whose signed requests it takes; empty takes everybody's.
    """

    def __init__(self, app: App, shop: Shop, keys: dict[str, bytes]) -> None:
        self._app, self._shop, self._keys = app, shop, keys
        self._nonces: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or _CONTROLS in scope["path"]:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if self._keys and not self._believed(scope, body):
            await _answer(send, 401, b'{"detail": "signature refused"}')
            return
        fault = self._shop.fault
        if fault.times is not None and fault.mode != "none":
            self._shop.fault = Fault() if fault.times == 1 else fault.model_copy(update={"times": fault.times - 1})
        if fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.mode == "error":
            await _answer(send, fault.status, b"<html>Internal error</html>")
            return
        elif fault.mode == "refuse":
            await _answer(send, 422, '{"detail": "对方系统说：不受理。"}'.encode())
            return
        elif fault.mode == "half_open":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
            await send({"type": "http.response.body", "body": b'{"', "more_body": True})
            await asyncio.sleep(fault.seconds)
            return
        given = False

        async def again() -> MutableMapping[str, Any]:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        if fault.mode == "broken":
            send = _halved(send)
        await self._app(scope, again, send)

    def _believed(self, scope: Scope, body: bytes) -> bool:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        target = scope["raw_path"].decode() + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")

        def first_seen(nonce: str, _: datetime) -> bool:
            known = nonce in self._nonces
            self._nonces.add(nonce)
            return not known

        try:
            check_signature(headers, self._keys, scope["method"], target, body, now=self._shop.now(), first_seen=first_seen)
        except SignatureRefusedError:
            return False
        return True


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        part = await receive()
        body += part.get("body", b"")
        if not part.get("more_body") or len(body) > _LONGEST_BODY:
            return bytes(body)


async def _answer(send: Send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


def _halved(send: Send) -> Send:
    """Sends the first half of each answer, as a proxy that gives up does."""
    start: MutableMapping[str, Any] = {}

    async def halved(part: MutableMapping[str, Any]) -> None:
        if part["type"] == "http.response.start":
            start.update(part)
            start["headers"] = [(name, value) for name, value in part["headers"] if name.lower() != b"content-length"]
        elif start:
            await send(dict(start))
            start.clear()
            await send({"type": "http.response.body", "body": part.get("body", b"")[: len(part.get("body", b"")) // 2]})

    return halved
