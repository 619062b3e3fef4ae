"""Small boosted trees: from signals to a probability. Fitted when an index is built, read by numpy alone when it is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Row = npt.NDArray[np.float64]

_TREES = 600
_RATE = 0.02
_SHARE, _SIGNALS = 0.5, 6
"""Of the examples a tree sees, and signals a node chooses from: each tree for itself is worse, their sum varies less."""
_FEWEST = 10
"""Examples a leaf must hold."""


@dataclass(frozen=True)
class Trees:
    """Every tree is two levels deep.

    Attributes:
        features, splits, values: (trees, 3) signal and split of a tree's root, its left and its right node, and (trees, 4) what its
            leaves add.
        base: log-odds to begin with.
    """

    features: npt.NDArray[np.int64]
    splits: Row
    values: Row
    base: float

    def probability(self, row: Row) -> float:
        """Of what was fitted."""
        right = (row[self.features[:, 0]] > self.splits[:, 0]).astype(np.int64)
        trees = np.arange(len(self.features))
        deeper = row[self.features[trees, 1 + right]] > self.splits[trees, 1 + right]
        odds = self.base + float(self.values[trees, 2 * right + deeper].sum())
        return float(1 / (1 + np.exp(-odds)))

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {"features": self.features.tolist(), "splits": self.splits.tolist(), "values": self.values.tolist(), "base": self.base}

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Trees:
        """Inverse of `as_dict`."""
        return cls(
            np.array(raw["features"], np.int64).reshape(-1, 3),
            np.array(raw["splits"], np.float64).reshape(-1, 3),
            np.array(raw["values"], np.float64).reshape(-1, 4),
            float(raw["base"]),
        )


def fit_trees(rows: Row, shares: Row, weights: Row | None = None) -> Trees:
    """Fit by gradient boosting (Friedman 2001); a fixed seed makes it repeatable.

    Args:
        rows: (questions, signals).
        shares: (questions,) how far each holds: 1 or 0, or between them where people would be divided.
        weights: (questions,) how much each counts; 1 each when left out.
    """
    # Needed when an index is built, never when it is searched.
    from sklearn.ensemble import GradientBoostingClassifier

    rows, labels, counts = _counted(rows, shares, np.ones(len(rows)) if weights is None else weights)
    model = GradientBoostingClassifier(
        n_estimators=_TREES,
        max_depth=2,
        learning_rate=_RATE,
        subsample=_SHARE,
        max_features=min(_SIGNALS, rows.shape[1]),
        min_samples_leaf=_FEWEST,
        random_state=0,
    )
    model.fit(rows.astype(np.float32), labels, sample_weight=counts)
    features, splits, values = np.zeros((_TREES, 3), np.int64), np.zeros((_TREES, 3)), np.zeros((_TREES, 4))
    for number, (estimator,) in enumerate(model.estimators_):
        features[number], splits[number], values[number] = _two_levels(estimator.tree_)
    share = float(np.clip(counts[labels].sum() / counts.sum(), 1e-6, 1 - 1e-6))
    return Trees(features, splits, values * _RATE, float(np.log(share / (1 - share))))


def held_out(rows: Row, shares: Row, kinds: Sequence[str], weights: Row | None = None, folds: int = 10) -> Row:
    """Probability of each row from trees that saw no question of the same kind: what thresholds may be chosen on.

    Args:
        rows, shares, weights: as of `fit_trees`.
        kinds: what the question is about; questions on one item fall into one fold.
    """
    from sklearn.model_selection import GroupKFold

    probabilities = np.zeros(len(rows))
    for train, test in GroupKFold(folds, shuffle=True, random_state=0).split(rows, groups=kinds):
        trees = fit_trees(rows[train], shares[train], None if weights is None else weights[train])
        probabilities[test] = [trees.probability(row) for row in rows[test]]
    return probabilities


def _counted(rows: Row, shares: Row, weights: Row) -> tuple[Row, npt.NDArray[np.bool_], Row]:
    """A row that holds in part counts for both sides."""
    doubled, labels = np.concatenate([rows, rows]), np.repeat([True, False], len(rows))
    counts = np.concatenate([shares * weights, (1 - shares) * weights])
    used = counts > 0
    return doubled[used], labels[used], counts[used]


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
