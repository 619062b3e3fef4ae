"""What the sender needs to know of a system."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from banshi.store.outbox import Posting


class OutboxHandler(ABC):
    """Sends the entries of one system, and notes what became of them.

    Attributes:
        system: short name, as in the outbox.
        name: what people call it.
    """

    system: ClassVar[str]
    name: ClassVar[str]

    @abstractmethod
    def send(self, posting: Posting) -> Mapping[str, Any]:
        """Hand an entry over, through the guarded port. Blocks. Called again with the same key when nobody knows whether it arrived.

        Returns:
            What is kept as the other side's answer; JSON.

        Raises:
            SystemRefusedError: it is given up.
            Exception: it is tried again.
        """

    def lock(self, connection: sa.Connection, posting: Posting) -> None:  # noqa: B027
        """Lock what `arrived` will change, in the transaction of both. Whoever changes it and the entry locks it first, too, so that
        nobody waits for each other."""

    def arrived(self, connection: sa.Connection, posting: Posting, answer: Mapping[str, Any], now: datetime) -> None:  # noqa: B027
        """Note that it arrived, once, in the transaction that notes it of the entry."""

    def gave_up(self, connection: sa.Connection, posting: Posting, told: str, now: datetime) -> None:  # noqa: B027
        """Note that it is not tried any more, in the transaction that notes it of the entry.

        Args:
            connection: of that transaction.
            posting: the entry.
            told: why, a sentence.
            now: the moment.
        """
