"""All stand-ins behind one port: `/applications/…`, `/booking/…` and so on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from banshi.standin.shop import FAULTS, App, Fault, Misbehaving, Shop

NAMES: tuple[str, ...] = (
    "applications",
    "approvals",
    "booking",
    "certificates",
    "cross_province",
    "documents",
    "hotline",
    "identity",
    "items",
    "messages",
    "ratings",
    "sharing",
)
"""Modules of `banshi.standin.systems`, by the short names of the systems."""
UNSIGNED = ("identity",)
"""Whom browsers ask."""
_START_SECONDS = 20.0


class _Told(BaseModel):
    system: str
    fault: Fault


def make_system(shop: Shop) -> FastAPI:
    """One stand-in, without faults.

    Args:
        shop: of it; names the module.
    """
    made: FastAPI = import_module(f"banshi.standin.systems.{shop.system}").make(shop)
    return made


def contract(name: str, now: Callable[[], datetime]) -> dict[str, Any]:
    """The OpenAPI description of a stand-in, which is the contract of the system."""
    return make_system(Shop(name, now)).openapi()


def contract_text(name: str, now: Callable[[], datetime]) -> str:
    """The same as it stands in `docs/contracts`."""
    return json.dumps(contract(name, now), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_contracts(folder: Path, now: Callable[[], datetime]) -> list[Path]:
    """Write all contracts.

    Args:
        folder: where to; other files in it stay.
        now: the clock of the stand-ins.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in NAMES:
        path = folder / f"{name}.json"
        path.write_text(contract_text(name, now), encoding="utf-8")
        written.append(path)
    return written


def make_server(
    *,
    now: Callable[[], datetime],
    keys: dict[str, bytes] | None = None,
    callback: str = "",
    callback_secret: bytes = b"",
    names: tuple[str, ...] | None = None,
) -> tuple[FastAPI, dict[str, Shop]]:
    """The server.

    Args:
        now: the clock, time zone included.
        keys: key → secret of those whose requests are taken; None takes everybody's, signed or not.
        callback: address of the server that is called back; empty: none.
        callback_secret: shared with it under the key `standin`.
        names: which systems; None: all.

    Returns:
        The application and the shops by name, whose faults may be set.
    """
    app = FastAPI(title="Stand-ins of the systems around Banshi", openapi_url=None)
    shops = {}
    for name in names if names is not None else NAMES:
        shop = shops[name] = Shop(name, now, callback=callback, callback_secret=callback_secret)
        app.mount(f"/{name}", Misbehaving(make_system(shop), shop, {} if name in UNSIGNED else keys or {}))

    @app.post(FAULTS)
    async def set_fault(told: _Told) -> Fault:
        if told.system not in shops:
            raise HTTPException(404, f"no such system; there are {', '.join(shops)}")
        shops[told.system].fault = told.fault
        return told.fault

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return app, shops


class Serving:
    """An application in a thread of this process, on a free port of loopback; for tests.

    Attributes:
        url: its address, without a slash at the end.
    """

    def __init__(self, app: App) -> None:
        # Most of what it is asked to do ends badly on purpose: nothing of that belongs in the log.
        self._server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_START_SECONDS / 0.02)):
            if self._server.started or not self._thread.is_alive():
                break
            waited.wait(0.02)
        if not self._server.started:
            raise RuntimeError("The stand-ins did not start.")
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(_START_SECONDS)


class RunningStandins(Serving):
    """The stand-ins, served likewise. Takes what `make_server` takes.

    Attributes:
        shops: by name.
    """

    def __init__(self, **options: Any) -> None:
        app, self.shops = make_server(**options)
        super().__init__(app)
