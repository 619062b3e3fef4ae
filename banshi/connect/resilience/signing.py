"""Signatures of requests between systems: HMAC-SHA256 over what is asked, when, and once only.

Both directions use the same four headers. A request is believed when its signature fits, its time is near ours, and its nonce was not
seen before; so one that was overheard cannot be sent again, and one that was changed fits no more.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

KEY, TIME, NONCE, SIGNATURE = "x-banshi-key", "x-banshi-timestamp", "x-banshi-nonce", "x-banshi-signature"
TOLERANCE = timedelta(minutes=5)
"""By so much clocks may differ; a nonce must be remembered for twice as long."""
_NONCE = re.compile(r"[0-9A-Za-z_\-]{16,64}")


class SignatureRefusedError(ValueError):
    """The request proves nothing. The message names the reason for the log."""


def _signature(secret: bytes, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    said = "\n".join(("v1", method.upper(), target, timestamp, nonce, hashlib.sha256(body).hexdigest()))
    return "v1=" + hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()


def signed_headers(
    key: str, secret: bytes, method: str, target: str, body: bytes, *, now: datetime, nonce: str | None = None
) -> dict[str, str]:
    """The headers of a request.

    Args:
        key: by which the other side finds the secret.
        secret: shared with it.
        method: of HTTP.
        target: path with query, as it is sent.
        body: as it is sent.
        now: the moment.
        nonce: used once; made when None.
    """
    timestamp, nonce = str(int(now.timestamp())), nonce or secrets.token_urlsafe(18)
    signature = _signature(secret, method, target, timestamp, nonce, body)
    return {KEY: key, TIME: timestamp, NONCE: nonce, SIGNATURE: signature}


def check_signature(
    headers: Mapping[str, str],
    secrets_by_key: Mapping[str, bytes],
    method: str,
    target: str,
    body: bytes,
    *,
    now: datetime,
    first_seen: Callable[[str, datetime], bool],
) -> str:
    """Check a request.

    Args:
        headers: in lower case, as ASGI has them.
        secrets_by_key: whose requests are believed.
        method: of HTTP.
        target: path with query.
        body: as it came.
        now: the moment.
        first_seen: keeps a nonce until a moment; False when it is known. Asked last, so that strangers fill no table.

    Returns:
        The key that signed.

    Raises:
        SignatureRefusedError: it is not believed.
    """
    key, timestamp, nonce = (headers.get(name, "") for name in (KEY, TIME, NONCE))
    if not _NONCE.fullmatch(nonce) or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise SignatureRefusedError("headers of the signature are missing or malformed")
    # An unknown key costs the same as a wrong signature.
    expected = _signature(secrets_by_key.get(key, secrets.token_bytes(32)), method, target, timestamp, nonce, body)
    if not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode()):
        raise SignatureRefusedError("the signature does not fit")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise SignatureRefusedError("the request is too old, or a clock is wrong")
    if not first_seen(f"{key}:{nonce}", now + 2 * TOLERANCE):
        raise SignatureRefusedError("the request was sent before")
    return key
