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
    "nearest_share",
    "covered",
    "covered_gap",
    "agreeing",
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
            _nearest_share(evidence, groups, first),
            covered := channels.everything.coverage(question.terms, first),
            0.0 if outside is None else covered - channels.everything.coverage(question.terms, outside),
            _agreeing(evidence, inside, groups, first),
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
    tops = [int(np.where(inside, values, -1).argmax()) for values in channels if values.max() > 0]
    return float(sum(groups[top] == groups[first] for top in tops))


@dataclass(frozen=True)
class Head:
    """Boosted trees over the signals, and the thresholds of the decision.

    Attributes:
        features, splits, values: (trees, 3) signal and split of a tree's root, its left and its right node, and (trees, 4) what its
            leaves add; every tree is two levels deep. None of them: nothing was labelled to learn from, and a fixed rule serves.
        base: log-odds to begin with.
        answer_at: at or above it the first candidate is told.
        reject_below: nothing is offered where the first candidate and its rival together stay below it; else the citizen is asked.
        rival_at_most: from `LIKELY` on the first candidate is told too when the next one's confidence is at most so much of its own:
            there is nothing real to choose between.
    """

    features: npt.NDArray[np.int64]
    splits: Row
    values: Row
    base: float
    answer_at: float = 0.6
    reject_below: float = 0.3
    rival_at_most: float = 0.0

    def tells(self, probability: float, rival: float) -> bool:
        """Whether the first candidate is told, given its probability and the confidence of the next item's."""
        return probability >= self.answer_at or (probability >= LIKELY and rival <= self.rival_at_most * probability)

    def offers(self, probability: float, rival: float) -> bool:
        """Whether there is anything to offer. Two that fit alike are each improbable and still the two to choose from."""
        return probability + rival >= self.reject_below

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "features": self.features.tolist(),
            "splits": self.splits.tolist(),
            "values": self.values.tolist(),
            "base": self.base,
            "answer_at": self.answer_at,
            "reject_below": self.reject_below,
            "rival_at_most": self.rival_at_most,
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Head:
        """Inverse of `as_dict`."""
        return cls(
            np.array(raw["features"], np.int64).reshape(-1, 3),
            np.array(raw["splits"], np.float64).reshape(-1, 3),
            np.array(raw["values"], np.float64).reshape(-1, 4),
            float(raw["base"]),
            float(raw["answer_at"]),
            float(raw["reject_below"]),
            float(raw["rival_at_most"]),
        )

    @classmethod
    def unlearned(cls) -> Head:
        """For knowledge without labelled questions: what stands out clearly is told, what is nearer to the outside is refused."""
        return cls(*NO_TREES)

    def probability(self, row: Row) -> float:
        """That the first candidate is right."""
        if not len(self.features):
            signal = dict(zip(SIGNALS, row, strict=True))
            if signal["outside_fused"] < 0 or max(signal["words_mean"], signal["covered"]) < 0.2:
                return 0.1
            return 0.9 if signal["margin"] >= 0.15 and signal["covered"] >= 0.5 else 0.45
        right = (row[self.features[:, 0]] > self.splits[:, 0]).astype(np.int64)
        trees = np.arange(len(self.features))
        deeper = row[self.features[trees, 1 + right]] > self.splits[trees, 1 + right]
        odds = self.base + float(self.values[trees, 2 * right + deeper].sum())
        return float(1 / (1 + np.exp(-odds)))


NO_TREES = (np.zeros((0, 3), np.int64), np.zeros((0, 3)), np.zeros((0, 4)), 0.0)
_TREES = 120
_RATE = 0.06


def fit_head(rows: Row, right: npt.NDArray[np.bool_]) -> Head:
    """Fit one head by gradient boosting (Friedman 2001); a fixed seed makes it repeatable.

    Args:
        rows: (questions, signals).
        right: whether the first candidate was right.
    """
    # Needed when an index is built, never when it is searched.
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=_TREES, max_depth=2, learning_rate=_RATE, subsample=0.7, min_samples_leaf=5, random_state=0
    )
    model.fit(rows.astype(np.float32), right)
    features, splits, values = np.zeros((_TREES, 3), np.int64), np.zeros((_TREES, 3)), np.zeros((_TREES, 4))
    for number, (estimator,) in enumerate(model.estimators_):
        tree = estimator.tree_
        features[number], splits[number], values[number] = _two_levels(tree)
    share = float(np.clip(right.mean(), 1e-6, 1 - 1e-6))
    return Head(features, splits, values * _RATE, float(np.log(share / (1 - share))))


def _two_levels(tree: Any) -> tuple[list[int], list[float], list[float]]:
    """Root, left and right node of a fitted tree, and its four leaves; a node that was not split leads to the same value either way."""
    features, splits, values = [0, 0, 0], [np.inf, np.inf, np.inf], [0.0] * 4
    if tree.children_left[0] < 0:
        return features, splits, [float(tree.value[0, 0, 0])] * 4
    features[0], splits[0] = int(tree.feature[0]), float(tree.threshold[0])
    for side, node in enumerate((int(tree.children_left[0]), int(tree.children_right[0]))):
        low = high = node
        if tree.children_left[node] >= 0:
            features[1 + side], splits[1 + side] = int(tree.feature[node]), float(tree.threshold[node])
            low, high = int(tree.children_left[node]), int(tree.children_right[node])
        values[2 * side], values[2 * side + 1] = float(tree.value[low, 0, 0]), float(tree.value[high, 0, 0])
    return features, splits, values


def held_out(rows: Row, right: npt.NDArray[np.bool_], folds: int = 10) -> Row:
    """Probability of each row from a head fitted on the other folds: what thresholds may be chosen on."""
    from sklearn.model_selection import StratifiedKFold

    probabilities = np.zeros(len(rows))
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=0).split(rows, right):
        head = fit_head(rows[train], right[train])
        probabilities[test] = [head.probability(row) for row in rows[test]]
    return probabilities


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
