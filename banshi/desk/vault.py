"""Personal numbers of living conversations, in memory only: a token goes through Rasa, tables and logs, the number does not."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from banshi.desk.attempts import CALLER
from banshi.text.numbers import TOKEN, Found


class Vault:
    """Token → number, for each conversation, and where its messages come from.

    Forgotten with the conversation or the process; nothing is written down.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, str]] = {}
        self._addresses: dict[str, str] = {}
        self._lock = threading.Lock()

    def keep(self, conversation: str, found: Iterable[Found]) -> None:
        """Remember what a message held, and where it came from."""
        caller = CALLER.get()
        with self._lock:
            if caller is not None:
                self._addresses[conversation] = caller
            for number in found:
                self._numbers.setdefault(conversation, {})[number.token] = number.value

    def resolve(self, conversation: str, written: str) -> str | None:
        """The number behind a token of this conversation; None for another conversation's token. What is no token is itself."""
        if TOKEN.fullmatch(written) is None:
            return written
        with self._lock:
            return self._numbers.get(conversation, {}).get(written)

    def address(self, conversation: str) -> str | None:
        """The network address of the conversation's last message. An action is called by Rasa, so it cannot see it itself."""
        with self._lock:
            return self._addresses.get(conversation)

    def forget(self, conversation: str) -> None:
        """Drop all numbers of a conversation."""
        with self._lock:
            self._numbers.pop(conversation, None)
            self._addresses.pop(conversation, None)
