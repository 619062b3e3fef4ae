"""JSON as the store writes and hashes it: one value has one text, whatever order its keys came in."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text as both databases can hold it.

    PostgreSQL refuses NUL, and half a surrogate pair has no UTF-8; each becomes U+FFFD, the sign for a character that was lost.
    """
    if not _UNSTORABLE.search(text):
        return text
    return _paired(text).replace("\x00", "\ufffd")


def stored_json(value: Any) -> str:
    """The text of a JSON column: keys in the order they came, characters as they are, so that the text can be searched and read.

    Raises:
        ValueError: a number is not finite.
        TypeError: something is no JSON.
    """
    return _paired(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def canonical_json(value: Any) -> str:
    """The one text of a JSON value: keys sorted, no spaces, characters as they are.

    Raises:
        ValueError: a number is not finite.
        TypeError: something is no JSON.
    """
    return _paired(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False))


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()


def _paired(text: str) -> str:
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
