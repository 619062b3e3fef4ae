"""Thresholds keep wrong answers rare, offer two that fit alike, and ask only where there is something to choose between."""

from __future__ import annotations

import numpy as np

from banshi.search.calibration import NO_TREES, Head, confidences
from banshi.search.thresholds import choose_thresholds


def test_at_most_one_and_a_half_percent_are_told_wrong_for_their_probability_alone() -> None:
    probabilities = np.linspace(0, 1, 1000)
    right = np.ones(1000, bool)
    right[[500, 700, *range(800, 820)]] = False
    answerable = np.arange(1000) > 50
    answer_at, reject_below, _ = choose_thresholds(probabilities, np.zeros(1000), right, right & answerable, answerable)
    assert ((probabilities >= answer_at) & ~right).sum() <= 15
    assert reject_below < answer_at


def test_a_rival_is_allowed_only_as_far_as_wrong_answers_stay_rare() -> None:
    probabilities = np.r_[np.full(100, 0.99), np.full(100, 0.75), np.full(20, 0.05)]
    answerable = np.arange(220) < 200
    rivals = np.r_[np.zeros(100), np.full(50, 0.03), np.full(50, 0.09), np.zeros(20)]
    sound = np.r_[np.ones(200, bool), np.zeros(20, bool)]
    faulty = sound.copy()
    faulty[150:200] = False  # those with the stronger rival
    assert choose_thresholds(probabilities, rivals, sound, sound, answerable)[2] >= 0.12
    assert 0.04 <= choose_thresholds(probabilities, rivals, faulty, sound, answerable)[2] < 0.12


def test_two_that_fit_alike_are_offered_though_each_is_improbable() -> None:
    head = Head(*NO_TREES, answer_at=0.9, reject_below=0.5)
    assert head.offers(0.3, 0.28)
    assert not head.offers(0.3, 0.05)


def test_a_likely_first_without_a_rival_is_told() -> None:
    head = Head(*NO_TREES, answer_at=0.9, reject_below=0.5, rival_at_most=0.1)
    assert head.tells(0.8, 0.05)
    assert not head.tells(0.8, 0.15)
    assert not head.tells(0.6, 0.0)


def test_the_others_share_what_the_first_leaves() -> None:
    told = confidences(0.7, np.array([2.0, 1.9, 1.0], np.float32))
    assert told[0] == np.float32(0.7)
    assert told[1] > told[2]
    assert told.sum() <= 1.0001
