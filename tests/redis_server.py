"""A Redis of the tests' own: started by the test that needs it, killed and started again by those that are about that."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest
import redis

from tests.api.product import free_port

_START_LIMIT = 30.0
"""Seconds until the start has failed."""
_PASSWORD = "redis-of-these-tests"
_MISSING = (
    "These tests need redis-server, and PATH does not have it. Install it: apt-get install redis-server. "
    "The tests start a server of their own; none needs to run."
)


class RedisServer:
    """One server on loopback, with a password, that keeps nothing.

    Args:
        folder: an empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As `BANSHI_REDIS` takes it."""
        return f"redis://:{_PASSWORD}@127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start, and wait until it answers."""
        if shutil.which("redis-server") is None:
            pytest.fail(_MISSING)
        told = {"port": self._port, "bind": "127.0.0.1", "dir": self._folder, "save": "", "appendonly": "no", "requirepass": _PASSWORD}
        command = ["redis-server", *(part for name, value in told.items() for part in (f"--{name}", str(value)))]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        until = time.monotonic() + _START_LIMIT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"Redis did not start:\n{(self._folder / 'redis.log').read_text('utf-8', 'replace')[-3000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash does; it can be started again, at the same address."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it answer nobody, with all connections open, until `thaw`."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def publish(self, channel: str, message: bytes) -> int:
        """Say something on a channel; gives how many heard it."""
        with redis.Redis.from_url(self.url) as client:
            return int(client.publish(channel, message))

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
