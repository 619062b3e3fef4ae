"""What holds of every `Messages`."""

from __future__ import annotations

import pytest

from banshi.connect.messages.port import Kind, Messages

PERSON = "a" * 64


class MessagesContract:
    """Give a fixture `messages`."""

    @pytest.fixture
    def messages(self) -> Messages:
        raise NotImplementedError

    @pytest.mark.parametrize("kind", Kind)
    def test_every_kind_is_taken(self, messages: Messages, kind: Kind) -> None:
        assert messages.send(PERSON, kind, "您的办件已办结。", f"r-{kind.name}")

    def test_the_same_key_is_the_same_message(self, messages: Messages) -> None:
        first = messages.send(PERSON, Kind.CLOSED, "甲", "r-1")
        assert messages.send(PERSON, Kind.CLOSED, "甲", "r-1") == first
        assert messages.send(PERSON, Kind.CLOSED, "乙", "r-2") != first
