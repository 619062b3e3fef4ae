"""The one way in: the server talks to Rasa here, over loopback, with a shared secret.

Against the traps of the stock channels: the secret is a header compared in constant time, text is capped and cleaned, commands
(/restart, /intent…) count only when the server marks them as a payload, metadata is a white list, text and structure of a reply
arrive as one message, and a failure or silence becomes an error the server can act on.
"""

from __future__ import annotations

import hmac
import logging
import os
import re
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request

from banshi.text.normalise import clean
from nlu import fast_actions

logger = logging.getLogger(__name__)
fast_actions.install()

_SENDER = re.compile(r"[A-Za-z0-9_-]{8,80}")
_PAYLOAD = re.compile(r"/[a-z_]{2,40}(\{[^{}]{0,400}\})?")
_RESERVED = {"restart", "session_start", "back"}
_METADATA = ("vector", "region", "item")


class CollectedReplies(CollectingOutputChannel):
    """Collects replies; one reply is one message with text, buttons and custom together."""

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        reply = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        if reply:
            self.messages.append(reply)


class ServerChannel(InputChannel):
    """`nlu.channel.ServerChannel` in credentials.yml; the secret comes from BANSHI_RASA_SECRET."""

    @classmethod
    def name(cls) -> str:
        return "server"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> ServerChannel:
        secret = os.environ.get("BANSHI_RASA_SECRET", "")
        if not secret:
            raise ValueError("BANSHI_RASA_SECRET is not set: start Rasa through banshi up, which makes and shares the secret.")
        return cls(secret)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = Blueprint("server_webhook")

        @blueprint.route("/", methods=["GET"])
        async def health(_: Request) -> Any:
            return response.json({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> Any:
            if not hmac.compare_digest(request.headers.get("x-banshi-secret", ""), self._secret):
                return response.json({"error": "the secret is missing or wrong"}, 401)
            body = request.json if isinstance(request.json, dict) else {}
            sender, text = body.get("sender"), body.get("text")
            if not isinstance(sender, str) or not _SENDER.fullmatch(sender) or not isinstance(text, str):
                return response.json({"error": "sender must be 8 to 80 letters, digits, - or _; text must be a string"}, 422)
            if body.get("payload") is True:
                if not _PAYLOAD.fullmatch(text) or text[1:].split("{")[0] in _RESERVED:
                    return response.json({"error": "not a payload this bot takes"}, 422)
            else:
                text = clean(text).lstrip("/ ")
            if not text:
                return response.json({"replies": []})
            metadata = {key: value for key, value in (body.get("metadata") or {}).items() if key in _METADATA}
            replies = CollectedReplies()
            try:
                await on_new_message(UserMessage(text, replies, sender, input_channel=self.name(), metadata=metadata))
            except Exception:
                logger.exception("A turn failed.")
                return response.json({"error": "the turn failed"}, 503)
            messages: List[Dict[str, Any]] = replies.messages
            return response.json({"replies": messages})

        return blueprint
