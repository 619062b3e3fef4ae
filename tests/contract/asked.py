"""Questions and conversations as the tests of governance find them in the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from banshi.store.conversations import ConversationStore, Message
from banshi.store.questions import Asked, QuestionLog

AT = datetime(2026, 11, 10, 4, tzinfo=UTC)
SECRET = "张三丰住在松花江街道"


def ask(connection: sa.Connection, item: str | None, conversation: str, *, at: datetime = AT, **values: Any) -> int:
    usual: dict[str, Any] = {"text": SECRET, "decision": "answer" if item else "reject", "region": "220102", "confidence": 0.9}
    return QuestionLog(connection).add(Asked(at=at, item=item, conversation=conversation, **usual | values))


def begin(database: sa.Engine, conversation: str, *said: Message) -> ConversationStore:
    """A conversation with these messages."""
    store = ConversationStore(database)
    first = Message("citizen", SECRET, AT)
    store.begin(conversation, first, region="220102", begun_by=None, now=AT, claim=timedelta(seconds=10), channel=None, elder=None)
    store.record(conversation, said, state="bot", region="220102", now=AT)
    return store
