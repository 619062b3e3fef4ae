"""Personal numbers of living conversations: a token goes through Rasa, tables and logs, the number does not.

They are in this process's memory only, unless a key is set by which all servers share them sealed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from banshi.desk.attempts import CALLER
from banshi.desk.servers.sealed_numbers import SealedNumbers
from banshi.text.numbers import TOKEN, Found


class Vault:
    """Token → number, for each conversation, and where its messages come from.

    Forgotten with the conversation or the process. Nothing is written down but what is sealed.

    Args:
        sealed: keeps numbers for other servers too; None keeps them here alone.
    """

    def __init__(self, sealed: SealedNumbers | None = None) -> None:
        self._sealed = sealed
        self._numbers: dict[str, dict[str, str]] = {}
        self._addresses: dict[str, str] = {}
        self._lock = threading.Lock()

    def keep(self, conversation: str, found: Iterable[Found]) -> None:
        """Remember what a message held, and where it came from."""
        caller, numbers = CALLER.get(), {number.token: number.value for number in found}
        with self._lock:
            if caller is not None:
                self._addresses[conversation] = caller
            if numbers:
                self._numbers.setdefault(conversation, {}).update(numbers)
        if numbers and self._sealed is not None:
            self._sealed.keep(conversation, numbers)

    def resolve(self, conversation: str, written: str) -> str | None:
        """The number behind a token of this conversation; None for another conversation's token. What is no token is itself."""
        if TOKEN.fullmatch(written) is None:
            return written
        with self._lock:
            known = self._numbers.get(conversation, {}).get(written)
        # Not taken into memory: whoever ends the conversation may be another server.
        return known if known is not None or self._sealed is None else self._sealed.find(conversation, written)

    def address(self, conversation: str) -> str | None:
        """The network address of the conversation's last message. An action is called by Rasa, so it cannot see it itself."""
        with self._lock:
            return self._addresses.get(conversation)

    def forget(self, conversation: str) -> None:
        """Drop all numbers of a conversation."""
        with self._lock:
            self._numbers.pop(conversation, None)
            self._addresses.pop(conversation, None)
        if self._sealed is not None:
            self._sealed.forget(conversation)
