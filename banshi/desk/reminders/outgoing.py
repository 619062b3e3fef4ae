"""Reminders on their way to the message system. Right before each leaves, the consent is looked at once more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from banshi.connect.messages.port import Kind, Messages
from banshi.connect.resilience.errors import SystemRefusedError
from banshi.desk.outbox.handler import OutboxHandler
from banshi.store.outbox import Posting
from banshi.store.reminders import SYSTEM, Reminders
from banshi.store.transactions import read


class ReminderHandler(OutboxHandler):
    """Sends reminders.

    Args:
        database: the store.
        messages: the message system.
    """

    system = SYSTEM
    name = "消息系统"

    def __init__(self, database: sa.Engine, messages: Messages) -> None:
        self._database, self._messages = database, messages

    def send(self, posting: Posting) -> Mapping[str, Any]:
        """See `OutboxHandler.send`; refuses what nobody agrees to any more."""
        recipient, kind = str(posting.payload["recipient"]), Kind(posting.payload["kind"])
        with read(self._database) as connection:
            wanted = kind in Reminders(connection).standing(recipient)
        if not wanted:
            raise SystemRefusedError("本人已撤回同意，不再发送。")
        return {"number": self._messages.send(recipient, kind, str(posting.payload["text"]), posting.key)}

    def arrived(self, connection: sa.Connection, posting: Posting, answer: Mapping[str, Any], now: datetime) -> None:
        """See `OutboxHandler.arrived`."""
        Reminders(connection).move(posting.key, "posted", "sent", now=now)

    def gave_up(self, connection: sa.Connection, posting: Posting, told: str, now: datetime) -> None:
        """See `OutboxHandler.gave_up`."""
        Reminders(connection).move(posting.key, "posted", "failed", now=now)
