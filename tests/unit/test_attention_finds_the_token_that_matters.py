"""What a text asks stands in one of its tokens: a mean of all of them drowns it, learned attention finds it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from banshi.search.attention import Attention, learn_attention

DIMENSION, CLASSES, STEPS = 12, 3, 1500


def texts(count: int, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Texts of 4 to 16 tokens: one carries the mark of a question word (the first number) and its class; all others carry classes too,
    louder, but no mark."""
    random = np.random.default_rng(seed)
    classes = random.integers(CLASSES, size=count)
    found = []
    for one in classes:
        tokens = random.normal(size=(int(random.integers(4, 17)), DIMENSION))
        tokens[:, 1 : CLASSES + 1] = 2 * np.eye(CLASSES)[random.integers(CLASSES, size=len(tokens))]
        tokens[:, 0] = 0
        asked = random.integers(len(tokens))
        tokens[asked, 0], tokens[asked, 1 : CLASSES + 1] = 6, np.eye(CLASSES)[one]
        found.append(tokens.astype(np.float16))
    return found, classes


def learned() -> Attention:
    insides, classes = texts(1500, 1)
    return learn_attention(insides, np.eye(CLASSES, dtype=np.float32)[classes], np.ones(len(insides), np.float32), steps=STEPS)


@pytest.fixture(scope="module")
def attention() -> Attention:
    return learned()


def test_it_is_found_among_many(attention: Attention) -> None:
    insides, classes = texts(300, 2)
    told = [int(attention.probabilities(inner).argmax()) for inner in insides]
    assert (np.array(told) == classes).mean() >= 0.9
    means = [int(inner[:, 1 : CLASSES + 1].mean(axis=0).argmax()) for inner in insides]
    assert (np.array(means) == classes).mean() <= 0.6, "a mean would not do: this would be no test of attention"


def test_probabilities_are_shares(attention: Attention) -> None:
    told = attention.probabilities(texts(1, 3)[0][0])
    assert told.shape == (CLASSES,) and told.sum() == pytest.approx(1, abs=1e-5) and (told >= 0).all()


def test_texts_that_count_nothing_teach_nothing() -> None:
    insides, classes = texts(1500, 1)
    wrong, _ = texts(1500, 4)
    targets = np.eye(CLASSES, dtype=np.float32)[[*classes, *[0] * len(wrong)]]
    weights = np.array([1.0] * len(insides) + [0.0] * len(wrong), np.float32)
    held_out, right = texts(300, 2)
    told = learn_attention([*insides, *wrong], targets, weights, steps=STEPS)
    assert np.mean([int(told.probabilities(inner).argmax()) == one for inner, one in zip(held_out, right, strict=True)]) >= 0.9


def test_learning_again_gives_the_same(attention: Attention) -> None:
    assert (learned().last == attention.last).all()


def test_what_was_saved_comes_back(attention: Attention, tmp_path: Path) -> None:
    np.savez(tmp_path / "attention.npz", **attention.arrays())
    inner = texts(1, 5)[0][0]
    with np.load(tmp_path / "attention.npz") as stored:
        assert (Attention.of(stored).probabilities(inner) == attention.probabilities(inner)).all()
