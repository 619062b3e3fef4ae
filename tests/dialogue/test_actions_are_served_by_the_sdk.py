"""The actions also run behind rasa-sdk's own server, as Rasa's documentation describes it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml

from banshi.settings import ROOT
from tests.api.product import free_port, wait_until


def test_the_stock_action_server_lists_every_action_of_the_domain(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "-p", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    served: set[str] = set()

    def lists_actions() -> bool:
        if process.poll() is not None:
            pytest.fail(f"the action server ended:\n{(tmp_path / 'log').read_text()[-3000:]}")
        with contextlib.suppress(httpx.TransportError):
            response = httpx.get(f"http://127.0.0.1:{port}/actions", timeout=10, trust_env=False)
            served.update(action["name"] for action in response.json())
        return bool(served)

    try:
        wait_until(lists_actions, "the list of actions", limit=120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert set(domain["actions"]) <= served
