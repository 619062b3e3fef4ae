"""Run the server with Rasa beside it: start, watch, restart, stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import uvicorn
import yaml

from banshi.building import RASA_PYTHON, rasa_environment, rasa_model
from banshi.settings import ROOT, Settings

log = logging.getLogger(__name__)


class PortInUseError(RuntimeError):
    """Another program listens where the server or Rasa should; the message names the setting."""


class RasaProcess:
    """Rasa as a child process on loopback, restarted when it dies.

    Args:
        settings: the settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="rasa-watcher", daemon=True)

    def start(self) -> None:
        """Start Rasa and the watcher; does not wait."""
        self._spawn()
        self._watcher.start()

    def stop(self) -> None:
        """End Rasa, kindly first."""
        self._stopping.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def wait_until_ready(self, seconds: float = 120) -> bool:
        """Whether Rasa answered a message in time: only a parsed message shows that its model is loaded."""
        url = f"http://127.0.0.1:{self._settings.rasa_port}/webhooks/server/webhook"
        body = {"sender": f"readiness-{os.getpid()}", "text": "你好", "metadata": {}}
        until = time.monotonic() + seconds
        with httpx.Client(timeout=10, trust_env=False, headers={"x-banshi-secret": self._settings.secret()}) as client:
            while time.monotonic() < until and not self._stopping.is_set():
                try:
                    if client.post(url, json=body).status_code == 200:
                        return True
                except httpx.HTTPError:
                    pass
                self._stopping.wait(0.3)
        return False

    def _spawn(self) -> None:
        settings = self._settings
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        environment = {
            **rasa_environment(),
            "BANSHI_RASA_SECRET": settings.secret(),
            "BANSHI_ACTION_URL": f"http://127.0.0.1:{settings.port}/webhook",
            "BANSHI_RASA_DB": str(settings.var_dir / "rasa.db"),
            # A message is too small to share between threads: they would spend three times its cost waiting for each other, busily.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        arguments = ["-m", "rasa", "run", "--model", str(rasa_model(settings)), "--port", str(settings.rasa_port), "-i", "127.0.0.1"]
        arguments += ["--endpoints", str(ROOT / "endpoints.yml"), "--credentials", str(_credentials(settings))]
        with (settings.var_dir / "rasa.log").open("ab") as output:
            self._process = subprocess.Popen([str(RASA_PYTHON), *arguments], cwd=ROOT, env=environment, stdout=output, stderr=output)

    def _watch(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            started = time.monotonic()
            if self._process is not None:
                self._process.wait()
            if self._stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - started > 60 else min(pause * 2, 30)
            log.error("Rasa ended; starting it again in %.0f s. Meanwhile the search answers directly. See rasa.log.", pause)
            if self._stopping.wait(pause):
                return
            self._spawn()


def _credentials(settings: Settings) -> Path:
    """credentials.yml for this run: in development with Rasa's stock REST channel."""
    channels = yaml.safe_load((ROOT / "credentials.yml").read_text(encoding="utf-8"))
    if settings.env == "development":
        channels["rest"] = None
    path = settings.var_dir / "credentials.yml"
    path.write_text(yaml.safe_dump(channels), encoding="utf-8")
    return path


def _leave(number: int, frame: object) -> None:
    sys.exit(0)


def _require_free(host: str, port: int, setting: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUseError(
                f"Port {port} on {host} is taken ({error.strerror}): end the program that uses it, perhaps an earlier banshi, "
                f"or set {setting} to another port."
            ) from error


def serve(settings: Settings, *, say: Callable[[str], None], with_rasa: bool = True) -> None:
    """Run until interrupted.

    Raises:
        PortInUseError: another program has one of the ports.
    """
    from banshi.web.app import create_app

    # uvicorn stops on SIGTERM and then raises it again: without a handler that would end the process before Rasa is stopped.
    signal.signal(signal.SIGTERM, _leave)
    _require_free(settings.host, settings.port, "BANSHI_PORT")
    if with_rasa:
        _require_free("127.0.0.1", settings.rasa_port, "BANSHI_RASA_PORT")
    rasa = RasaProcess(settings) if with_rasa else None
    if rasa is not None:
        rasa.start()  # loads while the index is loaded here
    try:
        app = create_app(settings, with_rasa=with_rasa)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                log_level="warning",
                access_log=False,
                log_config=None,  # ours, which masks
                server_header=False,
                ws_max_size=65_536,  # more than any message of a telephone system
                timeout_graceful_shutdown=2,  # open event streams end with the server, not the other way round
            )
        )
        threading.Thread(target=_announce, args=(settings, server, rasa, say), daemon=True).start()
        server.run()
    finally:
        if rasa is not None:
            rasa.stop()


def _announce(settings: Settings, server: uvicorn.Server, rasa: RasaProcess | None, say: Callable[[str], None]) -> None:
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.05)
    base = f"http://{settings.host}:{settings.port}"
    if rasa is not None:
        say("server is up; waiting for Rasa")
        if not rasa.wait_until_ready():
            say(f"Rasa does not answer; the search answers directly. See {settings.var_dir / 'rasa.log'}.")
    say(f"citizens       {base}/")
    say(f"studio         {base}/studio/      (accounts: .venv/bin/banshi staff add NAME --role editor)")
    say(f"desk           {base}/desk/        (accounts: .venv/bin/banshi staff add NAME --role operator)")
    say(f"conversation   POST {base}/api/v1/chat      (or: .venv/bin/banshi talk)")
    say(f'search         POST {base}/api/v1/search    (or: .venv/bin/banshi ask "身份证丢了咋整")')
    if rasa is not None and settings.env == "development":
        say(f"Rasa REST      POST http://127.0.0.1:{settings.rasa_port}/webhooks/rest/webhook   (development only)")
    say("ready")
