"""From evidence to a probability that the first candidate is right, and from the probability to a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from banshi.search.fusion import CANDIDATES, Channels, Evidence, Floats
from banshi.search.question import Question
from banshi.search.trees import Row, Trees

SIGNALS = (
    "fused",
    "margin",
    "cosine_top",
    "cosine_best",
    "cosine_mean",
    "cosine_gap",
    "words_best",
    "words_mean",
    "words_gap",
    "sounds",
    "body",
    "length",
    "content",
    "korean",
    "outside_fused",
    "outside_cosine",
    "outside_words",
    "nearest_share",
    "covered",
    "covered_gap",
    "agreeing",
    "learned",
    "learned_gap",
    "learned_outside",
)
_NEAREST = 10
LIKELY = 0.7
"""From this probability on a first candidate without a real rival is told."""
_STEEP = 6.0
"""How fast the others' shares of the probability fall with their distance: a fused score of 0.1 is a small step."""


@dataclass(frozen=True)
class Ranked:
    """Owners by their fit.

    Attributes:
        order: owner numbers in the order of their fit; none that lies outside.
        scores: their fused scores.
        row: the signals of the first.
        outside: the nearest owner that lies outside, when it fits better than the first; else None.
    """

    order: npt.NDArray[np.int64]
    scores: Floats
    row: Row
    outside: int | None


def rank(
    question: Question, evidence: Evidence, channels: Channels, groups: Sequence[str], *, allowed: npt.NDArray[np.bool_] | None = None
) -> Ranked:
    """Order the owners and gather what tells a sure find from a guess.

    Args:
        question: the question.
        evidence: what the channels say.
        channels: the indexes.
        groups: for every owner the item it belongs to, or its own id: a second candidate of the same item is no rival.
        allowed: (owners,) False for owners that are not in force.
    """
    everything = evidence.fused(channels)
    inside = ~channels.is_outside if allowed is None else allowed & ~channels.is_outside
    fused = np.where(inside, everything, -np.inf).astype(np.float32)
    kept = np.argpartition(-fused, CANDIDATES)[:CANDIDATES] if len(fused) > CANDIDATES else np.arange(len(fused))
    order = kept[np.argsort(-fused[kept], kind="stable")]
    scores = fused[order]
    first = int(order[0])
    rivals = [int(owner) for owner in order[1:] if groups[int(owner)] != groups[first]]
    rival = rivals[0] if rivals else first
    beyond = channels.outside
    outside = int(beyond[everything[beyond].argmax()]) if len(beyond) else None
    covered = evidence.covered[first]
    row = np.array(
        [
            scores[0],
            scores[0] - fused[rival] if np.isfinite(fused[rival]) else scores[0],
            evidence.best_cosine.max(),
            evidence.best_cosine[first],
            evidence.cosine[first],
            evidence.cosine[first] - evidence.cosine[rival],
            evidence.best_words[first],
            evidence.words[first],
            evidence.words[first] - evidence.words[rival],
            evidence.sounds[first],
            evidence.body[first],
            np.log1p(len(question.text)),
            np.log1p(len(question.content)),
            question.korean,
            0.0 if outside is None else scores[0] - everything[outside],
            0.0 if outside is None else evidence.best_cosine[first] - evidence.best_cosine[beyond].max(),
            0.0 if outside is None else evidence.best_words[first] - evidence.best_words[beyond].max(),
            _nearest_share(evidence, groups, first),
            covered,
            0.0 if outside is None else covered - evidence.covered[outside],
            _agreeing(evidence, inside, groups, first),
            evidence.learned[first],
            evidence.learned[first] - evidence.learned[rival],
            0.0 if outside is None else float(evidence.learned[beyond].max()) - evidence.learned[first],
        ],
        np.float64,
    )
    nearer = outside is not None and everything[outside] > scores[0]
    return Ranked(order, scores, row, outside if nearer else None)


def confidences(probability: float, scores: Floats) -> Floats:
    """A confidence a candidate: the first has `probability`, the others share the rest by how near they come.

    Args:
        probability: that the first is right.
        scores: fused scores, best first.
    """
    shares = np.exp((scores.astype(np.float64) - scores[0]) * _STEEP)
    rest = max(float(shares[1:].sum()), 1e-9)
    return np.asarray(np.r_[probability, np.minimum(probability, (1 - probability) * shares[1:] / rest)], np.float32)


def _nearest_share(evidence: Evidence, groups: Sequence[str], first: int) -> float:
    """Share of the nearest texts that belong to the first candidate's item."""
    owners = evidence.nearest[:_NEAREST]
    return float(np.mean([groups[int(owner)] == groups[first] for owner in owners])) if len(owners) else 0.0


def _agreeing(evidence: Evidence, inside: npt.NDArray[np.bool_], groups: Sequence[str], first: int) -> float:
    """How many of the four channels would put the first candidate's item first."""
    channels = (evidence.cosine, evidence.words, evidence.sounds, evidence.body)
    shown = np.where(inside, channels, -1)
    tops = [int(top) for top, values in zip(shown.argmax(axis=1), channels, strict=True) if values.max() > 0]
    return float(sum(groups[top] == groups[first] for top in tops))


@dataclass(frozen=True)
class Head:
    """What decides: two probabilities over the signals, and their thresholds.

    Attributes:
        right: that the first candidate is right; None: nothing was labelled to learn from, and a fixed rule serves.
        answerable: that anything here answers the question at all. A general question may be anybody's ("贷款"): no candidate is
            sure, and still it must be asked back, not refused.
        answer_at: at or above it the first candidate is told.
        reject_below: nothing is offered where both stay below it; else the citizen is asked.
        rival_at_most: from `LIKELY` on the first candidate is told too when the next one's confidence is at most so much of its own:
            there is nothing real to choose between.
    """

    right: Trees | None
    answerable: Trees | None
    answer_at: float = 0.6
    reject_below: float = 0.3
    rival_at_most: float = 0.0

    def tells(self, probability: float, rival: float) -> bool:
        """Whether the first candidate is told, given its probability and the confidence of the next item's."""
        return probability >= self.answer_at or (probability >= LIKELY and rival <= self.rival_at_most * probability)

    def offers(self, row: Row, probability: float) -> bool:
        """Whether there is anything to offer, given the probability that the first candidate is right: what that one answers is answered,
        though the two were learned each for itself."""
        return probability >= self.reject_below or (self.answerable is not None and self.answerable.probability(row) >= self.reject_below)

    def probability(self, row: Row) -> float:
        """That the first candidate is right."""
        if self.right is not None:
            return self.right.probability(row)
        signal = dict(zip(SIGNALS, row, strict=True))
        if signal["outside_fused"] < 0 or max(signal["words_mean"], signal["covered"]) < 0.2:
            return 0.1
        return 0.9 if signal["margin"] >= 0.15 and signal["covered"] >= 0.5 else 0.45

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "right": None if self.right is None else self.right.as_dict(),
            "answerable": None if self.answerable is None else self.answerable.as_dict(),
            "answer_at": self.answer_at,
            "reject_below": self.reject_below,
            "rival_at_most": self.rival_at_most,
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Head:
        """Inverse of `as_dict`."""
        right, answerable = (None if raw[name] is None else Trees.from_dict(raw[name]) for name in ("right", "answerable"))
        return cls(right, answerable, float(raw["answer_at"]), float(raw["reject_below"]), float(raw["rival_at_most"]))

    @classmethod
    def unlearned(cls) -> Head:
        """For knowledge without labelled questions: what stands out clearly is told, what is nearer to the outside is refused."""
        return cls(None, None)


@dataclass(frozen=True)
class Calibration:
    """One head for searching with an encoder and one for searching by words alone."""

    full: Head
    words_only: Head

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {"signals": list(SIGNALS), "full": self.full.as_dict(), "words_only": self.words_only.as_dict()}

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Calibration:
        """Inverse of `as_dict`.

        Raises:
            ValueError: the manifest was written with other signals.
        """
        if raw["signals"] != list(SIGNALS):
            raise ValueError("the snapshot was calibrated with other signals")
        return cls(Head.from_dict(raw["full"]), Head.from_dict(raw["words_only"]))
