"""The port to the message system of the platform, which knows where a person is reached; we do not."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What somebody may want to be reminded of. The value is the label shown to people."""

    CORRECTION = "补正期限"
    CLOSED = "办结"
    CERTIFICATE = "证照到期"
    BOOKING = "预约"


class Messages(Protocol):
    """The message system. Calls block."""

    def send(self, recipient: str, kind: Kind, text: str, key: str) -> str:
        """Hand a message over.

        Args:
            recipient: the platform's keyed hash of the person's identity number, 64 hex digits.
            kind: what it is about.
            text: what is read on a phone's lock screen: no name, no whole number.
            key: the same for the same message; sent again with it, nobody gets it twice.

        Returns:
            The system's own number of the message, the same for the same key.

        Raises:
            SystemUnavailableError: try again later.
            SystemRefusedError: do not; such as when the person has shut messages off there.
        """
        ...
