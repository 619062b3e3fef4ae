"""The two ways in which an outside system can fail us."""

from __future__ import annotations


class SystemUnavailableError(RuntimeError):
    """The system cannot be asked just now: away, too slow, failing, or its answer is not what its contract says.

    Says nothing about what was asked for. Asking again later, with the same key where something is handed over, is right.
    """


class SystemRefusedError(ValueError):
    """The system understood and says no; asking again will not change that. The message says why, in Chinese, for people."""
