"""From evidence to a probability that the first candidate is right, and from the probability to a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from banshi.search.fusion import CANDIDATES, Channels, Evidence, Floats
from banshi.search.question import Question

Row = npt.NDArray[np.float64]

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
)


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
    order = np.argsort(-fused)[: min(CANDIDATES, len(fused))]
    scores = fused[order]
    first = int(order[0])
    rivals = [int(owner) for owner in order[1:] if groups[int(owner)] != groups[first]]
    rival = rivals[0] if rivals else first
    beyond = np.flatnonzero(channels.is_outside)
    outside = int(beyond[everything[beyond].argmax()]) if len(beyond) else None
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
        ],
        np.float64,
    )
    nearer = outside is not None and everything[outside] > scores[0]
    return Ranked(order, scores, row, outside if nearer else None)


@dataclass(frozen=True)
class Head:
    """A logistic regression over standardised signals, and the thresholds of the decision.

    Attributes:
        centre, scale, weights, bias: of the regression.
        answer_at: at or above it the first candidate is told.
        reject_below: below it nothing is offered; between the two the citizen is asked.
    """

    centre: Row
    scale: Row
    weights: Row
    bias: float
    answer_at: float = 0.6
    reject_below: float = 0.3

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "centre": self.centre.tolist(),
            "scale": self.scale.tolist(),
            "weights": self.weights.tolist(),
            "bias": self.bias,
            "answer_at": self.answer_at,
            "reject_below": self.reject_below,
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Head:
        """Inverse of `as_dict`."""
        centre, scale, weights = (np.array(raw[name], np.float64) for name in ("centre", "scale", "weights"))
        return cls(centre, scale, weights, float(raw["bias"]), float(raw["answer_at"]), float(raw["reject_below"]))

    def probability(self, row: Row) -> float:
        """Probability between 0 and 1 that the first candidate is right."""
        value = float(_standard(row, self.centre, self.scale) @ self.weights + self.bias)
        return float(1 / (1 + np.exp(-np.clip(value, -30, 30))))


def _standard(row: Row, centre: Row, scale: Row) -> Row:
    """Standardised, and clipped so that no odd input is decisive."""
    return np.asarray(np.clip((row - centre) / scale, -4, 4))


def fit_head(rows: Row, right: npt.NDArray[np.bool_], weight: Row, *, strength: float = 0.03) -> Head:
    """Fit one head by maximum likelihood.

    Args:
        rows: (questions, signals).
        right: whether the first candidate was right.
        weight: of each question; lets the few labelled ones speak as loud as the many stored ones.
        strength: inverse of the regularisation.
    """
    # Needed when an index is built, never when it is searched.
    from sklearn.linear_model import LogisticRegression

    centre, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(_standard(rows, centre, scale), right, sample_weight=weight)
    return Head(centre, scale, model.coef_[0], float(model.intercept_[0]))


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


def choose_thresholds(probabilities: Row, right: npt.NDArray[np.bool_], answerable: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """`(answer_at, reject_below)` from labelled questions.

    `reject_below` turns away 96 % of the questions that have no answer, but never more than 3.5 % of those that have one;
    `answer_at` is the lowest probability above it at which at most 1.5 % of all questions are told something wrong.
    """
    if answerable.all() or not answerable.any():
        return 0.6, 0.3
    reject_below = min(float(np.quantile(probabilities[~answerable], 0.96)), float(np.quantile(probabilities[answerable], 0.035)))
    reject_below = float(np.clip(reject_below, 0.05, 0.6))
    answer_at = 0.95
    for step in np.arange(0.3, 0.95, 0.01):
        if ((probabilities >= step) & ~right).sum() <= 0.015 * len(right):
            answer_at = float(step)
            break
    return max(answer_at, min(reject_below + 0.05, 0.95)), reject_below
