"""How a stand-in tells the server something by itself: signed, and twice when it is told to misbehave so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2

from banshi.connect.resilience.signing import signed_headers
from banshi.standin.shop import Shop

_SECONDS = 5.0


def call_back(shop: Shop, body: Mapping[str, Any], *, system: str | None = None) -> list[int]:
    """Send a callback. Blocks.

    Args:
        shop: of the stand-in; names the server, the key and the faults.
        body: what is told, with the event's id.
        system: the callback's name; None: that of the stand-in.

    Returns:
        The states that were answered; empty when the stand-in calls nobody back, 0 for one that cannot be reached.
    """
    if not shop.callback:
        return []
    url = f"{shop.callback.rstrip('/')}/api/v1/callbacks/{system or shop.system}"
    written = json.dumps(body, ensure_ascii=False).encode()
    answers = []
    for _ in range(2 if shop.fault.mode == "duplicate_callbacks" else 1):
        headers = signed_headers(shop.callback_key, shop.callback_secret, "POST", urlsplit(url).path, written, now=shop.now())
        try:
            with httpx2.Client(timeout=_SECONDS, trust_env=False) as client:
                answers.append(client.post(url, content=written, headers=headers | {"content-type": "application/json"}).status_code)
        except httpx2.HTTPError:
            answers.append(0)
    return answers
