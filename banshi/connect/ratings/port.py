"""The port to the 好差评 system: a rating of a conversation goes there. One service, one rating (一次一评)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
"""Our stars and the five levels by name. The system's codes are its own affair, see `labels.yml`."""


@dataclass(frozen=True)
class OutsideRating:
    """A rating as it leaves the house. Words are masked, and what stood for a number is left out.

    Attributes:
        conversation: what was rated, by its id.
        level: one of `LEVELS` by name.
        channel: app, web or hotline.
        indicators: what was not good, in the words that the page offers.
        text: the citizen's own words, may be empty.
        versions: what the last answer was made with: ids of records and their versions.
        rated_at: when.
    """

    conversation: str
    level: str
    channel: str
    indicators: tuple[str, ...]
    text: str
    versions: Mapping[str, Any]
    rated_at: datetime


class RatingSystem(Protocol):
    """The system of ratings. Calls block."""

    def push(self, rating: OutsideRating, key: str) -> str:
        """Hand a rating over.

        Args:
            rating: the rating.
            key: the same for the same rating; sent again with it, nothing new comes into being.

        Returns:
            The system's own number of the rating, the same for the same key.

        Raises:
            SystemUnavailableError: try again later.
            SystemRefusedError: do not; as for a second rating of the same conversation.
        """
        ...
