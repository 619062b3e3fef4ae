"""Runs the parity audit: a server of its own over the index in use, in a folder that is gone afterwards, and every end of it.

Nothing is asked of the running server, so that no citizen waits and no question is counted that nobody asked.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import uvicorn

from banshi.assembly import china_now, open_engine
from banshi.governance.parity.audit import ParityReport, audit
from banshi.governance.parity.ends import ChatEnd, CommandEnd, DeskEnd, End, SearchEnd
from banshi.governance.parity.kept import keep
from banshi.governance.parity.questions import ParityQuestion, parity_questions
from banshi.running import RasaProcess
from banshi.search.snapshot import current_id
from banshi.settings import Settings
from banshi.staff.accounts import Accounts
from banshi.staff.passwords import Passwords
from banshi.store.database import open_database

log = logging.getLogger(__name__)
_ACCOUNT = "parity"
_PATIENCE = 60.0


def run(
    settings: Settings,
    *,
    n: int,
    questions: Sequence[ParityQuestion] | None = None,
    with_rasa: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> ParityReport:
    """Audit, and keep the result.

    Args:
        settings: whose index is audited.
        n: how many stored questions are asked.
        questions: asked instead of them.
        with_rasa: start Rasa too; stored questions are answered without it.
        say: told of the progress.

    Raises:
        SnapshotError: there is no index.
        EndFailedError: an end cannot be begun.
    """
    with tempfile.TemporaryDirectory(prefix="banshi-parity-") as folder:
        aside = _aside(settings, Path(folder))
        engine = open_engine(aside)
        asked = list(questions) if questions is not None else parity_questions(engine.knowledge, n)
        password = secrets.token_urlsafe(24)
        _operator(aside, password)
        with _server(aside, with_rasa=with_rasa) as base, httpx.Client(base_url=base, timeout=_PATIENCE, trust_env=False) as client:
            say(f"{len(asked)} questions")
            environment = {**os.environ, **{f"BANSHI_{name.upper()}": str(getattr(aside, name)) for name in ("var_dir", "encoder")}}
            command = [sys.executable, "-m", "banshi.cli", "ask", "--jsonl"]
            ends: list[End] = [CommandEnd(command, environment, asked), SearchEnd(client), ChatEnd(client)]
            with httpx.Client(base_url=base, timeout=_PATIENCE, trust_env=False) as desk:
                signed_in = desk.post("/api/v1/staff/sign-in", json={"account": _ACCOUNT, "password": password})
                desk.headers["X-CSRF-Token"] = signed_in.json()["csrf"]
                report = audit(engine, [*ends, DeskEnd(desk)], asked, now=china_now, say=say)
    keep(report, settings.var_dir)
    return report


def seconds_until(at: str, now: datetime) -> float:
    """From a moment to the next time of day, such as 03:30."""
    hour, minute = map(int, at.split(":"))
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (then - now if then > now else then + timedelta(days=1) - now).total_seconds()


async def nightly(at: str, now: Callable[[], datetime]) -> None:
    """Audit once a day, in a process of its own that citizens' turns go before; the result is where `/readyz` looks.

    Args:
        at: time of day, such as 03:30.
        now: the clock, in China's time.
    """
    while True:
        await asyncio.sleep(seconds_until(at, now()))
        command = ["nice", "-n", "15", sys.executable, "-m", "banshi.cli", "parity"]
        try:
            process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
            outcome = await process.wait()
        except OSError as error:
            log.error("The audit of all ends could not be begun: %s", error)
            continue
        (log.info if outcome == 0 else log.error)("The audit of all ends ended with %d; /readyz tells what it found.", outcome)


def _aside(settings: Settings, folder: Path) -> Settings:
    """The same settings over a folder of its own: the index in use, an empty database, no outside systems, no limits."""
    var = folder / "var"
    (var / "snapshots").mkdir(parents=True)
    identifier = current_id(settings.snapshots)
    if identifier is not None:
        # Only the pointer is copied: whatever is published meanwhile moves another one.
        (var / "snapshots" / identifier).symlink_to((settings.snapshots / identifier).resolve(), target_is_directory=True)
        shutil.copy(settings.snapshots / "CURRENT", var / "snapshots" / "CURRENT")
    port, rasa_port = _free_port(), _free_port()
    changed = {"var_dir": var, "port": port, "rasa_port": rasa_port, "host": "127.0.0.1", "rate_limit": 0, "public_url": "", "database": ""}
    nothing = {"systems": None, "redis": "", "vault_key": "", "citizen_issuer": "", "citizen_audience": "", "citizen_jwks": ""}
    return settings.model_copy(update={**changed, **nothing, "oidc_issuer": "", "env": "development", "parity_at": ""})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _operator(settings: Settings, password: str) -> None:
    database = open_database(settings.database_url)
    accounts = Accounts(database, Passwords(), now=china_now)
    accounts.add(account=_ACCOUNT, name="一致性核对", roles=("operator",), password=password, chosen_by_owner=True, by="parity")
    database.dispose()


@contextmanager
def _server(settings: Settings, *, with_rasa: bool) -> Iterator[str]:
    from banshi.web.app import create_app

    rasa = RasaProcess(settings) if with_rasa else None
    if rasa is not None:
        rasa.start()
    app = create_app(settings, with_rasa=with_rasa)
    config = uvicorn.Config(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    serving = threading.Thread(target=server.run, name="parity-server", daemon=True)
    serving.start()
    try:
        until = time.monotonic() + _PATIENCE
        while not server.started and serving.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        if rasa is not None:
            rasa.wait_until_ready()
        yield f"http://{settings.host}:{settings.port}"
    finally:
        server.should_exit = True
        serving.join(timeout=15)
        if rasa is not None:
            rasa.stop()
