"""Conversations and their messages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from banshi.store.conversations import Conversation, ConversationStore, Message
from banshi.store.database import write
from tests.contract.together import together


@pytest.fixture
def store(database: sa.Engine) -> ConversationStore:
    return ConversationStore(database)


def test_a_turn_is_kept_whole_and_in_order(store: ConversationStore, now: datetime) -> None:
    assert store.create(identifier="c1", region="220100", now=now) == Conversation("c1", "bot", "220100", now) == store.get("c1")
    later = now + timedelta(seconds=3)
    buttons = [{"title": "要带什么", "payload": "/ask"}]
    turn = [Message("citizen", "身份证丢了", now), Message("bot", "请带", later, buttons, {"type": "answer", "confidence": 0.9})]
    store.record("c1", turn, state="waiting", region="220200", now=later)
    assert store.messages("c1") == turn
    assert store.get("c1") == Conversation("c1", "waiting", "220200", later)
    store.record("c1", [], state="human", region=None, now=later)
    assert store.messages("c1") == turn
    assert store.get("c1") == Conversation("c1", "human", None, later)


def test_what_is_not_there_is_none(store: ConversationStore, now: datetime) -> None:
    assert store.get("nothing") is None
    assert store.messages("nothing") == []
    with pytest.raises(sa.exc.IntegrityError):
        store.record("nothing", [Message("citizen", "x", now)], state="bot", region=None, now=now)


def test_silent_conversations_are_closed_once(store: ConversationStore, now: datetime) -> None:
    for number in range(3):
        store.create(identifier=f"c{number}", region=None, now=now + timedelta(minutes=number))
    assert sorted(store.close_idle(now + timedelta(minutes=2))) == ["c0", "c1"]
    assert store.close_idle(now + timedelta(minutes=2)) == []
    assert [store.get(f"c{number}").state for number in range(3)] == ["closed", "closed", "bot"]  # type: ignore[union-attr]


def test_messages_go_with_their_conversation(store: ConversationStore, database: sa.Engine, now: datetime) -> None:
    store.create(identifier="c1", region=None, now=now)
    store.record("c1", [Message("citizen", "x", now)], state="bot", region=None, now=now)
    with write(database) as connection:
        connection.execute(sa.text("DELETE FROM conversations"))
    assert store.messages("c1") == []


def test_many_citizens_write_at_once(store: ConversationStore, now: datetime) -> None:
    def talk(which: int) -> int:
        store.create(identifier=f"c{which}", region=None, now=now)
        for turn in range(10):
            store.record(f"c{which}", [Message("citizen", f"{turn}", now)], state="bot", region=None, now=now)
            store.close_idle(now - timedelta(days=1))
        return len(store.messages(f"c{which}"))

    assert together(8, talk) == [10] * 8
