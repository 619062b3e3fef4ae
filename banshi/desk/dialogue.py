"""The way to Rasa: one call over loopback, and no silence taken for an answer."""

from __future__ import annotations

import asyncio
import base64
import logging
from typing import Any

import httpx
import numpy as np

from banshi.desk.replies import Reply, reply
from banshi.search.fusion import Floats

log = logging.getLogger(__name__)
_AT_ONCE = 6
"""Turns under way; Rasa works on one at a time, and more of them would only wait there instead of here."""


class DialogueUnavailableError(RuntimeError):
    """Rasa is down, too slow, failed, or said nothing. The message says which."""


class DialogueBusyError(DialogueUnavailableError):
    """Rasa is there, and others are before this turn."""


class RasaDialogue:
    """Sends one message to the server channel and returns the replies.

    Args:
        url: address of Rasa.
        secret: shared with the channel.
        timeout: seconds a turn may take, waiting for a connection included.
    """

    def __init__(self, url: str, secret: str, *, timeout: float) -> None:
        self._timeout = timeout
        # Counted here: what waits in httpx's own pool costs every other request time.
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"x-banshi-secret": secret},
            timeout=httpx.Timeout(timeout, connect=1.0),
            limits=httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE),
            trust_env=False,  # loopback never goes through a proxy
        )

    async def say(
        self,
        conversation: str,
        text: str,
        *,
        payload: bool,
        vector: Floats | None,
        region: str | None,
        item: str | None,
        patience: float | None = None,
    ) -> list[Reply]:
        """One turn.

        Args:
            conversation: the tracker's id in Rasa.
            text: the masked message, or a payload.
            payload: whether it is one.
            vector: of the message, so that Rasa need not encode it again.
            region: the citizen's region.
            item: what the conversation is about, for a tracker that is new.
            patience: seconds to wait while others are answered; None waits as long as a turn may take.

        Raises:
            DialogueBusyError: the wait was longer than `patience`; nothing was sent.
            DialogueUnavailableError: there is no usable reply.
        """
        metadata: dict[str, Any] = {"region": region, "item": item}
        if vector is not None:
            metadata["vector"] = base64.b64encode(np.asarray(vector, "<f2").tobytes()).decode()
        body = {"sender": conversation, "text": text, "payload": payload, "metadata": metadata}
        try:
            async with asyncio.timeout(self._timeout):  # over all of it: httpx would count each phase anew
                await self._turn_comes(patience)
                try:
                    response = await self._client.post("/webhooks/server/webhook", json=body)
                finally:
                    self._free.release()
            response.raise_for_status()
            raw = response.json()["replies"]
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError) as error:
            raise DialogueUnavailableError(f"Rasa gave no usable reply ({type(error).__name__}: {error}).") from error
        replies = [_reply(message) for message in raw]
        if not replies:
            raise DialogueUnavailableError("Rasa gave an empty reply: an action failed or the action endpoint is down.")
        return replies

    async def _turn_comes(self, patience: float | None) -> None:
        try:
            await asyncio.wait_for(self._free.acquire(), patience)
        except TimeoutError as error:
            raise DialogueBusyError("Rasa is busy with other conversations.") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _reply(message: dict[str, Any]) -> Reply:
    custom = message.get("custom") or {}
    buttons = [{"title": str(button["title"]), "payload": str(button["payload"])} for button in message.get("buttons") or []]
    return reply(str(message.get("text") or ""), custom.pop("type", "answer"), buttons=buttons, **custom)
