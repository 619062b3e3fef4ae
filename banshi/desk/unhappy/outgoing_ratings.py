"""Ratings on their way to the 好差评 system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from banshi.connect.ratings.port import LEVELS, OutsideRating, RatingSystem
from banshi.desk.outbox.handler import OutboxHandler
from banshi.store.outbox import Posting
from banshi.store.ratings import SYSTEM
from banshi.text.numbers import without_tokens


class RatingHandler(OutboxHandler):
    """Ratings of the outbox; they are put there where they are kept, see `keep_rating`.

    Args:
        ratings: where they go.
    """

    system = SYSTEM
    name = "好差评系统"

    def __init__(self, ratings: RatingSystem) -> None:
        self._ratings = ratings

    def send(self, posting: Posting) -> Mapping[str, Any]:
        """See `OutboxHandler.send`."""
        told = posting.payload
        rating = OutsideRating(
            conversation=told["conversation"],
            level=LEVELS[told["stars"]],
            channel=told["channel"],
            indicators=tuple(without_tokens(one) for one in told["reasons"]),
            text=without_tokens(told["text"]),
            versions=told["versions"],
            rated_at=datetime.fromisoformat(told["at"]),
        )
        return {"number": self._ratings.push(rating, posting.key)}
