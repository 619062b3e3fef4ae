"""Thresholds keep wrong answers rare, offer what may be several, and ask only where there is something to choose between."""

from __future__ import annotations

import numpy as np

from banshi.search.calibration import SIGNALS, Head, confidences
from banshi.search.thresholds import choose_thresholds
from banshi.search.trees import Trees, fit_trees, held_out


def test_at_most_one_and_a_half_percent_are_told_wrong_for_their_probability_alone() -> None:
    probabilities = np.linspace(0, 1, 1000)
    right = np.ones(1000, bool)
    right[[500, 700, *range(800, 820)]] = False
    answerable = np.arange(1000) > 50
    answer_at, reject_below, _ = choose_thresholds(probabilities, np.zeros(1000), probabilities, right, right & answerable, answerable)
    assert ((probabilities >= answer_at) & ~right).sum() <= 15
    assert reject_below < answer_at


def test_a_rival_is_allowed_only_as_far_as_wrong_answers_stay_rare() -> None:
    probabilities = np.r_[np.full(100, 0.99), np.full(100, 0.75), np.full(20, 0.05)]
    answerable = np.arange(220) < 200
    rivals = np.r_[np.zeros(100), np.full(50, 0.03), np.full(50, 0.09), np.zeros(20)]
    sound = np.r_[np.ones(200, bool), np.zeros(20, bool)]
    faulty = sound.copy()
    faulty[150:200] = False  # those with the stronger rival
    assert choose_thresholds(probabilities, rivals, probabilities, sound, sound, answerable)[2] >= 0.12
    assert 0.04 <= choose_thresholds(probabilities, rivals, probabilities, faulty, sound, answerable)[2] < 0.12


def always(probability: float) -> Trees:
    """Trees that say the same of everything."""
    return Trees(np.zeros((0, 3), np.int64), np.zeros((0, 3)), np.zeros((0, 4)), float(np.log(probability / (1 - probability))))


def test_what_may_be_several_is_offered_though_each_is_improbable() -> None:
    signals = np.zeros(len(SIGNALS))
    assert Head(always(0.2), always(0.9), answer_at=0.9, reject_below=0.5).offers(signals, 0.2)
    assert not Head(always(0.2), always(0.3), answer_at=0.9, reject_below=0.5).offers(signals, 0.2)


def test_what_the_first_candidate_may_answer_is_not_refused() -> None:
    head = Head(always(0.6), always(0.3), answer_at=0.9, reject_below=0.5)
    assert head.offers(np.zeros(len(SIGNALS)), 0.6) and not head.offers(np.zeros(len(SIGNALS)), 0.4)


def test_trees_tell_a_share_where_examples_are_divided() -> None:
    rows = np.repeat([[0.0], [1.0], [2.0]], 100, axis=0)
    trees = fit_trees(rows, np.repeat([0.0, 1 / 3, 1.0], 100))
    assert trees.probability(np.array([0.0])) < 0.05
    assert abs(trees.probability(np.array([1.0])) - 1 / 3) < 0.05
    assert trees.probability(np.array([2.0])) > 0.95


def test_what_is_held_out_knows_nothing_of_its_own_kind() -> None:
    """Each kind has a signal of its own, by which alone its questions could be told: without them nothing is known of them."""
    kinds = [str(number // 20) for number in range(400)]
    rows = np.array([[float(kind), 0.0] for kind in kinds])
    shares = np.array([float(int(kind) in (3, 4, 11, 17)) for kind in kinds])
    seen = fit_trees(rows, shares)
    assert np.mean([abs(seen.probability(row) - share) for row, share in zip(rows, shares, strict=True)]) < 0.1
    unseen = held_out(rows, shares, kinds)
    assert unseen[shares == 1].mean() < 0.6


def test_a_likely_first_without_a_rival_is_told() -> None:
    head = Head(None, None, answer_at=0.9, reject_below=0.5, rival_at_most=0.1)
    assert head.tells(0.8, 0.05)
    assert not head.tells(0.8, 0.15)
    assert not head.tells(0.6, 0.0)


def test_the_others_share_what_the_first_leaves() -> None:
    told = confidences(0.7, np.array([2.0, 1.9, 1.0], np.float32))
    assert told[0] == np.float32(0.7)
    assert told[1] > told[2]
    assert told.sum() <= 1.0001
