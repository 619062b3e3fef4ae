"""When to tell, ask back or refuse: thresholds from labelled questions, on probabilities of folds left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from banshi.search.calibration import LIKELY
from banshi.search.trees import Row

_WRONG = 0.015
"""At most so many of all questions are told something wrong from `answer_at` on;"""
_WRONG_IN_ALL = 0.024
"""at most so many with those that are told for want of a rival."""
_TURNED_AWAY = 0.002
"""At most so many of the questions that have an answer among the first three are refused: who is asked back without need chooses once more,
who is turned away goes home without an answer."""


def choose_thresholds(
    probabilities: Row,
    rivals: Row,
    chances: Row,
    right: npt.NDArray[np.bool_],
    offered: npt.NDArray[np.bool_],
    answerable: npt.NDArray[np.bool_],
) -> tuple[float, float, float]:
    """`(answer_at, reject_below, rival_at_most)`; see `calibration.Head`.

    Args:
        probabilities: that the first candidate is right, each from a head that did not learn from the question.
        rivals: confidence of the next item.
        chances: that anything answers the question, from trees that did not learn from it either.
        right: whether the first was right.
        offered: whether a right one was among the first three.
        answerable: whether there is a right one at all.
    """
    if answerable.all() or not offered.any():
        return 0.6, 0.3, 0.0
    answer_at = 0.95
    for step in np.arange(0.3, 0.95, 0.01):
        if ((probabilities >= step) & ~right).sum() <= _WRONG * len(right):
            answer_at = float(step)
            break
    # 97 % of what has no answer are turned away, unless that costs too many of the others.
    reject_below = min(float(np.quantile(chances[~answerable], 0.97)), float(np.quantile(chances[offered], _TURNED_AWAY)))
    rival_at_most = 0.0
    for share in (0.15, 0.12, 0.1, 0.08, 0.06, 0.04, 0.02):
        told = (probabilities >= answer_at) | ((probabilities >= LIKELY) & (rivals <= share * probabilities))
        if (told & ~right).sum() <= _WRONG_IN_ALL * len(right):
            rival_at_most = share
            break
    return answer_at, float(np.clip(reject_below, 0.05, 0.9)), rival_at_most
