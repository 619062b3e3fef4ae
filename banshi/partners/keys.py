"""Keys of partners: 256 random bits, shown once; only their hash is stored."""

from __future__ import annotations

import hashlib
import re
import secrets

PREFIX = "bk_"
"""By which a key is told from a citizen's token in the same header."""
_KEY = re.compile(r"bk_[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """A key nobody can guess."""
    return PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """What is stored of a key: SHA-256. A key is as random as its hash, so it needs neither salt nor a slow hash."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def is_key(text: str) -> bool:
    """Whether a text has a key's form."""
    return _KEY.fullmatch(text) is not None
