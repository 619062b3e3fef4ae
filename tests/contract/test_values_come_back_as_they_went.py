"""Times, JSON and text mean the same after a round trip, on both databases."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banshi.store.canonical import canonical_json, content_hash
from banshi.store.conversations import ConversationStore, Message
from banshi.store.database import read, write
from banshi.store.knowledge import KnowledgeRepository
from banshi.store.questions import Asked, QuestionLog

CHINA = timezone(timedelta(hours=8))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def saved(database: sa.Engine, content: dict[str, Any], now: datetime) -> Any:
    """The content as it comes back from another connection than the one that wrote it."""
    with write(database) as connection:
        repository = KnowledgeRepository(connection)
        head = repository.head("guide", "hz", "220000")
        expected = None if head is None else head.head.number
        address: Any = {"kind": "guide", "key": "hz", "region": "220000"}
        wrote = repository.save(**address, content=content, author="li", author_name="李", reason="", expected=expected, now=now)
    with read(database) as connection:
        found = KnowledgeRepository(connection).revision_by_id(wrote.id)
    assert found == wrote
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.dictionaries(st.text(), JSON, max_size=4))
def test_json_content_compares_equal(database: sa.Engine, content: dict[str, Any]) -> None:
    found = saved(database, content, datetime(2026, 1, 1, tzinfo=UTC))
    assert found.content == content
    assert list(found.content) == list(content), "the order of the fields is kept"
    assert repr(found.content) == repr(content), "1 is not 1.0, and True is not 1"
    assert found.content_hash == content_hash(content)


def test_content_hash_is_of_the_canonical_json(database: sa.Engine, now: datetime) -> None:
    found = saved(database, {"名称": "身份证", "a": [1, {"z": None, "b": True}]}, now)
    canonical = '{"a":[1,{"b":true,"z":null}],"名称":"身份证"}'
    assert canonical_json(found.content) == canonical
    assert found.content_hash == hashlib.sha256(canonical.encode()).hexdigest()
    assert content_hash({"b": 1, "a": 2}) == content_hash({"a": 2, "b": 1}) != content_hash({"a": 1, "b": 2})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_json_is_refused(database: sa.Engine, now: datetime, number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        saved(database, {"fee": number}, now)
    with read(database) as connection:
        assert KnowledgeRepository(connection).heads() == []


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 17, 30, 15, 123456, tzinfo=CHINA),
        datetime(2026, 1, 1, 0, 0, tzinfo=CHINA),  # the year before in UTC
        datetime(2026, 11, 21, 9, 30, 15, 1, tzinfo=UTC),
        datetime(2026, 3, 8, 2, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    ],
    ids=str,
)
def test_moments_come_back_aware(database: sa.Engine, moment: datetime) -> None:
    found = saved(database, {}, moment).created_at
    assert found == moment
    assert found.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: sa.Engine) -> None:
    with pytest.raises(sa.exc.StatementError, match="no time zone"):
        saved(database, {}, datetime(2026, 11, 21))


def test_times_of_different_zones_are_compared_as_moments(database: sa.Engine) -> None:
    asked = [
        Asked(at=datetime(2026, 11, 21, hour, tzinfo=zone), text=f"{hour}", decision="reject") for hour, zone in ((9, CHINA), (8, UTC))
    ]
    with write(database) as connection:
        QuestionLog(connection).add_all(asked)
        noon_in_china = datetime(2026, 11, 21, 12, tzinfo=CHINA)
        assert [one.text for one in QuestionLog(connection).since(noon_in_china)] == ["8"]


def test_text_that_a_database_cannot_hold_is_mended(database: sa.Engine, now: datetime) -> None:
    store = ConversationStore(database)
    store.create(identifier="c1", region=None, now=now)
    store.record("c1", [Message("citizen", "a\x00b\ud800c\ud83d\ude00", now)], state="bot", region=None, now=now)
    assert [message.text for message in store.messages("c1")] == ["a�b�c😀"]
    assert store.get("c1\x00") is None
    found = saved(database, {"plain": "a\x00b\ud800c"}, now)
    assert found.content == {"plain": "a\x00b�c"}
    assert found.content_hash == content_hash(found.content)
