"""What every adapter of `RatingSystem` must do. Inherit the class and give its fixture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from banshi.connect.ratings.port import LEVELS, OutsideRating, RatingSystem
from banshi.connect.resilience.errors import SystemRefusedError
from tests.contract.systems.standing_in import NOW

RATING = OutsideRating("c-1", "不满意", "app", ("答案不对或过时",), "时限不对", {"hz-idcard-reissue": 3}, NOW)


class RatingSystemContract:
    """Inherited by the tests of each adapter."""

    @pytest.fixture
    def ratings(self) -> RatingSystem:
        """A system that answers and has no rating."""
        raise NotImplementedError

    def test_the_same_key_is_the_same_rating(self, ratings: RatingSystem) -> None:
        assert len({ratings.push(RATING, "rating/c-1") for _ in range(3)}) == 1

    def test_one_service_is_rated_once(self, ratings: RatingSystem) -> None:
        first = ratings.push(RATING, "rating/c-1")
        with pytest.raises(SystemRefusedError, match="已经评价过"):
            ratings.push(replace(RATING, level="满意"), "another key")
        assert ratings.push(RATING, "rating/c-1") == first

    @pytest.mark.parametrize("level", LEVELS.values())
    @pytest.mark.parametrize("channel", ["app", "web", "hotline"])
    def test_all_levels_and_channels_are_taken(self, ratings: RatingSystem, level: str, channel: str) -> None:
        given = replace(RATING, conversation="c-2", level=level, channel=channel, indicators=(), text="", versions={})
        assert ratings.push(given, "rating/c-2") != ratings.push(RATING, "rating/c-1")
