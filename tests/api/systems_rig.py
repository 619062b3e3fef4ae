"""A server with stand-ins of the systems around it, which call it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import yaml

from banshi.connect.resilience.signing import signed_headers
from banshi.standin.server import RunningStandins

KEY, SECRET = "banshi", b"sixteen letters!"
CALLBACK_SECRET = b"letters to call back"


def standins(now: Callable[[], datetime], *names: str) -> RunningStandins:
    """Stand-ins that take our signed requests only; whom they call back is set in their shops."""
    return RunningStandins(now=now, keys={KEY: SECRET}, names=names, callback_secret=CALLBACK_SECRET)


def systems_file(folder: Path, running: RunningStandins, **callbacks: Any) -> Path:
    """The settings by which a server reaches them, and they it.

    Args:
        folder: where to.
        running: the stand-ins.
        callbacks: further keys that may call back.
    """
    signed = {"key": KEY, "secret": SECRET.decode()}
    given = {
        "systems": {name: {"url": f"{running.url}/{name}", **signed} for name in running.shops},
        "callbacks": {"standin": {"secret": CALLBACK_SECRET.decode()}, **callbacks},
    }
    path = folder / "systems.yml"
    path.write_text(yaml.safe_dump(given), encoding="utf-8")
    return path


def control(running: RunningStandins, name: str, what: str, **body: Any) -> Any:
    """Move something on in a stand-in; gives what the server answered to its callbacks."""
    answer = httpx2.post(f"{running.url}/{name}/_standin/{what}", json=body, timeout=30, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.json()


def signed(path: str, body: dict[str, Any], *, now: datetime, key: str = "standin", secret: bytes = CALLBACK_SECRET) -> dict[str, Any]:
    """A callback as its sender signs it: what `post` of a client takes."""
    written = json.dumps(body).encode()
    headers = signed_headers(key, secret, "POST", path, written, now=now) | {"content-type": "application/json"}
    return {"content": written, "headers": headers}
