"""The action webhook for Rasa: rasa-sdk's executor behind one loopback route with the shared secret."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import zlib
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 5.0
_MAX_BODY = 4 << 20


def action_router(package: str, secret: str) -> APIRouter:
    """Serve the actions of a package.

    Args:
        package: name of the package with the actions.
        secret: must stand in the query (`?token=`), which is how Rasa sends an endpoint's token.
    """
    executor = ActionExecutor()
    executor.register_package(package)
    router = APIRouter(include_in_schema=False)

    @router.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        if not hmac.compare_digest(request.query_params.get("token", ""), secret):
            return JSONResponse({"error": "the token is missing or wrong"}, 401)
        body = await request.body()
        if request.headers.get("content-encoding") == "deflate":
            body = zlib.decompressobj().decompress(body, _MAX_BODY)
        try:
            call: dict[str, Any] = json.loads(body)
        except ValueError:
            return JSONResponse({"error": "the body is not JSON"}, 400)
        call.setdefault("domain", {})  # rasa-sdk asks for it; these actions do not
        name = call.get("next_action", "")
        try:
            result = await asyncio.wait_for(executor.run(call), TIMEOUT_SECONDS)
        except ActionExecutionRejection as error:
            return JSONResponse({"error": error.message, "action_name": error.action_name}, 400)
        except ActionNotFoundException as error:
            return JSONResponse({"error": error.message, "action_name": error.action_name}, 404)
        except Exception:
            log.exception("The action %s failed.", name)
            return JSONResponse({"error": "the action failed", "action_name": name}, 500)
        return JSONResponse(result.model_dump() if hasattr(result, "model_dump") else result)

    return router
