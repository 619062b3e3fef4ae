"""Multinomial logistic regression over sparse designs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from banshi.search.layers import Floats

_STEPS = 60
"""Of the optimisation; more change nothing that is measured."""


def fit_linear(design: Any, targets: Floats, *, strength: float) -> Floats:
    """Weights (features + bias, classes) by L-BFGS; the bias is free.

    Args:
        design: sparse, (examples, features).
        targets: (examples, classes) shares of each example's weight.
        strength: inverse of the regularisation.
    """
    from scipy.optimize import minimize  # only for fitting; serving needs numpy alone

    design = design.astype(np.float32)
    used = np.flatnonzero(np.bincount(design.indices, minlength=design.shape[1]))  # most buckets of a small knowledge are empty
    narrow = design[:, used].tocsr()
    wide = narrow.T.tocsr()
    targets = targets.astype(np.float32)
    volume = targets.sum(axis=1, keepdims=True)
    shape = (len(used) + 1, targets.shape[1])

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(shape).astype(np.float32)
        logits = narrow @ weights[:-1] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        total = odds.sum(axis=1, keepdims=True)
        excess = volume * odds / total - targets
        gradient = np.concatenate([wide @ excess + weights[:-1] / strength, excess.sum(axis=0)[None]])
        cost = -float((targets * (logits - np.log(total))).sum()) + float((weights[:-1] ** 2).sum()) / (2 * strength)
        return cost, gradient.ravel().astype(np.float64)

    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "maxcor": 8})
    weights = np.zeros((design.shape[1] + 1, shape[1]), np.float32)
    weights[used], weights[-1] = found.x.reshape(shape)[:-1], found.x.reshape(shape)[-1]
    weights[-1, ~(targets.sum(axis=0) > 0)] = -10.0  # a class without an example is not guessed
    return weights
