"""The product as people meet it: `banshi up` in a process of its own, and a citizen who talks to it over HTTP."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from banshi.settings import ROOT

START_LIMIT = 120.0
"""Seconds until the start has failed. No test asserts on how long it took."""
_EVERY = 0.1


def wait_until(condition: Callable[[], bool], what: str, *, limit: float = 60.0) -> None:
    """Return as soon as the condition holds; fail, naming what did not come, when it never does."""
    until = time.monotonic() + limit
    while not condition():
        if time.monotonic() > until:
            pytest.fail(f"{what} did not come within {limit:.0f} s")
        time.sleep(_EVERY)


def copy_built_index(target: Path) -> Path:
    """Copy the snapshots that set-up built, so that a server of the tests finds them in its own folder."""
    built = ROOT / "var" / "snapshots"
    if not (built / "CURRENT").is_file():
        pytest.fail("There is no built index in var/snapshots. Run make setup first.")
    return Path(shutil.copytree(built, target, copy_function=shutil.copy))


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """One running server with a folder of its own.

    Args:
        folder: an empty folder; becomes `var`, `server.log` beside it.
        command: what is started; `banshi up` when not told otherwise.
        index: False leaves the index folder as the test made it.
        **settings: settings by name, such as rasa_timeout=1.
    """

    def __init__(self, folder: Path, command: Sequence[str] = (), *, index: bool = True, **settings: object) -> None:
        self.var = folder / "var"
        self.var.mkdir(exist_ok=True)
        if index:
            copy_built_index(self.var / "snapshots")
        port, rasa_port = free_port(), free_port()
        self.url, self.rasa_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{rasa_port}"
        self.log_file = folder / "server.log"
        told = {"port": port, "rasa_port": rasa_port, "rate_limit": 0, "var_dir": self.var, **settings}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BANSHI_")}
        # Tests never ask the network for a model.
        environment = inherited | {"HF_HUB_OFFLINE": "1"} | {f"BANSHI_{name.upper()}": str(value) for name, value in told.items()}
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                list(command) or [str(Path(sys.executable).with_name("banshi")), "up"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        try:
            wait_until(self._is_ready, f"the word ready ({self.log_file})", limit=START_LIMIT)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _is_ready(self) -> bool:
        log = self.log()
        if self.process.poll() is not None:
            pytest.fail(f"the server ended while it started:\n{log[-3000:]}")
        return "[banshi] ready" in log

    def log(self) -> str:
        """All the server wrote to its terminal so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def children(self) -> list[int]:
        """Process ids of the server's own children."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for children in lists for pid in children.read_text().split()]

    def stop(self) -> None:
        """End the server and everything it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=15)

    def post(self, body: object) -> httpx.Response:
        """One raw request to the conversation route, for what no well-behaved client would send."""
        return httpx.post(f"{self.url}/api/v1/chat", json=body, timeout=60, trust_env=False)


class Chat:
    """A citizen in one conversation.

    Example:
        >>> chat = Chat(server)
        >>> said(chat.say("身份证丢了咋整"))
        '【居民身份证丢失补领】…'
    """

    def __init__(self, product: Product, *, region: str | None = None) -> None:
        self._product, self._region = product, region
        self.conversation: str | None = None
        self.state = ""
        self.replies: list[dict[str, Any]] = []

    def say(self, text: str) -> list[dict[str, Any]]:
        """Send a message (or the payload of a button) and return the replies."""
        response = self._product.post({"conversation": self.conversation, "text": text, "region": self._region})
        assert response.status_code == 200, f"{text!r}: {response.status_code} {response.text}"
        body = response.json()
        self.conversation, self.state, self.replies = body["conversation"], body["state"], body["replies"]
        return self.replies

    def press(self, title: str) -> list[dict[str, Any]]:
        """Take the button of this title from the last replies."""
        buttons = {button["title"]: button["payload"] for reply in self.replies for button in reply["buttons"]}
        assert title in buttons, f"there is no button {title!r}, only {list(buttons)}"
        return self.say(buttons[title])


def said(replies: list[dict[str, Any]]) -> str:
    """All that a citizen reads in these replies."""
    return "\n".join(reply["text"] for reply in replies)


def kinds(replies: list[dict[str, Any]]) -> list[str]:
    """The type of each reply, in order."""
    return [reply["custom"]["type"] for reply in replies]


def titles(replies: list[dict[str, Any]]) -> list[str]:
    """The buttons that these replies offer."""
    return [button["title"] for reply in replies for button in reply["buttons"]]


_SHARED = pytest.StashKey[Product]()


def shared_product(config: pytest.Config) -> Product:
    """The one server of a test run, started by whichever folder's tests need it first."""
    if _SHARED not in config.stash:
        folder = Path(tempfile.mkdtemp(prefix="banshi-tests-"))
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        product = Product(folder)
        config.add_cleanup(product.stop)
        config.stash[_SHARED] = product.__enter__()
        assert "Rasa does not answer" not in product.log(), product.log()
    return config.stash[_SHARED]
