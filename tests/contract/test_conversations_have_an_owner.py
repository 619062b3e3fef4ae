"""A conversation that was begun with a name belongs to that person; any other one to nobody."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from banshi.store.conversation_owners import ConversationOwners, conversation_owners
from banshi.store.conversations import ConversationStore
from banshi.store.database import read
from tests.contract.together import together


@pytest.fixture
def owners(database: sa.Engine, now: datetime) -> ConversationOwners:
    store = ConversationStore(database)
    for identifier in ("c1", "c2"):
        store.create(identifier=identifier, region=None, now=now)
    return ConversationOwners(database)


def test_the_first_to_be_named_is_the_owner(owners: ConversationOwners, now: datetime) -> None:
    assert owners.admits("c1", None)
    assert owners.admits("c1", "a")
    owners.bind("c1", "a", now=now)
    owners.bind("c1", "b", now=now)
    assert [owners.admits("c1", who) for who in ("a", "b", "", None)] == [True, False, False, False]
    assert owners.admits("c2", "b"), "another conversation is not meant"


def test_of_many_at_once_one_becomes_the_owner(owners: ConversationOwners, now: datetime) -> None:
    told = together(8, lambda number: owners.bind("c1", f"person {number}", now=now))
    assert told == [None] * 8
    assert sum(owners.admits("c1", f"person {number}") for number in range(8)) == 1


def test_nothing_brings_two_conversations_of_a_person_together(owners: ConversationOwners, database: sa.Engine, now: datetime) -> None:
    owners.bind("c1", "a", now=now)
    owners.bind("c2", "a", now=now)
    with read(database) as connection:
        kept = connection.execute(sa.select(conversation_owners.c.owner)).scalars().all()
    assert len(set(kept)) == 2
    assert "a" not in kept


def test_only_a_conversation_that_there_is_can_be_owned(owners: ConversationOwners, now: datetime) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        owners.bind("nothing", "a", now=now)
    assert owners.admits("nothing", "a")
