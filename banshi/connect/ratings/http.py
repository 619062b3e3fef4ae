"""The 好差评 system over HTTP, as `docs/contracts/ratings.json` has it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from banshi.connect.ratings.port import OutsideRating
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.resilience.http import HttpSystem
from banshi.connect.resilience.labels import UnknownLabelError, load_labels

LABELS = load_labels("ratings", Path(__file__).with_name("labels.yml"))
_TAKEN = "0"


class _Answer(BaseModel):
    resultCode: str
    ratingNo: str


class HttpRatings:
    """`RatingSystem` over HTTP.

    Args:
        system: the way to it.
    """

    def __init__(self, system: HttpSystem) -> None:
        self._system = system

    def push(self, rating: OutsideRating, key: str) -> str:
        """See `RatingSystem.push`."""
        codes, others = _indicators(rating.indicators)
        body = {
            "serviceNo": rating.conversation,
            "level": int(LABELS["level"].write(rating.level)),
            "channel": int(LABELS["channel"].write(rating.channel)),
            "indicators": codes,
            "content": "；".join((*others, *filter(None, [rating.text]))),
            "versions": dict(rating.versions),
            "ratedAt": rating.rated_at.isoformat(timespec="seconds"),
        }
        answer = self._system.post("/ratings", _Answer, body, key=key)
        if answer.resultCode != _TAKEN or not answer.ratingNo:
            raise SystemUnavailableError(
                f"{self._system.system} answered result {answer.resultCode[:20]!r}, which its contract does not name."
            )
        return answer.ratingNo


def _indicators(reasons: tuple[str, ...]) -> tuple[list[int], list[str]]:
    """Codes of what the pages offer, and whatever else was said."""
    codes, others = [], []
    for reason in reasons:
        for table in ("indicator", "indicator_ko"):
            try:
                codes.append(int(LABELS[table].write(reason)))
                break
            except UnknownLabelError:
                continue
        else:
            others.append(reason)
    return codes, others
